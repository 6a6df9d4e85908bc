"""One history of the database, on both engines: up, down, up again, and equal to the models."""

import ast
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import HeadMaintainer, MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel
from starlette.testclient import TestClient

import api.tables
from api.app import create_app
from api.contracts.rewriting import bring_up_to_date
from api.contracts.writing import RULES
from api.kit.audit import record
from api.kit.db import Engines, create_engines
from api.migrating import config, is_current, migrate
from api.settings import Settings

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
FILES = sorted(VERSIONS.glob("*.py"))
TABLES = SQLModel.metadata.tables
assert api.tables


@pytest.fixture
def connection(blank_url: str) -> Iterator[sa.Connection]:
    """A plain connection to a migrated, empty database."""
    engine = sa.create_engine(blank_url, poolclass=NullPool)
    with engine.connect() as opened:
        yield opened


def tables(url: str) -> set[str]:
    """The names of the tables of a database."""
    engine = sa.create_engine(url, poolclass=NullPool)
    return set(sa.inspect(engine).get_table_names())


def columns(url: str, table: str) -> set[str]:
    """The names of the columns of a table."""
    engine = sa.create_engine(url, poolclass=NullPool)
    return {str(one["name"]) for one in sa.inspect(engine).get_columns(table)}


def _said(part: Mapping[str, Any]) -> str:
    # The condition of a partial index is an object, told by its text.
    options = {name: str(value) for name, value in part.get("dialect_options", {}).items()}
    return repr({**part, "dialect_options": options})


def shape(url: str) -> dict[str, Any]:
    """All that a database says of its tables: columns, keys, indexes, constraints."""
    engine = sa.create_engine(url, poolclass=NullPool)
    inspector = sa.inspect(engine)
    found = {
        table: [
            [{**one, "type": str(one["type"])} for one in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            *(
                sorted(map(_said, read(table)))
                for read in (
                    inspector.get_foreign_keys,
                    inspector.get_indexes,
                    inspector.get_unique_constraints,
                    inspector.get_check_constraints,
                )
            ),
        ]
        for table in inspector.get_table_names()
    }
    engine.dispose()
    return found


def test_the_migrations_and_the_models_say_the_same(connection: sa.Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, SQLModel.metadata) == []


def test_every_table_of_the_models_is_made(blank_url: str) -> None:
    assert tables(blank_url) == {*TABLES, "alembic_version"}


def test_going_down_leaves_nothing_and_up_again_the_same(blank_url: str) -> None:
    before = shape(blank_url)
    for _ in FILES:
        migrate(blank_url, "-1")
    assert tables(blank_url) <= {"alembic_version"}
    migrate(blank_url)
    migrate(blank_url)
    assert shape(blank_url) == before
    migrate(blank_url, "base")
    assert tables(blank_url) <= {"alembic_version"}
    for _ in FILES:
        migrate(blank_url, "+1")
    assert tables(blank_url) == before.keys()


def test_a_database_full_of_data_goes_down_and_up(demo_url: str) -> None:
    migrate(demo_url, "base")
    assert tables(demo_url) <= {"alembic_version"}
    migrate(demo_url)
    engine = sa.create_engine(demo_url, poolclass=NullPool)
    with engine.connect() as connection:
        counts = [
            connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in TABLES.values()
        ]
    assert set(counts) == {0}


def test_a_database_full_of_data_stays_as_it_is_when_up_to_date(demo_url: str) -> None:
    def contents() -> dict[str, int]:
        engine = sa.create_engine(demo_url, poolclass=NullPool)
        with engine.connect() as connection:
            return {
                name: len(connection.execute(sa.select(table)).all())
                for name, table in TABLES.items()
            }

    before = contents()
    assert before["contract"] > 300
    migrate(demo_url)
    assert contents() == before


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_marks_said_before_there_were_bits_are_told_in_bits(demo_url: str) -> None:
    def told() -> dict[Any, tuple[int, int]]:
        engine = sa.create_engine(demo_url, poolclass=NullPool)
        contract = TABLES["contract"].c
        with engine.connect() as connection:
            rows = connection.execute(
                sa.select(contract.id, contract.marks_told, contract.marks_yes)
            )
            return {key: (told, yes) for key, told, yes in rows}

    before = told()
    assert len(set(before.values())) > 20
    migrate(demo_url, f"-{len(FILES) - 3}")
    assert "marks_told" not in columns(demo_url, "contract")
    migrate(demo_url)
    assert told() == before


def test_documents_of_before_the_rules_are_written_again_as_they_would_be_today(
    demo_url: str,
) -> None:
    document = TABLES["contract_document"].c
    engine = sa.create_engine(demo_url, poolclass=NullPool)

    def kept() -> dict[Any, Any]:
        with engine.connect() as connection:
            return {row[0]: row[1:] for row in connection.execute(sa.select(*document))}

    before = kept()
    assert {row[-1] for row in before.values()} == {RULES}
    assert sum(row[-2] is not None for row in before.values()) > 20
    migrate(demo_url, f"-{len(FILES) - 5}")
    migrate(demo_url)
    assert {row[-3:] for row in kept().values()} == {(None, None, 0)}
    engines = create_engines(demo_url, 2)
    with Session(engines.write) as session, session.begin():
        assert bring_up_to_date(session) == len(before)
    assert kept() == before
    with Session(engines.write) as session, session.begin():
        assert bring_up_to_date(session) == 0
    engines.dispose()


def test_four_that_migrate_at_once_wait_for_each_other(blank_url: str) -> None:
    migrate(blank_url, "base")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [blank_url] * 4))
    assert tables(blank_url) == {*TABLES, "alembic_version"}


