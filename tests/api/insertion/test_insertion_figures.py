"""Figures of insertion: every number against one worked out by hand, for who owns the persons."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.access.models import Mandate
from api.access.permissions import Role
from api.contracts.models import Contract
from api.insertion.beneficiaries.models import BeneficiaryExit, Employment, Training
from api.insertion.clauses.models import Clause, ClauseObject
from api.insertion.figures.breakdowns import Bracket, bracket
from api.kit.days import today
from api.rules.hours.vocabulary import (
    EmploymentKind,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    PublicFamily,
    Qualification,
    Sex,
    StatementState,
    TrainingKind,
)
from tests.api.insertion.figures_world import World, cells
from tests.operations import Service


@pytest.fixture
def world(service: Service) -> World:
    """A buyer and a facilitator of their own."""
    return World(service)


def hours(figures: Any, name: str) -> Decimal:
    return Decimal(figures["hours"][name])


def test_hours_are_added_up_by_the_state_of_their_statement(world: World) -> None:
    clause, someone = world.clause(), world.person()
    states = (
        ("2024-01", StatementState.VALIDATED, 100),
        ("2024-02", StatementState.SUBMITTED, 20),
        ("2024-03", StatementState.TO_CORRECT, 3),
        ("2024-04", StatementState.DRAFT, 1000),
        ("2024-05", StatementState.REJECTED, 1000),
        ("2025-01", StatementState.VALIDATED, 7),
        ("2023-12", StatementState.VALIDATED, 9),
    )
    for when, state, done in states:
        world.state(clause, when, [{"person": someone, "hours": done}], state)
    found = world.figures()
    assert (hours(found, "declared"), hours(found, "validated")) == (123, 100)
    assert hours(found, "since_start") == 109
    assert hours(world.figures(year=2025), "since_start") == 116
    assert hours(world.figures(year=2025), "declared") == 7
    assert found["beneficiaries"] == {"exact": 1, "at_least": 1, "status": "published"}
    assert world.figures(year=2022)["beneficiaries"]["exact"] == 0


def test_what_is_outside_is_declared_and_not_counted(world: World) -> None:
    counting = world.clause(training_counted=True)
    other = world.clause(training_counted=False)
    someone = world.person()
    for clause in (counting, other):
        lines = [
            {"person": someone, "hours": 10, "training": 4},
            {"person": someone, "hours": 30, "training": 8, "outside": "eligibility"},
        ]
        world.state(clause, "2024-01", lines)
        late = [{"person": someone, "hours": 5, "training": 1, "outside": "clause_dates"}]
        world.state(clause, "2024-02", late, StatementState.SUBMITTED)
    found = world.figures()
    assert hours(found, "validated") == 14 + 10
    assert hours(found, "outside") == 38 + 30
    assert hours(found, "declared") == (14 + 38 + 6) + (10 + 30 + 5)
    assert sum(Decimal(one[0]) for one in cells(found, "sex").values()) == 24


def test_whoever_only_worked_outside_is_no_beneficiary(world: World) -> None:
    clause, someone, another = world.clause(), world.person(), world.person()
    lines = [
        {"person": someone, "hours": 10, "outside": "eligibility"},
        {"person": another, "hours": 10},
        {"persons": 4, "hours": 50, "outside": "clause_dates"},
    ]
    world.state(clause, "2024-01", lines)
    assert world.figures()["beneficiaries"]["exact"] == 1
    assert world.figures()["beneficiaries"]["at_least"] == 1


def test_a_correction_holds_the_difference(world: World) -> None:
    clause, someone, gone = world.clause(), world.person(sex=Sex.F), world.person(sex=Sex.H)
    lines = [
        {"person": someone, "hours": 50},
        {"person": gone, "hours": 30},
        {"person": someone, "hours": -10, "reason": "Erreur de saisie"},
        {"person": gone, "hours": -30, "reason": "Autre personne"},
    ]
    world.state(clause, "2024-01", lines)
    found = world.figures()
    assert hours(found, "validated") == 40
    assert found["beneficiaries"]["exact"] == 1
    assert cells(found, "sex")["f"] == ("40.00", 1, "published")
    assert cells(found, "sex")["h"] == ("0.00", 0, "published")


def test_persons_counted_together_are_at_least_those_of_the_fullest_month(world: World) -> None:
    first, second, someone = world.clause(), world.clause(), world.person(sex=Sex.H)
    world.state(
        first,
        "2024-01",
        [
            {"persons": 3, "hours": 60, "sex": Sex.F, "public": PublicFamily.YOUNG},
            {"persons": 2, "hours": 40},
        ],
    )
    world.state(first, "2024-02", [{"persons": 4, "hours": 30, "sex": Sex.F}])
    # The correction of several persons together adds nobody.
    lines = [{"persons": 6, "hours": 70}, {"persons": 0, "hours": -10}]
    world.state(second, "2024-01", [*lines, {"person": someone, "hours": 5}])
    found = world.figures()
    assert found["beneficiaries"] == {"exact": 1, "at_least": 12, "status": "published"}
    sexes = cells(found, "sex")
    assert sexes["f"] == ("90.00", 4, "published")
    assert sexes["h"] == ("5.00", 1, "published")
    assert sexes["unknown"] == ("100.00", 8, "published")
    assert cells(found, "public")["young"] == ("60.00", 3, "published")
    assert cells(found, "age")["unknown"] == ("195.00", 12, "published")
    women = found["women"]
    assert women["hours"]["share"] == "0.947368"
    assert (women["hours"]["known"], women["hours"]["unknown"]) == ("95.00", "100.00")
    assert (women["persons"]["women"], women["persons"]["known"]) == (0, 1)


def test_the_share_of_women_is_over_those_whose_sex_is_known(world: World) -> None:
    clause = world.clause()
    told = ((Sex.F, 30), (Sex.H, 50), (Sex.X, 20), (None, 100))
    lines = [{"person": world.person(sex=sex), "hours": done} for sex, done in told]
    world.state(clause, "2024-01", lines)
    women = world.figures()["women"]
    assert women["hours"] == {
        "women": "30.00",
        "known": "100.00",
        "unknown": "100.00",
        "share": "0.3",
        "status": "published",
    }
    assert women["persons"] == {
        "women": 1,
        "known": 3,
        "unknown": 1,
        "share": "0.333333",
        "status": "published",
    }


def test_a_year_of_nobody_has_no_share(world: World) -> None:
    found = world.figures()
    assert found["women"]["hours"]["share"] is None
    assert found["hours"]["rate"] is None
    assert found["exits"][0]["response_rate"] is None
    assert found["clauses"] == []


def test_every_breakdown_adds_up_to_the_whole(world: World) -> None:
    clauses = [
        world.clause(purchase_family="Voirie", object=ClauseObject.WORKS, amount=24_999),
        world.clause(purchase_family="Voirie", amount=90_000),
        world.clause(object=ClauseObject.SERVICES),
    ]
    people = [
        world.person(
            sex=Sex.F,
            birth_band=2000,
            public=PublicFamily.YOUNG,
            qualification=Qualification.INFRA_3,
            qpv=True,
        ),
        world.person(sex=Sex.H, birth_band=1970, qpv=False),
        world.person(birth_band=1990, qualification=Qualification.LEVEL_5),
        world.person(),
    ]
    for place, clause in enumerate(clauses):
        lines: list[dict[str, Any]] = [
            {"person": one, "hours": 10 * (place + 1), "modality": modality}
            for one, modality in zip(people, [*list(Modality)[:3], None], strict=True)
        ]
        world.state(clause, "2024-04", [*lines, {"persons": 2, "hours": 12.25, "sex": Sex.F}])
    found = world.figures()
    assert hours(found, "validated") == Decimal("276.75")
    for breakdown in found["breakdowns"]:
        whole = sum(Decimal(one["hours"]) for one in breakdown["cells"])
        assert whole == Decimal("276.75"), breakdown["by"]
        keys = [one["key"] for one in breakdown["cells"]]
        assert keys[-1] == "unknown"
        assert len(set(keys)) == len(keys)
        assert all(one["label"] and one["status"] == "published" for one in breakdown["cells"])
    assert cells(found, "age")["under_26"] == ("60.00", 1, "published")
    assert cells(found, "age")["50_plus"] == ("60.00", 1, "published")
    assert cells(found, "qpv")["unknown"] == ("156.75", 8, "published")
    assert cells(found, "modality")["hire_cdi"] == ("60.00", 1, "published")
    assert cells(found, "purchase_family")["Voirie"] == ("144.50", 8, "published")
    assert cells(found, "object")["unknown"] == ("92.25", 6, "published")
    assert cells(found, "amount_bracket")["lt_25000"] == ("52.25", 6, "published")
    assert cells(found, "amount_bracket")["ge_90000"] == ("92.25", 6, "published")
    assert cells(found, "buyer")[str(world.buyer.siret)] == ("276.75", 10, "published")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (None, None),
        (-1, None),
        (0, Bracket.LT_25000),
        (2_499_999, Bracket.LT_25000),
        (2_500_000, Bracket.FROM_25000),
        (3_999_999, Bracket.FROM_25000),
        (4_000_000, Bracket.FROM_40000),
        (8_999_999, Bracket.FROM_40000),
        (9_000_000, Bracket.GE_90000),
    ],
)
def test_the_lower_bound_of_an_amount_belongs_to_its_bracket(
    amount: int | None, expected: Bracket | None
) -> None:
    assert bracket(amount) is expected


def test_a_long_and_qualifying_path_needs_hours_and_a_contract_or_a_training(world: World) -> None:
    clauses = [world.clause(), world.clause()]
    first, trained, short, enough, unqualified, untold = world.persons(6)
    for place, when in enumerate(("2024-01", "2025-01")):
        world.work(clauses[place], when, [first, trained, enough, unqualified, untold], 227.5)
        world.work(clauses[place], f"{when[:5]}05", [short], 227)
    hired = ((first, EmploymentKind.CDI_INCLUSION), (short, EmploymentKind.CDI))
    world.add(
        *(
            Employment(
                facilitator_id=world.facilitator.id,
                beneficiary_id=one.id,
                kind=kind,
                starts_on=date(2024, 1, 1),
            )
            for one, kind in (*hired, (unqualified, EmploymentKind.CDD_SHORT))
        )
    )
    for one, kind, certified, done in (
        (trained, TrainingKind.CERTIFYING, True, 20),
        (trained, TrainingKind.CERTIFYING, True, 15),
        (untold, TrainingKind.CERTIFYING, True, 34.75),
        (untold, TrainingKind.CERTIFYING, True, None),
        (enough, TrainingKind.CERTIFYING, False, 400),
        (unqualified, TrainingKind.QUALIFYING, True, 400),
    ):
        quarters = None if done is None else int(done * 4)
        world.add(Training(beneficiary_id=one.id, kind=kind, certified=certified, hours=quarters))
    assert world.figures(year=2024)["long_paths"]["persons"] == 0
    found = world.figures(year=2025)["long_paths"]
    assert (found["persons"], found["contracts"]) == (2, 2)
    for part in ("455", "CDI inclusion", "35", "certifiante"):
        assert part in found["definition"]


def test_exits_are_told_with_their_response_rate(world: World) -> None:
    people, stranger = world.persons(6), world.person()
    world.work(world.clause(), "2024-05", people, 10)
    told = [
        ExitSituation.DURABLE_JOB,
        ExitSituation.POSITIVE_EXIT,
        ExitSituation.JOB_SEEKING,
        ExitSituation.UNKNOWN,
    ]
    world.add(
        *(
            BeneficiaryExit(
                beneficiary_id=one.id, checkpoint=ExitCheckpoint.END, situation=situation
            )
            for one, situation in zip(people, told, strict=False)
        ),
        BeneficiaryExit(
            beneficiary_id=stranger.id,
            checkpoint=ExitCheckpoint.END,
            situation=ExitSituation.DURABLE_JOB,
        ),
    )
    end, m6, m12 = world.figures()["exits"]
    numbers = [end[name] for name in ("population", "asked", "answered", "dynamic")]
    assert numbers == [6, 4, 3, 2]
    assert (end["response_rate"], end["dynamic_share"]) == ("0.5", "0.666667")
    situations = {one["key"]: one["persons"] for one in end["situations"]}
    assert (situations["durable_job"], situations["unknown"], situations["not_asked"]) == (1, 1, 2)
    assert sum(situations.values()) == 6
    assert [one["asked"] for one in (m6, m12)] == [0, 0]


def test_a_facilitator_sees_all_its_buyers_together_and_each_apart(world: World) -> None:
    other, someone = world.another_buyer(), world.person(sex=Sex.F)
    world.work(world.clause(), "2024-01", [someone], 10)
    world.work(world.clause(buyer=other), "2024-01", [someone, world.person()], 20)
    whole = world.figures(siret=world.facilitator.siret)
    assert (hours(whole, "validated"), whole["beneficiaries"]["exact"]) == (50, 2)
    assert cells(whole, "buyer")[str(other.siret)] == ("40.00", 2, "published")
    assert not whole["protected"]
    assert hours(world.figures(siret=other.siret), "validated") == 40


def test_a_facilitator_never_sees_the_persons_of_another(world: World) -> None:
    other = world.another_facilitator()
    world.work(world.clause(), "2024-01", world.persons(6), 10)
    theirs = world.clause(facilitator=other)
    world.work(theirs, "2024-01", [world.person(facilitator=other)], 1)
    found = world.figures()
    assert (hours(found, "validated"), found["clauses_followed"]) == (60, 1)
    assert found["beneficiaries"]["exact"] == 6
    # The buyer's people see both, protected.
    assert hours(world.figures("pilot"), "validated") == 61
    answer = world.ask("facilitator", other.siret, 2024)
    assert answer.status_code == 404


def test_after_its_mandate_a_facilitator_sees_nothing(world: World) -> None:
    world.work(world.clause(), "2024-01", world.persons(6), 10)
    assert hours(world.figures(siret=world.facilitator.siret), "validated") == 60
    world.execute(
        sa.update(Mandate)
        .where(col(Mandate.facilitator_id) == world.facilitator.id)
        .values(ends_on=today() - timedelta(days=1))
    )
    assert hours(world.figures(siret=world.facilitator.siret), "validated") == 0
    assert world.ask("facilitator", world.buyer.siret, 2024).status_code == 404
    assert hours(world.figures("pilot"), "validated") == 60


def test_a_facilitator_who_is_also_of_the_buyer_reads_its_figures_as_the_buyer(
    world: World,
) -> None:
    world.work(world.clause(), "2024-01", world.persons(3), 10)
    assert not world.figures("facilitator")["protected"]
    world.member("facilitator", world.buyer, Role.READER)
    found = world.figures("facilitator")
    assert found["protected"]
    assert found["beneficiaries"]["exact"] is None
    # The persons are still those of the facilitator.
    assert world.figures(siret=world.facilitator.siret)["beneficiaries"]["exact"] == 3


@pytest.mark.parametrize("account", ["pilot", "reader", "publisher", "administrator"])
def test_no_role_of_a_buyer_opens_the_figures_of_its_facilitator(
    world: World, account: str
) -> None:
    assert world.ask(account, world.facilitator.siret, 2024).status_code == 404
    found = world.figures(account)
    assert found["protected"]
    assert found["secrecy"]


def test_a_clause_without_amount_or_object_is_in_no_bracket(world: World) -> None:
    clause = world.clause()
    world.work(clause, "2024-01", [world.person()], 10)
    assert cells(world.figures(), "amount_bracket")["unknown"][0] == "10.00"
    world.execute(
        sa.update(Contract).where(col(Contract.id) == clause.contract_id).values(amount=4_000_000)
    )
    world.execute(
        sa.update(Clause).where(col(Clause.id) == clause.id).values(object=ClauseObject.WORKS)
    )
    found = world.figures()
    assert cells(found, "amount_bracket")["40000_90000"][0] == "10.00"
    assert cells(found, "object")["works"][0] == "10.00"
