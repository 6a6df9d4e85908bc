"""The detailed criteria of eligibility: added with their proof, read for a logged reason."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Person
from api.access.permissions import Actor
from api.insertion.beneficiaries.erasing import overwrite_what_is_deleted
from api.insertion.beneficiaries.models import Beneficiary, Eligibility
from api.insertion.beneficiaries.proofs import too_old, warnings
from api.insertion.beneficiaries.restricted_schemas import (
    EligibilityAdded,
    EligibilityCreate,
    EligibilityRead,
    ReadingReason,
)
from api.insertion.beneficiaries.sight import followed, record
from api.kit.columns import now
from api.kit.days import today
from api.kit.problems import FieldError, Invalid, NotFound
from api.rules.hours.vocabulary import PUBLICS, Public


def add(
    session: Session, actor: Actor, beneficiary_id: UUID, data: EligibilityCreate
) -> EligibilityAdded:
    """Keep a criterion; the first one says the coarse family where it was unknown.

    Raises NotFound, Forbidden, Invalid (a proof out of date at the entry, R-E1; no opinion where
    one is the reason, R-E2).
    """
    person = followed(session, actor, beneficiary_id, lock=True)
    _check(data, person)
    # Before the criterion itself is written: see there.
    overwrite_what_is_deleted(session)
    kept = Eligibility(beneficiary_id=person.id, person_id=actor.person_id, **data.model_dump())
    session.add(kept)
    if person.public is None:
        person.public = PUBLICS[data.criterion].family
        person.version += 1
        person.updated_at = now()
    session.flush()
    record(session, actor, "eligibility.added", person, {"eligibility": str(kept.id)})
    return EligibilityAdded(
        id=kept.id, beneficiary_id=person.id, warnings=warnings(kept, person.entered_on)
    )


def read(
    session: Session, actor: Actor, beneficiary_id: UUID, data: ReadingReason
) -> list[EligibilityRead]:
    """The criteria of a person; the reading is logged with its reason.

    Raises NotFound, Forbidden.
    """
    person = followed(session, actor, beneficiary_id)
    found = kept_of(session, person)
    record(session, actor, "eligibility.read", person, {"reason": data.reason})
    return found


def remove(session: Session, actor: Actor, beneficiary_id: UUID, eligibility_id: UUID) -> None:
    """Erase a criterion entered by mistake. Raises NotFound, Forbidden."""
    person = followed(session, actor, beneficiary_id)
    kept = session.get(Eligibility, eligibility_id)
    if kept is None or kept.beneficiary_id != person.id:
        raise NotFound
    overwrite_what_is_deleted(session)
    session.delete(kept)
    session.flush()
    record(session, actor, "eligibility.removed", person, {"eligibility": str(eligibility_id)})


def kept_of(session: Session, person: Beneficiary) -> list[EligibilityRead]:
    """The criteria kept of a person, the first first; who asks has been asked why."""
    rows = session.execute(
        sa.select(Eligibility, col(Person.name))
        .outerjoin(Person, col(Person.id) == col(Eligibility.person_id))
        .where(col(Eligibility.beneficiary_id) == person.id)
        .order_by(col(Eligibility.id))
    )
    return [
        EligibilityRead(
            label=PUBLICS[one.criterion].label,
            sensitive=PUBLICS[one.criterion].sensitive,
            author=author,
            warnings=warnings(one, person.entered_on),
            **one.model_dump(include=_PLAIN),
        )
        for one, author in rows
    ]


_PLAIN = EligibilityRead.model_fields.keys() & Eligibility.model_fields.keys()


def _check(data: EligibilityCreate, person: Beneficiary) -> None:
    wrong = []
    for name, day in (("proof_on", data.proof_on), ("seen_on", data.seen_on)):
        if day is not None and day > today():
            wrong.append((name, "est dans l’avenir : corrigez la date."))
    months = too_old(data.criterion, data.proof_on, person.entered_on)
    if months is not None:
        why = f"est trop ancien : ce justificatif vaut {months} mois à l’entrée dans le parcours."
        wrong.append(("proof_on", why))
    if data.criterion is Public.AUTRE_AVIS_MOTIVE and data.opinion is None:
        wrong.append(("opinion", "est obligatoire pour ce critère : dites pourquoi."))
    if wrong:
        raise Invalid(errors=[FieldError(loc=["body", name], message=why) for name, why in wrong])
