"""Clauses with their hours: one statement for a whole page, however long it is.

Hours are read from the tables of api.insertion.statements by name: that package stands on this one
and is not imported here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation
from api.access.permissions import Actor
from api.closings.models import Closing
from api.contracts.models import Contract, ContractSupplier
from api.insertion.clauses.models import Clause
from api.insertion.clauses.schemas import ClauseFilter, ClauseSort
from api.insertion.clauses.sight import seen_by
from api.kit.pages import bad_cursor, decode_cursor, encode_cursor
from api.rules.hours.vocabulary import ClauseStatus, StatementState
from api.rules.text import fold
from api.suppliers import naming
from api.suppliers.models import Supplier

Condition = sa.ColumnElement[bool]

_STATEMENT = sa.table(
    "statement",
    sa.column("id", sa.Uuid()),
    sa.column("clause_id", sa.Uuid()),
    sa.column("month", sa.Date()),
    sa.column("state", sa.String()),
)
_LINE = sa.table(
    "hours_line",
    sa.column("clause_id", sa.Uuid()),
    sa.column("statement_id", sa.Uuid()),
    sa.column("hours", sa.Integer()),
    sa.column("training", sa.Integer()),
    sa.column("counted", sa.Integer()),
    sa.column("outside", sa.String()),
)
_BUYER = SQLModel.metadata.tables["organisation"].alias("buyer")
_FACILITATOR = SQLModel.metadata.tables["organisation"].alias("facilitator")
_STATED: Final = tuple(
    one.value
    for one in (StatementState.SUBMITTED, StatementState.TO_CORRECT, StatementState.VALIDATED)
)
# Literal, so that SQLite sees that the partial index of standing statements holds the rows.
_STANDING = sa.text("statement.state <> 'rejected'")

_LONG_AGO: Final = date(1, 1, 1)
_EPOCH: Final = date(1970, 1, 1)
_MILLION: Final = 1_000_000
_UNKNOWN_LAG: Final = -(10**15)
_BOUND: Final = 10**18
# SQLite folds the case of ASCII only, and neither engine takes accents off. The letters of French
# titles: each is one call around the title, and SQLite reads some 25 around one another at most.
_FOLDED: Final = (
    *zip("àâçéèêëîïôùûÀÇÉÈÊÎÔ’", "aaceeeeiiouuaceeeio'", strict=True),
    ("œ", "oe"),
    ("Œ", "oe"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with what surrounds it; hours are quarter-hours."""

    clause: Clause
    reference: str
    subject: str | None
    contract_amount: int | None
    suppliers: str | None
    buyer: tuple[str | None, str]
    facilitator: tuple[str | None, str | None]
    declared: int
    counted: int
    validated: int
    stated: frozenset[date]
    closed_years: tuple[int, ...]


def page(
    session: Session, actor: Actor, filters: ClauseFilter, at: date
) -> tuple[list[Row], str | None]:
    """One page of the clauses that the actor sees, and the cursor of the next.

    Raises Invalid on a foreign cursor.
    """
    by_risk = filters.sort is ClauseSort.RISK
    after = _after(filters)
    conditions = [seen_by(actor), *_conditions(filters)]
    started = sa.func.coalesce(col(Clause.starts_on), _LONG_AGO)
    place = sa.tuple_(started, col(Clause.id))
    if after is not None and not by_risk:
        conditions.append(place < sa.tuple_(*after))
    candidates = _candidates(conditions)
    if not by_risk:
        order = (started.desc(), col(Clause.id).desc())
        candidates = candidates.order_by(*order).limit(filters.limit + 1)
    listed = candidates.cte("listed")
    hours = _hours(listed)
    key = _lag(hours.c.validated, at) if by_risk else started
    statement = _rows(listed, hours, key)
    if after is not None and by_risk:
        statement = statement.where(sa.tuple_(key, col(Clause.id)) < sa.tuple_(*after))
    statement = statement.order_by(key.desc(), col(Clause.id).desc()).limit(filters.limit + 1)
    found = session.execute(statement).all()
    following = None
    if len(found) > filters.limit:
        last = found[filters.limit - 1]
        said = str(last.key) if by_risk else last.key.isoformat()
        following = encode_cursor(filters.sort.value, said, last[0].id.hex)
    return [_row(one) for one in found[: filters.limit]], following


