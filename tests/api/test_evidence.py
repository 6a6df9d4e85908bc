"""A figure opens onto its contracts: those counted, those not and why, those not known yet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
import yaml
from sqlmodel import Session
from starlette.testclient import TestClient

from api.kit.db import Engines
from tests.conftest import Headers
from tests.operations import Service
from tests.oracle import generated
from tests.oracle.oracle import CATALOGUE, figure, is_missing
from tests.oracle.seeing import Company, Fact, seen
from tests.oracle.unsummed import set_aside
from tests.oracle.verified import INDICATORS, SCHEMES, add_generated

VERIFIED = "00000065000010"
YEAR = 2024
STATES = ("counted", "not_counted", "unknown", "outside")
MARKS = yaml.safe_load((CATALOGUE.parents[1] / "reference/data/marks.yaml").read_text("utf-8"))
DENIALS = {mark["denies"]: mark["code"] for mark in MARKS}


def of_another_division(start: str) -> Callable[[Fact], bool]:
    """Whether a contract has a code of the European nomenclature that begins otherwise."""
    return lambda fact: fact.cpv is not None and not fact.cpv.startswith(start)


# What each other reason says of a contract, to be checked on its facts.
REASONS: dict[str, Callable[[Fact], bool]] = {
    "n’est pas un marché": lambda fact: fact.kind == "concession",
    "montant de 25 000 € HT ou moins": lambda fact: (
        fact.amount is not None and fact.amount <= 25_000_00
    ),
    **{
        f"code CPV ne commençant pas par « {start} »": of_another_division(start)
        for start in ("45", "44113", "5023")
    },
    "n’a pas pour cahier des clauses administratives générales (CCAG) « Travaux »": lambda fact: (
        fact.ccag not in (None, "Travaux")
    ),
    "n’a pas pour titulaire une très petite entreprise (TPE) ou une petite ou moyenne entreprise "
    "(PME)": lambda fact: (
        {one.size for one in fact.companies} <= {"eti", "ge"} and fact.companies != ()
    ),
    "n’a pas de titulaire de l’économie sociale et solidaire (ESS)": lambda fact: (
        {one.ess for one in fact.companies} == {False}
    ),
}


@pytest.fixture(scope="module")
def verified(service: Service) -> list[Fact]:
    """Four hundred contracts of a buyer, full of holes and of edges."""
    with Session(service.app.state.engines.write) as session, session.begin():
        return add_generated(session, VERIFIED)


Get = Callable[[str], Any]


def evidence(get: Get, indicator_id: str, year: int, state: str, limit: int = 100) -> list[Any]:
    """Every page of a list."""
    items: list[Any] = []
    address = (
        f"/api/v1/indicators/{indicator_id}/evidence"
        f"?organisation={VERIFIED}&year={year}&state={state}&limit={limit}"
    )
    cursor = ""
    while True:
        page = get(address + cursor)
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = f"&cursor={page['next']}"


def results(get: Get, year: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The figures that the service computes, each with its indicator of the catalogue."""
    for scheme in SCHEMES:
        address = f"/api/v1/schemes/{scheme}/results?organisation={VERIFIED}&year={year}"
        for result in get(address)["results"]:
            if result["fact"] == "contract":
                yield result, INDICATORS[scheme][result["code"]]


@pytest.mark.parametrize("year", [YEAR, 2022])
def test_the_three_lists_of_a_figure_are_those_of_the_oracle(
    service: Service, verified: list[Fact], year: int
) -> None:
    opened = 0
    for result, indicator in results(service.get, year):
        expected = figure(indicator["definition"], year, verified)
        lists = {
            state: [
                item["reference"]
                for item in evidence(service.get, result["indicator_id"], year, state)
            ]
            for state in STATES
        }
        assert set(lists["counted"]) == expected.counted
        assert {*lists["not_counted"], *lists["outside"]} == expected.not_counted
        assert set(lists["unknown"]) == expected.missing
        together = [reference for some in lists.values() for reference in some]
        assert len(together) == len(set(together))
        assert len(lists["unknown"]) == result["unknown"]
        if result["aggregate"] in ("count", "share"):
            assert len(lists["counted"]) == int(result["numerator"])
            assert len(together) >= int(result["denominator"]) + result["unknown"]
        opened += 1
    assert opened == 21


def test_every_contract_left_out_has_a_reason_that_is_true(
    service: Service, verified: list[Fact]
) -> None:
    facts = {fact.reference: fact for fact in verified}
    told: set[str] = set()
    for result, _indicator in results(service.get, YEAR):
        key = result["indicator_id"]
        for item in (
            *evidence(service.get, key, YEAR, "not_counted"),
            *evidence(service.get, key, YEAR, "outside"),
        ):
            assert item["reasons"]
            assert not item["to_fill"]
            for reason in (plain(one) for one in item["reasons"]):
                told.add(reason)
                fact = facts[item["reference"]]
                if reason in DENIALS:
                    assert fact.marks[DENIALS[reason]] is False
                else:
                    assert REASONS[reason](fact), (reason, fact)
    assert told >= REASONS.keys()


def plain(text: str) -> str:
    """The same text with plain spaces."""
    return " ".join(text.split())


def test_pages_of_a_list_follow_each_other_without_a_hole_or_a_double(
    service: Service, verified: list[Fact]
) -> None:
    assert verified
    result = next(one for one, _ in results(service.get, YEAR) if one["code"] == "CALL-3.2")
    whole = evidence(service.get, result["indicator_id"], YEAR, "unknown")
    assert evidence(service.get, result["indicator_id"], YEAR, "unknown", limit=7) == whole
    days = [item["day"] or "" for item in whole]
    assert days == sorted(days, reverse=True)
    assert len(whole) > 70


