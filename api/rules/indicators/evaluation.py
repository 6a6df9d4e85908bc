"""Three-valued logic: what a criterion says of one row, and which facts decide it.

The reference semantics of the vocabulary, one row at a time; SQL must give the same answers.
``None`` means unknown, which is never false.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from api.rules.indicators.fields import FieldType, Operator
from api.rules.indicators.sums import ClassSum, ClassSums, KeyedSums
from api.rules.indicators.vocabulary import (
    AllOf,
    AnyOf,
    Criterion,
    FieldTest,
    Leaf,
    Mark,
    Not,
    Operand,
    Quantity,
    SupplierField,
    SupplierTest,
)

FactValue: TypeAlias = bool | int | date | str | tuple[str, ...]
Truth: TypeAlias = Callable[[Leaf], bool | None]
Literal: TypeAlias = Leaf | Not


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one row. A missing or ``None`` entry is a fact not said.

    ``fields`` and each of ``suppliers`` are keyed by the names of the registries, in their exact
    units (cents, quarter-hours…); ``marks`` by the codes of the nomenclature. Of a row that is not
    a contract, ``marks`` and ``suppliers`` are those of its contract.
    """

    fields: Mapping[str, FactValue | None] = field(default_factory=dict)
    marks: Mapping[str, bool | None] = field(default_factory=dict)
    suppliers: Sequence[Mapping[str, FactValue | None]] = ()


def evaluate(criterion: Criterion | None, facts: Facts) -> bool | None:
    """Whether the row meets the criterion; no criterion is always met."""
    return True if criterion is None else combine(criterion, lambda leaf: _leaf(leaf, facts))


def combine(criterion: Criterion, truth: Truth) -> bool | None:
    """The value of a criterion from the value of each of its leaves (Kleene's logic)."""
    if isinstance(criterion, AllOf):
        return _all(combine(item, truth) for item in criterion.criteria)
    if isinstance(criterion, AnyOf):
        return _any(combine(item, truth) for item in criterion.criteria)
    if isinstance(criterion, Not):
        return _not(combine(criterion.criterion, truth))
    return truth(criterion)


def _all(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return False if False in found else None if None in found else True


def _any(values: Iterable[bool | None]) -> bool | None:
    return _not(_all(map(_not, values)))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _leaf(leaf: Leaf, facts: Facts) -> bool | None:
    if isinstance(leaf, Mark):
        return facts.marks.get(leaf.mark)
    if isinstance(leaf, FieldTest):
        return _compare(leaf, facts.fields.get(leaf.field))
    if not facts.suppliers:
        return None
    return _any(_compare(leaf.test, supplier.get(leaf.test.field)) for supplier in facts.suppliers)


def _compare(test: FieldTest | SupplierField, fact: FactValue | None) -> bool | None:
    if fact is None:
        return None
    if test.spec.type is FieldType.LABELS:
        wanted = test.operand if isinstance(test.operand, tuple) else (test.operand,)
        return isinstance(fact, tuple) and any(label in wanted for label in fact)
    return COMPARISONS[test.operator](fact, test.operand)


# The registry gives both sides one type, which the type checker can't see.
COMPARISONS: Mapping[Operator, Callable[[FactValue, Operand], bool]] = {
    Operator.MORE_THAN: lambda fact, operand: _order(fact) > _order(operand),
    Operator.AT_LEAST: lambda fact, operand: _order(fact) >= _order(operand),
    Operator.LESS_THAN: lambda fact, operand: _order(fact) < _order(operand),
    Operator.AT_MOST: lambda fact, operand: _order(fact) <= _order(operand),
    Operator.EQUALS: lambda fact, operand: fact == operand,
    Operator.ONE_OF: lambda fact, operand: isinstance(operand, tuple) and fact in operand,
    Operator.STARTS_WITH: lambda fact, operand: str(fact).startswith(str(operand)),
}


def _order(value: FactValue | Operand) -> int:
    """Money, integers and days on one line of integers."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, int):
        return value
    raise TypeError(value)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a register; ``in_period`` None when its day is not known."""

    facts: Facts
    in_period: bool | None = True


def class_of(quantity: Quantity, row: Row) -> str | None:
    """The class of a row (see ``results``); None when it is outside the perimeter."""
    looked_at = _all((row.in_period, evaluate(quantity.looked_at, row.facts)))
    if looked_at is False:
        return None
    return LETTERS[looked_at] + LETTERS[evaluate(quantity.counted_if, row.facts)]


LETTERS: Mapping[bool | None, str] = {True: "t", False: "f", None: "u"}


def tally(quantity: Quantity, rows: Iterable[Row]) -> ClassSums:
    """The sums of the six classes, row after row."""
    found: dict[str, ClassSum] = {}
    for row in rows:
        name = class_of(quantity, row)
        if name is not None:
            found[name] = found.get(name, ClassSum()) + _weighed(quantity, row)
    return ClassSums(**found)


def _weighed(quantity: Quantity, row: Row) -> ClassSum:
    if not quantity.weighed or quantity.of is None:
        return ClassSum(1)
    weight = row.facts.fields.get(quantity.of)
    if isinstance(weight, int) and weight >= 0:
        return ClassSum(1, weight, 0)
    # Nobody is paid less than nothing: such a value, which only a file can bring, is not known.
    return ClassSum(1, 0, 1)


def tally_by(quantity: Quantity, rows: Sequence[Row]) -> KeyedSums:
    """The same for each value of its key; a row of several values (holders) stands under each."""
    of = quantity.key or ""
    keys: dict[str | None, list[Row]] = {}
    for row in rows:
        value = row.facts.fields.get(of)
        for key in value if isinstance(value, tuple) and value else (value,):
            keys.setdefault(None if key in (None, ()) else str(key), []).append(row)
    return KeyedSums({key: tally(quantity, some) for key, some in keys.items()})


def normal(criterion: Criterion, positive: bool = True) -> Criterion:
    """The same criterion (its opposite unless ``positive``) with ``Not`` on leaves only."""
    if isinstance(criterion, Not):
        return normal(criterion.criterion, not positive)
    if isinstance(criterion, Mark | FieldTest | SupplierTest):
        return criterion if positive else Not.model_validate({"not": criterion})
    key = "all" if isinstance(criterion, AllOf) is positive else "any"
    form = AllOf if key == "all" else AnyOf
    return form.model_validate({key: [normal(item, positive) for item in criterion.criteria]})


def failing(criterion: Criterion, truth: Truth) -> tuple[Literal, ...]:
    """Why a false criterion is false: the leaves (or negated leaves) that are not met.

    Each has its French in ``explain.why_not``. Empty when the criterion is not false.
    """
    return _deciding(normal(criterion), truth, wanted=False)


def unsaid(criterion: Criterion, truth: Truth) -> tuple[Leaf, ...]:
    """Why a criterion is unknown: the facts not said that keep it so, to be filled in.

    Each has its French in ``explain.to_fill``. Empty when the criterion is known.
    """
    found = _deciding(normal(criterion), truth, wanted=None)
    bare = (item.criterion if isinstance(item, Not) else item for item in found)
    leaves = (item for item in bare if isinstance(item, Mark | FieldTest | SupplierTest))
    return tuple(dict.fromkeys(leaves))


def _deciding(criterion: Criterion, truth: Truth, wanted: bool | None) -> tuple[Literal, ...]:
    if combine(criterion, truth) is not wanted:
        return ()
    if isinstance(criterion, AllOf | AnyOf):
        below = (_deciding(item, truth, wanted) for item in criterion.criteria)
        return tuple(dict.fromkeys(item for items in below for item in items))
    return (criterion,)
