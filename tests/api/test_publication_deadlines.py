"""What the nation would drop and what has still to be published, through the service."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from api.access.service import by_siret, observe
from api.contracts.models import Origin
from api.contracts.schemas import ContractFacts
from api.contracts.writing import Written, insert
from api.kit.columns import new_id
from api.kit.db import Engines
from api.reference.deadlines import deadline_rules
from api.rules.decp import publication_deadline
from api.rules.records import AmendmentRecord, ContractRecord, Kind
from tests.api.test_publication import OBSERVED, today
from tests.conftest import DEMONSTRATION, Headers

BASE = f"/api/v1/publication/{DEMONSTRATION}"
Change = Callable[..., dict[str, Any]]


Get = Callable[[str], Any]


@pytest.fixture
def get(client: TestClient, pilot: Headers) -> Get:
    """What an address answers to the pilot."""

    def ask(address: str) -> Any:
        answer = client.get(address, headers=pilot)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def every(get: Get, address: str, limit: int = 100) -> list[dict[str, Any]]:
    """Every item of a list that is given page by page."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        page = get(f"{address}limit={limit}" + (f"&cursor={page['next']}" if page["next"] else ""))
        found += page["items"]
    return found


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def changing(client: TestClient, pilot: Headers, key: str) -> Change:
    """Changes facts of a contract; answers it as it is then."""
    address = f"/api/v1/contracts/{key}"

    def send(**facts: Any) -> dict[str, Any]:
        tag = client.get(address, headers=pilot).headers["etag"]
        answer = client.patch(address, json=facts, headers=pilot | {"If-Match": tag})
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    return send


@pytest.fixture
def change(client: TestClient, pilot: Headers, a_public: dict[str, Any]) -> Change:
    """The hand on a complete and public contract, which came in a file."""
    assert a_public["origin"] == Origin.IMPORT
    return changing(client, pilot, a_public["id"])


@pytest.fixture
def change_entered(client: TestClient, pilot: Headers, a_public: dict[str, Any]) -> Change:
    """The same on one entered by hand, as complete."""
    names = ContractFacts.model_fields.keys() - {"project_id", "directorate_id"}
    parties = [
        {name: one[name] for name in ("id_type", "identifier", "name")}
        for one in a_public["suppliers"]
    ]
    new = {name: a_public[name] for name in names} | {
        "buyer_siret": DEMONSTRATION,
        "kind": "marche",
        "reference": "2026-SAISI",
        "suppliers": parties,
    }
    answer = client.post("/api/v1/contracts", json=new, headers=pilot)
    assert answer.status_code == 201, answer.text
    marks = {one["code"]: one["state"] for one in a_public["marks"]}
    address = f"/api/v1/contracts/{answer.json()['id']}"
    tag = {"If-Match": answer.headers["etag"]}
    said = client.put(f"{address}/marks", json={"marks": marks}, headers=pilot | tag)
    assert said.status_code == 200, said.text
    return changing(client, pilot, answer.json()["id"])


def lists(get: Get) -> dict[str, dict[str, dict[str, Any]]]:
    """What the two lists hold, by number, as many as the state counts."""
    state = get(BASE)
    found = {
        name: {one["reference"]: one for one in every(get, f"{BASE}/{name}?")}
        for name in ("dropped", "due")
    }
    assert (state["dropped"], state["due"]) == (len(found["dropped"]), len(found["due"]))
    assert state["late"] == sum(one["days_left"] < 0 for one in found["due"].values())
    return found


def test_a_contract_says_what_would_drop_it_and_the_list_says_the_same(
    get: Get, change: Change
) -> None:
    before = lists(get)["dropped"]
    read = change(months=181)
    (one,) = read["dropped"]
    assert (one["code"], one["field"]) == ("dropped_duration", "dureeMois")
    assert "181" in one["message"]
    assert read["withheld"] == [], "a warning holds nothing back"
    found = lists(get)["dropped"]
    assert found.keys() - before.keys() == {read["reference"]}
    assert found[read["reference"]]["reasons"] == read["dropped"]
    assert change(months=180)["dropped"] == []
    assert lists(get)["dropped"] == before


def test_a_date_to_come_is_told_without_being_kept(get: Get, change: Change) -> None:
    read = change(notified_on=ago(-1), published_on=ago(0), months=181)
    codes = [one["code"] for one in read["dropped"]]
    assert codes == ["dropped_duration", "dropped_future_date"]
    assert lists(get)["dropped"][read["reference"]]["reasons"] == read["dropped"]
    read = change(months=12)
    assert lists(get)["dropped"][read["reference"]]["reasons"] == read["dropped"]
    read = change(notified_on=ago(-1), published_on=ago(-1))
    assert read["dropped"] == []
    assert read["reference"] not in lists(get)["dropped"]
    read = change(notified_on=ago(0), published_on=None)
    assert read["dropped"] == []
    assert read["reference"] not in lists(get)["dropped"]


def test_what_is_altered_is_told_and_not_listed(get: Get, change: Change) -> None:
    read = change(amount="157000.01")
    assert {one["code"] for one in read["altered"]} >= {"altered_cents"}
    assert read["dropped"] == []
    assert read["reference"] not in lists(get)["dropped"]


