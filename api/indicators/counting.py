"""What the two numbers behind a figure count: euros, hours, rows of a register, what they hold."""

from api.rules.indicators.gaps import PER_HUNDRED
from api.rules.indicators.naming import nouns, rows_of
from api.rules.indicators.results import Result
from api.rules.indicators.scales import UNITS
from api.rules.indicators.vocabulary import Definition, Quantity
from api.rules.indicators.words import Aggregate, ComparedAs, Fact

_OF_ROWS = frozenset(
    {Aggregate.COUNT, Aggregate.SHARE, Aggregate.RATIO, Aggregate.AVERAGE, Aggregate.BREAKDOWN}
)
# Facts whose rows are not what their figures count.
_DECLARED = frozenset({Fact.MEASURE, Fact.MILESTONE, Fact.TARGET})


def numerator_unit(definition: Definition, result: Result, unit: str | None) -> str | None:
    """What the numerator counts, in the plural; None when it is a bare number.

    ``unit``: that of the indicator, which a difference keeps. Of a figure that is compared, both
    numbers are figures of a year: this is the unit of both.
    """
    # Of a rate that is compared, both numbers are rates.
    rate = definition.base or definition.over is not None
    if definition.units is not None and not (rate and result.compared):
        return definition.units.value
    worded = result.part_scale not in UNITS or PER_HUNDRED in (unit or "")
    if result.compared is ComparedAs.DIFFERENCE and worded:
        return unit
    compared_quotient = result.compared is not None and definition.aggregate in (
        Aggregate.RATIO,
        Aggregate.AVERAGE,
    )
    return UNITS.get(result.part_scale) or (None if compared_quotient else _counted(definition))


def denominator_unit(definition: Definition, result: Result) -> str | None:
    """What the denominator counts, in the plural; None when it is a bare number, or the unit is
    that of the numerator (see ``numerator_unit``)."""
    if result.compared is not None:
        return None
    if definition.units is not None:
        return definition.units.base
    if result.base_scale in UNITS:
        return UNITS[result.base_scale]
    if definition.over is not None:
        return _counted(definition.over)
    if definition.aggregate is Aggregate.AVERAGE:
        return nouns(definition)[1]
    return _counted(definition)


def _counted(quantity: Quantity) -> str | None:
    """« marchés », « directions différentes », « participants »."""
    if quantity.fact in _DECLARED:
        return None
    if quantity.field is None:
        return rows_of(quantity)[1] if quantity.aggregate in _OF_ROWS else None
    if quantity.aggregate is Aggregate.DISTINCT:
        return quantity.field.different
    # Numbers of participants added up are participants; months added up are no thing.
    return quantity.field.what or None
