"""Contracts, those that are lots, those that run in a year, and who holds them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from api.contracts.amounts import current, last_amended, summable, summable_now
from api.contracts.models import LONG_AGO, Contract, ContractSupplier
from api.evaluations.models import Evaluation, Side, Subject
from api.indicators.facts.source import (
    BUYERS,
    FIRST,
    LAST,
    By,
    Expression,
    Labels,
    Shown,
    Source,
    day_of,
    maybe_of,
    months_of,
    of_days,
    of_the_scheme,
    sql,
    surely_of,
    year_of,
    years_asked,
)
from api.insertion.clauses.models import Clause
from api.programme.models import Project, ProjectAction
from api.reference.places import regions
from api.rules.decp.labels import CONCESSION_PROCEDURES, FORMAL_PROCEDURES, PROCEDURES
from api.rules.hours.vocabulary import ClauseStatus
from api.structures.belonging import BELONGING, of_company
from api.structures.models import Structure
from api.suppliers import naming
from api.suppliers.models import Supplier

_PLAIN = (
    "kind", "nature", "procedure", "cpv", "purchase_family", "ccag", "techniques",
    "execution_modalities", "price_types", "months", "offers_received", "notified_on",
    "lot_number", "advance_granted", "advance_rate", "subcontracting_declared", "grouping",
    "framework_reference", "place_code", "place_kind",
)  # fmt: skip


def formalised(procedure: Expression) -> Expression:
    """Whether a procedure is a formal one; unknown when it is not said."""
    return sa.case(
        (procedure.in_(FORMAL_PROCEDURES), True),
        (procedure.in_([*PROCEDURES, *CONCESSION_PROCEDURES]), False),
    )


@cache
def contract(by_holder: bool = False) -> Source:
    """Every contract, of the year of its notification; ``by_holder``: once for each holder."""
    return _contracts(SQLModel.metadata.tables["contract"], by_holder)


@cache
def lot(by_holder: bool = False) -> Source:
    """The contracts that are a lot of a consultation."""
    return _contracts(_lots(), by_holder)


def _lots() -> sa.Subquery:
    table = SQLModel.metadata.tables["contract"]
    return sa.select(table).where(table.c.lot_number.is_not(None)).subquery("lot")


@cache
def in_force(by_holder: bool = False, lots: bool = False) -> Source:
    """Every contract, or lot, in each year in which it runs; not known without a duration."""
    table = _lots() if lots else SQLModel.metadata.tables["contract"]
    years = years_asked()
    start = sa.func.coalesce(table.c.starts_on, table.c.notified_on)
    # It ends on the day before the one that has the rank of its start: begun on the first of a
    # month, it does not reach the month of its end.
    end = months_of(start) + table.c.months - sa.case((day_of(start) == 1, 1), else_=0)
    runs = sa.and_(months_of(start) <= years.c.year * 12 + 12, end >= years.c.year * 12 + 1)
    rows = (
        sa.select(table, years.c.year.label("in_year_of"), sa.cast(runs, sa.Integer).label("runs"))
        .join(years, sa.true())
        .where(table.c.buyer_id.in_(BUYERS), sa.func.coalesce(sa.cast(runs, sa.Integer), 2) != 0)
        .subquery("in_force")
    )
    source = _contracts(rows, by_holder)
    held: Any = source.id
    c = held.table.c
    return replace(source, year=c.in_year_of, within=sa.true(), in_year=sa.case((c.runs == 1, 1)))


def _contracts(contracts: sa.FromClause, by_holder: bool) -> Source:
    rows = _by_holder(contracts) if by_holder else contracts
    c, planned = rows.c, aliased(Project)
    return Source(
        rows=sa.outerjoin(rows, planned, col(planned.id) == c.project_id),
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.notified_on),
        within=of_days(c.notified_on),
        shown=Shown(c.reference, c.subject, c.notified_on, c.amount, c.listed_on),
        fields={name: c[name] for name in _PLAIN}
        | {
            "amount": c.amount,
            "current_amount": current(c, last_amended(c)),
            "formalised": formalised(c.procedure),
            "cpv_division": sa.func.substr(c.cpv, 1, 2),
            "directorate": c.directorate_id,
            "targeted": targeted(planned, c.project_id),
            "has_clause": _has(Clause, c.id, col(Clause.status) != ClauseStatus.DRAFT),
            "evaluated": _has(Evaluation, c.id),
            "execution_evaluated": _has(
                Evaluation,
                c.id,
                col(Evaluation.side) == Side.BUYER,
                col(Evaluation.subject) == Subject.EXECUTION,
            ),
        }
        | ({"supplier": c.holder_id} if by_holder else {}),
        weights={"amount": summable(c), "current_amount": summable_now(c, last_amended(c))},
        labels={"targeted_action": targeted_action(c.project_id)},
        directorate=c.directorate_id,
        family=c.purchase_family,
        contract=c.id,
        marks=(c.marks_told, c.marks_yes),
        project=c.project_id,
    )


def targeted(planned: type[Project], project_id: Expression) -> Expression:
    """Whether its project, joined, was targeted; what is of no project was not."""
    return sa.case((project_id.is_(None), False), else_=col(planned.targeted))


def targeted_action(project_id: Expression) -> Labels:
    """Whether one of these actions was decided for a project."""

    def decided(codes: tuple[str, ...]) -> Expression:
        return sa.exists().where(
            col(ProjectAction.project_id) == project_id,
            col(ProjectAction.action).in_(codes),
            of_the_scheme(sql(ProjectAction.scheme_id)),
        )

    return decided


def _has(table: Any, contract_id: Expression, *conditions: Expression) -> Expression:
    """Whether a contract has something: found among those of the buyers, read once for all."""
    return contract_id.in_(
        sa.select(table.contract_id).where(table.buyer_id.in_(BUYERS), *conditions)
    )


def _by_holder(contracts: sa.FromClause) -> sa.FromClause:
    """A contract once for each company that holds it; once too while nobody said who does."""
    holder = aliased(ContractSupplier)
    return (
        sa.select(contracts, col(holder.supplier_id).label("holder_id"))
        .outerjoin(holder, col(holder.contract_id) == contracts.c.id)
        .subquery("held_contract")
    )


@cache
def supplier(by: frozenset[By]) -> Source:
    """The different holders of the contracts of a year, of all the buyers asked for together;
    ``by``: of the contracts of the directorate, or family, asked for, or that may be of it."""
    told, held = aliased(Supplier), _held(by)
    fields = {name: getattr(told, name) for name in ("size", "departement", "innovative")}
    fields |= {name: of_it(told) for name, of_it in BELONGING.items()}
    rows = sa.join(held, told, col(told.id) == held.c.id)
    return Source(
        rows=sa.outerjoin(rows, Structure, of_company(told)),
        id=held.c.id,
        buyer=None,
        year=held.c.year,
        within=sa.true(),
        in_year=sa.case((held.c.sure == 1, 1)),
        shown=Shown(
            reference=sql(told.identifier),
            title=naming.known_name(told),
            day=sa.cast(sa.null(), sa.Date),
            amount=sa.cast(sa.null(), sa.BigInteger),
            order=naming.known_name(told),
        ),
        fields=fields | {"region": region(sql(told.departement))},
    )


_PART: Mapping[By, Expression] = {
    By.DIRECTORATE: sql(Contract.directorate_id),
    By.FAMILY: sql(Contract.purchase_family),
}


def _held(by: frozenset[By]) -> sa.Subquery:
    """Who holds a contract of which year, once: ``sure``, or nobody knows since the only contracts
    that may be of that year have no day, or are of an unknown directorate or family."""
    day = sql(Contract.notified_on)
    of_part = (maybe_of(_PART[one], one) for one in sorted(by))
    held: sa.Select[*tuple[Any, ...]] = (
        sa.select(col(ContractSupplier.supplier_id).label("id"))
        .join(Contract, col(Contract.id) == col(ContractSupplier.contract_id))
        .where(col(Contract.buyer_id).in_(BUYERS), *of_part)
    )
    years = years_asked()
    sure = sa.literal(1) if not by else _surely(by)
    dated = held.add_columns(year_of(day).label("year"), sure.label("sure"))
    undated = held.add_columns(years.c.year, sa.cast(sa.null(), sa.Integer))
    every = sa.union_all(
        dated.where(day.between(FIRST, LAST)),
        # What the index of the register knows without a day: few contracts, found without the rest.
        undated.join(years, sa.true()).where(col(Contract.listed_on) == LONG_AGO, day.is_(None)),
    ).subquery("holding")
    c = every.c
    return (
        sa.select(c.id, c.year, sa.func.max(c.sure).label("sure"))
        .group_by(c.id, c.year)
        .subquery("held")
    )


def _surely(by: frozenset[By]) -> Expression:
    """1 for a contract said to be of the directorate, or family, asked for, else NULL."""
    return sa.case((sa.and_(*(surely_of(_PART[one], one) for one in sorted(by))), 1))


def region(departement: Expression) -> Expression:
    """The code of the region of a département; NULL when that is not known."""
    return sa.case(dict(regions()), value=departement)