def test_a_contract_published_is_no_longer_due(get: Get, change_entered: Change) -> None:
    notified = today() - timedelta(days=100)
    facts = {"notified_on": notified.isoformat(), "amount": "40000"}
    last = publication_deadline(
        ContractRecord(Kind.CONTRACT, "M", DEMONSTRATION, amount=40_000_00, notified_on=notified),
        deadline_rules(),
    )
    assert last is not None
    # Without a day, or before it has come, or while the format does not admit it: still due.
    for waiting in (
        {"published_on": None},
        {"published_on": ago(-1)},
        {"published_on": ago(0), "ccag": None},
    ):
        read = change_entered(**{"ccag": "Travaux", **facts, **waiting})
        assert read["publication_due_on"] == last.isoformat()
        one = lists(get)["due"][read["reference"]]
        assert one["due_on"] == last.isoformat()
        assert one["days_left"] == (last - today()).days < 0
        assert one["published_on"] == waiting["published_on"]
        assert one["publishable"] is (waiting == {"published_on": ago(-1)})
    for settled in (
        {"published_on": ago(0)},
        {"published_on": None, "amount": "39999.99"},
        {"published_on": None, "amount": None},
        {"published_on": None, "notified_on": None},
    ):
        read = change_entered(**{"ccag": "Travaux", **facts, **settled})
        assert read["publication_due_on"] is None
        assert read["reference"] not in lists(get)["due"]


@pytest.mark.parametrize(("days", "due"), [(0, False), (-1, True)])
def test_what_came_in_a_published_file_is_not_asked_for_again(
    get: Get, change: Change, days: int, due: bool
) -> None:
    facts = {"notified_on": ago(100), "amount": "40000", "ccag": None}
    read = change(**facts, published_on=ago(days))
    assert read["withheld"] != []
    assert (read["publication_due_on"] is not None) is due
    assert (read["reference"] in lists(get)["due"]) is due
    assert change(published_on=None)["publication_due_on"] is None


def test_the_most_urgent_comes_first_on_every_page(
    get: Get, client: TestClient, pilot: Headers
) -> None:
    for number, days in enumerate((70, 3, 90, 61, 3)):
        new = {
            "buyer_siret": DEMONSTRATION,
            "kind": "marche",
            "reference": f"URGENT-{number}",
            "amount": "50000",
            "notified_on": ago(days),
        }
        assert client.post("/api/v1/contracts", json=new, headers=pilot).status_code == 201
    whole = every(get, f"{BASE}/due?")
    order = [str(one["due_on"]) for one in whole]
    assert order == sorted(order)
    mine = [one["reference"] for one in whole if one["reference"].startswith("URGENT")]
    assert mine[:3] == ["URGENT-2", "URGENT-0", "URGENT-3"]
    assert set(mine[3:]) == {"URGENT-1", "URGENT-4"}
    assert every(get, f"{BASE}/due?", 1) == whole
    assert client.get(f"{BASE}/due?cursor=x", headers=pilot).status_code == 422


def test_an_amendment_is_due_until_it_has_its_day(
    get: Get, client: TestClient, pilot: Headers, change: Change
) -> None:
    read = change(notified_on="2024-05-02", amount="90000", published_on="2024-05-20")
    assert read["publication_due_on"] is None
    address = f"/api/v1/contracts/{read['id']}"
    tag = client.get(address, headers=pilot).headers["etag"]
    client.post(
        f"{address}/amendments",
        json={"notified_on": "2025-12-31", "months": 14},
        headers=pilot | {"If-Match": tag},
    )
    assert get(address)["publication_due_on"] == "2026-02-28"
    assert lists(get)["due"][read["reference"]]["due_on"] == "2026-02-28"


def test_what_comes_from_a_published_file_is_out_already_but_for_its_new_amendments(
    get: Get, engines: Engines
) -> None:
    notified = date(2025, 6, 2)
    amended = (AmendmentRecord(1, date(2025, 12, 1), None),)
    days = {"F-1": (None, ()), "F-2": (notified, ()), "F-3": (notified, amended)}
    with Session(engines.write) as session, session.begin():
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        for reference, (published, amendments) in days.items():
            record = ContractRecord(
                Kind.CONTRACT,
                reference,
                DEMONSTRATION,
                amount=50_000_00,
                notified_on=notified,
                published_on=published,
                amendments=amendments,
            )
            insert(session, [Written(new_id(), buyer.id, record, (), Origin.IMPORT)])
    due = lists(get)["due"]
    assert days.keys() & due.keys() == {"F-3"}
    assert due["F-3"]["due_on"] == "2026-02-01"


def test_what_the_list_says_is_what_each_contract_says(get: Get) -> None:
    due = {one["contract_id"]: one["due_on"] for one in every(get, f"{BASE}/due?")}
    register = every(get, f"/api/v1/contracts?buyer={DEMONSTRATION}&")
    assert due
    for one in [*register[:30], *(one for one in register if one["id"] in due)]:
        read = get(f"/api/v1/contracts/{one['id']}")
        assert read["publication_due_on"] == due.get(one["id"])


@pytest.mark.parametrize("name", ["due", "dropped"])
def test_a_list_costs_as_many_statements_whatever_its_length(
    get: Get, client: TestClient, change: Change, name: str
) -> None:
    change(months=181)
    counts = []
    for limit in (1, 100):
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any, kept: list[str] = seen) -> None:
            kept.append(statement)

        engine = cast(FastAPI, client.app).state.engines.read
        sa.event.listen(engine, "before_cursor_execute", note)
        get(f"{BASE}/{name}?limit={limit}")
        sa.event.remove(engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0


def test_a_buyer_that_is_only_observed_has_no_deadline_here(get: Get, engines: Engines) -> None:
    with Session(engines.write) as session, session.begin():
        buyer = observe(session, OBSERVED, "Acheteur suivi")
        record = ContractRecord(
            Kind.CONTRACT,
            "O-1",
            OBSERVED,
            amount=50_000_00,
            notified_on=date(2025, 6, 2),
            published_on=date(2099, 1, 1),
        )
        key = new_id()
        insert(session, [Written(key, buyer.id, record, (), Origin.IMPORT)])
    read = get(f"/api/v1/contracts/{key}")
    assert read["publication_due_on"] is None
