"""Every change leaves one event, in its own transaction; the chain shows any tampering."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.kit import audit
from api.kit.audit import AuditEvent
from tests.conftest import OTHER, PASSWORD
from tests.described import documented
from tests.operation import Things
from tests.operations import OPERATIONS, Service, counts, unknown

WRITES = sorted(name for name, one in OPERATIONS.items() if one.event)
# These change nothing that an auditor asks about: a rotation, and questions asked with a body.
SILENT = {
    "refresh_token",
    "advise_reservation",
    "calculate_hours",
    "read_company_statement",
    "preview_indicator",
    "suppose_result",
}


def events(service: Service, after: int = 0) -> list[AuditEvent]:
    """The events of the trail, in order, those after a place alone."""
    with Session(service.app.state.engines.read) as session:
        found = sa.select(AuditEvent).where(col(AuditEvent.id) > after)
        return list(session.scalars(found.order_by(col(AuditEvent.id))))


def last(service: Service) -> AuditEvent:
    """The last event of the trail."""
    with Session(service.app.state.engines.read) as session:
        return session.scalars(
            sa.select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)
        ).one()


@pytest.fixture(scope="module", autouse=True)
def chained(service: Service) -> Iterator[None]:
    """Whatever was done, the chain is whole at the end."""
    yield
    assert broken_at(service) is None


def broken_at(service: Service) -> int | None:
    with Session(service.app.state.engines.read) as session:
        return audit.broken_at(session)


def execute(service: Service, statement: sa.Executable) -> None:
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(statement)


def test_every_operation_that_writes_has_its_event_in_the_table() -> None:
    writing = {name for name, method, *_ in documented() if method not in ("GET", "HEAD")}
    assert writing == {*WRITES, *SILENT}


@pytest.mark.parametrize("name", WRITES)
def test_a_change_leaves_exactly_one_event(service: Service, name: str) -> None:
    things = service.things(OPERATIONS[name].makes)
    headers = service.as_(OPERATIONS[name].by)
    before = last(service)
    answer = service.call(name, things, headers)
    assert answer.is_success, answer.text
    (event,) = events(service, before.id or 0)
    assert event.action == OPERATIONS[name].event
    # A company has no account: its link says who it is.
    assert event.person_id is not None or name == "create_company_statement"
    kind, _, identifier = event.target.partition(":")
    assert kind
    assert identifier in json.dumps([answer.text, str(answer.url), str(event.person_id)])
    assert event.organisation_id is not None or kind in ("person", "supplier", "structure")
    assert event.previous_hash == before.hash


@pytest.mark.parametrize("name", sorted(SILENT))
def test_what_is_silent_leaves_none(service: Service, name: str) -> None:
    operation = OPERATIONS[name]
    things = service.things(operation.makes)
    headers = {} if operation.right == "public" else service.as_(operation.by)
    before = last(service).id
    assert service.call(name, things, headers).is_success
    assert last(service).id == before


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - WRITES - SILENT))
def test_reading_leaves_no_event(service: Service, name: str) -> None:
    things = service.untouched(OPERATIONS[name].makes)
    headers = service.as_(OPERATIONS[name].by)
    before = last(service).id
    assert service.call(name, things, headers).is_success
    assert last(service).id == before


# A body that no operation takes.
BAD: dict[str, Any] = {"json": {"unknown": 1}, "data": {}, "files": {}}


REFUSALS: dict[str, Callable[[Service, str, Things], Any]] = {
    "unknown": lambda service, name, things: service.call(
        name, unknown(things), service.as_(OPERATIONS[name].by)
    ),
    "not allowed": lambda service, name, things: service.call(name, things, service.as_("reader")),
    "not logged in": lambda service, name, things: service.call(name, things, {}),
    "an old version": lambda service, name, things: service.call(
        name, things, service.as_(OPERATIONS[name].by) | {"If-Match": '"9"'}
    ),
    "invalid": lambda service, name, things: service.call(
        name, things, service.as_(OPERATIONS[name].by), **BAD
    ),
}


def _meaningful(name: str, refusal: str) -> bool:
    operation = OPERATIONS[name]
    if refusal == "an old version":
        return operation.makes == "contract"
    if refusal == "not allowed":
        # Who reads a figure may comment it, and save how it is looked at.
        return not operation.right.endswith(":read")
    if refusal == "unknown":
        # What is of the platform and names nothing can't name something unknown.
        return operation.of != "the platform" or bool(operation.makes)
    # What takes no body can't be given a bad one.
    return refusal != "invalid" or bool(operation.body or operation.form or operation.file)


CHANGES = [name for name in WRITES if OPERATIONS[name].right != "public"]


@pytest.mark.parametrize("name", CHANGES)
def test_a_refused_change_leaves_nothing(service: Service, name: str) -> None:
    things = service.untouched(OPERATIONS[name].makes)
    service.directorate()
    for account in (OPERATIONS[name].by, "reader"):
        service.as_(account)
    before = counts(service)
    tried = [refusal for refusal in REFUSALS if _meaningful(name, refusal)]
    assert tried
    for refusal in tried:
        answer = REFUSALS[refusal](service, name, things)
        assert 400 <= answer.status_code < 500, refusal
        assert counts(service) == before, refusal


def test_a_failed_login_leaves_no_event(service: Service) -> None:
    before = len(events(service))
    form = {"username": "reader@demo.example", "password": "wrong"}
    assert service.client.post("/api/v1/tokens", data=form).status_code == 401
    assert len(events(service)) == before


def test_a_session_closed_by_a_replay_is_recorded(service: Service) -> None:
    body = {"refresh_token": service.things("session").refresh_token}
    for _ in range(2):
        answer = service.client.post("/api/v1/tokens/refresh", json=body)
    assert answer.status_code == 401
    assert events(service)[-1].action == "session.closed"


def test_a_repeated_creation_leaves_one_event(service: Service) -> None:
    things, headers = service.things(), service.as_("pilot") | {"Idempotency-Key": "repeated-1"}
    body = OPERATIONS["create_contract"].body
    assert body is not None
    sent = body(things)
    before = len(events(service))
    for _ in range(3):
        assert service.call("create_contract", things, headers, json=sent).status_code == 201
    assert len(events(service)) == before + 1


@pytest.fixture
def deaf(service: Service) -> Any:
    """An audit trail that refuses every event."""
    sqlite = service.app.state.engines.read.dialect.name == "sqlite"
    on = (
        ["CREATE TRIGGER deaf BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END"]
        if sqlite
        else [
            "CREATE FUNCTION deaf() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RAISE EXCEPTION ''no''; END'",
            "CREATE TRIGGER deaf BEFORE INSERT ON audit_event EXECUTE FUNCTION deaf()",
        ]
    )
    off = (
        ["DROP TRIGGER deaf"]
        if sqlite
        else ["DROP TRIGGER deaf ON audit_event", "DROP FUNCTION deaf()"]
    )

    def hear(statements: list[str]) -> None:
        for statement in statements:
            execute(service, sa.text(statement))

    yield lambda: hear(on)
    hear(off)


def test_without_its_event_a_change_does_not_happen(
    service: Service, deaf: Callable[[], None]
) -> None:
    headers = service.as_("pilot")
    made = {name: service.things(OPERATIONS[name].makes) for name in WRITES}
    service.directorate()
    before = counts(service)
    versions = _versions(service)
    deaf()
    for name, things in made.items():
        answer = service.call(name, things, headers)
        assert not answer.is_success, name
        assert counts(service) == before, name
    assert _versions(service) == versions


def _versions(service: Service) -> list[Any]:
    tables = SQLModel.metadata.tables
    with Session(service.app.state.engines.read) as session:
        return [
            sorted(map(str, session.execute(sa.select(tables[name]))))
            for name in ("contract", "supplier", "import_file", "amendment", "contract_mark")
        ]


def test_no_secret_is_ever_in_an_event(service: Service) -> None:
    pair = service.login("reader")
    for name in WRITES:
        service.call(name, service.things(OPERATIONS[name].makes), service.as_("pilot"))
    refresh = {"refresh_token": pair["refresh_token"]}
    service.client.post("/api/v1/tokens/revoke", json=refresh)
    told = json.dumps([[one.action, one.target, one.details] for one in events(service)])
    assert told
    for secret in (
        PASSWORD,
        pair["access_token"],
        pair["refresh_token"],
        "eyJ",
        "argon2",
        "@demo.",
    ):
        assert secret not in told


def test_the_history_of_a_contract_is_made_of_its_events(service: Service) -> None:
    contract = service.things("contract")
    service.call("change_contract", contract, service.as_("directorate"))
    history = service.get(f"/api/v1/contracts/{contract.contract_id}/history")
    recorded = [one for one in events(service) if one.target == f"contract:{contract.contract_id}"]
    assert len(history) == len(recorded) == 2


@pytest.fixture
def tampered(service: Service) -> Any:
    """Events of the middle of the chain to tamper with, put back afterwards."""
    for _ in range(3):
        service.call("change_supplier", service.things(), service.as_("pilot"))
    table = SQLModel.metadata.tables["audit_event"]
    kept = [dict(vars(one)) for one in events(service)[-3:]]
    rows = [{column.name: one[column.name] for column in table.c} for one in kept]
    assert broken_at(service) is None
    yield rows
    ids = [row["id"] for row in rows]
    execute(service, sa.delete(table).where(table.c.id.in_(ids)))
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(sa.insert(table), rows)
    assert broken_at(service) is None


@pytest.mark.parametrize(
    "change",
    [
        {"action": "supplier.seen"},
        {"target": "supplier:x"},
        {"details": {"size": "pme"}},
        {"person_id": None},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
)
def test_an_edited_event_shows(
    service: Service, tampered: list[dict[str, Any]], change: dict[str, Any]
) -> None:
    one = tampered[0]["id"]
    execute(service, sa.update(AuditEvent).where(col(AuditEvent.id) == one).values(**change))
    assert broken_at(service) == one


def test_a_removed_event_shows(service: Service, tampered: list[dict[str, Any]]) -> None:
    execute(service, sa.delete(AuditEvent).where(col(AuditEvent.id) == tampered[1]["id"]))
    assert broken_at(service) == tampered[2]["id"]


def test_the_events_of_one_organisation_are_not_those_of_another(service: Service) -> None:
    contract = service.things("contract", OTHER)
    mine = service.things("contract")
    target = {f"contract:{contract.contract_id}", f"contract:{mine.contract_id}"}
    owners = {one.target: one.organisation_id for one in events(service) if one.target in target}
    assert len(set(owners.values())) == 2
