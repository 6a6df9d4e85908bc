"""How many rows of a file have each reason of refusal, and each kind of issue."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from api.imports.models import RowState
from api.imports.schemas import IssueCount


def of_issues(
    rows: Iterable[Sequence[Any]], kind: Callable[[str, str | None], str]
) -> tuple[list[IssueCount], list[IssueCount]]:
    """(reasons of refusal, kinds of issue), most frequent first; ``rows``: the state of each and
    its issues (code, field, message), read as a stream; ``kind``: of a code and a field."""
    told: tuple[dict[str, IssueCount], dict[str, IssueCount]] = ({}, {})
    for state, issues in rows:
        refused = state is RowState.REFUSED
        # A refused row counts once, under its reason; an accepted one once by kind of issue.
        counted = issues[:1] if refused else issues
        said = {kind(code, name): message for code, name, message in reversed(counted)}
        for code, message in said.items():
            known = told[0 if refused else 1]
            entry = known.setdefault(code, IssueCount(code=code, label=message, count=0))
            entry.count += 1
    lists = [sorted(found.values(), key=lambda one: (-one.count, one.code)) for found in told]
    return lists[0], lists[1]
