"""Closed years: one closing stands at a time, and opening again leaves its reason."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from api.closings.models import Closing
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.models import PublishedInsertion
from api.kit.days import today
from tests.conftest import DEMONSTRATION
from tests.operations import Service


def close(service: Service, year: int, status: int = 201) -> dict[str, Any]:
    answer = service.client.post(
        "/api/v1/closings",
        json={"organisation": DEMONSTRATION, "year": year},
        headers=service.as_("pilot"),
    )
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_year_is_closed_once_and_again_after_it_was_opened(service: Service) -> None:
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(sa.delete(PublishedInsertion))
        session.execute(sa.delete(FrozenStatutory))
        session.execute(sa.delete(FrozenFigures))
        session.execute(sa.delete(Closing))
    made = close(service, 2019)
    assert close(service, 2019, status=409)["type"] == "already-closed"
    url = f"/api/v1/closings/{made['id']}/reopen"
    headers = service.as_("administrator")
    opened = service.client.post(url, json={"reason": "Attestation reçue"}, headers=headers)
    assert opened.json()["reason"] == "Attestation reçue"
    again = service.client.post(url, json={"reason": "Attestation reçue"}, headers=headers)
    assert (again.status_code, again.json()["type"]) == (409, "not-closed")
    close(service, 2019)


def test_a_year_that_runs_is_not_closed(service: Service) -> None:
    refused = close(service, today().year, status=422)
    assert refused["errors"][0]["loc"] == ["body", "year"]
