"""The follow-up of schemes in the demonstration: what its buyer says, from a fixed seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Membership
from api.access.permissions import Role
from api.actions.expectations import Expectation, SaidAs, expectation
from api.actions.models import (
    ActionProgress,
    ActionState,
    Campaign,
    Duty,
    Event,
    Measure,
    MeasurePart,
)
from api.demonstration import agreeing, counted, events, steps
from api.demonstration.declared import (
    BORN_OF_THE_SCHEME,
    Declarant,
    Facts,
    declared,
    declared_words,
    tellable,
)
from api.demonstration.declared_parts import cut
from api.demonstration.events import YEARS, said_on
from api.schemes import trees
from api.schemes.models import Indicator, Scheme

_DECLARANT: Final = Declarant(seed=2111)
# Nearly everything is told of the years that are over, and nothing of the running one yet.
_ODDS: Final = {2024: 0.92, 2025: 0.95}
# When the figures of a year, and the states at its end, are told.
_TOLD: Final = (1, 20)
# In so many years an action goes one state further.
_PACE: Final = 4
_DUE_ON: Final = date(2027, 1, 29)
_SOURCE: Final = "Démonstration : chiffre inventé"
_BEFORE: Final = "Démonstration : état des lieux avant le schéma, chiffre inventé"
_LISTED: Final = "Démonstration : liste inventée"
_MESSAGE: Final = (
    "Merci de compléter vos indicateurs avant la fin janvier, une fois l’année finie ; le pilote "
    "du schéma répond à vos questions."
)
_MILLION: Final = 1_000_000
_Said = Measure | MeasurePart


def load(session: Session, buyer_id: UUID, who: Declarant = _DECLARANT) -> None:
    """Put what a buyer of the demonstration says in, unless it already said something."""
    known = sa.select(col(Event.id)).where(col(Event.organisation_id) == buyer_id).limit(1)
    if session.scalars(known).first() is not None:
        return
    pilot = session.scalars(
        sa.select(col(Membership.person_id)).where(
            col(Membership.organisation_id) == buyer_id, col(Membership.role) == Role.PILOT
        )
    ).first()
    facts = counted.facts(session, buyer_id)
    for code, scheme in sorted(trees.adopted(session, buyer_id).items()):
        rng = Random(f"{who.seed} {code}")  # noqa: S311 - invented data: to be repeated
        events.load(session, buyer_id, scheme, rng)
        _states(session, buyer_id, scheme, rng, pilot)
        asked = _asked(session, scheme)
        told = _Telling(buyer_id, pilot, scheme, who, facts)
        session.add_all(told.of_all(asked))
        teller = steps.Teller(buyer_id, pilot, scheme, who.seed)
        stages = [one for one in asked if one[1].said is SaidAs.MILESTONE]
        session.add_all(steps.told(session, stages, teller))
        agreeing.settle(session, buyer_id, scheme)
        if asked:
            _campaign(session, buyer_id, scheme, [indicator.id for indicator, _ in asked])
    session.flush()


def _states(
    session: Session, buyer_id: UUID, scheme: Scheme, rng: Random, pilot: UUID | None
) -> None:
    for place, action in enumerate(trees.actions_of(scheme)):
        stages = [ActionProgress.NOT_STARTED, ActionProgress.ONGOING, ActionProgress.DONE]
        # The first one leads the scheme: it begins with it.
        stage = max(rng.choices((0, 1), (2, 3))[0], place == 0)
        for year in (one for one in YEARS if one >= scheme.first_year):
            session.add(
                ActionState(
                    scheme_id=scheme.id,
                    action=action,
                    organisation_id=buyer_id,
                    year=year,
                    state=stages[min(stage, 2)],
                    said_by=pilot,
                    **said_on(date(year + 1, *_TOLD)),
                )
            )
            stage += rng.randrange(_PACE) == 0


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


@dataclass(frozen=True)
class _Telling:
    """Who declares the figures of which scheme, and what its register counts."""

    buyer_id: UUID
    pilot: UUID | None
    scheme: Scheme
    who: Declarant
    facts: Facts

    def of_all(self, asked: Sequence[tuple[Indicator, Expectation]]) -> Iterator[_Said]:
        """The figures of the years that are over, and of the one that the scheme starts from."""
        measured = [one for one in asked if one[1].said is SaidAs.MEASURE]
        years = {one.code: self._years(one) for one, _ in measured}
        for indicator, expected in measured:
            # What others divide is said of the same years as they are.
            also = agreeing.needed(indicator.code, years)
            for year in sorted(years[indicator.code].union(also)):
                yield from self._of(indicator, expected, year)

    def _years(self, indicator: Indicator) -> set[int]:
        first, compared = self.scheme.first_year, indicator.definition.get("compare") or {}
        found = {year for year in _ODDS if year >= first and self._is_told(indicator.code, year)}
        begun = first > YEARS[0] and indicator.code not in BORN_OF_THE_SCHEME
        if begun or compared.get("with") == "previous_year":
            found.add(first - 1)
        if compared.get("with") == "baseline":
            found.add(compared["year"])
        return {year for year in found if tellable(indicator.code, year, self.facts)}

    def _is_told(self, code: str, year: int) -> bool:
        # The two figures of one line, a and b, are told together.
        rng = Random(f"{self.who.seed} {code.rstrip('ab')} {year}")  # noqa: S311 - invented data
        return rng.random() < _ODDS[year]

    def _of(self, indicator: Indicator, expected: Expectation, year: int) -> Iterator[_Said]:
        first = self.scheme.first_year
        measure = Measure(
            indicator_id=indicator.id,
            organisation_id=self.buyer_id,
            year=year,
            source=_BEFORE if year < first else _LISTED if expected.words else _SOURCE,
            said_by=self.pilot,
            **said_on(date(max(year + 1, first), *_TOLD)),
            **self._figure(indicator, expected, year),
        )
        yield measure
        if expected.parts is None:
            return
        value, base = declared(indicator.code, year, self.who, self.facts)
        for place, (name, part, whole) in enumerate(cut(indicator.code, value, base)):
            yield MeasurePart(
                measure_id=measure.id,
                position=place,
                name=name,
                value=part * _MILLION,
                base=None if whole is None else whole * _MILLION,
            )

    def _figure(self, indicator: Indicator, expected: Expectation, year: int) -> dict[str, Any]:
        if expected.words:
            return {"words": declared_words(indicator.code, year)}
        if expected.parts is not None:
            return {}
        value, base = declared(indicator.code, year, self.who, self.facts)
        return {"value": value * _MILLION, "base": None if base is None else base * _MILLION}


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
