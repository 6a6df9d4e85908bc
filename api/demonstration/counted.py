"""What the register of a buyer counts, in the demonstration, of what the buyer declares beside it.

A declared number of contracts that the register denies teaches nobody.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract, ContractMark
from api.demonstration.declared import Facts
from api.programme.models import Project, ProjectAction
from api.rules.hours.calendar import add_months
from api.spending.models import Spending

_MARKS: Final = ("impact_data", "impact_limitation")
_TARGETED: Final = ("ACTION 18", "ACTION 22")
# Those that the document says to be negotiated.
_NEGOTIATING: Final = ("Procédure adaptée", "Procédure avec négociation", "Dialogue compétitif")
_CENTS: Final = 100
_Counts = Iterator[tuple[tuple[str, int], int]]


def facts(session: Session, buyer_id: UUID) -> Facts:
    """How many contracts of each year, and how many euros, by name and year of notification."""
    return dict(
        [
            *_contracts(session, buyer_id),
            *_marked(session, buyer_id),
            *_targeted(session, buyer_id),
            *_assisted(session, buyer_id),
            *_delivered(session, buyer_id),
            *_made_up_for(session, buyer_id),
        ]
    )


def _contracts(session: Session, buyer_id: UUID) -> _Counts:
    year = sa.extract("year", col(Contract.notified_on))
    statement = sa.select(year, sa.func.count()).where(
        col(Contract.buyer_id) == buyer_id, col(Contract.notified_on).is_not(None)
    )
    for when, count in session.execute(statement.group_by(year)):
        yield ("contracts", int(when)), count


def _marked(session: Session, buyer_id: UUID) -> _Counts:
    year = sa.extract("year", col(Contract.notified_on))
    marked = (
        sa.select(year, col(ContractMark.code), sa.func.count(), sa.func.sum(col(Contract.amount)))
        .join(Contract, col(Contract.id) == col(ContractMark.contract_id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.notified_on).is_not(None),
            col(ContractMark.value).is_(True),
        )
        .group_by(year, col(ContractMark.code))
    )
    for when, code, count, _ in session.execute(marked.where(col(ContractMark.code).in_(_MARKS))):
        yield (code, int(when)), count
    negotiated = marked.where(
        col(ContractMark.code) == "negotiated", col(Contract.procedure).in_(_NEGOTIATING)
    )
    for when, code, count, cents in session.execute(negotiated):
        yield (code, int(when)), count
        yield (f"{code} amount", int(when)), (cents or 0) // _CENTS


def _targeted(session: Session, buyer_id: UUID) -> _Counts:
    """The contracts that come from a project targeted by an action, and what was paid on them."""
    for action in _TARGETED:
        own = col(Contract.project_id).in_(_decided(action))
        year: Any = sa.extract("year", col(Contract.notified_on))
        counted = sa.select(year, sa.func.count()).where(col(Contract.buyer_id) == buyer_id, own)
        for when, count in session.execute(counted.group_by(year)):
            yield (f"targeted {action}", int(when)), count
        paid = (
            sa.select(col(Spending.year), sa.func.sum(col(Spending.amount)))
            .join(Contract, col(Contract.id) == col(Spending.contract_id))
            .where(col(Contract.buyer_id) == buyer_id, own)
        )
        for when, cents in session.execute(paid.group_by(col(Spending.year))):
            yield (f"spent {action}", when), cents // _CENTS


def _assisted(session: Session, buyer_id: UUID) -> _Counts:
    """The projects that the action on buildings targets and that somebody assists."""
    counted = sa.select(col(Project.year), sa.func.count()).where(*_are_assisted(buyer_id))
    for when, count in session.execute(counted.group_by(col(Project.year))):
        yield ("assisted ACTION 23", when), count


def _delivered(session: Session, buyer_id: UUID) -> _Counts:
    """The same, in the year when the last of their contracts comes to its end."""
    contracts = session.execute(
        sa.select(col(Project.id), col(Contract.notified_on), col(Contract.months))
        .join(Contract, col(Contract.project_id) == col(Project.id))
        .where(
            *_are_assisted(buyer_id),
            col(Contract.notified_on).is_not(None),
            col(Contract.months).is_not(None),
        )
    ).all()
    ends: dict[UUID, int] = {}
    for project, day, months in contracts:
        ends[project] = max(ends.get(project, 0), add_months(day, months).year)
    for when, count in Counter(ends.values()).items():
        yield ("delivered ACTION 23", when), count


def _are_assisted(buyer_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    own = col(Project.id).in_(_decided("ACTION 23"))
    return col(Project.buyer_id) == buyer_id, own, col(Project.sustainable_assistance).is_(True)


def _made_up_for(session: Session, buyer_id: UUID) -> _Counts:
    """The contracts that the action on carbon targets and whose clause asks to make up for it."""
    year: Any = sa.extract("year", col(Contract.notified_on))
    counted = (
        sa.select(year, sa.func.count())
        .join(ContractMark, col(ContractMark.contract_id) == col(Contract.id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.notified_on).is_not(None),
            col(Contract.project_id).in_(_decided("ACTION 26")),
            col(ContractMark.code) == "carbon_offset",
            col(ContractMark.value).is_(True),
        )
    )
    for when, count in session.execute(counted.group_by(year)):
        yield ("offset ACTION 26", int(when)), count


def _decided(action: str) -> sa.Select[UUID]:
    """The projects for which an action was decided."""
    return sa.select(col(ProjectAction.project_id)).where(col(ProjectAction.action) == action)
