"""Who asks: the bearer is verified, the rights are read from the database, every time."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.security import HTTPBearer, OAuth2PasswordBearer
from sqlmodel import col

from api.access import keys
from api.access.keys import PresentedKey
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
_key = HTTPBearer(
    scheme_name="ApiKey",
    bearerFormat="spk_…",
    description="Clé d’API créée par « POST /api/v1/keys » ou sur la page « Clés d’API » du site.",
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


Asking = UUID | PresentedKey


async def presented(
    request: Request,
    bearer: Annotated[str | None, Depends(_bearer)],
    _as_key: Annotated[object, Depends(_key)],
) -> Asking:
    """The person named by the token that is presented, or the key that is.

    Raises Unauthenticated without a good token; a key is judged by ``actor_of``.
    """
    signing_key = request.app.state.settings.signing_key
    if bearer and bearer.startswith(keys.MARK):
        return keys.presented_key(signing_key, bearer)
    subject = tokens.subject_of(signing_key, bearer) if bearer else None
    try:
        return UUID(subject or "")
    except ValueError as error:
        raise Unauthenticated from error


def actor_of(connection: sa.Connection, asking: Asking) -> Actor:
    """Who asks, with the rights of this moment; by a key, what it leaves of those of its maker.

    Raises Unauthenticated without an active account, or a key that opens.
    """
    if isinstance(asking, UUID):
        return _person(connection, asking)
    key = keys.found_key(connection, asking)
    if key is None:
        raise Unauthenticated
    maker = _person(connection, key.person_id)
    return Actor(
        maker.person_id,
        "",
        key.name,
        tuple(
            replace(one, within=key.permissions)
            for one in maker.grants
            if one.organisation_id == key.organisation_id
        ),
        frozenset(pair for pair in maker.mandates if pair[0] == key.organisation_id),
        key.acting,
    )


def _person(connection: sa.Connection, person_id: UUID) -> Actor:
    rows = connection.execute(_RIGHTS, {"person_id": person_id, "today": today()}).all()
    if not rows:
        raise Unauthenticated
    # A membership comes once for each of the mandates of its organisation.
    grants = dict.fromkeys(Grant(row[3], row[4], row[5]) for row in rows if row[3] is not None)
    mandates = frozenset((row[3], row[6]) for row in rows if row[6] is not None)
    return Actor(rows[0][0], rows[0][1], rows[0][2], tuple(grants), mandates)


Presented = Annotated[Asking, Depends(presented)]


def current_actor(request: Request, asking: Presented) -> Actor:
    """Who asks; raises as ``presented`` and ``actor_of``."""
    with request.app.state.engines.read.connect() as connection:
        actor = actor_of(connection, asking)
    if actor.key is not None:
        # The journal names it.
        request.state.api_key = actor.key.prefix
        keys.note_use(request.app.state, actor)
    return actor


# Its own short connection, closed before it returns: never held beside that of the unit of work.
CurrentActor = Annotated[Actor, Depends(current_actor, max_concurrency=ACTORS)]
