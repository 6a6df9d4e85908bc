"""Figures that people declare: a number, its base, a list of words, and the same told by part."""

from fractions import Fraction

from msgspec.structs import replace

from api.rules.indicators.parts import same_part
from api.rules.indicators.results import Part, Result, reasonless
from api.rules.indicators.scales import Scale
from api.rules.indicators.sums import Declared, DeclaredPart
from api.rules.indicators.vocabulary import Definition, Quantity
from api.rules.indicators.words import Aggregate, Fact

# What nobody said needs no computing: it is said otherwise than what can't be worked out.
NOT_DECLARED = "pas encore déclaré"
BASE_NOT_DECLARED = reasonless("la base n’a pas encore été déclarée")
NO_BASE = reasonless("la base déclarée est nulle")
_MILLION = 10**6


def figure(quantity: Quantity, told: Declared) -> Result:
    """The figure of what was declared, with its parts where it is told by part.

    A whole is recomputed from the numbers of its parts, and is none where these have no sum.
    """
    definition = quantity if isinstance(quantity, Definition) else None
    with_base = definition is not None and definition.base
    found = _whole(told, with_base)
    if definition is None or definition.parts is None or not told.parts:
        return found
    if not definition.parts.added:
        found = replace(_whole(replace(told, given=0), with_base), reason=None, known=told.given)
    return replace(found, parts=_parts(told, with_base, found.value))


def _whole(told: Declared, with_base: bool) -> Result:
    found = Result(
        aggregate=Aggregate.DECLARED,
        fact=Fact.MEASURE,
        scale=Scale.NUMBER,
        value=None,
        known=told.given,
        unknown=told.missing,
        part_scale=Scale.NUMBER,
        base_scale=Scale.NUMBER,
        words=told.words,
    )
    if not told.given:
        return replace(found, reason=NOT_DECLARED)
    if told.words:
        return found
    value = Fraction(told.value, _MILLION)
    if not with_base:
        high = None if told.missing else value
        # What one organisation has not declared may be anything; its sign is not known either.
        return replace(
            found, value=value, numerator=value, low=None if told.missing else value, high=high
        )
    base = Fraction(told.base, _MILLION)
    found = replace(found, numerator=value, denominator=base)
    if not base:
        return replace(found, reason=NO_BASE)
    sure = None if told.missing else value / base
    share = None if sure is None else 100 * sure
    return replace(
        found,
        value=value / base,
        low=sure,
        high=sure,
        share=100 * value / base,
        share_low=share,
        share_high=share,
    )


def _parts(told: Declared, with_base: bool, whole: Fraction | None) -> tuple[Part, ...]:
    """The parts in the order in which they were first told."""
    return tuple(_over_its_base(one) if with_base else _of_whole(one, whole) for one in told.parts)


def _of_whole(part: DeclaredPart, whole: Fraction | None) -> Part:
    """A part of a number: its share of the whole, where it is one."""
    value = Fraction(part.value, _MILLION)
    share = 100 * value / whole if whole and 0 <= value <= whole else None
    return Part(same_part(part.name), part.name, value, share, percent=value)


def _over_its_base(part: DeclaredPart) -> Part:
    value, base = Fraction(part.value, _MILLION), Fraction(part.base, _MILLION)
    rate = value / base if base else None
    return Part(
        same_part(part.name),
        part.name,
        rate,
        percent=None if rate is None else 100 * rate,
        numerator=value,
        base=base,
    )
