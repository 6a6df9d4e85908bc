"""Whose persons somebody follows: asked first by every service of this folder.

No mandate is needed to read one's own persons; no buyer's role gives any of them.
"""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from api.access import facilitators
from api.access.permissions import Actor, Permission, require
from api.insertion.beneficiaries.models import Beneficiary
from api.kit import audit
from api.kit.problems import NotFound

RIGHT = Permission.BENEFICIARIES_WRITE


def own_facilitators(session: Session, actor: Actor) -> list[UUID]:
    """The facilitators for which the actor follows persons.

    Raises Forbidden when there are none: an administrator of a buyer has the right, but no person.
    """
    return facilitators.of_actor(session, actor, RIGHT)


def chosen(session: Session, actor: Actor, siret: str | None) -> UUID:
    """The facilitator for which the actor acts: the one named, else the only one.

    Raises as ``facilitators.chosen``: Invalid is about facilitator_siret.
    """
    return facilitators.chosen(session, actor, siret, RIGHT, "facilitator_siret")


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
