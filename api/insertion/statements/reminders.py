"""What is awaited: the months of clauses that are due, or soon, and not stated (R-H7).

A month of a closed year is awaited no more: what is not stated of it can't be.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor
from api.closings.models import Closing
from api.insertion.clauses.models import Clause
from api.insertion.clauses.sight import seen_by
from api.insertion.statements.facts import COMPLETED
from api.insertion.statements.lateness import due_on_sql
from api.insertion.statements.models import Statement
from api.insertion.statements.sight import seen_by as statements_seen_by
from api.insertion.statements.sight import stands
from api.kit.columns import Day, Month, Siret, Text
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.rules.hours.calendar import (
    STAGES,
    Stage,
    add_months,
    evidence_due_on,
    month_of,
    reminder_stage,
)
from api.rules.hours.vocabulary import ClauseStatus, StatementState

# What nobody stated for three years is no more a matter of reminders.
HORIZON: Final = 36
AWAITED: Final = (ClauseStatus.NOTIFIED, ClauseStatus.RUNNING)
STATED: Final = (StatementState.SUBMITTED, StatementState.VALIDATED)


class ReminderFilter(BaseModel):
    """Filters of the reminders."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )


class ReminderItem(BaseModel):
    """A month of a clause that is awaited."""

    clause_id: UUID
    clause_title: str = Field(title="Clause")
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    buyer_name: str = Field(title="Acheteur")
    facilitator_siret: str | None = Field(title="SIRET du facilitateur")
    facilitator_name: str | None = Field(
        title="Facilitateur", description="Absent : la clause n’est confiée à personne."
    )
    month: Month = Field(title="Mois")
    due_on: Day = Field(title="Justificatifs attendus le")
    days_late: int = Field(title="Jours de retard", description="Négatif avant l’échéance.")
    stage: Stage = Field(title="Relance")
    statement_id: UUID | None = Field(title="Déclaration commencée")
    state: StatementState | None = Field(title="État de la déclaration commencée")


def find(session: Session, actor: Actor, filters: ReminderFilter) -> Page[ReminderItem]:
    """The months awaited of the clauses that the actor sees, the oldest first, in one statement.

    A clause whose start is not known awaits nothing: no month of it can be told. Raises Invalid
    on a foreign cursor.
    """
    day = today()
    found = session.execute(_awaited(actor, filters, day)).all()
    page = found[: filters.limit]
    more = len(found) > filters.limit
    return Page(
        items=[_item(row, day) for row in page],
        next=encode_cursor(page[-1][0].isoformat(), page[-1][1].hex) if more else None,
    )


def _item(row: Any, day: date) -> ReminderItem:
    due = evidence_due_on(row[0], row[4], row[3])
    stage = reminder_stage(due, day)
    assert stage is not None  # noqa: S101 - the statement keeps what has reached a stage
    return ReminderItem(
        month=row[0],
        clause_id=row[1],
        clause_title=row[2],
        buyer_siret=row[5] or "",
        buyer_name=row[6],
        facilitator_siret=row[7],
        facilitator_name=row[8],
        statement_id=row[9],
        state=row[10],
        due_on=due,
        days_late=(day - due).days,
        stage=stage,
    )


def _awaited(actor: Actor, filters: ReminderFilter, day: date) -> sa.Select[Any]:
    months, buyer = _months(day), aliased(Organisation)
    month = months.c.month
    statement = (
        _shown(actor, months, buyer, day)
        .where(
            seen_by(actor),
            col(Clause.status).in_(AWAITED),
            sa.or_(col(Clause.ends_on).is_(None), col(Clause.ends_on) >= month),
            sa.not_(_stated(month)),
            sa.not_(_closed(month)),
        )
        .order_by(month, col(Clause.id))
        .limit(filters.limit + 1)
    )
    if filters.buyer is not None:
        statement = statement.where(col(buyer.siret) == filters.buyer)
    return _after(statement, filters.cursor, month)


def _shown(actor: Actor, months: sa.CTE, buyer: Any, day: date) -> sa.Select[Any]:
    """Clauses, the months of theirs that have reached a stage, and what is begun of each."""
    month, holder = months.c.month, aliased(Organisation)
    due = due_on_sql(month, col(Clause.evidence_frequency), col(Clause.evidence_days))
    first = min(start for start, _stage in STAGES)
    reached = due <= sa.bindparam(None, day - timedelta(days=first), sa.Date())
    begun = sa.and_(
        col(Statement.clause_id) == col(Clause.id),
        col(Statement.facilitator_id) == col(Clause.facilitator_id),
        col(Statement.month) == month,
        col(Statement.state).in_(COMPLETED),
        stands(),
        statements_seen_by(actor),
    )
    return (
        sa.select(
            month,
            col(Clause.id),
            col(Clause.title),
            col(Clause.evidence_frequency),
            col(Clause.evidence_days),
            col(buyer.siret),
            col(buyer.name),
            col(holder.siret),
            col(holder.name),
            col(Statement.id),
            col(Statement.state),
        )
        .select_from(Clause)
        .join(months, sa.and_(col(Clause.starts_on) < months.c.after, reached))
        .join(buyer, col(buyer.id) == col(Clause.buyer_id))
        .outerjoin(holder, col(holder.id) == col(Clause.facilitator_id))
        .outerjoin(Statement, begun)
    )


def _stated(month: Any) -> sa.Exists:
    one = aliased(Statement)
    return (
        sa.select(col(one.id))
        .where(
            col(one.clause_id) == col(Clause.id),
            col(one.month) == month,
            col(one.state).in_(STATED),
            stands(one),
        )
        .exists()
    )


def _closed(month: Any) -> sa.Exists:
    """Nothing is awaited of a year that stands closed: it would be refused (R-H4)."""
    return (
        sa.select(col(Closing.id))
        .where(
            col(Closing.organisation_id) == col(Clause.buyer_id),
            col(Closing.year) == sa.extract("year", month),
            col(Closing.reopened_at).is_(None),
        )
        .exists()
    )


def _months(day: date) -> sa.CTE:
    """The months of the horizon, each with the first day of the next."""
    this = month_of(day)
    rows = [(add_months(this, -back), add_months(this, 1 - back)) for back in range(HORIZON)]
    columns = (sa.column("month", sa.Date()), sa.column("after", sa.Date()))
    return sa.values(*columns, name="months").data(rows).cte("months")


def _after(statement: sa.Select[Any], cursor: str | None, month: Any) -> sa.Select[Any]:
    key = decode_cursor(cursor, 2)
    if key is None:
        return statement
    try:
        last, clause_id = date.fromisoformat(key[0] or ""), UUID(key[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return statement.where(sa.or_(month > last, sa.and_(month == last, col(Clause.id) > clause_id)))
