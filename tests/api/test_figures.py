"""Figures: the service and an oracle that shares no code with it say the same, digit by digit."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import msgspec
import pytest
from sqlmodel import Session

from api.access.service import by_siret
from api.rules.fiction import fictitious_contracts
from tests.conftest import DEMONSTRATION, LENS_LIEVIN
from tests.operations import Service
from tests.oracle import decp, generated
from tests.oracle.generated import Made
from tests.oracle.oracle import CATALOGUE, Figure, figure
from tests.oracle.seeing import Company, Fact
from tests.oracle.told import aimed, completeness, target_of, told
from tests.oracle.unsummed import set_aside
from tests.oracle.verified import (
    INDICATORS,
    SCHEMES,
    SEED,
    add_buyer,
    add_companies,
    add_contracts,
    add_generated,
    adopt_all,
    codes,
)

VERIFIED = "00000065000010"
FILED = "00000065100018"
REAL = CATALOGUE.parents[1] / "reference/data/demonstration/call-lens-lievin-2019.json"


@pytest.fixture(scope="module")
def verified(service: Service) -> list[Fact]:
    """Four hundred contracts of a buyer, full of holes and of edges."""
    with Session(service.app.state.engines.write) as session, session.begin():
        return add_generated(session, VERIFIED)


def results(service: Service, scheme: str, siret: str, year: int) -> dict[str, dict[str, Any]]:
    """The figures of a scheme that the service computes, by code of indicator."""
    answer = service.get(f"/api/v1/schemes/{scheme}/results?organisation={siret}&year={year}")
    assert (answer["scheme"], answer["year"]) == (scheme, year)
    assert answer["organisation"]["siret"] == siret
    return {one["code"]: one for one in answer["results"] if one["fact"] == "contract"}


def agree(service: Service, facts: Sequence[Fact], siret: str, year: int) -> int:
    """Check every figure of a year against the oracle; answers how many there were."""
    compared = 0
    for scheme in SCHEMES:
        answered = results(service, scheme, siret, year)
        assert answered.keys() == INDICATORS[scheme].keys()
        for code, indicator in INDICATORS[scheme].items():
            found = figure(indicator["definition"], year, facts)
            same(answered[code], found, told(found) | aimed(found, indicator, year))
            compared += 1
    return compared


def same(answer: dict[str, Any], found: Figure, expected: dict[str, Any]) -> None:
    """One figure of the service and one of the oracle, field by field."""
    assert {name: answer[name] for name in expected} == expected
    part = completeness(found)
    if part is None:
        assert answer["completeness"] is None
    else:
        # The nearest of four decimals, but one is for a figure that lacks nothing.
        assert abs(part - Fraction(answer["completeness"])) <= Fraction(1, 2 * 10**4)
        assert (Fraction(answer["completeness"]) == 1) is (part == 1)
    assert (answer["reason"] is None) == (answer["value"] is not None)
    if answer["value"] is None:
        assert answer["reason"].startswith("non calculable : ")
        assert ("périmètre" in answer["reason"]) == (not found.missing)


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2020, 2026])
def test_the_49_real_contracts_give_the_figures_of_the_oracle(service: Service, year: int) -> None:
    facts = decp.facts_of_2019(REAL)
    assert len(facts) == 49
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, LENS_LIEVIN)
        assert buyer is not None
        adopt_all(session, buyer)
    assert agree(service, facts, LENS_LIEVIN, year) == 21


def test_every_year_in_which_a_contract_was_notified_is_offered(service: Service) -> None:
    answer = service.get(
        f"/api/v1/schemes/call-2023-2026/results?organisation={LENS_LIEVIN}&year=2019"
    )
    days = [fact.day for fact in decp.facts_of_2019(REAL)]
    assert (
        answer["years"] == sorted({day.year for day in days if day}, reverse=True) == [2019, 2018]
    )


@pytest.mark.parametrize("year", [*generated.YEARS, 2021, 2022])
def test_four_hundred_contracts_with_holes_give_the_figures_of_the_oracle(
    service: Service, verified: list[Fact], year: int
) -> None:
    assert agree(service, verified, VERIFIED, year) == 21


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2035])
def test_the_target_is_that_of_the_year_or_the_next_to_come(service: Service, year: int) -> None:
    for scheme in SCHEMES:
        address = f"/api/v1/schemes/{scheme}/results?organisation={DEMONSTRATION}&year={year}"
        for result in service.get(address)["results"]:
            if result["fact"] == "contract":
                expected = target_of(INDICATORS[scheme][result["code"]]["targets"], year)
                aims = [one and (one["year"], one["value"]) for one in (result["target"], expected)]
                assert aims[0] == aims[1]


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_figure_read_alone_is_the_one_of_its_scheme(
    service: Service, verified: list[Fact], year: int
) -> None:
    assert verified
    for scheme in SCHEMES:
        for together in results(service, scheme, VERIFIED, year).values():
            alone = service.get(
                f"/api/v1/indicators/{together['indicator_id']}/results"
                f"?organisation={VERIFIED}&year={year}"
            )
            assert alone | {"computed_at": None} == together | {"computed_at": None}


def worlds() -> Iterator[list[Fact]]:
    """One contract, alone in each of its states; then two or three of them together."""
    states: list[Fact] = []
    days, answers = (date(2025, 12, 31), None), (True, False, None)
    for day, answer, amount, cpv in product(
        days, answers, (26_000_00, 0, None, -5_00), ("45000000", None)
    ):
        marks = {} if answer is None else dict.fromkeys(codes(), answer)
        companies = () if answer is None else (POOL[0] if answer else POOL[1],)
        fact = Fact("W0", "marche", day, amount, cpv, None, marks, companies)
        states.append(replace(fact, aside=set_aside(fact.kind, amount)))
    rng = Random(SEED)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    yield from ([state] for state in states)
    for size in (2,) * 30 + (3,) * 20:
        yield [
            replace(one, reference=f"W{rank}") for rank, one in enumerate(rng.sample(states, size))
        ]


POOL = (Company("pme", True), Company("ge", False))


def test_a_few_contracts_in_every_state_give_the_figures_of_the_oracle(service: Service) -> None:
    small = {f"00066{rank:04}00019": facts for rank, facts in enumerate(worlds())}
    with Session(service.app.state.engines.write) as session, session.begin():
        suppliers = add_companies(session, POOL, "seule")
        for siret, facts in small.items():
            some = [Made(one, tuple(map(POOL.index, one.companies))) for one in facts]
            add_contracts(session, add_buyer(session, siret), suppliers, some)
    for siret, facts in small.items():
        agree(service, facts, siret, 2025)


def test_a_file_of_2022_gives_the_figures_of_the_oracle(service: Service) -> None:
    rows: list[Any] = list(fictitious_contracts(SEED, 150, FILED, 2024, 2025, 0.3))
    for row in rows:
        # Companies that the register does not know: it knows the size of some of the others.
        for holder in row.get("titulaires", row.get("concessionnaires", ())):
            for company in holder.values():
                company["id"] = f"009{company['id'][3:]}"
    with Session(service.app.state.engines.write) as session, session.begin():
        add_buyer(session, FILED)
    file = {"file": ("2022.json", msgspec.json.encode({"marches": rows}), "application/json")}
    form = {"organisation": FILED}
    sent = service.client.post(
        "/api/v1/imports", files=file, data=form, headers=service.as_("pilot")
    ).json()
    address = f"/api/v1/imports/{sent['id']}/accept"
    accepted = service.client.post(address, headers=service.as_("pilot")).json()
    assert accepted["rows"]["new"] == len(rows) == 150
    facts = [decp.fact_of_2022(json.loads(json.dumps(row), parse_float=Decimal)) for row in rows]
    for year in (2023, 2024, 2025):
        agree(service, facts, FILED, year)


@pytest.mark.parametrize(
    ("code", "met", "of", "words"),
    [
        ("T1", 0, 6, "5 marchés sous la cible"),
        ("T1", 3, 6, "2 marchés sous la cible"),
        ("T1", 4, 6, "1 marché sous la cible"),
        ("T1", 5, 6, "cible atteinte"),
        ("T1", 6, 6, "cible atteinte"),
        ("A1", 1, 7, "15,71 points sous la cible 2024"),
        ("A1", 2, 7, "1,43 point sous la cible 2024"),
        ("A1", 7, 24, "0,83 point sous la cible 2024"),
        ("A1", 3, 10, "cible 2024 atteinte"),
        ("A1", 1, 10, "20 points sous la cible 2024"),
    ],
)
def test_the_gap_to_the_target_of_the_year_is_told_to_the_digit(
    service: Service, code: str, met: int, of: int, words: str
) -> None:
    siret = f"00067{code[1]}{met:02}{of:02}0001"
    facts = [
        Fact(
            reference=f"E{rank}",
            kind="marche",
            day=date(2024, 1, 1),
            amount=25_000_01,
            marks={"social_clause": rank < met},
            companies=(Company(ess=rank < met),),
        )
        for rank in range(of)
    ]
    with Session(service.app.state.engines.write) as session, session.begin():
        companies = add_companies(session, [one.companies[0] for one in facts], siret)
        some = [Made(one, (rank,)) for rank, one in enumerate(facts)]
        add_contracts(session, add_buyer(session, siret), companies, some)
    agree(service, facts, siret, 2024)
    told_words = results(service, "cd40-2023-2029", siret, 2024)[code]["gap"]
    assert told_words.replace("\N{NO-BREAK SPACE}", " ") == words


def test_figures_say_when_the_register_last_changed(service: Service) -> None:
    address = f"/api/v1/schemes/call-2023-2026/results?organisation={DEMONSTRATION}&year=2024"
    before = service.get(address)["register_moved_at"]
    contract = service.things("contract")
    after = service.get(address)["register_moved_at"]
    assert before is not None
    assert after > before
    headers = service.as_("pilot") | {"If-Match": contract.etag}
    url = f"/api/v1/contracts/{contract.contract_id}"
    assert service.client.delete(url, headers=headers).status_code == 204
    assert service.get(address)["register_moved_at"] > after
