"""Where the known years lead: a straight line through them, clearly a projection, never a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from api.rules.indicators.gaps import NBSP, Aim, in_percent, told
from api.rules.indicators.scales import Scale, rounded


@dataclass(frozen=True, slots=True)
class Projection:
    """The least-squares line of the known years, read at ``year``.

    ``slope`` is what a year adds, ``value`` the line at ``year``, kept within what the figure can
    be, both exact and in the figure's own unit; ``years`` are those the line goes through.
    ``cut``: the line itself goes past what the figure can be.
    """

    year: int
    value: Fraction
    slope: Fraction
    years: tuple[int, ...]
    cut: bool = False


def project(
    known: Mapping[int, Fraction | None],
    year: int,
    low: Fraction | None = Fraction(0),
    high: Fraction | None = None,
) -> Projection | None:
    """The line through the years whose figure is known, read at a year.

    ``low`` and ``high``: what the figure can't pass (100 for percents). None with fewer than two
    known years.
    """
    points = sorted((when, value) for when, value in known.items() if value is not None)
    if len(points) < 2:
        return None
    middle = Fraction(sum(when for when, _ in points), len(points))
    mean = sum((value for _, value in points), Fraction(0)) / len(points)
    spread = sum(((when - middle) ** 2 for when, _ in points), Fraction(0))
    slope = sum(((when - middle) * (value - mean) for when, value in points), Fraction(0)) / spread
    line = value = mean + slope * (year - middle)
    if low is not None:
        value = max(low, value)
    if high is not None:
        value = min(high, value)
    return Projection(year, value, slope, tuple(when for when, _ in points), value != line)


def at_this_pace(
    projection: Projection | None,
    scale: Scale,
    unit: str,
    aim: Aim | None,
    direction: str,
    partial: bool = False,
    now: Fraction | None = None,
) -> str | None:
    """« À ce rythme… » in French, with the years it rests on; None without a projection.

    ``unit`` is the one shown after the number. A target counts when its unit is the figure's.
    ``partial``: answers are missing in some of these years. ``now``: the last of them, which may
    be where the target is already.
    """
    if projection is None:
        return None
    shown = rounded(scale, projection.value)
    if shown is None:
        return None
    first, last = projection.years[0], projection.years[-1]
    # « 80 % des marchés réservés » is how the document aims, not what the figure is a share of.
    unit = "%" if unit.startswith("%") else unit
    figure = told(shown, (unit, unit))
    end = " (plafond)" if projection.slope > 0 else " (plancher)"
    base = f"À ce rythme, {figure}{end if projection.cut else ''} en {projection.year}"
    on = f"projection linéaire sur {len(projection.years)} années connues, {first} à {last}"
    on += ", selon les réponses qui y sont connues" if partial else ""
    note = f"({on})."
    if aim is None or in_percent(aim.unit) is not (scale is Scale.PERCENT):
        return f"{base} {note}"
    said = "la cible ne serait pas atteinte"
    if _meets(shown, aim, direction):
        there = _meets(rounded(scale, now), aim, direction)
        said = "la cible resterait atteinte" if there else "la cible serait atteinte"
    return f"{base}{NBSP}: {said} {note}"


def _meets(value: Decimal | None, aim: Aim, direction: str) -> bool:
    if value is None:
        return False
    return value <= aim.value if direction == "down" else value >= aim.value
