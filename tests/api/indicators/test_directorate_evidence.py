"""The figure of a directorate, or family, opens onto its own rows, those that may be, no others."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.api.indicators.test_engine_evidence import evidence
from tests.operations import Service
from tests.oracle.asking import answered, expected, query_of, schemes, world
from tests.oracle.keeping import ACCOUNT
from tests.oracle.rows import Part

YEAR = 2024
STATES = ("counted", "not_counted", "unknown", "outside")
CODE = "clermont"
# Their rows are told apart, or are of no register.
APART = ("distinct", "breakdown", "reached", "declared", "done", "ratio")
PARTS: Mapping[str, Callable[[Any], Part]] = {
    "directorate": Part,
    "family": lambda _: Part(family="Travaux"),
    "both": lambda one: Part(one, "Travaux"),
}
# Where what puts a row in doubt is said.
SAID_IN = {"directorate_id", "purchase_family", "family"}


@pytest.fixture
def service(asked: Service) -> Service:
    """The service that holds the oracle's world."""
    return asked


@pytest.fixture
def directorate() -> Any:
    """A directorate of the first buyer."""
    return world()["directorate"][0]["id"]


@pytest.mark.parametrize("which", PARTS)
def test_the_lists_of_a_part_are_those_of_the_oracle(
    service: Service, directorate: Any, which: str
) -> None:
    siret, part = world()["organisation"][0]["siret"], PARTS[which](directorate)
    told = answered(service, CODE, (0,), YEAR, query_of(part))
    figures = expected(CODE, (0,), YEAR, part)
    seen = doubts = 0
    for code, one in schemes()[CODE].asked.items():
        figure, result = figures[code], told[code]
        if one["definition"]["aggregate"] in APART or "compare" in one["definition"]:
            continue
        if figure.reason in ("not_by_directorate", "not_by_family", "nothing_kept"):
            continue
        asked = f"organisation={siret}&year={YEAR}{query_of(part)}"
        path = f"/api/v1/indicators/{result['indicator_id']}"
        alone = service.get(f"{path}/results?{asked}", ACCOUNT)
        assert alone["value"] == result["value"], code
        lists = {state: evidence(service, f"{path}/evidence?{asked}", state) for state in STATES}
        ids = {state: {row["id"].replace("-", "") for row in rows} for state, rows in lists.items()}
        if one["definition"]["fact"] != "targeted_action":
            assert ids["counted"] == figure.counted, code
            assert ids["unknown"] == figure.missing, code
        assert len(lists["unknown"]) == result["unknown"], code
        asked_for = [{fill["field"] for fill in row["to_fill"]} for row in lists["unknown"]]
        assert all(asked_for), code
        doubts += sum(bool(fields & SAID_IN) for fields in asked_for)
        seen += 1
    assert seen > 20
    assert doubts > 100


@pytest.mark.parametrize("which", ["directorate", "family"])
def test_what_is_of_the_whole_buyer_has_no_rows_for_a_part(
    service: Service, directorate: Any, which: str
) -> None:
    siret = world()["organisation"][0]["siret"]
    told = answered(service, "oracle-action", (0,), YEAR)
    action = next(one for one in told.values() if one["fact"] == "action")
    address = f"/api/v1/indicators/{action['indicator_id']}/evidence?organisation={siret}"
    answer = service.client.get(
        f"{address}&year={YEAR}&state=counted{query_of(PARTS[which](directorate))}",
        headers=service.as_(ACCOUNT),
    )
    assert answer.status_code == 409
    assert answer.json()["type"] == "not-computed"


def test_a_family_that_no_row_has_is_refused_rather_than_answered_by_zeros(
    service: Service,
) -> None:
    siret = world()["organisation"][0]["siret"]
    told = answered(service, CODE, (0,), YEAR)
    key = next(one["indicator_id"] for one in told.values() if one["fact"] == "contract")
    asked = f"organisation={siret}&year={YEAR}&state=counted&family=Traveaux"
    for path in (f"schemes/{CODE}/results", f"indicators/{key}/results",
                 f"indicators/{key}/evidence"):  # fmt: skip
        answer = service.client.get(f"/api/v1/{path}?{asked}", headers=service.as_(ACCOUNT))
        assert answer.status_code == 422, path
        (error,) = answer.json()["errors"]
        assert error["loc"] == ["query", "family"]
        # The value is not echoed: it may be anything.
        assert error["message"].startswith("Aucune fiche de cette organisation n’a cette famille")


def test_the_families_offered_are_those_that_rows_have(service: Service) -> None:
    buyer = world()["organisation"][1]
    found = service.get(f"/api/v1/organisations/{buyer['siret']}/purchase-families", ACCOUNT)
    tables = ("contract", "consultation", "project", "clause", "spending")
    said = {
        one.get("purchase_family") or one.get("family")
        for table in tables
        for one in world()[table]
        if one["buyer_id"] == buyer["id"]
    }
    assert set(found) == said - {None}
    assert found == sorted(found, key=lambda one: one.replace("É", "E").casefold())


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
