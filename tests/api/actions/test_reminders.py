"""What is late or due soon, by directorate, and what one owes oneself."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, SQLModel

from api.kit.days import today
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import ELSEWHERE, pages
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import OUR_DIRECTORATE, Service

TODAY = today()


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.fixture
def made(service: Service, shared_app: FastAPI) -> World:
    """A scheme and a campaign alone: nothing else is owed."""
    with Session(shared_app.state.engines.write) as session, session.begin():
        for name in ("duty", "campaign"):
            session.execute(sa.delete(SQLModel.metadata.tables[name]))
    return world(service)


def reminders(service: Service, account: str = "pilot", query: str = "") -> dict[str, Any]:
    """What is reminded, by directorate."""
    found = service.get(f"/api/v1/duties/reminders?{query}", account)
    return {(one["directorate"] or {"name": ""})["name"]: one for one in found}


def codes(reminder: Any) -> list[str]:
    return [one["code"] for one in reminder["duties"]]


def _assigned(made: World, service: Service) -> Any:
    opened = made.campaign(due_on=in_days(100)).json()
    ours, elsewhere = service.directorate(), service.directorate(name=ELSEWHERE)
    for name, owing, due in (
        ("PART", None, in_days(-2)),
        ("LISTE", ours, in_days(14)),
        ("KWH", ours, in_days(-30)),
        ("NOMBRE", ours, in_days(17)),
        ("TAUX", elsewhere, in_days(5)),
        ("ECART", elsewhere, in_days(-5)),
    ):
        assert made.assign(opened, name, directorate_id=owing, due_on=due).status_code == 200
    return opened


def test_what_is_late_or_due_within_fifteen_days_is_reminded(made: World, service: Service) -> None:
    _assigned(made, service)
    found = reminders(service)
    assert list(found) == ["", OUR_DIRECTORATE, ELSEWHERE]
    assert {name: codes(one) for name, one in found.items()} == {
        "": ["PART"],
        OUR_DIRECTORATE: ["KWH", "LISTE"],
        ELSEWHERE: ["ECART", "TAUX"],
    }
    assert {name: (one["late"], one["soon"]) for name, one in found.items()} == {
        "": (1, 0),
        OUR_DIRECTORATE: (1, 1),
        ELSEWHERE: (1, 1),
    }
    assert codes(reminders(service, query="days=18")[OUR_DIRECTORATE]) == ["KWH", "LISTE", "NOMBRE"]
    assert codes(reminders(service, query="days=0")[OUR_DIRECTORATE]) == ["KWH"]


def test_what_is_said_is_not_reminded(made: World, service: Service) -> None:
    _assigned(made, service)
    made.measure("KWH", value="0")
    assert codes(reminders(service)[OUR_DIRECTORATE]) == ["LISTE"]


def test_a_directorate_is_reminded_of_its_own(made: World, service: Service) -> None:
    _assigned(made, service)
    assert list(reminders(service, "directorate")) == [OUR_DIRECTORATE]
    assert list(reminders(service, query=f"organisation={DEMONSTRATION}")) == [
        "",
        OUR_DIRECTORATE,
        ELSEWHERE,
    ]
    for account, query in (
        ("other-pilot", ""),
        ("facilitator", ""),
        ("pilot", f"organisation={OTHER}"),
    ):
        assert reminders(service, account, query) == {}


def test_one_owes_what_falls_to_ones_directorate(made: World, service: Service) -> None:
    _assigned(made, service)
    owed = pages(service, "/duties", 1, "directorate")
    assert [one["code"] for one in owed] == ["KWH", "LISTE", "NOMBRE"]
    piloted = pages(service, "/duties", 1, "pilot")
    assert [one["code"] for one in piloted] == [
        "PART",
        "EVOLUTION",
        "OBJECTIF",
        "JALON",
        "JALON-AN",
    ]
    assert sorted(one["code"] for one in pages(service, "/duties", 1, "administrator")) == sorted(
        one["code"] for one in piloted
    )
    for account in ("reader", "publisher", "facilitator", "other-pilot"):
        assert pages(service, "/duties", account=account) == []


def test_what_one_owes_is_narrowed_by_state(made: World, service: Service) -> None:
    _assigned(made, service)
    made.measure("LISTE", words="Une chose")

    def found(query: str) -> list[str]:
        return [one["code"] for one in pages(service, f"/duties?{query}", 1, "directorate")]

    assert found("state=said") == ["LISTE"]
    assert found("state=late") == ["KWH"]
    assert found("state=to_say") == ["NOMBRE"]
    assert found("year=2025&state=late") == ["KWH"]
    assert found("year=2024") == []
    assert found(f"organisation={OTHER}") == []
