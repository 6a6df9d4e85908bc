"""Which years a figure looks at, and how the sums of its years make those of its period."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from api.rules.indicators.vocabulary import Definition, Period


class Years(NamedTuple):
    """The first and the last years that are looked at, both included."""

    first: int
    last: int


def parameters(
    buyers: Sequence[UUID], years: Years, scheme_id: UUID | None = None
) -> dict[str, Any]:
    """The parameters of every source: whose rows, of which years; ``scheme_id``: the scheme
    asked for, whose actions are not those of another."""
    return {
        "scheme_id": scheme_id,
        "buyers": list(buyers),
        "first_day": date(years.first, 1, 1),
        "last_day": date(years.last, 12, 31),
        "first_year": years.first,
        "last_year": years.last,
    }


def of_asked(years: Years) -> dict[str, Any]:
    """The parameters that tell the years asked for from the former ones they are compared with."""
    return {
        "first_asked": years.first,
        "last_asked": years.last,
        "first_day_asked": date(years.first, 1, 1),
        "last_day_asked": date(years.last, 12, 31),
    }


def of_period(definition: Definition, year: int, start: int) -> range:
    """The years whose sums make the figure of ``year``; ``start``: the first of the scheme."""
    first = min(start, year) if definition.period is Period.CUMULATIVE else year
    return range(first, year + 1)


def looked_at(definitions: Iterable[Definition], years: Years, start: int) -> Years:
    """Every year that these definitions need for the figures of the years from ``first`` to
    ``last``: those compared with, and those since the start of the scheme where they add up."""
    first, last = years
    lowest, highest = first, last
    for one in definitions:
        bounds = [first, last]
        if one.compare is not None:
            bounds += [one.compare.former(first), one.compare.former(last)]
        if one.period is Period.CUMULATIVE:
            bounds.append(min(start, *bounds))
        lowest, highest = min(lowest, *bounds), max(highest, *bounds)
    return Years(lowest, highest)
