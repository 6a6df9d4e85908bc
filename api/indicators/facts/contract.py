"""Contracts, those that are lots, those that run in a year, and who holds them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from api.contracts.models import Amendment, Contract, ContractSupplier
from api.evaluations.models import Evaluation
from api.indicators.facts.source import (
    BUYERS,
    FIRST_YEAR,
    LAST_YEAR,
    Expression,
    Labels,
    Shown,
    Source,
    months_of,
    of_days,
    sql,
    year_of,
)
from api.insertion.clauses.models import Clause
from api.programme.models import Project, ProjectAction
from api.reference.places import regions
from api.rules.decp.labels import CONCESSION_PROCEDURES, FORMAL_PROCEDURES, PROCEDURES
from api.rules.hours.vocabulary import ClauseStatus
from api.suppliers.models import Supplier

_PLAIN = (
    "kind", "nature", "procedure", "cpv", "purchase_family", "ccag", "techniques",
    "execution_modalities", "price_types", "months", "offers_received", "notified_on",
    "lot_number", "advance_granted", "advance_rate", "subcontracting_declared", "grouping",
    "framework_reference",
)  # fmt: skip


def payable(amount: Expression) -> Expression:
    """An amount, unknown below nothing: nobody is paid so, only a file can bring it."""
    return sa.case((amount >= 0, amount))


def formalised(procedure: Expression) -> Expression:
    """Whether a procedure is a formal one; unknown when it is not said."""
    return sa.case(
        (procedure.in_(FORMAL_PROCEDURES), True),
        (procedure.in_([*PROCEDURES, *CONCESSION_PROCEDURES]), False),
    )


@cache
def contract() -> Source:
    """Every contract, of the year of its notification."""
    return _contracts(SQLModel.metadata.tables["contract"])


@cache
def lot() -> Source:
    """The contracts that are a lot of a consultation."""
    table = SQLModel.metadata.tables["contract"]
    lots = sa.select(table).where(table.c.lot_number.is_not(None)).subquery("lot")
    return _contracts(lots)


@cache
def in_force() -> Source:
    """Every contract, in each year in which it runs; not known without a duration."""
    table = SQLModel.metadata.tables["contract"]
    years = sa.select(sa.cast(FIRST_YEAR, sa.Integer).label("year")).cte("years", recursive=True)
    years = years.union_all(sa.select(years.c.year + 1).where(years.c.year < LAST_YEAR))
    start = months_of(sa.func.coalesce(table.c.starts_on, table.c.notified_on))
    runs = sa.and_(
        start <= years.c.year * 12 + 12, start + table.c.months - 1 >= years.c.year * 12 + 1
    )
    rows = (
        sa.select(table, years.c.year.label("in_year_of"), sa.cast(runs, sa.Integer).label("runs"))
        .join(years, sa.true())
        .where(table.c.buyer_id.in_(BUYERS), sa.func.coalesce(sa.cast(runs, sa.Integer), 2) != 0)
        .subquery("in_force")
    )
    source = _contracts(rows)
    return Source(
        rows=rows,
        id=source.id,
        buyer=source.buyer,
        year=rows.c.in_year_of,
        within=sa.true(),
        shown=source.shown,
        fields=source.fields,
        weights=source.weights,
        labels=source.labels,
        in_year=sa.case((rows.c.runs == 1, 1)),
        directorate=source.directorate,
        contract=source.contract,
        project=source.project,
    )


def _contracts(rows: sa.FromClause) -> Source:
    c = rows.c
    return Source(
        rows=rows,
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.notified_on),
        within=of_days(c.notified_on),
        shown=Shown(c.reference, c.subject, c.notified_on, c.amount, c.listed_on),
        fields={name: c[name] for name in _PLAIN}
        | {
            "amount": c.amount,
            "current_amount": _current(c),
            "formalised": formalised(c.procedure),
            "cpv_division": sa.func.substr(c.cpv, 1, 2),
            "directorate": c.directorate_id,
            "targeted": targeted(c.project_id),
            "has_clause": _exists(Clause, c.id, col(Clause.status) != ClauseStatus.DRAFT),
            "evaluated": _exists(Evaluation, c.id),
            "supplier": _first_holder(c.id),
        },
        weights={"amount": payable(c.amount), "current_amount": payable(_current(c))},
        labels={"targeted_action": targeted_action(c.project_id)},
        directorate=c.directorate_id,
        contract=c.id,
        project=c.project_id,
    )


def _current(c: Any) -> Expression:
    """The amount of the last amendment that says one, else the initial amount."""
    last = (
        sa.select(col(Amendment.amount))
        .where(col(Amendment.contract_id) == c.id, col(Amendment.amount).is_not(None))
        .order_by(col(Amendment.position).desc())
        .limit(1)
        .scalar_subquery()
    )
    return sa.func.coalesce(last, c.amount)


def targeted(project_id: Expression) -> Expression:
    """Whether its project was targeted; a contract of no project was not."""
    told = sa.select(col(Project.targeted)).where(col(Project.id) == project_id).scalar_subquery()
    return sa.case((project_id.is_(None), False), else_=told)


def targeted_action(project_id: Expression) -> Labels:
    """Whether one of these actions was decided for a project."""

    def decided(codes: tuple[str, ...]) -> Expression:
        return sa.exists().where(
            col(ProjectAction.project_id) == project_id, col(ProjectAction.action).in_(codes)
        )

    return decided


def _exists(table: Any, contract_id: Expression, *conditions: Expression) -> Expression:
    return sa.exists().where(table.contract_id == contract_id, *conditions)


def _first_holder(contract_id: Expression) -> Expression:
    return (
        sa.select(col(ContractSupplier.supplier_id))
        .where(col(ContractSupplier.contract_id) == contract_id)
        .order_by(col(ContractSupplier.position))
        .limit(1)
        .scalar_subquery()
    )


def supplier(together: bool) -> Source:
    """The different holders of the contracts of a year: of each buyer, or of all ``together``."""
    return _supplier_together() if together else _supplier()


@cache
def _supplier() -> Source:
    return _holders([col(Contract.buyer_id)])


@cache
def _supplier_together() -> Source:
    return _holders([])


def _holders(of: Sequence[Any]) -> Source:
    told, held = aliased(Supplier), _held(of)
    names = ("size", "ess", "kind", "departement", "innovative", "esus")
    fields = {name: getattr(told, name) for name in names}
    return Source(
        rows=sa.join(held, told, col(told.id) == held.c.id),
        id=held.c.id,
        buyer=held.c.buyer_id,
        year=held.c.year,
        within=sa.true(),
        shown=Shown(
            reference=sql(told.identifier),
            title=sql(told.name),
            day=sa.cast(sa.null(), sa.Date),
            amount=sa.cast(sa.null(), sa.BigInteger),
            order=sql(told.name),
        ),
        fields=fields | {"region": _region(sql(told.departement))},
    )


def _held(of: Sequence[Any]) -> sa.Subquery:
    """Who holds a contract of which year, once."""
    day = sql(Contract.notified_on)
    buyer = of[0] if of else sa.cast(sa.null(), sa.Uuid())
    return (
        sa.select(
            col(ContractSupplier.supplier_id).label("id"),
            buyer.label("buyer_id"),
            year_of(day).label("year"),
        )
        .join(Contract, col(Contract.id) == col(ContractSupplier.contract_id))
        .where(col(Contract.buyer_id).in_(BUYERS), of_days(day))
        .distinct()
        .subquery("held")
    )


def _region(departement: Expression) -> Expression:
    return sa.case(dict(regions()), value=departement)
