"""Insertion in the demonstration: clauses of the demonstration buyer's contracts, followed to 2026.

All is invented but for the contracts, which are those of the register already. What the services
check is written by them; only the days on which things happened are set afterwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.current import actor_of
from api.access.models import Directorate, Person
from api.access.permissions import Actor
from api.contracts.models import Contract, ContractMark
from api.contracts.writing import tell_marks
from api.demonstration.hours import Desk, add_persons, add_statements
from api.insertion.clauses import service as clauses
from api.insertion.clauses.answers import ClauseRead
from api.insertion.clauses.models import Clause
from api.insertion.clauses.schemas import (
    CalculationTerms,
    ClauseCreate,
    EngagementChangeIn,
    PenaltyChange,
    PenaltyCreate,
)
from api.insertion.feasibility.models import (
    CalculationParameter,
    FeasibilityDecision,
    FeasibilityRequest,
)
from api.kit.columns import to_euros, to_hours, to_share
from api.rules.fiction_insertion import Size, fictitious_follow_up
from api.rules.fiction_insertion_clauses import Shape, Story
from api.rules.fiction_insertion_records import Bought, Calculation, Fined, FollowUp, Promise
from api.rules.hours.vocabulary import (
    FeasibilityAnswer,
    Modality,
    PenaltyDecision,
    PenaltyMode,
    Public,
)
from api.rules.records import Kind

_SEED: Final = 62
_STORY: Final = Story(date(2024, 6, 1), date(2026, 9, 30))
_SIZE: Final = Size(
    buyers=1,
    clauses=10,
    persons=45,
    lines=130,
    most=80,
    shapes=(
        *(Shape.AMENDED, Shape.PLAIN, Shape.BY_ORDERS, Shape.CALCULATED, Shape.TRANCHE),
        *(Shape.SHARE, Shape.PLAIN, Shape.PLAIN, Shape.STOPPED, Shape.AMENDED),
    ),
)
_DIVISIONS: Final = ("45", "77", "90")
_INSERTION: Final = "insertion_clause"
_LEAST_AMOUNT: Final = 10_000_000
_LEAST_MONTHS: Final = 9

# Family, labour share and rate in millionths, hourly cost in cents.
_PARAMETERS: Final = (
    ("Rénovation de bâtiments", 450_000, 70_000, 3_150),
    ("Entretien de parcs et jardins", 650_000, 100_000, 2_780),
)
_REQUESTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "subject": "Rénovation énergétique de l’école maternelle des Glycines",
        "family": "Bâtiment",
        "cpv": "45214210",
        "estimate": 86_000_000,
        "months": 14,
        "expected_on": date(2026, 12, 1),
        "sent_on": date(2026, 9, 7),
        "due_on": date(2026, 10, 5),
    },
    {
        "subject": "Entretien des espaces verts du parc de la Plaine",
        "family": "Espaces verts",
        "cpv": "77310000",
        "estimate": 24_000_000,
        "months": 36,
        "expected_on": date(2026, 10, 15),
        "sent_on": date(2026, 6, 1),
        "due_on": date(2026, 6, 29),
        "answered_on": date(2026, 6, 18),
        "answer": FeasibilityAnswer.EXECUTION_CONDITION,
        "hours": 600 * 4,
        "rate": 100_000,
        "publics": [Public.RSA.value, Public.DELD.value, Public.QPV.value],
        "modalities": [Modality.HIRE_CDD.value, Modality.SUBCONTRACT_ACI.value],
        "decision": FeasibilityDecision.FOLLOWED,
        "decided_on": date(2026, 7, 2),
    },
)


def load(session: Session, buyer_id: UUID, facilitator_id: UUID) -> bool:
    """Put clauses, persons and hours in, unless the buyer has a clause; answers whether it was so.

    The accounts and the mandate of the facilitator must be there.
    """
    if session.scalars(_of_buyer(buyer_id)).first() is not None:
        return False
    picked = chosen(session, buyer_id)
    if len(picked) < _SIZE.clauses:
        return False
    pilot, facilitator = (_actor(session, account) for account in ("pilot", "facilitator"))
    made = follow_up([bought for _, bought in picked])
    ids = [contract_id for contract_id, _ in picked]
    desk = Desk(session, pilot, facilitator, buyer_id, facilitator_id, made, ids)
    for clause in made.clauses:
        desk.clauses.append(_add_clause(desk, clause))
    _say_insertion(session, buyer_id, [ids[clause.contract] for clause in made.clauses])
    add_persons(desk)
    add_statements(desk)
    _add_requests(desk)
    _add_parameters(desk)
    session.flush()
    return True


def follow_up(contracts: Sequence[Bought]) -> FollowUp:
    """What the demonstration tells of these contracts, with one penalty."""
    made = fictitious_follow_up(_SEED, _STORY, _SIZE, contracts, [""])
    stopped = len(made.clauses) - 2
    penalty = Fined(
        date(2026, 6, 15), missing=160, decision=PenaltyDecision.REDUCED, applied=80_000
    )
    told = [
        replace(
            clause,
            penalties=(penalty,) if rank == stopped else (),
            penalty_mode=PenaltyMode.PER_MISSING_HOUR if rank == stopped else clause.penalty_mode,
            penalty_amount=4000 if rank == stopped else clause.penalty_amount,
        )
        for rank, clause in enumerate(made.clauses)
    ]
    return replace(made, clauses=tuple(told), closed=())


def _of_buyer(buyer_id: UUID) -> sa.Select[Any]:
    return sa.select(col(Clause.id)).where(col(Clause.buyer_id) == buyer_id).limit(1)


def _actor(session: Session, account: str) -> Actor:
    asks = sa.select(col(Person.id)).where(col(Person.email) == f"{account}@demo.example")
    return actor_of(session.connection(), session.scalars(asks).one())


def chosen(session: Session, buyer_id: UUID) -> list[tuple[UUID, Bought]]:
    """The contracts with a social clause that are large and long enough, the oldest first."""
    rows = session.scalars(
        sa.select(Contract)
        .join(ContractMark, col(ContractMark.contract_id) == col(Contract.id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.kind) == Kind.CONTRACT,
            sa.func.substr(Contract.cpv, 1, 2).in_(_DIVISIONS),
            col(Contract.notified_on).between(_STORY.since, date(2026, 5, 31)),
            col(Contract.amount) >= _LEAST_AMOUNT,
            col(Contract.months) >= _LEAST_MONTHS,
            col(ContractMark.code) == "social_clause",
            col(ContractMark.value).is_(True),
        )
        .order_by(col(Contract.notified_on), col(Contract.reference))
        .limit(_SIZE.clauses)
    )
    return [(one.id, _bought(one)) for one in rows]


def _bought(contract: Contract) -> Bought:
    return Bought(
        buyer=0,
        reference=contract.reference,
        subject=contract.subject or contract.reference,
        cpv=contract.cpv or "",
        amount=contract.amount,
        notified_on=contract.notified_on or _STORY.since,
        months=contract.months or 12,
        supplier="",
    )


def _add_clause(desk: Desk, promise: Promise) -> UUID:
    said = {
        "contract_id": desk.contracts[promise.contract],
        "title": promise.title,
        "kind": promise.kind,
        "object": promise.object,
        "purchase_family": promise.family,
        "unit": promise.unit,
        "hours": _hours(promise.hours),
        "share": None if promise.share is None else to_share(promise.share),
        "amount": _euros(promise.amount),
        "by_orders": promise.by_orders,
        "calculation": promise.calculation and _terms(promise.calculation),
        "modalities": list(promise.modalities),
        "training_counted": promise.training_counted,
        "evidence_frequency": promise.frequency,
        "evidence_days": promise.evidence_days,
        "penalty_mode": promise.penalty_mode,
        "penalty_amount": _euros(promise.penalty_amount),
        "starts_on": promise.starts_on,
        "ends_on": promise.ends_on,
        "status": promise.status,
    }
    made = clauses.create(desk.session, desk.pilot, ClauseCreate.model_validate(said))
    for moved in promise.changes:
        change = EngagementChangeIn(
            kind=moved.kind,
            on=moved.on,
            total=_hours(moved.total),
            added=_hours(moved.added),
            amount=_euros(moved.amount),
        )
        made = clauses.add_change(desk.session, desk.pilot, made.id, change, clauses.etag(made))
    for fined in promise.penalties:
        made = _fine(desk, made, fined)
    return made.id


def _say_insertion(session: Session, buyer_id: UUID, contracts: Collection[UUID]) -> None:
    """A contract whose clause is followed is one with a clause of insertion."""
    said = session.scalars(
        sa.select(ContractMark).where(
            col(ContractMark.contract_id).in_(contracts), col(ContractMark.code) == _INSERTION
        )
    ).all()
    for mark in said:
        mark.value = True
        session.add(mark)
    unsaid = set(contracts) - {mark.contract_id for mark in said}
    session.add_all(
        ContractMark(contract_id=contract_id, code=_INSERTION, value=True) for contract_id in unsaid
    )
    session.flush()
    tell_marks(session, col(Contract.buyer_id) == buyer_id)


def _terms(said: Calculation) -> CalculationTerms:
    return CalculationTerms(
        amount=_euros(said.amount),
        labour_share=to_share(said.labour_share),
        rate=to_share(said.rate),
        hourly_cost=to_euros(said.hourly_cost),
    )


def _fine(desk: Desk, clause: ClauseRead, fined: Fined) -> ClauseRead:
    session, pilot = desk.session, desk.pilot
    asked = PenaltyCreate(on=fined.on, missing_hours=_hours(fined.missing))
    made = clauses.create_penalty(session, pilot, clause.id, asked, clauses.etag(clause))
    decided = PenaltyChange(
        decision=fined.decision or PenaltyDecision.APPLIED,
        applied=_euros(fined.applied),
        reason="Résiliation d’un commun accord : une partie seulement est retenue.",
    )
    place = (made.id, made.penalties[-1].id)
    return clauses.change_penalty(session, pilot, place, decided, clauses.etag(made))


def _hours(quarters: int | None) -> Any:
    return None if quarters is None else to_hours(quarters)


def _euros(cents: int | None) -> Any:
    return None if cents is None else to_euros(cents)


def _add_requests(desk: Desk) -> None:
    """One request whose answer is late, and one that was answered and followed."""
    directorate = desk.session.scalars(
        sa.select(col(Directorate.id))
        .where(col(Directorate.organisation_id) == desk.buyer_id)
        .order_by(col(Directorate.name))
        .limit(1)
    ).first()
    desk.session.add_all(
        FeasibilityRequest(
            buyer_id=desk.buyer_id,
            directorate_id=directorate,
            facilitator_id=desk.facilitator_id,
            **told,
        )
        for told in _REQUESTS
    )


def _add_parameters(desk: Desk) -> None:
    """The usual values of two families, for who buys and for who advises."""
    desk.session.add_all(
        CalculationParameter(
            organisation_id=organisation_id,
            family=family,
            labour_share=labour_share,
            rate=rate,
            hourly_cost=hourly_cost,
            note="Relevés sur les marchés de 2024 et 2025 (invention).",
            person_id=actor.person_id,
        )
        for organisation_id, actor in (
            (desk.buyer_id, desk.pilot),
            (desk.facilitator_id, desk.facilitator),
        )
        for family, labour_share, rate, hourly_cost in _PARAMETERS
    )
