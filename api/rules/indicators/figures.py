"""From a definition and what its registers gave to its figure, whatever the aggregate."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec.structs import replace

from api.rules.indicators import declared, keyed, steps
from api.rules.indicators.bounds import Interval, quotient
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.naming import named
from api.rules.indicators.results import (
    Result,
    compute,
    nothing_looked_at,
    reasonless,
)
from api.rules.indicators.scales import Scale, averaged, scale_of_part
from api.rules.indicators.sums import (
    ClassSums,
    Declared,
    KeyedSums,
    Reached,
    Source,
    Steps,
)
from api.rules.indicators.vocabulary import Definition, Quantity
from api.rules.indicators.words import Aggregate, Fact

NO_TARGET_DUE = reasonless("aucun indicateur du schéma n’a de cible échue")
NO_TARGET_KNOWN = reasonless("aucun indicateur à cible échue n’a assez de réponses pour en juger")


def figure_of(definition: Definition, source: Source, *others: Source) -> Result:
    """The figure of a definition for a year, before any comparison.

    ``source`` is what the register gave for the definition, ``others`` for its denominator, or for
    each other field of a breakdown: one for each of ``definition.quantities``. Raises TypeError
    when they are not of the kind that the aggregate needs (see ``source_kind``).
    """
    if definition.also:
        return keyed.by_several(definition, _told_apart(definition, (source, *others)))
    if definition.over is None:
        return _of_quantity(definition, source)
    if len(others) != 1:
        raise TypeError(others)
    base = _of_quantity(definition.over, others[0])
    why = named(definition.over, _no_base(definition.over, base, others[0]))
    return _ratio(definition, _part(definition, source), base, why)


def _told_apart(definition: Definition, sources: Sequence[Source]) -> list[Result]:
    return [
        _of_quantity(quantity, source)
        for quantity, source in zip(definition.quantities, sources, strict=True)
    ]


def source_kind(quantity: Quantity) -> type[Source]:
    """What kind of sums a quantity needs of its register."""
    if quantity.keyed:
        return KeyedSums
    kinds: Mapping[Aggregate, type[Source]] = {
        Aggregate.DECLARED: Declared,
        Aggregate.DONE: Steps,
        Aggregate.REACHED: Reached,
    }
    return kinds.get(quantity.aggregate, ClassSums)


def without_figure(definition: Definition, reason: str) -> Result:
    """A figure that may not, or can't yet, be told: « donné une fois l’année close »."""
    return Result(
        aggregate=definition.aggregate,
        fact=definition.fact,
        scale=scale_of(definition),
        value=None,
        known=0,
        unknown=0,
        reason=reason,
    )


def nothing_kept(fact: Fact, year: int) -> str:
    """« non calculable : aucune consultation saisie en 2025 »: an empty register is not a zero.

    Of what may serve the actions of a scheme, that of others is not looked at.
    """
    spec = FACTS[fact]
    what = f"{spec.none}{' de ce schéma' if spec.unserved else ''}"
    return reasonless(f"{what} {'saisie' if spec.feminine else 'saisi'} en {year}")


def no_contract(year: int) -> str:
    """« non calculable : aucun contrat enregistré en 2022 »: nothing to compare a year with."""
    return reasonless(f"aucun contrat enregistré en {year}")


def weight_of(quantity: Quantity) -> Scale:
    """What the numerator of a quantity is counted in."""
    kind = quantity.field.type if quantity.field is not None else None
    return scale_of_part(quantity.fact, quantity.aggregate, kind)


def scale_of(definition: Definition) -> Scale:
    """What the figure of a definition is counted in, before any comparison."""
    weight = weight_of(definition)
    if definition.aggregate in {Aggregate.SHARE, Aggregate.SUM_SHARE, Aggregate.REACHED}:
        return Scale.PERCENT
    if definition.aggregate is Aggregate.AVERAGE:
        return averaged(weight)
    if definition.over is not None:
        return _scale_of_ratio(weight, weight_of(definition.over))
    return weight


def may_be_part(definition: Definition) -> bool:
    """Whether a ratio may be a part of a whole: rows over rows, or sums over sums of one unit.

    Offers over contracts are plain numbers both, and no percents.
    """
    over = definition.over
    if over is None or weight_of(definition) is not weight_of(over):
        return False
    return (definition.of is None) is (over.aggregate is not Aggregate.SUM)