def one(session: Session, actor: Actor, clause_id: UUID) -> Row | None:
    """A clause that the actor sees, None for any other."""
    listed = _candidates([seen_by(actor), col(Clause.id) == clause_id]).cte("listed")
    statement = _rows(listed, _hours(listed), sa.literal(0))
    found = session.execute(statement).one_or_none()
    return None if found is None else _row(found)


def _candidates(conditions: Sequence[Condition]) -> sa.Select[UUID, bool]:
    found = sa.select(col(Clause.id), col(Clause.training_counted))
    return found.join(Contract, col(Contract.id) == col(Clause.contract_id)).where(*conditions)


def _hours(listed: sa.CTE) -> sa.Subquery:
    """Declared and validated hours by clause: definitions in the docstrings of the answers."""
    training = sa.case((listed.c.training_counted, _LINE.c.training), else_=0)
    done = sa.case((_LINE.c.outside.is_(None), _LINE.c.counted), else_=_LINE.c.hours + training)
    validated = sa.case(
        (_STATEMENT.c.state == StatementState.VALIDATED.value, _LINE.c.counted), else_=0
    )
    return (
        sa.select(
            listed.c.id,
            sa.func.sum(done).label("declared"),
            sa.func.sum(_LINE.c.counted).label("counted"),
            sa.func.sum(validated).label("validated"),
        )
        .select_from(listed)
        .join(_LINE, _LINE.c.clause_id == listed.c.id)
        .join(_STATEMENT, _STATEMENT.c.id == _LINE.c.statement_id)
        .where(_STATEMENT.c.state.in_(_STATED))
        .group_by(listed.c.id)
        .subquery("hours")
    )


def _months(listed: sa.CTE) -> sa.Subquery:
    return (
        sa.select(
            listed.c.id,
            sa.func.aggregate_strings(sa.cast(_STATEMENT.c.month, sa.Text()), ",").label("months"),
        )
        .select_from(listed)
        .join(_STATEMENT, _STATEMENT.c.clause_id == listed.c.id)
        .where(_STATEMENT.c.state.in_(_STATED), _STANDING)
        .group_by(listed.c.id)
        .subquery("months")
    )


def _closed_years() -> sa.ScalarSelect[str]:
    return (
        sa.select(sa.func.aggregate_strings(sa.cast(col(Closing.year), sa.Text()), ","))
        .where(
            col(Closing.organisation_id) == col(Clause.buyer_id),
            col(Closing.reopened_at).is_(None),
        )
        .correlate(Clause)
        .scalar_subquery()
    )


def _rows(listed: sa.CTE, hours: sa.Subquery, key: sa.ColumnElement[Any]) -> sa.Select[Any]:
    months = _months(listed)
    suppliers = (
        sa.select(sa.func.aggregate_strings(naming.known_name(), " ; "))
        .select_from(ContractSupplier)
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        .where(col(ContractSupplier.contract_id) == col(Clause.contract_id))
        .correlate(Clause)
        .scalar_subquery()
    )
    return (
        sa.select(
            Clause,
            col(Contract.reference),
            col(Contract.subject),
            col(Contract.amount),
            suppliers,
            _BUYER.c.siret,
            _BUYER.c.name,
            _FACILITATOR.c.siret,
            _FACILITATOR.c.name,
            sa.func.coalesce(hours.c.declared, 0),
            sa.func.coalesce(hours.c.counted, 0),
            sa.func.coalesce(hours.c.validated, 0),
            months.c.months,
            _closed_years(),
            key.label("key"),
        )
        .select_from(listed)
        .join(Clause, col(Clause.id) == listed.c.id)
        .join(Contract, col(Contract.id) == col(Clause.contract_id))
        .join(_BUYER, _BUYER.c.id == col(Clause.buyer_id))
        .join(_FACILITATOR, _FACILITATOR.c.id == col(Clause.facilitator_id), isouter=True)
        .join(hours, hours.c.id == listed.c.id, isouter=True)
        .join(months, months.c.id == listed.c.id, isouter=True)
    )


