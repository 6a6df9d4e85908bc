"""The figures of reserved markets are those of a plain computation over what the API lists."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from api.reserved.models import ReservableFamily, Reservation, Sourcing
from api.spending.models import Spending
from api.structures.models import Structure
from tests.api.reserved.asking import ask, contract, made, reserve
from tests.api.reserved.plain_figures import World, cents, rate
from tests.api.reserved.saying import CONCESSION_BASES, CONTRACT_BASES, YEARS, say_everything
from tests.conftest import DEMONSTRATION
from tests.operations import Service


def figures(service: Service, year: int) -> Any:
    return service.get(
        f"/api/v1/reserved-contracts/figures?organisation={DEMONSTRATION}&year={year}", "reader"
    )


@pytest.fixture(scope="module")
def world(service: Service) -> World:
    """Two years of the demonstration with something said of everything, and much not said."""
    say_everything(service)
    return World(service, DEMONSTRATION)


@pytest.fixture(params=YEARS)
def year(request: pytest.FixtureRequest) -> int:
    """One of the years."""
    found: int = request.param
    return found


def same(told: Any, expected: dict[str, Any]) -> None:
    assert {name: told[name] for name in expected} == expected


def test_the_world_holds_every_answer(world: World, year: int) -> None:
    found = world.contracts(year)
    for name in ("reserved", "esus", "ess", "inclusive", "disadvantaged"):
        assert {getattr(one, name) for one in found} == {True, False, None}, name
    assert {world.in_family(one) for one in found} == {True, False, None}
    assert any(one.reserved and not one.registered for one in found)
    assert any(one.cents is None and one.reserved for one in found)


def test_reserved_contracts_are_counted_with_what_is_not_known(
    service: Service, world: World, year: int
) -> None:
    counted = [one for one in world.contracts(year) if one.reserved]
    told = figures(service, year)["reserved"]
    same(
        told,
        {
            "contracts": len(counted),
            "unknown": sum(one.reserved is None for one in world.contracts(year)),
            "basis_unknown": sum(not one.registered for one in counted),
            "without_amount": sum(one.cents is None for one in counted),
        },
    )
    assert cents(told["amount"]) == sum(one.cents or 0 for one in counted)


@pytest.mark.parametrize("value", [False, True])
def test_each_share_has_its_base(service: Service, world: World, year: int, value: bool) -> None:
    shares = {one["code"]: one for one in figures(service, year)["shares"]}
    part = "value" if value else "number"
    found = world.contracts(year)
    same(shares["all"][part], rate(found, lambda one: one.reserved, value=value))
    families = rate(found, lambda one: one.reserved, world.in_family, value=value)
    same(shares["families"][part], families)
    assert shares["all"]["base"] != shares["families"]["base"]


@pytest.mark.parametrize("value", [False, True])
@pytest.mark.parametrize("name", ["esus", "disadvantaged", "ess", "inclusive"])
def test_each_category_is_counted_in_number_and_in_value(
    service: Service, world: World, year: int, name: str, value: bool
) -> None:
    told = figures(service, year)
    category = next(one for one in told["legal"] + told["holders"] if one["code"] == name)
    part = "value" if value else "number"
    now, before = world.contracts(year), world.contracts(year - 1)
    same(category[part], rate(now, lambda one: getattr(one, name), value=value))
    both = rate(now + before, lambda one: getattr(one, name), value=value)
    same(category[f"two_years_{part}"], both)


def test_the_two_categories_of_the_law_are_always_there(service: Service) -> None:
    for when in (1990, 2026, 2100):
        assert [one["code"] for one in figures(service, when)["legal"]] == ["esus", "disadvantaged"]


def test_each_article_has_its_contracts(service: Service, world: World, year: int) -> None:
    told = {one["basis"]: one for one in figures(service, year)["by_basis"]}
    for basis in (*CONTRACT_BASES, *CONCESSION_BASES):
        now, before = (
            [one for one in world.contracts(when) if basis in one.bases]
            for when in (year, year - 1)
        )
        if not now and not before:
            assert basis not in told
            continue
        same(
            told[basis],
            {
                "contracts": len(now),
                "before": len(before),
                "without_amount": sum(one.cents is None for one in now),
            },
        )
        if any(one.cents is not None for one in now):
            assert cents(told[basis]["amount"]) == sum(one.cents or 0 for one in now)


def test_domains_make_up_the_articles(service: Service, world: World, year: int) -> None:
    told = figures(service, year)
    for basis in told["by_basis"]:
        domains = [one for one in told["domains"] if one["basis"] == basis["basis"]]
        assert sum(one["contracts"] for one in domains) == basis["contracts"]
        assert len({one["domain"] for one in domains}) == len(domains)
    ids = {one.id for one in world.contracts(year)}
    said = [
        one
        for one in world.reservations
        if one["contract_id"] in ids and one["domain"] == "Textile"
    ]
    textile = [one for one in told["domains"] if one["domain"] == "Textile"]
    assert sum(one["contracts"] for one in textile) == len(said)


def test_money_mandated_to_structures_and_to_nobody_known(
    service: Service, world: World, year: int
) -> None:
    told = figures(service, year)["mandated"]
    lines = [one for one in world.spending if one["year"] == year]
    known = {
        siret: one
        for siret, one in world.structures.items()
        if one["kind"] not in (None, "aucune") or one["ess"] or one["esus"]
    }
    ordinary = {
        siret
        for siret, one in world.structures.items()
        if one["kind"] == "aucune" and one["ess"] is False and not one["esus"]
    }
    to_known = [one for one in lines if one["payee_siret"] in known]
    to_ordinary = [one for one in lines if one["payee_siret"] in ordinary]
    others = [one for one in lines if one["payee_siret"] not in {*known, *ordinary}]
    paid = {one["payee_siret"] for one in to_known}
    total = sum(cents(one["amount"]) or 0 for one in to_known)
    average = floor(Fraction(total, len(paid)) + Fraction(1, 2))
    same(
        told,
        {
            "lines": len(lines),
            "structures": len(paid),
            "unknown_lines": len(others),
            "without_siret": sum(one["payee_siret"] is None for one in lines),
            "reason": None,
        },
    )
    assert cents(told["to_structures"]) == total
    assert cents(told["average"]) == average
    assert cents(told["unknown_amount"]) == sum(cents(one["amount"]) or 0 for one in others)
    apart = sum(cents(one["amount"]) or 0 for one in to_ordinary)
    assert cents(told["ordinary_amount"]) == apart
    assert cents(told["total"]) == total + apart + (cents(told["unknown_amount"]) or 0)
    assert "aucune" not in {kind["kind"] for kind in told["by_kind"]}
    for kind in told["by_kind"]:
        of_kind = [one for one in to_known if known[one["payee_siret"]]["kind"] == kind["kind"]]
        assert cents(kind["amount"]) == sum(cents(one["amount"]) or 0 for one in of_kind)
        assert kind["structures"] == len({one["payee_siret"] for one in of_kind})
    for name, flags in (("esus", ("esus",)), ("ess", ("ess", "esus"))):
        some = [o for o in to_known if any(known[o["payee_siret"]][flag] for flag in flags)]
        assert cents(told[name]) == sum(cents(one["amount"]) or 0 for one in some)


def test_sourcings_are_counted_with_what_they_do_not_say(
    service: Service, world: World, year: int
) -> None:
    told = figures(service, year)["sourcing"]
    found = [one for one in world.sourcings if one["done_on"].startswith(str(year))]
    assert told["sourcings"] == len(found) > 0
    assert told["inclusion_market"] == sum(one["tool"] == "inclusion_market" for one in found)
    for name in ("contacted", "interested", "ess_answers"):
        assert told[name] == {
            "total": sum(one[name] or 0 for one in found),
            "unknown": sum(one[name] is None for one in found),
        }
    for result in told["by_result"]:
        some = [one for one in found if one["result"] == result["result"]]
        assert result["sourcings"] == len(some)


@pytest.mark.usefixtures("world")
def test_an_evolution_is_between_the_figures_of_two_years(service: Service) -> None:
    before, after = (figures(service, when) for when in YEARS)
    told = {one["code"]: one for one in after["evolution"]}
    pairs = {
        "reserved": (before["reserved"]["contracts"], after["reserved"]["contracts"]),
        "amount": (before["reserved"]["amount"], after["reserved"]["amount"]),
        "mandated": (before["mandated"]["to_structures"], after["mandated"]["to_structures"]),
        "structures": (before["mandated"]["structures"], after["mandated"]["structures"]),
        "average": (before["mandated"]["average"], after["mandated"]["average"]),
        "sourcings": (before["sourcing"]["sourcings"], after["sourcing"]["sourcings"]),
    }
    for code, (first, last) in pairs.items():
        one = told[code]
        assert (Decimal(one["before"]), Decimal(one["after"])) == (Decimal(first), Decimal(last))
        assert Decimal(one["difference"]) == Decimal(last) - Decimal(first)
        exact = 100 * (Fraction(last) - Fraction(first)) / abs(Fraction(first))
        assert abs(Fraction(one["change"]) - exact) <= Fraction(5, 1000)


def test_figures_ask_as_many_questions_for_much_as_for_nothing(
    service: Service, world: World
) -> None:
    assert world.reservations
    figures(service, YEARS[0])  # whoever asks first also logs in
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        counts = []
        for when in (1991, *YEARS):
            asked.clear()
            figures(service, when)
            counts.append(len(asked))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(set(counts)) == 1
    assert 0 < counts[0] <= 10


@pytest.fixture
def nothing_said(service: Service) -> Iterator[None]:
    """A buyer of whom nothing is said, put back afterwards."""
    tables: tuple[type[SQLModel], ...] = (
        Sourcing,
        Spending,
        Reservation,
        ReservableFamily,
        Structure,
    )
    with Session(service.app.state.engines.write) as session, session.begin():
        kept = [[one.model_dump() for one in session.scalars(sa.select(t))] for t in tables]
        for table in tables:
            session.execute(sa.delete(table))
    yield
    with Session(service.app.state.engines.write) as session, session.begin():
        for table in tables:
            session.execute(sa.delete(table))
        for table, rows in zip(tables, kept, strict=True):
            if rows:
                session.execute(sa.insert(table), rows)


@pytest.mark.usefixtures("nothing_said")
def test_where_nothing_is_said_nothing_is_zero(service: Service) -> None:
    told = figures(service, 1995)
    mandated = told["mandated"]
    for name in ("total", "to_structures", "ess", "esus", "average", "unknown_amount"):
        assert mandated[name] is None, name
    assert mandated["reason"].endswith("n’est saisi pour cette année")
    for share in told["shares"]:
        assert (share["number"]["value"], share["number"]["low"]) == (None, None)
        assert share["number"]["reason"]
    assert "famille" in told["shares"][1]["number"]["reason"]
    assert {one["change"] for one in told["evolution"]} == {None}
    assert all(one["reason"] for one in told["evolution"])


@pytest.mark.usefixtures("nothing_said")
def test_a_mean_is_rounded_to_the_cent_the_half_upwards(service: Service) -> None:
    for number in (1, 2):
        body = {
            "siret": f"0000066660000{number}",
            "kind": "ea",
            "source": "Essai",
            "as_of": "2026-01-01",
        }
        made(service, "/structures", body)
    lines = [
        {"year": 2001, "payee_siret": "00000666600001", "amount": "100.00"},
        {"year": 2001, "payee_siret": "00000666600002", "amount": "0.01"},
        {"year": 2002, "payee_siret": "00000666600001", "amount": "25.01"},
    ]
    made(service, "/spending", {"buyer_siret": DEMONSTRATION, "lines": lines})
    assert figures(service, 2001)["mandated"]["average"] == "50.01"
    later = {one["code"]: one for one in figures(service, 2002)["evolution"]}
    assert (later["mandated"]["difference"], later["mandated"]["change"]) == ("-75.00", "-74.99")
    assert (later["structures"]["change"], later["average"]["before"]) == ("-50.00", "50.01")


@pytest.mark.usefixtures("nothing_said")
def test_contracts_of_unknown_family_widen_the_interval(service: Service) -> None:
    body = {"buyer_siret": DEMONSTRATION, "family": "Verts", "cpv_prefixes": ["773"]}
    made(service, "/reservable-families", body)
    said = {"notified_on": "1999-06-01"}
    kept = contract(service, cpv="77310000-6", amount="100.00", **said)
    reserve(service, kept["id"], decided_on="1999-01-01")
    plain = contract(service, cpv="77310000-6", amount="300.00", **said)
    ask(
        service,
        "PUT",
        f"/contracts/{plain['id']}/marks",
        {"marks": {"reserved": "no"}},
        If_Match='"1"',
    )
    contract(service, cpv=None, amount="400.00", **said)
    number, value = (figures(service, 1999)["shares"][1][part] for part in ("number", "value"))
    assert (number["value"], number["low"], number["high"]) == ("50.00", "33.33", "66.67")
    assert (value["value"], value["low"], value["high"]) == ("25.00", "12.50", "62.50")
    assert number["completeness"] == "0.6667"
