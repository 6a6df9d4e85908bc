"""What nobody foresaw still ends as a problem: no trace shown, no connection lost, no long wait."""

import time
from collections.abc import Iterator
from typing import Literal

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.conftest import Headers
from tests.hostile import CANARY


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The service, with routes that fail as no route of ours should."""
    made = create_app(settings)

    def fail() -> None:
        raise RuntimeError(CANARY)

    def exhaust() -> None:
        raise RecursionError(CANARY)

    def lose_the_database() -> None:
        raise OperationalError(f"SELECT {CANARY}", {}, Exception(CANARY))

    def begin() -> StreamingResponse:
        def pieces() -> Iterator[bytes]:
            yield b"first"
            raise RuntimeError(CANARY)

        return StreamingResponse(pieces())

    for route in (fail, exhaust, lose_the_database, begin):
        made.add_api_route(f"/{route.__name__}", route, response_model=None)
    return made


@pytest.fixture
def strict(app: FastAPI) -> Iterator[TestClient]:
    """A client for which an exception that escapes is an error."""
    with TestClient(app) as opened:
        yield opened


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    ("path", "status", "type_"),
    [
        ("/fail", 500, "internal"),
        ("/exhaust", 500, "internal"),
        ("/lose_the_database", 503, "unavailable"),
    ],
)
def test_an_unforeseen_failure_is_a_problem_that_tells_nothing_of_its_cause(
    strict: TestClient, path: str, status: int, type_: str
) -> None:
    answer = strict.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == type_
    assert CANARY not in answer.text
    assert "Traceback" not in answer.text
    assert strict.get("/api/health/live").status_code == 200


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_an_unforeseen_failure_has_a_number_that_the_log_knows(
    strict: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    detail = strict.get("/fail").json()["detail"]
    number = detail.rsplit(" ", 1)[1].rstrip(".")
    assert len(number) == 12
    assert number in caplog.text


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_failure_after_the_answer_has_begun_cuts_it(strict: TestClient) -> None:
    with pytest.raises(RuntimeError):
        strict.get("/begin")


def test_a_word_out_of_a_list_is_answered_with_the_list_in_french(app: FastAPI) -> None:
    def choose(word: Literal["f", "h", "x"]) -> str:
        return word

    app.add_api_route("/choose", choose)
    with TestClient(app) as client:
        (error,) = client.get("/choose", params={"word": "m"}).json()["errors"]
    assert error["message"] == "n’est pas dans la liste. Valeurs possibles : f, h ou x."


def test_a_locked_database_is_said_in_time(
    client: TestClient, pilot: Headers, settings: Settings
) -> None:
    assert isinstance(client.app, FastAPI)
    engine = client.app.state.engines.write
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("LOCK TABLE refresh_token IN ACCESS EXCLUSIVE MODE"))
        start = time.monotonic()
        answer = client.post("/api/v1/tokens/revoke", json={"refresh_token": "x"}, headers=pilot)
        waited = time.monotonic() - start
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["type"] == "unavailable"
    assert waited < 10
    again = client.post("/api/v1/tokens/revoke", json={"refresh_token": "x"}, headers=pilot)
    assert again.status_code == 204
    assert settings.url
