"""Fictitious persons of an insertion follow-up, without a name: facts, trainings, exits."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from api.rules.fiction_insertion_clauses import HOUR, Story
from api.rules.fiction_insertion_records import Left, Someone, Trained
from api.rules.hours.calendar import add_months, month_end
from api.rules.hours.vocabulary import (
    PUBLICS,
    EmploymentKind,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    Public,
    Qualification,
    Sex,
    TrainingKind,
)

# What kinds of employment contract go with a modality; without any, nobody says.
KINDS: Final[dict[Modality | None, tuple[EmploymentKind, ...]]] = {
    Modality.HIRE_CDI: (EmploymentKind.CDI,),
    Modality.HIRE_CDD: (EmploymentKind.CDD_LONG, EmploymentKind.CDD_SHORT),
    Modality.APPRENTICESHIP: (EmploymentKind.APPRENTICESHIP,),
    Modality.PROFESSIONALISATION: (EmploymentKind.PROFESSIONALISATION,),
    Modality.TEMP_ETT: (EmploymentKind.TEMPORARY,),
    Modality.TEMP_ETTI: (EmploymentKind.TEMPORARY,),
    Modality.LENT_AI: (EmploymentKind.CDD_USAGE,),
    Modality.SUBCONTRACT_EI: (EmploymentKind.CDD_INSERTION, EmploymentKind.CDI_INCLUSION),
    Modality.SUBCONTRACT_ACI: (EmploymentKind.CDD_INSERTION,),
    Modality.SUBCONTRACT_EA: (EmploymentKind.CDD_TREMPLIN, EmploymentKind.CDI),
}
_FREQUENT: Final = (
    *(Public.RSA, Public.RSA, Public.RSA, Public.DELD, Public.DELD, Public.DETLD),
    *(Public.JEUNE_SQ, Public.JEUNE_NEET, Public.SENIOR_50, Public.TH, Public.QPV, Public.IAE),
)
_LEVELS: Final = (*(Qualification.INFRA_3, Qualification.LEVEL_3) * 3, *Qualification)
_CHECKPOINTS: Final = ((ExitCheckpoint.END, 0), (ExitCheckpoint.M6, 6), (ExitCheckpoint.M12, 12))
_SITUATIONS: Final = (*ExitSituation, *(ExitSituation.UNKNOWN, ExitSituation.DURABLE_JOB) * 2)
# 35 h is the least of a training that makes a path qualifying.
_TRAINING_HOURS: Final = (28, 35 * HOUR - 1, 35 * HOUR, 70 * HOUR, 400 * HOUR, None)


def someone(rng: Random, first: date, months: int) -> Someone:
    """A person whose first hours are of the month ``first``; any fact may be unknown."""
    criterion = rng.choice((*_FREQUENT, *_FREQUENT, *_FREQUENT, *Public, None, None))
    born = first.year - rng.randrange(17, 63)
    if criterion in (Public.JEUNE_SQ, Public.JEUNE_NEET, Public.CEJ):
        born = first.year - rng.randrange(17, 26)
    if criterion is Public.SENIOR_50:
        born = first.year - rng.randrange(51, 63)
    return Someone(
        sex=rng.choice((*(Sex.H,) * 11, *(Sex.F,) * 8, Sex.X, None)),
        birth_band=born - born % 5 if rng.random() < 0.94 else None,
        public=PUBLICS[criterion].family if criterion is not None else None,
        criterion=criterion,
        qualification=rng.choice(_LEVELS) if rng.random() < 0.9 else None,
        qpv=rng.choice((True, False, False, None)),
        entered_on=_entry(rng, first, months),
        eligibility_months=rng.choice((24, 24, 24, 24, 36)),
        trainings=tuple(_trained(rng, first) for _ in range(rng.choice((0,) * 8 + (1, 1, 2)))),
    )


def aftermath(rng: Random, one: Someone, last: date, story: Story) -> Someone:
    """The person with what was asked of their situation since the last month of hours."""
    exits = []
    for checkpoint, months in _CHECKPOINTS:
        day = month_end(add_months(last, months)) + timedelta(days=rng.randrange(30))
        if day <= story.until and rng.random() < 0.75:
            exits.append(Left(checkpoint, rng.choice(_SITUATIONS), day))
    return replace(one, exits=tuple(exits))


def _entry(rng: Random, first: date, months: int) -> date | None:
    """Shortly before the first hours, but for some: too late, or so early that eligibility ends in
    the course of the path, or nobody knows."""
    drawn = rng.random()
    if drawn < 0.04:
        return None
    if drawn < 0.08 and months > 1:
        return add_months(first, 1) + timedelta(days=rng.randrange(28))
    if drawn < 0.14:
        return add_months(first, rng.choice((-24, -23, -22, -30))) - timedelta(
            days=rng.randrange(9)
        )
    return first - timedelta(days=rng.randrange(60))


def _trained(rng: Random, first: date) -> Trained:
    return Trained(
        kind=rng.choice((TrainingKind.CERTIFYING, TrainingKind.CERTIFYING, *TrainingKind)),
        hours=rng.choice(_TRAINING_HOURS),
        certified=rng.choice((True, True, False, None)),
        ended_on=first + timedelta(days=rng.randrange(90)) if rng.random() < 0.9 else None,
    )
