"""Mandates: which facilitator follows the clauses of which buyer, from when to when."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from api.access.models import (
    Mandate,
    MandateChange,
    MandateCreate,
    MandateRead,
    Organisation,
    OrganisationKind,
    OrganisationRead,
)
from api.access.permissions import Actor, Permission, require, visible
from api.access.service import by_siret, own
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.problems import Conflict, FieldError, Invalid, NotFound


class MandateOverlaps(Conflict):
    type = "mandate-overlaps"
    title = "Mandat déjà donné"
    default = "Ce facilitateur a déjà un mandat de cet acheteur sur cette période."


def find(session: Session, actor: Actor) -> list[MandateRead]:
    """The mandates given by, or to, the actor's organisations; the latest first."""
    mine = visible(actor, Permission.INSERTION_READ)
    either = sa.or_(col(Mandate.buyer_id).in_(mine), col(Mandate.facilitator_id).in_(mine))
    return _shown(session, either)


def running(session: Session, buyer_id: UUID) -> list[UUID]:
    """The facilitators who hold a mandate of this buyer today."""
    day = today()
    return list(
        session.scalars(
            sa.select(col(Mandate.facilitator_id))
            .where(
                col(Mandate.buyer_id) == buyer_id,
                col(Mandate.starts_on) <= day,
                sa.or_(col(Mandate.ends_on).is_(None), col(Mandate.ends_on) >= day),
            )
            .distinct()
        )
    )


def entrusted(session: Session, buyer_id: UUID, siret: str | None) -> UUID | None:
    """The facilitator of this SIRET, who must hold a mandate of the buyer today; without a SIRET,
    the only one who does, if there is only one.

    Raises Invalid (field facilitator_siret) when that facilitator has no running mandate.
    """
    found = running(session, buyer_id)
    if siret is None:
        return found[0] if len(found) == 1 else None
    facilitator = by_siret(session, siret)
    if facilitator is None or facilitator.id not in found:
        message = "n’a pas de mandat en cours de cet acheteur : donnez-lui d’abord un mandat."
        raise Invalid(errors=[FieldError(loc=["body", "facilitator_siret"], message=message)])
    return facilitator.id


def allow_creation(session: Session, actor: Actor, data: MandateCreate) -> Organisation:
    """The buyer for whom the actor may give a mandate. Raises NotFound, Forbidden."""
    return own(session, actor, data.buyer_siret, Permission.MANDATES_WRITE)


def create(session: Session, actor: Actor, data: MandateCreate) -> MandateRead:
    """Give a mandate to a facilitator.

    Raises NotFound, Forbidden, Invalid (no such facilitator, an end before the start),
    MandateOverlaps.
    """
    buyer = allow_creation(session, actor, data)
    facilitator = by_siret(session, data.facilitator_siret)
    if facilitator is None or facilitator.kind is not OrganisationKind.FACILITATOR:
        message = "n’est pas celui d’un facilitateur inscrit sur la plateforme."
        raise Invalid(errors=[FieldError(loc=["body", "facilitator_siret"], message=message)])
    mandate = Mandate(
        buyer_id=buyer.id,
        facilitator_id=facilitator.id,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
    )
    _check(session, mandate)
    session.add(mandate)
    session.flush()
    _record(session, actor, "mandate.given", mandate)
    return _shown(session, col(Mandate.id) == mandate.id)[0]


def change(session: Session, actor: Actor, mandate_id: UUID, data: MandateChange) -> MandateRead:
    """Give a mandate another end: its facilitator sees nothing more the day after.

    Raises NotFound, Forbidden, Invalid (an end before the start), MandateOverlaps.
    """
    mandate = session.get(Mandate, mandate_id, with_for_update=True)
    if mandate is None:
        raise NotFound
    require(actor, Permission.MANDATES_WRITE, mandate.buyer_id)
    mandate.ends_on = data.ends_on
    mandate.updated_at = now()
    _check(session, mandate)
    session.add(mandate)
    session.flush()
    _record(session, actor, "mandate.changed", mandate)
    return _shown(session, col(Mandate.id) == mandate.id)[0]


def _check(session: Session, mandate: Mandate) -> None:
    if mandate.ends_on is not None and mandate.ends_on < mandate.starts_on:
        message = "est avant le début du mandat."
        raise Invalid(errors=[FieldError(loc=["body", "ends_on"], message=message)])
    with session.no_autoflush:
        others = sa.select(col(Mandate.id)).where(
            col(Mandate.id) != mandate.id,
            col(Mandate.buyer_id) == mandate.buyer_id,
            col(Mandate.facilitator_id) == mandate.facilitator_id,
            sa.or_(col(Mandate.ends_on).is_(None), col(Mandate.ends_on) >= mandate.starts_on),
        )
        if mandate.ends_on is not None:
            others = others.where(col(Mandate.starts_on) <= mandate.ends_on)
        if session.scalars(others).first() is not None:
            raise MandateOverlaps


def _shown(session: Session, condition: sa.ColumnElement[bool]) -> list[MandateRead]:
    buyer, facilitator, day = aliased(Organisation), aliased(Organisation), today()
    rows = session.execute(
        sa.select(Mandate, buyer, facilitator)
        .join(buyer, buyer.id == col(Mandate.buyer_id))  # type: ignore[arg-type]  # aliased keeps the annotations of the class
        .join(facilitator, facilitator.id == col(Mandate.facilitator_id))  # type: ignore[arg-type]  # the same
        .where(condition)
        .order_by(col(Mandate.starts_on).desc(), col(Mandate.id))
    )
    return [
        MandateRead(
            id=mandate.id,
            buyer=OrganisationRead.model_validate(giver),
            facilitator=OrganisationRead.model_validate(holder),
            starts_on=mandate.starts_on,
            ends_on=mandate.ends_on,
            running=mandate.starts_on <= day
            and (mandate.ends_on is None or mandate.ends_on >= day),
        )
        for mandate, giver, holder in rows
    ]


def _record(session: Session, actor: Actor, action: str, mandate: Mandate) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=mandate.buyer_id,
        action=action,
        target=f"mandate:{mandate.id}",
        details={
            "facilitator": str(mandate.facilitator_id),
            "starts_on": mandate.starts_on.isoformat(),
            "ends_on": mandate.ends_on.isoformat() if mandate.ends_on else None,
        },
    )
