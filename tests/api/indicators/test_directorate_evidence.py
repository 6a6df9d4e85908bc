"""The figure of a directorate opens onto its own rows, and no others."""

from typing import Any

import pytest

from tests.api.indicators.test_engine_evidence import evidence
from tests.operations import Service
from tests.oracle.asking import answered, expected, schemes, world
from tests.oracle.keeping import ACCOUNT

YEAR = 2024
STATES = ("counted", "not_counted", "unknown", "outside")
CODE = "clermont"
# Their rows are told apart, or are of no register.
APART = ("distinct", "breakdown", "reached", "declared", "done", "ratio")


@pytest.fixture
def service(asked: Service) -> Service:
    """The service that holds the oracle's world."""
    return asked


@pytest.fixture
def directorate() -> Any:
    """A directorate of the first buyer."""
    return world()["directorate"][0]["id"]


def test_the_lists_of_a_directorate_are_those_of_the_oracle(
    service: Service, directorate: Any
) -> None:
    siret = world()["organisation"][0]["siret"]
    more = f"&directorate={directorate}"
    told = answered(service, CODE, (0,), YEAR, more)
    figures = expected(CODE, (0,), YEAR, directorate)
    seen = 0
    for code, one in schemes()[CODE].asked.items():
        figure, result = figures[code], told[code]
        if one["definition"]["aggregate"] in APART or "compare" in one["definition"]:
            continue
        if figure.reason in ("not_by_directorate", "nothing_kept"):
            continue
        asked = f"organisation={siret}&year={YEAR}{more}"
        path = f"/api/v1/indicators/{result['indicator_id']}"
        alone = service.get(f"{path}/results?{asked}", ACCOUNT)
        assert alone["value"] == result["value"], code
        lists = {state: evidence(service, f"{path}/evidence?{asked}", state) for state in STATES}
        ids = {state: {row["id"].replace("-", "") for row in rows} for state, rows in lists.items()}
        if one["definition"]["fact"] != "targeted_action":
            assert ids["counted"] == figure.counted, code
            assert ids["unknown"] == figure.missing, code
        assert len(lists["unknown"]) == result["unknown"], code
        seen += 1
    assert seen > 20


def test_what_no_directorate_is_said_of_has_no_rows_for_one(
    service: Service, directorate: Any
) -> None:
    siret = world()["organisation"][0]["siret"]
    told = answered(service, CODE, (0,), YEAR)
    event = next(one for one in told.values() if one["fact"] == "event")
    address = f"/api/v1/indicators/{event['indicator_id']}/evidence?organisation={siret}"
    answer = service.client.get(
        f"{address}&year={YEAR}&state=counted&directorate={directorate}",
        headers=service.as_(ACCOUNT),
    )
    assert answer.status_code == 409
    assert answer.json()["type"] == "not-computed"


def test_the_directorate_of_another_buyer_is_not_found(service: Service) -> None:
    first, second = (one["siret"] for one in world()["organisation"][:2])
    foreign = next(
        one["id"]
        for one in world()["directorate"]
        if one["organisation_id"] == world()["organisation"][1]["id"]
    )
    told = answered(service, CODE, (0,), YEAR)
    key = next(one["indicator_id"] for one in told.values() if one["fact"] == "contract")
    assert first != second
    for path in ("results", "evidence"):
        answer = service.client.get(
            f"/api/v1/indicators/{key}/{path}?organisation={first}&year={YEAR}"
            f"&state=counted&directorate={foreign}",
            headers=service.as_(ACCOUNT),
        )
        assert answer.status_code == 404, path
