"""Contracts that another software writes: once each, line by line, in few statements."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.contracts import announcing, reading, upserting
from api.contracts.models import RegisterEntry
from api.kit.audit import AuditEvent, broken_at
from tests.cases.upserting import sent_contract, sent_line
from tests.conftest import DEMONSTRATION, LENS_LIEVIN
from tests.described import description
from tests.operations import OUR_DIRECTORATE, Service, new_contract

BULK = "/api/v1/contracts/bulk"


def put(service: Service, name: str, body: dict[str, Any], **headers: str) -> Response:
    """Write a contract under an external name."""
    return service.client.put(
        f"/api/v1/contracts/by-external-id/{body['buyer_siret']}/{name}",
        json=body,
        headers=service.as_("pilot") | headers,
    )


def bulk(
    service: Service, lines: list[Any], account: str = "pilot", **headers: str
) -> dict[str, Any]:
    """Write many contracts of the demonstration buyer."""
    body = {"buyer_siret": DEMONSTRATION, "lines": lines}
    answer = service.client.post(BULK, json=body, headers=service.as_(account) | headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def outcomes(result: dict[str, Any]) -> list[str]:
    """What became of each line; of a refused one, why."""
    return [one["problem"]["type"] if one["problem"] else one["outcome"] for one in result["lines"]]


def events(service: Service, contract_id: str) -> list[AuditEvent]:
    """What the journal says of a contract."""
    target = col(AuditEvent.target) == f"contract:{contract_id}"
    with Session(service.app.state.engines.read) as session:
        return list(session.scalars(sa.select(AuditEvent).where(target).order_by(sa.text("id"))))


def test_a_contract_sent_again_changes_nothing(service: Service) -> None:
    body = sent_contract(DEMONSTRATION)
    first, again = put(service, "A-1", body), put(service, "A-1", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["outcome"], again.json()["outcome"]) == ("created", "unchanged")
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["external_id"] == "A-1"
    assert len(events(service, first.json()["id"])) == 1


def test_what_the_api_gave_sent_back_changes_nothing_be_the_name_of_a_person_hidden(
    service: Service,
) -> None:
    hidden = [
        {"id_type": "SIRET", "identifier": "00000062900018", "name": "Jeanne Canari"},
        {"name": "Madame Paulette Serin"},
        {"name": "Monsieur Jean Serin"},
    ]
    body = sent_contract(DEMONSTRATION, suppliers=hidden)
    made = put(service, "A-9", body).json()
    assert [one["name"] for one in made["suppliers"]] == [None, None, None]
    given = [
        {part: one[part] for part in ("id", "id_type", "identifier", "name")}
        for one in made["suppliers"]
    ]
    assert put(service, "A-9", body | {"suppliers": given}).json()["outcome"] == "unchanged"
    del given[0]["id"]
    assert put(service, "A-9", body | {"suppliers": given}).json()["outcome"] == "unchanged"
    # One who leaves takes no other along.
    left = put(service, "A-9", body | {"suppliers": [given[0], given[2]]}).json()
    assert [one["id"] for one in left["suppliers"]] == [
        made["suppliers"][place]["id"] for place in (0, 2)
    ]
    stranger = put(service, "A-9", body | {"suppliers": [{"id": made["suppliers"][1]["id"]}]})
    assert (stranger.status_code, stranger.json()["errors"][0]["loc"]) == (
        422,
        ["body", "suppliers", 0, "id"],
    )


def test_what_is_not_sent_stays_and_null_erases(service: Service) -> None:
    body = sent_contract(DEMONSTRATION, months=12)
    made = put(service, "A-2", body).json()
    headers = service.as_("pilot") | {"If-Match": '"1"'}
    marks = {"marks": {"waste": "yes"}}
    address = f"/api/v1/contracts/{made['id']}"
    assert service.client.put(f"{address}/marks", json=marks, headers=headers).is_success
    del body["months"]
    changed = put(service, "A-2", body | {"amount": "5000.00", "subject": None}).json()
    assert (changed["outcome"], changed["version"]) == ("updated", 3)
    assert (changed["amount"], changed["subject"], changed["months"]) == ("5000.00", None, 12)
    assert next(one for one in changed["marks"] if one["code"] == "waste")["state"] == "yes"
    sentences = service.get(f"{address}/history")[0]["sentence"]
    assert "« 4200 » → « 5000 »" in sentences


def test_a_contract_that_was_there_takes_the_name_it_is_sent_under(service: Service) -> None:
    there = service.things("contract")
    known = service.get(f"/api/v1/contracts/{there.contract_id}")
    body = sent_contract(DEMONSTRATION, reference=known["reference"])
    taken = put(service, "A-3", body)
    assert (taken.status_code, taken.json()["id"]) == (200, there.contract_id)
    assert taken.json()["external_id"] == "A-3"
    # The number is now that of A-3 alone.
    refused = put(service, "A-4", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "reference-taken")


def test_neither_number_nor_kind_changes_under_a_name(service: Service) -> None:
    body = sent_contract(DEMONSTRATION)
    assert put(service, "A-5", body).status_code == 201
    for change in ({"reference": "Z-1"}, {"kind": "concession"}):
        refused = put(service, "A-5", body | change)
        assert (refused.status_code, refused.json()["type"]) == (409, "number-fixed")
    other = put(service, "A-5", body | {"buyer_siret": LENS_LIEVIN}).status_code
    assert other == 201  # the pilot has both buyers: a name is of one
    headers = service.as_("pilot")
    address = f"/api/v1/contracts/by-external-id/{LENS_LIEVIN}/A-6"
    crossed = service.client.put(address, json=body, headers=headers)
    assert crossed.status_code == 422
    assert crossed.json()["errors"][0]["loc"] == ["body", "buyer_siret"]


def test_if_match_is_honoured_when_it_is_given(service: Service) -> None:
    body = sent_contract(DEMONSTRATION)
    assert put(service, "A-7", body, **{"If-Match": '"1"'}).status_code == 412
    assert put(service, "A-7", body).status_code == 201
    body["months"] = 3
    assert put(service, "A-7", body, **{"If-Match": '"2"'}).status_code == 412
    assert put(service, "A-7", body, **{"If-Match": '"1"'}).json()["version"] == 2
    address = f"/api/v1/contracts/by-external-id/{DEMONSTRATION}"
    read = service.client.get(f"{address}/A-7", headers=service.as_("reader"))
    assert (read.headers["etag"], read.json()["months"]) == ('"2"', 3)
    assert service.client.get(f"{address}/A-0", headers=service.as_("reader")).status_code == 404


@pytest.mark.parametrize("name", ["é", "a b", "-a", "a" * 121])
def test_an_external_name_is_plain(service: Service, name: str) -> None:
    assert put(service, name, sent_contract(DEMONSTRATION)).status_code == 422


def test_each_line_is_judged_for_itself(service: Service) -> None:
    known = put(service, "B-1", sent_contract(DEMONSTRATION)).json()
    same = sent_line("B-1", reference=known["reference"])
    fresh = sent_line("B-2")
    lines: list[Any] = [
        same,
        fresh,
        fresh | {"external_id": "B-3"},
        fresh | {"reference": "X-other"},
        sent_line("B-4", amount="beaucoup"),
        sent_line("B-5", directorate_id="019aa6f0-5c00-7c3e-9d5b-2f4c1f0a7b11"),
        "rien",
        sent_line("B-6", unknown=1),
        same | {"external_id": "B-7"},
        sent_line("B-1"),
    ]
    result = bulk(service, lines)
    assert outcomes(result) == [
        "unchanged",
        "created",
        "sent-twice",
        "sent-twice",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "sent-twice",
        "sent-twice",
    ]
    counts = {name: result[name] for name in ("created", "updated", "unchanged", "refused")}
    assert counts == {"created": 1, "updated": 0, "unchanged": 1, "refused": 8}
    assert [one["line"] for one in result["lines"]] == list(range(1, 11))
    amount, directorate = (result["lines"][place]["problem"]["errors"] for place in (4, 5))
    assert amount[0]["loc"] == ["body", "amount"]
    assert directorate[0]["loc"] == ["body", "directorate_id"]
    assert all(one["contract_id"] is None for one in result["lines"][2:])


def test_a_line_is_refused_as_it_would_be_alone(service: Service) -> None:
    taken = new_contract(service.things())
    made = put(service, "C-1", taken).json()
    for change in ({"external_id": "C-2", "reference": made["reference"]}, {"months": 0}):
        line = sent_line("C-3") | change
        (result,) = bulk(service, [line])["lines"]
        body = {name: one for name, one in line.items() if name != "external_id"}
        alone = put(service, line["external_id"], body | {"buyer_siret": DEMONSTRATION})
        assert result["problem"] == alone.json()


def test_a_bulk_creates_and_updates_alike_the_single_address(service: Service) -> None:
    made = bulk(service, [sent_line("D-1", reference="D-1", months=6)])["lines"][0]
    alone = put(service, "D-2", sent_contract(DEMONSTRATION, reference="D-2", months=6)).json()
    bulked = service.get(f"/api/v1/contracts/{made['contract_id']}")
    own = {"id", "reference", "external_id", "created_at", "updated_at", "outcome"}
    assert {k: v for k, v in bulked.items() if k not in own} == {
        k: v for k, v in alone.items() if k not in own
    }
    changed = bulk(service, [sent_line("D-1", reference="D-1", months=7)])["lines"][0]
    assert (changed["outcome"], changed["version"]) == ("updated", 2)
    read = service.get(f"/api/v1/contracts/{made['contract_id']}")
    assert (read["months"], read["subject"], len(read["suppliers"])) == (
        7,
        "Fourniture de plants",
        1,
    )
    assert [one.action for one in events(service, made["contract_id"])] == [
        "contract.created",
        "contract.changed",
    ]
    with Session(service.app.state.engines.read) as session:
        assert broken_at(session) is None


def test_a_directorate_writes_its_own_lines_only(service: Service) -> None:
    ours = service.directorate(name=OUR_DIRECTORATE)
    lines = [sent_line("E-1", ours), sent_line("E-2")]
    result = bulk(service, lines, "directorate")
    assert outcomes(result) == ["created", "forbidden"]


def test_a_bulk_asked_twice_under_one_key_is_done_once(service: Service) -> None:
    lines = [sent_line("F-1"), "rien"]
    first = bulk(service, lines, **{"Idempotency-Key": "bulk-key-1"})
    again = bulk(service, lines, **{"Idempotency-Key": "bulk-key-1"})
    assert again == first
    assert outcomes(first) == ["created", "invalid"]
    other = {"buyer_siret": DEMONSTRATION, "lines": [lines[0], "autre chose"]}
    headers = service.as_("pilot") | {"Idempotency-Key": "bulk-key-1"}
    assert service.client.post(BULK, json=other, headers=headers).status_code == 422


def test_a_thousand_lines_are_taken_and_no_more(service: Service) -> None:
    lines = [sent_line(f"G-{n}") for n in range(1001)]
    body = {"buyer_siret": DEMONSTRATION, "lines": lines}
    headers = service.as_("pilot")
    assert service.client.post(BULK, json=body, headers=headers).status_code == 422
    assert bulk(service, lines[:1000])["created"] == 1000
    assert bulk(service, lines[:1000])["unchanged"] == 1000


@contextmanager
def counting(service: Service) -> Iterator[Callable[[], int]]:
    """How many statements the service sends to the database meanwhile."""
    seen: list[str] = []

    def note(*told: Any) -> None:
        seen.append(told[2])

    engine = service.app.state.engines.write
    sa.event.listen(engine, "before_cursor_execute", note)
    yield lambda: len(seen)
    sa.event.remove(engine, "before_cursor_execute", note)


def test_statements_do_not_grow_with_the_lines(service: Service) -> None:
    directorate = service.directorate()

    def lines(name: str, n: int, months: int) -> list[Any]:
        return [
            sent_line(f"{name}-{one}", directorate, reference=f"{name}-{one}", months=months)
            for one in range(n)
        ]

    def counted(sent: list[Any]) -> int:
        with counting(service) as seen:
            bulk(service, sent)
            return seen()

    few, many = ([counted(lines(f"H{n}", n, months)) for months in (1, 2, 2)] for n in (5, 400))
    assert many[2] <= few[2] + 1
    # A company or an event is not one more statement either; some are cut in pieces.
    for place in (0, 1):
        assert many[place] <= few[place] + 15, (few, many)


def test_the_feed_says_what_was_written_together(service: Service) -> None:
    result = bulk(service, [sent_line("I-1"), sent_line("I-2")])
    wanted = {UUID(one["contract_id"]): one["version"] for one in result["lines"]}
    with Session(service.app.state.engines.write) as session, session.begin():
        said = col(RegisterEntry.contract_id).in_(wanted)
        found = session.scalars(sa.select(RegisterEntry).where(said)).all()
        assert {one.contract_id: one.version for one in found} == wanted
        last = sa.select(sa.func.max(RegisterEntry.position))
        before = session.scalar(last)
        announcing.announce(session)
        assert session.scalar(last) == before


def test_the_document_describes_a_line_and_never_a_refused_one() -> None:
    schemas = description()["components"]["schemas"]
    items = schemas["ContractsBulk"]["properties"]["lines"]["items"]
    assert items == {"$ref": "#/components/schemas/ContractLine"}
    assert "RefusedLine" not in json.dumps(schemas)


def test_two_senders_of_the_same_contracts_in_opposite_orders_both_end(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [sent_line(f"L-{rank}", reference=f"L-{rank}") for rank in range(4)]
    bulk(service, lines)
    monkeypatch.setattr(upserting, "_BATCH", 2)
    read, met = reading.by_ids, Barrier(2)

    def reading_by_ids(session: Session, ids: Any) -> Any:
        # Each holds its first contracts before either asks for more, if orders let them.
        with suppress(BrokenBarrierError):
            met.wait(timeout=1)
        return read(session, ids)

    monkeypatch.setattr(reading, "by_ids", reading_by_ids)
    service.as_("pilot")

    def send(sent: list[Any], subject: str) -> list[str]:
        return outcomes(bulk(service, [one | {"subject": subject} for one in sent]))

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(send, lines, "Un"), pool.submit(send, lines[::-1], "Deux")]
        assert [one.result() for one in both] == [["updated"] * 4] * 2
