"""What is said of one operation of the API, and the things a call can be about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Things:
    """What a call can be about; the names of path parameters are among these."""

    siret: str
    code: str = "call-2023-2026"
    indicator_id: str = ""
    supplier_id: str = ""
    contract_id: str = ""
    etag: str = ""
    year: str = "2024"
    # Of a part of a contract, in its list.
    rank: str = "1"
    import_id: str = "01890000-0000-7000-8000-000000000000"
    refresh_token: str = ""
    # The other path parameters, by name.
    ids: Mapping[str, str] = field(default_factory=dict)


Fill = Callable[[Things], dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """``right`` is "public", "signed in", "member" or a permission. ``of``: "an organisation" (a
    foreign thing and an unknown one look the same), "the platform" (asks for the right anywhere),
    "both" (the right somewhere first, then the organisation), "a company" (the same, then who deals
    with it), "own list" (only one’s own).
    ``makes`` is what has to be made before each call."""

    right: str
    of: str = "the platform"
    makes: str = ""
    query: Fill | None = None
    body: Fill | None = None
    form: Fill | None = None
    file: Fill | None = None
    event: str | None = None
    by: str = "pilot"
