"""A file brought in one reading is as one that was looked at, then accepted."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from api.access.models import Organisation, OrganisationKind
from api.contracts.announcing import announce
from api.imports import acceptance, staging
from api.imports.files import UnreadableFile
from api.imports.judging import Reach
from api.imports.models import ImportFile
from api.kit.db import Engines
from tests.api.desk import row

_SIRET = "00000000100016"
_EVERYWHERE = Reach(own=frozenset(), observe=True, everywhere=True)
_TABLES = (
    "contract", "contract_mark", "amendment", "contract_document",
    "staged_row", "register_entry", "public_entry",
)  # fmt: skip
# What is drawn, or told by a clock.
_OF_THE_DAY = {"id", "import_id", "contract_id", "buyer_id", "created_at", "updated_at", "at"}


@pytest.fixture
def session(engines: Engines) -> Iterator[Session]:
    """A session of which nothing stays."""
    with Session(engines.write) as session:
        session.begin()
        yield session
        session.rollback()


def of(number: str, **facts: Any) -> dict[str, Any]:
    return {**row(number, **facts), "acheteur": {"id": _SIRET}}


FIRST = [of("A1"), of("A2"), of("A3", montant=7)]
SECOND = [
    of("A1"),
    of("A2", montant=5, objet="Autre objet"),
    *(of(f"B{rank}") for rank in range(staging.BATCH)),
    # Met in another batch than the row that they repeat.
    of("B1"),
    of("B2", montant=99),
    {**of("C1"), "acheteur": {"id": "00000000200014"}},
    {"id": None},
    of("A3", montant="illisible"),
]


def received(folder: Path, rows: list[dict[str, Any]], end: str = "]}}") -> staging.Received:
    path = folder / "contracts.json"
    written = ",".join(json.dumps(one) for one in rows)
    path.write_text(f'{{"marches": {{"marche": [{written}{end}')
    content = path.read_bytes()
    return staging.Received(path, path.name, sha256(content).hexdigest(), len(content), None, None)


def in_two(session: Session, file: staging.Received) -> ImportFile:
    staged = staging.stage(session, file, _EVERYWHERE)
    acceptance.accept(session, staged, _EVERYWHERE)
    return staged


def at_once(session: Session, file: staging.Received) -> ImportFile:
    return acceptance.bring(session, file, _EVERYWHERE)


def kept(session: Session, table: str) -> list[tuple[Any, ...]]:
    """What a table says of these contracts, but for what is drawn."""
    known = SQLModel.metadata.tables[table]
    # Those made in one millisecond have no order.
    drawn = _OF_THE_DAY | ({"position"} if table.endswith("_entry") else set())
    columns = [column for column in known.c if column.name not in drawn]
    return sorted(map(tuple, session.execute(sa.select(*columns))), key=repr)


def left(session: Session, bring: Any, folder: Path) -> tuple[Any, ...]:
    """What three files, the last of which are then undone, leave behind them, step by step."""
    savepoint = session.begin_nested()
    session.add(Organisation(siret=_SIRET, name="Ville fictive", kind=OrganisationKind.BUYER))
    session.flush()
    steps: list[Any] = []
    files: list[ImportFile] = []
    for rows in (FIRST, SECOND, SECOND):
        file = bring(session, received(folder, rows))
        session.flush()
        announce(session, acceptance.written_by(file.id))
        counts = (file.received, file.new, file.changed, file.same, file.refused, file.with_issues)
        steps.append((file.state, file.accepted_at is not None, counts))
        steps += [kept(session, table) for table in _TABLES]
        files.append(file)
    for file in reversed(files[1:]):
        acceptance.undo(session, file)
    session.flush()
    steps += [kept(session, table) for table in _TABLES]
    savepoint.rollback()
    session.expunge_all()
    return tuple(steps)


def test_a_file_brought_at_once_leaves_what_one_accepted_after_a_look_leaves(
    session: Session, tmp_path: Path
) -> None:
    once, looked_at = left(session, at_once, tmp_path), left(session, in_two, tmp_path)
    counted = once[len(_TABLES) + 1][2]
    # Some of each, or nothing would be compared.
    assert all(counted)
    assert counted[0] == sum(counted[1:5])
    assert once == looked_at


def test_a_file_cut_in_its_middle_brings_nothing(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        at_once(session, received(tmp_path, SECOND, end=""))
