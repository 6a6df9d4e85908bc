"""The closed words of a scheme: kinds of figures, their units, and where they come from."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What an indicator's figure is."""

    COUNT = "count"
    PERCENTAGE = "percentage"
    RATIO = "ratio"
    AMOUNT = "amount"
    HOURS = "hours"
    DURATION = "duration"
    QUANTITY = "quantity"
    DELTA = "delta"
    SCORE = "score"
    BOOLEAN = "boolean"
    LIST = "list"


WITHOUT_UNIT = frozenset({Kind.BOOLEAN, Kind.LIST})


class Direction(StrEnum):
    """Where the figure should go."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Frequency(StrEnum):
    """How often it is measured."""

    ANNUAL = "annual"
    ONCE = "once"


class Nature(StrEnum):
    """Whether it measures what was done, or what came of it, where the document says so."""

    REALISATION = "realisation"
    EFFECT = "effect"


class SourceKind(StrEnum):
    """Where the data come from."""

    CONTRACTS = "contracts"
    COMPANIES = "companies"
    RESERVED = "reserved"
    INSERTION = "insertion"
    PAYMENTS = "payments"
    PROGRAMMING = "programming"
    EVENTS = "events"
    SURVEYS = "surveys"
    EXTERNAL = "external"
    MANUAL = "manual"


class PreviousStatus(StrEnum):
    """Where an action of the former scheme stood when this one was written."""

    NOT_STARTED = "not_started"
    ONGOING = "ongoing"
    PARTIAL = "partial"
    DONE = "done"
    TO_REDEFINE = "to_redefine"


# What a target's unit begins with; a kind that is not here shares the unit of its indicator.
UNIT_OF: Mapping[Kind, str] = MappingProxyType(
    {Kind.PERCENTAGE: "%", Kind.AMOUNT: "€", Kind.HOURS: "heures", Kind.BOOLEAN: "oui"}
)


def allowed_units(kind: Kind, unit: str | None) -> tuple[str, ...]:
    """Beginnings of the units that a target may have; empty: none that is not another kind's.

    A count may aim at a share of its perimeter, or at other nouns than its own (EPCI, communes).
    """
    if kind is Kind.COUNT:
        return ()
    own = UNIT_OF.get(kind) or unit or ""
    return (own, "%") if kind is Kind.DELTA else (own,)


def goes_with(unit: str, allowed: tuple[str, ...]) -> bool:
    """Whether the unit of a target is one of these, or of what is counted."""
    if not allowed:
        return not unit.startswith((UNIT_OF[Kind.AMOUNT], UNIT_OF[Kind.HOURS]))
    return unit.removesuffix("/an").startswith(allowed)
