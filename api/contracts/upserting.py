"""Contracts that another software writes here, under its own name for them: one or many at once.

Sent again, a contract changes nothing. What a line doesn't say stays as it is: people complete here
what that software doesn't know. Statements don't grow with the lines, but by batches.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.access.service import own
from api.contracts import beside, conversion, following, reading, writing
from api.contracts.announcing import announce
from api.contracts.models import Contract, Origin
from api.contracts.reading import BESIDE, Kept
from api.contracts.schemas import ContractNamed
from api.contracts.service import ReferenceTaken
from api.contracts.upserting_schemas import WriteOutcome
from api.contracts.writing import Written
from api.kit import audit
from api.kit.bulk import update_many
from api.kit.columns import new_id
from api.kit.problems import Conflict, FieldError, Invalid, Problem, Stale
from api.programme.models import Project
from api.rules.records import ContractRecord
from api.suppliers.service import Identity, identity, register

_BATCH = 500


class NumberFixed(Conflict):
    type = "number-fixed"
    title = "Numéro ou type différent"
    default = (
        "Cet identifiant externe est celui d’un marché d’un autre numéro ou d’un autre type : ni "
        "l’un ni l’autre ne changent. Envoyez l’autre marché sous un autre identifiant."
    )


class SentTwice(Conflict):
    type = "sent-twice"
    title = "Envoyé deux fois"
    default = "Cet identifiant externe ou ce numéro est déjà celui d’une ligne précédente."


@dataclass(frozen=True)
class Sent:
    """A contract to write, under its external name; ``if_match``: the version it must have."""

    external_id: str
    data: ContractNamed
    if_match: str | None = None


@dataclass(frozen=True)
class Done:
    """What became of it: a refusal, or the contract with its version."""

    outcome: WriteOutcome
    contract_id: UUID | None = None
    version: int | None = None
    problem: Problem | None = None


@dataclass
class _Plan:
    """A line that passed: the contract it writes, None before; what it becomes."""

    external_id: str
    kept: Kept | None
    contract_id: UUID
    record: ContractRecord
    said: dict[str, Any]
    details: dict[str, Any]

    @property
    def outcome(self) -> WriteOutcome:
        if self.kept is None:
            return WriteOutcome.CREATED
        return WriteOutcome.UPDATED if self.details["changes"] else WriteOutcome.UNCHANGED

    @property
    def version(self) -> int:
        before = self.kept.version if self.kept else 0
        return before + (self.outcome is not WriteOutcome.UNCHANGED)


@dataclass
class _Judge:
    """Judges lines of one buyer against what the register holds of them."""

    session: Session
    actor: Actor
    buyer: Organisation
    by_external: dict[str, Kept]
    by_reference: dict[str, Kept]
    seen: set[tuple[str, str]] = field(default_factory=set)
    places: dict[tuple[Any, Any], Problem | None] = field(default_factory=dict)

    def plan(self, sent: Sent) -> _Plan:
        """What a line does. Raises the problem that refuses it."""
        names = {("external", sent.external_id), ("reference", sent.data.reference)}
        if names & self.seen:
            raise SentTwice
        kept = self._found(sent)
        said = conversion.recalled(kept, sent.data.model_dump(exclude_unset=True))
        self._allow(kept, said, sent.if_match)
        self.seen |= names
        if kept is None:
            blank = ContractRecord(sent.data.kind, sent.data.reference, self.buyer.siret or "")
            record = conversion.changed(blank, said)
            told = {"number": sent.data.reference, "external_id": sent.external_id}
            return _Plan(sent.external_id, None, new_id(), record, said, told)
        record = conversion.changed(kept.record, said)
        changes = [
            *conversion.differences(kept.record, record),
            *beside.differences(self.session, kept, said),
        ]
        if kept.external_id is None:
            changes.append(("external_id", None, sent.external_id))
        details = {"changes": [list(one) for one in changes]}
        return _Plan(sent.external_id, kept, kept.id, record, said, details)

    def _found(self, sent: Sent) -> Kept | None:
        kept = self.by_external.get(sent.external_id)
        if kept is not None:
            if (kept.record.kind, kept.record.reference) != (sent.data.kind, sent.data.reference):
                raise NumberFixed
            return kept
        # A contract that was there before (imported, typed) takes the name it is sent under.
        numbered = self.by_reference.get(sent.data.reference)
        if numbered is not None and numbered.external_id is not None:
            raise ReferenceTaken
        if numbered is not None and numbered.record.kind != sent.data.kind:
            raise NumberFixed
        return numbered

    def _allow(self, kept: Kept | None, said: dict[str, Any], if_match: str | None) -> None:
        moved = {said["directorate_id"]} if "directorate_id" in said else set()
        places = ({kept.directorate_id} | moved) if kept else (moved or {None})
        for directorate_id in places:
            require(self.actor, Permission.CONTRACTS_WRITE, self.buyer.id, directorate_id)
        if if_match and if_match != (f'"{kept.version}"' if kept else None):
            raise Stale
        place = (said.get("directorate_id"), said.get("project_id"))
        if place not in self.places:
            self.places[place] = _problem_of_place(self.session, self.buyer.id, said)
        problem = self.places[place]
        if problem is not None:
            raise problem


def allow(session: Session, actor: Actor, siret: str) -> Organisation:
    """The buyer of whom the actor may write some contract. Raises NotFound, Forbidden."""
    buyer = own(session, actor, siret, Permission.CONTRACTS_READ)
    if buyer.id not in visible(actor, Permission.CONTRACTS_WRITE):
        require(actor, Permission.CONTRACTS_WRITE, buyer.id)
    return buyer


def upsert(
    session: Session, actor: Actor, buyer: Organisation, lines: Iterable[Sent | Problem]
) -> list[Done]:
    """Write contracts of a buyer that ``allow`` gave; answers what became of each, in order.

    A line that is already a problem, or that meets one, is refused and changes nothing.
    """
    asked = list(lines)
    good = [one for one in asked if isinstance(one, Sent)]
    judge = _judge(session, actor, buyer, good)
    # Held while the lines are judged: each is then found without asking for it again.
    _held = _named_places(session, good)
    judged = [_judged(judge, one) for one in asked]
    del _held
    plans = [one for one in judged if isinstance(one, _Plan)]
    written = [one for one in plans if one.outcome is not WriteOutcome.UNCHANGED]
    if written:
        _write(session, buyer, written)
        _tell(session, actor, buyer, written)
    return [_done(one) for one in judged]


def _judged(judge: _Judge, line: Sent | Problem) -> _Plan | Problem:
    if isinstance(line, Problem):
        return line
    try:
        return judge.plan(line)
    except Problem as problem:
        return problem


def _done(one: _Plan | Problem) -> Done:
    if isinstance(one, Problem):
        return Done(WriteOutcome.REFUSED, problem=one)
    return Done(one.outcome, one.contract_id, one.version)


def _judge(session: Session, actor: Actor, buyer: Organisation, sent: Sequence[Sent]) -> _Judge:
    kept: dict[UUID, Kept] = {}
    known = _known(session, buyer, sent)
    for start in range(0, len(known), _BATCH):
        some = known[start : start + _BATCH]
        held = sa.select(col(Contract.id)).where(col(Contract.id).in_(some))
        ids = session.scalars(held.order_by(col(Contract.id)).with_for_update(key_share=True)).all()
        kept |= {one.id: one for one in reading.by_ids(session, ids)}
    return _Judge(
        session,
        actor,
        buyer,
        {one.external_id: one for one in kept.values() if one.external_id is not None},
        {one.record.reference: one for one in kept.values()},
    )


def _known(session: Session, buyer: Organisation, sent: Sequence[Sent]) -> list[UUID]:
    """The contracts that lines speak of, in one order whatever that of the lines: two senders at
    once wait for each other instead of blocking."""
    found: set[UUID] = set()
    for start in range(0, len(sent), _BATCH):
        some = sent[start : start + _BATCH]
        found |= set(
            session.scalars(
                sa.select(col(Contract.id)).where(
                    col(Contract.buyer_id) == buyer.id,
                    sa.or_(
                        col(Contract.external_id).in_([one.external_id for one in some]),
                        col(Contract.reference).in_([one.data.reference for one in some]),
                    ),
                )
            )
        )
    return sorted(found)


def _named_places(session: Session, sent: Sequence[Sent]) -> list[object]:
    found: list[object] = []
    for table, name in ((Directorate, "directorate_id"), (Project, "project_id")):
        wanted = {getattr(one.data, name) for one in sent} - {None}
        for start in range(0, len(wanted), _BATCH):
            some = sorted(wanted)[start : start + _BATCH]
            found += session.scalars(sa.select(table).where(col(table.id).in_(some))).all()
    return found


def _problem_of_place(session: Session, buyer_id: UUID, said: dict[str, Any]) -> Problem | None:
    try:
        beside.check(session, buyer_id, said)
    except Problem as problem:
        return problem
    return None


def _write(session: Session, buyer: Organisation, plans: Sequence[_Plan]) -> None:
    companies: dict[Identity, UUID] = {}
    register(session, (party for one in plans for party in one.record.suppliers), companies)

    def written(one: _Plan) -> Written:
        held = tuple(companies[identity(party)] for party in one.record.suppliers)
        return Written(one.contract_id, buyer.id, one.record, held, Origin.FORM)

    # As they are numbered: two senders of the same new contracts write them in the same order.
    fresh = sorted((one for one in plans if one.kept is None), key=lambda one: one.record.reference)
    writing.insert(session, [written(one) for one in fresh])
    writing.replace_many(
        session, [(written(one), one.version) for one in plans if one.kept is not None]
    )
    rows = [
        (one.external_id, *(_beside(one, name) for name in BESIDE), one.contract_id.hex)
        for one in plans
    ]
    update_many(session, "contract", ("external_id", *BESIDE), ("id",), rows)


def _beside(plan: _Plan, name: str) -> Any:
    value = plan.said[name] if name in plan.said else getattr(plan.kept, name, None)
    return value.hex if isinstance(value, UUID) else value


def _tell(session: Session, actor: Actor, buyer: Organisation, plans: Sequence[_Plan]) -> None:
    moved = [
        one.contract_id
        for one in plans
        if one.kept is None
        or following.concerns(name for name, *_ in one.details.get("changes", ()))
    ]
    if moved:
        following.tell(session, buyer.id, moved)
    audit.record_many(
        session,
        [
            audit.Told(
                actor.person_id,
                buyer.id,
                "contract.created" if one.kept is None else "contract.changed",
                f"contract:{one.contract_id}",
                one.details,
            )
            for one in plans
        ],
    )
    for start in range(0, len(plans), _BATCH):
        some = [one.contract_id for one in plans[start : start + _BATCH]]
        announce(session, sa.select(col(Contract.id)).where(col(Contract.id).in_(some)))


def check_buyer(siret: str, said: str) -> None:
    """Refuse (Invalid) a body of another buyer than its address."""
    if siret != said:
        message = "n’est pas le SIRET de l’adresse."
        raise Invalid(errors=[FieldError(loc=["body", "buyer_siret"], message=message)])
