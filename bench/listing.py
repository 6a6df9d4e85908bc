"""The list of contracts over HTTP, against a bare Starlette route doing the same SQL."""

import json
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
from bench import servers
from bench.databases import siret
from bench.measures import Measure

WANTED = 0.25

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
    token = f"Bearer {tokens.issue(servers.KEY, str(actor.person_id))}"
    with (
        servers.ours(database) as port,
        servers.bare(
            "bench.bare:app", {"BENCH_DATABASE": str(database), "BENCH_QUERIES": str(queries)}
        ) as bare_port,
    ):
        found = [
            (servers.load(port, seconds, token, ours), servers.load(bare_port, seconds, "", bare))
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
