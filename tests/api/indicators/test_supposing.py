"""« Et si… »: what a rate would be, with contracts and projects that would carry a clause."""

from itertools import count
from typing import Any

import pytest

from tests.cases.programme import project
from tests.conftest import DEMONSTRATION
from tests.operation import Things
from tests.operations import Service

SCHEME = "mel-smart-2023"
# Of the contracts of more than 90 000 €, those with a social clause.
SHARE = "MEL-A2.2"
_years = count(2032)


@pytest.fixture(scope="module")
def indicator(service: Service) -> str:
    """The address of a share whose perimeter has a threshold."""
    found = service.get(f"/api/v1/schemes/{SCHEME}/results?organisation={DEMONSTRATION}&year=2025")
    return next(
        f"/api/v1/indicators/{one['indicator_id']}"
        for one in found["results"]
        if one["code"] == SHARE
    )


@pytest.fixture
def year() -> int:
    """A year in which nothing is awarded nor programmed yet."""
    return next(_years)


def programmed(service: Service, year: int, amount: str | None, state: str = "studied") -> str:
    """A project of the year, as its id."""
    body = project(Things(siret=DEMONSTRATION))
    body |= {"year": year, "estimated_amount": amount, "state": state}
    made: str = service.make("/api/v1/projects", body, service.pilot_of(DEMONSTRATION))["id"]
    return made


def supposed(service: Service, indicator: str, year: int, **ticked: Any) -> dict[str, Any]:
    body = {"organisation": DEMONSTRATION, "year": year, **ticked}
    answer = service.client.post(f"{indicator}/what-if", json=body, headers=service.as_("pilot"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_project_on_the_threshold_stays_out_of_the_perimeter(
    service: Service, indicator: str, year: int
) -> None:
    on, over, unsaid = (
        programmed(service, year, amount) for amount in ("90000.00", "90000.01", None)
    )
    found = supposed(service, indicator, year, projects=[on])
    assert (found["counted"], found["left_out"], found["after"]["value"]) == (0, 1, None)
    found = supposed(service, indicator, year, projects=[on, over, unsaid])
    assert (found["counted"], found["left_out"]) == (2, 1)
    assert (found["after"]["numerator"], found["after"]["denominator"]) == ("2", "2")


def test_the_rest_of_the_programme_enters_the_base_when_it_is_supposed(
    service: Service, indicator: str, year: int
) -> None:
    ticked, _others = (
        programmed(service, year, "150000.00"),
        [programmed(service, year, amount) for amount in ("100000.00", "200000.00", "300000.00")],
    )
    programmed(service, year, "40000.00")
    programmed(service, year, "500000.00", state="abandoned")
    alone = supposed(service, indicator, year, projects=[ticked])
    assert (alone["after"]["value"], alone["joined"]) == ("100.00", 0)
    whole = supposed(service, indicator, year, projects=[ticked], programme=True)
    assert (whole["counted"], whole["joined"], whole["left_out"]) == (1, 3, 0)
    assert whole["after"]["value"] == "25.00"


def test_rows_leave_their_class_and_the_base_does_not_move(
    service: Service, indicator: str
) -> None:
    asked = f"{indicator}/evidence?organisation={DEMONSTRATION}&year=2025"
    lists = {
        state: [one["id"] for one in service.get(f"{asked}&state={state}&limit=2")["items"]]
        for state in ("counted", "not_counted", "unknown", "outside")
    }
    assert all(lists.values())
    ticked = [one for some in lists.values() for one in some]
    found = supposed(service, indicator, 2025, rows=ticked)
    moved = len(lists["not_counted"]) + len(lists["unknown"])
    assert (found["counted"], found["left_out"]) == (moved, len(ticked) - moved)
    before, after = found["before"], found["after"]
    assert int(after["numerator"]) == int(before["numerator"]) + moved
    assert after["unknown"] == before["unknown"] - len(lists["unknown"])
    base = int(before["denominator"]) + len(lists["unknown"])
    assert int(after["denominator"]) == base
