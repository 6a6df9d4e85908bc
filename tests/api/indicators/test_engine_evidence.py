"""Every figure made of rows opens onto them: counted, not counted and why, or to be said.

The three lists are those of the oracle, whatever the fact."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.operations import Service
from tests.oracle.asking import answered, catalogued, expected, schemes, world
from tests.oracle.keeping import ACCOUNT
from tests.oracle.oracle import Figure
from tests.oracle.questions import FAMILIES
from tests.oracle.told import shown
from tests.oracle.world import World

STATES = ("counted", "not_counted", "unknown", "outside")
YEAR = 2024
DAYS = {
    "contract": "Notifié le", "lot": "Notifié le", "consultation": "Lancée le",
    "project": "Prévu le", "reservation": "Réservé le", "hours_line": "Mois",
    "clause": "Commence le", "event": "Tenu le", "evaluation": "Faite le", "sourcing": "Fait le",
}  # fmt: skip
# Rows of these are told apart, or are of no register: their lists are proved elsewhere.
LISTED = ("count", "share", "sum", "sum_share", "average")


@pytest.fixture
def service(asked: Service) -> Service:
    """The service that holds the oracle's world."""
    return asked


@pytest.fixture
def kept() -> World:
    """The oracle's world."""
    return world()


def evidence(service: Service, address: str, state: str, limit: int = 100) -> list[Any]:
    """Every page of a list."""
    items: list[Any] = []
    cursor = ""
    while True:
        page = service.get(f"{address}&state={state}&limit={limit}{cursor}", ACCOUNT)
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = f"&cursor={page['next']}"


def opened(
    service: Service,
    kept: World,
    code: str,
    step: int = 1,
    aggregates: tuple[str, ...] = LISTED,
) -> Iterator[tuple[dict[str, Any], Figure, str]]:
    """Figures of a scheme that have lists, with the oracle's and the address of their evidence."""
    siret = kept["organisation"][0]["siret"]
    results = answered(service, code, (0,), YEAR)
    figures = expected(code, (0,), YEAR)
    some = [
        key
        for key, one in schemes()[code].asked.items()
        if one["definition"]["aggregate"] in aggregates
        and "compare" not in one["definition"]
        and one["definition"]["fact"] not in ("beneficiary", "measure", "milestone")
        and figures[key].reason != "nothing_kept"
    ]
    for key in some[::step]:
        address = f"/api/v1/indicators/{results[key]['indicator_id']}/evidence"
        yield results[key], figures[key], f"{address}?organisation={siret}&year={YEAR}"


def lists_are_those_of_the_oracle(
    result: dict[str, Any], figure: Figure, lists: dict[str, list[Any]]
) -> None:
    """Each row stands where the oracle puts it, and the lists add up to what was counted."""
    ids = {state: [key(one) for one in some] for state, some in lists.items()}
    assert set(ids["counted"]) == figure.counted, result["code"]
    assert set(ids["unknown"]) == figure.missing
    assert {*ids["not_counted"], *ids["outside"]} == figure.not_counted
    if result["aggregate"] == "share":
        whole = len(ids["counted"]) + len(ids["not_counted"])
        assert whole == int(result["denominator"] or 0), result["code"]
    every = [one for some in ids.values() for one in some]
    assert len(every) == len(set(every))
    rows = {one["id"] for some in lists.values() for one in some}
    assert len(rows) == len(every)
    assert len(lists["unknown"]) == result["unknown"] == figure.unknown
    if result["aggregate"] in ("count", "share"):
        assert len(lists["counted"]) == int(result["numerator"])


def key(one: dict[str, Any]) -> str:
    """What the oracle calls a row: its id, or what an action of a project is known by."""
    told: str = one["id"].replace("-", "")
    if one["fact"] == "targeted_action":
        return f"P{one['title'].removeprefix('Projet ')} {one['reference']}"
    return told


