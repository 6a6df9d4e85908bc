"""Lists of statements: one by one, and by clause and month; each list is one statement of SQL."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, served
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.clauses import sight as clauses
from api.insertion.clauses.models import Clause
from api.insertion.statements import reading, sight
from api.insertion.statements.lateness import due_on_sql, late_sql
from api.insertion.statements.models import HoursLine, Statement
from api.insertion.statements.schemas import FACILITATOR_ONLY, StatementFilter, StatementItem
from api.insertion.statements.sight import stands
from api.kit.columns import Hours, Month, Siret, Text, to_hours
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import FieldError, Invalid
from api.rules.hours.calendar import add_months, month_end, month_of
from api.rules.hours.vocabulary import ClauseStatus, StatementState

MAX_MONTHS = 36
SHOWN_MONTHS = 12


class Cell(BaseModel):
    """Hours of a month."""

    month: Month = Field(title="Mois")
    hours: Hours = Field(title="Heures travaillées")
    training_hours: Hours = Field(title="Heures de formation")
    counted_hours: Hours = Field(title="Heures comptées")


class StatementTotals(BaseModel):
    """The statement of a month; its buyer is told what counts."""

    month: Month = Field(title="Mois")
    hours: Hours | None = Field(title="Heures travaillées", description=FACILITATOR_ONLY)
    training_hours: Hours | None = Field(title="Heures de formation", description=FACILITATOR_ONLY)
    counted_hours: Hours = Field(title="Heures comptées")
    statement_id: UUID = Field(title="Déclaration")
    state: StatementState = Field(title="État")


class StatementCell(Cell):
    """The statement of a month, as its facilitator sees it."""

    statement_id: UUID = Field(title="Déclaration")
    state: StatementState = Field(title="État")


class ClauseMonths(BaseModel):
    """A clause and its statements, month by month; a month left out is not stated."""

    clause_id: UUID
    clause_title: str = Field(title="Clause")
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    buyer_name: str = Field(title="Acheteur")
    cells: list[StatementTotals] = Field(title="Déclarations")


class GridRow(BaseModel):
    """A person, or persons stated together, and hours month by month."""

    beneficiary: str | None = Field(
        title="Personne (pseudonyme)", description="Absent : les lignes collectives."
    )
    cells: list[Cell] = Field(title="Heures")


class GridRead(BaseModel):
    """The months of a clause by person."""

    clause_id: UUID
    months: list[Month] = Field(title="Mois")
    statements: list[StatementCell] = Field(title="Déclarations")
    rows: list[GridRow] = Field(title="Personnes")


class MonthRange(BaseModel):
    """Months from one to another, both included; the last twelve by default."""

    model_config = ConfigDict(extra="forbid")

    start: Month | None = Field(default=None, alias="from", description="Premier mois.")
    end: Month | None = Field(default=None, alias="to", description="Dernier mois.")

    def months(self) -> list[date]:
        """Each month. Raises Invalid when there are none or too many."""
        end = self.end or month_of(today())
        start = self.start or add_months(end, 1 - SHOWN_MONTHS)
        count = (end.year - start.year) * 12 + end.month - start.month + 1
        if not 1 <= count <= MAX_MONTHS:
            message = f"doit précéder « to », de {MAX_MONTHS} mois au plus."
            raise Invalid(errors=[FieldError(loc=["query", "from"], message=message)])
        return [add_months(start, number) for number in range(count)]


class GridFilter(MonthRange):
    """What a grid shows."""

    clause_id: UUID = Field(description="La clause.")


class MonthsFilter(MonthRange):
    """Which clauses and months."""

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre de clauses par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )


def find(session: Session, actor: Actor, filters: StatementFilter) -> Page[StatementItem]:
    """The statements that the actor sees, latest month first. Raises Invalid on a bad cursor."""
    found = reading.rows(session, _page(actor, filters)) if sight.parts_seen(actor) else []
    page = found[: filters.limit]
    more = len(found) > filters.limit
    last = page[-1].statement if more else None
    return Page(
        items=[reading.item(actor, row) for row in page],
        next=encode_cursor(last.month.isoformat(), last.id.hex) if last is not None else None,
    )


def find_months(session: Session, actor: Actor, filters: MonthsFilter) -> Page[ClauseMonths]:
    """The clauses that the actor sees and their statements by month. Raises Invalid."""
    months, pairs = filters.months(), served(actor, Permission.STATEMENTS_WRITE)
    found: dict[UUID, ClauseMonths] = {}
    for row in session.execute(_months(actor, filters, months[0], months[-1])):
        clause = found.setdefault(
            row[0],
            ClauseMonths.model_construct(
                clause_id=row[0],
                clause_title=row[1],
                buyer_siret=row[2] or "",
                buyer_name=row[3],
                cells=[],
            ),
        )
        if row[6] is not None:
            clause.cells.append(_totals(row, (row[4], row[5]) in pairs))
    page = list(found.values())[: filters.limit]
    more = len(found) > filters.limit
    return Page(items=page, next=encode_cursor(page[-1].clause_id.hex) if more else None)


def read_grid(session: Session, actor: Actor, filters: GridFilter) -> GridRead:
    """The months of a clause by person. Raises NotFound, Forbidden, Invalid."""
    clause = clauses.followed(session, actor, filters.clause_id, Permission.STATEMENTS_WRITE)
    months = filters.months()
    statements: dict[UUID, StatementCell] = {}
    persons: dict[str | None, list[Cell]] = {}
    for row in session.execute(_grid(clause, months)):
        pseudonym, *whole = row
        own = statements.setdefault(row[1], _statement_cell((*row[1:4], 0, 0, 0)))
        own.hours, own.training_hours, own.counted_hours = (
            own.hours + to_hours(row[4]),
            own.training_hours + to_hours(row[5]),
            own.counted_hours + to_hours(row[6]),
        )
        if row[7]:
            persons.setdefault(pseudonym, []).append(_cell(whole[1], whole[3:6]))
    return GridRead.model_construct(
        clause_id=clause.id,
        months=months,
        statements=list(statements.values()),
        rows=[GridRow.model_construct(beneficiary=one, cells=persons[one]) for one in persons],
    )


def _page(actor: Actor, filters: StatementFilter) -> sa.Select[Any]:
    """The ids of a page. Each part of what is seen comes in order from its index, and is cut
    short before they are merged: a condition with OR would sort everything first."""
    conditions, limit = list(_conditions(filters)), filters.limit + 1
    parts = []
    for seen in sight.parts_seen(actor):
        part = sa.select(col(Statement.id), col(Statement.month)).where(seen, *conditions)
        if filters.late is not None:
            part = part.join(Clause, col(Clause.id) == col(Statement.clause_id))
        ordered = part.order_by(col(Statement.month).desc(), col(Statement.id).desc())
        parts.append(sa.select(ordered.limit(limit).subquery()))
    merged = sa.union(*parts).subquery("merged")
    return sa.select(merged.c.id).order_by(merged.c.month.desc(), merged.c.id.desc()).limit(limit)


def _conditions(filters: StatementFilter) -> Iterator[sa.ColumnElement[bool]]:
    if filters.buyer is not None:
        yield col(Statement.buyer_id) == _organisation(filters.buyer)
    if filters.facilitator is not None:
        yield col(Statement.facilitator_id) == _organisation(filters.facilitator)
    if filters.clause_id is not None:
        yield col(Statement.clause_id) == filters.clause_id
    if filters.start is not None:
        yield col(Statement.month) >= filters.start
    if filters.end is not None:
        yield col(Statement.month) <= filters.end
    if filters.state is not None:
        yield col(Statement.state) == filters.state
    if filters.late is not None:
        terms = (col(Clause.evidence_frequency), col(Clause.evidence_days))
        due = due_on_sql(col(Statement.month), *terms)
        late = late_sql(col(Statement.submitted_at), due, today())
        yield late if filters.late else sa.not_(late)
    after = decode_cursor(filters.cursor, 2)
    if after is not None:
        try:
            month, last = date.fromisoformat(after[0] or ""), UUID(after[1] or "")
        except ValueError as error:
            raise bad_cursor() from error
        yield sa.or_(
            col(Statement.month) < month,
            sa.and_(col(Statement.month) == month, col(Statement.id) < last),
        )


def _organisation(siret: str) -> Any:
    return sa.select(col(Organisation.id)).where(col(Organisation.siret) == siret).scalar_subquery()


def _sums() -> list[Any]:
    columns = (HoursLine.hours, HoursLine.training, HoursLine.counted)
    return [sa.func.coalesce(sa.func.sum(one), 0) for one in columns]


def _months(actor: Actor, filters: MonthsFilter, start: date, end: date) -> sa.Select[Any]:
    wanted = sa.select(col(Clause.id)).where(
        clauses.seen_by(actor),
        col(Clause.status) != ClauseStatus.DRAFT,
        sa.or_(col(Clause.starts_on).is_(None), col(Clause.starts_on) <= month_end(end)),
        sa.or_(col(Clause.ends_on).is_(None), col(Clause.ends_on) >= add_months(start, -1)),
    )
    if filters.buyer is not None:
        wanted = wanted.where(col(Clause.buyer_id) == _organisation(filters.buyer))
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        try:
            wanted = wanted.where(col(Clause.id) > UUID(after[0] or ""))
        except ValueError as error:
            raise bad_cursor() from error
    page = wanted.order_by(col(Clause.id)).limit(filters.limit + 1).cte("page")
    return _of_clauses(actor, page, start, end)


def _of_clauses(actor: Actor, page: sa.CTE, start: date, end: date) -> sa.Select[Any]:
    """The statements of the clauses of a page, month by month."""
    stated = sa.and_(
        col(Statement.clause_id) == col(Clause.id),
        col(Statement.month).between(start, end),
        stands(),
        sight.seen_with_clause(actor),
    )
    return (
        sa.select(
            col(Clause.id),
            col(Clause.title),
            col(Organisation.siret),
            col(Organisation.name),
            col(Statement.facilitator_id),
            col(Statement.buyer_id),
            col(Statement.id),
            col(Statement.month),
            col(Statement.state),
            *_sums(),
        )
        .join(page, page.c.id == col(Clause.id))
        .join(Organisation, col(Organisation.id) == col(Clause.buyer_id))
        .outerjoin(Statement, stated)
        .outerjoin(HoursLine, col(HoursLine.statement_id) == col(Statement.id))
        .group_by(col(Clause.id), col(Organisation.id), col(Statement.id))
        .order_by(col(Clause.id), col(Statement.month), col(Statement.id))
    )


def _grid(clause: Clause, months: list[date]) -> sa.Select[Any]:
    return (
        sa.select(
            col(Beneficiary.pseudonym),
            col(Statement.id),
            col(Statement.month),
            col(Statement.state),
            *_sums(),
            sa.func.count(col(HoursLine.id)),
        )
        .select_from(Statement)
        .outerjoin(HoursLine, col(HoursLine.statement_id) == col(Statement.id))
        .outerjoin(Beneficiary, col(Beneficiary.id) == col(HoursLine.beneficiary_id))
        .where(
            col(Statement.clause_id) == clause.id,
            col(Statement.facilitator_id) == clause.facilitator_id,
            col(Statement.month).between(months[0], months[-1]),
            stands(),
        )
        .group_by(col(Beneficiary.pseudonym), col(Statement.id))
        .order_by(
            col(Beneficiary.pseudonym).is_(None), col(Beneficiary.pseudonym), col(Statement.month)
        )
    )


def _totals(row: Any, inside: bool) -> StatementTotals:
    statement_id, month, state, hours, training, counted = row[6:]
    return StatementTotals.model_construct(
        month=month,
        hours=to_hours(hours) if inside else None,
        training_hours=to_hours(training) if inside else None,
        counted_hours=to_hours(counted),
        statement_id=statement_id,
        state=state,
    )


def _statement_cell(row: Any) -> StatementCell:
    return StatementCell.model_construct(
        statement_id=row[0], state=row[2], **_cell(row[1], row[3:6]).__dict__
    )


def _cell(month: date, totals: Any) -> Cell:
    return Cell.model_construct(
        month=month,
        hours=to_hours(totals[0]),
        training_hours=to_hours(totals[1]),
        counted_hours=to_hours(totals[2]),
    )
