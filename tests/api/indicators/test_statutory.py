"""The rates of article L2111-3 are those of a plain computation over what the API lists."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.indicators.statutory import entries
from api.reserved.models import LegalBasis
from tests.api.reserved.asking import ask, contract, reserve
from tests.api.reserved.plain_figures import DISADVANTAGED, Answer, Told, World, rate
from tests.conftest import DEMONSTRATION
from tests.operations import Service

YEAR = 2025
YEARS = (2024, 2025)
# category -> marks of which one is enough
MARKED = {
    "social": ("social_clause", "social_criterion", "reserved"),
    "social_clause": ("social_clause",),
    "social_criterion": ("social_criterion",),
    "environment": ("environmental_clause", "environmental_criterion"),
    "environmental_clause": ("environmental_clause",),
    "environmental_criterion": ("environmental_criterion",),
}
HELD = ("esus", "disadvantaged", "ess")
_ANSWERS = {"yes": True, "no": False, "unknown": None}


def figures(service: Service, year: int = YEAR) -> Any:
    told = f"organisation={DEMONSTRATION}&year={year}"
    return service.get(f"/api/v1/statutory?{told}", "reader")


def category(service: Service, code: str) -> Any:
    return next(one for one in figures(service)["categories"] if one["code"] == code)


@pytest.fixture(scope="module")
def world(service: Service) -> World:
    """The demonstration, with edges of years and contracts whose reservation is told in part."""
    for day in ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"):
        contract(service, notified_on=day, amount=None)
        for basis in ("L2113-15", "L2113-13"):
            one = contract(service, notified_on=day, amount="70000.00")
            assert reserve(service, one["id"], basis, decided_on="2023-01-01").status_code == 201
        one = contract(service, notified_on=day, amount="0.01")
        etag = ask(service, "GET", f"/contracts/{one['id']}").headers["etag"]
        body = {"marks": {"reserved": "no", "social_clause": "no", "social_criterion": "no"}}
        ask(service, "PUT", f"/contracts/{one['id']}/marks", body, If_Match=etag)
    return World(service, DEMONSTRATION)


@pytest.fixture(scope="module")
def marks(service: Service, world: World) -> dict[str, dict[str, Answer]]:
    """What is said of each contract of both years under each mark."""
    return {
        one.id: {
            found["code"]: _ANSWERS[found["state"]]
            for found in service.get(f"/api/v1/contracts/{one.id}/marks")
        }
        for year in YEARS
        for one in world.contracts(year)
    }


def any_mark(told: dict[str, Answer], codes: tuple[str, ...]) -> Answer:
    answers = [told[code] for code in codes]
    return True if True in answers else None if None in answers else False


def reserved_on(one: Told, bases: set[str]) -> Answer:
    if one.bases & bases:
        return True
    # A reservation on another article, or none at all.
    return False if one.bases or one.reserved is False else None


def same(told: Any, world: World, counted: Callable[[Told], Answer]) -> None:
    """The three rates of a category, in number and in value, digit by digit."""
    spans = [[YEARS[0]], [YEARS[1]], list(YEARS)]
    assert [one["years"] for one in told["rates"]] == spans
    for rates, years in zip(told["rates"], spans, strict=True):
        found = [one for year in years for one in world.contracts(year)]
        for part in ("number", "value"):
            expected = rate(found, counted, value=part == "value")
            assert {name: rates[part][name] for name in expected} == expected, (years, part)


@pytest.mark.parametrize("code", HELD)
def test_who_holds_a_contract_gives_its_category(service: Service, world: World, code: str) -> None:
    same(category(service, code), world, lambda one: getattr(one, code))


@pytest.mark.parametrize("code", MARKED)
def test_what_is_said_of_a_contract_gives_its_category(
    service: Service, world: World, marks: dict[str, dict[str, Answer]], code: str
) -> None:
    same(category(service, code), world, lambda one: any_mark(marks[one.id], MARKED[code]))


@pytest.mark.parametrize(
    ("code", "bases"),
    [("reserved_disadvantaged", DISADVANTAGED), ("reserved_ess", {LegalBasis.ESS.value})],
)
def test_the_article_of_a_reservation_gives_its_category(
    service: Service, world: World, code: str, bases: set[str]
) -> None:
    found = [reserved_on(one, bases) for year in YEARS for one in world.contracts(year)]
    assert set(found) == {True, False, None}
    same(category(service, code), world, lambda one: reserved_on(one, bases))


def test_every_category_is_checked_here() -> None:
    checked = {*HELD, *MARKED, "reserved_disadvantaged", "reserved_ess"}
    assert {one.code for one in entries().categories} == checked


@pytest.mark.usefixtures("world")
def test_the_figures_of_reserved_markets_say_the_same(service: Service) -> None:
    path = f"/api/v1/reserved-contracts/figures?organisation={DEMONSTRATION}&year={YEAR}"
    for one in service.get(path)["legal"]:
        told = category(service, one["code"])["rates"]
        assert (told[1]["number"], told[1]["value"]) == (one["number"], one["value"])
        assert told[2]["number"] == one["two_years_number"]
        assert told[2]["value"] == one["two_years_value"]


def test_each_category_says_where_it_comes_from_and_what_is_doubtful(service: Service) -> None:
    told = figures(service)
    named = [one["code"] for one in told["categories"] if one["named_by_law"]]
    assert named == ["esus", "disadvantaged"]
    for one in told["categories"]:
        assert one["source"]
        assert one["text"].endswith(".")
        assert one["confirmed"] or one["note"]
    assert told["duty"]["threshold"] == "50000000.00"
    doubtful = [one for one in told["categories"] if not one["confirmed"]]
    dated = {one["in_force_from"] for one in doubtful} - {"2023-01-01"}
    assert dated == {"2026-08-21", "2026-08-22"}


def test_nothing_notified_is_not_a_rate_of_zero(service: Service) -> None:
    for one in figures(service, 1995)["categories"]:
        for rates in one["rates"]:
            assert rates["number"]["value"] is None
            assert rates["number"]["reason"].startswith("non calculable : ")


def test_the_file_says_the_same_and_is_harmless(service: Service, odd_name: str) -> None:
    path = f"/statutory.csv?organisation={DEMONSTRATION}&year={YEAR}"
    answer = ask(service, "GET", path, account="reader")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert f"taux-l2111-3-{DEMONSTRATION}-2024-2025.csv" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    told = figures(service)["categories"]
    assert len(lines) == len(told) * 3 * 2
    assert {one["acheteur"] for one in lines} == {f"'{odd_name}"}
    read = iter(lines)
    for one in told:
        for rates in one["rates"]:
            for part, name in (("number", "nombre"), ("value", "valeur")):
                line = next(read)
                assert (line["categorie"], line["mesure"]) == (one["code"], name)
                assert line["annees"] == "-".join(map(str, rates["years"]))
                assert line["taux_pourcent"] == (rates[part]["value"] or "")
                assert line["denominateur"] == rates[part]["denominator"]
                assert line["reponses_manquantes"] == str(rates[part]["unknown"])
                assert line["confirme"] == ("oui" if one["confirmed"] else "non")


@pytest.fixture
def odd_name(service: Service) -> Iterator[str]:
    """The buyer under a name that a spreadsheet would run."""
    own = col(Organisation.siret) == DEMONSTRATION
    engine = service.app.state.engines.write
    with Session(engine) as session, session.begin():
        before = session.scalars(sa.select(col(Organisation.name)).where(own)).one()
        session.execute(sa.update(Organisation).where(own).values(name='=1+1, "x"'))
    yield '=1+1, "x"'
    with Session(engine) as session, session.begin():
        session.execute(sa.update(Organisation).where(own).values(name=before))
