"""API keys: what one opens, for how long, and what is left of it in the database."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, SQLModel, col

from api.access import keys
from api.access.keys_models import ApiKey
from api.access.models import Membership, Person
from api.access.permissions import Role
from api.kit.audit import AuditEvent
from api.kit.columns import now
from api.kit.days import today
from tests.cases.access import FACILITATOR
from tests.cases.keys import new_key
from tests.conftest import DEMONSTRATION, OTHER, Headers
from tests.operations import MAY, OPERATIONS, Service

PROTECTED = sorted(name for name, one in OPERATIONS.items() if one.right != "public")
# What each scope lets through, written once more on purpose.
LETS: dict[str, set[str]] = {
    "contracts:read": {"contracts:read"},
    "contracts:write": {"contracts:read", "contracts:write"},
    "imports:write": {"contracts:read", "imports:write"},
    "structures:write": {"contracts:read", "structures:write"},
    "spending:write": {"contracts:read", "spending:write"},
    "programme:write": {"contracts:read", "programme:write"},
    "insertion:read": {"insertion:read"},
    "schemes:read": {"schemes:read"},
    "publication:read": {"publication:read"},
}
# Said in someone's own name, whatever right it asks for.
BY_A_PERSON = {"create_comment", "create_view"}
# The table of operations names there a right that the same accounts hold.
REALLY = (
    dict.fromkeys(("create_reservable_family", "remove_reservable_family"), "reservations:write")
    | dict.fromkeys(
        # The file of the table is of projects: whoever brings it may write them too.
        ("read_import_columns", "map_import_columns", "download_annotated_import"),
        "imports:write programme:write",
    )
    | dict.fromkeys(
        # And the file of essential data is of contracts.
        ("create_import", "read_import", "list_import_rows", "accept_import", "undo_import"),
        "imports:write contracts:write",
    )
)


def made(service: Service, account: str, siret: str, *scopes: str) -> dict[str, Any]:
    """A new key."""
    answer: dict[str, Any] = service.make("/api/v1/keys", new_key(siret, scopes), account)
    return answer


def by(key: dict[str, Any]) -> Headers:
    """The headers of a key."""
    return {"Authorization": f"Bearer {key['secret']}"}


def me(service: Service, bearer: str) -> Response:
    """What a bearer is answered."""
    headers = {b"Authorization": f"Bearer {bearer}".encode("latin-1")}
    return service.client.get("/api/v1/me", headers=headers)


def change(service: Service, key: dict[str, Any], **values: Any) -> None:
    """Change the row of a key behind its back."""
    with Session(service.app.state.engines.write) as session, session.begin():
        which = col(ApiKey.id) == UUID(key["id"])
        session.execute(sa.update(ApiKey).where(which).values(**values))


@pytest.fixture(scope="module")
def scoped(service: Service) -> dict[str, Headers]:
    """A key of the pilot of the demonstration buyer for each scope."""
    return {scope: by(made(service, "pilot", DEMONSTRATION, scope)) for scope in LETS}


@pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", PROTECTED)
def test_a_key_does_what_its_scopes_allow_and_nothing_else(
    service: Service, scoped: dict[str, Headers], name: str
) -> None:
    operation = OPERATIONS[name]
    right = REALLY.get(name, operation.right)
    rights = {right} if right in ("signed in", "member", "own view") else set(right.split())
    met: dict[str, bool] = {}
    for scope, headers in scoped.items():
        answer = service.ask(name, headers)
        assert answer.is_success or answer.status_code in (403, 404), (scope, answer.text)
        met[scope] = answer.is_success
    lists = operation.of == "own list" and right.endswith(":read")
    own_view = right == "own view"
    assert met == {
        scope: name not in BY_A_PERSON
        and not own_view
        and (
            right in ("signed in", "member")
            or lists
            or (rights <= lets and all("pilot" in MAY[one] for one in rights))
        )
        for scope, lets in LETS.items()
    }


def test_a_file_of_projects_asks_a_key_for_both_rights(service: Service) -> None:
    both = by(made(service, "pilot", DEMONSTRATION, "imports:write", "programme:write"))
    things = service.things(OPERATIONS["read_import_columns"].makes)
    answer = service.call("read_import_columns", things, both)
    assert answer.status_code == 200, answer.text


def test_a_key_opens_one_organisation_only(service: Service) -> None:
    key = by(made(service, "pilot", DEMONSTRATION, "contracts:read"))
    listed = service.client.get("/api/v1/contracts?limit=100", headers=key).json()["items"]
    assert {one["buyer_siret"] for one in listed} == {DEMONSTRATION}
    person = service.get("/api/v1/me")
    assert len({one["organisation"]["siret"] for one in person["memberships"]}) > 1
    told = service.client.get("/api/v1/me", headers=key).json()
    assert {one["organisation"]["siret"] for one in told["memberships"]} == {DEMONSTRATION}
    assert {one for m in told["memberships"] for one in m["permissions"]} == {"contracts:read"}


def test_a_key_says_its_own_name_and_nobodys(service: Service) -> None:
    key = made(service, "pilot", DEMONSTRATION, "contracts:read")
    told = me(service, key["secret"]).json()
    assert (told["email"], told["name"], told["key"]) == (None, key["name"], key["prefix"])
    listed = service.get(f"/api/v1/keys?organisation={DEMONSTRATION}")
    person = service.get("/api/v1/me")
    assert person["name"] not in json.dumps([told, listed])
    assert person["key"] is None


def test_the_feed_follows_what_the_key_may_read(service: Service) -> None:
    reading = by(made(service, "pilot", DEMONSTRATION, "contracts:read"))
    other = by(made(service, "pilot", DEMONSTRATION, "schemes:read"))
    address = "/api/v1/contracts/feed?limit=100"
    seen = service.client.get(address, headers=reading).json()
    assert {one["buyer_siret"] for one in seen["items"]} == {DEMONSTRATION}
    assert service.client.get(address, headers=other).json()["items"] == []
    # A cursor is of who read it: a key that sees other buyers begins again.
    cursor = f"{address}&cursor={seen['next']}"
    assert service.client.get(cursor, headers=reading).status_code == 200
    assert service.client.get(cursor, headers=other).status_code == 410


def broken(service: Service, how: str) -> str:
    """A bearer that must open nothing."""
    key = made(service, "pilot", DEMONSTRATION, "contracts:read")
    secret = str(key["secret"])
    assert me(service, secret).status_code == 200
    if how == "expired":
        change(service, key, expires_on=today() - timedelta(days=1))
    elif how == "revoked":
        answer = service.client.delete(f"/api/v1/keys/{key['id']}", headers=service.as_("pilot"))
        assert answer.status_code == 204
    elif how == "wrong":
        secret = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    elif how == "its start":
        secret = key["prefix"]
    elif how == "unknown":
        secret = "spk_aaaaaaaa_" + secret[13:]
    else:
        secret = "spk_\x7f\xe9" + secret[6:]
    return secret


@pytest.mark.parametrize("how", ["expired", "revoked", "wrong", "its start", "unknown", "noise"])
def test_what_opens_nothing_is_answered_alike(service: Service, how: str) -> None:
    answers = [me(service, one) for one in (broken(service, how), "spk_", "nothing")]
    shown = [(one.status_code, one.content, sorted(one.headers.items())) for one in answers]
    assert shown[0] == shown[1] == shown[2]
    assert answers[0].status_code == 401
    assert answers[0].headers["www-authenticate"] == "Bearer"


def test_a_key_serves_until_the_end_of_its_last_day(service: Service) -> None:
    key = made(service, "pilot", DEMONSTRATION, "contracts:read")
    change(service, key, expires_on=today())
    assert me(service, key["secret"]).status_code == 200


@pytest.fixture
def newcomer(service: Service) -> Iterator[tuple[dict[str, Any], Callable[..., None]]]:
    """A key of the administrator, and a hand to change the role of its maker."""
    key = made(service, "administrator", DEMONSTRATION, "contracts:write")

    def execute(*statements: sa.Executable) -> None:
        with Session(service.app.state.engines.write) as session, session.begin():
            for one in statements:
                session.execute(one)

    who = sa.select(col(Person.id)).where(col(Person.email) == "administrator@demo.example")
    person = who.scalar_subquery()
    of_person = col(Membership.person_id) == person

    def become(role: Role | None, active: bool = True) -> None:
        execute(sa.update(Person).where(col(Person.id) == person).values(active=active))
        if role is not None:
            execute(sa.update(Membership).where(of_person).values(role=role))

    yield key, become
    become(Role.ADMINISTRATOR)


def test_a_key_loses_what_its_maker_loses(
    service: Service, newcomer: tuple[dict[str, Any], Callable[..., None]]
) -> None:
    key, become = newcomer
    things = service.things()
    assert service.call("create_contract", things, by(key)).status_code == 201
    become(Role.READER)
    assert service.call("create_contract", things, by(key)).status_code == 403
    assert service.call("read_contract", things, by(key)).status_code == 200
    become(None, active=False)
    assert me(service, key["secret"]).status_code == 401


@pytest.mark.parametrize(
    ("account", "siret", "scope", "field"),
    [
        ("pilot", DEMONSTRATION, "statements:write", "scopes"),
        ("facilitator", FACILITATOR, "contracts:read", "scopes"),
    ],
)
def test_no_key_goes_beyond_its_maker(
    service: Service, account: str, siret: str, scope: str, field: str
) -> None:
    body = new_key(siret, [scope])
    answer = service.client.post("/api/v1/keys", json=body, headers=service.as_(account))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["body", field]
    assert "vos propres droits" in error["message"]


def test_a_facilitator_makes_keys_of_its_own(service: Service) -> None:
    key = made(service, "facilitator", FACILITATOR, "statements:write")
    listed = service.client.get("/api/v1/insertion/clauses", headers=by(key))
    assert listed.status_code == 200
    foreign = new_key(DEMONSTRATION, ["insertion:read"])
    answer = service.client.post("/api/v1/keys", json=foreign, headers=service.as_("facilitator"))
    assert answer.status_code == 404


@pytest.mark.parametrize(("days", "accepted"), [(-1, False), (0, True), (366, True), (367, False)])
def test_a_key_lasts_a_year_at_most(service: Service, days: int, accepted: bool) -> None:
    body = new_key(DEMONSTRATION) | {"expires_on": (today() + timedelta(days=days)).isoformat()}
    answer = service.client.post("/api/v1/keys", json=body, headers=service.as_("pilot"))
    assert answer.status_code == (201 if accepted else 422)
    without = {name: one for name, one in body.items() if name != "expires_on"}
    answer = service.client.post("/api/v1/keys", json=without, headers=service.as_("pilot"))
    assert answer.status_code == 422


def test_the_database_holds_nothing_that_opens(service: Service) -> None:
    key = made(service, "pilot", DEMONSTRATION, "contracts:read")
    end = key["secret"].removeprefix(key["prefix"]).strip("_")
    with Session(service.app.state.engines.read) as session:
        held = "\n".join(
            str(row)
            for table in SQLModel.metadata.tables.values()
            for row in session.execute(sa.select(table))
        )
    assert key["prefix"] in held
    assert end not in held
    listed = service.client.get(
        f"/api/v1/keys?organisation={DEMONSTRATION}", headers=service.as_("pilot")
    )
    assert end not in listed.text
    # The hash is of this instance: another one's key of the same text is another.
    one, other = (
        keys.presented_key(secret, key["secret"]).digest for secret in ("a" * 32, "b" * 32)
    )
    assert one != other


def test_the_last_use_is_written_once_a_minute(service: Service) -> None:
    key = made(service, "pilot", DEMONSTRATION, "contracts:read")

    def used() -> Any:
        listed = service.get(f"/api/v1/keys?organisation={DEMONSTRATION}")
        return next(one["last_used_at"] for one in listed if one["id"] == key["id"])

    assert used() is None
    service.client.get("/api/v1/contracts/feed?limit=1", headers=by(key))
    first = used()
    assert first is not None
    for _ in range(3):
        service.client.get("/api/v1/contracts?limit=1", headers=by(key))
    assert used() == first
    before = now() - timedelta(minutes=2)
    service.app.state.noted_keys.clear()
    change(service, key, last_used_at=before)
    assert me(service, key["secret"]).status_code == 200
    assert used() > first


def test_the_journal_names_the_key(service: Service) -> None:
    key = made(service, "pilot", DEMONSTRATION, "contracts:write")
    things = service.things()
    done = [service.call("create_contract", things, headers).json()["id"]
            for headers in (by(key), service.as_("pilot"))]  # fmt: skip
    with Session(service.app.state.engines.read) as session:
        told = [
            session.scalars(
                sa.select(AuditEvent).where(col(AuditEvent.target) == f"contract:{one}")
            ).one()
            for one in done
        ]
    assert told[0].details["api_key"] == key["prefix"]
    assert "api_key" not in told[1].details
    assert told[0].person_id == told[1].person_id


def test_too_many_keys_are_refused(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MAX_KEYS", 1)
    made(service, "other-pilot", OTHER, "contracts:read")
    answer = service.client.post(
        "/api/v1/keys", json=new_key(OTHER), headers=service.as_("other-pilot")
    )
    assert answer.status_code == 409
    assert answer.json()["type"] == "too-many-keys"
