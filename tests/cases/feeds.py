"""Operations of the feeds of changes."""

from collections.abc import Callable
from typing import Any

from tests.operation import Operation, Things

OPERATIONS: dict[str, Operation] = {
    "follow_contracts": Operation("contracts:read", "own list"),
    "follow_publications": Operation("public"),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {}
