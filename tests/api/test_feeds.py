"""The feeds: in the order of the commits, nothing missing, what goes is said, rights kept."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.access.models import Organisation
from api.access.service import by_siret, observe
from api.contracts import announcing
from api.contracts.models import Contract, Origin, PublicEntry, RegisterEntry
from api.contracts.reading import by_id
from api.contracts.writing import Written, insert
from api.kit.columns import new_id
from api.kit.db import Engines
from api.kit.pages import decode_cursor
from api.publication import publishing, store
from api.settings import Settings
from tests.api.harvest import FEEDS, PUBLIC, REGISTER, Harvest, bring
from tests.api.test_publication import OBSERVED, published, today
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, OTHER, Headers


@pytest.fixture
def public(client: TestClient) -> Harvest:
    """A portal that is up to date."""
    reader = Harvest(client, PUBLIC)
    reader.read()
    return reader


@pytest.fixture
def register(client: TestClient, pilot: Headers) -> Harvest:
    """An integrator of the pilot that is up to date."""
    reader = Harvest(client, REGISTER, pilot)
    reader.read()
    return reader


def said(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What is said, by number."""
    return [(one.get("id") or one["reference"], one["change"]) for one in items]


@pytest.fixture
def change(client: TestClient, pilot: Headers) -> Callable[..., dict[str, Any]]:
    """The hand on a contract."""

    def send(contract: dict[str, Any], **facts: Any) -> dict[str, Any]:
        address = f"/api/v1/contracts/{contract['id']}"
        tag = {"If-Match": client.get(address, headers=pilot).headers["etag"]}
        answer = client.patch(address, json=facts, headers=pilot | tag)
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    return send


Change = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("limit", [7, 100])
def test_from_the_beginning_the_feed_holds_what_the_files_hold(
    client: TestClient, limit: int
) -> None:
    reader = Harvest(client, PUBLIC)
    items = reader.read(limit)
    assert len({one["uid"] for one in items}) == len(items) > 300
    told = {uid: one["record"] for uid, one in reader.kept.items()}
    whole = {
        f"{one['siret']}{contract['id']}": contract
        for one in client.get("/opendata/publishers").json()
        for contract in published(client, one["siret"])
    }
    assert told == json.loads(json.dumps(whole, default=float))
    instants = [one["at"] for one in items]
    assert instants == sorted(instants)
    assert {one["file"].split("/")[2] for one in items} == {one["buyer_siret"] for one in items}
    assert {one["kind"] for one in items} == {"marche", "concession"}


def test_from_the_beginning_the_feed_of_the_register_holds_the_register(
    client: TestClient, pilot: Headers, register: Harvest, engines: Engines
) -> None:
    with Session(engines.read) as session:
        ours = session.execute(
            sa.select(col(Contract.id), col(Contract.version))
            .join(Organisation, col(Organisation.id) == col(Contract.buyer_id))
            .where(col(Organisation.siret).in_((DEMONSTRATION, LENS_LIEVIN)))
        ).all()
    assert {UUID(key): one["version"] for key, one in register.kept.items()} == {
        row[0]: row[1] for row in ours
    }
    for one in list(register.kept.values())[:5]:
        read = client.get(one["address"], headers=pilot)
        assert read.headers["etag"] == f'"{one["version"]}"'


