"""Identities: sealed at rest, told to nobody who did not ask, refused when anything was touched."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError
from sqlmodel import Session, SQLModel, col
from starlette.testclient import TestClient

import api.tables
from api.app import create_app
from api.insertion.beneficiaries.models import BeneficiaryIdentity
from api.kit.sealing import BrokenSealError, keyed_hash, seal, unseal
from api.settings import Settings
from tests.api.insertion.persons import (
    ask,
    events,
    field_of,
    follow,
    identify,
    on_disk,
    rows,
    write,
)
from tests.described import documented
from tests.operations import ACCOUNTS, OPERATIONS, Service

assert api.tables

CANARY = "CANARIQUE"
MASTER, ROW, OWNER = b"m" * 32, b"r" * 16, b"o" * 16
REASON = {"reason": "Appel de la personne"}


def test_what_is_sealed_opens_with_its_key_its_row_and_its_owner_only() -> None:
    sealed = seal(MASTER, b"plain", row=ROW, owner=OWNER)
    assert unseal(MASTER, sealed, row=ROW, owner=OWNER) == b"plain"
    for master, row, owner in (
        (b"n" * 32, ROW, OWNER),
        (MASTER, b"s" * 16, OWNER),
        (MASTER, ROW, b"p" * 16),
        (MASTER, ROW + OWNER[:1], OWNER[1:]),
    ):
        with pytest.raises(BrokenSealError):
            unseal(master, sealed, row=row, owner=owner)


def test_no_bit_of_what_is_sealed_can_change() -> None:
    sealed = seal(MASTER, b"plain", row=ROW, owner=OWNER)
    for place in range(len(sealed)):
        touched = bytearray(sealed)
        touched[place] ^= 1
        with pytest.raises(BrokenSealError):
            unseal(MASTER, bytes(touched), row=ROW, owner=OWNER)
    for length in (0, 1, 28, len(sealed) - 1):
        with pytest.raises(BrokenSealError):
            unseal(MASTER, sealed[:length], row=ROW, owner=OWNER)


def test_a_seal_tells_neither_equality_nor_length() -> None:
    sealed = {seal(MASTER, text, row=ROW, owner=OWNER) for text in (b"a", b"a", b"a" * 100)}
    assert len(sealed) == 3
    assert len({len(one) for one in sealed}) == 1
    assert {one[0] for one in sealed} == {1}


def test_a_keyed_hash_depends_on_its_key() -> None:
    assert keyed_hash(MASTER, "a") == keyed_hash(MASTER, "a")
    assert len({keyed_hash(MASTER, "a"), keyed_hash(MASTER, "b"), keyed_hash(b"n" * 32, "a")}) == 3


def test_the_key_is_made_once_whole_and_for_the_service_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Settings(data_dir=folder).identity_master, range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    (kept,) = folder.iterdir()
    assert (kept.name, kept.stat().st_mode & 0o777) == ("identity.key", 0o600)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="SPASER_IDENTITY_KEY"):
        Settings(identity_key=SecretStr("short"))
    (tmp_path / "identity.key").write_text("short")
    with pytest.raises(ValueError, match="trop courte"):
        _ = Settings(data_dir=tmp_path).identity_master


@pytest.fixture
def person(service: Service) -> str:
    """A person whose name is kept."""
    made = follow(service)["id"]
    identify(service, made, CANARY)
    return str(made)


def test_an_identity_is_opened_for_a_reason_that_is_logged(service: Service, person: str) -> None:
    assert ask(service, "POST", f"/{person}/identity/read", {}).status_code == 422
    opened = ask(service, "POST", f"/{person}/identity/read", REASON)
    assert opened.json() == {
        "beneficiary_id": person,
        "last_name": CANARY,
        "first_name": "Fictif",
        "birth_date": "1991-02-03",
    }
    assert opened.headers["cache-control"] == "no-store"
    (*_, event) = events(service, "identity.read")
    assert (event.target, event.details) == (f"beneficiary:{person}", REASON)


def test_a_reason_that_names_the_person_is_refused_and_not_logged(
    service: Service, person: str
) -> None:
    for path in ("identity/read", "export"):
        body = {"reason": f"appel de m. {CANARY.lower()}"} | (
            {"identity": True} if path == "export" else {}
        )
        assert field_of(ask(service, "POST", f"/{person}/{path}", body)) == ["body", "reason"]
    assert not any(CANARY.lower() in str(one.details) for one in events(service, "identity.read"))


def test_an_identity_replaced_or_removed_is_gone(service: Service, person: str) -> None:
    identify(service, person, "Autre")
    opened = ask(service, "POST", f"/{person}/identity/read", REASON).json()
    assert opened["last_name"] == "Autre"
    assert ask(service, "GET", f"/{person}").json()["identity_kept"] is True
    assert ask(service, "DELETE", f"/{person}/identity").status_code == 204
    assert ask(service, "GET", f"/{person}").json()["identity_kept"] is False
    for method, path, body in (
        ("DELETE", f"/{person}/identity", None),
        ("POST", f"/{person}/identity/read", REASON),
    ):
        assert ask(service, method, path, body).status_code == 404
    assert rows(service, BeneficiaryIdentity, person) == []


def _everything_kept(service: Service) -> str:
    """All that the tables hold, as text."""
    with Session(service.app.state.engines.read) as session:
        return "".join(
            repr(session.execute(sa.select(table)).all())
            for table in SQLModel.metadata.tables.values()
        )


def test_a_name_is_nowhere_in_the_database_nor_in_the_logs(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = follow(service, external_ref="visible-reference")["id"]
    identify(service, person, CANARY)
    body = {"last_name": CANARY, "first_name": "Fictif", "birth_date": "1991-02-03"}
    ask(service, "POST", "/duplicates", body)
    ask(service, "POST", "/duplicates", body | {"birth_date": "3000-01-01"})
    ask(service, "POST", f"/{person}/identity/read", REASON)
    ask(service, "POST", f"/{person}/export", REASON | {"identity": True})
    kept = _everything_kept(service)
    assert "visible-reference" in kept
    assert CANARY.lower() not in kept.lower()
    assert CANARY.lower() not in caplog.text.lower()
    if service.app.state.engines.read.dialect.name == "sqlite":
        content = on_disk(service)
        assert b"visible-reference" in content
        assert CANARY.encode() not in content


READS = sorted(name for name, method, *_ in documented() if method in ("GET", "HEAD"))


@pytest.mark.parametrize("name", READS)
def test_a_name_is_in_no_answer_to_a_reading(service: Service, person: str, name: str) -> None:
    """R-H5: neither a directorate nor a company ever reads an identity."""
    made = service.things(OPERATIONS[name].makes)
    about = [made]
    if "beneficiary_id" in made.ids:
        about.append(replace(made, ids={**made.ids, "beneficiary_id": person}))
    for account in (*ACCOUNTS, "anonymous"):
        for things in about:
            answer = service.call(name, things, service.as_(account))
            assert CANARY.lower().encode() not in answer.content.lower()
            assert b"1991-02-03" not in answer.content


@pytest.fixture
def with_another_key(service: Service, tmp_path: Path) -> Iterator[Service]:
    """The same database, served with another key."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=service.app.state.settings.url,
        identity_key=SecretStr("another key of more than 32 bytes"),
    )
    yield from _served(create_app(settings))


