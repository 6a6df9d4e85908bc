"""What a figure is counted in, and how it is rounded: only to be shown, and only here."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from api.rules.indicators.fields import FieldType
from api.rules.indicators.words import Aggregate, Fact


class Scale(StrEnum):
    """The unit of the exact number behind a figure."""

    WHOLE = "whole"  # rows, persons, offers: shown whole
    EUROS = "euros"  # cents
    HOURS = "hours"  # quarter-hours
    SCORE = "score"  # hundredths of a mark out of 20
    PERCENT = "percent"  # percents, or points between two percents
    NUMBER = "number"  # the unit of the indicator itself


# What a number of a scale is of; whole and plain numbers are of what their indicator says.
UNITS: Mapping[Scale, str] = {
    Scale.EUROS: "€",
    Scale.HOURS: "heures",
    Scale.SCORE: "points sur 20",
    Scale.PERCENT: "%",
}
# scale -> exact units in one that is shown, decimals shown
_SHOWN: Mapping[Scale, tuple[int, int]] = {
    Scale.WHOLE: (1, 0),
    Scale.EUROS: (100, 2),
    Scale.HOURS: (4, 2),
    Scale.SCORE: (100, 2),
    Scale.PERCENT: (1, 2),
    Scale.NUMBER: (1, 2),
}
_OF_SUM: Mapping[FieldType, Scale] = {
    FieldType.MONEY: Scale.EUROS,
    FieldType.HOURS: Scale.HOURS,
    FieldType.SCORE: Scale.SCORE,
    FieldType.INTEGER: Scale.WHOLE,
}


# What one row can't weigh more than, in exact units; what is not here has no top.
_GREATEST: Mapping[Scale, int] = {Scale.SCORE: 2000}


def greatest(scale: Scale) -> int | None:
    """The most that one row weighs, and so their average: 20 for a mark out of 20."""
    return _GREATEST.get(scale)


def scale_of_sum(kind: FieldType) -> Scale:
    """What a sum of values of this type is counted in."""
    return _OF_SUM[kind]


def averaged(scale: Scale) -> Scale:
    """What a sum is counted in once divided by a number of rows."""
    return Scale.NUMBER if scale is Scale.WHOLE else scale


def rounded(scale: Scale, value: Fraction | int | None) -> Decimal | None:
    """A figure as it is shown: rows whole, euros, hours, marks, percents with two decimals.

    Half is rounded away from zero, as in ordinary French usage. What was declared keeps the
    decimals it was declared with, up to six.
    """
    if value is None:
        return None
    if scale is Scale.NUMBER:
        exact = _declared(Fraction(value))
        if exact is not None:
            return exact
    unit, places = _SHOWN[scale]
    return _decimal(value, places, unit)


def as_read(scale: Scale, value: Fraction | None) -> Fraction | None:
    """A figure as a page shows it: two decimals; a small plain number, its first two figures.

    Two figures that are read side by side are compared as they are read, so that what one is more
    than the other is what a reader finds.
    """
    if value is None:
        return None
    unit, places = _SHOWN[scale]
    if scale is Scale.NUMBER and value:
        while abs(value) * 10**places < 1 or (places > 2 and abs(value) * 10**places < 10):
            places += 1
    return Fraction(_decimal(value, places, unit)) * unit


def exact(scale: Scale, text: str) -> Fraction:
    """The exact number of a figure that was shown: what ``rounded`` left of it."""
    return Fraction(text) * _SHOWN[scale][0]


def percent(value: Fraction | None) -> Decimal | None:
    """A percentage as it is shown, with two decimals."""
    return None if value is None else _decimal(value, 2)


def known_rate(value: Fraction) -> Decimal:
    """A completeness from 0 to 1 with four decimals: the nearest, as every percentage is told;
    but where an answer is missing, never 1."""
    return min(_decimal(value, 4), Decimal("0.9999")) if value < 1 else Decimal(1)


def _declared(value: Fraction) -> Decimal | None:
    """The number as it was written, when it has at most six decimals."""
    millionths, rest = divmod(value.numerator * 10**6, value.denominator)
    if rest:
        return None
    number = Decimal(millionths).scaleb(-6).normalize()
    # normalize() writes 30 000 as 3E+4.
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _decimal(value: Fraction | int, places: int, unit: int = 1) -> Decimal:
    """The nearest number of so many decimals to ``value`` over ``unit``, half away from zero."""
    # In whole numbers of the last place: a Fraction has no exact Decimal, and is slow to multiply
    # or to compare.
    above, below = value.numerator * 10**places, value.denominator * unit
    whole = (2 * abs(above) + below) // (2 * below)
    return Decimal(-whole if above < 0 else whole).scaleb(-places)


def scale_of_part(fact: Fact, aggregate: Aggregate, kind: FieldType | None) -> Scale:
    """What the numerator of a quantity is counted in; ``kind``: the type of its ``of``."""
    if fact is Fact.MEASURE:
        return Scale.NUMBER
    weighed = aggregate in {
        Aggregate.SUM,
        Aggregate.SUM_SHARE,
        Aggregate.AVERAGE,
        Aggregate.RATIO,
    }
    return scale_of_sum(kind) if weighed and kind is not None else Scale.WHOLE
