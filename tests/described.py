"""The OpenAPI document, which every test of all operations reads."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from api.app import create_app
from api.settings import Settings


@cache
def description() -> dict[str, Any]:
    """The document, which depends on no setting and takes seconds to make."""
    return create_app(Settings()).openapi()


def documented() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Every operation: its name, method, address and description."""
    for address, methods in description()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), address, operation
