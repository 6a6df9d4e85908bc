"""Rows of any fact held in memory, and what criteria say of each: no code of the service.

Every fact is true, false or not said (``None``), and so is every criterion (Kleene's logic). A
row is seen as what it may still become: out of the perimeter, in it and counted, in it and not
counted.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, NamedTuple, Protocol

Truth = bool | None
Criterion = Mapping[str, Any]
Companies = tuple[Mapping[str, Any], ...]


class Looked(Protocol):
    """A row of any fact.

    ``years``: those it surely belongs to; ``maybe``: nobody said, so it may be of any year from
    ``since`` to ``until``; ``doubtful``: those it belongs to if it is of the part asked for, which
    nobody said.
    ``fields`` in the units of the tables, None or absent when not said. ``held``: the companies of
    each contract that the row is about. ``aside``: the fields that no sum counts.
    """

    @property
    def reference(self) -> str: ...
    @property
    def years(self) -> Collection[int]: ...
    @property
    def maybe(self) -> bool: ...
    @property
    def since(self) -> int: ...
    @property
    def until(self) -> int: ...
    @property
    def doubtful(self) -> Collection[int]: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...
    @property
    def marks(self) -> Mapping[str, Truth]: ...
    @property
    def held(self) -> tuple[Companies, ...]: ...
    @property
    def aside(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Row:
    """A row of any fact, as ``Looked`` tells it."""

    reference: str
    years: frozenset[int] = frozenset()
    maybe: bool = False
    since: int = 0
    until: int = 9999
    fields: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, Truth] = field(default_factory=dict)
    held: tuple[Companies, ...] = ()
    buyer: str = ""
    directorate: str | None = None
    family: str | None = None
    doubtful: frozenset[int] = frozenset()
    aside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Company:
    """What is known of a supplier."""

    size: str | None = None
    ess: Truth = None
    kind: str | None = None
    departement: str | None = None
    region: str | None = None
    innovative: Truth = None
    esus: Truth = None


@dataclass(frozen=True)
class Fact:
    """A contract of which little is told: money in cents, ``day`` that of its notification."""

    reference: str
    kind: str
    day: date | None = None
    amount: int | None = None
    cpv: str | None = None
    ccag: str | None = None
    marks: Mapping[str, bool] = field(default_factory=dict)
    companies: tuple[Company, ...] = ()
    since: int = 0
    until: int = 9999
    doubtful: frozenset[int] = frozenset()
    aside: frozenset[str] = frozenset()

    @property
    def years(self) -> tuple[int, ...]:
        """The year of its notification."""
        return () if self.day is None else (self.day.year,)

    @property
    def maybe(self) -> bool:
        """Its day is not said."""
        return self.day is None

    @property
    def fields(self) -> Mapping[str, Any]:
        """What a criterion may ask; it has no project, no clause and no evaluation."""
        told = {name: getattr(self, name) for name in ("kind", "amount", "cpv", "ccag")}
        nothing = {"targeted": False, "targeted_action": (), "has_clause": False}
        return told | nothing | {"evaluated": False, "execution_evaluated": False}

    @property
    def held(self) -> tuple[Companies, ...]:
        """Its companies."""
        return (tuple(vars(one) for one in self.companies),)


def both(values: Iterable[Truth]) -> Truth:
    """Kleene's conjunction."""
    found = set(values)
    return False if False in found else None if None in found else True


def either(values: Iterable[Truth]) -> Truth:
    """Kleene's disjunction."""
    found = set(values)
    return True if True in found else None if None in found else False


def holds(criterion: Criterion | str | None, row: Looked) -> Truth:
    """Whether a row meets a criterion; no criterion is met by all."""
    if not isinstance(criterion, Mapping):
        assert criterion in (None, "all")
        return True
    match criterion:
        case {"all": parts}:
            return both(holds(part, row) for part in parts)
        case {"any": parts}:
            return either(holds(part, row) for part in parts)
        case {"not": part}:
            met = holds(part, row)
            return None if met is None else not met
        case {"mark": code}:
            return row.marks.get(code)
        case {"supplier": inner}:
            # Nobody said who holds it: anybody may.
            return either(
                either(compares(inner, one) for one in some) if some else None
                for some in row.held or ((),)
            )
        case {"field": _}:
            return compares(criterion, row.fields)
    raise AssertionError(f"the oracle does not know {criterion}")


# How many units of the tables one unit of a definition is.
CENTS = ("amount", "current_amount", "estimated_amount", "score")
QUARTERS = ("hours", "training")
LISTS = ("techniques", "execution_modalities", "price_types", "targeted_action")
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "more_than": gt,
    "at_least": ge,
    "less_than": lt,
    "at_most": le,
}


