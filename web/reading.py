"""Reading what may not be open to the visitor: a page then shows the rest instead of an error."""

from collections.abc import Collection
from typing import Any

from web.client import ApiProblem
from web.visit import Visit, api_of

# Not the visitor's to see, or not there.
CLOSED = frozenset({403, 404})
MOST_PAGES = 5
PAGE = 100


async def read_open(
    visit: Visit, operation: str, *, closed: Collection[int] = CLOSED, **values: Any
) -> Any:
    """The data of an operation that reads, None when it is refused with one of ``closed``."""
    try:
        return await visit.read(operation, **values)
    except ApiProblem as problem:
        if problem.status not in closed:
            raise
        return None


async def every(visit: Visit, operation: str, **values: Any) -> list[dict[str, Any]]:
    """The rows of a list, 500 at most; none when it is not ours to see."""
    rows: list[dict[str, Any]] = []
    cursor = None
    for _page in range(MOST_PAGES):
        found = await read_open(visit, operation, **values, limit=PAGE, cursor=cursor)
        if found is None:
            break
        rows += found["items"]
        cursor = found["next"]
        if cursor is None:
            break
    return rows


def knows(visit: Visit, operation: str) -> bool:
    """Tell whether the API this site was written against has an operation."""
    return operation in api_of(visit.request).operations
