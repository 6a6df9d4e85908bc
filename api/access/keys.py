"""API keys: making, listing and revoking them, and who asks by one (docs/decisions/0026)."""

import secrets
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel, col

from api.access.keys_models import ApiKey, KeyCreate, KeyCreated, KeyRead, KeyState
from api.access.models import Organisation
from api.access.permissions import ActingKey, Actor, Permission, require
from api.access.scopes import SCOPES, permissions_of
from api.access.service import own
from api.kit import audit, tokens
from api.kit.columns import now
from api.kit.days import in_utc, today
from api.kit.problems import Conflict, FieldError, Invalid, NotFound

MARK = "spk_"
# 40 bits to find a key by, 256 to open with.
_PREFIX = 8
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LONGEST = timedelta(days=366)
MAX_KEYS = 100
MAX_LISTED = 500
# A key keeps the instant of its last use, written no more often than this.
NOTED = timedelta(minutes=1)
_NO_KEY = "0" * 64


class TooManyKeys(Conflict):
    type = "too-many-keys"
    title = "Trop de clés"
    default = f"Cette organisation a déjà {MAX_KEYS} clés qui servent : révoquez-en une."


@dataclass(frozen=True)
class PresentedKey:
    """A key as presented, which may be none of ours: how to find it, and what to compare."""

    prefix: str
    digest: str


@dataclass(frozen=True)
class FoundKey:
    """A key that opens, and for whom: the person, the organisation, what it lets through."""

    person_id: UUID
    organisation_id: UUID
    name: str
    permissions: frozenset[Permission]
    acting: ActingKey


def presented_key(signing_key: str, bearer: str) -> PresentedKey:
    """What is looked for of a key."""
    start = bearer[: len(MARK) + _PREFIX]
    return PresentedKey(start, tokens.keyed_digest(signing_key, bearer))


_KEY = sa.select(*SQLModel.metadata.tables["api_key"].c).where(
    col(ApiKey.prefix) == sa.bindparam("prefix", type_=sa.String())
)


def found_key(connection: sa.Connection, presented: PresentedKey) -> FoundKey | None:
    """The key that is presented; None when it is unknown, wrong, expired or revoked: one query and
    one comparison in each case."""
    prefix = presented.prefix if presented.prefix.isascii() and "\0" not in presented.prefix else ""
    row = connection.execute(_KEY, {"prefix": prefix}).first()
    right = tokens.same(presented.digest, row.digest if row else _NO_KEY)
    if row is None or not right or row.revoked_at is not None or row.expires_on < today():
        return None
    return FoundKey(
        row.person_id,
        row.organisation_id,
        row.name,
        permissions_of(row.scopes),
        ActingKey(row.id, row.prefix, row.last_used_at and in_utc(row.last_used_at)),
    )


def note_use(state: Any, actor: Actor) -> None:
    """Write that a key was used just now, at most once a minute; never fails what was asked.

    ``state`` is that of the application. Call it once the connection of the request is given back.
    """
    key, instant = actor.key, now()
    if key is None or _recent(key.last_used_at, instant):
        return
    noted: MutableMapping[UUID, datetime] = state.noted_keys
    # Remembered before it is written: a database that is busy is not asked at each request.
    if _recent(noted.get(key.id), instant):
        return
    noted[key.id] = instant
    with suppress(OperationalError), state.engines.write.begin() as connection:
        connection.execute(
            sa.update(ApiKey).where(col(ApiKey.id) == key.id).values(last_used_at=instant)
        )


def _recent(at: datetime | None, instant: datetime) -> bool:
    return at is not None and instant - at < NOTED


def find(session: Session, actor: Actor, siret: str) -> list[KeyRead]:
    """The keys of an organisation, the latest first. Raises NotFound, Forbidden."""
    organisation = own(session, actor, siret, Permission.KEYS_WRITE)
    found = session.scalars(
        sa.select(ApiKey)
        .where(col(ApiKey.organisation_id) == organisation.id)
        .order_by(col(ApiKey.id).desc())
        .limit(MAX_LISTED)
    )
    return [KeyRead(**_said(one, siret)) for one in found]


