"""What leaves of persons: small groups are planted, and an attacker tries to work them out.

The attacker knows the register (which clause is of which family, object, amount) and reads an
answer or a public file; the equations between published figures are solved exactly. The same
attack succeeds on figures that are not filtered, and on figures of which only small cells were
hidden: that is how one knows that it can.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import BeneficiaryExit, Employment
from api.insertion.clauses.models import Clause, ClauseObject
from api.insertion.statements.models import HoursLine
from api.rules.hours.vocabulary import (
    EmploymentKind,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    PublicFamily,
    Qualification,
    Sex,
)
from tests.api.insertion.figures_attack import (
    OF_CLAUSES,
    OF_PERSONS,
    Told,
    clause_equations,
    equations,
    naive,
    read_file,
    solved,
    told,
)
from tests.api.insertion.figures_world import LAST, World, cells, clause, closed, file_of
from tests.operations import Service


@pytest.fixture
def world(service: Service) -> World:
    """A buyer and a facilitator of their own."""
    return World(service)


def arrested(world: World, account: str = "pilot") -> Any:
    """The figures of the last year, once closed, as the buyer's people read them."""
    closed(world)
    return world.figures(account, LAST)


def leaving(world: World) -> dict[str, Told]:
    """Every way by which figures leave the facilitator."""
    closed(world)
    found = {account: told(world.figures(account, LAST)) for account in ("pilot", "reader")}
    return found | {"the public": read_file(file_of(world), LAST)}


