"""Persons followed: entering them, listing them, reading and changing their coarse facts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.insertion.beneficiaries import hours, path, pseudonyms
from api.insertion.beneficiaries.models import Beneficiary, BeneficiaryIdentity, Purge
from api.insertion.beneficiaries.schemas import (
    BeneficiaryChange,
    BeneficiaryCreate,
    BeneficiaryFilter,
    BeneficiaryItem,
    BeneficiaryRead,
    EligibilityState,
)
from api.insertion.beneficiaries.sight import chosen, followed, own_facilitators, record
from api.kit.columns import now
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import Conflict, FieldError, Invalid, PreconditionRequired, Stale
from api.rules.hours.calendar import eligible_until

ENDING_DAYS = 60
YOUNGEST = 14
# What makes the eligibility, assessed at the entry and frozen there (rule R-E3).
_FROZEN = ("public", "entered_on", "eligibility_months")


class ExternalRefTaken(Conflict):
    type = "external-ref-taken"
    title = "Référence déjà prise"
    default = "Une autre personne de votre structure porte déjà cette référence."


def allow_creation(session: Session, actor: Actor, data: BeneficiaryCreate) -> UUID:
    """The facilitator for whom the actor may enter a person. Raises as ``sight.chosen``."""
    return chosen(session, actor, data.facilitator_siret)


def create(session: Session, actor: Actor, data: BeneficiaryCreate) -> BeneficiaryRead:
    """Follow a person, under a pseudonym that is drawn.

    Raises NotFound on a foreign facilitator, Forbidden, Invalid, ExternalRefTaken.
    """
    facilitator_id = allow_creation(session, actor, data)
    facts = data.model_dump(exclude={"facilitator_siret"})
    person = Beneficiary(
        facilitator_id=facilitator_id, pseudonym=pseudonyms.fresh(session), **facts
    )
    _settle(session, person)
    session.add(person)
    session.flush()
    record(session, actor, "beneficiary.created", person)
    return shown(session, actor, person)


def read(session: Session, actor: Actor, beneficiary_id: UUID) -> BeneficiaryRead:
    """A person, whole but for the identity and the criteria. Raises NotFound, Forbidden."""
    return shown(session, actor, followed(session, actor, beneficiary_id))


def change(
    session: Session,
    actor: Actor,
    beneficiary_id: UUID,
    data: BeneficiaryChange,
    if_match: str | None,
) -> BeneficiaryRead:
    """Change facts of a person; an ETag that is not the current one is refused.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid (a frozen fact without its
    reason), ExternalRefTaken.
    """
    person = followed(session, actor, beneficiary_id, lock=True)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{person.version}"':
        raise Stale
    said = data.model_dump(exclude_unset=True, exclude={"reason"})
    changed = [name for name, value in said.items() if getattr(person, name) != value]
    _check_frozen(session, person, changed, data.reason)
    for name in changed:
        setattr(person, name, said[name])
    with session.no_autoflush:
        _settle(session, person)
    person.version += 1
    person.updated_at = now()
    session.flush()
    details: dict[str, Any] = {"fields": changed}
    if data.reason is not None:
        details["reason"] = data.reason
    record(session, actor, "beneficiary.changed", person, details)
    return shown(session, actor, person)


def find(session: Session, actor: Actor, filters: BeneficiaryFilter) -> Page[BeneficiaryItem]:
    """The persons of the actor's facilitators, the last entered first.

    Raises Forbidden to who follows nobody, Invalid on a foreign cursor.
    """
    mine = own_facilitators(session, actor)
    statement = _with_marks().where(
        col(Beneficiary.facilitator_id).in_(mine),
        col(Beneficiary.objected).is_(filters.objected),
        *_conditions(filters, today()),
    )
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        statement = statement.where(col(Beneficiary.id) < _uuid(after[0]))
    order = statement.order_by(col(Beneficiary.id).desc()).limit(filters.limit + 1)
    rows = session.execute(order).all()
    last = rows[filters.limit - 1][0].id.hex if len(rows) > filters.limit else None
    return Page[BeneficiaryItem](
        items=[BeneficiaryItem(**_marked(*row)) for row in rows[: filters.limit]],
        next=encode_cursor(last) if last else None,
    )


def shown(session: Session, actor: Actor, person: Beneficiary) -> BeneficiaryRead:
    """A person as the API gives it to who follows them."""
    marks = session.execute(_with_marks().where(col(Beneficiary.id) == person.id)).one()
    buyers = {buyer for holder, buyer in actor.mandates if holder == person.facilitator_id}
    return BeneficiaryRead(
        **_marked(*marks),
        qpv_code=person.qpv_code,
        eligibility_months=person.eligibility_months,
        employments=path.employments(session, person.id),
        trainings=path.trainings(session, person.id),
        exits=path.exits(session, person.id),
        months=hours.by_month(session, person.id, buyers),
        created_at=person.created_at,
        updated_at=person.updated_at,
    )


def etag(person: BeneficiaryRead) -> str:
    """The ETag of a person: the version."""
    return f'"{person.version}"'


def eligibility(until: date | None, day: date) -> EligibilityState:
    """Where a window of eligibility stands on a day; its last day is included."""
    if until is None:
        return EligibilityState.UNKNOWN
    if until < day:
        return EligibilityState.OVER
    near = until <= day + timedelta(days=ENDING_DAYS)
    return EligibilityState.ENDING if near else EligibilityState.ELIGIBLE


def _conditions(filters: BeneficiaryFilter, day: date) -> list[sa.ColumnElement[bool]]:
    until, found = col(Beneficiary.eligible_until), []
    states = {
        EligibilityState.ELIGIBLE: until >= day,
        EligibilityState.ENDING: until.between(day, day + timedelta(days=ENDING_DAYS)),
        EligibilityState.OVER: until < day,
        EligibilityState.UNKNOWN: until.is_(None),
    }
    if filters.state is not None:
        found.append(states[filters.state])
    if filters.purge is not None:
        found.append(col(Beneficiary.purge_id) == filters.purge)
    if filters.q:
        places = (col(Beneficiary.pseudonym), col(Beneficiary.external_ref))
        found.append(sa.or_(*(one.icontains(filters.q, autoescape=True) for one in places)))
    return found


def _with_marks() -> sa.Select[Beneficiary, UUID, date]:
    """Persons, with the identity kept and the day of the erasure announced, if there is one."""
    standing = sa.and_(col(Purge.id) == col(Beneficiary.purge_id), col(Purge.executed_at).is_(None))
    return (
        sa.select(Beneficiary, col(BeneficiaryIdentity.beneficiary_id), col(Purge.due_on))
        .outerjoin(
            BeneficiaryIdentity,
            col(BeneficiaryIdentity.beneficiary_id) == col(Beneficiary.id),
        )
        .outerjoin(Purge, standing)
    )


def _marked(person: Beneficiary, identity: UUID | None, due_on: date | None) -> dict[str, Any]:
    plain = BeneficiaryItem.model_fields.keys() & Beneficiary.model_fields.keys()
    return {name: getattr(person, name) for name in plain} | {
        "eligibility": eligibility(person.eligible_until, today()),
        "information_due": person.informed_on is None,
        "identity_kept": identity is not None,
        "erasure_due_on": due_on,
    }


def _settle(session: Session, person: Beneficiary) -> None:
    """Check what the facts say together, and derive the window of eligibility."""
    day = today()
    wrong = []
    if person.qpv is False and person.qpv_code is not None:
        wrong.append(("qpv_code", "contredit la réponse « hors quartier prioritaire »."))
    if person.informed_on is not None and person.informed_on > day:
        wrong.append(("informed_on", "est dans l’avenir : dites-le quand ce sera fait."))
    if person.birth_band is not None and person.birth_band > day.year - YOUNGEST:
        wrong.append(("birth_band", f"fait une personne de moins de {YOUNGEST} ans."))
    if wrong:
        raise Invalid(errors=[FieldError(loc=["body", name], message=why) for name, why in wrong])
    if person.external_ref is not None:
        _check_free(session, person, person.external_ref)
    person.eligible_until = (
        eligible_until(person.entered_on, person.eligibility_months) if person.entered_on else None
    )


def _check_free(session: Session, person: Beneficiary, external_ref: str) -> None:
    taken = sa.select(col(Beneficiary.id)).where(
        col(Beneficiary.facilitator_id) == person.facilitator_id,
        col(Beneficiary.external_ref) == external_ref,
        col(Beneficiary.id) != person.id,
    )
    if session.scalars(taken).first() is not None:
        raise ExternalRefTaken


def _check_frozen(
    session: Session, person: Beneficiary, changed: list[str], reason: str | None
) -> None:
    # Saying what was unknown completes the entry; saying something else rewrites it.
    rewritten = [name for name in _FROZEN if name in changed and getattr(person, name) is not None]
    if rewritten and reason is None and hours.any_validated(session, person.id):
        message = (
            "est obligatoire : des heures de cette personne sont validées, et son éligibilité "
            "s’apprécie à l’entrée."
        )
        raise Invalid(errors=[FieldError(loc=["body", "reason"], message=message)])


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
