"""The rows behind every figure of a scheme and a year, in a form that can be kept.

One statement for each fact (and span of years). A group holds its rows once, with their reference
and their title of that day (form 1 had no title), and for each indicator a text with one sign per
row: « 1 » counted, « 0 » not counted, « ? » unknown, « x » outside, « - » not concerned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import ONCE, Measure, Milestone, MilestonePart
from api.indicators import judging
from api.indicators.evidence import ask_of, standing, title_of
from api.indicators.evidence_parts import ANSWERED, Answer, answers
from api.indicators.facts.source import Expression
from api.indicators.gathering import OWN
from api.indicators.judging import Ask, Judged
from api.indicators.period import Years, of_period, parameters
from api.indicators.schemas import EvidenceState
from api.kit.days import PARIS, in_utc
from api.rules.indicators.phrases import day
from api.rules.indicators.vocabulary import Definition, Fact, Period, Quantity
from api.schemes.models import Scheme

Told = dict[str, Any]
SIGNS: Final = {
    EvidenceState.COUNTED: "1",
    EvidenceState.NOT_COUNTED: "0",
    EvidenceState.UNKNOWN: "?",
    EvidenceState.OUTSIDE: "x",
}
ABSENT: Final = "-"
# Indicators of one statement: each is a column, told three times.
_WIDTH = 60


class _Said(NamedTuple):
    """What was said of an indicator, as a row: a declaration, a milestone or a part of one."""

    id: UUID
    reference: str | None
    title: str | None
    indicator: UUID
    sign: str


@dataclass(frozen=True)
class _Stated(Judged):
    """The same rows with the state of each quantity worked out once."""

    names: Mapping[Quantity, str]

    def state(self, quantity: Quantity) -> Expression:
        return self.columns.c[self.names[quantity]]


def groups(
    session: Session,
    definitions: Mapping[UUID, Definition],
    told_under: Mapping[UUID, UUID],
    buyer_id: UUID,
    year: int,
    scheme: Scheme,
) -> list[Told]:
    """The rows behind the figures of these indicators of a scheme.

    ``told_under``: the indicator under which people answer, for those that repeat it.
    """
    found: list[Told] = []
    start = scheme.first_year
    for (ask, years), indicators in _asks(definitions, year, start).items():
        wanted = list(dict.fromkeys(indicators.values()))
        for at in range(0, len(wanted), _WIDTH):
            some = wanted[at : at + _WIDTH]
            given = parameters([buyer_id], years, scheme.id)
            rows = session.execute(_statement(ask._replace(quantities=tuple(some))), given).all()
            places = {one: place for place, one in enumerate(some, 4)}
            states = {
                str(key): "".join(row[places[one]] for row in rows)
                for key, one in indicators.items()
                if one in places
            }
            titles = [title_of(ask.fact, row[2], row[3]) for row in rows]
            found.append(_group(ask.fact, rows, titles, states))
    said = {told_under.get(key, key): one for key, one in definitions.items()}
    for group in _declared(session, said, buyer_id, year, start):
        own = group["states"]
        states = {str(key): own.get(str(told_under.get(key, key))) for key in definitions}
        found.append({**group, "states": {key: one for key, one in states.items() if one}})
    return found


def rows_of(told: Iterable[Told], indicator_id: UUID, state: EvidenceState) -> list[Told]:
    """The rows of one indicator in one state: identifier, fact, reference and title of each."""
    return [
        {"id": key, "fact": group["fact"], "reference": reference, "title": title}
        for group in told
        for key, reference, title, sign in zip(
            group["ids"],
            group["references"],
            group.get("titles") or repeat(None),
            group["states"].get(str(indicator_id), ""),
            strict=False,
        )
        if sign == SIGNS[state]
    ]


def counts(told: Iterable[Told], indicator_id: UUID) -> dict[EvidenceState, int]:
    """How many rows of one indicator stand in each state."""
    signs = "".join(group["states"].get(str(indicator_id), "") for group in told)
    return {state: signs.count(sign) for state, sign in SIGNS.items()}


def _asks(
    definitions: Mapping[UUID, Definition], year: int, start: int
) -> dict[tuple[Ask, Years], dict[UUID, Definition]]:
    """What to ask together: the same fact, of the same years."""
    found: dict[tuple[Ask, Years], dict[UUID, Definition]] = {}
    for key, definition in definitions.items():
        if definition.fact not in OWN:
            span = of_period(definition, year, start)
            ask = ask_of(definition)._replace(quantities=())
            found.setdefault((ask, Years(span[0], span[-1])), {})[key] = definition
    return found


def _statement(ask: Ask) -> sa.Select[Any]:
    """Identifier, reference, title, whether that is the name of a person, then the sign of each
    quantity, in their order."""
    facts = judging.judged(ask)
    names = {one: f"state_{place}" for place, one in enumerate(ask.quantities)}
    c = facts.columns.c
    weights = (c[f"w_{one}"] for one in judging.weights(ask))
    stated = (
        sa.select(
            c.id,
            c.reference,
            c.title,
            c.person,
            c.dated,
            *weights,
            *(facts.state(one).label(name) for one, name in names.items()),
        )
        .cte("stated")
        .prefix_with("MATERIALIZED")
    )
    judged = _Stated(stated, facts.of_leaf, names)
    signs = (_sign(judged, one) for one in ask.quantities)
    told = (stated.c.id, stated.c.reference, stated.c.title, stated.c.person)
    return sa.select(*told, *signs).order_by(stated.c.id)


def _sign(facts: Judged, quantity: Quantity) -> Expression:
    if not isinstance(quantity, Definition):
        raise TypeError(quantity)
    return sa.case(
        *((standing(quantity, state, facts), sign) for state, sign in SIGNS.items()),
        else_=ABSENT,
    )


def _declared(
    session: Session,
    definitions: Mapping[UUID, Definition],
    buyer_id: UUID,
    year: int,
    start: int,
) -> list[Told]:
    """What was declared for the period of each indicator, and the milestones."""
    years = {key: of_period(one, year, start) for key, one in definitions.items()}
    of_measure = col(Measure.id), col(Measure.source), col(Measure.updated_at)
    measures = session.execute(
        sa.select(*of_measure, col(Measure.indicator_id), col(Measure.year))
        .where(
            col(Measure.organisation_id) == buyer_id,
            col(Measure.indicator_id).in_(_about(definitions, Fact.MEASURE)),
        )
        .order_by(col(Measure.id))
    ).all()
    said = {
        Fact.MEASURE: [_measured(row) for row in measures if row[4] in years[row[3]]],
        Fact.MILESTONE: _milestones(session, definitions, buyer_id, year),
    }
    return [
        _group(
            fact,
            rows,
            [row.title for row in rows],
            {str(key): _own(rows, key) for key in {row.indicator for row in rows}},
        )
        for fact, rows in said.items()
        if rows
    ]


def _measured(row: Any) -> _Said:
    key, source, instant, indicator_id, _ = row
    counted = SIGNS[EvidenceState.COUNTED]
    return _Said(key, source, _said_on("Déclaré", instant), indicator_id, counted)


def _said_on(verb: str, instant: datetime) -> str:
    """When something was said, in words: what the row is called by, whoever said it."""
    return f"{verb} le {day(in_utc(instant).astimezone(PARIS).date())}"


def _step(done: bool | None, done_on: date | None, due_on: date | None) -> str:
    """What was known of a step: « Fait le 3 mars 2025, attendu le 28 mars 2025 »."""
    words = "Pas de réponse" if done is None else "Fait" if done else "Pas fait"
    words += f" le {day(done_on)}" if done and done_on else ""
    return words + (f", attendu le {day(due_on)}" if due_on else "")


def _milestones(
    session: Session, definitions: Mapping[UUID, Definition], buyer_id: UUID, year: int
) -> list[_Said]:
    """The milestones of a year; of one that is said by part, its parts, each with its answer."""
    rows = session.execute(
        sa.select(Milestone, MilestonePart)
        .outerjoin(MilestonePart, col(MilestonePart.milestone_id) == col(Milestone.id))
        .where(
            col(Milestone.organisation_id) == buyer_id,
            col(Milestone.indicator_id).in_(_about(definitions, Fact.MILESTONE)),
        )
        .order_by(col(Milestone.id), col(MilestonePart.position))
    )
    steps: dict[UUID, tuple[Milestone, list[MilestonePart]]] = {}
    for step, part in rows:
        if step.period == _period(definitions[step.indicator_id], year):
            steps.setdefault(step.id, (step, []))[1].extend([part] if part else [])
    return [
        one
        for step, parts in steps.values()
        for one in _of_step(step, parts, definitions[step.indicator_id])
    ]


def _of_step(
    step: Milestone, parts: Sequence[MilestonePart], definition: Definition
) -> Iterable[_Said]:
    if definition.parts is None or not parts:
        words = f"{_step(step.done, step.done_on, step.due_on)} ; "
        words += _said_on("dit", step.updated_at)
        # Of a step that is told by part, its one answer stands where a part would.
        state = EvidenceState.COUNTED if definition.parts is None else ANSWERED[step.done]
        return [_Said(step.id, None, words, step.indicator_id, SIGNS[state])]
    return [
        _Said(one.id, None, _part(one, step.due_on), step.indicator_id, SIGNS[ANSWERED[one.done]])
        for one in answers(step, parts, definition)
    ]


def _part(one: Answer, due_on: date | None) -> str:
    """What was known of a part: « Nettoyage : oui, le 3 mars 2025, attendu le 28 mars 2025 »."""
    words = "sans réponse" if one.done is None else "oui" if one.done else "non"
    words += f", le {day(one.done_on)}" if one.done and one.done_on else ""
    return f"{one.name} : {words}" + (f", attendu le {day(due_on)}" if due_on else "")


def _about(definitions: Mapping[UUID, Definition], fact: Fact) -> list[UUID]:
    return [key for key, one in definitions.items() if one.fact is fact]


def _period(definition: Definition, year: int) -> str:
    return ONCE if definition.period is Period.ONCE else str(year)


def _own(rows: Sequence[_Said], indicator_id: UUID) -> str:
    return "".join(row.sign if row.indicator == indicator_id else ABSENT for row in rows)


def _group(
    fact: Fact, rows: Sequence[Any], titles: list[str | None], states: dict[str, str]
) -> Told:
    return {
        "fact": fact.value,
        "ids": [str(row[0]) for row in rows],
        "references": [row[1] for row in rows],
        "titles": titles,
        "states": states,
    }
