"""Export of a whole buyer, against reading its rows with sqlite3 and dumping them with orjson."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.kit.db import Engines
from api.publication import files
from api.publication.site import Site
from api.rules.records import Kind
from bench.databases import siret
from bench.measures import Measure, rates

WANTED = 0.5
_PARTS = (
    "contract_supplier",
    "contract_mark",
    "amendment",
    "subcontract",
    "subcontract_change",
    "concession_year",
)


def measure(engines: Engines, database: Path, count: int, rounds: int) -> Measure:
    """Our two DECP files of the buyer, against the ceiling."""
    ours, ceiling = rates(rounds, lambda: _ours(engines, count), lambda: _ceiling(database, count))
    return Measure("export, SQLite", ours, ceiling, "contracts/s", WANTED)


def _ours(engines: Engines, count: int) -> int:
    with Session(engines.read) as session:
        buyer = session.scalars(
            sa.select(Organisation).where(col(Organisation.siret) == siret(1))
        ).one()
        size = sum(len(part) for kind in Kind for part in files.decp(session, buyer, Site(), kind))
    assert size > count * 500
    return count


def _ceiling(database: Path, count: int) -> int:
    """Rows of the seven tables of a contract, each read in the order of contracts by plain sqlite3,
    joined into one object per contract and dumped by orjson: no name, no rule, no format."""
    connection = sqlite3.connect(database)
    parts = [_grouped(connection, table) for table in _PARTS]
    heads = [next(part, None) for part in parts]
    size = 0
    for row in connection.execute("SELECT * FROM contract ORDER BY id"):
        joined: list[Any] = [row]
        for number, part in enumerate(parts):
            head = heads[number]
            if head is not None and head[0] == row[0]:
                joined.append(head[1])
                heads[number] = next(part, None)
        size += len(orjson.dumps(joined))
    connection.close()
    assert size > count * 200
    return count


def _grouped(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, list[Any]]]:
    rows = connection.execute(f"SELECT * FROM {table} ORDER BY contract_id")
    return ((key, list(group)) for key, group in groupby(rows, itemgetter(0)))
