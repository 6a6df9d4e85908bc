"""The vocabulary of definitions as lists to choose from, made of what the API says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from web.words import THEMES

FIELD, SUPPLIER, MARK = "field", "supplier", "mark"
Choice = tuple[str, str]

# Operators of the form: word of the vocabulary, whether it is denied, and its French.
OPERATORS: Final[Mapping[str, tuple[str, bool, str]]] = {
    "equals": ("equals", False, "est"),
    "not_equals": ("equals", True, "n’est pas"),
    "one_of": ("one_of", False, "est l’un de"),
    "not_one_of": ("one_of", True, "n’est aucun de"),
    "starts_with": ("starts_with", False, "commence par"),
    "not_starts_with": ("starts_with", True, "ne commence pas par"),
    "more_than": ("more_than", False, "plus de"),
    "at_least": ("at_least", False, "au moins"),
    "less_than": ("less_than", False, "moins de"),
    "at_most": ("at_most", False, "au plus"),
}
# The contrary of an order is an order: « pas plus de » is « au plus ».
CONTRARIES: Final[Mapping[str, str]] = {
    "more_than": "at_most",
    "at_most": "more_than",
    "at_least": "less_than",
    "less_than": "at_least",
}
_OF_LABELS: Final[Mapping[str, str]] = {
    "equals": "contient",
    "not_equals": "ne contient pas",
    "one_of": "contient l’un de",
    "not_one_of": "ne contient aucun de",
}


@dataclass(frozen=True)
class Subject:
    """What a condition looks at: a field of the row, a field of its holders, or a mark."""

    kind: str
    code: str
    label: str
    type: str = "boolean"
    unit: str = ""
    operators: tuple[str, ...] = ("equals",)
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its name in a list: « field:amount »."""
        return f"{self.kind}:{self.code}"

    @property
    def yes_or_no(self) -> bool:
        """Whether « oui » and « non » are its only answers."""
        return self.type == "boolean"

    @property
    def comparisons(self) -> tuple[Choice, ...]:
        """The operators of the form for it, and their French. None for a simple yes or no."""
        if self.yes_or_no and self.kind != SUPPLIER:
            return ()
        words = {code: told for code, (_, _, told) in OPERATORS.items()}
        if self.type == "labels":
            words |= _OF_LABELS
        if self.kind == SUPPLIER:
            words = {
                code: f"{told} ({'aucun titulaire' if OPERATORS[code][1] else 'un titulaire'})"
                for code, told in words.items()
            }
        return tuple(
            (code, told) for code, told in words.items() if OPERATORS[code][0] in self.operators
        )


@dataclass(frozen=True)
class FactWords:
    """A fact, and all that may be asked of it."""

    code: str
    label: str
    plural: str
    criteria: bool
    one_comparison: bool
    aggregates: tuple[str, ...]
    denominators: tuple[str, ...]
    periods: tuple[str, ...]
    weights: tuple[Choice, ...]
    keys: tuple[Choice, ...]
    parts: tuple[Choice, ...]
    groups: tuple[tuple[str, tuple[Subject, ...]], ...]

    @property
    def subjects(self) -> dict[str, Subject]:
        """What a condition may look at, by key."""
        return {one.key: one for _, some in self.groups for one in some}


@dataclass(frozen=True)
class Vocabulary:
    """Every word, by code, in its order."""

    facts: Mapping[str, FactWords]
    aggregates: Mapping[str, str]
    helps: Mapping[str, str]
    periods: Mapping[str, str]
    compared_with: Mapping[str, str]
    compared_as: Mapping[str, str]
    most: int

    def fact(self, code: str) -> FactWords:
        """A fact; the first one for a word that is none."""
        return self.facts.get(code) or next(iter(self.facts.values()))


def vocabulary_of(data: Mapping[str, Any], marks: Sequence[Mapping[str, Any]]) -> Vocabulary:
    """The lists of the answers of ``read_vocabulary`` and ``list_marks``."""
    holders = tuple(_subject(SUPPLIER, one) for one in data["supplier_fields"] if one["tested"])
    themes: dict[str, list[Subject]] = {}
    for one in marks:
        theme = f"Considérations : {THEMES.get(one['theme'], one['theme'])}"
        themes.setdefault(theme, []).append(Subject(MARK, one["code"], one["label"]))
    others = (("Titulaires", holders), *((name, tuple(some)) for name, some in themes.items()))
    return Vocabulary(
        facts={one["code"]: _fact(one, others) for one in data["facts"]},
        aggregates=_words(data["aggregates"]),
        helps={one["code"]: one["help"] for one in data["aggregates"]},
        periods=_words(data["periods"]),
        compared_with=_words(data["compared_with"]),
        compared_as=_words(data["compared_as"]),
        most=data["max_criteria"],
    )


def _words(words: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {one["code"]: one["label"] for one in words}


def _fact(
    data: Mapping[str, Any], others: tuple[tuple[str, tuple[Subject, ...]], ...]
) -> FactWords:
    fields = data["fields"]
    own = tuple(_subject(FIELD, one) for one in fields if one["tested"])
    groups = ((data["label"], own), *(others if data["marks"] else ()))
    return FactWords(
        code=data["code"],
        label=data["label"],
        plural=data["plural"],
        criteria=data["criteria"],
        one_comparison=data["one_comparison"],
        aggregates=tuple(data["aggregates"]),
        denominators=tuple(data["denominators"]),
        periods=tuple(data["periods"]),
        weights=tuple((one["code"], one["label"]) for one in fields if one["weight"]),
        keys=tuple((one["code"], one["label"]) for one in fields if one["key"]),
        parts=tuple((one["code"], one["label"]) for one in fields if one["part"]),
        groups=groups if data["criteria"] else (),
    )


def _subject(kind: str, data: Mapping[str, Any]) -> Subject:
    return Subject(
        kind,
        data["code"],
        data["label"],
        data["type"],
        data["unit"],
        tuple(data["operators"]),
        _words(data["values"]),
    )
