"""A figure that is what another became since another year: difference or rate."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from api.rules.indicators.bounds import NOWHERE, Interval, quotient
from api.rules.indicators.results import Part, Result, reasonless
from api.rules.indicators.scales import Scale
from api.rules.indicators.vocabulary import Comparison
from api.rules.indicators.words import Aggregate, ComparedAs


def compared(comparison: Comparison, result: Result, before: Result, year: int) -> Result:
    """The figure of ``year`` compared with that of the former year, both of the same definition.

    What is unknown of either stays unknown. A difference keeps the scale (of percents: points), a
    rate is in percents of the former figure.
    """
    former = comparison.former(year)
    found = replace(
        result,
        compared=comparison.form,
        previous=before.value,
        known=result.known + before.known,
        unknown=result.unknown + before.unknown,
        numerator=result.value,
        denominator=before.value,
        part_scale=result.scale,
        base_scale=result.scale,
        share=None,
        share_low=None,
        share_high=None,
    )
    if result.aggregate is Aggregate.BREAKDOWN:
        return _parts_compared(found, result, before, former)
    nothing = replace(found, value=None, low=None, high=None)
    if comparison.form is ComparedAs.RATE:
        nothing = replace(nothing, scale=Scale.PERCENT)
    if result.value is None:
        return nothing
    if before.value is None:
        return replace(nothing, reason=_no_value(former))
    if comparison.form is ComparedAs.RATE and before.value <= 0:
        return replace(nothing, reason=reasonless(f"la valeur de {former} est nulle ou négative"))
    value, bounds = _became(comparison.form, result, before, before.value, result.value)
    return replace(nothing, value=value, low=bounds.low, high=bounds.high)


def _became(
    form: ComparedAs, result: Result, before: Result, former: Fraction, value: Fraction
) -> tuple[Fraction, Interval]:
    now, then = Interval(result.low, result.high), Interval(before.low, before.high)
    if form is ComparedAs.DIFFERENCE:
        return value - former, now.minus(then)
    times = quotient(now, then).times(100)
    if times == NOWHERE:
        return 100 * value / former - 100, NOWHERE
    hundred = Interval(Fraction(100), Fraction(100))
    return 100 * value / former - 100, times.minus(hundred)


def _no_value(year: int) -> str:
    return reasonless(f"pas de valeur en {year}")


def _parts_compared(found: Result, result: Result, before: Result, year: int) -> Result:
    """Each part with its share of the former ``year``; a value that one year has not has a share
    of zero there."""
    if result.reason is not None or before.reason is not None:
        return replace(found, reason=result.reason or _no_value(year))
    former = {one.key: one for one in before.parts}
    parts = [_part_compared(one, former) for one in result.parts]
    present = {one.key for one in result.parts}
    gone = [
        Part(one.key, one.label, Fraction(0), Fraction(0), one.share, -one.share)
        for one in before.parts
        if one.key not in present and one.share is not None
    ]
    return replace(found, parts=(*parts, *gone))


def _part_compared(part: Part, former: Mapping[str | None, Part]) -> Part:
    if part.share is None:
        return part
    before = former.get(part.key)
    share = before.share if before is not None and before.share is not None else Fraction(0)
    return replace(part, previous=share, change=part.share - share)
