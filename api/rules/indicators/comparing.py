"""A figure that is what another became since another year: difference or rate."""

from collections.abc import Mapping
from fractions import Fraction

from msgspec.structs import replace

from api.rules.indicators.bounds import NOWHERE, Interval, quotient
from api.rules.indicators.results import Part, Result, reasonless
from api.rules.indicators.scales import Scale, as_read
from api.rules.indicators.vocabulary import Comparison
from api.rules.indicators.words import Aggregate, ComparedAs

_FROM_ZERO = frozenset({Aggregate.COUNT, Aggregate.SUM})


def compared(
    comparison: Comparison, result: Result, before: Result, year: int, why: str | None = None
) -> Result:
    """The figure of ``year`` compared with that of the former year, both of the same definition;
    ``why``: that nothing was registered of that year, which then compares with nothing.

    What is unknown of either stays unknown. A difference keeps the scale (of percents: points) and
    is that of both figures as they are read; a rate is in percents of the former figure.
    """
    former = comparison.former(year)
    if why is not None:
        before = replace(before, value=None, low=None, high=None, parts=(), reason=why)
    result, before = _as_read(comparison.form, result), _as_read(comparison.form, before)
    found = _of_both(comparison.form, result, before)
    if result.aggregate is Aggregate.BREAKDOWN:
        return _parts_compared(found, result, before, why or _no_value(former, result.aggregate))
    if result.aggregate is not Aggregate.DISTINCT:
        found = replace(found, parts=_figures_compared(comparison.form, result, before))
    nothing = replace(found, value=None, low=None, high=None)
    if comparison.form is ComparedAs.RATE:
        nothing = replace(nothing, scale=Scale.PERCENT)
    if result.value is None:
        return nothing
    if before.value is None:
        return replace(nothing, reason=why or _no_value(former, result.aggregate))
    if result.aggregate is Aggregate.DECLARED and (result.unknown or before.unknown):
        # Sums of other declarants are no years of one thing.
        return replace(nothing, reason=_not_all(year if result.unknown else former))
    if comparison.form is ComparedAs.RATE and before.value <= 0:
        return replace(nothing, reason=reasonless(f"la valeur de {former} est nulle ou négative"))
    value, bounds = _became(comparison.form, result, before, before.value, result.value)
    return replace(nothing, value=value, low=bounds.low, high=bounds.high)


def _of_both(form: ComparedAs, result: Result, before: Result) -> Result:
    """What two years have in common: what is known of both, and the figure of each."""
    return replace(
        result,
        compared=form,
        both_firm=result.firm and before.firm,
        previous=before.value,
        previous_unknown=before.unknown,
        previous_rests_on=before.rests_on,
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


def _as_read(form: ComparedAs, result: Result) -> Result:
    if form is not ComparedAs.DIFFERENCE:
        return result
    numbers = (as_read(result.scale, one) for one in (result.value, result.low, result.high))
    return replace(result, **dict(zip(("value", "low", "high"), numbers, strict=True)))


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


def _not_all(year: int) -> str:
    return f"évolution inconnue : une organisation n’a rien déclaré pour {year}"


def _no_value(year: int, aggregate: Aggregate) -> str:
    if aggregate is Aggregate.DECLARED:
        return f"évolution inconnue : rien de déclaré pour {year}"
    return reasonless(f"pas de valeur en {year}")


def _parts_compared(found: Result, result: Result, before: Result, why: str) -> Result:
    """Each part with its share of the former year; a value that one year has not has a share of
    zero there. ``why``: what is told where the former year has none."""
    if result.reason is not None or before.reason is not None:
        return replace(found, reason=result.reason or why)
    former = {one.key: one for one in before.parts}
    parts = [_part_compared(one, former) for one in result.parts]
    present = {one.key for one in result.parts}
    gone = [
        Part(one.key, one.label, Fraction(0), Fraction(0), one.share, -one.share)
        for one in before.parts
        if one.key not in present and one.share is not None
    ]
    return replace(found, parts=(*parts, *gone))


def _figures_compared(form: ComparedAs, result: Result, before: Result) -> tuple[Part, ...]:
    """Each part with its own figure of the former year. Of what was counted or added up, a value
    that one year has not is zero there; of a share, an average or a declaration it is unknown."""
    nothing = Fraction(0) if result.aggregate in _FROM_ZERO and _known(result, before) else None
    former = {one.key: one for one in before.parts}
    present = {one.key for one in result.parts}
    none = nothing if result.value else None
    gone = [
        replace(one, value=nothing, share=none, percent=None, numerator=None, base=None)
        for one in before.parts
        if one.key not in present
    ]
    # Of a part that one year has not, the answers missing of that year without one may be.
    asked = [
        *(_also(one, former[one.key].unknown if one.key in former else before.unnamed)
          for one in result.parts),
        *(_also(replace(one, unknown=result.unnamed), one.unknown) for one in gone),
    ]  # fmt: skip
    return tuple(
        _figure_compared(form, one, former[one.key].value if one.key in former else nothing)
        for one in asked
    )


def _also(part: Part, former: int | None) -> Part:
    """A part of which so many answers of the former year are missing too."""
    if part.unknown is None or former is None:
        return replace(part, unknown=None)
    return replace(part, unknown=part.unknown + former, previous_unknown=former)


def _known(result: Result, before: Result) -> bool:
    return result.value is not None and before.value is not None


def _figure_compared(form: ComparedAs, part: Part, former: Fraction | None) -> Part:
    if part.value is None or former is None:
        return replace(part, previous=former)
    if form is ComparedAs.DIFFERENCE:
        return replace(part, previous=former, change=_between(part.scale, part.value, former))
    change = 100 * part.value / former - 100 if former > 0 else None
    return replace(part, previous=former, change=change)


def _part_compared(part: Part, former: Mapping[str | None, Part]) -> Part:
    if part.share is None:
        return part
    before = former.get(part.key)
    share = before.share if before is not None and before.share is not None else Fraction(0)
    return replace(part, previous=share, change=_between(Scale.PERCENT, part.share, share))


def _between(scale: Scale, now: Fraction, then: Fraction) -> Fraction:
    """What one figure is more than another, both as they are read."""
    return (as_read(scale, now) or Fraction(0)) - (as_read(scale, then) or Fraction(0))
