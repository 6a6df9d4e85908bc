"""The path of a person: employment contracts, trainings, and what became of them."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.insertion.beneficiaries.models import (
    BeneficiaryExit,
    Employment,
    EmploymentMonth,
    Training,
)
from api.insertion.beneficiaries.restricted_schemas import EmploymentMonthRead
from api.insertion.beneficiaries.schemas import (
    EmploymentChange,
    EmploymentCreate,
    EmploymentRead,
    ExitPut,
    ExitRead,
    TrainingCreate,
    TrainingRead,
)
from api.insertion.beneficiaries.sight import followed, record
from api.kit.columns import now, to_hours, to_quarters
from api.kit.days import today
from api.kit.problems import FieldError, Invalid, NotFound
from api.rules.hours.vocabulary import ExitCheckpoint


def add_employment(
    session: Session, actor: Actor, beneficiary_id: UUID, data: EmploymentCreate
) -> EmploymentRead:
    """Add an employment contract. Raises NotFound, Forbidden, Invalid (an end before the start)."""
    person = followed(session, actor, beneficiary_id)
    said = data.model_dump(exclude={"weekly"})
    employment = Employment(
        beneficiary_id=person.id,
        facilitator_id=person.facilitator_id,
        weekly=None if data.weekly is None else to_quarters(data.weekly),
        **said,
    )
    _check_end(employment)
    session.add(employment)
    session.flush()
    record(session, actor, "employment.added", person, {"employment": str(employment.id)})
    return _employment(employment)


def change_employment(
    session: Session, actor: Actor, employment_id: UUID, data: EmploymentChange
) -> EmploymentRead:
    """Change an employment contract, its end above all.

    Raises NotFound, Forbidden, Invalid (an end before the start).
    """
    employment = session.get(Employment, employment_id, with_for_update=True)
    if employment is None:
        raise NotFound
    person = followed(session, actor, employment.beneficiary_id)
    said = data.model_dump(exclude_unset=True)
    if data.weekly is not None:
        said["weekly"] = to_quarters(data.weekly)
    for name, value in said.items():
        setattr(employment, name, value)
    employment.updated_at = now()
    _check_end(employment)
    session.flush()
    details = {"employment": str(employment.id), "fields": list(said)}
    record(session, actor, "employment.changed", person, details)
    return _employment(employment)


def add_training(
    session: Session, actor: Actor, beneficiary_id: UUID, data: TrainingCreate
) -> TrainingRead:
    """Add a training. Raises NotFound, Forbidden."""
    person = followed(session, actor, beneficiary_id)
    training = Training(
        beneficiary_id=person.id,
        hours=None if data.hours is None else to_quarters(data.hours),
        **data.model_dump(exclude={"hours"}),
    )
    session.add(training)
    session.flush()
    record(session, actor, "training.added", person, {"training": str(training.id)})
    return _training(training)


def remove_training(
    session: Session, actor: Actor, beneficiary_id: UUID, training_id: UUID
) -> None:
    """Take out a training entered by mistake. Raises NotFound, Forbidden."""
    person = followed(session, actor, beneficiary_id)
    training = session.get(Training, training_id)
    if training is None or training.beneficiary_id != person.id:
        raise NotFound
    session.delete(training)
    session.flush()
    record(session, actor, "training.removed", person, {"training": str(training_id)})


def put_exit(
    session: Session,
    actor: Actor,
    beneficiary_id: UUID,
    checkpoint: ExitCheckpoint,
    data: ExitPut,
) -> ExitRead:
    """Say, or say again, what became of a person at a checkpoint.

    Raises NotFound, Forbidden, Invalid (observed in the future).
    """
    person = followed(session, actor, beneficiary_id, lock=True)
    if data.observed_on is not None and data.observed_on > today():
        message = "est dans l’avenir : dites-le quand ce sera constaté."
        raise Invalid(errors=[FieldError(loc=["body", "observed_on"], message=message)])
    said = BeneficiaryExit(beneficiary_id=person.id, checkpoint=checkpoint, **data.model_dump())
    kept = session.merge(said)
    session.flush()
    record(session, actor, "exit.said", person, {"checkpoint": checkpoint.value})
    return _exit(kept)


def employments(session: Session, beneficiary_id: UUID) -> list[EmploymentRead]:
    """The employment contracts of a person, the first first."""
    found = session.scalars(
        sa.select(Employment)
        .where(col(Employment.beneficiary_id) == beneficiary_id)
        .order_by(col(Employment.starts_on), col(Employment.id))
    )
    return [_employment(one) for one in found]


def employment_months(session: Session, beneficiary_id: UUID) -> list[EmploymentMonthRead]:
    """The hours attested for the employment contracts of a person, by month."""
    rows = session.scalars(
        sa.select(EmploymentMonth)
        .join(Employment, col(Employment.id) == col(EmploymentMonth.employment_id))
        .where(col(Employment.beneficiary_id) == beneficiary_id)
        .order_by(col(EmploymentMonth.month), col(EmploymentMonth.employment_id))
    )
    return [
        EmploymentMonthRead(
            employment_id=one.employment_id, month=one.month, worked=to_hours(one.worked)
        )
        for one in rows
    ]


def trainings(session: Session, beneficiary_id: UUID) -> list[TrainingRead]:
    """The trainings of a person, in the order they were entered."""
    found = session.scalars(
        sa.select(Training)
        .where(col(Training.beneficiary_id) == beneficiary_id)
        .order_by(col(Training.id))
    )
    return [_training(one) for one in found]


def exits(session: Session, beneficiary_id: UUID) -> list[ExitRead]:
    """What became of a person, at the end first."""
    found = session.scalars(
        sa.select(BeneficiaryExit).where(col(BeneficiaryExit.beneficiary_id) == beneficiary_id)
    )
    order = list(ExitCheckpoint)
    return [_exit(one) for one in sorted(found, key=lambda one: order.index(one.checkpoint))]


def _check_end(employment: Employment) -> None:
    if employment.ends_on is not None and employment.ends_on < employment.starts_on:
        message = "est avant le début du contrat."
        raise Invalid(errors=[FieldError(loc=["body", "ends_on"], message=message)])


def _employment(one: Employment) -> EmploymentRead:
    weekly = None if one.weekly is None else to_hours(one.weekly)
    plain = one.model_dump(include=EmploymentRead.model_fields.keys() - {"weekly"})
    return EmploymentRead(weekly=weekly, **plain)


def _training(one: Training) -> TrainingRead:
    length = None if one.hours is None else to_hours(one.hours)
    plain = one.model_dump(include=TrainingRead.model_fields.keys() - {"hours"})
    return TrainingRead(hours=length, **plain)


def _exit(one: BeneficiaryExit) -> ExitRead:
    return ExitRead(**one.model_dump(include=set(ExitRead.model_fields)))
