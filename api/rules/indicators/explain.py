"""A definition read aloud in plain French: what is counted, among what, how, and why not.

The words of a mark live in the nomenclature (``api.reference.marks.MARKS``), which the rules can't
import: the functions receive it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from api.rules.indicators.evaluation import Literal, normal
from api.rules.indicators.fields import FieldSpec, FieldType, Operator
from api.rules.indicators.vocabulary import (
    AllOf,
    AnyOf,
    Criterion,
    Definition,
    FieldTest,
    Leaf,
    Mark,
    Measure,
    Not,
    SupplierField,
    SupplierTest,
)

NARROW = "\u202f"  # narrow no-break space: groups of digits, units
FIXED = "\u00a0"  # no-break space: inside guillemets
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


class SpokenMark(Protocol):
    """The French of a mark, as predicates whose subject is the contract."""

    @property
    def says(self) -> str:
        """« comporte une clause sociale »."""

    @property
    def denies(self) -> str:
        """« n’a pas de clause sociale »."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Three plain sentences: what is counted, among which contracts, and the arithmetic."""

    counted: str
    perimeter: str
    formula: str


@dataclass(frozen=True, slots=True)
class ToFill:
    """What to do to answer, and the name of the field of the contract's form where to do it."""

    text: str
    field: str


COUNTED: Mapping[Measure, str] = {
    Measure.COUNT: "Est compté chaque {noun} {which}.",
    Measure.SHARE: "Est compté chaque {noun} {which}.",
    Measure.AMOUNT: "Est additionné le montant de chaque {noun} {which}.",
    Measure.AMOUNT_SHARE: "Est additionné le montant de chaque {noun} {which}.",
}
FORMULAS: Mapping[Measure, str] = {
    Measure.COUNT: (
        "Nombre de {noun}s comptés. En pourcentage : ce nombre divisé par le nombre de {noun}s du "
        "périmètre dont la réponse est connue."
    ),
    Measure.SHARE: (
        "Nombre de {noun}s comptés, divisé par le nombre de {noun}s du périmètre dont la réponse "
        "est connue, en pourcentage."
    ),
    Measure.AMOUNT: (
        "Somme des montants hors taxes des {noun}s comptés. En pourcentage : cette somme divisée "
        "par celle des {noun}s du périmètre dont la réponse est connue."
    ),
    Measure.AMOUNT_SHARE: (
        "Somme des montants hors taxes des {noun}s comptés, divisée par celle des {noun}s du "
        "périmètre dont la réponse est connue, en pourcentage."
    ),
}
# By the kind the perimeter keeps, if it keeps one: how its contracts are named.
PERIMETERS: Mapping[str | None, str] = {
    None: "Chaque marché notifié, ou concession signée, dans l’année",
    "marche": "Chaque marché (hors concessions) notifié dans l’année",
    "concession": "Chaque concession signée dans l’année",
}
NOUNS: Mapping[str | None, str] = {None: "contrat", "marche": "marché", "concession": "contrat"}


def explain(definition: Definition, marks: Mapping[str, SpokenMark]) -> Explanation:
    """The definition in plain French. ``marks``: the nomenclature, by code."""
    parts = _conjuncts(definition.perimeter)
    kinds = [kind for part in parts if (kind := _kind(part))]
    kind = kinds[0] if len(kinds) == 1 else None
    rest = [part for part in parts if kind is None or not _kind(part)]
    conditions = [_criterion(part, marks) for part in rest]
    noun = NOUNS[kind]
    which = "du périmètre"
    if definition.where is not None:
        which = _criterion(normal(definition.where), marks)
    return Explanation(
        counted=COUNTED[definition.measure].format(noun=noun, which=which),
        perimeter=", ".join([PERIMETERS[kind], *conditions]) + ".",
        formula=FORMULAS[definition.measure].format(noun=noun).replace(" :", f"{FIXED}:"),
    )


def why_not(leaf: Literal, marks: Mapping[str, SpokenMark]) -> str:
    """Why a contract is not counted, from the leaf (or negated leaf) that it does not meet.

    « n’a pas de clause sociale », « montant de 25 000 € HT ou moins ».
    """
    return _literal(leaf, marks, positive=False, short=True)


def to_fill(leaf: Leaf, marks: Mapping[str, SpokenMark]) -> ToFill:
    """What to fill in, and where, for the leaf to be known.

    « dire si le marché comporte une clause sociale ».
    """
    if isinstance(leaf, Mark):
        return ToFill(f"dire si le marché {marks[leaf.mark].says}", f"mark_{leaf.mark}")
    spec = leaf.test.spec if isinstance(leaf, SupplierTest) else leaf.spec
    return ToFill(spec.to_fill, spec.form_field)


def _conjuncts(criterion: Criterion | None) -> tuple[Criterion, ...]:
    if criterion is None:
        return ()
    flat = normal(criterion)
    return flat.criteria if isinstance(flat, AllOf) else (flat,)


def _kind(criterion: Criterion) -> str | None:
    if isinstance(criterion, FieldTest) and criterion.field == "kind" and criterion.equals:
        return str(criterion.equals)
    return None


