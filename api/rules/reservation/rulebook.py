"""The shape of the dated rules: conditions as data, an effect, the French reason and its source.

A row that nobody has checked against the text itself says so: ``verified`` is false and
``to_check`` tells, in French, what is left to read. The advice repeats it.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from string import Formatter
from typing import Annotated, Self

from pydantic import (
    BeforeValidator,
    Field,
    StrictInt,
    StringConstraints,
    model_validator,
)

from api.rules.dated import Row, Sentence, Sourced
from api.rules.indicators.vocabulary import cents
from api.rules.reservation.cpv import Place
from api.rules.reservation.request import (
    Basis,
    BuyerKind,
    Nature,
    ObjectKind,
    SupplierGroup,
)

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
CpvCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
Euros = Annotated[int, BeforeValidator(cents)]

# What a text may tell of the case, written {so} in it.
PLACEHOLDERS = ("threshold", "sirets")


class Effect(StrEnum):
    """What a rule does when its conditions are met."""

    OPEN = "open"
    OPEN_UNDER_CONDITION = "open_under_condition"
    TO_VERIFY = "to_verify"
    CLOSED = "closed"
    OBLIGATION = "obligation"
    WARNING = "warning"
    INFORMATION = "information"


RESTRICTING = (Effect.OPEN_UNDER_CONDITION, Effect.TO_VERIFY, Effect.CLOSED)


class ThresholdKind(StrEnum):
    """What begins at the amount of a threshold."""

    NO_PROCEDURE = "no_procedure"
    EU_FORMAL = "eu_formal"


class Question(StrEnum):
    """The closed vocabulary of conditions; ``facts`` tells how each is answered."""

    NATURE = "nature"
    BUYER_KIND = "buyer_kind"
    OBJECT_KIND = "object_kind"
    CPV_ANY = "cpv_any"
    CPV_ALL = "cpv_all"
    MONTHS_ABOVE = "months_above"
    AWARDED_WITHIN_MONTHS = "awarded_within_months"
    BELOW_THRESHOLD = "below_threshold"
    REACHES_THRESHOLD = "reaches_threshold"
    SUPPLIERS_BELOW = "suppliers_below"
    DEPENDENCY_ABOVE = "dependency_above"
    DIVISIONS_ABOVE = "divisions_above"


# The words a question compares with; those that are not here compare with a whole number.
WORDS: Mapping[Question, type[StrEnum]] = {
    Question.NATURE: Nature,
    Question.BUYER_KIND: BuyerKind,
    Question.OBJECT_KIND: ObjectKind,
    Question.CPV_ANY: Place,
    Question.CPV_ALL: Place,
    Question.BELOW_THRESHOLD: ThresholdKind,
    Question.REACHES_THRESHOLD: ThresholdKind,
}
ALWAYS_KNOWN = {Question.NATURE, Question.BUYER_KIND}


class Condition(Row):
    """One question and what it compares with; ``expected`` false asks for the opposite."""

    question: Question
    value: StrictInt | None = None
    values: tuple[str, ...] = ()
    expected: bool = True

    @model_validator(mode="after")
    def _compares_with_the_right_kind(self) -> Self:
        words = WORDS.get(self.question)
        if (words is None) is not (self.value is not None) or (words is None) is bool(self.values):
            raise ValueError(f"{self.question}: one number, or words of its list")
        if words is not None and not set(self.values) <= set(words):
            raise ValueError(f"{self.question}: unknown word in {self.values}")
        return self

    @property
    def number(self) -> int:
        """What a question about a quantity compares with. Raises ``ValueError`` on the others."""
        if self.value is None:
            raise ValueError(f"{self.question} compares with words")
        return self.value


class Rule(Sourced):
    """What one article says of some bases, or (no basis) of the contract itself.

    ``if_unknown`` is the reason given when a condition can't be answered for want of a fact.
    """

    id: Identifier
    bases: tuple[Basis, ...]
    conditions: tuple[Condition, ...]
    effect: Effect
    text: Sentence
    if_unknown: Sentence | None = None

    @model_validator(mode="after")
    def _tells_its_reason(self) -> Self:
        uncertain = any(item.question not in ALWAYS_KNOWN for item in self.conditions)
        if uncertain and self.effect in RESTRICTING and self.if_unknown is None:
            raise ValueError(f"{self.id}: if_unknown is missing")
        if (self.effect is Effect.INFORMATION) is bool(self.bases):
            raise ValueError(f"{self.id}: a piece of information has no basis, any other rule one")
        if {name for _, name, _, _ in Formatter().parse(self.text)} - {*PLACEHOLDERS, None}:
            raise ValueError(f"{self.id}: the text may only name {', '.join(PLACEHOLDERS)}")
        return self


class Combination(Sourced):
    """What becomes of two bases asked together for the same contract or lot."""

    id: Identifier
    pairs: tuple[tuple[Basis, Basis], ...] = Field(min_length=1)
    effect: Effect
    text: Sentence

    @model_validator(mode="after")
    def _is_a_state(self) -> Self:
        if self.effect is not Effect.OPEN and self.effect not in RESTRICTING:
            raise ValueError(f"{self.id}: {self.effect} is not a state")
        return self


class Threshold(Sourced):
    """An amount in cents excluding tax; in the file, decimal euros as text."""

    id: Identifier
    kind: ThresholdKind
    natures: tuple[Nature, ...] = Field(min_length=1)
    buyer_kinds: tuple[BuyerKind, ...] = Field(min_length=1)
    object_kinds: tuple[ObjectKind, ...] = Field(min_length=1)
    amount: Euros


class ServiceList(Sourced):
    """The services that may be reserved to the social economy: single codes and intervals."""

    codes: frozenset[CpvCode] = Field(min_length=1)
    intervals: tuple[tuple[CpvCode, CpvCode], ...]


class BasisEntry(Row):
    """A legal basis as a reader sees it, and the group of structures that may answer."""

    code: Basis
    label: Sentence
    group: SupplierGroup


class RuleBook(Row):
    """Everything the advice relies on. ``cpv_keys``: eight digits -> check digit."""

    bases: tuple[BasisEntry, ...]
    rules: tuple[Rule, ...]
    combinations: tuple[Combination, ...]
    thresholds: tuple[Threshold, ...]
    social_services: ServiceList
    cpv_keys: Mapping[str, str]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        names = [
            *(row.id for row in self.rules),
            *(row.id for row in self.combinations),
            *(row.id for row in self.thresholds),
        ]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise ValueError(f"rows given twice: {', '.join(twice)}")
        if [entry.code for entry in self.bases] != list(Basis):
            raise ValueError("every basis is described once, in order")
        unknown = self.social_services.codes - self.cpv_keys.keys()
        if unknown:
            raise ValueError(f"not in the vocabulary: {', '.join(sorted(unknown))}")
        return self
