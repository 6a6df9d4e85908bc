"""The public file of insertion: closed years, and persons told once for all."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract
from api.insertion.beneficiaries.models import Beneficiary, BeneficiaryExit
from api.insertion.figures.models import PublishedInsertion
from api.rules.hours.vocabulary import ExitCheckpoint, ExitSituation, Sex
from tests.api.insertion.figures_attack import OF_CLAUSES, total_of
from tests.api.insertion.figures_world import (
    LAST,
    World,
    clause,
    closed,
    file_of,
    reopened,
    year_of,
)
from tests.operations import Service


@pytest.fixture
def world(service: Service) -> World:
    """A buyer and a facilitator of their own."""
    return World(service)


def test_only_closed_years_are_public(world: World) -> None:
    world.work(clause(world), f"{LAST}-03", world.persons(12), 10)
    file = file_of(world)
    assert [one["annee"] for one in file["annees"]] == [LAST + 1, LAST, LAST - 1, LAST - 2]
    assert file["annees"][0]["statut"] == "provisoire"
    for one in file["annees"][1:]:
        assert (one["statut"], one["motif"]) == (
            "non publiée",
            "année non close\u00a0: non publiée",
        )
        assert one.keys() == {"annee", "statut", "motif"}
    assert "455" in file["definitions"]["parcours_longs"]
    closing = closed(world)
    told = year_of(file_of(world))
    assert (told["statut"], told["heures"]["validees"]) == ("publiée", "120.00")
    assert told["etp"]["libelle"]
    reopened(world, closing)
    assert year_of(file_of(world)).keys() == {"annee", "statut", "motif"}


def test_the_file_answers_as_the_other_public_files_do(world: World) -> None:
    client, address = world.service.client, f"/opendata/{world.buyer.siret}/insertion.json"
    before = client.get(address)
    assert before.headers["content-type"].startswith("application/json")
    again = client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert again.status_code == 304
    head = client.head(address)
    assert (head.headers["etag"], head.content) == (before.headers["etag"], b"")
    closing = closed(world)
    after = client.get(address)
    assert after.headers["etag"] != before.headers["etag"]
    assert client.get(address).content == after.content
    reopened(world, closing)
    assert client.head(address).headers["etag"] not in (after.headers["etag"],)
    assert client.get("/opendata/00000099900014/insertion.json").status_code == 404
    assert client.get(f"/opendata/{world.facilitator.siret}/insertion.json").status_code == 404


def without_hours_of_clauses(year: Any) -> Any:
    """What is told of persons; the hours of clauses are public, and those of today."""
    found = json.loads(json.dumps(year["personnes"]))
    for one in found["repartitions"]:
        if one["par"] in OF_CLAUSES:
            for line in one["lignes"]:
                line.pop("heures")
    return found


def test_what_was_told_of_persons_of_a_year_is_never_told_otherwise(world: World) -> None:
    here = clause(world)
    people = world.persons(12, sex=Sex.H)
    world.work(here, f"{LAST}-03", people, 10)
    closing = closed(world)
    first = year_of(file_of(world))
    world.execute(
        sa.update(Beneficiary).where(col(Beneficiary.id) == people[0].id).values(sex=Sex.F)
    )
    world.add(
        BeneficiaryExit(
            beneficiary_id=people[0].id,
            checkpoint=ExitCheckpoint.M12,
            situation=ExitSituation.DURABLE_JOB,
        )
    )
    # Facts that come after the closing change nothing.
    assert year_of(file_of(world)) == first
    reopened(world, closing)
    world.work(here, f"{LAST}-04", [world.person(sex=Sex.H)], 33)
    closed(world)
    second = year_of(file_of(world))
    assert without_hours_of_clauses(second) == without_hours_of_clauses(first)
    assert (first["heures"]["validees"], second["heures"]["validees"]) == ("120.00", "153.00")
    # Without this, the difference would be the newcomer, with the hours of one person.
    assert total_of(world.figures("facilitator", LAST)) == 13


def test_a_year_that_was_secret_may_be_told_once_it_is_large_enough(world: World) -> None:
    here = clause(world)
    world.work(here, f"{LAST}-03", world.persons(3, sex=Sex.H), 10)
    closing = closed(world)
    assert year_of(file_of(world))["personnes"]["statut"] == "secret"
    reopened(world, closing)
    world.work(here, f"{LAST}-04", world.persons(9, sex=Sex.H), 10)
    closed(world)
    assert year_of(file_of(world))["personnes"]["beneficiaires"]["au_moins"] == 12


def test_figures_are_arrested_with_the_closing_and_with_it_alone(world: World) -> None:
    def kept() -> list[str]:
        with Session(world.service.app.state.engines.read) as session:
            of = col(PublishedInsertion.buyer_id) == world.buyer.id
            found = session.scalars(sa.select(PublishedInsertion).where(of)).all()
            return [str(one.closing_id) for one in found]

    world.work(clause(world), f"{LAST}-03", world.persons(12), 10)
    closing = closed(world)
    assert kept() == [closing]
    for _ in range(2):
        file_of(world)
        world.figures("pilot", LAST)
    body = {"organisation": world.buyer.siret, "year": LAST}
    headers = world.service.as_("pilot")
    refused = world.service.client.post("/api/v1/closings", json=body, headers=headers)
    assert refused.status_code == 409
    assert kept() == [closing]


def test_situations_after_the_end_are_told_once_with_the_closing_of_the_next_year(
    world: World,
) -> None:
    people = world.persons(12)
    early = world.clause(starts_on=date(LAST - 1, 1, 1), ends_on=date(LAST, 12, 31))
    world.work(early, f"{LAST - 1}-03", people, 10)
    closed(world, LAST - 1)
    assert checkpoints(world) == {"fin": 12}
    situated(world, people[:6], ExitCheckpoint.M12)
    # It would be told of one after the other.
    assert checkpoints(world) == {"fin": 12}
    before = world.service.client.head(f"/opendata/{world.buyer.siret}/insertion.json")
    closing = closed(world, LAST)
    after = world.service.client.head(f"/opendata/{world.buyer.siret}/insertion.json")
    assert after.headers["etag"] != before.headers["etag"]
    assert checkpoints(world) == {"fin": 12, "six": 12, "douze": 6}
    situated(world, people[6:], ExitCheckpoint.M12)
    reopened(world, closing)
    closed(world, LAST)
    assert checkpoints(world) == {"fin": 12, "six": 12, "douze": 6}


def test_situations_are_not_completed_with_persons_who_came_since(world: World) -> None:
    people = world.persons(12)
    early = world.clause(starts_on=date(LAST - 1, 1, 1), ends_on=date(LAST, 12, 31))
    world.work(early, f"{LAST - 1}-03", people, 10)
    closing = closed(world, LAST - 1)
    reopened(world, closing)
    world.work(early, f"{LAST - 1}-04", [world.person()], 10)
    closed(world, LAST - 1)
    closed(world, LAST)
    assert checkpoints(world) == {"fin": 12}


def situated(world: World, people: list[Beneficiary], checkpoint: ExitCheckpoint) -> None:
    """They are said to have a lasting job."""
    lasting = ExitSituation.DURABLE_JOB
    world.add(
        *(
            BeneficiaryExit(beneficiary_id=one.id, checkpoint=checkpoint, situation=lasting)
            for one in people
        )
    )


def checkpoints(world: World) -> dict[str, int]:
    """What the public file and the pilot read of the year before the last: persons not asked."""
    public = year_of(file_of(world), LAST - 1)["personnes"]["sorties"]
    read = world.figures("pilot", LAST - 1)["exits"]
    names = {"end": "fin", "m6": "six", "m12": "douze"}
    told = {
        names[one["checkpoint"]]: next(
            cell["persons"] for cell in one["situations"] if cell["key"] == "not_asked"
        )
        for one in read
    }
    assert [one["echeance"] for one in public] == [one["checkpoint"] for one in read]
    return told


def test_a_contract_that_is_not_public_is_not_named(world: World) -> None:
    shown, hidden = clause(world), clause(world)
    for one in (shown, hidden):
        world.work(one, f"{LAST}-03", world.persons(6), 10)
    world.execute(
        sa.update(Contract).where(col(Contract.id) == hidden.contract_id).values(published_on=None)
    )
    closed(world)
    told = year_of(file_of(world))
    assert told["heures"]["validees"] == "120.00"
    assert len(told["marches"]) == len(told["personnes"]["marches"]) == 1
    assert "contrat" not in told["marches"][0]
