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


# What a unit begins with, by kind; a kind that is not here has a unit of its own.
UNIT_OF: Mapping[Kind, str] = MappingProxyType(
    {Kind.PERCENTAGE: "%", Kind.AMOUNT: "€", Kind.HOURS: "heures", Kind.BOOLEAN: "oui"}
)
