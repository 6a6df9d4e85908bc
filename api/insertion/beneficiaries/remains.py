"""What is kept of persons beyond their hours: who is no longer followed, and how to erase it."""

import re
from datetime import UTC, date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.beneficiaries import hours
from api.insertion.beneficiaries.erasing import overwrite_what_is_deleted
from api.insertion.beneficiaries.models import (
    Beneficiary,
    BeneficiaryExit,
    BeneficiaryIdentity,
    Eligibility,
    Employment,
    Training,
)
from api.kit.columns import now
from api.kit.idempotency import IdempotencyKey
from api.rules.hours.calendar import add_months
from api.rules.hours.vocabulary import ExitCheckpoint

# From a checkpoint to the last one: what is kept lasts until then.
_TO_THE_LAST = {ExitCheckpoint.END: 12, ExitCheckpoint.M6: 6, ExitCheckpoint.M12: 0}
_IDENTIFIER = re.compile(r'"(?:id|beneficiary_id)":"([0-9a-f-]{36})"')
_CHUNK = 500


def inactive(before: date) -> sa.ColumnElement[bool]:
    """The condition that nothing happened to a person on ``before`` or later, and that their last
    checkpoint, twelve months after the end, is past by then too."""
    person = col(Beneficiary.id)
    asked = [
        sa.and_(
            col(BeneficiaryExit.checkpoint) == checkpoint,
            col(BeneficiaryExit.observed_on) >= add_months(before, -months),
        )
        for checkpoint, months in _TO_THE_LAST.items()
    ]
    return ~sa.or_(
        col(Beneficiary.created_at) >= datetime.combine(before, time(), UTC),
        sa.func.coalesce(col(Beneficiary.entered_on) >= before, sa.false()),
        sa.func.coalesce(col(Beneficiary.last_activity_on) >= before, sa.false()),
        hours.since(person, before),
        sa.exists().where(
            col(Employment.beneficiary_id) == person,
            sa.or_(col(Employment.starts_on) >= before, col(Employment.ends_on) >= before),
        ),
        sa.exists().where(col(Training.beneficiary_id) == person, col(Training.ended_on) >= before),
        sa.exists().where(col(BeneficiaryExit.beneficiary_id) == person, sa.or_(*asked)),
    )


def something() -> sa.ColumnElement[bool]:
    """The condition that something of a person is left to erase."""
    person = col(Beneficiary.id)
    return sa.or_(
        col(Beneficiary.external_ref).is_not(None),
        col(Beneficiary.qpv_code).is_not(None),
        sa.exists().where(col(BeneficiaryIdentity.beneficiary_id) == person),
        sa.exists().where(col(Eligibility.beneficiary_id) == person),
        sa.exists().where(col(Training.beneficiary_id) == person, col(Training.title).is_not(None)),
        sa.exists().where(
            col(BeneficiaryExit.beneficiary_id) == person, col(BeneficiaryExit.source).is_not(None)
        ),
        sa.exists().where(
            col(Employment.beneficiary_id) == person, col(Employment.employer_name).is_not(None)
        ),
    )


def erase(session: Session, purge_id: UUID) -> None:
    """Erase what names or finely describes the persons of an erasure; what figures count stays:
    sex, band of birth, coarse family, qualification, area, hours, contracts, trainings, exits."""
    overwrite_what_is_deleted(session)
    persons = sa.select(col(Beneficiary.id)).where(col(Beneficiary.purge_id) == purge_id)
    _forget_answers(session, {str(one) for one in session.scalars(persons)})
    statements: tuple[sa.Delete | sa.Update, ...] = (
        sa.delete(BeneficiaryIdentity).where(col(BeneficiaryIdentity.beneficiary_id).in_(persons)),
        sa.delete(Eligibility).where(col(Eligibility.beneficiary_id).in_(persons)),
        sa.update(Training).where(col(Training.beneficiary_id).in_(persons)).values(title=None),
        sa.update(BeneficiaryExit)
        .where(col(BeneficiaryExit.beneficiary_id).in_(persons))
        .values(source=None),
        # The SIRET stays: it is of a company, and the evidence of the contract's hours.
        sa.update(Employment)
        .where(col(Employment.beneficiary_id).in_(persons))
        .values(employer_name=None),
        sa.update(Beneficiary)
        .where(col(Beneficiary.purge_id) == purge_id)
        .values(
            external_ref=None,
            qpv_code=None,
            version=Beneficiary.version + 1,
            updated_at=now(),
        ),
    )
    for statement in statements:
        session.execute(statement)
    session.expire_all()


def _forget_answers(session: Session, persons: set[str]) -> None:
    """Erase the answers kept to be given again that speak of these persons."""
    kept = sa.select(
        col(IdempotencyKey.person_id), col(IdempotencyKey.key), col(IdempotencyKey.body)
    ).where(
        sa.or_(
            col(IdempotencyKey.body).contains('"pseudonym":', autoescape=True),
            col(IdempotencyKey.body).contains('"beneficiary_id":', autoescape=True),
        )
    )
    found = [
        (person_id, key)
        for person_id, key, body in session.execute(kept.execution_options(yield_per=_CHUNK))
        if persons.intersection(_IDENTIFIER.findall(body))
    ]
    columns = sa.tuple_(col(IdempotencyKey.person_id), col(IdempotencyKey.key))
    for start in range(0, len(found), _CHUNK):
        session.execute(sa.delete(IdempotencyKey).where(columns.in_(found[start : start + _CHUNK])))
