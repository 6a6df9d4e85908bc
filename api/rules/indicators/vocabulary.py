"""The definition of an indicator as data: a closed vocabulary, read with French refusals.

The stored form is the YAML/JSON form, the same keys as in the catalogue of schemes. A definition is
only trusted once read by ``reading.read_definition``, which also knows the nomenclature of marks.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    StrictBool,
    StrictStr,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from api.rules.indicators import pairing, strict
from api.rules.indicators.beings import beyond, looked_among, of_the_fact
from api.rules.indicators.comparison import Comparison
from api.rules.indicators.criteria import (
    MAX_CRITERIA,
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Criterion,
    FieldTest,
    Leaf,
    Mark,
    Not,
    Operand,
    SupplierField,
    SupplierTest,
    about,
    cents,
    depth,
    leaves,
    quarters,
)
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.facts.specs import OF_KEYS, OF_WEIGHTS, FactSpec
from api.rules.indicators.fields import FieldSpec
from api.rules.indicators.parts import Parts, Units
from api.rules.indicators.strict import Strict, refusal, with_known_keys
from api.rules.indicators.words import SHARES, Aggregate, ComparedAs, ComparedWith, Fact, Period

__all__ = [
    "MAX_CRITERIA", "MAX_DEPTH", "VERSION", "Aggregate", "AllOf", "AnyOf", "ComparedAs",
    "ComparedWith", "Comparison", "Criterion", "Definition", "Fact", "FieldTest", "Leaf", "Mark",
    "Not", "Operand", "Over", "Perimeter", "Period", "Quantity", "SameAs", "SupplierField",
    "SupplierTest", "WrittenDefinition", "cents", "leaves", "quarters",
]  # fmt: skip

VERSION = 2
ALL = "all"
OVER = (Aggregate.COUNT, Aggregate.SUM, Aggregate.DISTINCT, Aggregate.DECLARED)
BY_PART = frozenset({Aggregate.COUNT, Aggregate.SUM, Aggregate.AVERAGE}) | SHARES

Perimeter: TypeAlias = Annotated[
    Annotated[Literal["all"], Tag("<every>")] | Annotated[Criterion, Tag("<criterion>")],
    Discriminator(lambda data: "<every>" if isinstance(data, str) else "<criterion>"),
]


class Quantity(Strict):
    """Rows of a fact, and what is made of them.

    ``perimeter`` is what is looked at, the denominator: a criterion, or ``all`` for every row.
    ``where`` tells which of those are counted (all, when absent). ``of``: the field summed,
    averaged, counted once or told apart. ``by``: the field whose values each have the same figure
    too, beside that of the whole.
    """

    fact: Fact = Fact.CONTRACT
    aggregate: Aggregate
    of: StrictStr | None = Field(default=None, validate_default=True)
    by: StrictStr | None = None
    perimeter: Perimeter | None = Field(default=None, validate_default=True)
    where: Criterion | None = Field(default=None, validate_default=True)

    @model_validator(mode="wrap")
    @classmethod
    def _about_its_fact(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        word = data.get("fact", Fact.CONTRACT) if isinstance(data, Mapping) else None
        with about(Fact(word) if word in list(Fact) else Fact.CONTRACT):
            return handler(data)

    @field_validator("aggregate")
    @classmethod
    def _is_of_the_fact(cls, aggregate: Aggregate, info: ValidationInfo) -> Aggregate:
        fact = info.data.get("fact")
        allowed = [one for one in FACTS[fact].aggregates if one in cls._kept()] if fact else None
        if allowed is not None and aggregate not in allowed:
            what = f"calcul « {aggregate} » impossible sur le fait « {fact} »"
            raise refusal("aggregate", what, allowed)
        return aggregate

    @classmethod
    def _kept(cls) -> Collection[Aggregate]:
        return tuple(Aggregate)

    @field_validator("of")
    @classmethod
    def _can_be_taken(cls, of: str | None, info: ValidationInfo) -> str | None:
        known = _known(info)
        if known is None:
            return of
        spec, aggregate = known
        allowed: Collection[str] = ()
        if aggregate in OF_WEIGHTS or (aggregate is Aggregate.RATIO and of is not None):
            allowed = spec.weights
        elif aggregate in OF_KEYS:
            allowed = spec.keys
        elif of is not None:
            raise refusal("of", f"« of » n’a pas de sens avec le calcul « {aggregate} »")
        else:
            return None
        if of not in allowed:
            what = f"champ « {of} » impossible ici" if of else f"« {aggregate} » demande un champ"
            raise refusal("of", what, allowed)
        return of

    @field_validator("by")
    @classmethod
    def _makes_parts(cls, by: str | None, info: ValidationInfo) -> str | None:
        known = _known(info)
        if known is None or by is None:
            return by
        spec, aggregate = known
        if aggregate not in BY_PART or aggregate not in cls._parted():
            raise refusal("by", f"« by » n’a pas de sens avec le calcul « {aggregate} »")
        allowed = spec.parts
        if by not in allowed:
            raise refusal("by", f"champ « {by} » impossible ici", allowed)
        return by

    @classmethod
    def _parted(cls) -> Collection[Aggregate]:
        return BY_PART

    @field_validator("perimeter", "where", mode="before")
    @classmethod
    def _can_be_read(cls, data: object, info: ValidationInfo) -> object:
        fact = info.data.get("fact")
        if data is None or fact is None:
            return None
        if not FACTS[fact].criteria:
            raise refusal("criteria", f"le fait « {fact} » n’a pas de critère")
        if depth(data) > MAX_DEPTH:
            raise refusal("depth", f"critères imbriqués sur plus de {MAX_DEPTH} niveaux")
        return data

    @field_validator("perimeter")
    @classmethod
    def _is_said(cls, perimeter: Perimeter | None, info: ValidationInfo) -> Perimeter | None:
        known = _known(info)
        if known is None:
            return perimeter
        spec, aggregate = known
        if perimeter is None and cls._is_denominator(aggregate):
            raise refusal("perimeter", strict.NO_DENOMINATOR)
        if perimeter not in (None, ALL) and spec.one_comparison:
            raise refusal("perimeter", "ce fait n’a pas d’autre périmètre", [ALL])
        return perimeter

    @classmethod
    def _is_denominator(cls, aggregate: Aggregate) -> bool:
        return aggregate in SHARES

    @field_validator("where")
    @classmethod
    def _is_asked(cls, where: Criterion | None, info: ValidationInfo) -> Criterion | None:
        known = _known(info)
        if known is None:
            return where
        spec, aggregate = known
        if where is None and aggregate in SHARES:
            raise refusal("where", "une part demande « where » : ce qui est compté")
        if where is not None and spec.one_comparison and not isinstance(where, FieldTest):
            raise refusal("where", "ce fait n’admet qu’une comparaison", ["field"])
        return where

    @property
    def within(self) -> Criterion | None:
        """The criterion of the perimeter as written; None when that is every row."""
        return None if isinstance(self.perimeter, str) else self.perimeter

    @property
    def own_perimeter(self) -> Criterion | None:
        """The same, whatever a ratio asks beside it of the same rows."""
        return looked_among(self, self.within)

    @property
    def looked_at(self) -> Criterion | None:
        """The criterion of what is looked at; None when that is every row."""
        return self.own_perimeter

    @property
    def counted_if(self) -> Criterion | None:
        """The criterion of what is counted; None when that is all that is looked at. Rows that are
        none of the fact do not count, unless a perimeter leaves them out."""
        return of_the_fact(self.fact, self.where) if beyond(self) else self.where

    @property
    def spec(self) -> FactSpec:
        """The fact's entry in the registry."""
        return FACTS[self.fact]

    @property
    def field(self) -> FieldSpec | None:
        """The registry's entry of ``of``."""
        return None if self.of is None else self.spec.fields[self.of]

    @property
    def key(self) -> str | None:
        """The field by whose value its rows are told apart, if they are."""
        return self.of if self.aggregate in OF_KEYS else self.by

    @property
    def keyed(self) -> bool:
        """Whether its rows are told apart by the value of a field."""
        return self.key is not None

    @property
    def weighed(self) -> bool:
        """Whether its rows weigh what their ``of`` says."""
        return self.of is not None and self.aggregate not in OF_KEYS


