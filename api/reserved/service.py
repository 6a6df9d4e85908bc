"""Reservations: who may enter, change and remove them, and what each says of its contract."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission, require
from api.closings.service import require_open
from api.contracts import conversion, reading
from api.contracts.announcing import announce_one
from api.contracts.reading import Kept
from api.contracts.schemas import MarkState
from api.contracts.service import replace_record
from api.kit import audit
from api.kit.columns import now, to_millionths, to_share
from api.kit.days import today
from api.kit.problems import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
)
from api.reserved import advising
from api.reserved.bases import BASES, minimum_share
from api.reserved.listing import ITEMS, values
from api.reserved.models import LegalBasis, Reservation
from api.reserved.schemas import ReservationChange, ReservationCreate, ReservationRead
from api.rules.records import Kind

MARK = "reserved"

_KINDS = {Kind.CONTRACT: "un marché", Kind.CONCESSION: "une concession"}


class BasisTaken(Conflict):
    type = "basis-taken"
    title = "Réservation déjà inscrite"
    default = "Ce marché est déjà réservé sur cet article : modifiez cette réservation."


def read(session: Session, actor: Actor, reservation_id: UUID) -> ReservationRead:
    """A reservation of the actor's buyers.

    Raises NotFound, Forbidden.
    """
    one = session.get(Reservation, reservation_id)
    require(actor, Permission.CONTRACTS_READ, one.buyer_id if one else None)
    if one is None:
        raise NotFound
    return _shown(session, actor, one, _contract(session, one.contract_id))


def allow_creation(session: Session, actor: Actor, contract_id: UUID) -> None:
    """Let pass who may reserve, or justify not to reserve, this contract.

    Raises NotFound, Forbidden (also to a directorate that is not the contract's).
    """
    writable_contract(session, actor, contract_id)


def create(session: Session, actor: Actor, data: ReservationCreate) -> ReservationRead:
    """Enter a reservation and say yes to the contract's mark of reserved contracts.

    The rules of the day of the decision are asked; what they object is answered, not refused, but
    for articles that a rule forbids together. Raises NotFound, Forbidden, Invalid, BasisTaken,
    IncompatibleBases, YearClosed.
    """
    kept = writable_contract(session, actor, data.contract_id, lock=True)
    _check_basis(kept, data.basis)
    others = _of_contract(session, kept.id)
    if any(one.basis is data.basis for one in others):
        raise BasisTaken
    one = Reservation(
        buyer_id=kept.buyer_id,
        contract_id=kept.id,
        basis=data.basis,
        decided_on=data.decided_on,
        **_facts(data.model_dump(exclude_unset=True)),
    )
    if "share" not in data.model_fields_set:
        least = minimum_share(data.basis, data.decided_on)
        one.share = least.share if least else None
    _check(session, kept, one)
    advising.require_compatible(advising.judge(kept.record, one, others))
    session.add(one)
    session.flush()
    told = {"basis": one.basis.value, "contract": str(kept.id), "mark": _mark(session, kept)}
    _record(session, actor, "reservation.created", one, told)
    announce_one(session, kept.id)
    return _shown(session, actor, one, _contract(session, kept.id))


def change(
    session: Session,
    actor: Actor,
    reservation_id: UUID,
    data: ReservationChange,
    if_match: str | None,
) -> ReservationRead:
    """Change what is said of a reservation.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, IncompatibleBases, YearClosed.
    """
    one, kept = _writable(session, actor, reservation_id, if_match)
    said = data.model_dump(exclude_unset=True)
    after = _facts(said) | {key: said[key] for key in ("decided_on",) if key in said}
    changes = [
        [name, _plain(getattr(one, name)), _plain(value)]
        for name, value in after.items()
        if getattr(one, name) != value
    ]
    others = [other for other in _of_contract(session, kept.id) if other.id != one.id]
    one.sqlmodel_update(after)
    with session.no_autoflush:
        _check(session, kept, one)
        advising.require_compatible(advising.judge(kept.record, one, others))
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()
    _record(session, actor, "reservation.changed", one, {"changes": changes})
    return _shown(session, actor, one, kept)


def remove(session: Session, actor: Actor, reservation_id: UUID, if_match: str | None) -> None:
    """Remove a reservation entered by mistake.

    The contract's mark stays as it is: what may have been published is never erased in silence;
    whoever removes the reservation says no, or not known, on the contract itself. Raises as
    ``change``.
    """
    one, kept = _writable(session, actor, reservation_id, if_match)
    _check_year(session, kept)
    session.delete(one)
    session.flush()
    told = {"basis": one.basis.value, "contract": str(kept.id)}
    _record(session, actor, "reservation.removed", one, told)


def etag(one: ReservationRead) -> str:
    """The ETag of a reservation: its version."""
    return f'"{one.version}"'


def writable_contract(
    session: Session, actor: Actor, contract_id: UUID, *, lock: bool = False
) -> Kept:
    """The contract that the actor may reserve, or justify not to.

    Raises NotFound, Forbidden (also to a directorate that is not the contract's).
    """
    kept = reading.by_id(session, contract_id, lock=lock)
    directorate_id = kept.directorate_id if kept else None
    require(actor, Permission.RESERVATIONS_WRITE, kept.buyer_id if kept else None, directorate_id)
    if kept is None:
        raise NotFound
    return kept


def _writable(
    session: Session, actor: Actor, reservation_id: UUID, if_match: str | None
) -> tuple[Reservation, Kept]:
    one = session.get(Reservation, reservation_id, with_for_update=True)
    if one is None:
        raise NotFound
    kept = writable_contract(session, actor, one.contract_id, lock=True)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{one.version}"':
        raise Stale
    return one, kept


def _contract(session: Session, contract_id: UUID) -> Kept:
    kept = reading.by_id(session, contract_id)
    if kept is None:
        raise NotFound
    return kept


def _of_contract(session: Session, contract_id: UUID) -> list[Reservation]:
    found = sa.select(Reservation).where(col(Reservation.contract_id) == contract_id)
    return list(session.scalars(found.order_by(col(Reservation.id))))


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    """What is said, as the table keeps it."""
    names = ("lots", "structure_kinds", "share", "domain", "mention", "comment")
    facts = {name: said[name] for name in names if name in said}
    for name in ("lots", "structure_kinds"):
        if name in facts:
            facts[name] = list(dict.fromkeys(str(one) for one in facts[name]))
    if facts.get("share") is not None:
        facts["share"] = to_millionths(facts["share"])
    return facts


def _check_basis(kept: Kept, basis: LegalBasis) -> None:
    kind = kept.record.kind
    if BASES[basis].reserves is not kind:
        articles = ", ".join(one.value for one, base in BASES.items() if base.reserves is kind)
        message = f"ne réserve pas {_KINDS[kind]}. Articles possibles : {articles}."
        raise Invalid(errors=[FieldError(loc=["body", "basis"], message=message)])


def _check(session: Session, kept: Kept, one: Reservation) -> None:
    """Raise Invalid (the fields) or YearClosed on what no reservation can say."""
    base = BASES[one.basis]
    errors: list[FieldError] = []
    if one.decided_on > today():
        errors.append(_error("decided_on", "est dans le futur."))
    foreign = [kind for kind in one.structure_kinds if kind not in base.kinds]
    if foreign:
        possible = ", ".join(base.kinds)
        message = f"ne va pas avec l’article {one.basis}. Valeurs possibles : {possible}."
        errors.append(_error("structure_kinds", message))
    least = minimum_share(one.basis, one.decided_on)
    if one.share is not None and one.basis is LegalBasis.ESS:
        errors.append(_error("share", "est sans objet pour l’article L2113-15 : laissez vide."))
    elif one.share is not None and least and least.verified and one.share < least.share:
        message = f"est inférieure au minimum de {to_share(least.share):f} ({least.source})."
        errors.append(_error("share", message))
    if errors:
        raise Invalid(errors=errors)
    _check_year(session, kept)


def _check_year(session: Session, kept: Kept) -> None:
    if kept.record.notified_on is not None:
        require_open(session, kept.buyer_id, kept.record.notified_on.year)


def _error(field: str, message: str) -> FieldError:
    return FieldError(loc=["body", field], message=message)


def _mark(session: Session, kept: Kept) -> list[bool | None]:
    """Say yes to the mark of the contract; answers [before, after] for the journal."""
    before = kept.record.marks.get(MARK)
    if before is not True:
        record = conversion.marked(kept.record, {MARK: MarkState.YES})
        replace_record(session, kept, record, {}, kept.imported_hash)
    return [before, True]


def _shown(session: Session, actor: Actor, one: Reservation, kept: Kept) -> ReservationRead:
    row = session.execute(ITEMS.where(col(Reservation.id) == one.id)).one()
    others = [other for other in _of_contract(session, kept.id) if other.id != one.id]
    judged = advising.judge(kept.record, one, others)
    return ReservationRead(
        **values(row),
        editable=_may_write(actor, kept),
        state=judged.state,
        warnings=list(judged.findings),
        obligations=list(judged.obligations),
    )


def _may_write(actor: Actor, kept: Kept) -> bool:
    return any(
        grant.organisation_id == kept.buyer_id
        and grant.gives(Permission.RESERVATIONS_WRITE, kept.directorate_id)
        for grant in actor.grants
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _record(
    session: Session, actor: Actor, action: str, one: Reservation, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.buyer_id,
        action=action,
        target=f"reservation:{one.id}",
        details=details,
    )
