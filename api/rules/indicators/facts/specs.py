"""What a fact is to the vocabulary: its nouns, its fields, what may be asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from api.rules.indicators.fields import FieldSpec
from api.rules.indicators.words import Aggregate, Period

NBSP = "\u00a0"

OF_ROWS = frozenset(
    {
        Aggregate.COUNT,
        Aggregate.SHARE,
        Aggregate.SUM,
        Aggregate.SUM_SHARE,
        Aggregate.AVERAGE,
        Aggregate.DISTINCT,
        Aggregate.RATIO,
        Aggregate.BREAKDOWN,
    }
)
OF_WEIGHTS = frozenset({Aggregate.SUM, Aggregate.SUM_SHARE, Aggregate.AVERAGE})
OF_KEYS = frozenset({Aggregate.DISTINCT, Aggregate.BREAKDOWN})
YEARLY = (Period.CIVIL_YEAR, Period.CUMULATIVE)


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact.

    ``noun`` and ``plural`` name a row in a figure (« 12 marchés », « aucun marché »); ``spoken``
    and ``spoken_plural`` in an explanation, when that differs (of a contract: see ``naming``).
    ``perimeter`` is the sentence of what is looked at, ``{when}`` the period; ``in_force`` the same
    of what runs in the year.
    ``unserved`` ends that sentence where no criterion says which actions of the scheme it serves.
    ``linked`` says a fact of its contract (« dont le contrat »): empty when the row is a contract.
    ``marks``: whether a mark or a supplier may be asked of it. ``day``: the field to fill in when
    the day that dates the row is not said, ``to_date`` what to do then where it is no field of the
    fact. ``being``: the field, yes or no, that tells whether a row is one of the fact, where what
    is looked at also holds rows that are not, or may not be; ``beside`` says which in the sentence
    of the perimeter, ``rows`` is what all of them are called, one and several, ``not_known`` what
    nobody knows of them, of a masculine and of a feminine word; ``shared``: the fields that are
    theirs too, so that a number of what a perimeter of these fields keeps looks at them still.
    ``attach``: what to do first, under the field ``contract_id``, for a row that may have no
    contract. ``not_added``: why the rows of several years can't be added up. ``example``: a
    definition in YAML, and what it gives.
    """

    label: str
    noun: str
    plural: str
    perimeter: str
    example: str
    gives: str
    fields: Mapping[str, FieldSpec] = field(default_factory=lambda: MappingProxyType({}))
    feminine: bool = False
    spoken: str = ""
    spoken_plural: str = ""
    in_force: str = ""
    unserved: str = ""
    linked: str = ""
    attach: str = ""
    marks: bool = False
    day: str = ""
    being: str = ""
    beside: str = ""
    rows: tuple[str, str] = ("", "")
    not_known: tuple[str, str] = ("", "")
    shared: frozenset[str] = frozenset()
    to_date: str = "indiquer le jour"
    not_added: str = ""
    only: frozenset[Aggregate] = OF_ROWS
    periods: tuple[Period, ...] = YEARLY
    criteria: bool = True
    one_comparison: bool = False

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """What may be asked, in the order of the vocabulary."""
        weights = any(one.weight for one in self.fields.values())
        keys = any(one.key for one in self.fields.values())
        refused = (frozenset() if weights else OF_WEIGHTS) | (frozenset() if keys else OF_KEYS)
        return tuple(one for one in Aggregate if one in self.only - refused)

    @property
    def weights(self) -> tuple[str, ...]:
        """The fields that may be summed."""
        return tuple(name for name, one in self.fields.items() if one.weight)

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields whose values may be told apart."""
        return tuple(name for name, one in self.fields.items() if one.key)

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys that cut the rows in parts: a row has one value of each at most, and persons are
        only told apart where nobody can be recognised."""
        if self.one_comparison:
            return ()
        return tuple(name for name in self.keys if not self.fields[name].several)

    @property
    def told_fields(self) -> Mapping[str, FieldSpec]:
        """The fields that a definition may name: what makes a row one of the fact goes unsaid."""
        return {name: one for name, one in self.fields.items() if name != self.being}

    @property
    def testable(self) -> tuple[str, ...]:
        """The fields that a criterion may look at."""
        return tuple(name for name, one in self.fields.items() if one.testable)

    @property
    def none(self) -> str:
        """« aucun marché », « aucune consultation »."""
        return f"{'aucune' if self.feminine else 'aucun'} {self.noun}"

    @property
    def counted(self) -> str:
        """« comptés », « comptées »."""
        return "comptées" if self.feminine else "comptés"
