"""Logging in, staying logged in, being shut out: what an attacker and a leaver meet."""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.access import login
from api.access.models import LoginAttempt, Membership, Organisation, Person, RefreshToken
from api.access.permissions import Role
from api.kit.columns import now
from api.kit.db import Engines
from api.kit.passwords import hash_password, verify_password
from tests.conftest import DEMONSTRATION, PASSWORD, Headers

READER = "reader@demo.example"
SHARED = "testclient"  # the address from which the test client says it comes


def log_in(client: TestClient, email: str = READER, password: str = PASSWORD) -> Response:
    return client.post("/api/v1/tokens", data={"username": email, "password": password})


def refresh(client: TestClient, token: str) -> Response:
    return client.post("/api/v1/tokens/refresh", json={"refresh_token": token})


def bearer(pair: dict[str, str]) -> Headers:
    return {"Authorization": f"Bearer {pair['access_token']}"}


def fail(engines: Engines, email: str, times: int, ago: timedelta = timedelta(0)) -> None:
    """Remember failed logins, without the cost of as many passwords."""
    with Session(engines.write) as session, session.begin():
        for _ in range(times):
            login.note_failure(session, email, SHARED)
        session.execute(sa.update(LoginAttempt).values(at=now() - ago))


def change_person(engines: Engines, statement: sa.Update | sa.Delete) -> None:
    with Session(engines.write) as session, session.begin():
        session.execute(statement)


def membership_of(email: str) -> Any:
    person = sa.select(col(Person.id)).where(col(Person.email) == email).scalar_subquery()
    return col(Membership.person_id) == person


