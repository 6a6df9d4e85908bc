"""Operations of API keys."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from api.kit.days import today
from tests.operation import Operation, Things


def new_key(siret: str, scopes: Sequence[str] = ("insertion:read",)) -> dict[str, Any]:
    """The body of a key that its maker may make."""
    return {
        "organisation": siret,
        "name": "Gestion financière",
        "scopes": list(scopes),
        "expires_on": (today() + timedelta(days=90)).isoformat(),
    }


def _made_key(service: Any, base: Things) -> Things:
    made = service.make("/api/v1/keys", new_key(base.siret), service.pilot_of(base.siret))
    return replace(base, ids={"key_id": made["id"]})


OPERATIONS: dict[str, Operation] = {
    "list_keys": Operation(
        "keys:write", "an organisation", query=lambda things: {"organisation": things.siret}
    ),
    "create_key": Operation(
        "keys:write",
        "an organisation",
        body=lambda things: new_key(things.siret),
        event="key.created",
    ),
    "revoke_key": Operation("keys:write", "an organisation", makes="key", event="key.revoked"),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"key": _made_key}