@pytest.fixture
def without_a_key(service: Service, tmp_path: Path) -> Iterator[Service]:
    """The same database, served with a key that was cut."""
    (tmp_path / "identity.key").write_text("cut")
    url = service.app.state.settings.url
    yield from _served(create_app(Settings(data_dir=tmp_path, database_url=url)))


def _served(app: FastAPI) -> Iterator[Service]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Service(client, app)


def _refused(service: Service, person: str, type_: str) -> None:
    for path, body in (("identity/read", REASON), ("export", REASON | {"identity": True})):
        answer = ask(service, "POST", f"/{person}/{path}", body)
        assert (answer.status_code, answer.json()["type"]) == (409, type_)
        assert CANARY not in answer.text


def test_another_key_is_told_clearly(person: str, with_another_key: Service) -> None:
    _refused(with_another_key, person, "identity-unreadable")
    identify(with_another_key, person, "Nouveau")
    assert ask(with_another_key, "POST", f"/{person}/identity/read", REASON).is_success


def test_a_missing_key_is_told_clearly(person: str, without_a_key: Service) -> None:
    _refused(without_a_key, person, "identity-key-missing")
    assert ask(without_a_key, "GET", f"/{person}").is_success


def test_a_refused_opening_leaves_no_event(person: str, with_another_key: Service) -> None:
    before = len(events(with_another_key, "identity.read"))
    _refused(with_another_key, person, "identity-unreadable")
    assert len(events(with_another_key, "identity.read")) == before