def test_a_migration_that_fails_leaves_everything_as_it_was(
    blank_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(blank_url, "-1")
    before = shape(blank_url)
    last = ScriptDirectory.from_config(config()).get_revision("head")
    assert last is not None
    real = HeadMaintainer.update_to_step

    def cut(self: HeadMaintainer, step: Any) -> None:
        if step.revision.revision == last.revision:
            raise RuntimeError("cut in the middle")
        real(self, step)

    monkeypatch.setattr(HeadMaintainer, "update_to_step", cut)
    with pytest.raises(RuntimeError, match="cut in the middle"):
        migrate(blank_url)
    assert shape(blank_url) == before
    monkeypatch.undo()
    migrate(blank_url)
    assert tables(blank_url) == {*TABLES, "alembic_version"}


def test_the_service_says_that_its_database_is_behind(
    blank_url: str, connection: sa.Connection, tmp_path: Path
) -> None:
    assert is_current(connection)
    connection.rollback()
    settings = Settings(data_dir=tmp_path, database_url=blank_url)
    with TestClient(create_app(settings)) as client:
        assert client.get("/api/health/ready").status_code == 200
        migrate(blank_url, "base")
        answer = client.get("/api/health/ready")
        assert answer.status_code == 503
        assert "spaser migrate" in answer.json()["detail"]
        assert client.get("/api/health/live").status_code == 200


def test_there_is_one_head_and_one_base() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert len(list(scripts.walk_revisions())) == len(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_migration_is_dated_and_says_why(path: Path) -> None:
    named = re.fullmatch(r"(\d{4})_(\d{2})_(\d{2})_(\d{4})_([a-z0-9_]+)\.py", path.name)
    assert named
    assert date(*map(int, named.groups()[:3]))
    tree = ast.parse(path.read_text("utf-8"))
    told = ast.get_docstring(tree) or ""
    assert re.match(r"[A-Z].{8,}\n", told)
    assert f"Revision: {named[4]}\n" in f"{told}\n"
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert functions.keys() >= {"upgrade", "downgrade"}
    assert not isinstance(functions["downgrade"].body[-1], ast.Pass | ast.Raise)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_migration_never_imports_the_application(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert imported <= {"sqlalchemy", "alembic"}


# What the database itself refuses, whatever the code: a copy of a row with these columns new.
UNIQUE = {
    "contract": {"id"},
    "organisation": {"id"},
    "person": {"id"},
    "membership": {"id"},
    "directorate": {"id"},
    "supplier": {"id"},
    "scheme": {"id"},
}


@pytest.mark.parametrize("name", UNIQUE)
def test_the_database_refuses_a_double(session: Session, name: str) -> None:
    table = TABLES[name]
    whole = sa.select(table).where(
        *(one.is_not(None) for one in table.c if one.name == "identifier")
    )
    row = dict(session.execute(whole).mappings().first() or {})
    double = row | {column: uuid4() for column in UNIQUE[name]}
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(table).values(double))


def test_the_same_number_is_free_for_another_buyer(session: Session) -> None:
    contract, organisation = TABLES["contract"], TABLES["organisation"]
    row = dict(session.execute(sa.select(contract)).mappings().first() or {})
    other = session.scalar(sa.select(organisation.c.id).where(organisation.c.id != row["buyer_id"]))
    session.execute(sa.insert(contract).values(row | {"id": uuid4(), "buyer_id": other}))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("contract", "buyer_id"),
        ("contract", "directorate_id"),
        ("contract_supplier", "supplier_id"),
        ("contract_mark", "contract_id"),
        ("staged_row", "import_id"),
        ("membership", "person_id"),
        ("membership", "organisation_id"),
        ("target", "indicator_id"),
    ],
)
def test_the_database_refuses_a_link_to_nothing(session: Session, name: str, column: str) -> None:
    table = TABLES[name]
    row = session.execute(sa.select(table)).mappings().first()
    assert row is not None
    this = [key == row[key.name] for key in table.primary_key]
    with pytest.raises(IntegrityError):
        session.execute(sa.update(table).where(*this).values({column: uuid4()}))


