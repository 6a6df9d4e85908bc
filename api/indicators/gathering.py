"""What the registers give for the definitions of a scheme: sums, declarations, steps, persons.

One statement for each fact that is asked for, one for what was declared, one for milestones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate
from api.actions.models import ONCE, Measure, MeasurePart, Milestone, MilestonePart
from api.indicators import calling, emptiness, engine, persons
from api.indicators.engine import Counted, Key, Where
from api.indicators.facts.registry import HOLDER
from api.indicators.facts.source import BUYERS, Expression, of_years, sql
from api.indicators.judging import Ask, period_of
from api.indicators.period import Years, looked_at, of_period, parameters
from api.indicators.portion import Portion
from api.kit.days import today
from api.rules.indicators.figures import source_kind
from api.rules.indicators.sums import (
    ClassSums,
    Declared,
    DeclaredPart,
    KeyedSums,
    Source,
    Step,
    StepPart,
    Steps,
    declaration,
    declared_parts,
    step_of,
)
from api.rules.indicators.vocabulary import Definition, Fact, Period, Quantity
from api.rules.naming import SOLE_TRADER
from api.suppliers.models import Supplier
from api.suppliers.naming import known_name

INDICATORS = sa.bindparam("indicators", expanding=True, type_=sa.Uuid())
# Facts that are not rows of a register.
OWN = frozenset({Fact.MEASURE, Fact.MILESTONE, Fact.TARGET, Fact.BENEFICIARY})


class Whose(NamedTuple):
    """Whose figures: organisations (added up when there are several), or a part of their rows:
    those of a directorate, of a purchase family."""

    organisations: tuple[UUID, ...]
    directorate_id: UUID | None = None
    family: str | None = None

    @property
    def portion(self) -> Portion:
        """What part of their rows."""
        return Portion(self.directorate_id, self.family)

    @property
    def together(self) -> bool:
        """Whether several are added up."""
        return len(self.organisations) > 1


# Facts of which a year has rows as soon as a contract of it is registered.
FROM_CONTRACTS = frozenset({Fact.CONTRACT, Fact.LOT, Fact.SUPPLIER})


@dataclass
class Gathered:
    """What was found, of which the source of a figure is made."""

    whose: Whose
    start: int
    counted: Mapping[Key, Counted] = field(default_factory=dict)
    declared: Mapping[tuple[UUID, UUID, int], Declared] = field(default_factory=dict)
    steps: Mapping[tuple[UUID, UUID, str], Step] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    # The buyers and years whose figures of persons were arrested.
    closed: frozenset[Where] = frozenset()

    def source(
        self, indicator_id: UUID, definition: Definition, quantity: Quantity, year: int
    ) -> Source:
        """The sums behind one quantity of an indicator, for a year."""
        if quantity.fact is Fact.MEASURE:
            return self._declared(indicator_id, definition, year)
        if quantity.fact is Fact.MILESTONE:
            return self._steps(indicator_id, definition, year)
        return self._counted(definition, quantity, year)

    def is_empty(self, definition: Definition, quantity: Quantity, year: int) -> bool:
        """Whether a register kept by people holds nothing of the years of a figure."""
        if quantity.fact not in emptiness.KEPT_BY_PEOPLE:
            return False
        years = set(of_period(definition, year, self.start))
        # What has no day may be of the year: it is there, and unknown.
        found = self.found(definition, quantity)
        return not any(where.year is None or where.year in years for where in found)

    def has_no_contract(self, definition: Definition, year: int) -> bool:
        """Whether no contract at all is registered of a year, of what is counted of contracts."""
        if definition.fact not in FROM_CONTRACTS:
            return False
        found = (self.found(definition, one) for one in definition.quantities)
        return not any(where.year in (year, None) for one in found for where in one)

    def found(self, definition: Definition, quantity: Quantity) -> Counted:
        """What was counted of a quantity of a definition, by buyer and year."""
        return self.counted.get((period_of(definition), quantity), {})

    def _counted(self, definition: Definition, quantity: Quantity, year: int) -> Source:
        found = self.found(definition, quantity)
        years = set(of_period(definition, year, self.start))
        some = [one for where, one in found.items() if where.year in years or where.year is None]
        if source_kind(quantity) is KeyedSums:
            told = [one for one in some if isinstance(one, KeyedSums)]
            return sum(told, KeyedSums(labels=self.labels))
        return sum((one for one in some if isinstance(one, ClassSums)), ClassSums())

    def _declared(self, indicator_id: UUID, definition: Definition, year: int) -> Declared:
        missing = Declared(missing=1)
        found = [
            self.declared.get((indicator_id, one, when), missing)
            for when in of_period(definition, year, self.start)
            for one in self.whose.organisations
        ]
        return sum(found, Declared())

    def _steps(self, indicator_id: UUID, definition: Definition, year: int) -> Steps:
        period = ONCE if definition.period is Period.ONCE else str(year)
        nothing = Step()
        return Steps(
            today(),
            tuple(
                self.steps.get((indicator_id, one, period), nothing)
                for one in self.whose.organisations
            ),
            date(year, 12, 31) if period == ONCE else None,
        )


def gather(
    session: Session,
    definitions: Mapping[UUID, Definition],
    whose: Whose,
    years: Years,
    start: int,
    scheme_id: UUID | None = None,
) -> Gathered:
    """Everything that the figures of these years need, former years that they look at included;
    ``start``: first year of the scheme, ``scheme_id``, whose actions are those asked for.

    Figures of persons come from what was arrested, see ``persons``.
    """
    more = {"scheme_id": scheme_id, **whose.portion.asked}
    span = looked_at(definitions.values(), years, start)
    asks = list(asked(definitions.values(), whose))
    counted = engine.count(session, asks, whose.organisations, years, span, **more)
    counted = emptiness.with_real_zeros(
        session, asks, counted, whose.organisations, whose.portion, years, span
    )
    facts = {one.fact for one in definitions.values()} | {
        one.over.fact for one in definitions.values() if one.over
    }
    arrested: persons.Arrested = {}
    if Fact.BENEFICIARY in facts:
        arrested = persons.arrested(session, whose.organisations, span)
        counted |= persons.count(arrested, definitions.values())
    counted, labels = calling.keyed(counted)
    return Gathered(
        closed=frozenset(Where(*one) for one in arrested),
        whose=whose,
        start=start,
        counted=counted,
        declared=_declared(session, definitions, whose, span),
        steps=_steps(session, definitions, whose),
        labels=labels | _labels(session, asks, counted),
    )


def asked(definitions: Iterable[Definition], whose: Whose) -> Iterable[Ask]:
    """The statements that these definitions need: one for each fact and period, and one
    more where contracts are told apart by their holders."""
    wanted: dict[tuple[Fact, Period, bool], dict[Quantity, bool]] = {}
    for definition in definitions:
        former = definition.compare is not None or definition.period is Period.CUMULATIVE
        for quantity in definition.quantities:
            if quantity.fact in OWN or not whose.portion.tells_of(quantity.fact):
                continue
            key = (quantity.fact, period_of(definition), quantity.key == HOLDER)
            some = wanted.setdefault(key, {})
            some[quantity] = former or some.get(quantity, False)
    by = whose.portion.by
    for (fact, period, by_holder), quantities in wanted.items():
        wide = frozenset(one for one, former in quantities.items() if former)
        yield Ask(fact, period, tuple(quantities), by_holder, by, wide)


def _about(definitions: Mapping[UUID, Definition], fact: Fact) -> list[UUID]:
    """The indicators that a fact has a part in, be it the denominator."""
    return [
        key
        for key, one in definitions.items()
        if any(quantity.fact is fact for quantity in one.quantities)
    ]


def _declared(
    session: Session, definitions: Mapping[UUID, Definition], whose: Whose, years: Years
) -> dict[tuple[UUID, UUID, int], Declared]:
    """What was declared, whole, or by part where a definition asks for parts."""
    captured = _about(definitions, Fact.MEASURE)
    if not captured:
        return {}
    given = {"indicators": captured, **parameters(whose.organisations, years)}
    by_part = {key: one.parts for key, one in definitions.items() if one.parts is not None}
    found: dict[tuple[UUID, UUID, int], Declared] = {}
    parts: dict[tuple[UUID, UUID, int], list[DeclaredPart]] = {}
    for row in session.connection().execute(_MEASURED, given):
        indicator, buyer, year, value, base, words, name, amount, of = row
        key = (indicator, buyer, year)
        if indicator in by_part and name is not None:
            parts.setdefault(key, []).append(DeclaredPart(name, amount, of or 0))
        else:
            found[key] = declaration(value, base, words, definitions[indicator].base)
    return found | {key: declared_parts(some, by_part[key[0]].added) for key, some in parts.items()}


_MEASURED = (
    sa.select(
        col(Measure.indicator_id),
        col(Measure.organisation_id),
        col(Measure.year),
        col(Measure.value),
        col(Measure.base),
        col(Measure.words),
        col(MeasurePart.name),
        col(MeasurePart.value),
        col(MeasurePart.base),
    )
    .outerjoin(MeasurePart, col(MeasurePart.measure_id) == col(Measure.id))
    .where(
        col(Measure.indicator_id).in_(INDICATORS),
        col(Measure.organisation_id).in_(BUYERS),
        of_years(sql(Measure.year)),
    )
    .order_by(col(Measure.id), col(MeasurePart.position))
)


def _steps(
    session: Session, definitions: Mapping[UUID, Definition], whose: Whose
) -> dict[tuple[UUID, UUID, str], Step]:
    """Milestones, said at once, or by part where a definition asks for parts and there are some."""
    asked_for = _about(definitions, Fact.MILESTONE)
    if not asked_for:
        return {}
    given = {"indicators": asked_for, "buyers": whose.organisations}
    by_part = {key: one.parts for key, one in definitions.items() if one.parts is not None}
    found: dict[tuple[UUID, UUID, str], Step] = {}
    parts: dict[tuple[UUID, UUID, str], list[StepPart]] = {}
    for row in session.connection().execute(_STEPS, given):
        indicator, buyer, period, done, due_on, done_on, name, part_done, part_done_on = row
        key = (indicator, buyer, period)
        found[key] = Step(done, due_on, done_on)
        if indicator in by_part and name is not None:
            parts.setdefault(key, []).append(StepPart(name, part_done, part_done_on))
    return found | {
        key: step_of(some, found[key].due_on, by_part[key[0]]) for key, some in parts.items()
    }


_STEPS = (
    sa.select(
        col(Milestone.indicator_id),
        col(Milestone.organisation_id),
        col(Milestone.period),
        col(Milestone.done),
        col(Milestone.due_on),
        col(Milestone.done_on),
        col(MilestonePart.name),
        col(MilestonePart.done),
        col(MilestonePart.done_on),
    )
    .outerjoin(MilestonePart, col(MilestonePart.milestone_id) == col(Milestone.id))
    .where(col(Milestone.indicator_id).in_(INDICATORS), col(Milestone.organisation_id).in_(BUYERS))
    .order_by(col(Milestone.id), col(MilestonePart.position))
)


def _labels(
    session: Session, asks: Sequence[Ask], counted: Mapping[Key, Counted]
) -> dict[str, str]:
    """The names of directorates and suppliers that are keys, in the spelling of the database."""
    found: dict[str, str] = {}
    for ask in asks:
        for quantity in ask.quantities:
            table = _NAMED.get(quantity.key or "")
            if table is None:
                continue
            keys = _keys(counted.get((ask.period, quantity), {}))
            ids = {UUID(key) for key in keys}
            rows = session.execute(
                sa.select(col(table.id), _name(table)).where(col(table.id).in_(ids))
            )
            names = {row[0]: row[1] for row in rows}
            found |= {key: names.get(UUID(key)) or key for key in keys}
    return found


_NAMED: Mapping[str, type[Directorate] | type[Supplier]] = {
    "directorate": Directorate,
    "supplier": Supplier,
}


def _name(table: type[Directorate] | type[Supplier]) -> Expression:
    """A company that is a person is told by its number."""
    if table is Supplier:
        return sa.func.coalesce(known_name(), col(Supplier.identifier), SOLE_TRADER)
    return sql(table.name)


def _keys(counted: Mapping[Where, ClassSums | KeyedSums]) -> set[str]:
    return {
        key
        for one in counted.values()
        if isinstance(one, KeyedSums)
        for key in one.by
        if key is not None
    }
