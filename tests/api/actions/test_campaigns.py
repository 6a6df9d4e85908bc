"""Campaigns: everything that is to be said, who owes it, and where it stands."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit.days import today
from api.schemes.models import Indicator
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import ELSEWHERE, ask, close, fields, pages, reopen
from tests.cases.actions import YEAR
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

TODAY = today()
ASKED = ["PART", "LISTE", "KWH", "NOMBRE", "TAUX", "ECART", "EVOLUTION", "OBJECTIF"]
ASKED += ["JALON", "JALON-AN"]


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.fixture
def made(service: Service) -> World:
    return world(service)


def test_a_campaign_asks_for_what_spaser_does_not_compute_and_once(made: World) -> None:
    opened = made.campaign(message="Bonjour", due_on=in_days(40))
    assert opened.status_code == 201, opened.text
    one = opened.json()
    assert [row["code"] for row in one["rows"]] == ASKED
    assert {row["state"] for row in one["rows"]} == {"to_say"}
    assert {row["due_on"] for row in one["rows"]} == {in_days(40)}
    assert {row["directorate"] for row in one["rows"]} == {None}
    assert (one["to_say"], one["said"], one["late"]) == (len(ASKED), 0, 0)
    assert (one["message"], one["year"], one["version"]) == ("Bonjour", YEAR, 1)
    rows = {row["code"]: row for row in one["rows"]}
    assert {rows[name]["said"] for name in ASKED[:-2]} == {"measure"}
    assert [rows[name]["period"] for name in ("JALON", "JALON-AN")] == ["once", str(YEAR)]
    for name, code in (("base", "PART"), ("words", "LISTE"), ("divisor", "OBJECTIF")):
        assert rows[code][f"{name}_expected"]
        assert not rows["KWH"][f"{name}_expected"]


def test_what_is_said_shows_in_its_row(made: World) -> None:
    opened = made.campaign(due_on=in_days(-1)).json()
    made.measure("PART", value="3", base="4")
    made.measure("KWH", value="3", year=YEAR - 1)
    made.milestone("JALON", done=True, done_on="2024-01-05")
    made.milestone("JALON-AN", done=False, period=str(YEAR - 1))
    rows = made.rows(opened)
    said = rows["PART"]
    assert (said["state"], said["value"], said["base"], said["version"]) == ("said", "3", "4", 1)
    assert said["said_by"] == "Compte pilote"
    assert said["said_at"] is not None
    assert (rows["JALON"]["state"], rows["JALON"]["done_on"]) == ("said", "2024-01-05")
    # Another year says nothing of this one.
    for name in ("KWH", "JALON-AN"):
        assert (rows[name]["state"], rows[name]["value"], rows[name]["done"]) == (
            "late",
            None,
            None,
        )


def test_a_milestone_of_which_only_the_day_is_known_is_still_to_say(made: World) -> None:
    opened = made.campaign(due_on=in_days(9)).json()
    made.milestone("JALON", due_on="2025-12-31")
    row = made.rows(opened)["JALON"]
    assert (row["state"], row["done"], row["version"]) == ("to_say", None, 1)
    made.milestone("JALON", done=False, If_Match='"1"')
    assert made.rows(opened)["JALON"]["state"] == "said"


def test_the_counts_of_the_list_are_those_of_the_rows(made: World, service: Service) -> None:
    opened = made.campaign(due_on=in_days(5)).json()
    made.measure("KWH", value="0")
    made.milestone("JALON", done=False)
    made.assign(opened, "TAUX", due_on=in_days(-3))
    (listed,) = service.get(f"/api/v1/campaigns?scheme={made.code}")["items"]
    assert (listed["to_say"], listed["said"], listed["late"]) == (7, 2, 1)
    states = [row["state"] for row in made.rows(opened).values()]
    assert [states.count(state) for state in ("to_say", "said", "late")] == [7, 2, 1]


def test_one_campaign_a_scheme_and_a_year(made: World) -> None:
    assert made.campaign().status_code == 201
    again = made.campaign()
    assert (again.status_code, again.json()["type"]) == (409, "campaign-taken")
    assert made.campaign(year=YEAR + 1, due_on="2027-01-31").status_code == 201
    assert made.campaign(year=YEAR - 1).status_code == 201


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"due_on": f"{YEAR - 1}-12-31"}, "due_on"),
        ({"due_on": None}, "due_on"),
        ({"scheme": "inconnu"}, "scheme"),
        ({"year": 1999}, "year"),
        ({"message": ""}, "message"),
    ],
)
def test_a_refusal_names_its_field(made: World, said: dict[str, Any], place: str) -> None:
    assert fields(made.campaign(**said)) == [["body", place]]


def test_a_scheme_of_others_is_an_unknown_one(made: World, service: Service) -> None:
    elsewhere = world(service, OTHER)
    assert made.campaign(scheme=elsewhere.code).content == made.campaign(scheme="x").content


def test_a_scheme_that_is_all_computed_asks_for_nothing(made: World, service: Service) -> None:
    computed = {"version": 2, "fact": "contract", "aggregate": "count"}
    ids = [UUID(one) for one in made.indicators.values()]
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Indicator).where(col(Indicator.id).in_(ids)).values(definition=computed)
        )
    answer = made.campaign()
    assert (answer.status_code, answer.json()["type"]) == (409, "nothing-to-say")


def test_the_next_campaign_asks_the_same_directorates(made: World, service: Service) -> None:
    first = made.campaign(year=YEAR).json()
    made.assign(first, "KWH", directorate_id=service.directorate(), due_on=in_days(3))
    later = made.campaign(year=YEAR + 1, due_on="2027-01-31").json()
    row = made.rows(later)["KWH"]
    assert row["directorate"] == {
        "id": service.directorate(),
        "name": "Bâtiments et voirie",
    }
    assert row["due_on"] == "2027-01-31"
    assert made.rows(later)["PART"]["directorate"] is None
    earlier = made.campaign(year=YEAR - 1).json()
    assert made.rows(earlier)["KWH"]["directorate"] is None


def test_an_assignment_is_checked(made: World, service: Service) -> None:
    opened = made.campaign().json()
    foreign = ask(service, "GET", f"/organisations/{OTHER}", account="other-pilot").json()["id"]
    for directorate in (foreign, "01890000-0000-7000-8000-000000000000"):
        wrong = made.assign(opened, "KWH", directorate_id=directorate)
        assert fields(wrong) == [["body", "directorate_id"]]
    assert fields(made.assign(opened, "KWH", due_on="2024-12-31")) == [["body", "due_on"]]
    for name in ("CALCULE", "REPRIS"):
        assert made.assign(opened, name).status_code == 404
    elsewhere = world(service)
    strange = World(service, made.code, elsewhere.indicators)
    assert strange.assign(opened, "KWH").status_code == 404


def test_what_a_scheme_asks_for_since_can_be_added(made: World, service: Service) -> None:
    opened = made.campaign().json()
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Indicator)
            .where(col(Indicator.id) == UUID(made.indicators["CALCULE"]))
            .values(definition={"version": 2, "fact": "measure", "aggregate": "declared"})
        )
    assert made.assign(opened, "CALCULE").status_code == 200
    assert list(made.rows(opened)) == [*ASKED, "CALCULE"]


def test_a_campaign_changes_on_its_last_version(made: World) -> None:
    opened = made.campaign(message="Bonjour").json()
    path = f"/campaigns/{opened['id']}"
    service = made.service
    assert ask(service, "PATCH", path, {"message": None}).status_code == 428
    assert ask(service, "PATCH", path, {"message": None}, If_Match='"2"').status_code == 412
    changed = ask(service, "PATCH", path, {"message": None}, If_Match='"1"')
    assert (changed.json()["message"], changed.json()["due_on"]) == (None, opened["due_on"])
    assert changed.headers["etag"] == '"2"'
    for day in (None, "2024-12-31"):
        refused = ask(service, "PATCH", path, {"due_on": day}, If_Match='"2"')
        assert refused.status_code == 422


def test_a_closed_year_has_no_campaign_any_more(made: World, service: Service) -> None:
    opened = made.campaign(year=2015, due_on="2016-01-31").json()
    made.assign(opened, "KWH", directorate_id=service.directorate())
    closing = close(service, 2015)
    fresh = world(service)
    refused = [
        fresh.campaign(year=2015, due_on="2016-01-31"),
        made.assign(opened, "KWH"),
        ask(service, "PATCH", f"/campaigns/{opened['id']}", {"message": "x"}, If_Match='"1"'),
    ]
    assert [answer.json()["type"] for answer in refused] == ["year-closed"] * 3
    owed = pages(service, "/duties?year=2015", account="directorate")
    assert owed == []
    reopen(service, closing)
    owed = pages(service, "/duties?year=2015", account="directorate")
    assert [one["code"] for one in owed] == ["KWH"]


def test_a_directorate_sees_what_it_owes_and_the_others_all(made: World, service: Service) -> None:
    opened = made.campaign(due_on=in_days(30)).json()
    made.assign(opened, "KWH", directorate_id=service.directorate())
    made.assign(opened, "TAUX", directorate_id=service.directorate(name=ELSEWHERE))
    assert list(made.rows(opened, "directorate")) == ["KWH"]
    for account in ("pilot", "administrator", "reader"):
        assert list(made.rows(opened, account)) == ASKED
    (listed,) = service.get(f"/api/v1/campaigns?scheme={made.code}", "directorate")["items"]
    assert (listed["to_say"], listed["said"], listed["late"]) == (1, 0, 0)
    assert service.get(f"/api/v1/campaigns?scheme={made.code}", "other-pilot")["items"] == []


def test_campaigns_are_listed_the_latest_year_first(made: World, service: Service) -> None:
    for year in (2022, 2024, 2023):
        made.campaign(year=year, due_on="2026-01-31")
    listed = pages(service, f"/campaigns?scheme={made.code}", 1)
    assert [one["year"] for one in listed] == [2024, 2023, 2022]
    (one,) = pages(service, f"/campaigns?scheme={made.code}&year=2023&organisation={DEMONSTRATION}")
    assert (one["scheme_title"], one["organisation_name"]) == (
        "Schéma d’essai",
        "Collectivité de démonstration",
    )
