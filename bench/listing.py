"""The list of contracts over HTTP, against a bare Starlette route doing the same SQL."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Membership, Organisation, Person
from api.access.permissions import Actor, Grant, Role
from api.contracts import listing
from api.contracts.schemas import ContractFilter
from api.kit import tokens
from api.kit.db import Engines
from bench.databases import siret
from bench.measures import Measure

WANTED = 0.25
KEY = "a key of the bench that is long enough to sign"
STARTING = 30

# Buyers take turns, and so do the filters: none, a year, an amount and a year, a search.
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"year": 2023},
    {"year": 2024, "amount_min": "90000"},
    {"q": "ecole"},
)
BUYERS = (1, 2, 3)


def measure(engines: Engines, database: Path, seconds: float, rounds: int) -> Measure:
    """Requests per second of both servers, which take turns."""
    actor = _reader(engines)
    filters = [
        ContractFilter.model_validate({"buyer": siret(buyer), "limit": 50, **chosen})
        for buyer in BUYERS
        for chosen in FILTERS
    ]
    queries = database.with_suffix(".queries.json")
    queries.write_text(json.dumps(_captured(engines, actor, filters)), encoding="utf-8")
    ours = [f"/api/v1/contracts?{_query(one)}" for one in filters]
    bare = [f"/{number}" for number in range(len(filters))]
    token = f"Bearer {tokens.issue(KEY, str(actor.person_id))}"
    with (
        _server(_ours_command(), _ours_environment(database)) as port,
        _server(
            _bare_command(), {"BENCH_DATABASE": str(database), "BENCH_QUERIES": str(queries)}
        ) as bare_port,
    ):
        found = [
            (_load(port, seconds, token, ours), _load(bare_port, seconds, "", bare))
            for _ in range(rounds)
        ]
    rates = [median(rate) for rate in zip(*found, strict=True)]
    return Measure("list of 50 contracts over HTTP", rates[0], rates[1], "requests/s", WANTED)


def _reader(engines: Engines) -> Actor:
    with Session(engines.write) as session, session.begin():
        person = Person(email="bench@demo.example", name="Banc d’essai", password_hash="-")  # noqa: S106 - nobody logs in with it
        session.add(person)
        session.flush()
        wanted = [siret(buyer) for buyer in BUYERS]
        ids: list[UUID] = list(
            session.scalars(
                sa.select(col(Organisation.id)).where(col(Organisation.siret).in_(wanted))
            )
        )
        session.add_all(
            Membership(person_id=person.id, organisation_id=one, role=Role.READER) for one in ids
        )
        grants = tuple(Grant(one, Role.READER, None) for one in ids)
        return Actor(person.id, person.email, person.name, grants)


def _captured(
    engines: Engines, actor: Actor, filters: list[ContractFilter]
) -> list[tuple[str, list[Any]]]:
    """The very statements, with their parameters, that our list sends to sqlite3."""
    sent: list[tuple[str, list[Any]]] = []

    def note(*arguments: Any) -> None:
        if arguments[2].startswith("SELECT"):
            sent.append((arguments[2], list(arguments[3])))

    sa.event.listen(engines.read, "before_cursor_execute", note)
    with engines.read.connect() as connection:
        pages = [json.loads(listing.page(connection, actor, one)) for one in filters]
    assert sum(len(one["items"]) for one in pages) > len(filters)
    sa.event.remove(engines.read, "before_cursor_execute", note)
    assert len(sent) == len(filters), "the list is one statement a page"
    return sent


def _query(one: ContractFilter) -> str:
    said = one.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return str(httpx.QueryParams(said))


def _ours_command() -> list[str]:
    return [sys.executable, "-m", "api.cli", "api", "--port"]


def _ours_environment(database: Path) -> dict[str, str]:
    return {
        "SPASER_DATABASE_URL": f"sqlite:///{database}",
        "SPASER_SECRET": KEY,
        "SPASER_DATA_DIR": str(database.parent),
    }


def _bare_command() -> list[str]:
    return [
        sys.executable, "-m", "uvicorn", "bench.bare:app", "--log-level", "warning",
        "--no-access-log", "--port",
    ]  # fmt: skip


def _load(port: int, seconds: float, authorization: str, paths: list[str]) -> float:
    command = [sys.executable, "-m", "bench.load", str(port), str(seconds), authorization, *paths]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@contextmanager
def _server(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([*command, str(port)], env=os.environ | environment)
    try:
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline and process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/0")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
