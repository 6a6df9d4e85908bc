"""Who may do what: every operation of the OpenAPI document, asked by everyone."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.access.models import Membership, Organisation, Person
from api.access.permissions import Role
from tests.cases.subcontracting import ACT
from tests.conftest import DEMONSTRATION, OTHER
from tests.described import documented
from tests.operation import Operation
from tests.operations import (
    ACCOUNTS,
    MAY,
    OPERATIONS,
    UNKNOWN_SIRET,
    Service,
    decp_file,
    new_contract,
    unknown,
)

PROTECTED = sorted(name for name, one in OPERATIONS.items() if one.right != "public")
OF_ORGANISATIONS = sorted(
    name for name, one in OPERATIONS.items() if one.of in ("an organisation", "both")
)
FORGED = {"Authorization": "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.Zm9yZ2Vk"}
OUTSIDERS = ("facilitator", "other-pilot", "other-facilitator")
ELSEWHERE = {"other-pilot": "pilot", "other-facilitator": "facilitator"}
OF_MANDATES = sorted(
    name for name, one in OPERATIONS.items() if one.of in ("a clause", "a facilitator")
)


# What the role of facilitator gives, written once more on purpose.
OF_FACILITATORS = {
    "insertion:read",
    "feasibility:answer",
    "parameters:write",
    "statements:write",
    "beneficiaries:write",
    "keys:write",
}


def strangers(operation: Operation, siret: str) -> tuple[str, ...]:
    """The accounts that must not even learn that things of this buyer exist."""
    if siret == OTHER:
        return ("administrator", "pilot", "directorate", "reader", "facilitator")
    if operation.of in ("a clause", "a facilitator"):
        return tuple(ELSEWHERE)
    return OUTSIDERS


def expected(operation: Operation, account: str) -> int:
    """The status that this account must meet on things of the demonstration buyer."""
    if account in MAY[operation.right]:
        return 200
    holds_it = ELSEWHERE.get(account, account) in MAY[operation.right]
    if operation.of == "the platform":
        return 200 if holds_it else 403
    if operation.of == "own list":
        return 200 if holds_it or operation.right.endswith(":read") else 403
    # A company is seen by the buyers that deal with it.
    if operation.of in ("both", "a company"):
        return 404 if holds_it else 403
    if operation.of == "a clause":
        return 404 if account in ELSEWHERE else 403
    return 404 if account in OUTSIDERS or operation.of == "a facilitator" else 403


def shown(answer: Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that a caller can see of an answer."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


def test_every_operation_of_the_document_is_in_the_table() -> None:
    assert {name for name, *_ in documented()} == OPERATIONS.keys()


def test_every_operation_asks_for_a_token_unless_it_is_public() -> None:
    for name, _method, _path, operation in documented():
        public = OPERATIONS[name].right == "public"
        assert public == ("security" not in operation), name


@pytest.mark.parametrize("name", PROTECTED)
def test_who_is_not_known_is_asked_to_log_in(service: Service, name: str) -> None:
    for headers in ({}, FORGED):
        answer = service.ask(name, headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "unauthenticated"


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - PROTECTED))
def test_a_public_operation_answers_everyone(service: Service, name: str) -> None:
    for headers in ({}, FORGED):
        answer = service.ask(name, headers)
        assert answer.is_success, answer.text


@pytest.mark.parametrize("name", PROTECTED)
def test_each_account_does_what_its_role_allows_and_nothing_else(
    service: Service, name: str
) -> None:
    operation = OPERATIONS[name]
    met: dict[str, int] = {}
    for account in ACCOUNTS:
        answer = service.ask(name, service.as_(account))
        met[account] = 200 if answer.is_success else answer.status_code
    assert met == {account: expected(operation, account) for account in ACCOUNTS}


@pytest.mark.parametrize("name", OF_ORGANISATIONS + OF_MANDATES)
@pytest.mark.parametrize("buyer", [OTHER, DEMONSTRATION])
def test_what_is_foreign_looks_like_what_does_not_exist(
    service: Service, name: str, buyer: str
) -> None:
    operation = OPERATIONS[name]
    foreign = service.untouched(operation.makes, buyer)
    for account in strangers(operation, buyer):
        holds_it = ELSEWHERE.get(account, account) in MAY[operation.right]
        refused_before = operation.of == "both" and not holds_it
        for etag in {foreign.etag, '"999"'} if operation.makes else {""}:
            headers = service.as_(account) | {"If-Match": etag}
            seen, unseen = (service.call(name, one, headers) for one in (foreign, unknown(foreign)))
            assert shown(seen) == shown(unseen)
            assert seen.status_code == (403 if refused_before else 404)


@pytest.fixture
def pilot_here_facilitator_there(service: Service) -> Iterator[None]:
    """The pilot of the demonstration buyer is also a facilitator of the other one."""
    engine = service.app.state.engines.write
    person, other = (
        sa.select(found).where(column == value).scalar_subquery()
        for found, column, value in (
            (col(Person.id), col(Person.email), "pilot@demo.example"),
            (col(Organisation.id), col(Organisation.siret), OTHER),
        )
    )
    with Session(engine) as session, session.begin():
        member, there = session.scalars(sa.select(person)).one(), session.scalars(sa.select(other))
        session.add(
            Membership(person_id=member, organisation_id=there.one(), role=Role.FACILITATOR)
        )
    yield
    added = sa.delete(Membership).where(
        col(Membership.person_id) == person, col(Membership.organisation_id) == other
    )
    with Session(engine) as session, session.begin():
        session.execute(added)


@pytest.mark.usefixtures("pilot_here_facilitator_there")
@pytest.mark.parametrize("name", OF_ORGANISATIONS)
def test_a_right_in_one_organisation_is_no_right_in_another(service: Service, name: str) -> None:
    answer = service.ask(name, service.as_("pilot"), OTHER)
    right = OPERATIONS[name].right
    if right == "member" or right in OF_FACILITATORS:
        assert answer.is_success
    else:
        assert answer.status_code == 403


@pytest.mark.usefixtures("pilot_here_facilitator_there")
def test_a_list_asks_for_the_right_in_each_organisation(service: Service) -> None:
    for query in ("", f"&buyer={OTHER}"):
        found = service.get(f"/api/v1/contracts?limit=100{query}")["items"]
        assert OTHER not in {one["buyer_siret"] for one in found}


def test_the_list_of_contracts_holds_ones_own_only(service: Service) -> None:
    buyers = {
        account: {
            one["buyer_siret"]
            for one in service.get("/api/v1/contracts?limit=100", account)["items"]
        }
        for account in ("directorate", "other-pilot", "facilitator")
    }
    assert buyers == {"directorate": {DEMONSTRATION}, "other-pilot": {OTHER}, "facilitator": set()}


def test_a_foreign_buyer_in_a_filter_is_an_unknown_one(service: Service) -> None:
    foreign, none = (
        service.client.get(f"/api/v1/contracts?buyer={siret}", headers=service.as_("pilot"))
        for siret in (OTHER, UNKNOWN_SIRET)
    )
    assert shown(foreign) == shown(none)
    assert foreign.json() == {"items": [], "next": None}


def test_the_list_of_imports_holds_ones_own_only(service: Service) -> None:
    foreign = service.things("staged", OTHER).import_id
    own = service.things("staged").import_id
    listed = {one["id"] for one in service.get("/api/v1/imports?limit=100")["items"]}
    assert own in listed
    assert foreign not in listed


def _cursors(service: Service, account: str) -> Iterator[tuple[str, str]]:
    if account == "pilot":
        for _ in range(2):
            service.things("staged")
    for path in ("/api/v1/contracts", "/api/v1/imports"):
        cursor = service.get(f"{path}?limit=1", account)["next"]
        yield path, f"{path}?limit=100&cursor={cursor}"


def test_a_foreign_cursor_opens_nothing(service: Service) -> None:
    for path, foreign in _cursors(service, "pilot"):
        own = {one["id"] for one in service.get(f"{path}?limit=100", "other-pilot")["items"]}
        found = {one["id"] for one in service.get(foreign, "other-pilot")["items"]}
        assert found <= own


def _directorates_of(service: Service, siret: str, account: str) -> list[str]:
    found = service.get(f"/api/v1/organisations/{siret}/directorates", account)
    return [one["id"] for one in found]


def test_a_contract_is_never_put_under_a_directorate_of_another_buyer(service: Service) -> None:
    foreign = _directorates_of(service, DEMONSTRATION, "pilot")[0]
    things = service.things("contract", OTHER)
    headers = service.as_("other-pilot")
    body = {"directorate_id": foreign}
    created = service.call("create_contract", things, headers, json=new_contract(things) | body)
    changed = service.call("change_contract", things, headers, json=body)
    for answer in (created, changed):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["body", "directorate_id"]
    assert service.get(f"/api/v1/contracts/{things.contract_id}", "other-pilot")["version"] == 1


def test_a_directorate_unknown_and_one_of_another_buyer_look_the_same(service: Service) -> None:
    things = service.things("contract", OTHER)
    answers = [
        service.call(
            "change_contract", things, service.as_("other-pilot"), json={"directorate_id": one}
        )
        for one in (service.directorate(), "01890000-0000-7000-8000-000000000000")
    ]
    assert shown(answers[0]) == shown(answers[1])


@pytest.mark.parametrize("account", ["pilot", "administrator"])
def test_the_rows_of_a_foreign_buyer_are_refused_in_a_file(service: Service, account: str) -> None:
    file = {"file": ("decp.json", decp_file(OTHER), "application/json")}
    answer = service.call(
        "create_import", service.things(), service.as_(account), files=file, data={}
    )
    assert answer.status_code == 201
    rows = answer.json()["rows"]
    assert (rows["received"], rows["refused"]) == (1, 1)
    assert answer.json()["refusals"][0]["code"] == "foreign_buyer"
    before = service.get("/api/v1/contracts?limit=100", "other-pilot")
    accepted = service.client.post(
        f"/api/v1/imports/{answer.json()['id']}/accept", headers=service.as_(account)
    )
    assert accepted.json()["rows"]["new"] == 0
    assert service.get("/api/v1/contracts?limit=100", "other-pilot") == before


def test_a_pilot_does_not_bring_unknown_buyers_and_an_administrator_does(service: Service) -> None:
    counts = {}
    for account in ("pilot", "administrator"):
        file = {"file": ("decp.json", decp_file("00000088800017"), "application/json")}
        answer = service.call(
            "create_import", service.things(), service.as_(account), files=file, data={}
        )
        counts[account] = answer.json()["rows"]["refused"]
    assert counts == {"pilot": 1, "administrator": 0}


def _contract_of(service: Service, directorate: str | None) -> tuple[str, str]:
    things = service.things()
    body = new_contract(things) | {"directorate_id": directorate}
    answer = service.call("create_contract", things, service.as_("pilot"), json=body)
    return answer.json()["id"], answer.headers["etag"]


CHANGES = [
    ("PATCH", "", {"months": 9}),
    ("DELETE", "", None),
    ("POST", "/amendments", {"notified_on": "2026-05-05"}),
    ("POST", "/subcontracts", ACT),
    ("PUT", "/marks", {"marks": {"waste": "yes"}}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_directorate_changes_its_own_contracts_only(
    service: Service, method: str, path: str, body: object
) -> None:
    own = service.directorate()
    another = next(one for one in _directorates_of(service, DEMONSTRATION, "pilot") if one != own)
    statuses = []
    for directorate in (own, another, None):
        contract_id, etag = _contract_of(service, directorate)
        answer = service.client.request(
            method,
            f"/api/v1/contracts/{contract_id}{path}",
            json=body,
            headers=service.as_("directorate") | {"If-Match": etag},
        )
        statuses.append(answer.is_success or answer.status_code)
    assert statuses == [True, 403, 403]


def test_a_directorate_neither_takes_nor_gives_a_contract(service: Service) -> None:
    own = service.directorate()
    another = next(one for one in _directorates_of(service, DEMONSTRATION, "pilot") if one != own)
    things, headers = service.things("contract"), service.as_("directorate")
    for body in ({"directorate_id": another}, {"directorate_id": None}):
        given = service.call("change_contract", things, headers, json=body)
        assert given.status_code == 403
        created = service.call("create_contract", things, headers, json=new_contract(things) | body)
        assert created.status_code == 403


def test_a_contract_says_whether_who_reads_it_may_change_it(service: Service) -> None:
    things = service.things("contract")
    editable = {
        account: service.get(f"/api/v1/contracts/{things.contract_id}", account)["editable"]
        for account in ("pilot", "directorate", "reader", "publisher")
    }
    assert editable == {"pilot": True, "directorate": True, "reader": False, "publisher": False}


def test_public_files_hold_no_foreign_contract(service: Service) -> None:
    file = service.client.get(f"/opendata/{DEMONSTRATION}/decp-marches.json").json()
    buyers = {one["acheteur"]["id"] for one in file["marches"]["marche"]}
    assert buyers == {DEMONSTRATION}
