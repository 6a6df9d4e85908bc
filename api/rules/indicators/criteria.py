"""Criteria: what a row is asked, as data; a closed vocabulary, read with French refusals.

A criterion is about one fact, whose registry says which fields there are. That fact is known while
a quantity is read (``about``); a criterion read alone is about contracts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Annotated, Self, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    StrictStr,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.facts.supplier import SUPPLIER_FIELDS
from api.rules.indicators.fields import FieldSpec, FieldType, Operator
from api.rules.indicators.strict import Strict, refusal
from api.rules.indicators.words import Fact

MAX_DEPTH = 8
MAX_CRITERIA = 20

DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")

_ABOUT: ContextVar[Fact] = ContextVar("fact", default=Fact.CONTRACT)


@contextmanager
def about(fact: Fact) -> Iterator[None]:
    """While it lasts, the criteria that are read are about this fact."""
    token = _ABOUT.set(fact)
    try:
        yield
    finally:
        _ABOUT.reset(token)


class Mark(Strict):
    """True when the row carries this mark of the nomenclature, false when it does not."""

    mark: StrictStr

    @field_validator("mark")
    @classmethod
    def _exists(cls, code: str, info: ValidationInfo) -> str:
        _has_a_contract("mark")
        marks = (info.context or {}).get("marks")
        if marks is not None and code not in marks:
            raise refusal("unknown_mark", f"marque « {code} » inconnue", sorted(marks))
        return code


def _has_a_contract(word: str) -> None:
    fact = _ABOUT.get()
    if not FACTS[fact].marks:
        allowed = [one for one in FORMS if one not in {"mark", "supplier"}]
        raise refusal("form", f"« {word} » ne se demande pas du fait « {fact} »", allowed)


Operand: TypeAlias = bool | int | date | str | tuple[str, ...]


def _is_scalar(value: object) -> object:
    if not isinstance(value, bool | int | str):
        raise refusal("value", "attendu : un texte, un nombre entier, true ou false")
    return value


# A float is refused before the union, which would report one English error per member.
Scalar: TypeAlias = Annotated[StrictBool | StrictInt | StrictStr, BeforeValidator(_is_scalar)]


class _Test(Strict):
    """One field, one operator, one value. Money is decimal euros as text, a date ISO text."""

    # Part of what the test is: the same words about two facts are two tests.
    _fact: Fact = PrivateAttr(default_factory=lambda: _ABOUT.get())

    field: StrictStr
    more_than: Scalar | None = None
    at_least: Scalar | None = None
    less_than: Scalar | None = None
    at_most: Scalar | None = None
    equals: Scalar | None = None
    one_of: Annotated[tuple[StrictStr, ...], Field(min_length=1)] | None = None
    starts_with: Annotated[StrictStr, Field(min_length=1)] | None = None

    @field_validator("field")
    @classmethod
    def _exists(cls, name: str) -> str:
        known = [one for one, spec in cls._registry(_ABOUT.get()).items() if spec.testable]
        if name not in known:
            raise refusal("unknown_field", f"champ « {name} » inconnu{cls._of()}", known)
        return name

    @classmethod
    def _registry(cls, fact: Fact) -> Mapping[str, FieldSpec]:
        return FACTS[fact].fields

    @classmethod
    def _of(cls) -> str:
        return f" du fait « {_ABOUT.get()} »"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        given = [item for item in Operator if getattr(self, item) is not None]
        allowed = [item for item in Operator if item in self.spec.operators]
        if len(given) != 1:
            raise refusal("operator", "il faut une comparaison et une seule", allowed)
        if given[0] not in allowed:
            what = f"comparaison « {given[0]} » impossible sur le champ « {self.field} »"
            raise refusal("operator", what, allowed, at=given[0].value)
        self._check_value()
        return self

    def _check_value(self) -> None:
        try:
            operand = self.operand
        except (TypeError, ValueError):
            what = f"champ « {self.field} », {EXPECTED[self.spec.type]}"
            raise refusal("value", what, at=self.operator.value) from None
        if self.spec.values:
            words = operand if isinstance(operand, tuple) else (operand,)
            for word in words:
                if word not in self.spec.values:
                    what = f"valeur « {word} » inconnue pour le champ « {self.field} »"
                    raise refusal("value", what, list(self.spec.values), at=self.operator.value)

    @property
    def spec(self) -> FieldSpec:
        """The field's entry in the registry."""
        return self._registry(self._fact)[self.field]

    @property
    def operator(self) -> Operator:
        """The operator that is given."""
        return next(item for item in Operator if getattr(self, item) is not None)

    @property
    def operand(self) -> Operand:
        """The value to compare with, typed: cents for money, a ``date``, a tuple for ``one_of``."""
        value = getattr(self, self.operator)
        if self.operator is Operator.ONE_OF:
            return tuple(value)
        return READ[self.spec.type](value)


def cents(euros: object) -> int:
    """Whole cents of decimal euros written as text, ``"25000.00"`` -> 2_500_000.

    Raises ``ValueError`` on anything else, floats included: they can't hold money.
    """
    return _scaled(euros, 100)


def quarters(hours: object) -> int:
    """Whole quarter-hours of decimal hours written as text, ``"35.25"`` -> 141; else ValueError."""
    return _scaled(hours, 4)


