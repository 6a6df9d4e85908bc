"""Access tokens: the only module that knows python-jose (docs/decisions/0003)."""

import hmac
import secrets
import time
from datetime import datetime
from hashlib import sha256
from typing import Any

from jose import jwk, jwt

ALGORITHM = "HS256"
ISSUER = "spaser"
AUDIENCE = "spaser-api"
LINK_AUDIENCE = "spaser-link"
LIFETIME = 15 * 60
MAX_LENGTH = 4096
LEEWAY = 30

_OPTIONS = {f"require_{claim}": True for claim in ("exp", "iat", "sub", "aud", "iss", "jti")} | {
    "leeway": LEEWAY
}


def issue(key: str, subject: str) -> str:
    """Sign an access token for ``subject``, valid for 15 minutes. It holds no right."""
    instant = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "iat": instant,
        "exp": instant + LIFETIME,
        "jti": secrets.token_hex(16),
        "use": "access",
    }
    return str(jwt.encode(claims, jwk.construct(key, ALGORITHM), algorithm=ALGORITHM))


def subject_of(key: str, token: str) -> str | None:
    """The subject of an access token that is whole, ours and alive; None for anything else."""
    claims = _claims(key, token, AUDIENCE)
    if claims is None or claims["use"] != "access":
        return None
    fresh = claims["exp"] <= time.time() + LEEWAY + LIFETIME
    return str(claims["sub"]) if fresh else None


def issue_link(key: str, subject: str, expires_at: datetime) -> str:
    """Sign the secret part of a link about ``subject``. It opens that one thing, and no account."""
    claims = {
        "iss": ISSUER,
        "aud": LINK_AUDIENCE,
        "sub": subject,
        "iat": int(time.time()),
        "exp": int(expires_at.timestamp()),
        "jti": secrets.token_hex(16),
        "use": "link",
    }
    return str(jwt.encode(claims, jwk.construct(key, ALGORITHM), algorithm=ALGORITHM))


def link_subject_of(key: str, token: str) -> str | None:
    """The subject of a link that is whole, ours and not expired; None for anything else."""
    claims = _claims(key, token, LINK_AUDIENCE)
    return str(claims["sub"]) if claims is not None and claims["use"] == "link" else None


def _claims(key: str, token: str, audience: str) -> dict[str, Any] | None:
    """What a token of ours says.

    python-jose raises far more than its own errors on hostile input (JWKError, RecursionError,
    OverflowError, AttributeError), hence the broad clause.
    """
    if len(token) > MAX_LENGTH:
        return None
    try:
        header = jwt.get_unverified_header(token)
        if header != {"alg": ALGORITHM, "typ": "JWT"}:
            return None
        claims: dict[str, Any] = jwt.decode(
            token,
            # A key object: python-jose reads a text that is JSON as a list of keys.
            jwk.construct(key, ALGORITHM),
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            options=_OPTIONS,
        )
        born = int(claims["iat"]) <= time.time() + LEEWAY
        return claims | {"use": claims.get("use"), "exp": int(claims["exp"])} if born else None
    except Exception:
        return None


def keyed_digest(key: str, secret: str) -> str:
    """What is stored of an API key: useless to who steals the database without ``key``."""
    return hmac.new(
        key.encode(), b"spaser key v1\n" + secret.encode("utf-8", "replace"), sha256
    ).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in a time that doesn't tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_secret() -> str:
    """An opaque secret to hand out once (a refresh token)."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of an opaque secret: enough to find it, useless to whoever steals it."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
