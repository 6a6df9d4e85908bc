"""« Et si… »: a figure if some rows, and some projects, were counted too; nothing is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import structs
from sqlmodel import Session

from api.access.permissions import Actor
from api.indicators import answering, evidence, figures, gathering, judging
from api.indicators.engine import CLASSES, Where
from api.indicators.evidence import NotComputed
from api.indicators.gathering import OWN, Gathered, Whose
from api.indicators.period import Years, parameters
from api.indicators.programmed import programmed
from api.indicators.schemas import SupposedRead, WhatIfCreate, WhatIfRead
from api.indicators.service import asked_of
from api.indicators.whose import of_buyers, readable_buyer
from api.rules.indicators.evaluation import Facts, evaluate
from api.rules.indicators.gaps import aim_of, gap
from api.rules.indicators.naming import spoken
from api.rules.indicators.results import Result
from api.rules.indicators.sums import ClassSum, ClassSums
from api.rules.indicators.vocabulary import Definition, Fact
from api.schemes import service as schemes

_COUNTED, _NOT_COUNTED = "tt", "tf"


@dataclass
class Moves:
    """What each class of rows gains and loses; ``ticked``: how many of the ticks did something."""

    gained: dict[str, ClassSum] = field(default_factory=dict)
    lost: dict[str, ClassSum] = field(default_factory=dict)
    ticked: int = 0
    joined: int = 0

    def gain(self, name: str, one: ClassSum) -> None:
        """Rows that enter a class."""
        self.gained[name] = self.gained.get(name, ClassSum()) + one

    def lose(self, name: str, one: ClassSum) -> None:
        """Rows that leave a class."""
        self.lost[name] = self.lost.get(name, ClassSum()) + one


def what_if(session: Session, actor: Actor, indicator_id: UUID, data: WhatIfCreate) -> WhatIfRead:
    """The figure of a year, and what it would be if these rows, and these projects, were counted.

    A row that is counted already, or out of the perimeter, changes nothing.
    Raises NotFound, Forbidden, NotComputed.
    """
    indicator, scheme = schemes.indicator(session, actor, indicator_id)
    buyer = readable_buyer(session, actor, data.organisation)
    targets = of_buyers(schemes.targets_of(session, [indicator]).get(indicator.id, []), [buyer])
    # What is supposed changes the whole: its parts are not told again.
    asked = _whole(asked_of(indicator, targets))
    definition = asked.definition
    if definition.fact in OWN or definition.keyed:
        raise NotComputed
    whose = Whose((buyer.id,))
    years, start = Years(data.year, data.year), scheme.first_year
    gathered = gathering.gather(session, {indicator.id: definition}, whose, years, start, scheme.id)
    before = figures.of_gathered(asked, gathered, data.year)
    moves = Moves()
    _rows(session, definition, parameters([buyer.id], years, scheme.id), data, moves)
    if definition.fact is Fact.CONTRACT:
        _become(definition, programmed(session, buyer.id, scheme.id, data.year), data, moves)
    place = Where(None, data.year)
    after = figures.of_gathered(asked, _supposed(gathered, definition, place, moves), data.year)
    aim, rows = aim_of(asked.aims, data.year), spoken(definition)
    return WhatIfRead(
        before=_told(data.year, before),
        after=_told(data.year, after),
        scale=after.scale.value,
        gap_before=gap(before, aim, asked.direction, rows),
        gap_after=gap(after, aim, asked.direction, rows),
        counted=moves.ticked,
        joined=moves.joined,
        left_out=len({*data.rows}) + len({*data.projects}) - moves.ticked,
    )


def _told(year: int, result: Result) -> SupposedRead:
    numbers = answering.numbers(result)
    return SupposedRead(
        **answering.point(year, result).model_dump(),
        numerator=numbers["numerator"],
        denominator=numbers["denominator"],
    )


def _whole(asked: figures.Asked) -> figures.Asked:
    return replace(asked, definition=asked.definition.model_copy(update={"by": None}))


def _rows(
    session: Session,
    definition: Definition,
    given: Mapping[str, Any],
    data: WhatIfCreate,
    moves: Moves,
) -> None:
    """The rows asked for leave their class for what is counted."""
    if not data.rows:
        return
    facts = judging.judged(evidence.ask_of(definition))
    columns = facts.columns.c
    weight = columns[f"w_{definition.of}"] if definition.weighed else sa.literal(0)
    statement = sa.select(facts.state(definition), weight).where(columns.id.in_(data.rows))
    for state, weighed in session.execute(statement, given):
        name = CLASSES.get(state)
        # A clause puts no contract in the perimeter.
        if name not in (_COUNTED, None):
            one = ClassSum(1, int(weighed or 0), int(weighed is None))
            moves.lose(name, one)
            moves.gain(_COUNTED, one)
            moves.ticked += 1


def _become(
    definition: Definition, projects: Iterator[tuple[UUID, Facts]], data: WhatIfCreate, moves: Moves
) -> None:
    """The contracts that projects would become, as far as a project tells what it will be: those
    ticked are counted; the others, when the whole programme is supposed, only enter the base."""
    for key, facts in projects:
        ticked = key in data.projects
        # What a project does not say yet of its contract doesn't put it out of the perimeter.
        if not (ticked or data.programme) or evaluate(definition.looked_at, facts) is False:
            continue
        counts = ticked or evaluate(definition.where, facts) is True
        moves.gain(_COUNTED if counts else _NOT_COUNTED, _weight(definition, facts))
        moves.ticked += ticked
        moves.joined += not ticked


def _weight(definition: Definition, facts: Facts) -> ClassSum:
    if not definition.weighed:
        return ClassSum(1)
    known = facts.fields.get(definition.of or "")
    return ClassSum(1, known, 0) if isinstance(known, int) else ClassSum(1, 0, 1)


def _supposed(gathered: Gathered, definition: Definition, place: Where, moves: Moves) -> Gathered:
    told = dict(gathered.found(definition, definition))
    sums = told.get(place, ClassSums())
    if not isinstance(sums, ClassSums):
        raise NotComputed
    changed = {
        name: _less(getattr(sums, name), moves.lost.get(name, ClassSum()))
        + moves.gained.get(name, ClassSum())
        for name in {*moves.lost, *moves.gained}
    }
    told[place] = structs.replace(sums, **changed)
    key = (judging.period_of(definition), definition)
    return replace(gathered, counted={**gathered.counted, key: told})


def _less(sums: ClassSum, gone: ClassSum) -> ClassSum:
    return ClassSum(
        max(sums.rows - gone.rows, 0),
        max(sums.weight - gone.weight, 0),
        max(sums.without_weight - gone.without_weight, 0),
    )
