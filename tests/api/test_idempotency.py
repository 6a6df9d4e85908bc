"""Repeated and simultaneous requests: one effect each, on both engines, through a real server."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.access.models import Membership, Person
from api.contracts.models import Amendment, Contract
from api.kit.idempotency import IdempotencyKey
from api.suppliers.models import Supplier
from tests.cases.keys import new_key
from tests.conftest import DEMONSTRATION, Headers
from tests.hostile import Answer, Wire
from tests.operation import Things
from tests.operations import Service, decp_file, new_contract

CALLERS = 20


def key() -> Headers:
    return {"Idempotency-Key": uuid4().hex}


def keep(service: Service, sent: Headers, body: dict[str, Any], account: str = "pilot") -> Response:
    headers = service.as_(account) | sent
    return service.client.post("/api/v1/contracts", json=body, headers=headers)


def count(service: Service, condition: sa.ColumnElement[bool], table: Any = Contract) -> int:
    with Session(service.app.state.engines.read) as session:
        statement = sa.select(sa.func.count()).select_from(table).where(condition)
        return session.scalar(statement) or 0


def of(body: dict[str, Any]) -> Any:
    return col(Contract.reference) == body["reference"]


def at_once(port: int, asks: list[Callable[[Wire], Answer]]) -> list[Answer]:
    """Send requests from as many threads, each on its connection, started together."""
    start = Barrier(len(asks))

    def one(ask: Callable[[Wire], Answer]) -> Answer:
        wire = Wire(port)
        try:
            start.wait(timeout=20)
            return ask(wire)
        finally:
            wire.close()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(one, asks))


def asking(
    method: str, path: str, headers: Headers, body: dict[str, Any] | None = None
) -> Callable[[Wire], Answer]:
    content = None if body is None else json.dumps(body).encode()
    typed = headers | ({"Content-Type": "application/json"} if body is not None else {})
    return lambda wire: wire.ask(method, path, typed, content)


@pytest.fixture
def things(service: Service) -> Things:
    """Things of the demonstration buyer."""
    return service.things()


def test_the_same_key_gives_the_same_answer_and_one_contract(
    service: Service, things: Things
) -> None:
    body, sent = new_contract(things), key()
    first, second = keep(service, sent, body), keep(service, sent, body)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["content-type"] == second.headers["content-type"]
    assert count(service, of(body)) == 1


def test_the_answer_is_the_first_one_even_after_a_change(service: Service, things: Things) -> None:
    body, sent = new_contract(things), key()
    first = keep(service, sent, body)
    tagged = service.as_("pilot") | {"If-Match": first.headers["etag"]}
    url = f"/api/v1/contracts/{first.json()['id']}"
    assert service.client.patch(url, json={"months": 3}, headers=tagged).status_code == 200
    assert keep(service, sent, body).json() == first.json()


def test_the_order_of_the_members_is_no_difference(service: Service, things: Things) -> None:
    body, sent = new_contract(things), key()
    assert keep(service, sent, body).status_code == 201
    assert keep(service, sent, dict(reversed(body.items()))).status_code == 201
    assert count(service, of(body)) == 1


def test_a_key_is_refused_for_another_body(service: Service, things: Things) -> None:
    body, sent = new_contract(things), key()
    assert keep(service, sent, body).status_code == 201
    other = new_contract(things)
    answer = keep(service, sent, other)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["header", "Idempotency-Key"]
    assert count(service, of(other)) == 0


def test_a_key_is_refused_for_another_address(service: Service) -> None:
    contract = service.things("contract")
    sent = service.as_("pilot") | {"If-Match": contract.etag} | key()
    amendment = {"notified_on": "2026-05-05", "amount": "1.00"}
    paths = [f"/api/v1/contracts/{contract.contract_id}/amendments", "/api/v1/contracts"]
    first = service.client.post(paths[0], json=amendment, headers=sent)
    assert first.status_code == 201
    assert service.client.post(paths[0], json=amendment, headers=sent).json() == first.json()
    elsewhere = service.client.post(paths[1], json=new_contract(contract), headers=sent)
    assert elsewhere.status_code == 422
    on_another = service.things("contract")
    path = f"/api/v1/contracts/{on_another.contract_id}/amendments"
    assert service.client.post(path, json=amendment, headers=sent).status_code == 422


def test_a_key_belongs_to_one_person(service: Service, things: Things) -> None:
    sent = key()
    bodies = {account: new_contract(things) for account in ("pilot", "administrator")}
    answers = {account: keep(service, sent, body, account) for account, body in bodies.items()}
    for account, body in bodies.items():
        assert answers[account].status_code == 201
        assert answers[account].json()["reference"] == body["reference"]


def test_a_refused_creation_leaves_its_key_free(service: Service, things: Things) -> None:
    sent, taken = key(), new_contract(things)
    assert keep(service, {}, taken).status_code == 201
    assert keep(service, sent, taken).status_code == 409
    assert count(service, col(IdempotencyKey.key) == sent["Idempotency-Key"], IdempotencyKey) == 0
    assert keep(service, sent, new_contract(things)).status_code == 201


def test_who_lost_the_right_is_not_answered_again(service: Service, things: Things) -> None:
    body, sent = new_contract(things), key()
    assert keep(service, sent, body, "administrator").status_code == 201
    person = (
        sa.select(col(Person.id))
        .where(col(Person.email) == "administrator@demo.example")
        .scalar_subquery()
    )
    with Session(service.app.state.engines.write) as session, session.begin():
        mine = session.execute(
            sa.select(col(Membership.organisation_id), col(Membership.role)).where(
                col(Membership.person_id) == person
            )
        ).all()
        session.execute(sa.delete(Membership).where(col(Membership.person_id) == person))
    answer = keep(service, sent, body, "administrator")
    with Session(service.app.state.engines.write) as session, session.begin():
        me = session.scalars(sa.select(person)).one()
        session.add_all(
            Membership(person_id=me, organisation_id=organisation, role=role)
            for organisation, role in mine
        )
    assert answer.status_code == 404


def test_twenty_at_once_with_one_key_create_one_contract(
    service: Service, port: int, things: Things
) -> None:
    body = new_contract(things)
    ask = asking("POST", "/api/v1/contracts", service.as_("pilot") | key(), body)
    answers = at_once(port, [ask] * CALLERS)
    assert Counter(answer.status for answer in answers) == {201: CALLERS}
    assert len({json.dumps(json.loads(answer.body)) for answer in answers}) == 1
    assert count(service, of(body)) == 1


def test_twenty_at_once_without_a_key_create_one_contract_of_a_number(
    service: Service, port: int, things: Things
) -> None:
    body = new_contract(things)
    ask = asking("POST", "/api/v1/contracts", service.as_("pilot"), body)
    answers = at_once(port, [ask] * CALLERS)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: CALLERS - 1}
    assert count(service, of(body)) == 1


def test_twenty_contracts_at_once_with_the_same_new_supplier_are_all_kept(
    service: Service, port: int, things: Things
) -> None:
    supplier = {"id_type": "SIRET", "identifier": f"0000{uuid4().int % 10**10:010}"}
    bodies = [new_contract(things) | {"suppliers": [supplier]} for _ in range(CALLERS)]
    pilot = service.as_("pilot")
    answers = at_once(port, [asking("POST", "/api/v1/contracts", pilot, one) for one in bodies])
    assert Counter(answer.status for answer in answers) == {201: CALLERS}
    assert count(service, col(Supplier.identifier) == supplier["identifier"], Supplier) == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "won"),
    [
        ("PATCH", "", {"months": 9}, 200),
        ("PUT", "/marks", {"marks": {"waste": "yes"}}, 200),
        ("POST", "/amendments", {"notified_on": "2026-05-05", "amount": "1.00"}, 201),
    ],
)
def test_of_twenty_changes_at_once_of_one_version_one_passes(
    service: Service, port: int, method: str, path: str, body: dict[str, Any], won: int
) -> None:
    contract = service.things("contract")
    headers = service.as_("pilot") | {"If-Match": contract.etag}
    url = f"/api/v1/contracts/{contract.contract_id}"
    answers = at_once(port, [asking(method, url + path, headers, body)] * CALLERS)
    assert Counter(answer.status for answer in answers) == {won: 1, 412: CALLERS - 1}
    read = service.get(url)
    assert read["version"] == 2
    amendments = count(service, col(Amendment.contract_id) == UUID(contract.contract_id), Amendment)
    assert amendments == len(read["amendments"]) == (method == "POST")


def test_of_twenty_removals_at_once_one_passes(service: Service, port: int) -> None:
    contract = service.things("contract")
    headers = service.as_("pilot") | {"If-Match": contract.etag}
    url = f"/api/v1/contracts/{contract.contract_id}"
    answers = at_once(port, [asking("DELETE", url, headers)] * CALLERS)
    assert Counter(answer.status for answer in answers) == {204: 1, 404: CALLERS - 1}


def test_an_import_accepted_ten_times_at_once_is_accepted_once(service: Service, port: int) -> None:
    staged = service.things("staged")
    url = f"/api/v1/imports/{staged.import_id}"
    ask = asking("POST", f"{url}/accept", service.as_("pilot"))
    answers = at_once(port, [ask] * 10)
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 9}
    (row,) = service.get(f"{url}/rows")["items"]
    assert count(service, col(Contract.reference) == row["reference"]) == 1
    undone = at_once(port, [asking("POST", f"{url}/undo", service.as_("pilot"))] * 10)
    assert Counter(answer.status for answer in undone) == {200: 1, 409: 9}
    assert count(service, col(Contract.reference) == row["reference"]) == 0


def test_the_same_file_accepted_twice_at_once_enters_once(service: Service, port: int) -> None:
    content = decp_file(service.things().siret)
    pilot = service.as_("pilot")
    ids = []
    for _ in range(4):
        file = {"file": ("decp.json", content, "application/json")}
        answer = service.client.post("/api/v1/imports", files=file, headers=pilot)
        ids.append(answer.json()["id"])
    asks = [asking("POST", f"/api/v1/imports/{one}/accept", pilot) for one in ids]
    answers = at_once(port, asks)
    assert {answer.status for answer in answers} <= {200, 409}
    new = [json.loads(one.body)["rows"]["new"] for one in answers if one.status == 200]
    assert sum(new) == 1
    (row, *_) = service.get(f"/api/v1/imports/{ids[0]}/rows")["items"]
    assert count(service, col(Contract.reference) == row["reference"]) == 1


def test_a_refresh_token_used_ten_times_at_once_serves_once_and_closes_the_session(
    service: Service, port: int
) -> None:
    body = {"refresh_token": service.things("session").refresh_token}
    ask = asking("POST", "/api/v1/tokens/refresh", {}, body)
    answers = at_once(port, [ask] * 10)
    assert Counter(answer.status for answer in answers) == {200: 1, 401: 9}
    won = next(json.loads(answer.body) for answer in answers if answer.status == 200)
    again = service.client.post(
        "/api/v1/tokens/refresh", json={"refresh_token": won["refresh_token"]}
    )
    assert again.status_code == 401


def test_two_programs_that_draw_the_same_key_do_not_meet(service: Service) -> None:
    # Two API keys of one maker, and the maker, are three who ask.
    asked = []
    for name in ("GF", "Paie"):
        body = new_key(DEMONSTRATION, ["contracts:write"]) | {"name": name}
        key_made = service.make("/api/v1/keys", body, "pilot")
        asked.append({"Authorization": f"Bearer {key_made['secret']}"})
    asked.append(service.as_("pilot"))
    bodies = [new_contract(service.things()) for _ in asked]
    answers = [
        service.client.post(
            "/api/v1/contracts", json=body, headers={**headers, "Idempotency-Key": "commande-1"}
        )
        for headers, body in zip(asked * 2, bodies * 2, strict=True)
    ]
    assert [one.status_code for one in answers] == [201] * 6
    # Each is given its own answer again, and nobody another's.
    ids = [one.json()["id"] for one in answers]
    assert ids[:3] == ids[3:]
    assert len(set(ids)) == 3
