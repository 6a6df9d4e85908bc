"""A closed year keeps its figures for ever: version after version, each as it was computed."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.actions.models import Milestone
from api.closings.models import Closing
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.models import PublishedInsertion
from api.kit.columns import now
from api.schemes.models import Indicator, Scheme, SchemeAdoption
from tests.api.indicators.keeping import (
    INDICATORS,
    OWN_ROWS,
    YEAR,
    buyer_full_of_holes,
    close,
    declare,
    kept,
    live,
    mark,
    reopen,
    scheme,
    timeless,
)
from tests.api.reserved.asking import ask, contract, pages
from tests.conftest import DEMONSTRATION
from tests.operations import Service

FORM_1 = Path(__file__).parents[2] / "data/frozen_figures_form_1.json"
STATES = ("counted", "not_counted", "unknown", "outside")


@pytest.fixture(autouse=True)
def nothing_closed(service: Service) -> None:
    """No year is closed when a test begins; its buyers only have the schemes of the test."""
    with Session(service.app.state.engines.write) as session, session.begin():
        for table in (FrozenStatutory, FrozenFigures, PublishedInsertion, Closing, SchemeAdoption):
            session.execute(sa.delete(table))


@pytest.fixture(scope="module")
def neighbour(service: Service) -> str:
    """Another buyer of the pilot, with contracts full of holes."""
    return buyer_full_of_holes(service)


def frozen(service: Service, code: str, siret: str = DEMONSTRATION) -> Any:
    return service.get(f"/api/v1/frozen-figures/{kept(service, code, siret)[0]['id']}", "reader")


def in_state(service: Service, path: str, state: str) -> list[str]:
    sign = "&" if "?" in path else "?"
    return sorted(one["id"] for one in pages(service, f"{path}{sign}state={state}", 7))


def changes(service: Service, frozen_id: str, against: str) -> tuple[Any, dict[str, Any]]:
    told = service.get(f"/api/v1/frozen-figures/{frozen_id}/diff?against={against}")
    return told, {one["code"]: one for one in told["changes"]}


def test_what_is_kept_is_what_was_computed_that_day(service: Service) -> None:
    code, indicators = scheme(service)
    declare(service, indicators)
    before = live(service, code)
    assert before["frozen"] is None
    close(service)
    found, after = frozen(service, code), live(service, code)
    # Persons are told of once the year is closed, and reached targets need no person here.
    same = [one for one in timeless(found["results"]) if one["code"] != "PERSONS"]
    assert same == [one for one in timeless(before["results"]) if one["code"] != "PERSONS"]
    assert timeless(found["results"]) == timeless(after["results"])
    assert after["frozen"]["id"] == found["id"]
    assert (found["number"], found["reason"], found["standing"]) == (1, None, True)
    assert found["sentence"].startswith("tel que calculé le ")
    assert [one["code"] for one in found["indicators"]] == list(INDICATORS)
    assert found["indicators"][1]["targets"][0]["value"] == "20"
    assert found["as_of"] == f"{YEAR}-12-31"


def test_figures_of_persons_are_told_by_the_closing_that_keeps_them(service: Service) -> None:
    code, _ = scheme(service)
    assert "une fois l’année close" in live(service, code)["results"][-4]["reason"]
    close(service)
    (persons,) = [one for one in frozen(service, code)["results"] if one["code"] == "PERSONS"]
    told = service.get(f"/api/v1/insertion/figures?organisation={DEMONSTRATION}&year={YEAR}")
    assert persons["value"] == str(told["beneficiaries"]["exact"])


def test_every_row_behind_a_figure_is_kept(service: Service, neighbour: str) -> None:
    code, indicators = scheme(service, neighbour)
    close(service, neighbour)
    found = kept(service, code, neighbour)[0]["id"]
    counts = {
        one["indicator_id"]: one
        for one in service.get(f"/api/v1/frozen-figures/{found}")["evidence"]
    }
    met: set[str] = set()
    for name, key in indicators.items():
        if name in OWN_ROWS:
            continue
        for state in STATES:
            shown = f"/indicators/{key}/evidence?organisation={neighbour}&year={YEAR}"
            expected = in_state(service, shown, state)
            path = f"/frozen-figures/{found}/evidence?indicator={key}"
            assert in_state(service, path, state) == expected, (name, state)
            assert counts[key][state] == len(expected)
            met |= {state} if len(expected) > 7 else set()
    assert met == set(STATES)


def test_a_kept_row_is_called_as_it_was_that_day(service: Service) -> None:
    code, indicators = scheme(service)
    one = contract(service, notified_on=f"{YEAR}-06-01", subject="Toiture de la halle")
    mark(service, one["id"], "yes")
    close(service)
    etag = ask(service, "GET", f"/contracts/{one['id']}").headers["etag"]
    renamed = {"subject": "Toiture de l’école"}
    answer = ask(service, "PATCH", f"/contracts/{one['id']}", renamed, If_Match=etag)
    assert answer.status_code == 200, answer.text
    path = f"/frozen-figures/{kept(service, code)[0]['id']}/evidence"
    rows = pages(service, f"{path}?indicator={indicators['COUNT']}&state=counted")
    told = {each["id"]: (each["reference"], each["title"]) for each in rows}
    assert told[one["id"]] == (one["reference"], "Toiture de la halle")


def test_what_was_declared_is_a_row_too(service: Service) -> None:
    code, indicators = scheme(service)
    declare(service, indicators)
    close(service)
    found = kept(service, code)[0]["id"]
    for name, fact, words in (
        ("DECLARED", "measure", "Déclaré le "),
        ("STEP", "milestone", "Fait le 2 mai 2024 ; dit le "),
    ):
        path = f"/api/v1/frozen-figures/{found}/evidence?indicator={indicators[name]}&state=counted"
        (row,) = service.get(path)["items"]
        assert row["fact"] == fact
        assert words in row["title"]


def test_a_step_that_moved_after_the_closing_is_told_as_it_was(service: Service) -> None:
    code, indicators = scheme(service)
    declare(service, indicators)
    close(service)
    step = UUID(indicators["STEP"])
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Milestone)
            .where(col(Milestone.indicator_id) == step)
            .values(done=False, done_on=None)
        )
    found = kept(service, code)[0]["id"]
    path = f"/api/v1/frozen-figures/{found}/evidence?indicator={step}&state=counted"
    (row,) = service.get(path)["items"]
    assert row["title"].startswith("Fait le 2 mai 2024 ; dit le ")


def test_a_year_closed_again_has_another_version_and_the_first_stays(service: Service) -> None:
    code, _ = scheme(service)
    one = contract(service, notified_on=f"{YEAR}-06-01", amount="1000.00", months=6)["id"]
    closing = close(service)
    first = frozen(service, code)
    assert changes(service, first["id"], "today")[0]["changes"] == []
    reopen(service, closing, "Clause oubliée")
    assert live(service, code)["frozen"] is None
    mark(service, one, "yes")
    close(service)
    versions = kept(service, code)
    assert [(each["number"], each["reason"]) for each in versions] == [
        (2, "Clause oubliée"),
        (1, None),
    ]
    assert [each["standing"] for each in versions] == [True, False]
    again = service.get(f"/api/v1/frozen-figures/{first['id']}", "reader")
    assert again == first | {"standing": False}

    told, found = changes(service, versions[0]["id"], "previous")
    assert (told["before"]["number"], told["after"]["number"]) == (1, 2)
    assert found.keys() == {"COUNT", "SHARE", "VALUE", "SUM", "SINCE", "RUNNING"}
    assert told["unchanged"] == len(INDICATORS) - len(found)
    change = found["COUNT"]
    assert int(change["after"]["value"]) == int(change["before"]["value"]) + 1
    assert (change["value_changed"], change["definition_changed"]) == (True, False)
    moves = {each["state"]: each for each in change["evidence"]}
    assert moves["counted"] == {"state": "counted", "added": [one], "removed": []}
    assert moves["unknown"] == {"state": "unknown", "added": [], "removed": [one]}


def test_a_figure_that_moves_after_the_closing_shows_against_today(service: Service) -> None:
    code, indicators = scheme(service)
    one = contract(service, notified_on=f"{YEAR}-06-01", amount="1000.00")["id"]
    mark(service, one, "yes")
    close(service)
    first = frozen(service, code)
    mark(service, one, "no")
    with Session(service.app.state.engines.write) as session, session.begin():
        narrow = session.get_one(Indicator, UUID(indicators["NARROW"]))
        narrow.definition = narrow.definition | {"perimeter": "all"}
        narrow.definition_number = 2
        session.get_one(Indicator, UUID(indicators["OFFERS"])).retired = True
    told, found = changes(service, first["id"], "today")
    assert told["after"] is None
    assert found["NARROW"]["definition_changed"]
    assert found["NARROW"]["after"]["definition_number"] == 2
    assert found["OFFERS"]["after"] is None
    moves = {each["state"]: each for each in found["COUNT"]["evidence"]}
    assert moves["counted"]["removed"] == [one]
    assert moves["not_counted"]["added"] == [one]
    assert frozen(service, code) == first


def test_a_first_version_is_compared_with_nothing_before(service: Service) -> None:
    code, _ = scheme(service)
    close(service)
    path = f"/frozen-figures/{kept(service, code)[0]['id']}/diff"
    answer = ask(service, "GET", path)
    assert (answer.status_code, answer.json()["type"]) == (409, "first-version")


def test_the_whole_is_recomputed_from_what_each_kept(service: Service, neighbour: str) -> None:
    code, indicators = scheme(service, DEMONSTRATION, neighbour)
    declare(service, indicators)
    declare(service, indicators, neighbour)
    close(service)
    path = f"/api/v1/frozen-figures/together?scheme={code}&organisation={neighbour}&year={YEAR}"
    alone = service.get(path)
    assert [one["siret"] for one in alone["missing"]] == [neighbour]
    assert timeless(alone["results"]) == timeless(frozen(service, code)["results"])
    close(service, neighbour)
    expected = {
        one["code"]: one for one in timeless(live(service, code, neighbour, True)["results"])
    }
    whole = service.get(path)
    assert (len(whole["kept"]), whole["missing"]) == (2, [])
    found = {one["code"]: one for one in timeless(whole["results"])}
    assert "ne se compte qu’une fois" in found.pop("HOLDERS")["reason"]
    expected.pop("HOLDERS")
    assert found == expected
    assert found["SHARE"]["denominator"] != alone["results"][1]["denominator"]
    # What changes afterwards is not of what was kept.
    contract(service, notified_on=f"{YEAR}-06-01")
    assert service.get(path) == whole


def test_a_definition_that_changed_between_two_closings_is_not_added_up(
    service: Service, neighbour: str
) -> None:
    code, indicators = scheme(service, DEMONSTRATION, neighbour)
    close(service)
    with Session(service.app.state.engines.write) as session, session.begin():
        one = session.get_one(Indicator, UUID(indicators["SHARE"]))
        one.definition = one.definition | {"where": {"mark": "reserved"}}
    close(service, neighbour)
    path = f"/api/v1/frozen-figures/together?scheme={code}&organisation={neighbour}&year={YEAR}"
    found = {one["code"]: one for one in service.get(path)["results"]}
    assert (found["SHARE"]["value"], found["COUNT"]["value"] is None) == (None, False)
    assert "la définition n’est pas la même" in found["SHARE"]["reason"]


def test_nothing_kept_is_nothing_found(service: Service) -> None:
    code, _ = scheme(service)
    told = f"scheme={code}&organisation={DEMONSTRATION}&year={YEAR}"
    assert ask(service, "GET", f"/frozen-figures/together?{told}").status_code == 404
    assert kept(service, code) == []


def test_a_list_is_paged_and_narrowed(service: Service) -> None:
    codes = [scheme(service)[0] for _ in range(3)]
    close(service)
    listed = pages(service, "/frozen-figures", 1)
    assert sorted(one["scheme"] for one in listed) == sorted(codes)
    assert pages(service, f"/frozen-figures?scheme={codes[1]}")[0]["scheme"] == codes[1]
    assert pages(service, "/frozen-figures?year=2023") == []
    assert pages(service, "/frozen-figures", account="other-pilot") == []


@pytest.mark.parametrize("cursor", ["zzz", "WyItMSJd", "WyI5OTk5OTk5OTkiXQ", "WyLCsiJd"])
def test_a_cursor_of_ones_own_making_is_refused(service: Service, cursor: str) -> None:
    code, indicators = scheme(service)
    close(service)
    told = f"indicator={indicators['COUNT']}&state=counted&cursor={cursor}"
    path = f"/frozen-figures/{kept(service, code)[0]['id']}/evidence?{told}"
    answer = ask(service, "GET", path)
    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["query", "cursor"])


def test_what_was_kept_in_the_first_form_is_still_read(service: Service) -> None:
    """Of a closing made by version 1 of the form: years later, it opens."""
    content = json.loads(FORM_1.read_text(encoding="utf-8"))
    assert content["form"] == 1
    code, _ = scheme(service)
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer = session.scalars(
            sa.select(Organisation).where(col(Organisation.siret) == DEMONSTRATION)
        ).one()
        one = session.scalars(sa.select(Scheme).where(col(Scheme.code) == code)).one()
        closing = Closing(organisation_id=buyer.id, year=YEAR, reopened_at=now(), reason="Essai")
        session.add(closing)
        session.flush()
        row = FrozenFigures(
            scheme_id=one.id,
            organisation_id=buyer.id,
            closing_id=closing.id,
            year=YEAR,
            number=1,
            content=content,
        )
        session.add(row)
        key = row.id
    found = service.get(f"/api/v1/frozen-figures/{key}")
    assert [one["code"] for one in found["results"]] == list(INDICATORS)
    count = next(one["indicator_id"] for one in found["results"] if one["code"] == "COUNT")
    path = f"/frozen-figures/{key}/evidence?indicator={count}&state=not_counted"
    rows = pages(service, path)
    assert rows
    assert {one["title"] for one in rows} == {None}
    assert changes(service, str(key), "today")[0]["unchanged"] == 0
    told = f"scheme={code}&organisation={DEMONSTRATION}&year={YEAR}"
    again = service.get(f"/api/v1/frozen-figures/together?{told}")["results"]
    numbers = ("code", "value", "numerator", "denominator", "unknown", "low", "high", "words")
    # What makes a target reached is judged by the rule of today, of the sums of that day.
    assert [[one[name] for name in numbers] for one in again if one["code"] != "REACHED"] == [
        [one[name] for name in numbers] for one in found["results"] if one["code"] != "REACHED"
    ]