def _known(info: ValidationInfo) -> tuple[FactSpec, Aggregate] | None:
    """What was already read; None when it was refused, which is told once."""
    fact, aggregate = info.data.get("fact"), info.data.get("aggregate")
    return None if fact is None or aggregate is None else (FACTS[fact], aggregate)


def _not_a_period(period: Period, fact: Fact) -> PydanticCustomError:
    spec = FACTS[fact]
    what = f"période « {period} » impossible sur le fait « {fact} »"
    if period is Period.CUMULATIVE and spec.not_added:
        what += f" : {spec.not_added}"
    return refusal("period", what, spec.periods)


class Over(Quantity):
    """The denominator of a ratio."""

    @classmethod
    def _kept(cls) -> Collection[Aggregate]:
        return OVER

    @classmethod
    def _parted(cls) -> Collection[Aggregate]:
        return ()

    @classmethod
    def _is_denominator(cls, aggregate: Aggregate) -> bool:
        return aggregate is not Aggregate.DECLARED


class Definition(Quantity):
    """One indicator: of the rows of a period, which are looked at, which are counted, and how.

    ``also``: the other fields by which the same rows are told apart, in a breakdown.
    """

    version: Literal[2] = 2
    also: tuple[StrictStr, ...] = Field(default=(), validate_default=True, max_length=5)
    period: Period = Field(default=Period.CIVIL_YEAR, validate_default=True)
    over: Over | None = Field(default=None, validate_default=True)
    compare: Comparison | None = None
    base: StrictBool = False
    units: Units | None = None
    words: StrictBool = Field(default=False, alias="list")
    parts: Parts | None = None

    @field_validator("also")
    @classmethod
    def _tells_apart_too(cls, also: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = _known(info)
        if known is None or not also:
            return also
        spec, aggregate = known
        if aggregate is not Aggregate.BREAKDOWN:
            raise refusal("also", f"« also » n’a pas de sens avec le calcul « {aggregate} »")
        allowed = [one for one in spec.keys if one != info.data.get("of")]
        for one in also:
            if one not in allowed or also.count(one) > 1:
                raise refusal("also", f"champ « {one} » impossible ici", allowed)
        return also

    @field_validator("period")
    @classmethod
    def _is_a_period_of_the_fact(cls, period: Period, info: ValidationInfo) -> Period:
        fact = info.data.get("fact")
        if fact and period not in FACTS[fact].periods:
            raise _not_a_period(period, fact)
        return period

    @field_validator("over")
    @classmethod
    def _makes_a_ratio(cls, over: Over | None, info: ValidationInfo) -> Over | None:
        aggregate, period = info.data.get("aggregate"), info.data.get("period")
        if aggregate is Aggregate.RATIO and over is None:
            raise refusal("over", "un rapport demande « over » : le dénominateur")
        if over is not None and aggregate not in (Aggregate.RATIO, None):
            raise refusal("over", f"« over » n’a pas de sens avec le calcul « {aggregate} »")
        if over is not None and period and period not in over.spec.periods:
            raise _not_a_period(period, over.fact)
        return over

    @field_validator("compare")
    @classmethod
    def _can_be_compared(cls, compare: Comparison | None, info: ValidationInfo) -> object:
        aggregate = info.data.get("aggregate")
        if compare is not None and aggregate is Aggregate.DONE:
            raise refusal("compare", strict.NOT_COMPARED)
        if compare and aggregate is Aggregate.BREAKDOWN and compare.form is ComparedAs.RATE:
            what = "une répartition se compare en points"
            raise refusal("compare", what, [ComparedAs.DIFFERENCE])
        return compare

    @field_validator("base", "words")
    @classmethod
    def _is_declared(cls, given: bool, info: ValidationInfo) -> bool:
        if given and info.data.get("fact", Fact.MEASURE) is not Fact.MEASURE:
            raise refusal("declared", "« base » et « list » ne vont qu’avec le fait « measure »")
        return given

    @field_validator("units")
    @classmethod
    def _are_of_its_numbers(cls, units: Units | None, info: ValidationInfo) -> Units | None:
        wrong = units and units.refused(info.data)
        if wrong:
            raise refusal("declared", wrong)
        return units

    @field_validator("words")
    @classmethod
    def _are_only_words(cls, words: bool, info: ValidationInfo) -> bool:
        if words and info.data.get("base"):
            raise refusal("declared", "une liste de mots n’a pas de base")
        if words and info.data.get("compare") is not None:
            raise refusal("declared", strict.NOT_COMPARED)
        return words

    @field_validator("parts")
    @classmethod
    def _are_declared(cls, parts: Parts | None, info: ValidationInfo) -> Parts | None:
        fact, words = info.data.get("fact", Fact.MEASURE), bool(info.data.get("words"))
        wrong = parts and parts.refused(fact, words)
        if wrong:
            raise refusal("declared", wrong)
        return parts

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The definition itself and, for a ratio, its denominator; for a breakdown by several
        fields, the same rows told apart by each of the others."""
        return (self, *self._others)

    @cached_property
    def _others(self) -> tuple[Quantity, ...]:
        if self.over is not None:
            return (pairing.paired(self.over, self),)
        # Not read again: its criteria know the fact that they are about.
        told = {name: getattr(self, name) for name in ("fact", "aggregate", "perimeter", "where")}
        return tuple(Quantity.model_construct(of=one, **told) for one in self.also)

    @property
    def looked_at(self) -> Criterion | None:
        """As of any quantity; of a ratio, in the rows that have both of its numbers."""
        return looked_among(self, pairing.looked_at(self, self.over))


class SameAs(Strict):
    """The definition of another indicator of the same scheme, told by its code."""

    same_as: StrictStr = Field(min_length=1, max_length=40)


# Who mistakes a key learns of both ways.
_Own = BeforeValidator(lambda data: with_known_keys(data, Definition, SameAs.model_fields))
WrittenDefinition: TypeAlias = Annotated[
    Annotated[SameAs, Tag("<same>")] | Annotated[Definition, _Own, Tag("<own>")],
    Discriminator(
        lambda data: (
            "<same>"
            if isinstance(data, SameAs) or (isinstance(data, Mapping) and "same_as" in data)
            else "<own>"
        )
    ),
]
