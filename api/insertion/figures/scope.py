"""Whose figures and of when: buyers, a facilitator if they are its own, a year and its day."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from api.access.models import Organisation, OrganisationKind
from api.access.permissions import Actor, Permission, require, served
from api.access.service import by_siret
from api.kit.problems import NotFound
from api.rules.hours.calendar import month_of


@dataclass(frozen=True, slots=True)
class Scope:
    """What is added up: all of these buyers, or what one facilitator follows for them.

    A facilitator owns its persons: its figures are whole. Those of a buyer are protected.
    """

    buyers: tuple[UUID, ...]
    facilitator_id: UUID | None

    @property
    def raw(self) -> bool:
        """Whether who reads owns the persons."""
        return self.facilitator_id is not None

    def holds(self, table: type[Any]) -> sa.ColumnElement[bool]:
        """The rows of a table that has both keys."""
        buyers: sa.ColumnElement[bool] = table.buyer_id.in_(self.buyers)
        if self.facilitator_id is None:
            return buyers
        return sa.and_(buyers, table.facilitator_id == self.facilitator_id)


@dataclass(frozen=True, slots=True)
class Window:
    """A civil year as known on a day: its lines up to the month of that day."""

    year: int
    at: date

    @property
    def first_month(self) -> date:
        """January of the year."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """31 December of the year."""
        return date(self.year, 12, 31)

    @property
    def last_month(self) -> date:
        """The month of the day of the figures."""
        return month_of(self.at)


def window(year: int, today: date) -> Window:
    """The figures of a year stop at its last day, or today."""
    return Window(year, min(today, date(year, 12, 31)))


def asked(session: Session, actor: Actor, siret: str) -> tuple[Organisation, Scope]:
    """What the actor may see of an organisation: a buyer of theirs, their own facilitator, or a
    buyer that one of their facilitators serves today.

    Raises NotFound, Forbidden.
    """
    organisation = by_siret(session, siret)
    if organisation is None:
        raise NotFound
    pairs = served(actor, Permission.INSERTION_READ)
    if organisation.kind is OrganisationKind.FACILITATOR:
        require(actor, Permission.INSERTION_READ, organisation.id)
        buyers = tuple(buyer for facilitator, buyer in pairs if facilitator == organisation.id)
        return organisation, Scope(buyers, organisation.id)
    own = any(grant.organisation_id == organisation.id for grant in actor.grants)
    facilitator = next((one for one, buyer in pairs if buyer == organisation.id), None)
    if own or facilitator is None:
        require(actor, Permission.INSERTION_READ, organisation.id)
        return organisation, Scope((organisation.id,), None)
    return organisation, Scope((organisation.id,), facilitator)