def _scale_of_ratio(part: Scale, base: Scale) -> Scale:
    # Euros per contract are euros; euros per euro, or offers per contract, are plain numbers.
    return part if base in {Scale.WHOLE, Scale.NUMBER} and part is not Scale.WHOLE else Scale.NUMBER


def _of_quantity(quantity: Quantity, source: Source) -> Result:
    found = _computed(quantity, source)
    return replace(found, reason=named(quantity, found.reason))


def _computed(quantity: Quantity, source: Source) -> Result:
    if not isinstance(source, source_kind(quantity)):
        raise TypeError(source)
    if isinstance(source, ClassSums):
        return compute(quantity.aggregate, source, quantity.fact, weight_of(quantity))
    if isinstance(source, Declared):
        return declared.figure(quantity, source)
    if isinstance(source, KeyedSums):
        return keyed.figure(quantity, source, weight_of(quantity))
    return steps.figure(source) if isinstance(source, Steps) else _reached(source)


def _part(definition: Definition, source: Source) -> Result:
    """The numerator of a ratio: rows, or the sum of their ``of``."""
    if not isinstance(source, ClassSums):
        raise TypeError(source)
    aggregate = Aggregate.COUNT if definition.of is None else Aggregate.SUM
    found = compute(aggregate, source, definition.fact, weight_of(definition))
    return replace(found, reason=named(definition, found.reason))


def _ratio(definition: Definition, part: Result, base: Result, no_base: str | None) -> Result:
    """One term over the other, as well known as the less known of both.

    Rows that only make a base would hide that nothing is known of what is counted over it, and rows
    that stand in both terms would be asked twice (docs/decisions/0031).
    """
    scale = _scale_of_ratio(part.scale, base.scale)
    told = _less_known(part, base)
    found = replace(
        part,
        aggregate=Aggregate.RATIO,
        scale=scale,
        value=None,
        known=told.known,
        unknown=told.unknown,
        numerator=part.value,
        denominator=base.value,
        part_scale=part.scale,
        base_scale=base.scale,
        low=None,
        high=None,
        share=None,
        share_low=None,
        share_high=None,
        rests_on=None,
    )
    if part.value is None or not base.value:
        return replace(found, reason=part.reason or no_base)
    bounds = quotient(Interval(part.low, part.high), Interval(base.low, base.high))
    value = part.value / base.value
    rows = int(base.value) if base.aggregate is Aggregate.COUNT else None
    found = replace(
        found, value=value, low=bounds.low, high=bounds.high, rests_on=rows, reason=None
    )
    if not may_be_part(definition):
        return found
    shares = bounds.times(100)
    return replace(found, share=100 * value, share_low=shares.low, share_high=shares.high)


def _less_known(part: Result, base: Result) -> Result:
    """The term of which the lesser part of the answers is known; a term that asks none tells
    nothing of how sure the other is."""
    told = [one for one in (part, base) if one.completeness is not None]
    return min(told, key=lambda one: one.completeness or 0, default=part)


def _no_base(over: Quantity, base: Result, source: Source) -> str | None:
    """Why nothing can be divided by a base: it is unknown, or zero since nothing is looked at,
    nothing is counted, or what is counted weighs nothing; None when it can."""
    if over.aggregate is Aggregate.DECLARED:
        return declared.BASE_NOT_DECLARED if base.value is None else declared.NO_BASE
    if base.value is None:
        return base.reason
    if not base.known + base.unknown:
        return nothing_looked_at(over.fact)
    if isinstance(source, ClassSums) and source.tt.rows:
        return reasonless("le total auquel le chiffre se rapporte est nul")
    return reasonless(f"{over.spec.none} {over.spec.counted.removesuffix('s')} dans la base")


def _reached(told: Reached) -> Result:
    known = told.met + told.missed
    total = known + told.unknown
    share = Fraction(100 * told.met, known) if known else None
    low = Fraction(100 * told.met, total) if total else None
    high = Fraction(100 * (told.met + told.unknown), total) if total else None
    return Result(
        aggregate=Aggregate.REACHED,
        fact=Fact.TARGET,
        scale=Scale.PERCENT,
        value=share,
        known=known,
        unknown=told.unknown,
        numerator=Fraction(told.met),
        denominator=Fraction(known),
        low=low,
        high=high,
        share=share,
        share_low=low,
        share_high=high,
        rests_on=known,
        reason=None if known else NO_TARGET_KNOWN if total else NO_TARGET_DUE,
    )
