"""Whose figures are asked for, and the targets that bind them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, visible
from api.access.service import own, readable
from api.schemes.models import Scheme, SchemeAdoption, Target


def readable_buyer(session: Session, actor: Actor, siret: str) -> Organisation:
    """A buyer whose figures the actor may read: their own, or an observed one.

    Raises NotFound, Forbidden.
    """
    organisation = readable(session, actor, siret)
    if not organisation.observed:
        own(session, actor, siret, Permission.SCHEMES_READ)
    return organisation


def sharing(
    session: Session, actor: Actor, scheme: Scheme, organisation: Organisation
) -> list[Organisation]:
    """The organisations that share a scheme, as far as the actor reads their figures."""
    found = session.scalars(
        sa.select(Organisation)
        .join(SchemeAdoption, col(SchemeAdoption.organisation_id) == col(Organisation.id))
        .where(
            col(SchemeAdoption.scheme_id) == scheme.id,
            col(Organisation.id).in_(visible(actor, Permission.SCHEMES_READ)),
        )
        .order_by(col(Organisation.name))
    ).all()
    return [organisation, *(one for one in found if one.id != organisation.id)]


def of_buyers(targets: Sequence[Target], buyers: Sequence[Organisation]) -> list[Target]:
    """The targets that bind these organisations: each its own, and those of the whole scheme."""
    return binding(targets, [one.siret for one in buyers])


def binding(targets: Sequence[Target], sirets: Sequence[str | None]) -> list[Target]:
    """The targets that bind who has these SIRET; several together are held to the shared ones."""
    if len(sirets) > 1:
        return [one for one in targets if one.siren is None]
    siren = (sirets[0] or "")[:9]
    mine = [one for one in targets if one.siren == siren]
    years = {one.year for one in mine}
    return [*mine, *(one for one in targets if one.siren is None and one.year not in years)]
