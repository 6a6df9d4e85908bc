"""A follow-up put into the service as people would do it, by the API.

A pilot writes the clauses; a facilitator of their own states, submits, validates and corrects.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.access.models import Mandate, Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.kit.passwords import hash_password
from api.rules.fiction_insertion_clauses import fictitious_siret
from api.rules.fiction_insertion_records import (
    Fined,
    FollowUp,
    Moved,
    Promise,
    Someone,
    Stated,
    Worked,
)
from api.rules.hours.vocabulary import PenaltyDecision, StatementState
from tests.conftest import PASSWORD
from tests.operations import Service
from tests.oracle.acts_insertion import INSERTION, Do, by_api

BATCH = 1000

Way = Callable[[Service, str], AbstractContextManager[Do]]


@dataclass(frozen=True)
class Sent:
    """A batch that was taken: its key, its body and the answer."""

    key: str
    body: Mapping[str, Any]
    answer: Any


@dataclass
class World:
    """A follow-up in the service: its accounts, and the ids of things by their rank."""

    service: Service
    made: FollowUp
    number: int
    facilitator_siret: str
    way: Way
    contracts: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    pseudonyms: list[str] = field(default_factory=list)
    employments: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    # What was answered to lines sent a second time, without a key.
    again: list[Response] = field(default_factory=list)
    # The ranks of their statements.
    again_of: list[int] = field(default_factory=list)

    @property
    def facilitator(self) -> str:
        """The account of the facilitator."""
        return f"plie-{self.number}"

    @property
    def pilot(self) -> str:
        """The account of the pilot of every buyer."""
        return f"pilot-{self.number}"

    def post(self, path: str, body: Any, account: str, **extra: Any) -> Any:
        """Post what must be accepted."""
        answer = self.send(path, body, account, **extra)
        assert answer.status_code in (200, 201), (path, body, answer.text)
        return answer.json()

    def send(self, path: str, body: Any, account: str, **extra: Any) -> Response:
        """Post, whatever the answer."""
        headers = self.service.as_(account) | extra
        return self.service.client.post(INSERTION + path, json=body, headers=headers)


def load(service: Service, made: FollowUp, number: int, way: Way = by_api) -> World:
    """Put a follow-up into the service, under accounts that end with ``number``."""
    world = World(service, made, number, fictitious_siret(30_000 + number), way)
    _add_organisations(world)
    _add_contracts(world)
    for clause in made.clauses:
        world.clauses.append(_add_clause(world, clause))
    _add_persons(world)
    _state(world)
    for buyer, year in made.closed:
        _close(world, made.buyers[buyer], year)
    return world


def hours(quarters: int | None) -> str | None:
    """Quarter-hours as the API says them."""
    return None if quarters is None else f"{quarters // 4}.{quarters % 4 * 25:02}"


def euros(cents: int | None) -> str | None:
    """Cents as the API says them."""
    return None if cents is None else f"{cents // 100}.{cents % 100:02}"


def share(millionths: int | None) -> str | None:
    """Millionths as the API says them."""
    return None if millionths is None else f"0.{millionths:06}"


def day(value: date | None) -> str | None:
    """A day as the API says it."""
    return None if value is None else value.isoformat()


def line(world: World, stated: Stated, one: Worked) -> dict[str, Any]:
    """A line as the body of a batch holds it."""
    body = {
        "clause_id": world.clauses[stated.clause],
        "month": f"{stated.month:%Y-%m}",
        "beneficiary": None if one.person is None else world.pseudonyms[one.person],
        "persons": one.persons,
        "sex": one.sex,
        "public": one.public,
        "hours": hours(one.hours),
        "training_hours": hours(one.training),
        "modality": one.modality,
        "employment_id": None if one.employment is None else world.employments[one.employment],
        "worked_hours": hours(one.attested),
    }
    return {name: value for name, value in body.items() if value is not None}


# What the pilot does


def _add_organisations(world: World) -> None:
    with Session(world.service.app.state.engines.write) as session, session.begin():
        facilitator = _organisation(session, world.facilitator_siret, OrganisationKind.FACILITATOR)
        _member(session, world.facilitator, [facilitator], Role.FACILITATOR)
        buyers = [_organisation(session, one, OrganisationKind.BUYER) for one in world.made.buyers]
        _member(session, world.pilot, buyers, Role.PILOT)
        session.add_all(
            Mandate(buyer_id=one.id, facilitator_id=facilitator.id, starts_on=date(2023, 1, 1))
            for one in buyers
        )


def _organisation(session: Session, siret: str, kind: OrganisationKind) -> Organisation:
    found = Organisation(siret=siret, name=f"Organisme {siret}", kind=kind, fictitious=True)
    session.add(found)
    session.flush()
    return found


def _member(session: Session, account: str, where: Sequence[Organisation], role: Role) -> None:
    email = f"{account}@demo.example"
    known = session.scalars(sa.select(Person).where(col(Person.email) == email)).one_or_none()
    person = known or Person(email=email, name=account, password_hash=hash_password(PASSWORD))
    session.add(person)
    session.flush()
    session.add_all(Membership(person_id=person.id, organisation_id=o.id, role=role) for o in where)


def _add_contracts(world: World) -> None:
    for one in world.made.contracts:
        body = {
            "buyer_siret": world.made.buyers[one.buyer],
            "kind": "marche",
            "reference": one.reference,
            "subject": one.subject,
            "cpv": one.cpv,
            "amount": euros(one.amount),
            "notified_on": day(one.notified_on),
            "months": one.months,
            "suppliers": [{"id_type": "SIRET", "identifier": one.supplier}],
        }
        made = world.service.make("/api/v1/contracts", body, world.pilot)
        world.contracts.append(made["id"])


def _add_clause(world: World, clause: Promise) -> str:
    terms = clause.calculation
    body = {
        "contract_id": world.contracts[clause.contract],
        "title": clause.title,
        "kind": clause.kind,
        "object": clause.object,
        "purchase_family": clause.family,
        "unit": clause.unit,
        "hours": hours(clause.hours),
        "share": share(clause.share),
        "amount": euros(clause.amount),
        "by_orders": clause.by_orders,
        "calculation": terms
        and {
            "amount": euros(terms.amount),
            "labour_share": share(terms.labour_share),
            "rate": share(terms.rate),
            "hourly_cost": euros(terms.hourly_cost),
        },
        "modalities": clause.modalities,
        "training_counted": clause.training_counted,
        "evidence_frequency": clause.frequency,
        "evidence_days": clause.evidence_days,
        "penalty_mode": clause.penalty_mode,
        "penalty_amount": euros(clause.penalty_amount),
        "facilitator_siret": world.facilitator_siret,
        "starts_on": day(clause.starts_on),
        "ends_on": day(clause.ends_on),
        "status": clause.status,
    }
    made = world.post("/clauses", body, world.pilot)
    for moved in clause.changes:
        made = _move_clause(world, made, moved)
    for fined in clause.penalties:
        made = _fine(world, made, fined)
    return str(made["id"])


def _move_clause(world: World, clause: Mapping[str, Any], moved: Moved) -> Any:
    body = {
        "kind": moved.kind,
        "on": day(moved.on),
        "total": hours(moved.total),
        "added": hours(moved.added),
        "amount": euros(moved.amount),
    }
    path = f"/clauses/{clause['id']}/changes"
    return world.post(path, body, world.pilot, **_version(clause))


def _fine(world: World, clause: Mapping[str, Any], fined: Fined) -> Any:
    body = {
        "on": day(fined.on),
        "missing_hours": hours(fined.missing),
        "late_days": fined.late_days,
    }
    path = f"/clauses/{clause['id']}/penalties"
    made = world.post(path, body, world.pilot, **_version(clause))
    if fined.decision is None:
        return made
    decided: dict[str, Any] = {"decision": fined.decision, "reason": "Décision du comité"}
    if fined.decision is PenaltyDecision.REDUCED:
        decided["applied"] = euros(fined.applied)
    answer = world.service.client.patch(
        f"{INSERTION}{path}/{made['penalties'][-1]['id']}",
        json=decided,
        headers=world.service.as_(world.pilot) | _version(made),
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def _version(thing: Mapping[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{thing["version"]}"'}


def _close(world: World, siret: str, year: int) -> None:
    world.service.make("/api/v1/closings", {"organisation": siret, "year": year}, world.pilot)


# What the facilitator does


def _add_persons(world: World) -> None:
    made = world.made
    with world.way(world.service, world.facilitator) as do:
        for person in made.persons:
            _add_person(world, do, person)
        for job in made.employments:
            body = {
                "modality": job.modality,
                "kind": job.kind,
                "starts_on": day(job.starts_on),
                "ends_on": day(job.ends_on),
                "weekly": hours(job.weekly),
            }
            kept = do("employment", world.people[job.person], body=body)
            world.employments.append(kept["id"])


def _add_person(world: World, do: Do, person: Someone) -> None:
    body = {
        "external_ref": f"P{len(world.people):04}",
        "sex": person.sex,
        "birth_band": person.birth_band,
        "public": person.public,
        "qualification": person.qualification,
        "qpv": person.qpv,
        "entered_on": day(person.entered_on),
        "eligibility_months": person.eligibility_months,
    }
    kept = do("person", body=body)
    world.people.append(kept["id"])
    world.pseudonyms.append(kept["pseudonym"])
    for one in person.trainings:
        training = {
            "kind": one.kind,
            "hours": hours(one.hours),
            "certified": one.certified,
            "ended_on": day(one.ended_on),
        }
        do("training", kept["id"], body=training)
    for left in person.exits:
        said = {"situation": left.situation, "observed_on": day(left.observed_on)}
        do("exit", kept["id"], left.checkpoint.value, body=said)


def _state(world: World) -> None:
    """Send the lines by batches, drafts apart; what is rejected must be so before its month is
    stated again."""
    waiting: dict[bool, list[int]] = {True: [], False: []}
    months: set[tuple[int, date]] = set()
    count = 0
    world.statements = [""] * len(world.made.statements)
    for rank, stated in enumerate(world.made.statements):
        key = (stated.clause, stated.month)
        if key in months or count + len(stated.lines) > BATCH:
            _send_all(world, waiting)
            waiting, months, count = {True: [], False: []}, set(), 0
        waiting[bool(stated.moves)].append(rank)
        months.add(key)
        count += len(stated.lines)
    _send_all(world, waiting)


def _send_all(world: World, waiting: Mapping[bool, Sequence[int]]) -> None:
    """Batches of statements, each followed to its end; some are sent twice, at once and after."""
    ranks = sorted([*waiting[True], *waiting[False]])
    twice = [rank for rank in ranks if world.made.statements[rank].twice]
    for submit, some in waiting.items():
        if some:
            _send(world, some, submit)
    _send_again(world, twice)
    with world.way(world.service, world.facilitator) as do:
        for rank in ranks:
            _follow(world, do, rank)
    over = StatementState.REJECTED
    _send_again(world, [rank for rank in twice if world.made.statements[rank].state is not over])


def _send(world: World, ranks: Sequence[int], submit: bool) -> None:
    lines, places = [], []
    for rank in ranks:
        lines += lines_of(world, rank)
        places += [rank] * len(world.made.statements[rank].lines)
    body = {"lines": lines, "submit": submit}
    key = f"batch-{world.number}-{ranks[0]:06}-{submit}"
    told = world.post("/statements/batch", body, world.facilitator, **{"Idempotency-Key": key})
    world.sent.append(Sent(key, body, told))
    for rank, result in zip(places, told["results"], strict=True):
        assert result["status"] == "accepted", result
        world.statements[rank] = result["statement_id"]


def _send_again(world: World, ranks: Sequence[int]) -> None:
    for rank in ranks:
        body = {"lines": lines_of(world, rank)}
        world.again.append(world.send("/statements/batch", body, world.facilitator))
        world.again_of.append(rank)


def lines_of(world: World, rank: int) -> list[dict[str, Any]]:
    """The lines of a statement as the body of a batch holds them."""
    stated = world.made.statements[rank]
    return [line(world, stated, one) for one in stated.lines]


def _follow(world: World, do: Do, rank: int) -> None:
    """Move a statement, which is submitted by now, through its other states; then correct it."""
    stated, own = world.made.statements[rank], world.statements[rank]
    kept: Any = None
    for move in stated.moves[1:]:
        why = move in (StatementState.TO_CORRECT, StatementState.REJECTED)
        kept = do(move.value, own, body={"comment": "Attestations à revoir"} if why else {})
    for one in stated.corrections:
        original = stated.lines[one.line]
        body = {
            # All that is judged again is in the order it was sent in.
            "line_id": kept["lines"][one.line]["id"],
            "hours": hours(original.hours + one.hours),
            "training_hours": hours(original.training + one.training),
            "reason": one.reason,
        }
        do("correction", own, body=body)
