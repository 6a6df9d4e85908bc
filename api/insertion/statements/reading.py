"""Statements as the API gives them: with persons to their facilitator, in totals to the buyer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor
from api.insertion.beneficiaries.models import Beneficiary, EmploymentMonth
from api.insertion.clauses.models import Clause
from api.insertion.statements.entries import Entry
from api.insertion.statements.facts import COMPLETED
from api.insertion.statements.lateness import due_and_late
from api.insertion.statements.models import HoursLine, Statement
from api.insertion.statements.schemas import LineRead, StatementItem, StatementRead
from api.insertion.statements.sight import states
from api.kit.columns import to_hours
from api.kit.days import in_utc, today
from api.kit.problems import FieldError
from api.rules.hours.vocabulary import EvidenceFrequency


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with what a list says beside it. Quarter-hours; distinct persons."""

    statement: Statement
    clause_title: str
    frequency: EvidenceFrequency
    days: int
    buyer: tuple[str | None, str]
    facilitator: tuple[str | None, str]
    hours: int
    training: int
    counted: int
    persons: int


def rows(session: Session, wanted: sa.Select[Any]) -> list[Row]:
    """The statements whose ids are ``wanted``, latest month first, in one statement."""
    page = wanted.cte("page")
    totals = _totals(sa.select(page.c.id)).subquery("totals")
    buyer, holder = aliased(Organisation), aliased(Organisation)
    found = (
        sa.select(
            Statement,
            col(Clause.title),
            col(Clause.evidence_frequency),
            col(Clause.evidence_days),
            col(buyer.siret),
            col(buyer.name),
            col(holder.siret),
            col(holder.name),
            *(sa.func.coalesce(totals.c[name], 0) for name in _TOTALS),
        )
        .join(page, page.c.id == col(Statement.id))
        .join(Clause, col(Clause.id) == col(Statement.clause_id))
        .join(buyer, col(buyer.id) == col(Statement.buyer_id))
        .join(holder, col(holder.id) == col(Statement.facilitator_id))
        .outerjoin(totals, totals.c.statement_id == col(Statement.id))
        .order_by(col(Statement.month).desc(), col(Statement.id).desc())
    )
    return [
        Row(
            statement=one[0],
            clause_title=one[1],
            frequency=one[2],
            days=one[3],
            buyer=(one[4], one[5]),
            facilitator=(one[6], one[7]),
            hours=int(one[8]),
            training=int(one[9]),
            counted=int(one[10]),
            persons=int(one[11]),
        )
        for one in session.execute(found)
    ]


_TOTALS = ("hours", "training", "counted", "persons")


def _totals(statements: sa.Select[Any]) -> sa.Select[Any]:
    """Hours and persons by statement; who was corrected to nothing is nobody."""
    by_person = (
        sa.select(
            col(HoursLine.statement_id),
            col(HoursLine.beneficiary_id),
            sa.func.sum(HoursLine.hours).label("hours"),
            sa.func.sum(HoursLine.training).label("training"),
            sa.func.sum(HoursLine.counted).label("counted"),
            sa.func.sum(HoursLine.persons).label("persons"),
        )
        .where(col(HoursLine.statement_id).in_(statements))
        .group_by(col(HoursLine.statement_id), col(HoursLine.beneficiary_id))
        .subquery("by_person")
    )
    one = by_person.c
    there = sa.and_(one.beneficiary_id.is_not(None), one.hours + one.training > 0)
    persons = sa.case((there, 1), (one.beneficiary_id.is_(None), one.persons), else_=0)
    return sa.select(
        one.statement_id,
        *(sa.func.sum(one[name]).label(name) for name in _TOTALS[:3]),
        sa.func.sum(persons).label("persons"),
    ).group_by(one.statement_id)


def item(actor: Actor, row: Row) -> StatementItem:
    """A statement in a list."""
    return StatementItem.model_construct(**_facts(actor, row))