def _millionths(percents: object) -> int:
    return _scaled(percents, 10_000)


def _scaled(number: object, unit: int) -> int:
    if not isinstance(number, str) or not DECIMAL.fullmatch(number):
        raise ValueError(number)
    value = Decimal(number) * unit
    if value != int(value):
        raise ValueError(number)
    return int(value)


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(value)
    return value


def _day(value: object) -> date:
    if not isinstance(value, str) or len(value) != len("2026-01-31"):
        raise ValueError(value)
    return date.fromisoformat(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


READ: Mapping[FieldType, Callable[[object], Operand]] = {
    FieldType.MONEY: cents,
    FieldType.HOURS: quarters,
    FieldType.SCORE: cents,
    FieldType.PERCENT: _millionths,
    FieldType.INTEGER: _integer,
    FieldType.DATE: _day,
    FieldType.TEXT: _text,
    FieldType.LABELS: _text,
    FieldType.BOOLEAN: _boolean,
}

EXPECTED: Mapping[FieldType, str] = {
    FieldType.MONEY: 'attendu : un montant en euros entre guillemets, par exemple "25000.00"',
    FieldType.HOURS: 'attendu : des heures entre guillemets, par exemple "35.25"',
    FieldType.SCORE: 'attendu : une note sur 20 entre guillemets, par exemple "15.5"',
    FieldType.PERCENT: 'attendu : un pourcentage entre guillemets, par exemple "30"',
    FieldType.INTEGER: "attendu : un nombre entier",
    FieldType.DATE: 'attendu : une date entre guillemets, par exemple "2026-01-31"',
    FieldType.TEXT: "attendu : un texte",
    FieldType.LABELS: "attendu : un texte",
    FieldType.BOOLEAN: "attendu : true ou false",
}


class FieldTest(_Test):
    """A comparison on a field of the row."""

    @property
    def fact(self) -> Fact:
        """The fact whose field it is."""
        return self._fact


class SumTest(FieldTest):
    """The same on what a sum takes of the field: unknown of an amount that is set aside."""


class SupplierField(_Test):
    """A comparison on a field of one supplier."""

    @classmethod
    def _registry(cls, fact: Fact) -> Mapping[str, FieldSpec]:  # noqa: ARG003 - same for all facts
        return SUPPLIER_FIELDS

    @classmethod
    def _of(cls) -> str:
        return " d’un titulaire"


class SupplierTest(Strict):
    """True when any supplier of the contract meets the comparison.

    False when all are known not to; unknown otherwise, and when no supplier is said.
    """

    test: SupplierField = Field(alias="supplier")

    @field_validator("test", mode="before")
    @classmethod
    def _has_holders(cls, data: object) -> object:
        _has_a_contract("supplier")
        return data


class AllOf(Strict):
    """True when all are true, false as soon as one is false."""

    criteria: tuple["Criterion", ...] = Field(alias="all", min_length=1, max_length=MAX_CRITERIA)


class AnyOf(Strict):
    """True as soon as one is true, false when all are false."""

    criteria: tuple["Criterion", ...] = Field(alias="any", min_length=1, max_length=MAX_CRITERIA)


class Not(Strict):
    """The opposite; unknown stays unknown."""

    criterion: "Criterion" = Field(alias="not")


FORMS: Mapping[str, type[Strict]] = {
    "mark": Mark,
    "field": FieldTest,
    "supplier": SupplierTest,
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
}


def _form(data: object) -> str | None:
    """Which form a criterion takes, told by its key; ``None`` when it has none or two."""
    if isinstance(data, Mapping):
        keys = [key for key in FORMS if key in data]
    else:
        keys = [key for key, form in FORMS.items() if isinstance(data, form)]
    return f"<{keys[0]}>" if len(keys) == 1 else None


Criterion: TypeAlias = Annotated[
    Annotated[Mark, Tag("<mark>")]
    | Annotated[FieldTest, Tag("<field>")]
    | Annotated[SupplierTest, Tag("<supplier>")]
    | Annotated[AllOf, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Not, Tag("<not>")],
    Discriminator(
        _form,
        custom_error_type="indicator_criterion",
        custom_error_message="un critère a une clé et une seule ; mots admis : " + ", ".join(FORMS),
    ),
]
Leaf: TypeAlias = Mark | FieldTest | SupplierTest


def depth(data: object) -> int:
    """Levels of nested criteria, without recursion: hostile data may be very deep."""
    levels, current = 0, [data]
    while current:
        levels += 1
        current = [child for item in current for child in _children(item)]
        if levels > MAX_DEPTH:
            break
    return levels


def _children(data: object) -> Iterator[object]:
    if not isinstance(data, Mapping):
        return
    for key in ("all", "any", "not"):
        value = data.get(key)
        if isinstance(value, list | tuple):
            yield from value
        elif value is not None:
            yield value


def leaves(criterion: Criterion | None) -> tuple[Leaf, ...]:
    """The distinct facts a criterion needs, in reading order; none for no criterion."""
    if criterion is None:
        return ()
    if isinstance(criterion, Mark | FieldTest | SupplierTest):
        return (criterion,)
    below = (criterion.criterion,) if isinstance(criterion, Not) else criterion.criteria
    return tuple(dict.fromkeys(leaf for item in below for leaf in leaves(item)))
