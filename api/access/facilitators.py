"""For which facilitator somebody acts: what a person or a file of hours is asked for first."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.access.permissions import DENIED, Actor, Permission, visible
from api.access.service import own
from api.kit.problems import FieldError, Forbidden, Invalid


def of_actor(session: Session, actor: Actor, permission: Permission) -> list[UUID]:
    """The facilitators in which the actor holds ``permission``.

    Raises Forbidden when there are none: an administrator of a buyer may hold it, but in no
    facilitator.
    """
    found = session.scalars(
        sa.select(col(Organisation.id)).where(
            col(Organisation.id).in_(visible(actor, permission)),
            col(Organisation.kind) == OrganisationKind.FACILITATOR,
        )
    ).all()
    if not found:
        raise Forbidden(DENIED[permission])
    return list(found)


def chosen(
    session: Session, actor: Actor, siret: str | None, permission: Permission, field: str
) -> UUID:
    """The facilitator for which the actor acts: the one named, else the only one.

    Raises NotFound on a foreign SIRET, Forbidden, Invalid (``field``) when one must be named.
    """
    if siret is not None:
        organisation = own(session, actor, siret, permission)
        if organisation.kind is not OrganisationKind.FACILITATOR:
            raise Forbidden(DENIED[permission])
        return organisation.id
    found = of_actor(session, actor, permission)
    if len(found) > 1:
        message = "est à dire : vous agissez pour plusieurs structures."
        raise Invalid(errors=[FieldError(loc=["body", field], message=message)])
    return found[0]
