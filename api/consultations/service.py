"""Consultations: who enters and changes them, and what is said of them under each mark."""

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
from api.kit.columns import to_euros
from api.kit.problems import Conflict, NotFound
from api.programme import records
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


class ConsultationInUse(Conflict):
    type = "consultation-in-use"
    title = "Suppression impossible"
    default = "Des marchés portent la référence de cette consultation : gardez-la."


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
    facts = records.kept(data.model_dump(exclude={"buyer_siret"}))
    require_coherent(facts)
    _check_reference(session, buyer.id, data.reference)
    one = Consultation(buyer_id=buyer.id, **facts)
    session.add(one)
    session.flush()
    told = {"number": one.reference, "launched_on": one.launched_on.isoformat()}
    records.tell(session, actor, "consultation.created", one, told)
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
    one = records.for_change(session, actor, Consultation, consultation_id, if_match)
    after = records.kept(data.model_dump(exclude_unset=True))
    records.check_move(session, actor, one, after)
    check_project(session, one.buyer_id, after.get("project_id"))
    require_coherent(one.model_dump() | after)
    if after.get("reference", one.reference) != one.reference:
        _check_reference(session, one.buyer_id, after["reference"])
    records.write(session, actor, one, after)
    return _shown(session, actor, one)


def mark(
    session: Session, actor: Actor, consultation_id: UUID, data: MarksIn, if_match: str | None
) -> ConsultationRead:
    """Say yes, no or unknown under marks of the nomenclature; the others stay as they are.

    Raises as ``change``, and Invalid on a code outside the nomenclature.
    """
    check_marks(data)
    one = records.for_change(session, actor, Consultation, consultation_id, if_match)
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
    records.touch(session, one)
    changes = [["marks", dict(sorted(before.items())), dict(sorted(after.items()))]]
    records.tell(session, actor, "consultation.marked", one, {"changes": changes})
    return _shown(session, actor, one)


def remove(session: Session, actor: Actor, consultation_id: UUID, if_match: str | None) -> None:
    """Remove a consultation entered by mistake, with what is said of it.

    Raises as ``change``, and ConsultationInUse while contracts bear its reference.
    """
    one = records.for_change(session, actor, Consultation, consultation_id, if_match)
    holding = session.scalar(sa.select(sa.func.count()).where(*_bearing(one))) or 0
    if holding:
        raise ConsultationInUse(_in_use(one.reference, holding))
    session.delete(one)
    session.flush()
    told = {"number": one.reference, "launched_on": one.launched_on.isoformat()}
    records.tell(session, actor, "consultation.removed", one, told)


def etag(one: ConsultationRead) -> str:
    """The ETag of a consultation: its version."""
    return f'"{one.version}"'


def _check_reference(session: Session, buyer_id: UUID, reference: str) -> None:
    if records.is_taken(session, Consultation, buyer_id, reference):
        raise ConsultationTaken


def _marks(session: Session, consultation_id: UUID) -> dict[str, bool]:
    said = session.execute(
        sa.select(col(ConsultationMark.code), col(ConsultationMark.value)).where(
            col(ConsultationMark.consultation_id) == consultation_id
        )
    )
    return {row.code: row.value for row in said}


def _bearing(one: Consultation) -> tuple[sa.ColumnElement[bool], ...]:
    """The contracts of a consultation: those of its buyer that bear its reference."""
    return (
        col(Contract.buyer_id) == one.buyer_id,
        col(Contract.consultation_reference) == one.reference,
    )


def _in_use(reference: str, contracts: int) -> str:
    """Why a consultation stays, and what to do: its contracts carry their evaluations too."""
    bearing, first = (
        (f"{contracts} marchés portent", "de ces marchés")
        if contracts > 1
        else ("Un marché porte", "de ce marché")
    )
    return (
        f"{bearing} la référence « {reference} », avec ce qui en a été évalué : gardez la "
        f"consultation, ou changez d’abord la référence {first}."
    )


def _contracts(session: Session, one: Consultation) -> list[ConsultationContract]:
    names = ("id", "reference", "lot_number", "subject", "amount", "notified_on")
    rows = session.execute(
        sa.select(*(getattr(Contract, name) for name in names))
        .where(*_bearing(one))
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
        editable=records.editable(actor, one),
    )
