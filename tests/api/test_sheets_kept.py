"""Spreadsheets received: read before anything is held, and kept for 90 days only."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.imports import routes
from api.imports.models import ImportFile
from api.imports.sheets import opening
from api.imports.sheets.models import SheetFile, SheetRow
from api.kit.columns import now
from api.kit.db import Engines
from api.kit.sheets import apart
from tests.api.desk import row
from tests.api.sheet_desk import PROJECTS, SheetDesk, csv_file
from tests.conftest import DEMONSTRATION, Headers

PATH = "/api/v1/imports"
CANARY = "Canari du 3e étage"
LINE = ("P-1", CANARY, "2026", "1 234,56 €", "31/12/2026", "Bâtiments et voirie")
WRONG = ("P-2", "x", CANARY, "", "", "")


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> SheetDesk:
    """The pilot of the demonstration buyer."""
    return SheetDesk(client, pilot)


@pytest.fixture
def writing(engines: Engines) -> Callable[[], None]:
    """Writes from elsewhere, at once: fails if anybody holds the base."""

    def write() -> None:
        with engines.write.connect() as elsewhere:
            if elsewhere.dialect.name == "sqlite":
                driver: Any = elsewhere.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.execute("PRAGMA busy_timeout=0")
            else:
                elsewhere.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
            elsewhere.execute(sa.update(ImportFile).values(name=ImportFile.name))
            elsewhere.rollback()

    return write


def test_nobody_waits_while_columns_are_read_again(
    desk: SheetDesk, writing: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = desk.send("projects", csv_file(PROJECTS, LINE))
    read, asked = opening.open_again, []

    def reading(*args: Any) -> Any:
        writing()
        asked.append(args)
        return read(*args)

    monkeypatch.setattr(opening, "open_again", reading)
    fields = [desk.mapping(shown)[title] for title in PROJECTS]
    assert desk.choose(shown, *fields).status_code == 200
    assert len(asked) == 1


def test_nobody_waits_while_a_decp_file_is_copied(
    client: TestClient,
    pilot: Headers,
    writing: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = SheetDesk(client, pilot)
    desk.send("projects", csv_file(PROJECTS, LINE))
    copied, asked = routes._copied, []

    def copying(*args: Any) -> str:
        writing()
        asked.append(args)
        return copied(*args)

    monkeypatch.setattr(routes, "_copied", copying)
    answer = client.post(
        PATH,
        files={"file": ("decp.json", json.dumps({"marches": [row("C-1")]}).encode())},
        data={"organisation": DEMONSTRATION},
        headers=pilot,
    )
    assert (answer.status_code, len(asked)) == (201, 1)


def test_a_file_whose_turn_does_not_come_is_told_to_come_back(
    desk: SheetDesk, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.05)
    held = [apart._turns.acquire(blocking=False) for _ in range(apart.TOGETHER)]
    try:
        answer = desk.post("projects", csv_file(PROJECTS, LINE))
    finally:
        for _one in filter(None, held):
            apart._turns.release()
    assert answer.status_code == 503
    assert "dans une minute" in answer.json()["detail"]
    assert answer.headers["Retry-After"]
    with Session(engines.read) as session:
        assert not session.scalars(sa.select(SheetFile)).all()


def test_other_sheets_are_not_looked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_LOOKING", 0.0)
    first: Any = type("First", (), {"sheet_names": ["a", "b", "c"], "name": "a"})
    limits: Any = None
    target: Any = None
    assert list(opening._others(target, b"", "a.xlsx", limits, first)) == []


def grown_old(engines: Engines, days: int) -> None:
    """Every file was sent these days ago."""
    with Session(engines.write) as session, session.begin():
        session.execute(sa.update(ImportFile).values(created_at=now() - timedelta(days=days)))


def everything_said(engines: Engines) -> str:
    """All that the tables still hold of what files say."""
    with Session(engines.read) as session:
        files = session.execute(sa.select(SheetFile)).scalars().all()
        rows = session.execute(sa.select(SheetRow)).scalars().all()
        told = [repr(one.model_dump(exclude={"header"})) for one in (*files, *rows)]
        return "\n".join(told)


def erase(url: str) -> str:
    """What `spaser erase` says over a database."""
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "erase"],
        env=os.environ | {"SPASER_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_erases_all_that_old_files_say(
    desk: SheetDesk, engines: Engines, demo_url: str
) -> None:
    accepted = desk.accept(desk.send("projects", csv_file(PROJECTS, LINE, WRONG)))
    changed = desk.bring("projects", ("Numéro", "Année"), ("P-1", "2027"))
    waiting = desk.send("projects", csv_file(PROJECTS, ("P-9", *LINE[1:])))
    grown_old(engines, 89)
    assert "0 tableaux" in erase(demo_url)
    assert everything_said(engines).count(CANARY) > 3
    grown_old(engines, 91)
    assert "3 tableaux" in erase(demo_url)
    assert CANARY not in everything_said(engines)
    assert "0 tableaux" in erase(demo_url)
    # The account stays, and what entered stays.
    shown = desk.get(f"{PATH}/{accepted['id']}")
    assert shown["rows"] == accepted["rows"]
    assert desk.columns(accepted)["kept"] is False
    assert desk.projects()["P-1"]["year"] == 2027
    # Nothing is undone nor let in out of what is no longer known.
    for answer in (
        desk.undo(changed),
        desk.client.post(f"{PATH}/{waiting['id']}/accept", headers=desk.headers),
        desk.choose(waiting, "reference"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "import-content-erased")
    assert desk.projects()["P-1"]["year"] == 2027


def test_files_of_which_only_the_content_was_erased_are_erased_whole(
    desk: SheetDesk, engines: Engines, demo_url: str
) -> None:
    desk.accept(desk.send("projects", csv_file(PROJECTS, LINE, WRONG)))
    with Session(engines.write) as session, session.begin():
        session.execute(sa.update(SheetFile).values(content=b""))
    grown_old(engines, 91)
    assert CANARY in everything_said(engines)
    assert "1 tableaux" in erase(demo_url)
    assert CANARY not in everything_said(engines)
    assert "0 tableaux" in erase(demo_url)


def test_an_organisation_that_sends_a_file_erases_its_old_ones(
    desk: SheetDesk, engines: Engines
) -> None:
    desk.send("projects", csv_file(PROJECTS, LINE))
    grown_old(engines, 91)
    desk.send("projects", csv_file(PROJECTS, ("P-9", "Autre", *LINE[2:])))
    assert CANARY not in everything_said(engines)
    with Session(engines.read) as session:
        told = sa.select(col(SheetRow.title)).where(col(SheetRow.title).is_not(None))
        assert session.scalars(told).all() == ["Autre"]