@pytest.mark.parametrize("address", FEEDS)
def test_who_is_up_to_date_learns_nothing_and_keeps_its_cursor(
    client: TestClient, pilot: Headers, address: str
) -> None:
    reader = Harvest(client, address, pilot)
    reader.read()
    answer = reader.ask()
    assert answer.json() == {"items": [], "next": reader.cursor, "more": False}
    assert "no-cache" in answer.headers["cache-control"]
    again = reader.ask(**{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ("access-control-allow-origin" in answer.headers) == (address == PUBLIC)


def test_a_change_is_said_once_at_its_last_place(
    public: Harvest, register: Harvest, change: Change, a_public: dict[str, Any], engines: Engines
) -> None:
    counts = [entries(engines, table) for table in (RegisterEntry, PublicEntry)]
    for months in (71, 72, 73):
        change(a_public, months=months)
    assert [entries(engines, table) for table in (RegisterEntry, PublicEntry)] == counts
    (one,) = public.read()
    assert (one["id"], one["change"]) == (a_public["reference"], "upsert")
    assert one["record"]["dureeMois"] == 73
    (one,) = register.read()
    assert (one["contract_id"], one["version"]) == (a_public["id"], a_public["version"] + 3)
    assert (public.read(), register.read()) == ([], [])


def entries(engines: Engines, table: type[RegisterEntry | PublicEntry]) -> int:
    with Session(engines.read) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_what_is_not_published_of_a_contract_stays_out_of_the_public_feed(
    public: Harvest, register: Harvest, change: Change, a_public: dict[str, Any]
) -> None:
    change(a_public, purchase_family="Espaces verts")
    assert said(register.read()) == [(a_public["reference"], "upsert")]
    assert public.read() == []


@pytest.mark.parametrize(
    ("out", "field"),
    [
        ({"nature": None}, "nature"),
        ({"published_on": (today() + timedelta(days=3)).isoformat()}, "published_on"),
    ],
    ids=["withheld", "postponed"],
)
def test_what_is_no_longer_public_is_said_and_said_again_when_it_comes_back(
    public: Harvest,
    change: Change,
    a_public: dict[str, Any],
    out: dict[str, Any],
    field: str,
) -> None:
    number = a_public["reference"]
    change(a_public, **out)
    (one,) = public.read()
    assert (one["id"], one["change"], one["record"]) == (number, "removed", None)
    assert one["uid"] == DEMONSTRATION + number
    change(a_public, **{field: a_public[field]})
    (one,) = public.read()
    assert (one["id"], one["change"]) == (number, "upsert")
    assert one["record"]["objet"] == a_public["subject"]


def test_what_was_never_public_leaves_no_trace(
    client: TestClient, pilot: Headers, public: Harvest, register: Harvest, change: Change
) -> None:
    new = {"buyer_siret": DEMONSTRATION, "kind": "marche", "reference": "JAMAIS-PUBLIC"}
    made = client.post("/api/v1/contracts", json=new, headers=pilot).json()
    change(made, published_on=(today() + timedelta(days=2)).isoformat())
    assert said(register.read()) == [("JAMAIS-PUBLIC", "upsert")]
    tag = {"If-Match": client.get(f"/api/v1/contracts/{made['id']}", headers=pilot).headers["etag"]}
    gone = client.delete(f"/api/v1/contracts/{made['id']}", headers=pilot | tag)
    assert gone.status_code == 204
    (one,) = register.read()
    assert (one["change"], one["address"]) == ("removed", None)
    assert public.read() == []


def as_published(client: TestClient, contract: dict[str, Any], number: str) -> dict[str, Any]:
    """The DECP object of a public contract, under another number."""
    objects = published(client, DEMONSTRATION)
    whole = next(one for one in objects if one["id"] == contract["reference"])
    renamed: dict[str, Any] = json.loads(json.dumps(whole, default=float)) | {"id": number}
    return renamed


def test_an_import_says_what_it_brings_and_its_undoing_what_it_takes_back(
    client: TestClient,
    pilot: Headers,
    public: Harvest,
    register: Harvest,
    a_public: dict[str, Any],
) -> None:
    number = a_public["reference"]
    row = as_published(client, a_public, "IMPORT-1")
    changed = as_published(client, a_public, number) | {"dureeMois": 77}
    content = json.dumps({"marches": {"marche": [row, changed]}}).encode()
    address = bring(client, pilot, content)
    both = sorted([("IMPORT-1", "upsert"), (number, "upsert")])
    items = public.read()
    assert sorted(said(items)) == both
    assert next(one["record"]["dureeMois"] for one in items if one["id"] == number) == 77
    assert sorted(said(register.read())) == both
    assert client.post(f"{address}/undo", headers=pilot).status_code == 200
    undone = sorted([("IMPORT-1", "removed"), (number, "upsert")])
    items = public.read()
    assert sorted(said(items)) == undone
    assert {one["id"]: one["record"] for one in items}["IMPORT-1"] is None
    assert sorted(said(register.read())) == undone
    # The number is free for another contract, which takes the entry over, to its own end.
    again = bring(client, pilot, json.dumps({"marches": {"marche": [row]}}).encode())
    assert said(public.read()) == [("IMPORT-1", "upsert")]
    assert client.post(f"{again}/undo", headers=pilot).status_code == 200
    assert said(public.read()) == [("IMPORT-1", "removed")]


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the day pass."""
    day = today() + timedelta(days=1)

    def come() -> None:
        monkeypatch.setattr("api.contracts.publicity.today", lambda: day)

    return come


def waiting(change: Change, contract: dict[str, Any]) -> str:
    day: date = today() + timedelta(days=1)
    change(contract, published_on=day.isoformat())
    return str(contract["reference"])


def test_the_day_of_publication_is_said_to_who_reads_from_that_day(
    public: Harvest, change: Change, a_public: dict[str, Any], tomorrow: Callable[[], None]
) -> None:
    number = waiting(change, a_public)
    assert said(public.read()) == [(number, "removed")]
    assert public.read() == []
    tomorrow()
    (one,) = public.read()
    assert (one["id"], one["change"]) == (number, "upsert")
    assert one["record"]["datePublicationDonnees"] == (today() + timedelta(days=1)).isoformat()
    assert public.read() == []


def test_publishing_says_the_day_too(
    public: Harvest,
    change: Change,
    a_public: dict[str, Any],
    tomorrow: Callable[[], None],
    settings: Settings,
    engines: Engines,
) -> None:
    waiting(change, a_public)
    before = last_place(engines)
    tomorrow()
    publishing.publish(store.Store.of(engines, settings))
    assert last_place(engines) == before + 1
    assert public.read()[-1]["change"] == "upsert"


def last_place(engines: Engines) -> int:
    with Session(engines.read) as session:
        return session.scalar(sa.select(sa.func.max(PublicEntry.position))) or 0


def test_a_buyer_that_starts_publishing_brings_its_contracts(
    public: Harvest, engines: Engines, a_public: dict[str, Any]
) -> None:
    with Session(engines.write) as session, session.begin():
        buyer = observe(session, OBSERVED, "Acheteur suivi")
        kept = by_id(session, UUID(a_public["id"]))
        assert kept is not None
        written = Written(new_id(), buyer.id, kept.record, (), Origin.IMPORT)
        insert(session, [written])
        announcing.announce_one(session, written.contract_id)
    assert public.read() == []
    with Session(engines.write) as session, session.begin():
        found = by_siret(session, OBSERVED)
        assert found is not None
        found.observed = False
        session.flush()
        announcing.announce(session, announcing.of_buyer(found.id))
    (one,) = public.read()
    assert (one["buyer_siret"], one["change"]) == (OBSERVED, "upsert")


def test_the_readers_of_a_buyer_see_nothing_of_another(
    client: TestClient, as_: Callable[[str], Headers], change: Change, a_public: dict[str, Any]
) -> None:
    readers = {
        name: Harvest(client, REGISTER, as_(name))
        for name in ("other-pilot", "facilitator", "reader", "directorate")
    }
    seen = {name: {one["buyer_siret"] for one in reader.read()} for name, reader in readers.items()}
    assert seen.pop("other-pilot") == {OTHER}
    assert seen.pop("facilitator") == set()
    assert all(DEMONSTRATION in some and OTHER not in some for some in seen.values())
    change(a_public, months=71)
    news = {name: len(reader.read()) for name, reader in readers.items()}
    assert news == {"other-pilot": 0, "facilitator": 0, "reader": 1, "directorate": 1}


def test_the_cursor_of_a_feed_is_refused_by_the_other(public: Harvest, register: Harvest) -> None:
    public.cursor, register.cursor = register.cursor, public.cursor
    for reader in (public, register):
        answer = reader.ask()
        assert answer.status_code == 422
        assert "autre flux" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("later", [0, 9], ids=["shorter", "grown again"])
def test_a_cursor_of_after_the_backup_that_was_restored_is_refused(
    public: Harvest, change: Change, a_public: dict[str, Any], engines: Engines, later: int
) -> None:
    before = public.cursor
    for months in range(61, 65):
        change(a_public, months=months)
    public.read()
    lost = public.cursor
    # What a restoration leaves: the entries of after the backup were never written.
    place = int((decode_cursor(before, 4) or [])[1] or 0)
    with Session(engines.write) as session, session.begin():
        session.execute(sa.delete(PublicEntry).where(col(PublicEntry.position) > place))
        session.execute(
            sa.update(Contract)
            .where(col(Contract.id) == UUID(a_public["id"]))
            .values(version=a_public["version"])
        )
    for one in list(public.kept.values())[:later]:
        with Session(engines.write) as session, session.begin():
            of = sa.update(PublicEntry).where(col(PublicEntry.reference) == one["id"])
            session.execute(of.values(digest="another"))
            announcing.announce(session)
    public.cursor = lost
    assert public.ask().status_code == 410
    public.cursor = before
    assert public.ask().status_code == 200
