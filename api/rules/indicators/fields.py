"""What a field of a fact is: its type, the operators it takes, and the French of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class FieldType(StrEnum):
    """What kind of value a field holds; it decides which operators make sense."""

    MONEY = "money"  # whole cents; written in a definition as decimal euros, "25000.00"
    HOURS = "hours"  # whole quarter-hours; written "35.25"
    SCORE = "score"  # hundredths of a mark out of 20; written "15.5"
    PERCENT = "percent"  # millionths; written in percents, "30"
    INTEGER = "integer"
    DATE = "date"  # written "2026-01-31"
    TEXT = "text"
    LABELS = "labels"  # a list of texts; ``equals`` means "holds this one"
    BOOLEAN = "boolean"


class Operator(StrEnum):
    """The comparisons of the vocabulary."""

    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    EQUALS = "equals"
    ONE_OF = "one_of"
    STARTS_WITH = "starts_with"


ORDERED = frozenset({Operator.MORE_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST})
_NUMBERS = ORDERED | {Operator.EQUALS}

OPERATORS: Mapping[FieldType, frozenset[Operator]] = MappingProxyType(
    {
        FieldType.MONEY: _NUMBERS,
        FieldType.HOURS: _NUMBERS,
        FieldType.SCORE: _NUMBERS,
        FieldType.PERCENT: _NUMBERS,
        FieldType.INTEGER: _NUMBERS,
        FieldType.DATE: _NUMBERS,
        FieldType.TEXT: frozenset({Operator.EQUALS, Operator.ONE_OF, Operator.STARTS_WITH}),
        FieldType.LABELS: frozenset({Operator.EQUALS, Operator.ONE_OF}),
        FieldType.BOOLEAN: frozenset({Operator.EQUALS}),
    }
)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a fact, with its French.

    ``says`` and ``denies`` are predicates of which the row is the subject; ``{}`` receives the
    value or the comparison. ``short`` is the noun phrase of a comparison that failed. ``to_fill``
    completes « Pour répondre, il faut… ». ``form_field`` is the name of the field in the form.
    ``values``, when given, is closed: code -> its French in a sentence; ``names``: its French in a
    list. ``says_no`` and ``denies_no`` are for a boolean asked of any supplier: one supplier
    without it is not the same as no supplier with it.

    ``what``: the things that a whole number counts (« participants »), in the plural.
    ``quantity`` (« le montant ») and ``totals`` (« montants hors taxes ») make the field one that
    may be added up; ``by`` (« direction ») and ``different`` (« directions différentes ») one whose
    values may be told apart, ``several`` when a row has several of them. ``testable`` is false when
    no criterion may look at it. ``code``: its values are codes of a scheme, told bare after their
    noun (« l’action 24 »).
    """

    type: FieldType
    label: str
    to_fill: str
    form_field: str
    says: str
    denies: str
    short: str = ""
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    says_no: str = ""
    denies_no: str = ""
    quantity: str = ""
    totals: str = ""
    what: str = ""
    by: str = ""
    different: str = ""
    several: bool = False
    testable: bool = True
    code: bool = False

    @property
    def operators(self) -> frozenset[Operator]:
        """The operators this field accepts: a closed list of values has no beginnings."""
        allowed = OPERATORS[self.type]
        return allowed - {Operator.STARTS_WITH} if self.values else allowed

    @property
    def weight(self) -> bool:
        """Whether the field may be summed and averaged."""
        return bool(self.quantity)

    @property
    def key(self) -> bool:
        """Whether the values of the field may be counted once, or told apart."""
        return bool(self.by)


def number_of(name: str, of_what: str) -> FieldSpec:
    """A whole number of things: « a un nombre de retraits du dossier de 12 »."""
    return FieldSpec(
        FieldType.INTEGER,
        f"nombre {of_what}",
        f"indiquer le nombre {of_what}",
        name,
        says=f"a un nombre {of_what} {{}}",
        denies=f"a un nombre {of_what} {{}}",
        short=f"nombre {of_what} {{}}",
        quantity=f"le nombre {of_what}",
        totals=f"nombres {of_what}",
        what=of_what.removeprefix("de ").removeprefix("d’"),
    )


def directorate(to_fill: str) -> FieldSpec:
    """The directorate of a row, known to a criterion by its name: an id would be of one buyer."""
    return FieldSpec(
        FieldType.TEXT,
        "direction",
        to_fill,
        "directorate_id",
        says="relève d’une direction de nom {}",
        denies="relève d’une direction de nom {}",
        short="direction {}",
        by="direction",
        different="directions différentes",
    )


OF_CONTRACT = directorate("indiquer la direction qui suit le contrat")
