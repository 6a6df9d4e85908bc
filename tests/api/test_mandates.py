"""Mandates: a facilitator sees a buyer's clauses from the first day to the last, and no more."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.current import actor_of
from api.access.models import Mandate, Person
from api.access.service import by_siret
from api.kit.days import today
from tests.cases.access import FACILITATOR
from tests.conftest import LENS_LIEVIN
from tests.operations import Service

A_DAY = timedelta(days=1)


@pytest.fixture
def rest(service: Service) -> None:
    """No mandate of Lens-Liévin but those that the test gives."""
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, LENS_LIEVIN)
        assert buyer is not None
        session.execute(sa.delete(Mandate).where(col(Mandate.buyer_id) == buyer.id))


def give(service: Service, starts_on: date, ends_on: date | None, status: int = 201) -> Any:
    body = {
        "buyer_siret": LENS_LIEVIN,
        "facilitator_siret": FACILITATOR,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
    }
    answer = service.client.post(
        "/api/v1/mandates", json=body, headers=service.as_("administrator")
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def sees_lens_lievin(service: Service) -> bool:
    """Whether the facilitator's rights of this moment hold a mandate of Lens-Liévin."""
    with service.app.state.engines.read.connect() as connection:
        person = connection.scalar(
            sa.select(col(Person.id)).where(col(Person.email) == "facilitator@demo.example")
        )
        actor = actor_of(connection, person)
    with Session(service.app.state.engines.read) as session:
        buyer, facilitator = by_siret(session, LENS_LIEVIN), by_siret(session, FACILITATOR)
    assert buyer is not None
    assert facilitator is not None
    assert len(actor.grants) == 1  # however many mandates there are
    return (facilitator.id, buyer.id) in actor.mandates


@pytest.mark.usefixtures("rest")
@pytest.mark.parametrize(
    ("starts", "ends", "seen"),
    [
        (-9, -1, False),
        (-9, 0, True),
        (0, 0, True),
        (0, None, True),
        (1, 9, False),
        (1, None, False),
        (-9, 9, True),
    ],
)
def test_a_mandate_opens_from_its_first_day_to_its_last(
    service: Service, starts: int, ends: int | None, seen: bool
) -> None:
    day = today()
    last = None if ends is None else day + ends * A_DAY
    made = give(service, day + starts * A_DAY, last)
    assert sees_lens_lievin(service) is seen
    assert made["running"] is seen


@pytest.mark.usefixtures("rest")
def test_a_mandate_that_is_ended_closes_at_once(service: Service) -> None:
    made = give(service, today() - 9 * A_DAY, None)
    assert sees_lens_lievin(service)
    answer = service.client.patch(
        f"/api/v1/mandates/{made['id']}",
        json={"ends_on": (today() - A_DAY).isoformat()},
        headers=service.as_("administrator"),
    )
    assert answer.status_code == 200
    assert not sees_lens_lievin(service)


@pytest.mark.usefixtures("rest")
def test_two_mandates_of_one_facilitator_never_overlap(service: Service) -> None:
    give(service, date(2020, 1, 1), date(2020, 12, 31))
    refused = give(service, date(2020, 12, 31), None, status=409)
    assert refused["type"] == "mandate-overlaps"
    give(service, date(2021, 1, 1), None)


@pytest.mark.usefixtures("rest")
def test_an_end_before_the_start_is_told_on_its_field(service: Service) -> None:
    refused = give(service, date(2020, 1, 2), date(2020, 1, 1), status=422)
    assert refused["errors"] == [
        {"loc": ["body", "ends_on"], "message": "est avant le début du mandat."}
    ]


def test_a_mandate_is_given_to_a_facilitator_only(service: Service) -> None:
    body = {
        "buyer_siret": LENS_LIEVIN,
        "facilitator_siret": LENS_LIEVIN,
        "starts_on": "2020-01-01",
    }
    answer = service.client.post(
        "/api/v1/mandates", json=body, headers=service.as_("administrator")
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "facilitator_siret"]
