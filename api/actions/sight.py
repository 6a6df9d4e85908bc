"""Who says what of an indicator: whose it is, which directorate owes it, what is expected."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import (
    Actor,
    Grant,
    Permission,
    Role,
    require,
)
from api.access.service import own
from api.actions.expectations import Expectation, SaidAs, expectation, root
from api.actions.models import Campaign, Duty
from api.kit.problems import Conflict, NotFound
from api.schemes.models import Indicator, Scheme, SchemeAdoption

READ = Permission.SCHEMES_READ


class NotAdopted(Conflict):
    type = "scheme-not-adopted"
    title = "Schéma non adopté"
    default = "Cette organisation n’a pas adopté ce schéma : adoptez-le avant d’y déclarer."


class NotExpected(Conflict):
    type = "not-expected"
    title = "Rien à déclarer ici"
    default = (
        "Spaser calcule cet indicateur : complétez les données dont il vient, sa valeur suivra."
    )


_ELSEWHERE = {
    SaidAs.MEASURE: "Cet indicateur attend un chiffre ou une liste : déclarez-le comme une mesure.",
    SaidAs.MILESTONE: "Cet indicateur est un jalon : dites s’il est atteint, et quand.",
}
_RETIRED = "Cet indicateur n’est plus dans le schéma : ce qui en a été dit est gardé tel quel."


@dataclass(frozen=True)
class Place:
    """Where something is said: the indicator that keeps it, for an organisation."""

    organisation: Organisation
    scheme: Scheme
    indicator: Indicator
    expected: Expectation | None


def place(session: Session, actor: Actor, siret: str, indicator_id: UUID) -> Place:
    """The organisation of the actor and the indicator that keeps what is said of this one.

    Raises NotFound, Forbidden to who reads no scheme there, NotAdopted.
    """
    organisation = own(session, actor, siret, READ)
    row = session.execute(
        sa.select(Indicator, Scheme, col(SchemeAdoption.organisation_id))
        .join(Scheme, col(Scheme.id) == col(Indicator.scheme_id))
        .outerjoin(
            SchemeAdoption,
            sa.and_(
                col(SchemeAdoption.scheme_id) == col(Scheme.id),
                col(SchemeAdoption.organisation_id) == organisation.id,
            ),
        )
        .where(col(Indicator.id) == indicator_id)
    ).first()
    # A model is a public document; the scheme that another buyer makes is not.
    if row is None or (row[2] is None and row[1].owner_id not in (None, organisation.id)):
        raise NotFound
    if row[2] is None:
        raise NotAdopted
    indicator = _root(session, row[0])
    return Place(organisation, row[1], indicator, expectation(indicator.definition))


def _root(session: Session, indicator: Indicator) -> Indicator:
    if indicator.content.get("same_as") is None:
        return indicator
    found = {
        one.code: one
        for one in session.scalars(
            sa.select(Indicator).where(col(Indicator.scheme_id) == indicator.scheme_id)
        )
    }
    borrowed = {code: one.content.get("same_as") for code, one in found.items()}
    return found[root(indicator.code, borrowed)]


def require_expected(where: Place, said: SaidAs) -> Expectation:
    """What the indicator expects. Raises NotExpected when it is not something of this sort."""
    if where.expected is None:
        raise NotExpected
    if where.expected.said is not said:
        raise NotExpected(_ELSEWHERE[where.expected.said])
    if where.indicator.retired:
        raise NotExpected(_RETIRED)
    return where.expected


def require_owed(
    session: Session, actor: Actor, organisation_id: UUID, indicator_id: UUID, year: int | None
) -> None:
    """Let pass who may speak of an indicator: the pilot of all, a directorate of what it owes.

    Without a year, the last campaign says who owes. Raises NotFound, Forbidden.
    """
    statement = (
        sa.select(col(Duty.directorate_id))
        .join(Campaign, col(Campaign.id) == col(Duty.campaign_id))
        .where(
            col(Campaign.organisation_id) == organisation_id,
            col(Duty.indicator_id) == indicator_id,
        )
        .order_by(col(Campaign.year).desc())
        .limit(1)
    )
    if year is not None:
        statement = statement.where(col(Campaign.year) == year)
    directorate_id = session.scalars(statement).first()
    require(actor, Permission.MEASURES_WRITE, organisation_id, directorate_id)


def duties_in_sight(actor: Actor) -> sa.ColumnElement[bool]:
    """The duties that the actor may look at: a directorate those it owes, the others all."""
    readers = [one for one in actor.grants if READ in one.permissions]
    whole = {one.organisation_id for one in readers if one.role is not Role.DIRECTORATE}
    return sa.or_(
        col(Campaign.organisation_id).in_(sorted(whole)),
        *(_owed_by(one) for one in readers if one.organisation_id not in whole),
    )


def duties_of(actor: Actor) -> sa.ColumnElement[bool]:
    """The duties that fall to the actor: those of its directorate; to who pilots, those of nobody
    else."""
    pilots = [one for one in actor.grants if _speaks(one) and one.role is not Role.DIRECTORATE]
    return sa.or_(
        sa.and_(
            col(Campaign.organisation_id).in_(sorted(one.organisation_id for one in pilots)),
            col(Duty.directorate_id).is_(None),
        ),
        *(_owed_by(one) for one in actor.grants if one.role is Role.DIRECTORATE),
    )


def _speaks(grant: Grant) -> bool:
    return Permission.MEASURES_WRITE in grant.permissions


def _owed_by(grant: Grant) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Campaign.organisation_id) == grant.organisation_id,
        # None is the pilot's, not that of a member whose directorate nobody told.
        sa.false()
        if grant.directorate_id is None
        else col(Duty.directorate_id) == grant.directorate_id,
    )


def narrowed(statement: Any, pairs: tuple[tuple[Any, object], ...]) -> Any:
    """The statement with each column equal to its value, where one is asked for."""
    for column, value in pairs:
        if value is not None:
            statement = statement.where(column == value)
    return statement
