"""The words of the vocabulary that are lists: facts, aggregates, periods, comparisons."""

from enum import StrEnum


class Fact(StrEnum):
    """What is looked at: one row of a register, or what somebody says of the indicator itself."""

    CONTRACT = "contract"
    LOT = "lot"
    CONSULTATION = "consultation"
    PROJECT = "project"
    TARGETED_ACTION = "targeted_action"
    SPENDING = "spending"
    HOURS_LINE = "hours_line"
    CLAUSE = "clause"
    BENEFICIARY = "beneficiary"
    RESERVATION = "reservation"
    SUPPLIER = "supplier"
    ACTION = "action"
    EVENT = "event"
    EVALUATION = "evaluation"
    SOURCING = "sourcing"
    MILESTONE = "milestone"
    MEASURE = "measure"
    TARGET = "target"


class Aggregate(StrEnum):
    """How the rows are turned into one figure."""

    COUNT = "count"
    SHARE = "share"
    SUM = "sum"
    SUM_SHARE = "sum_share"
    AVERAGE = "average"
    DISTINCT = "distinct"
    RATIO = "ratio"
    BREAKDOWN = "breakdown"
    DECLARED = "declared"
    DONE = "done"
    REACHED = "reached"


SHARES = frozenset({Aggregate.SHARE, Aggregate.SUM_SHARE})


class Period(StrEnum):
    """Which rows belong to a year.

    ``civil_year``: dated in that year. ``cumulative``: dated since the first year of the scheme.
    ``in_force``: contracts that run in the year. ``once``: a milestone that no year belongs to.
    """

    CIVIL_YEAR = "civil_year"
    CUMULATIVE = "cumulative"
    IN_FORCE = "in_force"
    ONCE = "once"


class ComparedWith(StrEnum):
    """The year a figure is compared with."""

    PREVIOUS_YEAR = "previous_year"
    BASELINE = "baseline"


class ComparedAs(StrEnum):
    """How both are compared: what was added, or that in percent of the former."""

    DIFFERENCE = "difference"
    RATE = "rate"