ANSWERS: dict[str, tuple[Any, ...]] = {
    "notified_on": (date(YEAR, 6, 1), date(YEAR - 1, 12, 31)),
    "amount": (24_999_99, 25_000_01),
    # An amount that cannot be true, corrected.
    "montants": (24_999_99, 25_000_01),
    "cpv": ("45000000", "79710000"),
    "ccag": ("Travaux", "Pas de CCAG"),
    "supplier_size": ("pme", "ge"),
    "supplier_ess": (True, False),
    "suppliers": (Company("pme", True), Company("ge", False)),
}
NAMES = {"notified_on": "day", "montants": "amount"}


def answered(fact: Fact, answers: dict[str, Any]) -> Fact:
    """The contract once these fields are filled in."""
    for name, value in answers.items():
        if name.startswith("mark_"):
            marks = {**fact.marks, name.removeprefix("mark_"): value}
            fact = replace(fact, marks=marks)
        elif name == "suppliers":
            fact = replace(fact, companies=(value,))
        elif name.startswith("supplier_"):
            part = name.removeprefix("supplier_")
            companies = [
                replace(one, **{part: value}) if getattr(one, part) is None else one
                for one in fact.companies
            ]
            fact = replace(fact, companies=tuple(companies))
        else:
            fact = replace(fact, **{NAMES.get(name, name): value})
    return replace(fact, aside=set_aside(fact.kind, fact.amount))


def is_open(definition: dict[str, Any], fact: Fact) -> bool:
    """Whether the figure of the year still lacks an answer about a contract."""
    return any(is_missing(one, definition) for one in seen(definition, YEAR, [fact]))


def every_answer(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """All the ways to fill in these fields."""
    for values in product(*(ANSWERS.get(name, (True, False)) for name in names)):
        yield dict(zip(names, values, strict=True))


def test_what_is_asked_is_enough_whatever_is_answered_and_nothing_is_asked_in_vain(
    service: Service, verified: list[Fact]
) -> None:
    facts = {fact.reference: fact for fact in verified}
    asked: set[str] = set()
    for result, indicator in results(service.get, YEAR):
        definition = indicator["definition"]
        for item in evidence(service.get, result["indicator_id"], YEAR, "unknown"):
            assert not item["reasons"]
            fact = facts[item["reference"]]
            names = [one["field"] for one in item["to_fill"]]
            assert is_open(definition, fact)
            for answers in every_answer(names):
                assert not is_open(definition, answered(fact, answers)), (names, answers, fact)
            for name in names:
                others = [one for one in names if one != name]
                assert any(
                    is_open(definition, answered(fact, answers)) for answers in every_answer(others)
                ), (name, fact)
            asked.update(names)
    assert asked >= ANSWERS.keys()


@pytest.fixture
def sampled(engines: Engines) -> list[Fact]:
    """A hundred of the contracts, in a register of their own."""
    with Session(engines.write) as session, session.begin():
        return add_generated(session, VERIFIED, 100)


def test_filling_in_what_is_asked_takes_the_contract_out_of_the_unknown(
    client: TestClient, pilot: Headers, sampled: list[Fact]
) -> None:
    assert len(sampled) == 100 < generated.COUNT

    def get(address: str) -> Any:
        return client.get(address, headers=pilot).json()

    filled: set[str] = set()
    for result, _indicator in results(get, YEAR):
        for item in evidence(get, result["indicator_id"], YEAR, "unknown"):
            fields = [one["field"] for one in item["to_fill"]]
            if set(fields) <= filled:
                continue
            fill_in(client, pilot, item["contract_id"], fields)
            left = evidence(get, result["indicator_id"], YEAR, "unknown")
            assert item["contract_id"] not in {one["contract_id"] for one in left}, fields
            filled.update(fields)
    assert filled >= ANSWERS.keys()


def fill_in(client: TestClient, pilot: Headers, contract_id: str, fields: list[str]) -> None:
    """Say through the API what is asked of a contract."""
    address = f"/api/v1/contracts/{contract_id}"
    contract = client.get(address, headers=pilot)
    marks = {one.removeprefix("mark_"): "no" for one in fields if one.startswith("mark_")}
    if marks:
        tagged = pilot | {"If-Match": contract.headers["etag"]}
        said = client.put(f"{address}/marks", json={"marks": marks}, headers=tagged)
        assert said.status_code == 200, said.text
    facts = {
        "notified_on": f"{YEAR}-06-01",
        "amount": "25000.01",
        "cpv": "45000000",
        "ccag": "Travaux",
        "suppliers": [known_supplier(client, pilot)],
    }
    asked = {"amount" if name == "montants" else name for name in fields}
    change = {name: facts[name] for name in asked if name in facts}
    if change:
        tag = client.get(address, headers=pilot).headers["etag"]
        said = client.patch(address, json=change, headers=pilot | {"If-Match": tag})
        assert said.status_code == 200, said.text
    for name, value in (("size", "ge"), ("ess", False)):
        if f"supplier_{name}" in fields:
            for supplier in contract.json()["suppliers"]:
                if supplier[name] is None:
                    there = f"/api/v1/suppliers/{supplier['id']}"
                    assert client.patch(there, json={name: value}, headers=pilot).status_code == 200


def known_supplier(client: TestClient, pilot: Headers) -> dict[str, Any]:
    """A company that the register knows all about."""
    page = client.get(f"/api/v1/contracts?buyer={VERIFIED}&limit=100", headers=pilot).json()
    for listed in page["items"]:
        contract = client.get(f"/api/v1/contracts/{listed['id']}", headers=pilot).json()
        for one in contract["suppliers"]:
            if one["size"] is not None and one["ess"] is not None:
                return {name: one[name] for name in ("id_type", "identifier", "name")}
    raise AssertionError("no supplier is known")
