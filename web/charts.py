"""Charts as plain geometry: numbers in, coordinates of an SVG drawing out; no text, no colour.

Templates draw the shapes (``parts/charts.html``) and give them their title, description and table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

METER_WIDTH = 600.0
COLUMNS_WIDTH = 640.0
COLUMNS_HEIGHT = 220.0
NICE_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Span:
    """A part of an axis: where it starts and how long it is."""

    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Meter:
    """A figure on an axis from zero to ``top``; absent parts are None.

    ``value`` is a bar from zero, ``interval`` where the true figure lies, ``target`` a position.
    """

    top: Decimal
    value: Span | None
    interval: Span | None
    target: float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One year of a column chart: left edge, width, height of the bar (None: no figure), target."""

    label: str
    x: float
    width: float
    height: float | None
    low: float | None
    high: float | None
    target: float | None


@dataclass(frozen=True, slots=True)
class Columns:
    """A column chart: its columns and the graduations, each (height above the axis, figure)."""

    top: Decimal
    columns: tuple[Column, ...]
    graduations: tuple[tuple[float, Decimal], ...]


def decimal(text: str | None) -> Decimal | None:
    """A decimal text of the API as a number."""
    return None if text is None else Decimal(text)


def nice_top(largest: Decimal) -> Decimal:
    """A round number at or above ``largest``: 1, 2, 2.5 or 5 times a power of ten."""
    if largest <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(largest.adjusted())
    return next(step * power for step in NICE_STEPS if step * power >= largest)


def meter(
    value: str | None,
    low: str | None,
    high: str | None,
    target: str | None,
    *,
    percents: bool = False,
    top: str | None = None,
) -> Meter | None:
    """The geometry of one figure; None when there is nothing to draw.

    Percents are drawn from 0 to 100 unless one passes 100. Without an upper bound the interval
    runs to the end of the axis: nothing bounds the figure. ``top`` fixes the end of the axis.
    """
    figures = [decimal(one) for one in (value, low, high, target)]
    known = [one for one in figures if one is not None]
    if not known or (figures[0] is None and figures[1] is None):
        return None
    end = decimal(top) or _end(max(known), percents)
    at_value, at_low, at_high, at_target = (_position(one, end) for one in figures)
    interval = None
    if at_low is not None and low != high:
        interval = Span(at_low, (METER_WIDTH if at_high is None else at_high) - at_low)
    bar = None if at_value is None else Span(0.0, at_value)
    return Meter(end, bar, interval, at_target)


def _end(largest: Decimal, percents: bool) -> Decimal:
    return Decimal(100) if percents and largest <= 100 else nice_top(largest)


def _position(figure: Decimal | None, top: Decimal) -> float | None:
    if figure is None:
        return None
    return round(float(min(max(figure, Decimal(0)), top) / top) * METER_WIDTH, 1)


def columns(
    years: Sequence[tuple[str, str | None, str | None, str | None, str | None]],
    *,
    percents: bool = False,
) -> Columns | None:
    """The geometry of figures by year, each (label, value, low, high, target).

    None when no year has a figure nor a target.
    """
    figures = [[decimal(one) for one in year[1:]] for year in years]
    known = [one for row in figures for one in row if one is not None]
    if not known:
        return None
    largest = max(known)
    top = Decimal(100) if percents and 50 < largest <= 100 else nice_top(largest)
    slot = COLUMNS_WIDTH / len(years)
    width = min(56.0, slot * 0.5)
    drawn = []
    for index, (year, row) in enumerate(zip(years, figures, strict=True)):
        heights = [_height(one, top) for one in row]
        left = round(slot * index + (slot - width) / 2, 1)
        drawn.append(Column(year[0], left, round(width, 1), *heights))
    steps = [top * part / 4 for part in range(5)]
    return Columns(top, tuple(drawn), tuple((_height(one, top) or 0.0, one) for one in steps))


def _height(figure: Decimal | None, top: Decimal) -> float | None:
    if figure is None:
        return None
    return round(float(min(max(figure, Decimal(0)), top) / top) * COLUMNS_HEIGHT, 1)
