"""Real files of 2019 go in whole: every row is accounted for, and a second time changes nothing."""

import json
import lzma
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.access.models import Organisation
from api.app import create_app
from api.contracts.models import Contract, ContractMark
from api.settings import Settings
from tests.conftest import LENS_LIEVIN, PASSWORD, Store
from tests.operations import Service

VERDICTS = ("new", "changed", "same", "refused")
DATA = Path(__file__).parents[1] / "data/decp"
DEMONSTRATION_DATA = Path(__file__).parents[2] / "api/reference/data/demonstration"
LENS_LIEVIN_FILE = DEMONSTRATION_DATA / "call-lens-lievin-2019.json"


@dataclass(frozen=True)
class RealFile:
    """A file and what becomes of its rows when an administrator brings it.

    ``least`` is how many of its contracts were found acceptable before this project.
    """

    name: str
    rows: dict[str, int]
    refusals: dict[str, int]
    least: int

    @property
    def content(self) -> bytes:
        """The file as it was published."""
        return lzma.decompress((DATA / f"{self.name}.json.xz").read_bytes())

    @property
    def contracts(self) -> list[dict[str, Any]]:
        """Its rows, read without the service."""
        found: list[dict[str, Any]] = json.loads(self.content)["marches"]
        return found


def counts(received: int, new: int, same: int, refused: int, with_issues: int) -> dict[str, int]:
    """The account of a file that changes nothing."""
    return {
        "received": received,
        "new": new,
        "changed": 0,
        "same": same,
        "refused": refused,
        "with_issues": with_issues,
    }


# The 49 contracts of Lens-Liévin are in the file of AIFE and in the register already: same.
AIFE = RealFile(
    "aife-2019-04",
    counts(received=4530, new=4215, same=49 + 148, refused=118, with_issues=4186),
    {"file_collision": 110, "missing_reference": 7, "missing_buyer": 1},
    least=4259,
)
AWS = RealFile(
    "aws-2019-03",
    counts(received=4509, new=4496, same=0, refused=13, with_issues=659),
    {"file_collision": 13},
    least=4486,
)
FILES = pytest.mark.parametrize("real", [AIFE, AWS], ids=lambda real: str(real.name))
Register = dict[Any, Any]


@dataclass(frozen=True)
class Brought:
    """A real file that an administrator brought, and the register at each step."""

    real: RealFile
    service: Service
    before: Register
    staged: dict[str, Any]
    previewed: Register
    accepted: dict[str, Any]
    after: Register


@pytest.fixture(
    scope="module",
    params=[(engine, real) for engine in ("sqlite", "postgresql") for real in (AIFE, AWS)],
    ids=lambda param: f"{param[0]}-{param[1].name}",
)
def brought(
    request: pytest.FixtureRequest,
    stores: dict[str, Store],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Brought]:
    """Each file, on each engine, let in once for all."""
    engine, real = request.param
    with serving(stores[engine], tmp_path_factory.mktemp("real")) as service:
        before = register(service)
        staged = send(service, "administrator", real.content)
        previewed = register(service)
        accepted = accept(service, "administrator", staged["id"])
        yield Brought(real, service, before, staged, previewed, accepted, register(service))


@contextmanager
def serving(store: Store, folder: Path) -> Iterator[Service]:
    """A service over a demonstration of its own."""
    url = store.make("demo")
    app = create_app(Settings(data_dir=folder, database_url=url, demo_password=SecretStr(PASSWORD)))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Service(client, app)
    store.drop(url)


