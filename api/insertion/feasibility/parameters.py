"""Usual values of calculations by purchase family: who may read them, and new ones."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, served
from api.access.service import by_siret, own
from api.insertion.feasibility.models import CalculationParameter
from api.insertion.feasibility.schemas import ParameterCreate, ParameterRead
from api.kit import audit
from api.kit.columns import to_cents, to_euros, to_millionths, to_share
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.rules.text import fold


def find(
    session: Session, actor: Actor, siret: str, history: bool, limit: int, cursor: str | None
) -> Page[ParameterRead]:
    """The values of an organisation, the latest said first; the replaced ones with ``history``.

    Raises NotFound on an organisation that is neither the actor's nor one that gave the actor's
    facilitator a running mandate, Forbidden, Invalid on a foreign cursor.
    """
    organisation = _readable(session, actor, siret)
    newer = SQLModel.metadata.tables["calculation_parameter"].alias("newer").c
    replaced = (
        sa.select(newer.id)
        .where(
            newer.organisation_id == col(CalculationParameter.organisation_id),
            newer.family == col(CalculationParameter.family),
            newer.id > col(CalculationParameter.id),
        )
        .exists()
    )
    found = sa.select(CalculationParameter, replaced).where(
        col(CalculationParameter.organisation_id) == organisation.id
    )
    if not history:
        found = found.where(~replaced)
    after = decode_cursor(cursor, 1)
    if after is not None:
        found = found.where(col(CalculationParameter.id) < _uuid(after[0]))
    rows = session.execute(found.order_by(col(CalculationParameter.id).desc()).limit(limit + 1))
    items = [_shown(one, organisation, not old) for one, old in rows]
    following = encode_cursor(items[limit - 1].id.hex) if len(items) > limit else None
    return Page[ParameterRead](items=items[:limit], next=following)


def allow_creation(session: Session, actor: Actor, data: ParameterCreate) -> Organisation:
    """The organisation for which the actor may say values. Raises NotFound, Forbidden."""
    return own(session, actor, data.organisation, Permission.PARAMETERS_WRITE)


def create(session: Session, actor: Actor, data: ParameterCreate) -> ParameterRead:
    """Say the values of a purchase family; those said before stay in the history.

    Raises NotFound, Forbidden.
    """
    organisation = allow_creation(session, actor, data)
    parameter = CalculationParameter(
        organisation_id=organisation.id,
        family=_spelling(session, organisation.id, data.family),
        labour_share=to_millionths(data.labour_share),
        rate=to_millionths(data.rate),
        hourly_cost=to_cents(data.hourly_cost),
        note=data.note or None,
        person_id=actor.person_id,
    )
    session.add(parameter)
    session.flush()
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=organisation.id,
        action="parameter.created",
        target=f"parameter:{parameter.id}",
        details={
            "family": parameter.family,
            "labour_share": parameter.labour_share,
            "rate": parameter.rate,
            "hourly_cost": parameter.hourly_cost,
        },
    )
    return _shown(parameter, organisation, True)


def _readable(session: Session, actor: Actor, siret: str) -> Organisation:
    organisation = by_siret(session, siret)
    if organisation is None:
        raise NotFound
    entrusted = {buyer for _, buyer in served(actor, Permission.INSERTION_READ)}
    if organisation.id not in entrusted:
        require(actor, Permission.INSERTION_READ, organisation.id)
    return organisation


def _spelling(session: Session, organisation_id: UUID, family: str) -> str:
    # « peinture » and « Peinture » are one family: the spelling that came first stays.
    known = session.scalars(
        sa.select(col(CalculationParameter.family))
        .where(col(CalculationParameter.organisation_id) == organisation_id)
        .distinct()
    )
    return next((one for one in known if fold(one) == fold(family)), family)


def _shown(
    parameter: CalculationParameter, organisation: Organisation, current: bool
) -> ParameterRead:
    return ParameterRead(
        id=parameter.id,
        organisation_siret=organisation.siret,
        organisation_name=organisation.name,
        family=parameter.family,
        labour_share=to_share(parameter.labour_share),
        rate=to_share(parameter.rate),
        hourly_cost=to_euros(parameter.hourly_cost),
        note=parameter.note,
        said_at=parameter.created_at,
        current=current,
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
