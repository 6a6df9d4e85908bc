"""The follow-up of schemes in the demonstration: what its buyer says, from a fixed seed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Membership
from api.access.permissions import Role
from api.actions.expectations import Expectation, SaidAs, expectation
from api.actions.models import (
    ONCE,
    ActionProgress,
    ActionState,
    Campaign,
    Duty,
    Event,
    Measure,
    MeasurePart,
    Milestone,
    MilestonePart,
)
from api.demonstration import agreeing, events
from api.demonstration.declared import WORDS, Declarant, declared
from api.demonstration.declared_parts import STEPS, cut
from api.demonstration.events import LAST_DAY, YEARS
from api.rules.indicators.sums import StepPart, step_of
from api.schemes import trees
from api.schemes.models import Indicator, Scheme

_DECLARANT: Final = Declarant(seed=2111)
_ODDS: Final = dict(zip(YEARS, (0.85, 0.9, 0.5), strict=True))
_ONCE_IN: Final = 2025
# When the figures of a year that is over are told, and what is asked while it runs.
_TOLD: Final = (1, 20)
_ASKED: Final = (12, 15)
_DUE_ON: Final = date(2026, 12, 15)
_SOURCE: Final = "Démonstration : chiffre inventé"
_MESSAGE: Final = (
    "Merci de compléter vos indicateurs avant la mi-décembre ; le pilote du schéma répond à vos "
    "questions."
)
_MILLION: Final = 1_000_000


def load(session: Session, buyer_id: UUID, who: Declarant = _DECLARANT) -> None:
    """Put what a buyer of the demonstration says in, unless it already said something."""
    known = sa.select(col(Event.id)).where(col(Event.organisation_id) == buyer_id).limit(1)
    if session.scalars(known).first() is not None:
        return
    rng = Random(who.seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    pilot = session.scalars(
        sa.select(col(Membership.person_id)).where(
            col(Membership.organisation_id) == buyer_id, col(Membership.role) == Role.PILOT
        )
    ).first()
    for _, scheme in sorted(trees.adopted(session, buyer_id).items()):
        events.load(session, buyer_id, scheme, rng)
        _states(session, buyer_id, scheme, rng, pilot)
        asked = _asked(session, scheme)
        said = [
            one
            for indicator, expected in asked
            for one in _said(indicator, expected, buyer_id, scheme, rng, pilot, who)
        ]
        session.add_all(said)
        session.add_all(_divided(asked, said, buyer_id, pilot, who))
        agreeing.settle(session, buyer_id, scheme)
        if asked:
            _campaign(session, buyer_id, scheme, [indicator.id for indicator, _ in asked])
    session.flush()


def _states(
    session: Session, buyer_id: UUID, scheme: Scheme, rng: Random, pilot: UUID | None
) -> None:
    for action in trees.actions_of(scheme):
        stages = [ActionProgress.NOT_STARTED, ActionProgress.ONGOING, ActionProgress.DONE]
        stage = rng.choices((0, 1), (2, 3))[0]
        for year in YEARS:
            session.add(
                ActionState(
                    scheme_id=scheme.id,
                    action=action,
                    organisation_id=buyer_id,
                    year=year,
                    state=stages[min(stage, 2)],
                    said_by=pilot,
                    **_said_on(date(year, *_ASKED)),
                )
            )
            stage += rng.randrange(2)


def _asked(session: Session, scheme: Scheme) -> list[tuple[Indicator, Expectation]]:
    found = session.scalars(
        sa.select(Indicator)
        .where(col(Indicator.scheme_id) == scheme.id, col(Indicator.retired).is_(False))
        .order_by(col(Indicator.position))
    )
    return [
        (one, expected)
        for one in found
        if one.content.get("same_as") is None
        and (expected := expectation(one.definition)) is not None
    ]


def _said(
    indicator: Indicator,
    expected: Expectation,
    buyer_id: UUID,
    scheme: Scheme,
    rng: Random,
    pilot: UUID | None,
    who: Declarant,
) -> Sequence[Measure | MeasurePart | Milestone | MilestonePart]:
    """Nearly everything of the years that are over, half of the running one, as in real life."""
    years = [year for year, odds in _ODDS.items() if rng.random() < odds]
    if expected.said is SaidAs.MILESTONE:
        periods = [ONCE] if expected.once else [str(year) for year in years]
        steps = [_milestone(indicator, buyer_id, scheme, period, rng, pilot) for period in periods]
        return [*steps, *(part for one in steps for part in _told(indicator, expected, one))]
    measures = {
        year: _measure(indicator, expected, year, buyer_id, pilot, who)
        for year in [*_baseline(indicator), *years]
    }
    parts = [
        part
        for year, one in measures.items()
        for part in _parts(indicator, expected, one.id, year, who)
    ]
    return [*measures.values(), *parts]


def _measure(
    indicator: Indicator,
    expected: Expectation,
    year: int,
    buyer_id: UUID,
    pilot: UUID | None,
    who: Declarant,
) -> Measure:
    return Measure(
        indicator_id=indicator.id,
        organisation_id=buyer_id,
        year=year,
        source=_SOURCE,
        said_by=pilot,
        **_said_on(date(max(year, YEARS[0]) + 1, *_TOLD)),
        **_figure(indicator, expected, year, who),
    )


def _divided(
    asked: Sequence[tuple[Indicator, Expectation]],
    said: Sequence[Measure | MeasurePart | Milestone | MilestonePart],
    buyer_id: UUID,
    pilot: UUID | None,
    who: Declarant,
) -> list[Measure]:
    """What others divide is said of the same years as they are."""
    codes = {indicator.id: indicator.code for indicator, _ in asked}
    years: dict[str, set[int]] = {}
    for one in said:
        if isinstance(one, Measure):
            years.setdefault(codes[one.indicator_id], set()).add(one.year)
    return [
        _measure(indicator, expected, year, buyer_id, pilot, who)
        for indicator, expected in asked
        for year in agreeing.needed(indicator.code, years)
    ]


def _baseline(indicator: Indicator) -> list[int]:
    """The year that a figure is always compared with, said once."""
    compared = indicator.definition.get("compare") or {}
    return [compared["year"]] if compared.get("with") == "baseline" else []


def _figure(
    indicator: Indicator, expected: Expectation, year: int, who: Declarant
) -> dict[str, Any]:
    if expected.words:
        return {"words": WORDS[indicator.code]}
    if expected.parts is not None:
        return {}
    value, base = declared(indicator.code, year, who)
    return {"value": value * _MILLION, "base": None if base is None else base * _MILLION}


def _parts(
    indicator: Indicator, expected: Expectation, measure_id: UUID, year: int, who: Declarant
) -> list[MeasurePart]:
    if expected.parts is None:
        return []
    return [
        MeasurePart(
            measure_id=measure_id,
            position=place,
            name=name,
            value=value * _MILLION,
            base=None if base is None else base * _MILLION,
        )
        for place, (name, value, base) in enumerate(
            cut(indicator.code, *declared(indicator.code, year, who))
        )
    ]


def _milestone(
    indicator: Indicator,
    buyer_id: UUID,
    scheme: Scheme,
    period: str,
    rng: Random,
    pilot: UUID | None,
) -> Milestone:
    """A step of a year, or of the scheme: due, done and told within it."""
    year = max(_ONCE_IN, scheme.first_year) if period == ONCE else int(period)
    last = date(year, 12, 31)
    due_on = date(year, rng.choice((3, 6, 9, 12)), 28)
    done_on = min(due_on + timedelta(days=rng.randint(-60, 40)), last)
    # What is not due yet is said not to be done, or nothing is said of it.
    odds = (5, 2, 2) if done_on <= LAST_DAY else (0, 2, 1)
    done = rng.choices((True, False, None), odds)[0]
    return Milestone(
        indicator_id=indicator.id,
        organisation_id=buyer_id,
        period=period,
        done=done,
        due_on=due_on,
        done_on=done_on if done else None,
        said_by=pilot,
        **_said_on(min(done_on + timedelta(days=5), last) if done else date(year, *_ASKED)),
    )


def _said_on(day: date) -> dict[str, Any]:
    """When a row was told: that day, or the last one of the story."""
    instant = datetime.combine(min(day, LAST_DAY), time(9, 30), UTC)
    return {"created_at": instant, "updated_at": instant}


def _told(indicator: Indicator, expected: Expectation, one: Milestone) -> list[MilestonePart]:
    """What is said of each part of a step, which then makes the whole."""
    if expected.parts is None:
        return []
    told = STEPS[indicator.code]
    made = step_of(
        (StepPart(part.name, part.done, part.done_on) for part in told), asked=expected.parts
    )
    one.done, one.done_on = made.done, made.done_on
    return [
        MilestonePart(
            milestone_id=one.id,
            position=place,
            name=part.name,
            done=part.done,
            done_on=part.done_on,
            comment=part.comment,
            said_as=None if part.done is None else Role.PILOT,
        )
        for place, part in enumerate(told)
    ]


def _campaign(session: Session, buyer_id: UUID, scheme: Scheme, asked: list[UUID]) -> None:
    """What is asked is shared out between the pilot and the directorates, in turn."""
    directorates = session.scalars(
        sa.select(col(Directorate.id))
        .where(col(Directorate.organisation_id) == buyer_id)
        .order_by(col(Directorate.name))
    ).all()
    owing: list[UUID | None] = [None, *directorates]
    campaign = Campaign(
        scheme_id=scheme.id,
        organisation_id=buyer_id,
        year=YEARS[-1],
        due_on=_DUE_ON,
        message=_MESSAGE,
    )
    session.add(campaign)
    session.flush()
    session.add_all(
        Duty(campaign_id=campaign.id, indicator_id=key, directorate_id=owing[rank % len(owing)])
        for rank, key in enumerate(asked)
    )