def send(service: Service, account: str, content: bytes) -> dict[str, Any]:
    """Deposit a file."""
    file = {"file": ("reel.json", content, "application/json")}
    answer = service.client.post("/api/v1/imports", files=file, headers=service.as_(account))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def accept(service: Service, account: str, import_id: str) -> dict[str, Any]:
    """Let its rows in."""
    answer = service.client.post(
        f"/api/v1/imports/{import_id}/accept", headers=service.as_(account)
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def every_row(service: Service, account: str, import_id: str) -> list[dict[str, Any]]:
    """Every row of a file, page after page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        address = f"/api/v1/imports/{import_id}/rows?limit=100{cursor}"
        page = service.get(address, account)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def register(service: Service) -> dict[Any, Any]:
    """Every contract of the register, with its version and the instant of its last change."""
    with Session(service.app.state.engines.read) as session:
        statement = sa.select(col(Contract.id), col(Contract.version), col(Contract.updated_at))
        return {key: rest for key, *rest in session.execute(statement)}


def reasons(shown: dict[str, Any]) -> dict[str, int]:
    """How many rows were refused, by reason."""
    return {one["code"]: one["count"] for one in shown["refusals"]}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_real_file_taken_out_leaves_the_register_as_it_was(
    stores: dict[str, Store], tmp_path: Path, engine: str
) -> None:
    with serving(stores[engine], tmp_path) as service:
        before = register(service)
        # The third real file: the demonstration holds its 49 contracts already.
        third = send(service, "pilot", LENS_LIEVIN_FILE.read_bytes())
        assert third["rows"] == counts(received=49, new=0, same=49, refused=0, with_issues=49)
        for real in (AWS, AIFE):
            brought = send(service, "administrator", real.content)
            accept(service, "administrator", brought["id"])
            assert len(register(service)) == len(before) + real.rows["new"]
            headers = service.as_("administrator")
            answer = service.client.post(f"/api/v1/imports/{brought['id']}/undo", headers=headers)
            assert (answer.status_code, answer.json()["state"]) == (200, "undone"), answer.text
            assert register(service) == before
            assert watched(service) == set()


def watched(service: Service) -> set[str | None]:
    """The buyers that are followed without an account."""
    with Session(service.app.state.engines.read) as session:
        followed = sa.select(col(Organisation.siret)).where(col(Organisation.observed).is_(True))
        return set(session.scalars(followed))


def test_every_row_of_a_real_file_is_accounted_for(brought: Brought) -> None:
    real, before, after = brought.real, brought.before, brought.after
    assert brought.previewed == before
    assert brought.staged["rows"] == brought.accepted["rows"] == real.rows
    assert reasons(brought.accepted) == real.refusals
    assert len(after) == len(before) + real.rows["new"]
    assert {key: after[key] for key in before} == before

    rows = every_row(brought.service, "administrator", brought.staged["id"])
    assert [row["position"] for row in rows] == list(range(1, len(real.contracts) + 1))
    states = Counter(row["state"] for row in rows)
    assert {name: states[name] for name in VERDICTS} == {name: real.rows[name] for name in VERDICTS}
    assert all(row["issues"] for row in rows if row["state"] == "refused")
    kept = [row for row in rows if row["state"] != "refused"]
    assert sum(bool(row["issues"]) for row in kept) == real.rows["with_issues"]
    new = {row["contract_id"] for row in rows if row["state"] == "new"}
    assert len(new - {None}) == real.rows["new"]
    for kind in brought.accepted["kinds_of_issue"]:
        speaking = [row for row in kept if kind["code"] in {one["code"] for one in row["issues"]}]
        assert kind["count"] == len(speaking)


@FILES
def test_the_account_is_the_one_a_plain_reading_of_the_file_gives(real: RealFile) -> None:
    read = [(buyer_of(row), str(row.get("id") or "").strip()) for row in real.contracts]
    without = {
        "missing_reference": sum(not number for _, number in read),
        "missing_buyer": sum(not buyer and bool(number) for buyer, number in read),
    }
    named = Counter(one for one in read if all(one))
    known = sum(buyer == LENS_LIEVIN for buyer, _ in named)
    again = named.total() - len(named)
    assert without == {name: real.refusals.get(name, 0) for name in without}
    assert real.rows["new"] == len(named) - known
    assert real.rows["same"] - known + real.refusals["file_collision"] == again
    assert real.rows["received"] == sum(real.rows[name] for name in VERDICTS)
    assert real.rows["new"] + real.rows["same"] >= real.least


def buyer_of(row: dict[str, Any]) -> str:
    """The SIRET of the buyer of a row."""
    authority = row.get("acheteur") or row.get("autoriteConcedante") or {}
    return str(authority.get("id") or "").replace(" ", "")


def test_the_same_file_again_changes_nothing(brought: Brought) -> None:
    real, service = brought.real, brought.service
    again = send(service, "administrator", real.content)
    assert again["already"] is not None
    second = accept(service, "administrator", again["id"])
    assert register(service) == brought.after
    accepted = real.rows["new"] + real.rows["same"]
    assert second["rows"] == real.rows | {"new": 0, "same": accepted}
    assert reasons(second) == real.refusals


def test_what_a_file_of_2019_does_not_say_stays_unknown(brought: Brought) -> None:
    with Session(brought.service.app.state.engines.read) as session:
        of_file = col(Contract.id).not_in(list(brought.before))
        said = sa.select(sa.func.count(col(ContractMark.code))).join(
            Contract, col(Contract.id) == col(ContractMark.contract_id)
        )
        assert session.scalar(said.where(of_file)) == 0
        silent = [
            sa.func.count(col(getattr(Contract, name)))
            for name in ("ccag", "offers_received", "advance_granted", "subcontracting_declared")
        ]
        assert tuple(session.execute(sa.select(*silent).where(of_file)).one()) == (0, 0, 0, 0)


def test_the_buyers_that_nobody_knew_are_watched_from_now_on(brought: Brought) -> None:
    named = {buyer_of(row) for row in brought.real.contracts if row.get("id")}
    assert watched(brought.service) == named - {LENS_LIEVIN, ""}


def test_a_pilot_brings_only_the_rows_of_the_buyers_of_theirs(brought: Brought) -> None:
    real, service = brought.real, brought.service
    shown = accept(service, "pilot", send(service, "pilot", real.content)["id"])
    own = sum(buyer_of(row) == LENS_LIEVIN for row in real.contracts)
    assert own == (49 if real is AIFE else 0)
    unnamed = sum(real.refusals.get(name, 0) for name in ("missing_reference", "missing_buyer"))
    foreign = real.rows["received"] - own - unnamed
    assert (shown["rows"]["same"], shown["rows"]["new"]) == (own, 0)
    assert reasons(shown)["foreign_buyer"] == foreign
    assert register(service) == brought.after
    page = service.get(f"/api/v1/imports/{shown['id']}/rows?state=refused&limit=1", "pilot")
    (row,) = page["items"]
    assert row["issues"][0]["code"] == "foreign_buyer"
    assert row["buyer_siret"] in row["issues"][0]["message"]
