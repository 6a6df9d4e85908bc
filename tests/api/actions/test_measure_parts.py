"""Measures told by part: each part with its two numbers, and the whole that they make."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.api.actions.parted_steps import figure
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import close, fields, reopen
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

RATES = [
    {"part": "Mobilier", "value": "1", "base": "2"},
    {"part": "Papier peint", "value": "10", "base": "100"},
]


@pytest.fixture
def made(service: Service) -> World:
    return world(service, by_part=True)


def told(result: Any) -> dict[str, tuple[str | None, str | None, str | None]]:
    """The parts of a figure: its number, and the two that it comes from."""
    return {one["label"]: (one["value"], one["numerator"], one["base"]) for one in result["parts"]}


def test_parts_come_back_in_their_order_and_make_a_whole(made: World, service: Service) -> None:
    answer = made.measure("FAMILLES", parts=RATES)
    assert answer.status_code == 200, answer.text
    one = answer.json()
    assert one["parts"] == RATES
    assert (one["value"], one["base"], one["words"]) == ("11", "102", None)
    listed = service.get(f"/api/v1/measures?scheme={made.code}")["items"]
    assert listed[0]["parts"] == RATES


def test_the_figure_is_recomputed_from_the_numbers_of_its_parts(made: World) -> None:
    made.measure("FAMILLES", parts=RATES)
    result = figure(made, "FAMILLES")
    assert (result["numerator"], result["denominator"]) == ("11", "102")
    assert told(result) == {
        "Mobilier": ("50.00", "1", "2"),
        "Papier peint": ("10.00", "10", "100"),
    }


def test_organisations_together_add_each_part_number_by_number(made: World) -> None:
    made.measure("FAMILLES", parts=RATES)
    more = [{"part": "mobilier", "value": "1", "base": "6"}, {**RATES[1], "part": "Voirie"}]
    answer = made.measure("FAMILLES", "other-pilot", organisation=OTHER, parts=more)
    assert answer.status_code == 200, answer.text
    result = figure(made, "FAMILLES", DEMONSTRATION, OTHER)
    assert (result["value"], result["numerator"], result["denominator"]) == ("10.58", "22", "208")
    assert told(result)["Mobilier"] == ("25.00", "2", "8")
    assert set(told(result)) == {"Mobilier", "Papier peint", "Voirie"}


def test_parts_that_do_not_add_up_make_no_whole(made: World) -> None:
    parts = [{"part": "EAU", "value": "12"}, {"part": "energie", "value": "30.5"}]
    one = made.measure("NATURES", parts=parts).json()
    assert [each["part"] for each in one["parts"]] == ["Eau", "Énergie"]
    assert (one["value"], one["base"]) == (None, None)
    result = figure(made, "NATURES")
    assert (result["value"], result["reason"]) == (None, None)
    assert told(result) == {"Eau": ("12", None, None), "Énergie": ("30.5", None, None)}


def test_said_again_the_parts_are_those_and_no_other(made: World, service: Service) -> None:
    made.measure("FAMILLES", parts=RATES)
    changed = made.measure("FAMILLES", parts=RATES[1:], If_Match='"1"')
    assert changed.json()["parts"] == RATES[1:]
    assert made.forget("FAMILLES").status_code == 204
    with service.app.state.engines.write.connect() as connection:
        kept = connection.execute(
            sa.text(
                "select count(*) from measure_part where measure_id not in (select id from measure)"
            )
        )
        assert kept.scalar() == 0
    assert figure(made, "FAMILLES")["parts"] == []


@pytest.mark.parametrize(
    ("name", "said", "places"),
    [
        ("FAMILLES", {}, [["parts"]]),
        ("FAMILLES", {"parts": []}, [["parts"]]),
        ("FAMILLES", {"value": "1", "base": "2"}, [["value"], ["base"], ["parts"]]),
        ("FAMILLES", {"words": "un"}, [["words"], ["parts"]]),
        ("FAMILLES", {"parts": [{"part": "A", "value": "1"}]}, [["parts", 0, "base"]]),
        (
            "FAMILLES",
            {"parts": [RATES[0], {"part": "A", "value": "3", "base": "2"}]},
            [["parts", 1, "value"]],
        ),
        (
            "FAMILLES",
            {"parts": [RATES[0], {**RATES[1], "part": " MOBILIER"}]},
            [["parts", 1, "part"]],
        ),
        ("NATURES", {"parts": [{"part": "Carbone", "value": "1"}]}, [["parts", 0, "part"]]),
        (
            "NATURES",
            {"parts": [{"part": "Eau", "value": "1", "base": "2"}]},
            [["parts", 0, "base"]],
        ),
        ("SERVICES", {"parts": [{"part": "A", "value": "1.5"}]}, [["parts", 0, "value"]]),
        ("SERVICES", {"parts": [{"part": "A", "value": "-1"}]}, [["parts", 0, "value"]]),
        ("SERVICES", {"parts": [{"part": "", "value": "1"}]}, [["parts", 0, "part"]]),
        ("SERVICES", {"parts": [{"part": "A" * 121, "value": "1"}]}, [["parts", 0, "part"]]),
        (
            "SERVICES",
            {"parts": [{"part": f"S{n}", "value": "1"} for n in range(61)]},
            [["parts"]],
        ),
        ("KWH", {"value": "1", "parts": [{"part": "A", "value": "1"}]}, [["parts"]]),
    ],
)
def test_parts_that_are_not_expected_are_refused_where_they_stand(
    made: World, name: str, said: dict[str, Any], places: list[list[Any]]
) -> None:
    answer = made.measure(name, **said)
    assert fields(answer) == [["body", *place] for place in places]
    assert all(one["message"].endswith(".") for one in answer.json()["errors"])


def test_a_closed_year_keeps_its_parts(made: World, service: Service) -> None:
    made.measure("FAMILLES", parts=RATES, year=2013)
    closing = close(service, 2013)
    refused = made.measure("FAMILLES", parts=RATES[1:], year=2013, If_Match='"1"')
    reopen(service, closing)
    assert refused.json()["type"] == "year-closed"


def test_the_campaign_says_that_parts_are_expected(made: World) -> None:
    rows = made.rows(made.campaign().json())
    assert rows["FAMILLES"]["parts_expected"] == "famille d’achats"
    assert rows["KWH"]["parts_expected"] is None


def test_the_journal_keeps_the_parts_that_were_said_and_removed(
    made: World, service: Service
) -> None:
    made.measure("FAMILLES", parts=RATES)
    made.forget("FAMILLES")
    with service.app.state.engines.write.connect() as connection:
        query = "select details from audit_event where action like 'measure.%' order by id desc"
        last = connection.execute(sa.text(query)).scalars().first()
    assert "Papier peint" in str(last)