@pytest.mark.parametrize("name", ["organisation", "supplier", "directorate"])
def test_what_others_stand_on_cannot_be_removed(session: Session, name: str) -> None:
    with pytest.raises(IntegrityError):
        session.execute(sa.delete(TABLES[name]))


def test_who_is_in_the_audit_trail_cannot_be_removed(session: Session) -> None:
    person = TABLES["person"]
    someone = session.scalar(sa.select(person.c.id))
    record(
        session,
        person_id=someone,
        organisation_id=None,
        action="test",
        target="person:x",
        details={},
    )
    with pytest.raises(IntegrityError):
        session.execute(sa.delete(person).where(person.c.id == someone))


def test_removing_a_contract_removes_what_hangs_on_it(session: Session) -> None:
    contract = TABLES["contract"]
    hanging = [
        key
        for table in TABLES.values()
        for key in table.foreign_keys
        if key.target_fullname == "contract.id"
    ]
    # A contract that carries a clause is not to be removed.
    kept = sa.union(*(sa.select(key.parent) for key in hanging if key.ondelete == "RESTRICT"))
    removed = session.scalars(sa.select(contract.c.id).where(contract.c.id.not_in(kept))).all()
    assert len(hanging) >= 6
    assert removed
    session.execute(sa.delete(contract).where(contract.c.id.in_(removed)))
    for key in hanging:
        left = sa.select(sa.func.count()).where(key.parent.in_(removed))
        assert session.scalar(left) == 0


def _targets(table: sa.Table) -> set[str]:
    return {one.target_fullname for one in table.foreign_keys}


def test_money_is_whole_and_large(engines: Engines) -> None:
    contract = TABLES["contract"]
    with engines.write.begin() as connection:
        connection.execute(sa.update(contract).values(amount=10**16))
        assert connection.scalar(sa.select(contract.c.amount).limit(1)) == 10**16


def test_a_read_unit_on_postgresql_cannot_write(engines: Engines) -> None:
    if engines.read.dialect.name == "sqlite":
        assert "foreign_keys" in _pragmas(engines)
        return
    with engines.read.connect() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.execute(sa.delete(TABLES["contract_mark"]))


def _pragmas(engines: Engines) -> set[str]:
    with engines.read.connect() as connection:
        return {
            name
            for name in ("foreign_keys",)
            if connection.exec_driver_sql(f"PRAGMA {name}").scalar() == 1
        }
