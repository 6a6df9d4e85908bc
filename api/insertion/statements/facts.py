"""What is known of the clauses, persons and employments that lines speak of.

All is read by a fixed number of statements, however many lines there are, under the locks that
make the sums stay true until the end of the transaction: clauses first, then persons, by id.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.closings import service as closings
from api.closings.models import Closing
from api.insertion.beneficiaries.models import Beneficiary, Employment, EmploymentMonth
from api.insertion.clauses.models import Clause
from api.insertion.statements.entries import Author, Entry
from api.insertion.statements.models import HoursLine, Statement
from api.insertion.statements.sight import stands
from api.kit.days import today
from api.rules.hours.judging import ClauseFacts
from api.rules.hours.vocabulary import ClauseStatus, StatementState

Of = tuple[UUID, date]
"""Something (a person, an employment, a clause) in a month."""
Twin = tuple[Any, ...]
"""What makes a line look like another one of its statement."""


@dataclass(frozen=True, slots=True)
class KnownClause:
    """A clause of the author's, and the closed years of its buyer."""

    id: UUID
    facilitator_id: UUID
    buyer_id: UUID
    training_counted: bool
    draft: bool
    facts: ClauseFacts
    closed_years: frozenset[int]


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person followed by one of the author's facilitators."""

    id: UUID
    facilitator_id: UUID
    entered_on: date | None
    eligible_until: date | None
    objected: bool
    last_activity_on: date | None


@dataclass(frozen=True, slots=True)
class KnownEmployment:
    """An employment contract of such a person."""

    id: UUID
    beneficiary_id: UUID
    facilitator_id: UUID
    starts_on: date
    ends_on: date | None


@dataclass(slots=True)
class Standing:
    """The statement that stands for a clause and a month, and what its lines look like."""

    id: UUID
    state: StatementState
    lines: int = 0
    twins: set[Twin] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Known:
    """All that judging needs. The sums (quarter-hours) grow as lines are accepted.

    Persons go by their pseudonyms: to look a UUID up costs more than the rest of judging a line.
    """

    today: date
    clauses: dict[UUID, KnownClause]
    people: dict[str, KnownPerson]
    employments: dict[UUID, KnownEmployment]
    standing: dict[Of, Standing]
    month_hours: dict[tuple[str, date], int]
    allocated: dict[Of, int]
    worked: dict[Of, int]
    pseudonyms: dict[UUID, str]


def load(
    session: Session,
    author: Author,
    entries: Sequence[Entry],
    *,
    about: Statement | None = None,
    summed: bool = False,
    lock: bool = True,
) -> Known:
    """Read what the entries speak of.

    ``about``: one statement is judged, as of its own facilitator; the lines it holds are not
    summed, because they are judged again or replaced, unless ``summed``. Without ``lock``, only
    to look.
    """
    clause_ids, months = {one.clause_id for one in entries}, {one.month for one in entries}
    if about is not None:
        clause_ids, months = {about.clause_id}, {about.month}
    clauses = _clauses(session, author, clause_ids, about, lock)
    holders = {one.facilitator_id for one in clauses.values()}
    pseudonyms = {one.beneficiary for one in entries if one.beneficiary is not None}
    people = _people(session, holders, pseudonyms, lock)
    employments = _employments(session, holders, {one.employment_id for one in entries} - {None})
    by_person, by_employment = col(HoursLine.beneficiary_id), col(HoursLine.employment_id)
    names = {one.id: name for name, one in people.items()}
    leaving = about.id if about is not None and not summed else None
    return Known(
        today=today(),
        clauses=clauses,
        people=people,
        employments=employments,
        standing=_standing(session, clauses, months, leaving),
        month_hours={
            (names[one], month): total
            for (one, month), total in _sums(session, by_person, names, months, leaving).items()
        },
        allocated=_sums(session, by_employment, employments, months, leaving),
        worked=_worked(session, employments, months),
        pseudonyms=names,
    )


def without_elsewhere(known: Known, only: Set[str]) -> Known:
    """The same, of these persons alone and with nothing of what other statements say of them."""
    people = {name: one for name, one in known.people.items() if name in only}
    return replace(known, people=people, month_hours={}, allocated={})


def _clauses(
    session: Session, author: Author, ids: set[UUID], about: Statement | None, lock: bool
) -> dict[UUID, KnownClause]:
    holder: Any = col(Clause.facilitator_id)
    if about is not None:
        # A clause may have gone to another facilitator since: what is stated stays to be judged.
        holder = sa.literal(about.facilitator_id, sa.Uuid())
    holders, buyers = ({pair[side] for pair in author.pairs} for side in (0, 1))
    statement = (
        sa.select(
            col(Clause.id),
            holder,
            col(Clause.buyer_id),
            col(Clause.training_counted),
            col(Clause.starts_on),
            col(Clause.ends_on),
            col(Clause.modalities),
            col(Clause.status),
        )
        .where(col(Clause.id).in_(ids))
        # Said so that no index on the organisations is preferred to the ids.
        .where(holder.in_(holders).is_(True), col(Clause.buyer_id).in_(buyers).is_(True))
        .order_by(col(Clause.id))
    )
    if lock:
        statement = statement.with_for_update(key_share=True)
    rows = [row for row in session.execute(statement) if (row[1], row[2]) in author.pairs]
    closed = _closed_years(session, {row[2] for row in rows}, lock)
    return {
        row[0]: KnownClause(
            id=row[0],
            facilitator_id=row[1],
            buyer_id=row[2],
            training_counted=row[3],
            draft=row[7] is ClauseStatus.DRAFT,
            facts=ClauseFacts(row[0].hex, row[4], row[5], frozenset(row[6])),
            closed_years=closed.get(row[2], frozenset()),
        )
        for row in rows
    }