def _criterion(criterion: Criterion, marks: Mapping[str, SpokenMark]) -> str:
    """A relative clause. A mix of "and" and "or" is told apart by « soit » and by a comma."""
    if not isinstance(criterion, AllOf | AnyOf):
        return f"qui {_literal(criterion, marks)}"
    phrases = [_criterion(item, marks) for item in criterion.criteria]
    mixed = any(isinstance(item, AllOf | AnyOf) for item in criterion.criteria)
    if isinstance(criterion, AllOf):
        return ", et ".join(phrases) if mixed else _series(phrases, "et")
    return ", ".join(f"soit {phrase}" for phrase in phrases) if mixed else _series(phrases, "ou")


def _series(phrases: list[str], word: str) -> str:
    if len(phrases) == 1:
        return phrases[0]
    return f"{', '.join(phrases[:-1])} {word} {phrases[-1]}"


def _literal(
    literal: Literal, marks: Mapping[str, SpokenMark], positive: bool = True, short: bool = False
) -> str:
    if isinstance(literal, Not):
        below = literal.criterion
        if isinstance(below, AllOf | AnyOf | Not):
            raise TypeError(literal)
        return _literal(below, marks, not positive, short)
    if isinstance(literal, Mark):
        mark = marks[literal.mark]
        return mark.says if positive else mark.denies
    test = literal.test if isinstance(literal, SupplierTest) else literal
    return _comparison(test, positive, short)


def _comparison(test: FieldTest | SupplierField, positive: bool, short: bool) -> str:
    spec = test.spec
    if spec.type is FieldType.BOOLEAN:
        return _boolean(spec, test.operand is True, positive)
    # Where the field has a short form, the comparison itself takes the opposite; else the verb.
    value = _value(test, positive or not spec.short)
    if short and spec.short:
        return spec.short.format(value)
    return (spec.says if positive else spec.denies).format(value)


def _boolean(spec: FieldSpec, wanted: bool, positive: bool) -> str:
    if wanted:
        return spec.says if positive else spec.denies
    return (spec.says_no or spec.denies) if positive else (spec.denies_no or spec.says)


QUANTITIES: Mapping[Operator, tuple[str, str]] = {
    Operator.MORE_THAN: ("de plus de {}", "de {} ou moins"),
    Operator.AT_LEAST: ("de {} ou plus", "de moins de {}"),
    Operator.LESS_THAN: ("de moins de {}", "de {} ou plus"),
    Operator.AT_MOST: ("de {} ou moins", "de plus de {}"),
    Operator.EQUALS: ("d’exactement {}", "autre que {}"),
}
DAYS: Mapping[Operator, tuple[str, str]] = {
    Operator.MORE_THAN: ("postérieure au {}", "égale ou antérieure au {}"),
    Operator.AT_LEAST: ("égale ou postérieure au {}", "antérieure au {}"),
    Operator.LESS_THAN: ("antérieure au {}", "égale ou postérieure au {}"),
    Operator.AT_MOST: ("égale ou antérieure au {}", "postérieure au {}"),
    Operator.EQUALS: ("égale au {}", "autre que le {}"),
}
TEXTS: Mapping[Operator, tuple[str, str]] = {
    Operator.EQUALS: ("{}", "autre que {}"),
    Operator.ONE_OF: ("{}", "autre que {}"),
    Operator.STARTS_WITH: ("commençant par {}", "ne commençant pas par {}"),
}
PHRASES: Mapping[FieldType, Mapping[Operator, tuple[str, str]]] = {
    FieldType.MONEY: QUANTITIES,
    FieldType.INTEGER: QUANTITIES,
    FieldType.DATE: DAYS,
    FieldType.TEXT: TEXTS,
    FieldType.LABELS: TEXTS,
}


def _value(test: FieldTest | SupplierField, positive: bool) -> str:
    phrase = PHRASES[test.spec.type][test.operator][0 if positive else 1]
    operand = test.operand
    words = operand if isinstance(operand, tuple) else (operand,)
    return phrase.format(_series([_word(word, test.spec) for word in words], "ou"))


def _word(word: bool | int | date | str, spec: FieldSpec) -> str:
    if isinstance(word, date):
        return day(word)
    if isinstance(word, int):
        return euros(word) if spec.type is FieldType.MONEY else _number(word, spec.unit)
    return spec.values.get(word, f"«{FIXED}{word}{FIXED}»")


def _number(number: int, unit: str) -> str:
    digits = f"{number:,}".replace(",", NARROW)
    return f"{digits}{NARROW}{unit}" if unit else digits


def euros(cents: int) -> str:
    """Cents in words of the site: « 25 000 € HT », « 12 345,60 € HT »."""
    whole, rest = divmod(cents, 100)
    return f"{_number(whole, '')}{f',{rest:02}' if rest else ''}{NARROW}€{NARROW}HT"


def day(value: date) -> str:
    """A day in words: « 1er janvier 2026 », « 20 novembre 2026 »."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number} {MONTHS[value.month - 1]} {value.year}"
