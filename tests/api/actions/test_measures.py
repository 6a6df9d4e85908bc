"""Declared measures: what is expected is said, the rest is refused with what to do."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.schemes.models import Indicator, Scheme
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import ELSEWHERE, ask, close, fields, pages, reopen
from tests.cases.actions import YEAR
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import UNKNOWN_SIRET, Service

FUTURE = 2099


@pytest.fixture
def made(service: Service) -> World:
    return world(service)


def test_a_measure_keeps_its_figures_to_the_millionth(made: World) -> None:
    said = {"value": "1234567.123456", "source": "Compteur", "comment": "Relevé"}
    answer = made.measure("KWH", **said)
    assert answer.status_code == 200, answer.text
    one = answer.json()
    assert {name: one[name] for name in said} == said
    assert (one["version"], answer.headers["etag"]) == (1, '"1"')
    assert (one["code"], one["scheme"], one["unit"]) == ("KWH", made.code, "unité")
    assert (one["base"], one["words"], one["proofs"]) == (None, None, [])
    assert one["said_by"] == "Compte pilote"


@pytest.mark.parametrize("text", ["0", "0.000001", "100", "999999999999.999999", "12.5"])
def test_a_figure_comes_back_as_it_was_written(made: World, text: str) -> None:
    assert made.measure("KWH", value=text).json()["value"] == text


@pytest.mark.parametrize(
    ("name", "said", "places"),
    [
        ("PART", {"value": "3"}, ["base"]),
        ("PART", {"value": "3", "base": "0"}, ["base"]),
        ("PART", {"value": "3", "base": "-5"}, ["base"]),
        ("PART", {"value": "5.000001", "base": "5"}, ["value"]),
        ("PART", {"base": "5"}, ["value"]),
        ("PART", {"value": "-1", "base": "5"}, ["value"]),
        ("PART", {"value": "1", "base": "5", "words": "un"}, ["words"]),
        ("LISTE", {}, ["words"]),
        ("LISTE", {"words": "un", "value": "1"}, ["value"]),
        ("LISTE", {"words": "un", "base": "1"}, ["base"]),
        ("KWH", {"words": "un"}, ["value", "words"]),
        ("KWH", {"value": "1", "base": "2"}, ["base"]),
        ("KWH", {"value": "-0.5"}, ["value"]),
        ("NOMBRE", {"value": "1.5"}, ["value"]),
        ("EVOLUTION", {"value": "-1", "base": "5"}, ["value"]),
        ("OBJECTIF", {"value": "0"}, ["value"]),
        ("TAUX", {"value": "100.1"}, ["value"]),
        ("TAUX", {"value": "10", "year": FUTURE}, ["year"]),
    ],
)
def test_what_is_not_expected_is_refused(
    made: World, name: str, said: dict[str, Any], places: list[str]
) -> None:
    answer = made.measure(name, **said)
    assert fields(answer) == [["body", place] for place in places]
    assert all(one["message"].endswith(".") for one in answer.json()["errors"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("PART", {"value": "5", "base": "5"}),
        ("PART", {"value": "0", "base": "0.000001"}),
        ("LISTE", {"words": "Premier ; second"}),
        ("NOMBRE", {"value": "12.000000"}),
        ("TAUX", {"value": "100"}),
        ("ECART", {"value": "-3.25"}),
        ("EVOLUTION", {"value": "9", "base": "5"}),
        ("OBJECTIF", {"value": "250"}),
        ("KWH", {"value": "1", "year": 2000}),
    ],
)
def test_what_is_expected_is_kept(made: World, name: str, said: dict[str, Any]) -> None:
    answer = made.measure(name, **said)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "value", ["1e3", "1,5", "0.0000001", "1000000000000.1", 3, 1.5, True, "", " 1", "NaN", "１"]
)
def test_a_figure_has_one_spelling(made: World, value: Any) -> None:
    assert fields(made.measure("KWH", value=value)) == [["body", "value"]]


def test_what_spaser_computes_is_not_declared(made: World) -> None:
    answer = made.measure("CALCULE", value="3")
    assert (answer.status_code, answer.json()["type"]) == (409, "not-expected")
    assert answer.json()["detail"].startswith("Spaser calcule cet indicateur")
    answer = made.measure("JALON", value="3")
    assert (answer.status_code, answer.json()["type"]) == (409, "not-expected")
    assert "jalon" in answer.json()["detail"]


def test_a_shared_definition_is_said_once(made: World, service: Service) -> None:
    one = made.measure("REPRIS", value="3", base="4").json()
    assert (one["code"], one["indicator_id"]) == ("PART", made.indicators["PART"])
    assert made.measure("PART", value="3", base="4").status_code == 428
    listed = service.get(f"/api/v1/measures?scheme={made.code}")["items"]
    assert [each["code"] for each in listed] == ["PART"]
    assert made.forget("REPRIS").status_code == 204


def test_a_retired_indicator_keeps_what_was_said_and_takes_no_more(
    made: World, service: Service
) -> None:
    made.measure("KWH", value="1")
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Indicator)
            .where(col(Indicator.id) == UUID(made.indicators["KWH"]))
            .values(retired=True)
        )
    answer = made.measure("KWH", value="2", If_Match='"1"')
    assert (answer.status_code, answer.json()["type"]) == (409, "not-expected")
    assert service.get(f"/api/v1/measures?scheme={made.code}")["items"][0]["value"] == "1"


def test_a_scheme_that_is_not_adopted_takes_nothing(service: Service) -> None:
    elsewhere = world(service, OTHER)
    answer = elsewhere.measure("KWH", value="1")
    assert (answer.status_code, answer.json()["type"]) == (409, "scheme-not-adopted")


def test_a_scheme_of_another_buyer_does_not_exist(service: Service) -> None:
    elsewhere = world(service, OTHER)
    owner = sa.select(col(Organisation.id)).where(col(Organisation.siret) == OTHER)
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Scheme)
            .where(col(Scheme.code) == elsewhere.code)
            .values(owner_id=owner.scalar_subquery())
        )
    foreign = elsewhere.measure("KWH", value="1")
    path = "/measures/01890000-0000-7000-8000-000000000000"
    body = {"organisation": DEMONSTRATION, "year": YEAR, "value": "1"}
    unknown = ask(service, "PUT", path, body)
    assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_a_change_is_made_on_the_last_version(made: World) -> None:
    assert made.measure("KWH", value="1", If_Match='"1"').status_code == 412
    assert made.measure("KWH", value="1").status_code == 200
    assert made.measure("KWH", value="2").status_code == 428
    assert made.measure("KWH", value="2", If_Match='"7"').status_code == 412
    changed = made.measure("KWH", value="2", If_Match='"1"')
    assert (changed.json()["value"], changed.headers["etag"]) == ("2", '"2"')
    assert changed.json()["source"] is None


def test_a_measure_removed_is_unknown_again(made: World, service: Service) -> None:
    made.measure("KWH", value="1")
    assert made.forget("KWH").status_code == 204
    assert made.forget("KWH").status_code == 404
    assert service.get(f"/api/v1/measures?scheme={made.code}")["items"] == []
    assert made.measure("KWH", value="3").json()["version"] == 1


def test_a_closed_year_keeps_its_measures(made: World, service: Service) -> None:
    made.measure("KWH", value="1", year=2013)
    closing = close(service, 2013)
    refused = [
        made.measure("KWH", value="2", year=2013, If_Match='"1"'),
        made.measure("NOMBRE", value="2", year=2013),
        made.forget("KWH", year=2013),
    ]
    assert [answer.json()["type"] for answer in refused] == ["year-closed"] * 3
    reopen(service, closing)
    assert made.forget("KWH", year=2013).status_code == 204


def test_measures_are_listed_page_by_page_and_narrowed(made: World, service: Service) -> None:
    for year in (2021, 2022):
        for name in ("KWH", "NOMBRE"):
            made.measure(name, value="1", year=year)

    def found(query: str) -> list[tuple[str, int]]:
        path = f"/measures?scheme={made.code}&{query}"
        return [(one["code"], one["year"]) for one in pages(service, path, 1)]

    assert found("") == [("NOMBRE", 2022), ("KWH", 2022), ("NOMBRE", 2021), ("KWH", 2021)]
    assert found("year=2021") == [("NOMBRE", 2021), ("KWH", 2021)]
    assert found(f"indicator={made.indicators['KWH']}&year=2022") == [("KWH", 2022)]
    assert found(f"organisation={DEMONSTRATION}&year=2021") == found("year=2021")
    assert found(f"organisation={UNKNOWN_SIRET}") == []
    assert service.get(f"/api/v1/measures?scheme={made.code}", "other-pilot")["items"] == []
    assert service.get(f"/api/v1/measures?scheme={made.code}", "facilitator")["items"] == []


def test_a_directorate_declares_what_it_owes_and_nothing_else(
    made: World, service: Service
) -> None:
    assert made.measure("KWH", "directorate", value="1").status_code == 403
    opened = made.campaign().json()
    for name, directorate in (("KWH", service.directorate()), ("NOMBRE", _elsewhere(service))):
        assert made.assign(opened, name, directorate_id=directorate).status_code == 200
    assert made.measure("KWH", "directorate", value="1").status_code == 200
    assert made.measure("KWH", "directorate", value="1", year=2024).status_code == 403
    for name in ("NOMBRE", "TAUX"):
        assert made.measure(name, "directorate", value="1").status_code == 403
    assert made.forget("KWH", "directorate").status_code == 204
    assert made.measure("NOMBRE", value="1").status_code == 200
    assert made.forget("NOMBRE", "directorate").status_code == 403


def _elsewhere(service: Service) -> str:
    return service.directorate(name=ELSEWHERE)
