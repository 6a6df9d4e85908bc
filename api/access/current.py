"""Who asks: the bearer token is verified, the rights are read from the database, every time."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from sqlmodel import col

from api.access.models import Mandate, Membership, Person
from api.access.permissions import Actor, Grant
from api.kit import tokens
from api.kit.days import today
from api.kit.db import ACTORS
from api.kit.problems import Unauthenticated

# auto_error off: our own refusal is a problem like the others.
_bearer = OAuth2PasswordBearer(
    tokenUrl="/api/v1/tokens",
    refreshUrl="/api/v1/tokens/refresh",
    description="Jeton d’accès obtenu par « POST /api/v1/tokens », valable quinze minutes.",
    auto_error=False,
)

_RIGHTS = (
    sa.select(
        col(Person.id),
        col(Person.email),
        col(Person.name),
        col(Membership.organisation_id),
        col(Membership.role),
        col(Membership.directorate_id),
        col(Mandate.buyer_id),
    )
    .join(Membership, col(Membership.person_id) == col(Person.id), isouter=True)
    .join(
        Mandate,
        sa.and_(
            col(Mandate.facilitator_id) == col(Membership.organisation_id),
            col(Mandate.starts_on) <= sa.bindparam("today"),
            sa.or_(col(Mandate.ends_on).is_(None), col(Mandate.ends_on) >= sa.bindparam("today")),
        ),
        isouter=True,
    )
    .where(col(Person.id) == sa.bindparam("person_id"), col(Person.active))
)


async def presented(request: Request, bearer: Annotated[str | None, Depends(_bearer)]) -> UUID:
    """The person named by the token that is presented.

    Raises Unauthenticated without a good token.
    """
    subject = tokens.subject_of(request.app.state.settings.signing_key, bearer) if bearer else None
    try:
        return UUID(subject or "")
    except ValueError as error:
        raise Unauthenticated from error


def actor_of(connection: sa.Connection, person_id: UUID) -> Actor:
    """A person with the rights of this moment.

    Raises Unauthenticated without an active account.
    """
    rows = connection.execute(_RIGHTS, {"person_id": person_id, "today": today()}).all()
    if not rows:
        raise Unauthenticated
    # A membership comes once for each of the mandates of its organisation.
    grants = dict.fromkeys(Grant(row[3], row[4], row[5]) for row in rows if row[3] is not None)
    mandates = frozenset((row[3], row[6]) for row in rows if row[6] is not None)
    return Actor(rows[0][0], rows[0][1], rows[0][2], tuple(grants), mandates)


Presented = Annotated[UUID, Depends(presented)]


def current_actor(request: Request, person_id: Presented) -> Actor:
    """The person who asks; raises as ``presented`` and ``actor_of``."""
    with request.app.state.engines.read.connect() as connection:
        return actor_of(connection, person_id)


# Its own short connection, closed before it returns: never held beside that of the unit of work.
CurrentActor = Annotated[Actor, Depends(current_actor, max_concurrency=ACTORS)]
