"""Mandates entered before they were known by a key get theirs when the database is brought up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel

import api.tables
from api.kit.columns import now
from api.migrating import migrate
from api.spending.keys import mandate_key, told_key

TABLES = SQLModel.metadata.tables
assert api.tables
FILES = sorted((Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"))
BEFORE = f"-{len(FILES) - 16}"
Line = tuple[str | None, str | None, str | None]


@pytest.fixture
def session(demo_url: str) -> Iterator[Session]:
    """The demonstration as it was before."""
    migrate(demo_url, BEFORE)
    engine = sa.create_engine(demo_url, poolclass=NullPool)
    with Session(engine) as opened:
        yield opened
    engine.dispose()


def enter(session: Session, *lines: Line) -> list[UUID]:
    """Enter lines of 2026: number, line and key."""
    buyer = session.scalar(sa.select(TABLES["organisation"].c.id).limit(1))
    made = [uuid4() for _ in lines]
    for key, (number, line, known_by) in zip(made, lines, strict=True):
        session.execute(
            sa.insert(TABLES["spending"]).values(
                id=key, created_at=now(), updated_at=now(), buyer_id=buyer, year=2026, amount=1,
                mandate_number=number, mandate_line=line, import_key=known_by,
            )
        )  # fmt: skip
    session.commit()
    return made


def keys(session: Session, made: list[UUID]) -> list[Any]:
    """What the lines are known by."""
    table = TABLES["spending"].c
    found = dict(
        session.execute(sa.select(table.id, table.import_key).where(table.id.in_(made))).all()
    )
    session.rollback()
    return [found[one] for one in made]


def test_lines_without_a_key_get_theirs_and_doubles_the_next_ranks(
    demo_url: str, session: Session
) -> None:
    made = enter(
        session,
        ("A", None, None),
        ("A", None, None),
        ("B", "1", "2026|B|1"),
        ("B", "1", None),
        ("C", None, "2026|C|#3"),
        ("C", None, None),
        ("D#1", "x|y", None),
        (None, None, None),
        ("A", "1", None),
    )
    migrate(demo_url)
    known = keys(session, made)
    assert known == [
        "2026|A|", "2026|A|#2", "2026|B|1", "2026|B|1#2", "2026|C|#3", "2026|C|#4",
        mandate_key(2026, "D#1", "x|y"), None, "2026|A|1",
    ]  # fmt: skip
    migrate(demo_url, BEFORE)
    assert keys(session, made) == known
    migrate(demo_url)
    assert keys(session, made) == known


def test_keys_of_numbers_that_hold_a_mark_are_written_as_today_and_undone_by_it(
    demo_url: str, session: Session
) -> None:
    made = enter(session, ("E#1", None, "2026|E#1|"), ("E#1", None, "2026|E#1|#2"))
    rows, files = TABLES["sheet_row"], TABLES["import_file"]
    file = session.scalar(sa.select(files.c.id).limit(1))
    assert file is not None
    session.execute(
        sa.insert(rows).values(
            import_id=file, line=9999, state="new", reference="2026|E#1|#2", digest="0",
            target_id=made[1],
        )
    )  # fmt: skip
    session.commit()
    migrate(demo_url)
    base = mandate_key(2026, "E#1", None)
    assert keys(session, made) == [base, f"{base}#2"]
    kept = session.scalar(sa.select(rows.c.reference).where(rows.c.line == 9999))
    assert kept == f"{base}#2"
    assert told_key(str(kept)) == ("2026", "E#1", "", "2")
