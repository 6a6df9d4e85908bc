"""Figures that are supposed, and kept nowhere: a definition tried, rows that would be counted."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.indicators import answering, evidence, figures, gathering, judging
from api.indicators.engine import CLASSES, Where
from api.indicators.evidence import NotComputed
from api.indicators.gathering import OWN, Gathered, Whose
from api.indicators.period import Years, parameters
from api.indicators.schemas import (
    EvidenceItem,
    EvidenceState,
    PreviewCreate,
    PreviewRead,
    WhatIfCreate,
    WhatIfRead,
)
from api.indicators.service import asked_of, of_buyers, readable_buyer
from api.kit.problems import FieldError, Invalid
from api.programme.models import Project, ProjectState
from api.reference.marks import MARKS
from api.rules.indicators.explain import explain
from api.rules.indicators.gaps import aim_of, gap, told_in_percent
from api.rules.indicators.reading import DefinitionError, read_definition
from api.rules.indicators.sums import ClassSum, ClassSums
from api.rules.indicators.vocabulary import Definition, Fact
from api.schemes import service as schemes

_EXAMPLES = 5
# States of a project that may still become a contract.
AHEAD = (
    ProjectState.SURVEYED,
    ProjectState.STUDIED,
    ProjectState.DECIDED,
    ProjectState.CONSULTATION,
)
_NOBODY = UUID(int=0)


def preview(session: Session, actor: Actor, data: PreviewCreate) -> PreviewRead:
    """What a definition would give for a buyer and a year, with the rows behind it.

    Raises NotFound, Forbidden, Invalid with the path of each error in the definition.
    """
    buyer = readable_buyer(session, actor, data.organisation)
    definition = _read(data.definition)
    asked = figures.Asked(
        _NOBODY, definition, percent=told_in_percent(data.kind, data.unit, definition)
    )
    found = figures.compute(session, [asked], Whose((buyer.id,)), [data.year], data.year)
    result = found[_NOBODY, data.year]
    told = explain(definition, MARKS)
    numbers = answering.numbers(result)
    return PreviewRead(
        counted=told.counted,
        looked_at=told.perimeter,
        formula=told.formula,
        way=schemes.way_of(definition),
        scale=result.scale.value,
        words=list(result.words),
        parts=answering.parts(result),
        rows=_rows(session, definition, buyer.id, data.year),
        examples=_examples(session, definition, buyer.id, data.year),
        **{name: numbers[name] for name in _NUMBERS},
    )


_NUMBERS = (
    "value", "numerator", "denominator", "unknown", "low", "high", "completeness", "firm", "reason",
)  # fmt: skip


def _read(data: dict[str, Any]) -> Definition:
    try:
        return read_definition(data, MARKS.keys())
    except DefinitionError as error:
        raise Invalid(
            errors=[
                FieldError(loc=["body", "definition", one.path], message=one.message)
                for one in error.problems
            ]
        ) from error


def _rows(
    session: Session, definition: Definition, buyer_id: UUID, year: int
) -> dict[EvidenceState, int]:
    """How many rows stand in each list of the evidence."""
    if definition.fact in OWN:
        return {}
    facts = judging.judged(evidence.ask_of(definition))
    states = {
        one: sa.func.sum(sa.case((evidence.standing(definition, one, facts), 1), else_=0))
        for one in EvidenceState
    }
    row = session.execute(sa.select(*states.values()), _given(buyer_id, year)).one()
    return {one: int(number or 0) for one, number in zip(states, row, strict=True)}


def _examples(
    session: Session, definition: Definition, buyer_id: UUID, year: int
) -> list[EvidenceItem]:
    if definition.fact in OWN:
        return []
    given = _given(buyer_id, year)
    return evidence.page(session, definition, EvidenceState.COUNTED, given, _EXAMPLES, None)[0]


def _given(buyer_id: UUID, year: int, indicator_id: UUID | None = None) -> dict[str, Any]:
    return parameters([buyer_id], Years(year, year), indicator_id)


def what_if(session: Session, actor: Actor, indicator_id: UUID, data: WhatIfCreate) -> WhatIfRead:
    """The figure of a year, and what it would be if these rows, and these projects, were counted.

    A row that is counted already, or out of the perimeter, changes nothing.
    Raises NotFound, Forbidden, NotComputed.
    """
    indicator, scheme = schemes.indicator(session, actor, indicator_id)
    buyer = readable_buyer(session, actor, data.organisation)
    targets = of_buyers(schemes.targets_of(session, [indicator.id]).get(indicator.id, []), [buyer])
    # What is supposed changes the whole: its parts are not told again.
    asked = _whole(asked_of(indicator, targets))
    definition = asked.definition
    if definition.fact in OWN or definition.keyed:
        raise NotComputed
    whose = Whose((buyer.id,))
    years, start = Years(data.year, data.year), scheme.first_year
    gathered = gathering.gather(session, {indicator.id: definition}, whose, years, start)
    before = figures.of_gathered(asked, gathered, data.year)
    moved = _moved(session, indicator.id, definition, buyer.id, data)
    place = Where(None, data.year)
    after = figures.of_gathered(asked, _supposed(gathered, definition, place, moved), data.year)
    aim = aim_of(asked.aims, data.year)
    return WhatIfRead(
        before=answering.point(data.year, before),
        after=answering.point(data.year, after),
        scale=after.scale.value,
        gap_before=gap(before, aim, asked.direction),
        gap_after=gap(after, aim, asked.direction),
        counted=moved["tt"].rows,
        left_out=len({*data.rows}) + len({*data.projects}) - moved["tt"].rows,
    )


def _whole(asked: figures.Asked) -> figures.Asked:
    return replace(asked, definition=asked.definition.model_copy(update={"by": None}))


def _moved(
    session: Session,
    indicator_id: UUID,
    definition: Definition,
    buyer_id: UUID,
    data: WhatIfCreate,
) -> dict[str, ClassSum]:
    """What each class gains and loses: the rows asked for leave theirs for ``tt``."""
    changes: dict[str, ClassSum] = {"tt": _projects(session, definition, buyer_id, data)}
    if data.rows:
        facts = judging.judged(evidence.ask_of(definition))
        columns = facts.columns.c
        weight = columns[f"w_{definition.of}"] if definition.weighed else sa.literal(0)
        rows = session.execute(
            sa.select(facts.state(definition), weight).where(columns.id.in_(data.rows)),
            _given(buyer_id, data.year, indicator_id),
        )
        for state, weighed in rows:
            name = CLASSES.get(state)
            # A clause puts no contract in the perimeter.
            if name not in ("tt", None):
                one = ClassSum(1, int(weighed or 0), int(weighed is None))
                changes["tt"] = changes["tt"] + one
                changes[name] = changes.get(name, ClassSum()) + one
    return changes


def _projects(
    session: Session, definition: Definition, buyer_id: UUID, data: WhatIfCreate
) -> ClassSum:
    """The contracts that these projects of the year would become, at their estimated amount: those
    that are neither contracts yet nor given up."""
    if not data.projects or definition.fact is not Fact.CONTRACT:
        return ClassSum()
    amounts = session.scalars(
        sa.select(col(Project.estimated_amount)).where(
            col(Project.id).in_(data.projects),
            col(Project.buyer_id) == buyer_id,
            col(Project.year) == data.year,
            col(Project.state).in_(AHEAD),
        )
    ).all()
    if not definition.weighed:
        return ClassSum(len(amounts))
    known = [one for one in amounts if one is not None and definition.of == "amount"]
    return ClassSum(len(amounts), sum(known), len(amounts) - len(known))


def _supposed(
    gathered: Gathered, definition: Definition, place: Where, moved: dict[str, ClassSum]
) -> Gathered:
    told = dict(gathered.found(definition, definition))
    sums = told.get(place, ClassSums())
    if not isinstance(sums, ClassSums):
        raise NotComputed
    left = {name: _less(getattr(sums, name), one) for name, one in moved.items() if name != "tt"}
    told[place] = replace(sums, tt=sums.tt + moved["tt"], **left)
    key = (judging.period_of(definition), definition)
    return replace(gathered, counted={**gathered.counted, key: told})


def _less(sums: ClassSum, gone: ClassSum) -> ClassSum:
    return ClassSum(
        max(sums.rows - gone.rows, 0),
        max(sums.weight - gone.weight, 0),
        max(sums.without_weight - gone.without_weight, 0),
    )
