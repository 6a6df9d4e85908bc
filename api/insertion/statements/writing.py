"""Writing statements and their lines: plain rows, in as few statements as there are tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.statements.checking import Judged
from api.insertion.statements.entries import Author, Entry
from api.insertion.statements.facts import Known, KnownClause
from api.insertion.statements.models import HoursLine, Statement, StatementSource
from api.kit.bulk import Row, insert_many, this_instant, update_many
from api.kit.columns import new_id, now
from api.rules.hours.calendar import month_end
from api.rules.hours.vocabulary import StatementState

STATEMENT_COLUMNS = (
    "id",
    "clause_id",
    "facilitator_id",
    "buyer_id",
    "month",
    "state",
    "source",
    "submitted_at",
    "person_id",
    "version",
    "created_at",
    "updated_at",
)
LINE_COLUMNS = (
    "id",
    "statement_id",
    "clause_id",
    "buyer_id",
    "facilitator_id",
    "month",
    "position",
    "beneficiary_id",
    "employment_id",
    "persons",
    "sex",
    "public",
    "modality",
    "hours",
    "training",
    "counted",
    "outside",
    "created_at",
    "person_id",
)


@dataclass(frozen=True, slots=True)
class Pen:
    """How this engine's driver wants its values, and the instant of the writing."""

    sqlite: bool
    instant: object
    author: Any

    def id(self, value: UUID | None) -> Any:
        """An identifier."""
        return value.hex if self.sqlite and value is not None else value

    def day(self, value: date) -> Any:
        """A day."""
        return value.isoformat() if self.sqlite else value