def _closed_years(session: Session, buyers: set[UUID], lock: bool) -> dict[UUID, frozenset[int]]:
    if lock:
        closings.hold_open(session, buyers)
    statement = sa.select(col(Closing.organisation_id), col(Closing.year)).where(
        col(Closing.organisation_id).in_(buyers), col(Closing.reopened_at).is_(None)
    )
    years: dict[UUID, frozenset[int]] = {}
    for buyer, year in session.execute(statement):
        years[buyer] = years.get(buyer, frozenset()) | {year}
    return years


def _people(
    session: Session, holders: set[UUID], pseudonyms: set[str], lock: bool
) -> dict[str, KnownPerson]:
    if not pseudonyms:
        return {}
    statement = (
        sa.select(
            col(Beneficiary.pseudonym),
            col(Beneficiary.id),
            col(Beneficiary.facilitator_id),
            col(Beneficiary.entered_on),
            col(Beneficiary.eligible_until),
            col(Beneficiary.objected),
            col(Beneficiary.last_activity_on),
        )
        .where(
            col(Beneficiary.pseudonym).in_(pseudonyms),
            # As above: by their pseudonyms, not all the persons of the facilitator.
            col(Beneficiary.facilitator_id).in_(holders).is_(True),
        )
        .order_by(col(Beneficiary.id))
    )
    if lock:
        # Two users who state the same person at once: the second waits, and sums what the first
        # wrote (R-H2).
        statement = statement.with_for_update(key_share=True)
    return {row[0]: KnownPerson(*row[1:]) for row in session.execute(statement)}


def _employments(
    session: Session, holders: set[UUID], ids: set[UUID | None]
) -> dict[UUID, KnownEmployment]:
    if not ids:
        return {}
    statement = sa.select(
        col(Employment.id),
        col(Employment.beneficiary_id),
        col(Employment.facilitator_id),
        col(Employment.starts_on),
        col(Employment.ends_on),
    ).where(col(Employment.id).in_(ids), col(Employment.facilitator_id).in_(holders))
    return {row[0]: KnownEmployment(*row) for row in session.execute(statement)}


def _standing(
    session: Session, clauses: dict[UUID, KnownClause], months: set[date], leaving: UUID | None
) -> dict[Of, Standing]:
    statement = sa.select(
        col(Statement.clause_id),
        col(Statement.facilitator_id),
        col(Statement.month),
        col(Statement.id),
        col(Statement.state),
    ).where(
        col(Statement.clause_id).in_(clauses),
        col(Statement.month).in_(months),
        stands(),
    )
    found = {
        (row[0], row[2]): Standing(row[3], row[4])
        for row in session.execute(statement)
        if clauses[row[0]].facilitator_id == row[1] and row[3] != leaving
    }
    _describe(session, found.values())
    return found


def _describe(session: Session, found: Iterable[Standing]) -> None:
    """Say what the statements that can be completed hold already."""
    open_ones = {one.id: one for one in found if one.state in COMPLETED}
    if not open_ones:
        return
    statement = sa.select(
        col(HoursLine.statement_id),
        col(HoursLine.beneficiary_id),
        col(HoursLine.modality),
        col(HoursLine.employment_id),
        col(HoursLine.persons),
        col(HoursLine.sex),
        col(HoursLine.public),
        col(HoursLine.hours),
        col(HoursLine.training),
    ).where(col(HoursLine.statement_id).in_(open_ones))
    for row in session.execute(statement):
        standing = open_ones[row[0]]
        standing.lines += 1
        standing.twins.add(tuple(row[1:4]) if row[1] is not None else tuple(row[1:]))


COMPLETED = (StatementState.DRAFT, StatementState.TO_CORRECT)


def twin(entry: Entry, person_id: UUID | None) -> Twin:
    """What would make the entry look like a line that is there: the same person, modality and
    employment, or for persons taken together, the same everything."""
    same = (person_id, entry.modality, entry.employment_id)
    if person_id is not None:
        return same
    return (*same, entry.persons, entry.sex, entry.public, entry.hours, entry.training_hours)


def _sums(
    session: Session,
    by: Any,
    ids: Iterable[UUID],
    months: set[date],
    leaving: UUID | None,
) -> dict[Of, int]:
    """Quarter-hours declared by thing and month, whatever the clause; the rejected ones left."""
    wanted = list(ids)
    if not wanted:
        return {}
    statement = (
        sa.select(by, col(HoursLine.month), sa.func.sum(HoursLine.hours + HoursLine.training))
        .join(Statement, col(Statement.id) == col(HoursLine.statement_id))
        .where(
            by.in_(wanted),
            col(HoursLine.month).in_(months),
            stands(),
        )
        .group_by(by, col(HoursLine.month))
    )
    if leaving is not None:
        statement = statement.where(col(HoursLine.statement_id) != leaving)
    return {(row[0], row[1]): int(row[2]) for row in session.execute(statement)}


def _worked(session: Session, ids: Iterable[UUID], months: set[date]) -> dict[Of, int]:
    wanted = list(ids)
    if not wanted:
        return {}
    statement = sa.select(
        col(EmploymentMonth.employment_id), col(EmploymentMonth.month), col(EmploymentMonth.worked)
    ).where(col(EmploymentMonth.employment_id).in_(wanted), col(EmploymentMonth.month).in_(months))
    return {(row[0], row[1]): row[2] for row in session.execute(statement)}