@pytest.mark.parametrize("fact", sorted(FAMILIES))
def test_the_three_lists_of_a_fact_are_those_of_the_oracle(
    service: Service, kept: World, fact: str
) -> None:
    seen = 0
    for result, figure, address in opened(service, kept, f"oracle-{fact}", 3):
        lists = {state: evidence(service, address, state) for state in STATES}
        lists_are_those_of_the_oracle(result, figure, lists)
        adds_up(result, figure, lists["counted"])
        for state, some in lists.items():
            for one in some:
                assert one["fact"] == fact
                assert bool(one["to_fill"]) is (state == "unknown"), (result["code"], one)
                assert state in ("not_counted", "outside") or not one["reasons"]
        seen += 1
    assert seen > 2


@pytest.mark.parametrize("fact", sorted(FAMILIES))
def test_every_page_says_how_long_each_list_is(service: Service, kept: World, fact: str) -> None:
    for _result, _figure, address in list(opened(service, kept, f"oracle-{fact}", 9))[:2]:
        lists = {state: evidence(service, address, state) for state in STATES}
        sizes = {state: len(some) for state, some in lists.items()}
        sizes["maybe_outside"] = sum(one["maybe_outside"] for one in lists["unknown"])
        for state in STATES:
            page = service.get(f"{address}&state={state}&limit=2", ACCOUNT)
            assert page["counts"] == sizes
            assert service.get(f"{address}&state={state}&counts=false", ACCOUNT)["counts"] is None
            if page["next"]:
                after = f"{address}&state={state}&limit=2&cursor={page['next']}"
                assert service.get(after, ACCOUNT)["counts"] == sizes


def test_rows_that_only_move_the_bounds_are_told_apart(service: Service, kept: World) -> None:
    moved = 0
    for result, figure, address in opened(service, kept, "oracle-contract", 5):
        if result["aggregate"] != "share":
            continue
        some = evidence(service, address, "unknown")
        doubtful = {key(one) for one in some if one["maybe_outside"]}
        assert doubtful == figure.doubtful
        assert not any(
            one["maybe_outside"]
            for state in ("counted", "not_counted", "outside")
            for one in evidence(service, address, state)
        )
        moved += len(doubtful)
    assert moved > 10


def test_rows_name_the_number_that_they_add_up_and_its_unit(service: Service, kept: World) -> None:
    told = {}
    for fact in ("consultation", "hours_line", "event", "evaluation", "contract"):
        for result, _figure, address in opened(service, kept, f"oracle-{fact}", 2):
            page = service.get(f"{address}&state=counted&limit=1", ACCOUNT)
            found = page["quantity"]
            assert (found is not None) is (result["aggregate"] in ("sum", "sum_share", "average"))
            if found is not None:
                told[found["label"]] = found["unit"]
            assert page["day_label"] == DAYS.get(fact, "Jour")
    assert told["Nombre d’offres reçues"] == "offres reçues"
    assert told["Heures de formation"] == "heures"
    assert told["Note"] == "points sur 20"
    assert told["Durée"] == "mois"
    assert told["Montant"] == "€ HT"


@pytest.mark.parametrize("fact", ["consultation", "event", "sourcing", "hours_line"])
def test_the_rows_of_a_ratio_bring_what_each_of_its_terms_adds_up(
    service: Service, kept: World, fact: str
) -> None:
    seen = 0
    for result, figure, address in opened(service, kept, f"oracle-{fact}", 3, ("ratio",)):
        lists = {state: evidence(service, address, state) for state in STATES}
        quantities = service.get(f"{address}&state=counted&limit=1", ACCOUNT)
        every = [one for some in lists.values() for one in some]
        if quantities["quantity"] is not None:
            assert added(lists["counted"], "weight", figure.part_scale) == figure.numerator
        if quantities["base_quantity"] is None:
            assert all(one["base"] is None for one in every), result["code"]
        elif figure.denominator is not None:
            assert added(every, "base", figure.base_scale) == figure.denominator, result["code"]
            seen += 1
    assert seen


