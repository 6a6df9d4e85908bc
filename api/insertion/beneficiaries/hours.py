"""The hours of persons, read from where statements keep them.

Statements stand above this folder and use it, so it can't import them: it knows of their tables
only the columns named here.
"""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from api.insertion.beneficiaries.schemas import MonthRead
from api.kit.columns import to_hours
from api.rules.hours.vocabulary import StatementState

LINES = sa.table(
    "hours_line",
    sa.column("statement_id", sa.Uuid()),
    sa.column("clause_id", sa.Uuid()),
    sa.column("buyer_id", sa.Uuid()),
    sa.column("beneficiary_id", sa.Uuid()),
    sa.column("month", sa.Date()),
    sa.column("hours", sa.Integer()),
    sa.column("training", sa.Integer()),
    sa.column("counted", sa.Integer()),
)
_STATEMENTS = sa.table("statement", sa.column("id", sa.Uuid()), sa.column("state", sa.String()))
_CLAUSES = sa.table("clause", sa.column("id", sa.Uuid()), sa.column("title", sa.String()))


def by_month(session: Session, beneficiary_id: UUID, buyers: set[UUID]) -> list[MonthRead]:
    """The hours of a person by month and clause, the latest month first.

    The clauses of a buyer outside ``buyers`` (the mandate is over) are neither named nor told.
    """
    lines, statements, clauses = LINES.c, _STATEMENTS.c, _CLAUSES.c
    sums = [sa.func.sum(one) for one in (lines.hours, lines.training, lines.counted)]
    by = (lines.month, clauses.title, lines.clause_id, lines.buyer_id, statements.state)
    rows = session.execute(
        sa.select(*by, *sums)
        .join_from(LINES, _STATEMENTS, statements.id == lines.statement_id)
        .join(_CLAUSES, clauses.id == lines.clause_id)
        .where(lines.beneficiary_id == beneficiary_id)
        .group_by(*by)
        .order_by(lines.month.desc(), clauses.title, lines.clause_id, statements.state)
    )
    return [
        MonthRead(
            month=month,
            clause_id=clause_id if buyer_id in buyers else None,
            clause_title=title if buyer_id in buyers else None,
            state=StatementState(state),
            hours=to_hours(worked),
            training_hours=to_hours(training),
            counted=to_hours(counted),
        )
        for month, title, clause_id, buyer_id, state, worked, training, counted in rows
    ]


def any_validated(session: Session, beneficiary_id: UUID) -> bool:
    """Whether hours of the person were validated."""
    found = (
        sa.select(sa.literal(1))
        .join_from(LINES, _STATEMENTS, _STATEMENTS.c.id == LINES.c.statement_id)
        .where(
            LINES.c.beneficiary_id == beneficiary_id,
            _STATEMENTS.c.state == StatementState.VALIDATED.value,
        )
        .limit(1)
    )
    return session.execute(found).first() is not None


def since(beneficiary_id: sa.SQLColumnExpression[UUID], day: date) -> sa.ColumnElement[bool]:
    """The condition that a person has hours of the month of ``day`` or later."""
    return sa.exists().where(
        LINES.c.beneficiary_id == beneficiary_id, LINES.c.month >= day.replace(day=1)
    )
