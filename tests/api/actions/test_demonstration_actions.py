"""The demonstration speaks of every indicator that asks for it, and only in ways that are taken."""

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, SQLModel, col

from api import demonstration_actions
from api.access.service import by_siret
from api.actions.expectations import expectation
from api.actions.models import Measure, Milestone
from api.schemes.models import Indicator, Scheme
from api.schemes.service import adopt
from tests.api.reserved.asking import pages
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

_TABLES = ("event", "event_action", "measure", "milestone", "action_state", "campaign", "duty")


@pytest.fixture(scope="module", autouse=True)
def every_model_followed(shared_app: FastAPI) -> None:
    """Another buyer adopts every model of the catalogue, and is given the same demonstration."""
    with Session(shared_app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, OTHER)
        assert buyer is not None
        for scheme_id in session.scalars(sa.select(col(Scheme.id))):
            adopt(session, scheme_id, buyer.id)
        demonstration_actions.load(session, buyer.id)


def kept(app: FastAPI) -> Counter[str]:
    """How many rows each table of the follow-up holds."""
    with Session(app.state.engines.read) as session:
        return Counter(
            {
                name: session.scalar(
                    sa.select(sa.func.count()).select_from(SQLModel.metadata.tables[name])
                )
                for name in _TABLES
            }
        )


def test_the_demonstration_says_something_of_everything(shared_app: FastAPI) -> None:
    assert [name for name, count in kept(shared_app).items() if not count] == []


def test_loading_it_again_adds_nothing(shared_app: FastAPI) -> None:
    before = kept(shared_app)
    with Session(shared_app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        demonstration_actions.load(session, buyer.id)
    assert kept(shared_app) == before


@pytest.mark.parametrize("model", [Measure, Milestone])
def test_what_it_says_is_what_is_expected(shared_app: FastAPI, model: Any) -> None:
    with Session(shared_app.state.engines.read) as session:
        rows = session.execute(
            sa.select(model, col(Indicator.definition), col(Indicator.content)).join(
                Indicator, col(Indicator.id) == col(model.indicator_id)
            )
        ).all()
    assert rows
    for one, definition, content in rows:
        expected = expectation(definition)
        assert expected is not None
        assert expected.said == model.__tablename__
        assert content["same_as"] is None
        if isinstance(one, Measure):
            assert (one.base is not None, one.words is not None) == (expected.base, expected.words)
            assert one.base is None or 0 < (one.value or 0) <= one.base
        else:
            assert (one.period == "once") is expected.once
            assert (one.done_on is not None) is (one.done is True)


def test_its_campaigns_are_shared_between_the_pilot_and_the_directorates(service: Service) -> None:
    for listed in pages(service, f"/campaigns?organisation={DEMONSTRATION}&year=2026"):
        rows = service.get(f"/api/v1/campaigns/{listed['id']}")["rows"]
        assert len(rows) == listed["to_say"] + listed["said"] + listed["late"]
        owing = {row["directorate"] and row["directorate"]["name"] for row in rows}
        assert len(owing) == min(4, len(rows))
