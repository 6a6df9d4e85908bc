"""Consultations: who enters and changes them, and what is said of them under each mark."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require
from api.access.service import check_directorate, own
from api.consultations.coherence import require_coherent
from api.consultations.listing import ITEMS, values
from api.consultations.models import Consultation, ConsultationMark
from api.consultations.schemas import (
    ConsultationChange,
    ConsultationContract,
    ConsultationCreate,
    ConsultationRead,
)
from api.contracts.models import Contract
from api.contracts.schemas import MarksIn, MarkState
from api.contracts.service import check_marks, marks_of
from api.kit import audit
from api.kit.columns import now, to_cents, to_euros
from api.kit.problems import Conflict, NotFound, PreconditionRequired, Stale
from api.programme.service import check_project

MAX_CONTRACTS = 1000

_WHOLE = (
    "techniques", "purchase_family", "downloads", "sme_offers", "irregular_offers",
    "variants_allowed", "variants_received", "variants_retained", "variant_bidders",
    "negotiation_allowed", "negotiated", "refined_lots", "sourced", "comment", "created_at",
    "updated_at",
)  # fmt: skip


class ConsultationTaken(Conflict):
    type = "reference-taken"
    title = "Référence déjà prise"
    default = "Cet acheteur a déjà une consultation de cette référence. Choisissez-en une autre."


def read(session: Session, actor: Actor, consultation_id: UUID) -> ConsultationRead:
    """A consultation of the actor's buyers.

    Raises NotFound, Forbidden.
    """
    one = session.get(Consultation, consultation_id)
    require(actor, Permission.CONTRACTS_READ, one.buyer_id if one else None)
    if one is None:
        raise NotFound
    return _shown(session, actor, one)


def allow_creation(session: Session, actor: Actor, data: ConsultationCreate) -> Organisation:
    """The buyer for whom the actor may enter this consultation; a directorate enters its own.

    Raises NotFound, Forbidden, Invalid on a foreign directorate or project.
    """
    buyer = own(session, actor, data.buyer_siret, Permission.CONTRACTS_READ)
    require(actor, Permission.PROGRAMME_WRITE, buyer.id, data.directorate_id)
    check_directorate(session, buyer.id, data.directorate_id)
    check_project(session, buyer.id, data.project_id)
    return buyer


def create(session: Session, actor: Actor, data: ConsultationCreate) -> ConsultationRead:
    """Enter a consultation.

    Raises NotFound, Forbidden, Invalid, ConsultationTaken.
    """
    buyer = allow_creation(session, actor, data)
    facts = _facts(data.model_dump(exclude={"buyer_siret"}))
    require_coherent(facts)
    _check_reference(session, buyer.id, data.reference)
    one = Consultation(buyer_id=buyer.id, **facts)
    session.add(one)
    session.flush()
    told = {"number": one.reference, "launched_on": one.launched_on.isoformat()}
    _record(session, actor, "consultation.created", one, told)
    return _shown(session, actor, one)


def change(
    session: Session,
    actor: Actor,
    consultation_id: UUID,
    data: ConsultationChange,
    if_match: str | None,
) -> ConsultationRead:
    """Change what is said of a consultation.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, ConsultationTaken.
    """
    one = _writable(session, actor, consultation_id, if_match)
    after = _facts(data.model_dump(exclude_unset=True))
    if "directorate_id" in after:
        # Moving a consultation out of one's directorate is not a directorate's to do.
        require(actor, Permission.PROGRAMME_WRITE, one.buyer_id, after["directorate_id"])
        check_directorate(session, one.buyer_id, after["directorate_id"])
    check_project(session, one.buyer_id, after.get("project_id"))
    require_coherent(one.model_dump() | after)
    if after.get("reference", one.reference) != one.reference:
        _check_reference(session, one.buyer_id, after["reference"])
    changes = [
        [name, _plain(getattr(one, name)), _plain(value)]
        for name, value in after.items()
        if getattr(one, name) != value and name != "comment"
    ]
    one.sqlmodel_update(after)
    _touch(session, one)
    _record(session, actor, "consultation.changed", one, {"changes": changes})
    return _shown(session, actor, one)


def mark(
    session: Session, actor: Actor, consultation_id: UUID, data: MarksIn, if_match: str | None
) -> ConsultationRead:
    """Say yes, no or unknown under marks of the nomenclature; the others stay as they are.

    Raises as ``change``, and Invalid on a code outside the nomenclature.
    """
    check_marks(data)
    one = _writable(session, actor, consultation_id, if_match)
    before = _marks(session, one.id)
    after = before | {code: state is MarkState.YES for code, state in data.marks.items()}
    for code, state in data.marks.items():
        if state is MarkState.UNKNOWN:
            del after[code]
    owned = col(ConsultationMark.consultation_id) == one.id
    session.execute(sa.delete(ConsultationMark).where(owned))
    session.add_all(
        ConsultationMark(consultation_id=one.id, code=code, value=value)
        for code, value in after.items()
    )
    _touch(session, one)
    changes = [["marks", dict(sorted(before.items())), dict(sorted(after.items()))]]
    _record(session, actor, "consultation.marked", one, {"changes": changes})
    return _shown(session, actor, one)


def etag(one: ConsultationRead) -> str:
    """The ETag of a consultation: its version."""
    return f'"{one.version}"'


def _writable(
    session: Session, actor: Actor, consultation_id: UUID, if_match: str | None
) -> Consultation:
    one = session.get(Consultation, consultation_id, with_for_update=True)
    if one is None:
        raise NotFound
    require(actor, Permission.PROGRAMME_WRITE, one.buyer_id, one.directorate_id)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{one.version}"':
        raise Stale
    return one


def _touch(session: Session, one: Consultation) -> None:
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    """What is said, as the table keeps it."""
    amount = said.get("estimated_amount")
    return said if amount is None else said | {"estimated_amount": to_cents(amount)}


def _check_reference(session: Session, buyer_id: UUID, reference: str) -> None:
    taken = sa.select(col(Consultation.id)).where(
        col(Consultation.buyer_id) == buyer_id, col(Consultation.reference) == reference
    )
    if session.scalars(taken).first() is not None:
        raise ConsultationTaken


def _marks(session: Session, consultation_id: UUID) -> dict[str, bool]:
    said = session.execute(
        sa.select(col(ConsultationMark.code), col(ConsultationMark.value)).where(
            col(ConsultationMark.consultation_id) == consultation_id
        )
    )
    return {row.code: row.value for row in said}


def _contracts(session: Session, one: Consultation) -> list[ConsultationContract]:
    names = ("id", "reference", "lot_number", "subject", "amount", "notified_on")
    rows = session.execute(
        sa.select(*(getattr(Contract, name) for name in names))
        .where(
            col(Contract.buyer_id) == one.buyer_id,
            col(Contract.consultation_reference) == one.reference,
        )
        .order_by(col(Contract.lot_number).nulls_last(), col(Contract.reference))
        .limit(MAX_CONTRACTS)
    )
    return [
        ConsultationContract(
            **row | {"amount": None if row["amount"] is None else to_euros(row["amount"])}
        )
        for row in map(dict, rows.mappings())
    ]


def _shown(session: Session, actor: Actor, one: Consultation) -> ConsultationRead:
    row = session.execute(ITEMS.where(col(Consultation.id) == one.id)).one()
    return ConsultationRead(
        **values(row),
        **{name: getattr(one, name) for name in _WHOLE},
        directorate=row[3],
        project=row[4],
        marks=marks_of(_marks(session, one.id)),
        contracts=_contracts(session, one),
        editable=_may_write(actor, one),
    )


def _may_write(actor: Actor, one: Consultation) -> bool:
    return any(
        grant.organisation_id == one.buyer_id
        and grant.gives(Permission.PROGRAMME_WRITE, one.directorate_id)
        for grant in actor.grants
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value


def _record(
    session: Session, actor: Actor, action: str, one: Consultation, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.buyer_id,
        action=action,
        target=f"consultation:{one.id}",
        details=details,
    )
