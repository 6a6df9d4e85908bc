"""Thousands of lines: the number of statements follows the batches, never the lines."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.sheet_desk import CONTRACTS, SIRET, SPENDING, Cells, SheetDesk, csv_file
from tests.conftest import PASSWORD

# Per batch of a thousand lines, whatever they do.
BY_BATCH = 100


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The service over the demonstration."""
    return create_app(settings)


@pytest.fixture
def desk(app: FastAPI) -> Iterator[SheetDesk]:
    """The pilot of the demonstration buyer."""
    with TestClient(app) as client:
        form = {"username": "pilot@demo.example", "password": PASSWORD}
        token = client.post("/api/v1/tokens", data=form).json()["access_token"]
        yield SheetDesk(client, {"Authorization": f"Bearer {token}"})


@contextmanager
def counted(app: FastAPI) -> Iterator[list[str]]:
    """The statements that the service runs."""
    seen: list[str] = []
    engine = app.state.engines.write

    def told(_c: object, _u: object, statement: str, *_: object) -> None:
        seen.append(statement)

    target = getattr(engine, "engine", engine)
    sa.event.listen(target, "before_cursor_execute", told)
    yield seen
    sa.event.remove(target, "before_cursor_execute", told)


def spent(number: int, amount: int) -> Cells:
    """A line of spending."""
    return ("2025", str(number), "1", SIRET, "Alpha", str(amount))


def contract(number: int, amount: int) -> Cells:
    """A line of a contract."""
    return (f"N-{number}", "Haies", str(amount), "02/03/2026", SIRET)


@pytest.mark.parametrize(
    ("kind", "titles", "line", "many"),
    [("spending", SPENDING, spent, 10_000), ("contracts", CONTRACTS, contract, 2_000)],
    ids=["spending", "contracts"],
)
def test_thousands_of_lines_go_in_change_and_go_out_in_bounded_statements(
    app: FastAPI, desk: SheetDesk, kind: str, titles: Cells, line: object, many: int
) -> None:
    assert callable(line)
    bound = many // 1000 * BY_BATCH
    shown = []
    for amount, state in ((10, "new"), (20, "changed")):
        content = csv_file(titles, *(line(number, amount) for number in range(many)))
        with counted(app) as sending:
            shown.append(desk.send(kind, content))
        with counted(app) as accepting:
            assert desk.accept(shown[-1])["rows"][state] == many
        assert 0 < len(sending) < bound
        assert 0 < len(accepting) < bound
    for one in reversed(shown):
        with counted(app) as undoing:
            assert desk.undo(one).status_code == 200
        assert 0 < len(undoing) < bound