def register_of(figures: Any, facts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What is known of each clause, under the identifiers of an answer."""
    return {one["id"]: {"clause": one["id"], **facts[one["id"]]} for one in figures["clauses"]}


def test_one_woman_among_twelve_cannot_be_worked_out(world: World) -> None:
    woman, men = world.person(sex=Sex.F), world.persons(11, sex=Sex.H)
    world.work(clause(world), f"{LAST}-03", [woman, *men], 40)
    whole = told(world.figures("facilitator", LAST))
    for shown in (whole, naive(whole)):
        assert solved(equations(shown, 0), "sex:f") == 40
        assert solved(equations(shown, 1), "sex:f") == 1
    for reader, shown in leaving(world).items():
        assert shown[""][""] == (480, 12), reader
        assert shown["sex"]["f"] == shown["sex"]["h"] == (None, None)
        assert solved(equations(shown, 0), "sex:f") is None
        assert solved(equations(shown, 1), "sex:f") is None
    women = world.figures("pilot", LAST)["women"]
    assert women["hours"]["share"] is None
    assert women["persons"]["women"] is None


def test_who_did_nearly_all_the_hours_cannot_be_worked_out(world: World) -> None:
    here = clause(world)
    first = world.person(sex=Sex.F)
    world.work(here, f"{LAST}-03", [first], 190)
    world.work(here, f"{LAST}-04", world.persons(5, sex=Sex.F), 4)
    world.work(here, f"{LAST}-05", world.persons(9, sex=Sex.H), 50)
    whole = told(world.figures("facilitator", LAST))
    assert whole["sex"]["f"] == (210, 6)
    assert solved(equations(whole, 0), "sex:f") == 210
    for shown in leaving(world).values():
        assert shown["sex"]["f"] == (None, None)
        assert solved(equations(shown, 0), "sex:f") is None


def test_nothing_is_told_of_a_buyer_whose_hours_are_of_one_person(world: World) -> None:
    here = clause(world)
    world.work(here, f"{LAST}-03", [world.person(sex=Sex.F)], 900)
    world.work(here, f"{LAST}-04", world.persons(11, sex=Sex.H), 1)
    for shown in leaving(world).values():
        assert shown[""][""] == (911, None)
        for by in OF_PERSONS:
            assert set(shown[by].values()) == {(None, None)}
    found = world.figures("pilot", LAST)
    assert found["beneficiaries"] == {"exact": None, "at_least": None, "status": "secret"}
    assert {one["population"] for one in found["exits"]} == {None}
    # What a company owes is public, whoever did it.
    assert (found["hours"]["validated"], found["clauses"][0]["hours"]) == ("911.00", "911.00")
    assert found["clauses"][0]["persons"] is None


def planted(world: World) -> tuple[Clause, dict[str, dict[str, str]]]:
    """Four persons in a family, whose object is larger and whose neighbours are not small."""
    bracket, buyer = "unknown", str(world.buyer.siret)
    facts: dict[str, dict[str, str]] = {}
    small = None
    for family, kind, number in (
        ("Espaces verts", ClauseObject.SERVICES, 4),
        ("Nettoyage", ClauseObject.SERVICES, 20),
        ("Voirie", ClauseObject.WORKS, 14),
        ("Bâtiment", ClauseObject.WORKS, 30),
    ):
        made = clause(world, purchase_family=family, object=kind)
        small = small or made
        world.work(made, f"{LAST}-03", world.persons(number), 10)
        facts[str(made.id)] = {
            "purchase_family": family,
            "object": kind.value,
            "amount_bracket": bracket,
            "buyer": buyer,
        }
    assert small is not None
    return small, facts


def test_four_persons_in_a_family_cannot_be_worked_out(world: World) -> None:
    small, facts = planted(world)
    target = str(small.id)
    raw = world.figures("facilitator", LAST)
    register = register_of(raw, facts)
    for shown in (told(raw), naive(told(raw))):
        assert solved(clause_equations(shown, register), target) == 4
    closed(world)
    for account in ("pilot", "reader"):
        figures = world.figures(account, LAST)
        families = cells(figures, "purchase_family")
        # The hours are a company's, the persons are nobody's business.
        assert families["Espaces verts"] == ("40.00", None, "secret")
        assert families["Nettoyage"] == ("200.00", None, "secret")
        assert families["Voirie"] == ("140.00", 14, "published")
        # Services are the small family and the other one: 24 persons, and no way to part them.
        assert cells(figures, "object")["services"] == ("240.00", 24, "published")
        assert solved(clause_equations(told(figures), register), target) is None
    file = read_file(file_of(world), LAST)
    by_reference = {one["reference"]: one["id"] for one in raw["clauses"]}
    file["clause"] = {by_reference[key]: pair for key, pair in file["clause"].items()}
    assert solved(clause_equations(file, register), target) is None


def test_the_family_of_publics_and_the_modality_need_eleven_persons(world: World) -> None:
    here = clause(world)
    groups = [
        (PublicFamily.DISABILITY, Modality.SUBCONTRACT_ESAT, 8),
        (PublicFamily.YOUNG, Modality.HIRE_CDI, 15),
        (PublicFamily.SENIOR, Modality.TEMP_ETTI, 20),
    ]
    lines = [
        {"person": one, "hours": 10, "modality": modality}
        for public, modality, number in groups
        for one in world.persons(number, public=public, qualification=Qualification.LEVEL_3)
    ]
    world.state(here, f"{LAST}-03", lines)
    whole = told(world.figures("facilitator", LAST))
    assert solved(equations(naive(whole), 1), "public:disability") == 8
    for shown in leaving(world).values():
        for by, target in (("public", "disability"), ("modality", "subcontract_esat")):
            assert shown[by][target] == (None, None)
            assert solved(equations(shown, 1), f"{by}:{target}") is None
        assert shown["public"]["senior"] == (200, 20)
        # That a sensitive group is empty tells of each of the others: hidden too.
        assert shown["public"]["minimum_income"] == (None, None)
        # Elsewhere nobody is nobody.
        assert shown["qualification"]["4"] == (0, 0)


def test_the_same_persons_counted_together_twice_are_not_more(world: World) -> None:
    for _ in range(3):
        world.state(clause(world), f"{LAST}-03", [{"persons": 3, "hours": 90, "sex": Sex.F}])
    raw = world.figures("facilitator", LAST)
    assert raw["beneficiaries"]["at_least"] == 9
    for shown in leaving(world).values():
        assert shown[""][""] == (270, None)
        assert shown["sex"]["f"] == (None, None)


def test_few_persons_known_one_by_one_are_not_told_apart_from_the_others(world: World) -> None:
    here = clause(world)
    lines: list[dict[str, Any]] = [{"person": one, "hours": 100} for one in world.persons(2)]
    world.state(here, f"{LAST}-03", [*lines, {"persons": 20, "hours": 2000}])
    found = arrested(world)
    assert found["beneficiaries"] == {"exact": None, "at_least": 22, "status": "secret"}
    assert found["women"]["persons"]["unknown"] is None
    assert {one["asked"] for one in found["exits"]} == {None}


def test_exits_and_paths_of_few_persons_are_secret(world: World) -> None:
    people = world.persons(12)
    world.work(clause(world), f"{LAST}-03", people, 460)
    for place, one in enumerate(people):
        situation = ExitSituation.WITHDRAWN if place == 0 else ExitSituation.DURABLE_JOB
        world.add(
            BeneficiaryExit(
                beneficiary_id=one.id, checkpoint=ExitCheckpoint.END, situation=situation
            )
        )
        if place < 10:
            world.add(
                Employment(
                    facilitator_id=world.facilitator.id,
                    beneficiary_id=one.id,
                    kind=EmploymentKind.CDI,
                    starts_on=date(LAST, 1, 1),
                )
            )
    raw = world.figures("facilitator", LAST)
    assert raw["long_paths"]["persons"] == 10
    assert raw["exits"][0]["dynamic"] == 11
    found = arrested(world)
    # Ten of twelve have a long path: two have not.
    assert found["long_paths"]["persons"] is None
    assert found["long_paths"]["contracts"] is None
    assert found["long_paths"]["definition"]
    end = found["exits"][0]
    situations = {one["key"]: one["persons"] for one in end["situations"]}
    assert situations["withdrawn"] is None
    assert situations["durable_job"] is None
    assert end["dynamic"] is None
    assert end["dynamic_share"] is None
    assert (end["asked"], end["response_rate"]) == (12, "1")


def test_nothing_of_one_person_is_in_a_protected_answer(world: World) -> None:
    people = world.persons(12, sex=Sex.F)
    world.work(clause(world), f"{LAST}-03", people, 10)
    closed(world)
    answers = [world.ask(one, world.buyer.siret, LAST).text for one in ("pilot", "reader")]
    answers.append(json.dumps(file_of(world)))
    for text in answers:
        for one in people:
            assert one.pseudonym not in text
            assert str(one.id) not in text
            assert one.id.hex not in text


def test_hours_of_a_clause_are_shown_and_its_persons_from_five_on(world: World) -> None:
    small, large, larger = clause(world), clause(world), clause(world)
    for one, number in ((small, 2), (large, 6), (larger, 9)):
        world.work(one, f"{LAST}-03", world.persons(number), 10)
    found = {one["id"]: one for one in arrested(world)["clauses"]}
    pairs = {key: (one["hours"], one["persons"], one["status"]) for key, one in found.items()}
    assert pairs[str(small.id)] == ("20.00", None, "secret")
    # Two of seventeen less eight would be two: the next smallest is hidden with it.
    assert pairs[str(large.id)] == ("60.00", None, "secret")
    assert pairs[str(larger.id)] == ("90.00", 9, "published")


def test_a_secret_is_never_a_zero(world: World) -> None:
    world.work(clause(world), f"{LAST}-03", world.persons(3, sex=Sex.F), 10)
    found = arrested(world, "reader")
    for breakdown in found["breakdowns"]:
        for one in breakdown["cells"]:
            if one["status"] == "secret":
                assert one["persons"] is None
                assert one["hours"] is None or breakdown["by"] in OF_CLAUSES
            else:
                assert one["persons"] is not None
    assert cells(found, "sex")["f"] == (None, None, "secret")


def test_the_lines_of_a_closed_year_do_not_leave_with_their_persons(world: World) -> None:
    """The attack by the back door: no answer to a buyer's people adds up lines by person."""
    world.work(clause(world), f"{LAST}-03", world.persons(12), 10)
    closed(world)
    with Session(world.service.app.state.engines.read) as session:
        lines = session.scalars(
            sa.select(col(HoursLine.id)).where(col(HoursLine.buyer_id) == world.buyer.id)
        ).all()
    text = world.ask("pilot", world.buyer.siret, LAST).text
    assert lines
    assert not any(str(one) in text for one in lines)
