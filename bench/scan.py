"""The bare scan of what the figures of a scheme read: a count by year in each table, nothing else.

The same rows of the same tables as the figures, each looked at once: marks, holders and amendments
of the contracts, projects and what was decided for them, consultations, spending, evaluations,
validated hours.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from api.indicators.facts.source import of_days, of_years, year_of

_BUYERS = sa.bindparam("buyers", expanding=True, type_=sa.Uuid())


def statement() -> sa.CompoundSelect[Any]:
    """The one statement; its parameters are those of ``api.indicators.period.parameters``."""
    tables = SQLModel.metadata.tables
    contract, project, spending = (tables[one] for one in ("contract", "project", "spending"))
    consultation, evaluation, line = (
        tables[one] for one in ("consultation", "evaluation", "hours_line")
    )
    day = contract.c.notified_on
    holders = sa.join(_with_contract("contract_supplier"), tables["supplier"])
    told = sa.join(line, tables["statement"], line.c.statement_id == tables["statement"].c.id)
    decided = sa.outerjoin(project, tables["project_action"])
    return sa.union_all(
        _of_day(contract, contract, day, contract.c.amount),
        _of_day(_with_contract("contract_mark"), contract, day, tables["contract_mark"].c.value),
        _of_day(holders, contract, day, tables["supplier"].c.size),
        _of_day(_with_contract("amendment"), contract, day, tables["amendment"].c.amount),
        _of_year(decided, project, tables["project_action"].c.action),
        _of_day(consultation, consultation, consultation.c.launched_on, consultation.c.offers),
        _of_year(spending, spending, spending.c.amount),
        _of_day(evaluation, evaluation, evaluation.c.done_on, evaluation.c.score),
        _of_day(told, line, line.c.month, line.c.counted).where(
            tables["statement"].c.state == "validated"
        ),
    )


def _with_contract(name: str) -> sa.Join:
    tables = SQLModel.metadata.tables
    return sa.join(tables[name], tables["contract"])


def _of_day(rows: Any, owned: sa.Table, day: Any, what: Any) -> sa.Select[Any]:
    return _counted(rows, owned, year_of(day), what).where(of_days(day))


def _of_year(rows: Any, owned: sa.Table, what: Any) -> sa.Select[Any]:
    return _counted(rows, owned, owned.c.year, what).where(of_years(owned.c.year))


def _counted(rows: Any, owned: sa.Table, year: Any, what: Any) -> sa.Select[Any]:
    return (
        sa.select(year.label("of_year"), sa.func.count(what))
        .select_from(rows)
        .where(owned.c.buyer_id.in_(_BUYERS))
        .group_by(year)
    )