def create(session: Session, actor: Actor, data: KeyCreate, signing_key: str) -> KeyCreated:
    """Make a key that acts in the actor's name, within the actor's rights.

    Raises NotFound, Forbidden, TooManyKeys, Invalid (a day that is past or too far, a scope beyond
    the actor's rights).
    """
    organisation = own(session, actor, data.organisation, Permission.KEYS_WRITE)
    _check(actor, organisation, data)
    _check_number(session, organisation.id)
    prefix = MARK + "".join(secrets.choice(_ALPHABET) for _ in range(_PREFIX))
    secret = f"{prefix}_{tokens.new_secret()}"
    one = ApiKey(
        organisation_id=organisation.id,
        person_id=actor.person_id,
        name=data.name,
        prefix=prefix,
        digest=tokens.keyed_digest(signing_key, secret),
        scopes=sorted(set(data.scopes)),
        expires_on=data.expires_on,
    )
    session.add(one)
    session.flush()
    details = {"name": one.name, "prefix": prefix, "scopes": one.scopes}
    _record(session, actor, "key.created", one, details)
    return KeyCreated(**_said(one, data.organisation), secret=secret)


def revoke(session: Session, actor: Actor, key_id: UUID) -> None:
    """Make a key open nothing any more; once revoked it stays so. Raises NotFound, Forbidden."""
    one = session.get(ApiKey, key_id, with_for_update=True)
    require(actor, Permission.KEYS_WRITE, one.organisation_id if one else None)
    if one is None:
        raise NotFound
    if one.revoked_at is not None:
        return
    one.revoked_at = one.updated_at = now()
    session.add(one)
    session.flush()
    _record(session, actor, "key.revoked", one, {"prefix": one.prefix})


def _check(actor: Actor, organisation: Organisation, data: KeyCreate) -> None:
    errors = []
    if data.expires_on < today():
        errors.append(FieldError(loc=["body", "expires_on"], message="est déjà passé."))
    elif data.expires_on > today() + LONGEST:
        message = "est trop loin : une clé sert un an au plus."
        errors.append(FieldError(loc=["body", "expires_on"], message=message))
    held = frozenset[Permission]().union(
        *(one.permissions for one in actor.grants if one.organisation_id == organisation.id)
    )
    beyond = [SCOPES[one].words for one in data.scopes if not SCOPES[one].permissions <= held]
    if beyond:
        message = f"dépassent vos propres droits : retirez « {' », « '.join(beyond)} »."
        errors.append(FieldError(loc=["body", "scopes"], message=message))
    if errors:
        raise Invalid(errors=errors)


def _check_number(session: Session, organisation_id: UUID) -> None:
    living = session.scalar(
        sa.select(sa.func.count()).where(
            col(ApiKey.organisation_id) == organisation_id,
            col(ApiKey.revoked_at).is_(None),
            col(ApiKey.expires_on) >= today(),
        )
    )
    if (living or 0) >= MAX_KEYS:
        raise TooManyKeys


def _said(one: ApiKey, siret: str) -> dict[str, Any]:
    return {
        "organisation": siret,
        **one.model_dump(
            include={"id", "name", "prefix", "scopes", "expires_on", "created_at", "revoked_at"}
        ),
        "last_used_at": one.last_used_at and in_utc(one.last_used_at),
        "state": _state(one),
    }


def _state(one: ApiKey) -> KeyState:
    if one.revoked_at is not None:
        return KeyState.REVOKED
    return KeyState.EXPIRED if one.expires_on < today() else KeyState.ACTIVE


def _record(
    session: Session, actor: Actor, action: str, one: ApiKey, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.organisation_id,
        action=action,
        target=f"key:{one.id}",
        details=details,
    )