def shown(
    session: Session, actor: Actor, statement_id: UUID, warnings: Sequence[FieldError] = ()
) -> StatementRead:
    """A statement, whole for its facilitator; totals alone for the buyer (R-S1)."""
    wanted = sa.select(col(Statement.id)).where(col(Statement.id) == statement_id)
    (row,) = rows(session, wanted)
    inside = states(actor, row.statement)
    return StatementRead.model_construct(
        comment=row.statement.comment if inside else None,
        lines=lines(session, row.statement) if inside else None,
        warnings=list(warnings) if inside else [],
        created_at=in_utc(row.statement.created_at),
        updated_at=in_utc(row.statement.updated_at),
        **_facts(actor, row),
    )


def lines(session: Session, statement: Statement) -> list[LineRead]:
    """The lines of a statement, the corrective ones after what they correct."""
    worked = sa.and_(
        col(EmploymentMonth.employment_id) == col(HoursLine.employment_id),
        col(EmploymentMonth.month) == col(HoursLine.month),
    )
    found = (
        sa.select(HoursLine, col(Beneficiary.pseudonym), col(EmploymentMonth.worked))
        .outerjoin(Beneficiary, col(Beneficiary.id) == col(HoursLine.beneficiary_id))
        .outerjoin(EmploymentMonth, worked)
        .where(col(HoursLine.statement_id) == statement.id)
        .order_by(col(HoursLine.position), col(HoursLine.id))
        .execution_options(populate_existing=True)
    )
    return [_line(*one) for one in session.execute(found)]


def entries(session: Session, statement: Statement) -> list[tuple[UUID, Entry, int, str | None]]:
    """The lines of a statement as entries, each with its id, what counts of it and why not."""
    found = (
        sa.select(HoursLine, col(Beneficiary.pseudonym))
        .outerjoin(Beneficiary, col(Beneficiary.id) == col(HoursLine.beneficiary_id))
        .where(col(HoursLine.statement_id) == statement.id)
        .order_by(col(HoursLine.position), col(HoursLine.id))
    )
    return [
        (line.id, entry_of(line, pseudonym), line.counted, line.outside)
        for line, pseudonym in session.execute(found)
    ]


def entry_of(line: HoursLine, pseudonym: str | None) -> Entry:
    """A line as it would be stated."""
    return Entry(
        clause_id=line.clause_id,
        month=line.month,
        hours=line.hours,
        training_hours=line.training,
        beneficiary=pseudonym,
        persons=line.persons,
        sex=line.sex,
        public=line.public,
        modality=line.modality,
        employment_id=line.employment_id,
    )


def _facts(actor: Actor, row: Row) -> dict[str, Any]:
    one = row.statement
    due, late = due_and_late(one.month, one.submitted_at, (row.frequency, row.days), today())
    inside = states(actor, one)
    return {
        "id": one.id,
        "version": one.version,
        "clause_id": one.clause_id,
        "clause_title": row.clause_title,
        "buyer_siret": row.buyer[0] or "",
        "buyer_name": row.buyer[1],
        "facilitator_siret": row.facilitator[0],
        "facilitator_name": row.facilitator[1],
        "month": one.month,
        "state": one.state,
        "source": one.source,
        "hours": to_hours(row.hours) if inside else None,
        "training_hours": to_hours(row.training) if inside else None,
        "counted_hours": to_hours(row.counted),
        "persons": row.persons if inside else None,
        "persons_status": "published" if inside else "secret",
        "due_on": due,
        "submitted_at": one.submitted_at and in_utc(one.submitted_at),
        "decided_at": one.decided_at and in_utc(one.decided_at),
        "late": late,
        "editable": inside and one.state in COMPLETED,
    }


def _line(line: HoursLine, pseudonym: str | None, worked: int | None) -> LineRead:
    return LineRead.model_construct(
        id=line.id,
        position=line.position,
        beneficiary=pseudonym,
        persons=line.persons,
        sex=line.sex,
        public=line.public,
        modality=line.modality,
        employment_id=line.employment_id,
        worked_hours=to_hours(worked) if worked is not None else None,
        hours=to_hours(line.hours),
        training_hours=to_hours(line.training),
        counted_hours=to_hours(line.counted),
        outside=line.outside,
        corrects_id=line.corrects_id,
        reason=line.reason,
    )
