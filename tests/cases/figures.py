"""Operations of figures."""

from collections.abc import Callable
from typing import Any

from tests.operation import Operation, Things


def _figures(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret, "year": 2025}


OPERATIONS: dict[str, Operation] = {
    "read_insertion_figures": Operation("insertion:read", "a clause", query=_figures),
    "open_insertion_json": Operation("public"),
    "check_insertion_json": Operation("public"),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {}