def _row(found: Any) -> Row:
    (clause, reference, subject, amount, suppliers, *rest) = found
    *names, declared, counted, validated, months, closed, _ = rest
    return Row(
        clause=clause,
        reference=reference,
        subject=subject,
        contract_amount=amount,
        suppliers=suppliers,
        buyer=(names[0], names[1]),
        facilitator=(names[2], names[3]),
        declared=int(declared),
        counted=int(counted),
        validated=int(validated),
        stated=frozenset(map(date.fromisoformat, (months or "").split(",") if months else ())),
        closed_years=tuple(sorted(map(int, closed.split(",") if closed else ()))),
    )


def _lag(validated: sa.ColumnElement[Any], at: date) -> sa.ColumnElement[Any]:
    """How far the hours lag behind the days, in millionths of the commitment, whole on both
    engines; a clause of which it can't be said comes after all."""
    starts, ends = _day(col(Clause.starts_on)), _day(col(Clause.ends_on))
    whole = ends - starts + 1
    passed = sa.literal((at - _EPOCH).days, sa.BigInteger()) - starts + 1
    elapsed = sa.case((passed < 0, 0), (passed > whole, whole), else_=passed)
    done = sa.func.coalesce(validated, 0) * _MILLION // col(Clause.engaged)
    known = sa.and_(
        col(Clause.engaged) > 0,
        col(Clause.starts_on).is_not(None),
        col(Clause.ends_on).is_not(None),
        col(Clause.status) != ClauseStatus.DRAFT,
    )
    lag = elapsed * _MILLION // whole - done
    return sa.case((known, lag), else_=sa.literal(_UNKNOWN_LAG, sa.BigInteger()))


def _day(column: Any) -> sa.ColumnElement[int]:
    seconds = sa.cast(sa.extract("epoch", column), sa.BigInteger())
    return seconds // sa.literal(86_400, sa.BigInteger())


def _conditions(filters: ClauseFilter) -> list[Condition]:
    found: list[Condition] = []
    for siret, column in (
        (filters.buyer, col(Clause.buyer_id)),
        (filters.facilitator, col(Clause.facilitator_id)),
    ):
        if siret is not None:
            named = sa.select(col(Organisation.id)).where(col(Organisation.siret) == siret)
            found.append(column == named.scalar_subquery())
    if filters.contract_id is not None:
        found.append(col(Clause.contract_id) == filters.contract_id)
    if filters.status is not None:
        found.append(col(Clause.status) == filters.status)
    title: Any = sa.func.lower(col(Clause.title))
    for accented, plain in _FOLDED:
        title = sa.func.replace(title, accented, plain)
    for word in fold(filters.q or "").split():
        found.append(
            sa.or_(
                col(Contract.search_text).contains(word, autoescape=True),
                title.contains(word, autoescape=True),
            )
        )
    return found


def _after(filters: ClauseFilter) -> tuple[Any, Any] | None:
    key = decode_cursor(filters.cursor, 3)
    if key is None:
        return None
    sort, said, place = (part or "" for part in key)
    if sort != filters.sort.value:
        raise bad_cursor()
    try:
        last = sa.literal(UUID(place), sa.Uuid())
        if filters.sort is ClauseSort.START:
            return sa.literal(date.fromisoformat(said), sa.Date()), last
        lag = int(said) if said.isascii() and "_" not in said and len(said) < 20 else _BOUND
    except ValueError as error:
        raise bad_cursor() from error
    if abs(lag) >= _BOUND:
        raise bad_cursor()
    return sa.literal(lag, sa.BigInteger()), last
