"""Logging in and staying logged in: password, access token, rotated refresh token."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import LoginAttempt, Person, RefreshToken, Tokens
from api.kit import audit, tokens
from api.kit.columns import new_id, now
from api.kit.passwords import verify_password
from api.kit.problems import TooMany

WINDOW = timedelta(minutes=5)
# Guessing is bounded by account and by address; the global bound is the cost of argon2 itself.
MAX_BY_ACCOUNT = 10
MAX_BY_ADDRESS = 100
REFRESH_LIFETIME = timedelta(hours=12)

WRONG = "Adresse électronique ou mot de passe incorrect."
EXPIRED = "Votre session a expiré : connectez-vous de nouveau."


def fold_email(email: str) -> str:
    """The one spelling under which an e-mail address is kept and looked for."""
    return email.strip().casefold()


def refuse_guessing(session: Session, email: str, address: str) -> None:
    """Raise TooMany when this account or this address failed too often of late."""
    since = now() - WINDOW
    for column, value, limit in (
        (LoginAttempt.account, _digest(fold_email(email)), MAX_BY_ACCOUNT),
        (LoginAttempt.address, _digest(address), MAX_BY_ADDRESS),
    ):
        count = session.scalar(
            sa.select(sa.func.count())
            .select_from(LoginAttempt)
            .where(col(column) == value, col(LoginAttempt.at) > since)
        )
        if (count or 0) >= limit:
            raise TooMany(seconds=int(WINDOW.total_seconds()))


def authenticate(session: Session, email: str, password: str) -> UUID | None:
    """The person with this e-mail and password, None otherwise; as slow in both cases."""
    person = session.scalars(
        sa.select(Person).where(col(Person.email) == fold_email(email), col(Person.active))
    ).first()
    right = verify_password(person.password_hash if person else None, password)
    return person.id if person and right else None


def note_failure(session: Session, email: str, address: str) -> None:
    """Remember a failed login, and forget the old ones."""
    session.execute(sa.delete(LoginAttempt).where(col(LoginAttempt.at) < now() - 12 * WINDOW))
    session.add(
        LoginAttempt(
            account=_digest(fold_email(email)),
            address=_digest(address),
            at=now(),
        )
    )


def open_session(session: Session, key: str, person_id: UUID) -> Tokens:
    """Give a first pair of tokens to someone who has just proved who they are."""
    audit.record(
        session,
        person_id=person_id,
        organisation_id=None,
        action="session.opened",
        target=f"person:{person_id}",
        details={},
    )
    return _pair(session, key, person_id, new_id())


def refresh(session: Session, key: str, refresh_token: str) -> Tokens | None:
    """Exchange a refresh token for a new pair.

    A token used a second time was stolen or replayed: its whole family is revoked and None is
    answered, as for an unknown or expired one.
    """
    known = session.get(RefreshToken, tokens.digest(refresh_token), with_for_update=True)
    if known is None:
        return None
    if known.used_at is not None:
        _revoke_family(session, known)
        return None
    active = session.scalar(sa.select(col(Person.active)).where(col(Person.id) == known.person_id))
    if known.expires_at <= now() or not active:
        return None
    known.used_at = now()
    return _pair(session, key, known.person_id, known.family_id)


def close_session(session: Session, refresh_token: str) -> None:
    """Revoke the family of a refresh token; an unknown one is nothing to do."""
    known = session.get(RefreshToken, tokens.digest(refresh_token))
    if known is not None:
        _revoke_family(session, known)


def _revoke_family(session: Session, known: RefreshToken) -> None:
    audit.record(
        session,
        person_id=known.person_id,
        organisation_id=None,
        action="session.closed",
        target=f"person:{known.person_id}",
        details={},
    )
    session.execute(sa.delete(RefreshToken).where(col(RefreshToken.family_id) == known.family_id))


def _pair(session: Session, key: str, person_id: UUID, family_id: UUID) -> Tokens:
    secret = tokens.new_secret()
    session.add(
        RefreshToken(
            digest=tokens.digest(secret),
            family_id=family_id,
            person_id=person_id,
            expires_at=now() + REFRESH_LIFETIME,
        )
    )
    return Tokens(
        access_token=tokens.issue(key, str(person_id)),
        token_type="bearer",  # noqa: S106 - the name of a scheme, not a secret
        expires_in=tokens.LIFETIME,
        refresh_token=secret,
    )


def _digest(value: str) -> str:
    return sha256(value.encode("utf-8", "replace")).hexdigest()
