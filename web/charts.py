"""Charts as plain geometry: numbers in, coordinates of an SVG drawing out; no text, no colour.

Templates draw the shapes (``parts/charts.html``) and give them their title, description and table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

METER_WIDTH = 600.0
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
class Size:
    """What a drawing of years takes, in units of its own."""

    width: float
    height: float


SMALL = Size(120.0, 30.0)
MEDIUM = Size(280.0, 72.0)
LARGE = Size(640.0, 220.0)


@dataclass(frozen=True, slots=True)
class Year:
    """A year to draw: its name, its figure and its target, as decimal texts."""

    label: str
    value: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """A year on a drawing: how far from the left, and the depths from the top; None: nothing."""

    label: str
    x: float
    value: float | None
    target: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Figures by year as a line, broken where a year has none.

    ``zero`` is the depth of the axis; ``ahead`` the projected point, ``dashes`` the way to it;
    ``graduations`` are (depth, figure).
    """

    points: tuple[Point, ...]
    lines: tuple[str, ...]
    zero: float
    ahead: Point | None
    dashes: str | None
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


def trend(
    years: Sequence[Year],
    size: Size,
    *,
    percents: bool = False,
    ahead: tuple[str, str] | None = None,
) -> Trend | None:
    """The geometry of figures by year; None when no year has a figure nor a target.

    ``ahead``: (year, figure) where the known years lead. The axis always holds zero.
    """
    figures = [decimal(one) for year in years for one in (year.value, year.target)]
    figures += [Decimal(ahead[1])] if ahead else []
    known = [one for one in figures if one is not None]
    if not known:
        return None
    top, bottom = _ends(max(known), min(known), percents)
    labels = [one.label for one in years]
    labels += [ahead[0]] if ahead and ahead[0] not in labels else []
    slot = size.width / len(labels)
    places = {label: round(slot * (rank + 0.5), 1) for rank, label in enumerate(labels)}

    def depth(text: str | None) -> float | None:
        figure = decimal(text)
        return None if figure is None else _depth(figure, top, bottom, size)

    points = tuple(
        Point(one.label, places[one.label], depth(one.value), depth(one.target)) for one in years
    )
    projected = Point(ahead[0], places[ahead[0]], depth(ahead[1]), None) if ahead else None
    last = next((one for one in reversed(points) if one.value is not None), None)
    return Trend(
        points=points,
        lines=_lines(points),
        zero=_depth(Decimal(0), top, bottom, size),
        ahead=projected,
        dashes=_path([last, projected]) if last and projected else None,
        graduations=tuple((_depth(one, top, bottom, size), one) for one in _steps(top, bottom)),
    )


def _ends(largest: Decimal, smallest: Decimal, percents: bool) -> tuple[Decimal, Decimal]:
    top = Decimal(100) if percents and 50 < largest <= 100 else nice_top(largest)
    bottom = -nice_top(-smallest) if smallest < 0 else Decimal(0)
    return (Decimal(0) if largest <= 0 and bottom else top), bottom


def _steps(top: Decimal, bottom: Decimal) -> list[Decimal]:
    if bottom:
        return sorted({bottom, Decimal(0), top})
    return [top * part / 4 for part in range(5)]


def _depth(figure: Decimal, top: Decimal, bottom: Decimal, size: Size) -> float:
    return round(float((top - figure) / (top - bottom)) * size.height, 1)


def _lines(points: Sequence[Point]) -> tuple[str, ...]:
    """The paths through years that follow one another, each with two figures at least."""
    runs: list[list[Point]] = [[]]
    for one in points:
        if one.value is None:
            runs.append([])
        else:
            runs[-1].append(one)
    return tuple(_path(run) for run in runs if len(run) > 1)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{one.x} {one.value}" for one in points)
