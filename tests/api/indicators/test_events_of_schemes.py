"""An event counts for the schemes whose actions it serves, or for every one when it serves none."""

from itertools import count
from typing import Any

import pytest

from tests.cases.actions import event
from tests.conftest import DEMONSTRATION
from tests.operation import Things
from tests.operations import Service

SCHEME, OTHER_SCHEME, CODE, YEAR = "call-2023-2026", "clermont", "CALL-1.1", 2025
_titles = count(1)


def result(service: Service) -> dict[str, Any]:
    """The figure of the meetings and workshops of a scheme."""
    query = f"organisation={DEMONSTRATION}&year={YEAR}"
    found = service.get(f"/api/v1/schemes/{SCHEME}/results?{query}", "pilot")
    return next(one for one in found["results"] if one["code"] == CODE)


def held(service: Service, *actions: dict[str, str]) -> dict[str, Any]:
    """A meeting held in the year, that serves these actions."""
    body = event(Things(DEMONSTRATION, code=SCHEME)) | {
        "kind": "meeting",
        "state": "held",
        "held_on": f"{YEAR}-05-06",
        "title": f"Réunion fictive {next(_titles)}",
        "actions": list(actions),
    }
    made: dict[str, Any] = service.make("/api/v1/events", body, "pilot")
    return made


@pytest.mark.parametrize(
    ("actions", "more"),
    [
        ((), 1),
        (({"scheme": SCHEME, "action": "A 1-2"},), 1),
        (({"scheme": OTHER_SCHEME, "action": "ACTION 1"},), 0),
        (
            (
                {"scheme": OTHER_SCHEME, "action": "ACTION 1"},
                {"scheme": SCHEME, "action": "A 1-2"},
            ),
            1,
        ),
    ],
)
def test_an_event_counts_for_the_schemes_that_it_serves(
    service: Service, actions: tuple[dict[str, str], ...], more: int
) -> None:
    before = result(service)
    made = held(service, *actions)
    after = result(service)
    assert int(after["value"]) == int(before["value"]) + more
    address = f"/api/v1/indicators/{after['indicator_id']}/evidence?organisation={DEMONSTRATION}"
    rows = service.get(f"{address}&year={YEAR}&state=counted&limit=100", "pilot")
    assert (made["id"] in {one["id"] for one in rows["items"]}) is bool(more)
    assert rows["counts"]["counted"] == int(after["value"])
