"""Scheme models: a SPASER as data (axes, actions, indicators, targets), read from YAML and checked.

The catalogue holds real documents that were published. ``load_model`` reads one file of the same
format, wherever it comes from. Numbers are decimal strings in the file: no float ever holds them.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from api.reference.marks import MARKS
from api.rules.indicators.vocabulary import Definition

CATALOGUE = Path(__file__).parent / "catalogue"

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Siren = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
Year = Annotated[int, Field(ge=2000, le=2100)]
Line = Annotated[int, Field(ge=1)]


def _in_quotes(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a number is written as a decimal string, in quotes")
    return value


Number = Annotated[Decimal, BeforeValidator(_in_quotes)]


class Kind(StrEnum):
    """What an indicator's figure is."""

    COUNT = "count"
    PERCENTAGE = "percentage"
    AMOUNT = "amount"
    HOURS = "hours"
    MASS = "mass"
    DURATION = "duration"
    DELTA = "delta"
    RATIO = "ratio"
    BOOLEAN = "boolean"
    LIST = "list"


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


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OrganisationModel(_Part):
    """Who adopted the scheme."""

    name: Words
    siren: Siren
    kind: Words


class PeriodModel(_Part):
    """First and last years, both included."""

    start: Year
    end: Year


class FigureModel(_Part):
    """A figure the document prints outside its indicators. ``year`` is ``None`` when not said."""

    label: Words
    value: Number
    unit: Words
    year: Year | None
    source_line: Line
    note: Words | None = None


class ActionModel(_Part):
    """One action of the document."""

    code: Code
    title: Words
    pilot: tuple[Words, ...] = ()
    partners: tuple[Words, ...] = ()
    sub_actions: tuple[Words, ...] = ()
    expected_results: tuple[Words, ...] = ()


class ObjectiveModel(_Part):
    """One objective and its actions."""

    code: Code
    title: Words
    strategic_objectives: tuple[Words, ...] = ()
    actions: tuple[ActionModel, ...] = ()


class AxisModel(_Part):
    """One axis and its objectives."""

    code: Code
    title: Words
    strategic_objectives: tuple[Words, ...] = ()
    objectives: tuple[ObjectiveModel, ...]


class TargetModel(_Part):
    """A value aimed at. ``year`` is ``None`` for every year. ``unit`` is the document's."""

    year: Year | None
    value: Number
    unit: Words
    source_line: Line
    note: Words | None = None


class IndicatorModel(_Part):
    """One indicator.

    ``label`` is the document's own words; ``part`` tells which half of them, when one line holds
    two measures. ``explanation`` and ``note`` are ours. ``actions`` are codes of actions or axes.
    Either ``definition`` computes it from the register, or ``awaits`` says which data it needs.
    """

    code: Code
    label: Words
    part: Words | None = None
    explanation: Words
    kind: Kind
    unit: Words
    direction: Direction
    frequency: Frequency | None
    nature: Nature | None
    perimeter: Words
    source_kind: SourceKind
    source_line: Line
    note: Words | None = None
    actions: tuple[Code, ...] = Field(min_length=1)
    targets: tuple[TargetModel, ...] = ()
    definition: Definition | None
    awaits: Words | None

    @model_validator(mode="after")
    def _computed_or_awaiting(self) -> Self:
        if (self.definition is None) == (self.awaits is None):
            raise ValueError(f"{self.code}: either a definition, or what it awaits")
        return self


class SchemeModel(_Part):
    """A whole scheme, coherent: unique codes, and no link to what does not exist."""

    code: Code
    title: Words
    organisation: OrganisationModel
    period: PeriodModel
    headline_targets: tuple[FigureModel, ...]
    baseline_figures: tuple[FigureModel, ...]
    axes: tuple[AxisModel, ...]
    indicators: tuple[IndicatorModel, ...]
    targets_without_indicator: tuple[FigureModel, ...] = ()

    @property
    def actions(self) -> tuple[ActionModel, ...]:
        """Every action, in the order of the document."""
        objectives = (item for axis in self.axes for item in axis.objectives)
        return tuple(action for objective in objectives for action in objective.actions)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        objectives = [item.code for axis in self.axes for item in axis.objectives]
        places = [*(axis.code for axis in self.axes), *objectives]
        _refuse_doubles([*places, *(action.code for action in self.actions)])
        _refuse_doubles([indicator.code for indicator in self.indicators])
        return self

    @model_validator(mode="after")
    def _linked(self) -> Self:
        known = {axis.code for axis in self.axes} | {action.code for action in self.actions}
        for indicator in self.indicators:
            lost = set(indicator.actions) - known
            if lost:
                raise ValueError(f"{indicator.code}: unknown actions {sorted(lost)}")
        return self

    @model_validator(mode="after")
    def _within_period(self) -> Self:
        for indicator in self.indicators:
            for target in indicator.targets:
                if target.year and not self.period.start <= target.year <= self.period.end:
                    raise ValueError(f"{indicator.code}: target of {target.year}, out of period")
        return self


def _refuse_doubles(codes: Iterable[str]) -> None:
    twice = sorted(code for code, count in Counter(codes).items() if count > 1)
    if twice:
        raise ValueError(f"codes given twice: {', '.join(twice)}")


def load_model(path: Path) -> SchemeModel:
    """Read one scheme model.

    Raises ``pydantic.ValidationError`` when it is not sound, down to the words of the definitions
    of its indicators (marks included), and ``yaml.YAMLError`` when it is not YAML.
    """
    with path.open(encoding="utf-8") as stream:
        return SchemeModel.model_validate(yaml.safe_load(stream), context={"marks": MARKS.keys()})


def models() -> list[SchemeModel]:
    """The scheme models of the catalogue, by code. Raises as ``load_model``."""
    return list(_catalogue())


@lru_cache(maxsize=1)
def _catalogue() -> tuple[SchemeModel, ...]:
    read = (load_model(path) for path in CATALOGUE.glob("*.yaml"))
    return tuple(sorted(read, key=lambda model: model.code))
