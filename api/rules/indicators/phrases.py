"""Criteria read aloud: relative clauses, reasons, and what to fill in. French without acronyms.

The words of a mark live in the nomenclature (``api.reference.marks.MARKS``), which the rules can't
import: the functions receive it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from api.rules.indicators.evaluation import Literal
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.fields import FieldSpec, FieldType, Operator
from api.rules.indicators.vocabulary import (
    AllOf,
    AnyOf,
    Criterion,
    Fact,
    FieldTest,
    Leaf,
    Mark,
    Not,
    SupplierField,
    SupplierTest,
)

_STARTING = "commençant par "
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
class ToFill:
    """What to do to answer, and the name of the field of the form where to do it."""

    text: str
    field: str


def why_not(leaf: Literal, marks: Mapping[str, SpokenMark], fact: Fact = Fact.CONTRACT) -> str:
    """Why a row is not counted, from the leaf (or negated leaf) that it does not meet.

    « n’a pas de clause sociale », « montant de 25 000 € HT ou moins »; of a row that is not a
    contract, « le contrat n’a pas de clause sociale ».
    """
    said = _literal(leaf, marks, positive=False, short=True)
    bare = leaf.criterion if isinstance(leaf, Not) else leaf
    return said if isinstance(bare, FieldTest) or not FACTS[fact].linked else f"le contrat {said}"


def to_fill(
    leaf: Leaf,
    marks: Mapping[str, SpokenMark],
    fact: Fact = Fact.CONTRACT,
    attached: bool = True,
) -> ToFill:
    """What to fill in, and where, for the leaf to be known.

    « dire si le marché comporte une clause sociale »; of a row that is not ``attached`` to a
    contract, which contract it is: nothing can be said of a contract that is not known.
    """
    attach = FACTS[fact].attach
    if attach and not attached and isinstance(leaf, Mark | SupplierTest):
        return ToFill(attach, "contract_id")
    if isinstance(leaf, Mark):
        return ToFill(f"dire si le marché {marks[leaf.mark].says}", f"mark_{leaf.mark}")
    spec = leaf.test.spec if isinstance(leaf, SupplierTest) else leaf.spec
    return ToFill(spec.to_fill, spec.form_field)


def which(criterion: Criterion, marks: Mapping[str, SpokenMark], linked: str) -> str:
    """A relative clause. A mix of "and" and "or" is told apart by « soit » and by a comma.

    ``linked``: how the fact says a thing of its contract, empty when it is one.
    """
    if not isinstance(criterion, AllOf | AnyOf):
        return f"{_pronoun(criterion, linked)} {_literal(criterion, marks)}"
    phrases = [which(item, marks, linked) for item in criterion.criteria]
    mixed = any(isinstance(item, AllOf | AnyOf) for item in criterion.criteria)
    if isinstance(criterion, AllOf):
        phrases = [
            _either(item, marks, linked) if isinstance(item, AnyOf) else told
            for item, told in zip(criterion.criteria, phrases, strict=True)
        ]
        return ", et ".join(phrases) if mixed else series(phrases, "et")
    if _same_codes(criterion):
        start, before, _ = phrases[0].partition(_STARTING)
        starts = [told.partition(_STARTING)[2] for told in phrases]
        return f"{start}{before}{series(starts, 'ou')}"
    return ", ".join(f"soit {phrase}" for phrase in phrases) if mixed else series(phrases, "ou")


def _same_codes(criterion: AnyOf) -> bool:
    """Whether the same code may start in several ways: « commençant par « 45 » ou « 50 » »."""
    asked = {(one.field, one.operator) for one in criterion.criteria if isinstance(one, FieldTest)}
    tests = all(isinstance(one, FieldTest) for one in criterion.criteria)
    return tests and len(asked) == 1 and next(iter(asked))[1] is Operator.STARTS_WITH


def _either(criterion: AnyOf, marks: Mapping[str, SpokenMark], linked: str) -> str:
    """A choice among other conditions: « soit qui est petite, soit qui est moyenne »."""
    return ", ".join(f"soit {which(item, marks, linked)}" for item in criterion.criteria)


def _pronoun(criterion: Criterion, linked: str) -> str:
    bare = criterion.criterion if isinstance(criterion, Not) else criterion
    return linked if linked and isinstance(bare, Mark | SupplierTest) else "qui"


def series(phrases: list[str], word: str) -> str:
    """« a, b et c »."""
    if len(phrases) == 1:
        return phrases[0]
    return f"{', '.join(phrases[:-1])} {word} {phrases[-1]}"


def _literal(
    literal: Criterion, marks: Mapping[str, SpokenMark], positive: bool = True, short: bool = False
) -> str:
    if isinstance(literal, Not):
        return _literal(literal.criterion, marks, not positive, short)
    if isinstance(literal, AllOf | AnyOf):
        raise TypeError(literal)
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
    told = spec.says if positive else spec.denies
    words = test.operand if isinstance(test.operand, tuple) else ()
    if told == _IS_NOT and len(words) > 1:
        return _neither([_word(word, spec) for word in words])
    return told.format(value)


def _neither(words: list[str]) -> str:
    """« n’est ni une réunion, ni un atelier »."""
    return f"n’est ni {', ni '.join(words)}" if len(words) > 2 else f"n’est ni {' ni '.join(words)}"


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
    Operator.STARTS_WITH: (_STARTING + "{}", "ne commençant pas par {}"),
}
PHRASES: Mapping[FieldType, Mapping[Operator, tuple[str, str]]] = {
    FieldType.MONEY: QUANTITIES,
    FieldType.HOURS: QUANTITIES,
    FieldType.SCORE: QUANTITIES,
    FieldType.PERCENT: QUANTITIES,
    FieldType.INTEGER: QUANTITIES,
    FieldType.DATE: DAYS,
    FieldType.TEXT: TEXTS,
    FieldType.LABELS: TEXTS,
}
# type -> exact units in one that is said
_IN_PARTS: Mapping[FieldType, tuple[int, str]] = {
    FieldType.HOURS: (4, "h"),
    FieldType.SCORE: (100, "sur 20"),
    FieldType.PERCENT: (10_000, "%"),
}


_IS_NOT = "n’est pas {}"
# A number that can't be negative, asked to be zero or more, is only asked to be known.
KNOWN = ("dont la valeur est connue", "dont la valeur est inconnue")


def _value(test: FieldTest | SupplierField, positive: bool) -> str:
    operand = test.operand
    if (test.spec.type, test.operator, operand) == (FieldType.INTEGER, Operator.AT_LEAST, 0):
        return KNOWN[0 if positive else 1]
    phrase = PHRASES[test.spec.type][test.operator][0 if positive else 1]
    words = operand if isinstance(operand, tuple) else (operand,)
    return phrase.format(series([_word(word, test.spec) for word in words], "ou"))


def _word(word: bool | int | date | str, spec: FieldSpec) -> str:
    if isinstance(word, date):
        return day(word)
    if isinstance(word, str) and spec.code:
        return bare_code(word)
    if isinstance(word, str):
        return spec.values.get(word, f"«{FIXED}{word}{FIXED}»")
    if spec.type is FieldType.MONEY:
        return euros(word)
    if spec.type in _IN_PARTS:
        parts, unit = _IN_PARTS[spec.type]
        return _decimal(word, parts, unit)
    return number(word, spec.unit)


def bare_code(code: str) -> str:
    """A code after « l’action »: « 24 », be it written « ACTION 24 » in its document."""
    return re.sub(r"^action\s+", "", code, flags=re.IGNORECASE)


def _decimal(exact: int, parts: int, unit: str) -> str:
    whole, rest = divmod(exact, parts)
    decimals = f"{rest / parts:.4f}".removeprefix("0.").rstrip("0")
    return f"{number(whole, '')}{f',{decimals}' if decimals else ''}{NARROW}{unit}"


def number(value: int, unit: str) -> str:
    """« 25 000 », « 48 mois »."""
    digits = f"{value:,}".replace(",", NARROW)
    return f"{digits}{NARROW}{unit}" if unit else digits


def euros(cents: int) -> str:
    """Cents in words of the site: « 25 000 € HT », « 12 345,60 € HT »."""
    whole, rest = divmod(cents, 100)
    return f"{number(whole, '')}{f',{rest:02}' if rest else ''}{NARROW}€{NARROW}HT"


def day(value: date) -> str:
    """A day in words: « 1er janvier 2026 », « 20 novembre 2026 »."""
    rank = "1er" if value.day == 1 else str(value.day)
    return f"{rank} {MONTHS[value.month - 1]} {value.year}"
