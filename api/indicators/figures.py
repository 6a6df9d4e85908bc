"""The figures of a scheme: from what was gathered to a result for each indicator and year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from api.indicators import gathering, persons
from api.indicators.facts.source import By
from api.indicators.gathering import Gathered, Whose
from api.indicators.period import Years
from api.rules.indicators import gaps
from api.rules.indicators.comparing import compared
from api.rules.indicators.figures import figure_of, no_contract, nothing_kept, without_figure
from api.rules.indicators.gaps import Aim
from api.rules.indicators.naming import named
from api.rules.indicators.results import Result, reasonless
from api.rules.indicators.sums import Reached
from api.rules.indicators.vocabulary import Definition, Fact
from api.schemes.models import Target

# Why there is no figure of a part of the buyer's rows.
NOT_TOLD_BY: Final[Mapping[By, str]] = {
    By.DIRECTORATE: reasonless("ce chiffre n’est pas suivi par direction"),
    By.FAMILY: reasonless("ce chiffre n’est pas suivi par famille d’achats"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator to compute: its definition, and what its figure is compared with.

    ``percent``: it is told in percents. ``aims``: its targets for whose figures are asked.
    """

    id: UUID
    definition: Definition
    # The indicator under which people answer, when this one repeats it.
    told_under: UUID | None = None
    percent: bool = False
    direction: str = "up"
    aims: tuple[Aim, ...] = ()


Figures = Mapping[tuple[UUID, int], Result]


def compute(
    session: Session,
    indicators: Sequence[Asked],
    whose: Whose,
    years: Iterable[int],
    start: int,
    scheme_id: UUID | None = None,
) -> Figures:
    """The result of each indicator and year; ``start`` is the first year of the scheme, and
    ``scheme_id`` the one whose actions are asked for (None: those of any).

    As many statements as facts are asked for, whatever the number of indicators and years.
    """
    wanted = sorted(years)
    definitions = {one.told_under or one.id: one.definition for one in indicators}
    years = Years(wanted[0], wanted[-1])
    gathered = gathering.gather(session, definitions, whose, years, start, scheme_id)
    found = {
        (one.id, year): of_gathered(one, gathered, year)
        for one in indicators
        for year in wanted
        if one.definition.fact is not Fact.TARGET
    }
    for one in indicators:
        if one.definition.fact is Fact.TARGET:
            found |= {
                (one.id, year): _aimed(one, indicators, found, whose, year) for year in wanted
            }
    return found


def _aimed(
    one: Asked, indicators: Sequence[Asked], found: Figures, whose: Whose, year: int
) -> Result:
    # Targets are the organisation's: no directorate or family is held to them.
    for by in By:
        if by in whose.portion.by:
            return without_figure(one.definition, NOT_TOLD_BY[by])
    return reached(one, indicators, found, year)


def of_gathered(one: Asked, gathered: Gathered, year: int) -> Result:
    """The result of an indicator and a year, compared with another year where it asks for it."""
    result = _of_year(one, gathered, year)
    comparison = one.definition.compare
    if comparison is not None:
        former = comparison.former(year)
        before = _of_year(one, gathered, former)
        # Where nothing was registered yet, the register did not grow from zero.
        none = gathered.has_no_contract(one.definition, former)
        return compared(comparison, result, before, year, no_contract(former) if none else None)
    return result


def _of_year(one: Asked, gathered: Gathered, year: int) -> Result:
    definition, told = one.definition, one.told_under or one.id
    reason = _withheld(definition, gathered, year)
    if reason is not None:
        result = without_figure(definition, reason)
    else:
        result = figure_of(
            definition,
            *(gathered.source(told, definition, each, year) for each in definition.quantities),
        )
    return result.in_percent() if one.percent else result


def _withheld(definition: Definition, gathered: Gathered, year: int) -> str | None:
    """Why no register can tell a figure yet: not kept by directorate or family, persons not
    arrested, nothing kept of the year."""
    for quantity in definition.quantities:
        missing = gathered.whose.portion.missing(quantity.fact)
        if missing is not None:
            return NOT_TOLD_BY[missing]
        if quantity.fact is Fact.BENEFICIARY:
            counted = gathered.found(definition, quantity)
            reason = persons.withheld(counted, gathered.closed, gathered.whose.organisations, year)
            if reason is not None:
                return reason
        if gathered.is_empty(definition, quantity, year):
            return named(quantity, nothing_kept(quantity.fact, year))
    return None


def reached(one: Asked, indicators: Sequence[Asked], found: Figures, year: int) -> Result:
    """Of the targets due by a year, those that the figures of that year meet."""
    met = missed = unknown = 0
    for other in indicators:
        if other.definition.fact is Fact.TARGET:
            continue
        last = due_of(other, year)
        if last is None:
            continue
        answer = gaps.surely_met(found[other.id, year], last, other.direction)
        met += answer is True
        missed += answer is False
        unknown += answer is None
    return figure_of(one.definition, Reached(met, missed, unknown))


def due_of(one: Asked, year: int) -> Aim | None:
    """The last target of an indicator that is due by the end of a year: one of its own year, or
    of each year (« par an »). None without one: a target of which no year is told is never due."""
    due = [aim for aim in one.aims if not aim.beside and gaps.is_due(aim, year)]
    return max(due, key=lambda aim: aim.year or 0, default=None)


def aims_of(
    targets: Iterable[Target], definition: Definition, content: Mapping[str, Any]
) -> tuple[Aim, ...]:
    """The targets of an indicator as the rules compare them; ``content``: its kind and unit."""
    kind, own = content["kind"], content["unit"]
    return tuple(
        Aim(
            one.year,
            Decimal(one.value),
            one.unit,
            beside=gaps.is_beside(definition, own, one.unit, kind),
            since=one.since,
        )
        for one in targets
    )