def asked_value(name: str, written: Any) -> Any:
    """The value of a definition in the units of the tables."""
    if name in CENTS:
        return Decimal(written) * 100
    if name in QUARTERS and isinstance(written, str) and written[0].isdigit():
        return Decimal(written) * 4
    if name == "advance_rate":
        return Decimal(written) * 10_000
    return date.fromisoformat(written) if name == "notified_on" else written


def compares(criterion: Criterion, owner: Mapping[str, Any]) -> Truth:
    """Whether one field of a row, or of a supplier, has the value asked for."""
    name = criterion["field"]
    # Rows are told apart by their directorate, and asked for its name.
    value = owner.get("directorate's name" if name == "directorate" else name)
    if value is None:
        return None
    ((operator, written),) = ((one, said) for one, said in criterion.items() if one != "field")
    if operator == "one_of":
        return any(one in written for one in (value if isinstance(value, tuple) else (value,)))
    if operator == "starts_with":
        return bool(value.startswith(written))
    if operator == "equals":
        asked = asked_value(name, written)
        return asked in value if isinstance(value, tuple) else bool(value == asked)
    return ORDER[operator](value, asked_value(name, written))


class Seen(NamedTuple):
    """A row before a figure: whether it is looked at, and whether it meets the criterion."""

    fact: Any
    inside: Truth
    met: Truth

    @property
    def futures(self) -> set[tuple[int, int]]:
        """What it may become: (looked at, counted)."""
        looked = {0, 1} if self.inside is None else {int(self.inside)}
        counted = {0, 1} if self.met is None else {int(self.met)}
        return {(one, one * two) for one in looked for two in counted}


def seen(
    definition: Mapping[str, Any], years: Collection[int] | int, rows: Iterable[Looked]
) -> list[Seen]:
    """Every row that is or may be of these years, before the figure of a definition."""
    wanted, perimeter = as_years(years), definition.get("perimeter")
    found = []
    for row in rows:
        if (of := is_of(row, wanted)) is not False:
            inside, met = (
                [of, holds(perimeter, row), beside(definition, row)],
                [holds(definition.get("where"), row)],
            )
            # Of a contract that may have been reserved: what is looked at, unless a perimeter
            # keeps reservations alone.
            (met if beyond(definition) else inside).append(row.fields.get("reserved", True))
            found.append(Seen(row, both(inside), both(met)))
    return found


def beyond(definition: Mapping[str, Any]) -> bool:
    """Whether contracts that may have no reservation are looked at: always without a perimeter, and
    of a number of those of one kind."""
    perimeter = definition.get("perimeter")
    kind = isinstance(perimeter, Mapping) and perimeter.get("field") == "kind"
    return perimeter is None or (kind and "share" not in definition.get("aggregate", ""))


def beside(definition: Mapping[str, Any], row: Looked) -> Truth:
    """Whether a row may stand in this term of a quotient: not known while it stands in the other
    term too, and what it weighs there is not said."""
    other: Mapping[str, Any] | None = definition.get("beside")
    if other is None:
        return True
    there = stands(other, row) if other.get("of") else False
    if there is False:
        return True
    summed = row.fields.get(other["of"]) is not None and other["of"] not in row.aside
    return True if there and summed else None


def stands(term: Mapping[str, Any], row: Looked) -> Truth:
    """Whether a row is counted in a term, leaving its day aside."""
    return both(holds(term.get(part), row) for part in ("perimeter", "where"))


def as_years(years: Collection[int] | int) -> Collection[int]:
    """One year as a collection."""
    return {years} if isinstance(years, int) else set(years)


def is_of(row: Looked, years: Collection[int]) -> Truth:
    """Whether a row is of these years."""
    if set(row.years) & set(years):
        return True
    if set(row.doubtful) & set(years):
        return None
    return None if row.maybe and max(years) >= row.since and min(years) <= row.until else False


def of_none(one: Seen, of: str | None) -> bool:
    """Whether what a row weighs is not said."""
    return of is not None and weight_of(one, of) is None


def weight_of(one: Seen, of: str) -> int | None:
    """What can be added up: nobody is paid less than nothing, so a negative number is none."""
    value: int | None = None if of in one.fact.aside else one.fact.fields.get(of)
    return None if value is None or value < 0 else value


def weight(one: Seen, of: str | None) -> int:
    """What a row weighs: one, or its ``of``; zero while that is not said."""
    return 1 if of is None else weight_of(one, of) or 0


def scale_of(of: str | None) -> str:
    """What a sum is counted in."""
    if of in CENTS:
        return "score" if of == "score" else "euros"
    return "hours" if of in QUARTERS else "whole"