def pen_of(session: Session, person_id: UUID | None) -> Pen:
    """The pen for a session and who writes."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    author = person_id.hex if sqlite and person_id is not None else person_id
    return Pen(sqlite, this_instant(session), author)


def write(
    session: Session,
    author: Author,
    entries: Sequence[Entry],
    known: Known,
    judged: Judged,
    source: StatementSource,
    state: StatementState,
) -> dict[int, UUID]:
    """Write the accepted entries; answers the statement of each place."""
    pen = pen_of(session, author.person_id)
    statements: list[Row] = []
    lines: list[Row] = []
    completed: list[UUID] = []
    kept: dict[int, UUID] = {}
    for group, places in judged.accepted.items():
        if not places:
            continue
        clause, standing = known.clauses[group[0]], known.standing.get(group)
        if standing is None:
            statement_id = new_id()
            statements.append(_statement(pen, statement_id, clause, group[1], source, state))
        else:
            statement_id = standing.id
            completed.append(statement_id)
        start = 0 if standing is None else standing.lines
        placed = [(place, entries[place]) for place in places]
        lines += line_rows(pen, statement_id, clause, placed, known, judged.outside, start)
        kept.update(dict.fromkeys(places, statement_id))
    insert_many(session, "statement", STATEMENT_COLUMNS, statements)
    _complete(session, completed, state)
    insert_many(session, "hours_line", LINE_COLUMNS, lines)
    beside(session, pen, [entries[place] for place in sorted(kept)], known)
    return kept


def line_rows(
    pen: Pen,
    statement_id: UUID,
    clause: KnownClause,
    placed: Iterable[tuple[int, Entry]],
    known: Known,
    outside: Mapping[int, str],
    start: int = 0,
) -> list[Row]:
    """The rows of accepted entries, as LINE_COLUMNS; ``start`` lines are there already."""
    own = (pen.id(statement_id), pen.id(clause.id), pen.id(clause.buyer_id))
    holder, training_counted = pen.id(clause.facilitator_id), clause.training_counted
    rows: list[Row] = []
    for position, (place, entry) in enumerate(placed, start=start):
        why = outside.get(place)
        name = entry.beneficiary
        rows.append(
            (
                pen.id(new_id()),
                *own,
                holder,
                pen.day(entry.month),
                position,
                pen.id(known.people[name].id) if name is not None else None,
                pen.id(entry.employment_id),
                entry.persons,
                # Plain text: the driver of SQLite asks an enum twice how it adapts.
                None if entry.sex is None else entry.sex.value,
                None if entry.public is None else entry.public.value,
                None if entry.modality is None else entry.modality.value,
                entry.hours,
                entry.training_hours,
                counted_of(entry, training_counted, why),
                why,
                pen.instant,
                pen.author,
            )
        )
    return rows


def counted_of(entry: Entry, training_counted: bool, why: str | None) -> int:
    """Quarter-hours that the clause gets of an entry: nothing of what is outside (R-H3)."""
    if why is not None:
        return 0
    return entry.hours + (entry.training_hours if training_counted else 0)


def beside(session: Session, pen: Pen, entries: Sequence[Entry], known: Known) -> None:
    """Keep what the accepted entries say besides hours: attested hours, last activity."""
    attested = {
        (one.employment_id, one.month): one.worked_hours
        for one in entries
        if one.employment_id is not None and one.worked_hours is not None
    }
    if attested:
        _attest(session, pen, attested)
    _bring_forward(session, entries, known)


def _bring_forward(session: Session, entries: Sequence[Entry], known: Known) -> None:
    """A person was active until the end of the last month that is stated of them."""
    latest: dict[str, date] = {}
    for entry in entries:
        if entry.beneficiary is not None:
            before = latest.get(entry.beneficiary, entry.month)
            latest[entry.beneficiary] = max(before, entry.month)
    ends = {month: month_end(month) for month in set(latest.values())}
    later: dict[date, list[UUID]] = {}
    for name, month in latest.items():
        person = known.people[name]
        if person.last_activity_on is None or person.last_activity_on < ends[month]:
            later.setdefault(ends[month], []).append(person.id)
    for last, persons in later.items():
        session.execute(
            sa.update(Beneficiary)
            .where(col(Beneficiary.id).in_(persons))
            .values(last_activity_on=last),
            execution_options={"synchronize_session": False},
        )


def replace_lines(session: Session, statement_id: UUID, rows: list[Row]) -> None:
    """Put ``rows`` (as LINE_COLUMNS) in place of the lines of a statement."""
    session.execute(
        sa.delete(HoursLine).where(col(HoursLine.statement_id) == statement_id),
        execution_options={"synchronize_session": False},
    )
    insert_many(session, "hours_line", LINE_COLUMNS, rows)


def _statement(
    pen: Pen,
    statement_id: UUID,
    clause: KnownClause,
    month: date,
    source: StatementSource,
    state: StatementState,
) -> Row:
    submitted = pen.instant if state is StatementState.SUBMITTED else None
    keys = (pen.id(statement_id), pen.id(clause.id), pen.id(clause.facilitator_id))
    said = (pen.id(clause.buyer_id), pen.day(month), state, source, submitted, pen.author, 1)
    return (*keys, *said, pen.instant, pen.instant)


def _complete(session: Session, ids: list[UUID], state: StatementState) -> None:
    if not ids:
        return
    values: dict[str, Any] = {"version": Statement.version + 1, "updated_at": now()}
    if state is StatementState.SUBMITTED:
        values |= {"state": state, "submitted_at": now()}
    session.execute(
        sa.update(Statement).where(col(Statement.id).in_(ids)).values(values),
        execution_options={"synchronize_session": False},
    )


def _attest(session: Session, pen: Pen, attested: Mapping[tuple[UUID, date], int]) -> None:
    rows = [(pen.id(one), pen.day(month), worked) for (one, month), worked in attested.items()]
    columns = ("employment_id", "month", "worked")
    insert_many(session, "employment_month", columns, rows, unless_there=True)
    again = [(worked, one, month) for one, month, worked in rows]
    update_many(session, "employment_month", ("worked",), ("employment_id", "month"), again)
