"""People and organisations: who is who, and which organisation an address names."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import (
    Directorate,
    DirectorateRead,
    Me,
    MembershipRead,
    Organisation,
    OrganisationKind,
    OrganisationRead,
)
from api.access.permissions import Actor, Permission, require
from api.kit.alphabet import in_order
from api.kit.columns import now
from api.kit.problems import FieldError, Invalid, NotFound


def me(session: Session, actor: Actor) -> Me:
    """The actor, with organisations and permissions in words."""
    ids = {grant.organisation_id for grant in actor.grants}
    found = session.scalars(sa.select(Organisation).where(col(Organisation.id).in_(ids)))
    organisations = {organisation.id: organisation for organisation in found}
    memberships = [
        MembershipRead(
            organisation=OrganisationRead.model_validate(organisations[grant.organisation_id]),
            role=grant.role,
            directorate_id=grant.directorate_id,
            permissions=sorted(grant.permissions),
        )
        for grant in actor.grants
    ]
    memberships.sort(key=lambda one: (one.organisation.name, one.role))
    return Me(
        email=actor.email or None,
        name=actor.name,
        key=actor.key.prefix if actor.key else None,
        memberships=memberships,
    )


def by_siret(session: Session, siret: str) -> Organisation | None:
    """The organisation with this SIRET, None when the platform doesn't know it."""
    return session.scalars(
        sa.select(Organisation).where(col(Organisation.siret) == siret)
    ).one_or_none()


def readable(session: Session, actor: Actor, siret: str) -> Organisation:
    """An organisation of the actor, or an observed buyer, which is public.

    Raises NotFound for any other.
    """
    organisation = by_siret(session, siret)
    if organisation is None:
        raise NotFound
    member = any(grant.organisation_id == organisation.id for grant in actor.grants)
    if not member and not organisation.observed:
        raise NotFound
    return organisation


def own(session: Session, actor: Actor, siret: str, permission: Permission) -> Organisation:
    """An organisation in which the actor holds ``permission``.

    Raises NotFound when it is not one of theirs, Forbidden when the role is not enough.
    """
    organisation = by_siret(session, siret)
    require(actor, permission, organisation.id if organisation else None)
    if organisation is None:
        raise NotFound
    return organisation


def observe(session: Session, siret: str, name: str | None) -> Organisation:
    """Make an observed buyer of a SIRET the platform doesn't know yet; answers it."""
    organisation = Organisation(
        siret=siret,
        name=name or f"Acheteur {siret}",
        kind=OrganisationKind.BUYER,
        observed=True,
        updated_at=now(),
    )
    session.add(organisation)
    session.flush()
    return organisation


def directorates(session: Session, actor: Actor, siret: str) -> list[DirectorateRead]:
    """The directorates of one of the actor's organisations, by name."""
    organisation = own(session, actor, siret, Permission.CONTRACTS_READ)
    found = session.scalars(
        sa.select(Directorate).where(col(Directorate.organisation_id) == organisation.id)
    )
    named = sorted(found, key=lambda one: in_order(one.name))
    return [DirectorateRead.model_validate(one) for one in named]


def check_directorate(session: Session, organisation_id: UUID, directorate_id: UUID | None) -> None:
    """Refuse (Invalid) a ``directorate_id`` that is not of this organisation; None is none."""
    if directorate_id is None:
        return
    directorate = session.get(Directorate, directorate_id)
    if directorate is None or directorate.organisation_id != organisation_id:
        message = "n’est pas une direction de cet acheteur."
        raise Invalid(errors=[FieldError(loc=["body", "directorate_id"], message=message)])
