"""Insertion, reservations, evaluations, events and actions: what follows a promise."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from api.actions.models import EventAction
from api.contracts.amounts import summable
from api.contracts.models import Contract
from api.indicators.facts.source import (
    Expression,
    Shown,
    Source,
    of_days,
    of_the_scheme,
    of_years,
    said,
    sql,
    year_of,
)
from api.insertion.clauses.models import Clause
from api.insertion.statements.models import Statement
from api.programme.models import Project
from api.reserved.models import Reservation
from api.rules.hours.vocabulary import ClauseStatus, StatementState

_NO_AMOUNT = sa.cast(sa.null(), sa.BigInteger)


@cache
def hours_line() -> Source:
    """Hours that are validated and counted, of the year of their month; nothing of the persons."""
    table = SQLModel.metadata.tables["hours_line"]
    c = table.c
    of_clause = col(Clause.id) == c.clause_id
    # Explicit: these may stand inside another subquery, from where the lines are not seen.
    contract = (
        sa.select(col(Clause.contract_id)).where(of_clause).correlate(table).scalar_subquery()
    )
    directorate = _of_contract(sql(Contract.directorate_id), contract)
    return Source(
        rows=sa.join(table, Statement, col(Statement.id) == c.statement_id),
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.month),
        within=sa.and_(
            of_days(c.month),
            col(Statement.state) == StatementState.VALIDATED,
            c.outside.is_(None),
        ),
        shown=Shown(
            _of_contract(sql(Contract.reference), contract),
            sa.select(col(Clause.title)).where(of_clause).correlate(table).scalar_subquery(),
            c.month,
            _NO_AMOUNT,
            c.month,
        ),
        fields={"hours": c.counted, "training": c.training, "directorate": directorate},
        directorate=directorate,
        family=sa.func.coalesce(
            sa.select(col(Clause.purchase_family))
            .where(of_clause)
            .correlate(table)
            .scalar_subquery(),
            _of_contract(sql(Contract.purchase_family), contract),
        ),
        contract=contract,
    )


@cache
def clause() -> Source:
    """Clauses that are more than drafts, of the year in which they start."""
    table = SQLModel.metadata.tables["clause"]
    rows = sa.select(table).where(table.c.status != ClauseStatus.DRAFT).subquery("real_clause")
    c = rows.c
    directorate = _of_contract(sql(Contract.directorate_id), c.contract_id)
    return Source(
        rows=rows,
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.starts_on),
        within=of_days(c.starts_on),
        shown=Shown(c.lot, c.title, c.starts_on, c.amount, c.starts_on),
        fields={
            "kind": c.kind,
            "hours": c.engaged,
            "object": c.object,
            "purchase_family": c.purchase_family,
            "directorate": directorate,
        },
        directorate=directorate,
        # Its own, else that of its contract.
        family=sa.func.coalesce(
            c.purchase_family, _of_contract(sql(Contract.purchase_family), c.contract_id)
        ),
        contract=c.contract_id,
    )


@cache
def reservation() -> Source:
    """Reservations, of the year of their decision, with the amount of their contract; and contracts
    of which nobody registered any, of the year of their notification: one that is said to be
    reserved has a reservation of which nothing is known, one that is said not to be has none, and
    of the others nobody knows. Their field « reserved » says which of the three."""
    rows = sa.union_all(_registered(), _not_registered()).subquery("known_reservation")
    c = rows.c
    amount = _of_contract(sql(Contract.amount), c.contract_id)
    directorate = _of_contract(sql(Contract.directorate_id), c.contract_id)
    return Source(
        rows=rows,
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.decided_on),
        # The day of a contract may be missing; that of a reservation, first told, never is.
        within=sa.or_(of_days(c.decided_on), c.decided_on.is_(None)),
        shown=Shown(
            _of_contract(sql(Contract.reference), c.contract_id),
            _of_contract(sql(Contract.subject), c.contract_id),
            c.decided_on,
            amount,
            c.decided_on,
        ),
        fields={
            "kind": _of_contract(sql(Contract.kind), c.contract_id),
            "basis": c.basis,
            "domain": c.domain,
            "amount": amount,
            "directorate": directorate,
            "reserved": c.reserved,
        },
        weights={"amount": _of_contract(summable(Contract), c.contract_id)},
        directorate=directorate,
        family=_of_contract(sql(Contract.purchase_family), c.contract_id),
        contract=c.contract_id,
    )


def _registered() -> sa.Select[Any]:
    table = SQLModel.metadata.tables["reservation"].c
    names = ("id", "buyer_id", "contract_id", "basis", "domain", "decided_on")
    return sa.select(*(table[one] for one in names), sa.true().label("reserved"))


def _not_registered() -> sa.Select[Any]:
    table = SQLModel.metadata.tables["contract"].c
    of_contract = col(Reservation.contract_id) == table.id
    told = said(table.marks_told, table.marks_yes, "reserved")
    nothing = sa.cast(sa.null(), sa.String)
    return sa.select(
        table.id,
        table.buyer_id,
        table.id.label("contract_id"),
        nothing.label("basis"),
        nothing.label("domain"),
        table.notified_on.label("decided_on"),
        sa.case((told == 1, sa.true()), (told == 0, sa.false())).label("reserved"),
    ).where(~sa.exists().where(of_contract))


@cache
def evaluation() -> Source:
    """Evaluations, of the year in which they were made."""
    table = SQLModel.metadata.tables["evaluation"]
    c = table.c
    directorate = _of_contract(sql(Contract.directorate_id), c.contract_id)
    return Source(
        rows=table,
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.done_on),
        within=of_days(c.done_on),
        shown=Shown(
            _of_contract(sql(Contract.reference), c.contract_id),
            _of_contract(sql(Contract.subject), c.contract_id),
            c.done_on,
            _NO_AMOUNT,
            c.done_on,
        ),
        fields={
            "side": c.side,
            "subject": c.subject,
            "score": c.score,
            "directorate": directorate,
        },
        directorate=directorate,
        family=_of_contract(sql(Contract.purchase_family), c.contract_id),
        contract=c.contract_id,
    )


@cache
def sourcing() -> Source:
    """Sourcings, of the year in which they were made."""
    table = SQLModel.metadata.tables["sourcing"]
    c = table.c
    names = ("tool", "result", "contacted", "interested", "ess_answers")
    return Source(
        rows=table,
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.done_on),
        within=of_days(c.done_on),
        shown=Shown(c.domain, c.need, c.done_on, _NO_AMOUNT, c.done_on),
        fields={name: c[name] for name in names},
        # Those of the contract that it led to, else of the project that it prepares.
        directorate=sa.func.coalesce(
            _of_contract(sql(Contract.directorate_id), c.contract_id),
            _of_project(sql(Project.directorate_id), c.project_id),
        ),
        family=sa.func.coalesce(
            _of_contract(sql(Contract.purchase_family), c.contract_id),
            _of_project(sql(Project.purchase_family), c.project_id),
        ),
        contract=c.contract_id,
    )


@cache
def event() -> Source:
    """Events, of the year of their day: those that serve an action of the scheme asked for, and
    those that serve no action of any, which may be of all."""
    table = SQLModel.metadata.tables["event"]
    c = table.c
    served = col(EventAction.event_id) == c.id
    of_scheme = of_the_scheme(sql(EventAction.scheme_id))

    def serves(codes: tuple[str, ...]) -> Expression:
        return sa.exists().where(served, col(EventAction.action).in_(codes), of_scheme)

    names = ("kind", "audience", "state", "participants", "expected")
    return Source(
        rows=table,
        id=c.id,
        buyer=c.organisation_id,
        year=year_of(c.held_on),
        within=sa.and_(
            of_days(c.held_on),
            sa.or_(~sa.exists().where(served), sa.exists().where(served, of_scheme)),
        ),
        shown=Shown(sa.cast(sa.null(), sa.String), c.title, c.held_on, _NO_AMOUNT, c.held_on),
        fields={name: c[name] for name in names},
        labels={"action": serves},
        directorate=c.directorate_id,
    )


@cache
def action() -> Source:
    """Actions of schemes as they stood at the end of a year."""
    table = SQLModel.metadata.tables["action_state"]
    c = table.c
    return Source(
        rows=table,
        id=c.id,
        buyer=c.organisation_id,
        year=c.year,
        within=sa.and_(of_years(c.year), of_the_scheme(c.scheme_id)),
        shown=Shown(c.action, c.comment, sa.cast(sa.null(), sa.Date), _NO_AMOUNT, c.action),
        fields={"state": c.state, "action": c.action},
    )


def _of_project(what: Expression, project_id: Expression) -> Expression:
    return sa.select(what).where(col(Project.id) == project_id).scalar_subquery()


def _of_contract(what: Expression, contract_id: Expression) -> Expression:
    return sa.select(what).where(col(Contract.id) == contract_id).scalar_subquery()