def test_an_unknown_account_a_wrong_password_and_a_closed_account_look_the_same(
    client: TestClient, engines: Engines
) -> None:
    closed = "publisher@demo.example"
    change_person(
        engines, sa.update(Person).where(col(Person.email) == closed).values(active=False)
    )
    answers = [
        log_in(client, READER, "wrong"),
        log_in(client, "nobody@demo.example", "wrong"),
        log_in(client, closed),
        log_in(client, READER, " "),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert answers[0].json()["detail"] == login.WRONG


def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    stored = hash_password("right")

    def quickest(kept: str | None) -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            assert not verify_password(kept, "wrong")
            times.append(time.perf_counter() - start)
        return min(times)

    assert quickest(None) > 0.5 * quickest(stored)


def test_a_broken_hash_lets_nobody_in() -> None:
    assert not verify_password("", "x")
    assert not verify_password("plain", "plain")
    assert not verify_password(None, "no account has this password")


def test_the_address_is_read_without_case_nor_spaces(client: TestClient) -> None:
    assert log_in(client, "  Reader@DEMO.example ").status_code == 200


@pytest.mark.parametrize("spelling", [READER, READER.upper()])
def test_an_account_that_failed_too_often_waits_even_with_the_right_password(
    client: TestClient, engines: Engines, spelling: str
) -> None:
    fail(engines, READER, 9)
    assert log_in(client).status_code == 200
    assert log_in(client, READER, "wrong").status_code == 401
    shut = log_in(client, spelling)
    assert shut.status_code == 429
    assert shut.headers["retry-after"] == "300"
    assert shut.json()["type"] == "too-many"
    assert log_in(client, "pilot@demo.example").status_code == 200


def test_an_account_that_does_not_exist_is_shut_like_the_others(
    client: TestClient, engines: Engines
) -> None:
    fail(engines, "nobody@demo.example", 10)
    assert log_in(client, "nobody@demo.example", "wrong").status_code == 429


def test_an_address_that_failed_too_often_waits_whatever_the_account(
    client: TestClient, engines: Engines
) -> None:
    for number in range(25):
        fail(engines, f"{number}@demo.example", 4)
    assert log_in(client).status_code == 429
    assert log_in(client, "new@demo.example", "wrong").status_code == 429


def test_the_wait_ends_after_the_window(client: TestClient, engines: Engines) -> None:
    fail(engines, READER, 10, ago=timedelta(minutes=5, seconds=1))
    assert log_in(client).status_code == 200


def test_a_failure_is_remembered_without_the_account_nor_the_address(
    client: TestClient, engines: Engines
) -> None:
    log_in(client, READER, "a wrong password")
    with Session(engines.read) as session:
        (kept,) = session.execute(
            sa.select(col(LoginAttempt.account), col(LoginAttempt.address))
        ).all()
    digests = tuple(sha256(value.encode()).hexdigest() for value in (READER, SHARED))
    assert tuple(kept) == digests


def test_passwords_and_refresh_tokens_are_kept_as_hashes(
    client: TestClient, engines: Engines
) -> None:
    pair = log_in(client).json()
    with Session(engines.read) as session:
        hashes = session.scalars(sa.select(col(Person.password_hash))).all()
        digests = session.scalars(sa.select(col(RefreshToken.digest))).all()
    assert all(one.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for one in hashes)
    assert len(set(hashes)) == len(hashes)
    assert sha256(pair["refresh_token"].encode()).hexdigest() in digests


def test_a_refresh_token_gives_a_new_pair_once(client: TestClient) -> None:
    first = log_in(client).json()
    answer = refresh(client, first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert client.get("/api/v1/me", headers=bearer(second)).status_code == 200


def test_a_refresh_token_used_twice_closes_the_whole_session(client: TestClient) -> None:
    first = log_in(client).json()
    elsewhere = log_in(client).json()
    second = refresh(client, first["refresh_token"]).json()
    replayed = refresh(client, first["refresh_token"])
    assert replayed.status_code == 401
    assert replayed.json()["detail"] == login.EXPIRED
    assert refresh(client, second["refresh_token"]).status_code == 401
    assert refresh(client, elsewhere["refresh_token"]).status_code == 200


def test_a_refresh_token_dies_after_twelve_hours(client: TestClient, engines: Engines) -> None:
    pair = log_in(client).json()
    aged = sa.update(RefreshToken).values(expires_at=now() - timedelta(seconds=1))
    with Session(engines.read) as session:
        left = session.scalar(sa.select(col(RefreshToken.expires_at)))
    assert left is not None
    assert abs(left - now() - timedelta(hours=12)) < timedelta(minutes=1)
    change_person(engines, aged)
    assert refresh(client, pair["refresh_token"]).status_code == 401


def test_revoking_closes_the_session_and_unknown_tokens_are_nothing(client: TestClient) -> None:
    pair = log_in(client).json()
    elsewhere = log_in(client).json()
    for token in ("unknown", pair["refresh_token"], pair["refresh_token"]):
        answer = client.post("/api/v1/tokens/revoke", json={"refresh_token": token})
        assert (answer.status_code, answer.content) == (204, b"")
    assert refresh(client, pair["refresh_token"]).status_code == 401
    assert refresh(client, elsewhere["refresh_token"]).status_code == 200


def test_an_unknown_and_a_dead_refresh_token_look_the_same(client: TestClient) -> None:
    pair = log_in(client).json()
    client.post("/api/v1/tokens/revoke", json={"refresh_token": pair["refresh_token"]})
    dead, unknown = refresh(client, pair["refresh_token"]), refresh(client, "unknown")
    assert (dead.status_code, dead.content) == (unknown.status_code, unknown.content)


def test_who_is_shut_out_is_refused_at_once(client: TestClient, engines: Engines) -> None:
    pair = log_in(client).json()
    assert client.get("/api/v1/me", headers=bearer(pair)).status_code == 200
    change_person(
        engines, sa.update(Person).where(col(Person.email) == READER).values(active=False)
    )
    assert client.get("/api/v1/me", headers=bearer(pair)).status_code == 401
    assert client.get("/api/v1/contracts", headers=bearer(pair)).status_code == 401
    assert refresh(client, pair["refresh_token"]).status_code == 401
    assert log_in(client).status_code == 401


def test_who_leaves_an_organisation_loses_it_at_the_next_request(
    client: TestClient, engines: Engines, as_: Callable[[str], Headers]
) -> None:
    pilot, page = as_("pilot"), f"/api/v1/contracts?buyer={DEMONSTRATION}&limit=1"
    contract_id = client.get(page, headers=pilot).json()["items"][0]["id"]
    demonstration = (
        sa.select(col(Organisation.id))
        .where(col(Organisation.siret) == DEMONSTRATION)
        .scalar_subquery()
    )
    change_person(
        engines,
        sa.delete(Membership).where(
            membership_of("pilot@demo.example"), col(Membership.organisation_id) == demonstration
        ),
    )
    url = f"/api/v1/contracts/{contract_id}"
    assert client.get(url, headers=pilot).status_code == 404
    assert client.patch(url, json={"months": 1}, headers=pilot).status_code == 404
    assert client.get(page, headers=pilot).json()["items"] == []
    assert client.get(f"/api/v1/publication/{DEMONSTRATION}", headers=pilot).status_code == 404
    assert client.get("/api/v1/schemes", headers=pilot).status_code == 200


def test_a_role_taken_away_is_gone_at_the_next_request(
    client: TestClient, engines: Engines, as_: Callable[[str], Headers]
) -> None:
    pilot = as_("pilot")
    imports = client.get("/api/v1/imports", headers=pilot)
    assert imports.status_code == 200
    change_person(
        engines,
        sa.update(Membership).where(membership_of("pilot@demo.example")).values(role=Role.READER),
    )
    assert client.get("/api/v1/imports", headers=pilot).status_code == 403
    roles = {one["role"] for one in client.get("/api/v1/me", headers=pilot).json()["memberships"]}
    assert roles == {"reader"}


def test_a_session_survives_a_role_and_says_what_it_may(
    client: TestClient, as_: Callable[[str], Headers]
) -> None:
    me = client.get("/api/v1/me", headers=as_("directorate")).json()
    (membership,) = me["memberships"]
    assert membership["directorate_id"]
    assert "contracts:write" in membership["permissions"]
    assert "imports:write" not in membership["permissions"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": READER},
        {"password": PASSWORD},
        {"username": READER, "password": PASSWORD, "grant_type": "client_credentials"},
    ],
)
def test_an_incomplete_form_is_refused_field_by_field(
    client: TestClient, form: dict[str, str]
) -> None:
    answer = client.post("/api/v1/tokens", data=form)
    assert answer.status_code == 422
    assert {error["loc"][0] for error in answer.json()["errors"]} == {"body"}
