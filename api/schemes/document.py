"""A scheme as data, format version 2: its tree, its indicators, and how they hold together.

The catalogue holds real documents that were published; a buyer's own scheme has the same form.
Numbers are decimal strings: no float ever holds them. Every refusal is in French, since the editor
of schemes shows it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.rules.indicators.criteria import FieldTest, leaves
from api.rules.indicators.fields import Operator
from api.rules.indicators.gaps import check_target
from api.rules.indicators.reading import DefinitionError, resolve_same_as
from api.rules.indicators.strict import Strict
from api.rules.indicators.vocabulary import Definition, WrittenDefinition
from api.schemes.kinds import definition_refused, unit_refused
from api.schemes.words import (
    UNIT_OF,
    WITHOUT_UNIT,
    Direction,
    Frequency,
    Kind,
    Nature,
    PreviousStatus,
    SourceKind,
)
from api.schemes.written import Code, Line, Number, Odd, Siren, Words, Year, refused


class OrganisationModel(Strict):
    """One of those who adopted the scheme."""

    name: Words
    siren: Siren
    kind: Words


class PeriodModel(Strict):
    """First and last years, both included. ``note`` says where they come from if not printed."""

    start: Year
    end: Year
    note: Words | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise refused(f"la période finit ({self.end}) avant de commencer ({self.start})")
        return self


class FigureModel(Strict):
    """A figure the document prints outside its indicators. ``year`` is ``None`` when not said."""

    label: Words
    value: Number
    unit: Words
    year: Year | None
    source_line: Line | None = None
    note: Words | None = None


class ActionModel(Strict):
    """One action of the document; ``odd``: the numbers of the sustainable development goals."""

    code: Code
    title: Words
    pilot: tuple[Words, ...] = ()
    resources: tuple[Words, ...] = ()
    partners: tuple[Words, ...] = ()
    sub_actions: tuple[Words, ...] = ()
    expected_results: tuple[Words, ...] = ()
    odd: tuple[Odd, ...] = ()
    source_line: Line | None = None


class ObjectiveModel(Strict):
    """One objective and its actions."""

    code: Code
    title: Words
    strategic_objectives: tuple[Words, ...] = ()
    actions: tuple[ActionModel, ...] = ()


class AxisModel(Strict):
    """One axis and its objectives."""

    code: Code
    title: Words
    strategic_objectives: tuple[Words, ...] = ()
    objectives: tuple[ObjectiveModel, ...]


class PreviousActionModel(Strict):
    """One action of the former scheme. ``title`` is ``None`` when the text has lost it."""

    code: Code
    title: Words | None
    status: PreviousStatus | None
    source_line: Line | None = None
    note: Words | None = None


class ContradictionModel(Strict):
    """What the document says in two ways and no single indicator holds: kept, never corrected."""

    text: Words
    source_lines: tuple[Line, ...] = ()


class ViewModel(Strict):
    """A dashboard the document asks for: some of the actions, seen together."""

    code: Code
    title: Words
    actions: tuple[Code, ...] = Field(min_length=1)
    note: Words | None = None


class TargetModel(Strict):
    """A value aimed at. ``unit`` is the document's. ``year`` is ``None`` when it gives none: the
    figure of each year is compared with it, and « /an » in the unit says that it is yearly.

    ``organisation``: the SIREN of the one it binds; ``None`` for the scheme as a whole. ``fte``:
    the full-time equivalents the document prints beside a number of hours, as it writes them.
    ``since``: the first year that the document speaks of, when it is about nothing before: no
    earlier figure leads to the target.
    """

    year: Year | None
    value: Number
    unit: Words
    source_line: Line | None = None
    note: Words | None = None
    organisation: Siren | None = None
    fte: Annotated[str, Field(pattern=r"^[0-9]{1,6}(,[0-9])?$")] | None = None
    since: Year | None = None

    @model_validator(mode="after")
    def _since_then(self) -> Self:
        if self.since is not None and (self.year is None or self.since > self.year):
            raise refused(
                f"cette cible ne compte qu’à partir de {self.since} (première année visée)\u00a0: "
                "donnez-lui une année, celle-ci ou une d’après",
                "since",
            )
        return self

    @model_validator(mode="after")
    def _fte_of_hours(self) -> Self:
        if self.fte is not None and not self.unit.startswith("heure"):
            raise refused(
                f"« fte » (équivalents temps plein) va avec des heures, pas avec « {self.unit} »"
            )
        return self


class PublishedModel(Strict):
    """A value of the indicator that the document prints for a past year."""

    year: Year
    value: Number
    source_line: Line | None = None
    note: Words | None = None


class IndicatorModel(Strict):
    """One indicator.

    ``label`` is the document's own words; ``part`` tells which half of them, when one line holds
    two measures. ``printed``: what the document prints, piece by piece, where the label is not
    found there as it stands; ``printed_under``: the title it stands under, where that is none of
    those it serves. ``source_printed``: the document itself says where the figure comes from.
    ``explanation``, ``perimeter``, ``source`` and ``note`` are ours. ``actions`` are codes of
    actions, objectives or axes. ``definition`` makes it live (computed from the register, captured
    once, or a milestone), or is that of another indicator of the scheme.
    """

    code: Code
    label: Words
    printed: tuple[Words, ...] = ()
    printed_under: Words | None = None
    part: Words | None = None
    explanation: Words
    kind: Kind
    unit: Words | None
    direction: Direction
    frequency: Frequency | None
    nature: Nature | None
    perimeter: Words
    source_kind: SourceKind
    source: Words
    source_printed: bool = False
    source_line: Line | None = None
    note: Words | None = None
    actions: tuple[Code, ...] = Field(min_length=1)
    targets: tuple[TargetModel, ...] = ()
    published: tuple[PublishedModel, ...] = ()
    definition: WrittenDefinition

    @model_validator(mode="after")
    def _is_printed_otherwise(self) -> Self:
        if self.label in self.printed:
            what = f"{self.code} : « printed » répète le libellé ; laissez-le vide"
            raise refused(what, "printed")
        return self

    @model_validator(mode="after")
    def _has_a_unit(self) -> Self:
        if self.unit is None and self.kind not in WITHOUT_UNIT:
            what = f"{self.code} : un indicateur de type « {self.kind} » a une unité"
            raise refused(what, "unit")
        return self

    @model_validator(mode="after")
    def _is_what_its_kind_says(self) -> Self:
        why = unit_refused(self.kind, self.unit)
        if why is not None:
            raise refused(f"{self.code} : {why}", "unit")
        if isinstance(self.definition, Definition):
            why = definition_refused(self.kind, self.definition)
        if why is not None:
            raise refused(f"{self.code} : {why}", "definition")
        return self

    @model_validator(mode="after")
    def _targets_are_percentages(self) -> Self:
        for place, target in enumerate(self.targets):
            if self.kind is Kind.PERCENTAGE and not 0 <= target.value <= 100:
                what = f"{self.code} : une cible de {target.value} %, qui va de 0 à 100"
                raise refused(what, f"targets[{place}].value")
        return self

    @model_validator(mode="after")
    def _one_target_a_year(self) -> Self:
        # Two of them could not both be what the figure of that year is compared with.
        aimed = Counter((one.year, one.organisation) for one in self.targets)
        twice = [year for (year, _), count in aimed.items() if count > 1]
        if twice:
            when = "sans année" if twice[0] is None else f"pour {twice[0]}"
            what = f"{self.code} : deux cibles {when}, l’indicateur n’en a qu’une"
            raise refused(what, "targets")
        return self


class SchemeModel(Strict):
    """A whole scheme, coherent: unique codes, and no link to what does not exist."""

    code: Code
    title: Words
    author: Words
    organisations: tuple[OrganisationModel, ...] = Field(min_length=1)
    period: PeriodModel
    headline_targets: tuple[FigureModel, ...] = ()
    baseline_figures: tuple[FigureModel, ...] = ()
    contradictions: tuple[ContradictionModel, ...] = ()
    axes: tuple[AxisModel, ...]
    views: tuple[ViewModel, ...] = ()
    previous_note: Words | None = None
    previous: tuple[PreviousActionModel, ...] = ()
    indicators: tuple[IndicatorModel, ...]
    targets_without_indicator: tuple[FigureModel, ...] = ()

    @property
    def objectives(self) -> tuple[ObjectiveModel, ...]:
        """Every objective, in the order of the document."""
        return tuple(objective for axis in self.axes for objective in axis.objectives)

    @property
    def actions(self) -> tuple[ActionModel, ...]:
        """Every action, in the order of the document."""
        return tuple(action for objective in self.objectives for action in objective.actions)

    @property
    def places(self) -> tuple[str, ...]:
        """Codes that an indicator or a view may hang on: axes, objectives, actions."""
        axes = (axis.code for axis in self.axes)
        objectives = (objective.code for objective in self.objectives)
        return (*axes, *objectives, *(action.code for action in self.actions))

    @property
    def definitions(self) -> dict[str, Definition]:
        """The definition of each indicator, by code, ``same_as`` followed."""
        return resolve_same_as({one.code: one.definition for one in self.indicators})

    @model_validator(mode="after")
    def _unique(self) -> Self:
        _refuse_doubles(self.places, "axes")
        _refuse_doubles([one.code for one in self.indicators], "indicators", "code")
        _refuse_doubles([one.code for one in self.views], "views", "code")
        _refuse_doubles([one.code for one in self.previous], "previous", "code")
        _refuse_doubles([one.siren for one in self.organisations], "organisations", "siren")
        return self

    @model_validator(mode="after")
    def _linked(self) -> Self:
        links = [
            (f"indicators[{n}]", one.code, one.actions) for n, one in enumerate(self.indicators)
        ]
        links += [(f"views[{n}]", one.code, one.actions) for n, one in enumerate(self.views)]
        for root, code, actions in links:
            lost = sorted(set(actions) - set(self.places))
            if lost:
                what = f"{code} : actions inconnues : {', '.join(lost)}"
                raise refused(what, f"{root}.actions", self.places)
        return self

    @model_validator(mode="after")
    def _defined(self) -> Self:
        try:
            found = resolve_same_as({one.code: one.definition for one in self.indicators})
        except DefinitionError as error:
            # The others of a circle would tell the same circle, with the same words, again.
            first = error.problems[0]
            code, _, _ = first.path.rpartition(".")
            raise refused(f"{code} : {first.message}", self._place_of(first.path)) from error
        for place, one in enumerate(self.indicators):
            why = definition_refused(one.kind, found[one.code])
            if why is not None:
                raise refused(f"{one.code} : {why}", f"indicators[{place}].definition")
            _refuse_targets(one, found[one.code], f"indicators[{place}].targets")
            lost = sorted(_actions_of(found[one.code]).difference(self.places))
            if lost:
                what = f"{one.code} : actions inconnues dans la définition : {', '.join(lost)}"
                raise refused(what, f"indicators[{place}].definition", self.places)
        return self

    def _place_of(self, path: str) -> str:
        """The path of what a refusal tells by the code of its indicator: « A1.same_as »."""
        code, _, rest = path.rpartition(".")
        place = next(n for n, one in enumerate(self.indicators) if one.code == code)
        return f"indicators[{place}].definition.{rest}"

    @model_validator(mode="after")
    def _targets_within(self) -> Self:
        members = {organisation.siren for organisation in self.organisations}
        for place, indicator in enumerate(self.indicators):
            for rank, target in enumerate(indicator.targets):
                at = f"indicators[{place}].targets[{rank}]"
                if target.year and not self.period.start <= target.year <= self.period.end:
                    what = f"{indicator.code} : cible de {target.year}, hors de la période"
                    raise refused(f"{what} {self.period.start}-{self.period.end}", f"{at}.year")
                if target.organisation and target.organisation not in members:
                    what = f"{indicator.code} : cible d’une organisation hors du schéma"
                    what = f"{what} : {target.organisation}"
                    raise refused(what, f"{at}.organisation", sorted(members))
        return self


# The fields that hold codes of actions of the scheme, whatever the fact.
HOLD_ACTIONS = frozenset({"action", "targeted_action"})


def _actions_of(definition: Definition) -> set[str]:
    """The codes of actions that its criteria name whole."""
    found: set[str] = set()
    sides = (definition, definition.over) if definition.over else (definition,)
    tests = [
        leaf
        for side in sides
        for criterion in (side.looked_at, side.where)
        for leaf in leaves(criterion)
        if isinstance(leaf, FieldTest) and leaf.field in HOLD_ACTIONS
    ]
    for test in tests:
        if test.operator is Operator.EQUALS:
            found.add(str(test.operand))
        elif test.operator is Operator.ONE_OF and isinstance(test.operand, tuple):
            found.update(test.operand)
    return found


def _refuse_targets(indicator: IndicatorModel, definition: Definition, at: str) -> None:
    """Refuse a target in a unit that its figure is never told in."""
    unit = indicator.unit or UNIT_OF.get(indicator.kind, "")
    for rank, target in enumerate(indicator.targets):
        noted = target.note is not None
        why = check_target(definition, unit, target.unit, indicator.kind, noted=noted)
        if why is not None:
            raise refused(f"{indicator.code} : {why}", f"{at}[{rank}].unit")


def _refuse_doubles(codes: Sequence[str], where: str, field: str = "") -> None:
    """Refuse codes given twice, at the second place of the first of them."""
    twice = sorted(code for code, count in Counter(codes).items() if count > 1)
    if twice:
        again = codes.index(twice[0], codes.index(twice[0]) + 1)
        at = f"{where}[{again}].{field}" if field else where
        raise refused(f"codes donnés deux fois : {', '.join(twice)}", at)
