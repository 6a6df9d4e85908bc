"""Clauses as figures see them: what they engage to on a day, what is due, where they lead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.contracts.models import Contract
from api.insertion.clauses.models import Clause, ClauseChange
from api.insertion.figures.lines import Key, key, raw
from api.insertion.figures.scope import Scope, Window
from api.kit.bulk import read_id
from api.rules.hours.engagement import Projection, due, projection
from api.rules.hours.french import MILLION, half_up, percent, spaced
from api.rules.hours.vocabulary import ClauseStatus


@dataclass(frozen=True, slots=True)
class Followed:
    """A clause with its contract and its buyer; ``engaged`` is as of the day of the figures."""

    key: Key
    contract: Key
    buyer_siret: str
    buyer_name: str
    reference: str
    amount: int | None
    title: str
    lot: str | None
    object: str | None
    family: str | None
    training_counted: bool
    engaged: int | None
    starts_on: date | None
    ends_on: date | None
    status: ClauseStatus

    @property
    def id(self) -> UUID:
        """Its identifier, as shown."""
        return read_id(self.key)

    @property
    def contract_id(self) -> UUID:
        """The identifier of its contract, as shown."""
        return read_id(self.contract)

    def of_year(self, window: Window) -> bool:
        """Whether it runs in the year; an unknown day excludes nothing."""
        return (
            self.status is not ClauseStatus.DRAFT
            and (self.starts_on is None or self.starts_on <= window.last_day)
            and (self.ends_on is None or self.ends_on >= window.first_month)
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A clause and where it stands on the day; quarter-hours, rates in millionths."""

    clause: Followed
    since_start: int
    due: int | None
    projection: Projection | None

    @property
    def rate(self) -> int | None:
        """Validated since the start over engaged; none without an engagement."""
        return share(self.since_start, self.clause.engaged)


@dataclass(frozen=True, slots=True)
class Commitments:
    """The clauses of a year added up: known ones, and beside them the number of unknown."""

    clauses: int
    engaged: int
    engaged_unknown: int
    due: int
    due_unknown: int
    since_start: int
    rate: int | None
    projected: int
    projected_unknown: int
    projected_rate: int | None
    sentence: str | None


def followed(session: Session, scope: Scope, window: Window) -> dict[Key, Followed]:
    """Every clause of the scope that is more than a draft, by the database's key of it."""
    moved = (
        sa.select(sa.func.coalesce(sa.func.sum(ClauseChange.delta), 0))
        .where(col(ClauseChange.clause_id) == col(Clause.id), col(ClauseChange.on) <= window.at)
        .correlate(Clause)
        .scalar_subquery()
    )
    columns: list[Any] = [
        key(Clause.id),
        key(Clause.contract_id),
        col(Organisation.siret),
        col(Organisation.name),
        col(Contract.reference),
        col(Contract.amount),
        col(Clause.title),
        col(Clause.lot),
        raw(Clause.object),
        col(Clause.purchase_family),
        col(Clause.training_counted),
        col(Clause.hours) + moved,
        col(Clause.starts_on),
        col(Clause.ends_on),
        col(Clause.status),
    ]
    rows = session.execute(
        sa.select(*columns)
        .join(Contract, col(Contract.id) == col(Clause.contract_id))
        .join(Organisation, col(Organisation.id) == col(Clause.buyer_id))
        .where(scope.holds(Clause), col(Clause.status) != ClauseStatus.DRAFT)
        .order_by(col(Contract.reference), col(Clause.id))
    )
    return {row[0]: Followed(*row) for row in rows}


def standings(
    clauses: Iterable[Followed], since_start: Mapping[Key, int], window: Window
) -> list[Standing]:
    """Where each clause stands on the day of the figures."""
    return [
        Standing(
            clause=one,
            since_start=since_start.get(one.key, 0),
            due=due(one.engaged, one.starts_on, one.ends_on, window.at),
            projection=projection(
                since_start.get(one.key, 0), one.starts_on, one.ends_on, window.at, one.engaged
            ),
        )
        for one in clauses
    ]


def commitments(found: list[Standing]) -> Commitments:
    """The clauses of a year together; a rate is over the clauses whose engagement is known."""
    known = [one for one in found if one.clause.engaged is not None]
    engaged = sum(one.clause.engaged or 0 for one in known)
    owed = [one.due for one in found if one.due is not None]
    since_start = sum(one.since_start for one in known)
    ahead = [one.projection.hours for one in found if one.projection is not None]
    paced = [one for one in known if one.projection is not None]
    reached = sum(one.projection.hours for one in paced if one.projection)
    promised = sum(one.clause.engaged or 0 for one in paced)
    return Commitments(
        clauses=len(found),
        engaged=engaged,
        engaged_unknown=len(found) - len(known),
        due=sum(owed),
        due_unknown=len(found) - len(owed),
        since_start=since_start,
        rate=share(since_start, engaged),
        projected=sum(ahead),
        projected_unknown=len(found) - len(ahead),
        projected_rate=share(reached, promised),
        sentence=_sentence(reached, promised),
    )


def share(part: int, whole: int | None) -> int | None:
    """A part of a whole in millionths, half up; none without a whole."""
    return half_up(Fraction(part * MILLION, whole)) if whole else None


def _sentence(reached: int, promised: int) -> str | None:
    if not promised:
        return None
    rate = Fraction(reached, promised)
    # 99,6 % of what is promised must not read as the whole of it.
    almost = rate < 1 and half_up(rate * 100) == 100
    told = "un peu moins de 100 %" if almost else percent(rate, 0)
    return spaced(f"à ce rythme, {told} des heures engagées à la fin des clauses")