def added(rows: list[Any], name: str, scale: str) -> int:
    """What these rows bring together, in the unit of the tables."""
    unit = {"euros": 100, "hours": 4, "score": 100}.get(scale, 1)
    return sum(round(float(one[name]) * unit) for one in rows if one[name] is not None)


def adds_up(result: dict[str, Any], figure: Figure, counted: list[Any]) -> None:
    """What the counted rows bring is what was added up."""
    if result["aggregate"] not in ("sum", "sum_share", "average"):
        assert all(one["weight"] is None for one in counted)
        return
    assert shown(figure.part_scale, figure.numerator) == result["numerator"]
    assert added(counted, "weight", figure.part_scale) == figure.numerator


def test_a_row_of_no_known_year_says_what_would_date_it(service: Service, kept: World) -> None:
    days = {
        ("oracle-supplier", "civil_year"): (
            "notified_on", "indiquer la date de notification d’un contrat de cette entreprise",
        ),
        ("oracle-clause", "civil_year"): ("starts_on", "indiquer le jour"),
        ("oracle-contract", "in_force"): ("months", "indiquer la durée du marché, en mois"),
    }  # fmt: skip
    for (code, period), (name, text) in days.items():
        asked = schemes()[code].asked
        told = {"field": name, "text": text}
        plain = (
            address
            for result, _, address in opened(service, kept, code)
            if asked[result["code"]]["definition"]["period"] == period
        )
        assert any(told in one["to_fill"] for one in evidence(service, next(plain), "unknown"))


@pytest.mark.parametrize("code", sorted(catalogued()))
def test_the_three_lists_of_every_indicator_of_a_scheme_are_those_of_the_oracle(
    service: Service, kept: World, code: str
) -> None:
    for result, figure, address in opened(service, kept, code, 3 if code == "clermont" else 2):
        lists = {state: evidence(service, address, state) for state in STATES}
        lists_are_those_of_the_oracle(result, figure, lists)


def test_a_row_left_out_says_which_answer_left_it_out(service: Service, kept: World) -> None:
    told = 0
    for code in ("oracle-consultation", "oracle-event", "oracle-spending", "oracle-clause"):
        for result, _figure, address in opened(service, kept, code, 7):
            if result["aggregate"] != "share":
                continue
            for one in evidence(service, address, "not_counted"):
                assert one["reasons"], (result["code"], one)
                assert all(text[0].islower() for text in one["reasons"])
                told += 1
    assert told > 100


@pytest.mark.parametrize("fact", ["contract", "consultation", "spending", "event", "hours_line"])
def test_pages_of_a_list_follow_each_other_without_a_hole_or_a_double(
    service: Service, kept: World, fact: str
) -> None:
    for _result, _figure, address in list(opened(service, kept, f"oracle-{fact}", 12))[:3]:
        for state in STATES:
            whole = evidence(service, address, state)
            assert evidence(service, address, state, limit=7) == whole


def test_what_people_declare_has_no_rows_to_show(service: Service, kept: World) -> None:
    siret = kept["organisation"][0]["siret"]
    for one in answered(service, "clermont", (0,), YEAR).values():
        if one["way"] != "computed":
            address = f"/api/v1/indicators/{one['indicator_id']}/evidence?organisation={siret}"
            answer = service.client.get(
                f"{address}&year={YEAR}&state=counted", headers=service.as_(ACCOUNT)
            )
            assert answer.status_code == 409
            assert answer.json()["type"].endswith("not-computed")


def test_an_action_decided_for_a_project_names_it(service: Service, kept: World) -> None:
    titles = {str(one["id"]): one["title"] for one in kept["project"]}
    seen = 0
    for _result, _figure, address in opened(service, kept, "oracle-targeted_action", 9):
        for one in evidence(service, address, "counted"):
            assert titles[one["project_id"]] == one["title"]
            seen += 1
    assert seen > 2
