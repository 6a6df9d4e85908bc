"""Whose persons somebody follows: asked first by every service of this folder.

No mandate is needed to read one's own persons; no buyer's role gives any of them.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.access.permissions import DENIED, Actor, Permission, require, visible
from api.access.service import own
from api.insertion.beneficiaries.models import Beneficiary
from api.kit import audit
from api.kit.problems import FieldError, Forbidden, Invalid, NotFound

RIGHT = Permission.BENEFICIARIES_WRITE


def facilitators(session: Session, actor: Actor) -> list[UUID]:
    """The facilitators for which the actor follows persons.

    Raises Forbidden when there are none: an administrator of a buyer has the right, but no person.
    """
    found = session.scalars(
        sa.select(col(Organisation.id)).where(
            col(Organisation.id).in_(visible(actor, RIGHT)),
            col(Organisation.kind) == OrganisationKind.FACILITATOR,
        )
    ).all()
    if not found:
        raise Forbidden(DENIED[RIGHT])
    return list(found)


def chosen(session: Session, actor: Actor, siret: str | None) -> UUID:
    """The facilitator for which the actor acts: the one named, else the only one.

    Raises NotFound on a foreign SIRET, Forbidden, Invalid (facilitator_siret) when one must be
    named.
    """
    if siret is not None:
        organisation = own(session, actor, siret, RIGHT)
        if organisation.kind is not OrganisationKind.FACILITATOR:
            raise Forbidden(DENIED[RIGHT])
        return organisation.id
    found = facilitators(session, actor)
    if len(found) > 1:
        message = "est à dire : vous agissez pour plusieurs structures."
        raise Invalid(errors=[FieldError(loc=["body", "facilitator_siret"], message=message)])
    return found[0]


def followed(
    session: Session, actor: Actor, beneficiary_id: UUID, *, lock: bool = False
) -> Beneficiary:
    """A person of one of the actor's facilitators.

    Raises NotFound for any other, Forbidden to a colleague whose role is not enough.
    """
    person = session.get(Beneficiary, beneficiary_id, with_for_update=lock)
    require(actor, RIGHT, person.facilitator_id if person else None)
    if person is None:
        raise NotFound
    return person


def record(
    session: Session,
    actor: Actor,
    action: str,
    person: Beneficiary,
    details: dict[str, Any] | None = None,
) -> None:
    """Leave an event about a person: by the identifier, never a fact nor the pseudonym."""
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=person.facilitator_id,
        action=action,
        target=f"beneficiary:{person.id}",
        details=details or {},
    )