def _put_bytes(service: Service, person: str, sealed: bytes) -> None:
    wanted = col(BeneficiaryIdentity.beneficiary_id) == UUID(person)
    write(service, sa.update(BeneficiaryIdentity).where(wanted).values(sealed=sealed))


def test_bytes_that_were_touched_are_refused(service: Service, person: str) -> None:
    sealed = rows(service, BeneficiaryIdentity, person)[0]["sealed"]
    for touched in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:20], b"", b"\x02" + sealed[1:]):
        _put_bytes(service, person, touched)
        _refused(service, person, "identity-unreadable")


def test_the_row_of_another_person_is_refused(service: Service, person: str) -> None:
    other = follow(service)["id"]
    identify(service, other, "Autre")
    _put_bytes(service, other, rows(service, BeneficiaryIdentity, person)[0]["sealed"])
    _refused(service, other, "identity-unreadable")
    assert ask(service, "POST", f"/{person}/identity/read", REASON).is_success


def _search(service: Service, last: str, first: str, account: str = "facilitator") -> object:
    body = {"last_name": last, "first_name": first, "birth_date": "1985-06-07"}
    answer = ask(service, "POST", "/duplicates", body, account)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_duplicate_is_found_however_the_name_is_spelt(service: Service) -> None:
    person = follow(service)
    body = {"last_name": "Fictif-Œuvré", "first_name": "Jean  Hélène", "birth_date": "1985-06-07"}
    assert ask(service, "PUT", f"/{person['id']}/identity", body).is_success
    for last, first in (("FICTIF OEUVRE", "jean hélène"), ("fictif œuvre", "Jean-Helene")):
        found = _search(service, last, first)
        assert found == {"pseudonyms": [person["pseudonym"]], "elsewhere": False}
    nobody = {"pseudonyms": [], "elsewhere": False}
    assert _search(service, "Fictif Œuvré", "Jean") == nobody


def test_of_other_facilitators_a_search_tells_yes_or_no_and_nothing_else(service: Service) -> None:
    body = {"last_name": "Ailleurs", "first_name": "Fictif", "birth_date": "1985-06-07"}
    for _ in range(2):
        person = follow(service, "other-facilitator")
        ask(service, "PUT", f"/{person['id']}/identity", body, "other-facilitator")
    assert _search(service, "Ailleurs", "Fictif") == {"pseudonyms": [], "elsewhere": True}
    own = _search(service, "Ailleurs", "Fictif", "other-facilitator")
    assert isinstance(own, dict)
    assert (len(own["pseudonyms"]), own["elsewhere"]) == (2, False)
    (*_, event) = events(service, "beneficiary.searched")
    assert event.details == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [("last_name", "…"), ("first_name", "-"), ("birth_date", "1899-12-31")],
)
def test_an_identity_that_can_not_be_is_refused(service: Service, field: str, value: str) -> None:
    body = {"last_name": "Exemple", "first_name": "Fictif", "birth_date": "1991-02-03"}
    path = f"/{follow(service)['id']}/identity"
    answer = ask(service, "PUT", path, body | {field: value})
    assert field_of(answer) == ["body", field]
    assert value not in answer.text
