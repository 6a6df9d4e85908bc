"""How a buyer publishes: said by few, told to all, and never the name of a person."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.kit.audit import AuditEvent
from api.kit.db import Engines
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, Headers

ADDRESS = f"/api/v1/publication/{DEMONSTRATION}/settings"
ODBL = "https://opendatacommons.org/licenses/odbl/summary/"
SAID = {
    "contact_name": "Service de la commande publique",
    "contact_email": "marches@ville.example",
    "contact_url": "https://www.ville.example/marches?a=1&b=2#joindre",
    "homepage": "https://www.ville.example",
    "licence": "odbl",
    "published_by": "other",
    "published_by_other": "Plateforme d’un syndicat",
    "portal_contracts": "marches-de-la-ville",
    "portal_concessions": "65f0c0ffee00000000000001",
}
NOTHING = dict.fromkeys(SAID, None) | {"licence": "lov2"}
Put = Callable[..., Any]


@pytest.fixture
def put(client: TestClient, pilot: Headers) -> Put:
    """Says settings on the version that stands."""

    def send(**said: Any) -> Any:
        tag = client.get(ADDRESS, headers=pilot).headers["etag"]
        return client.put(ADDRESS, json=said, headers=pilot | {"If-Match": tag})

    return send


def told(answer: Any) -> dict[str, Any]:
    """The settings of an answer, without whose they are."""
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    assert read.pop("organisation")["siret"] == DEMONSTRATION
    return read


def test_a_buyer_that_said_nothing_has_the_licence_of_the_state(
    client: TestClient, pilot: Headers
) -> None:
    answer = client.get(ADDRESS, headers=pilot)
    assert answer.headers["etag"] == '"0"'
    assert told(answer) == NOTHING


def test_what_is_said_is_kept_and_what_is_left_out_is_said_no_more(
    client: TestClient, pilot: Headers, put: Put
) -> None:
    first = put(**SAID)
    assert (told(first), first.headers["etag"]) == (SAID, '"1"')
    assert told(client.get(ADDRESS, headers=pilot)) == SAID
    second = put(homepage=SAID["homepage"])
    assert told(second) == NOTHING | {"homepage": SAID["homepage"]}
    assert second.headers["etag"] == '"2"'


def test_settings_are_changed_on_the_version_that_was_read(
    client: TestClient, pilot: Headers, put: Put
) -> None:
    for tag, status in (({}, 428), ({"If-Match": '"1"'}, 412)):
        assert client.put(ADDRESS, json={}, headers=pilot | tag).status_code == status
    put(homepage="https://un.example")
    late = client.put(ADDRESS, json={}, headers=pilot | {"If-Match": '"0"'})
    assert late.status_code == 412
    assert told(client.get(ADDRESS, headers=pilot))["homepage"] == "https://un.example"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact_email", "marches"),
        ("contact_email", "marchés@ville.example"),
        ("contact_email", "a@b@ville.example"),
        ("contact_email", "x@ville.example>\n<javascript:"),
        ("contact_url", "ville.example"),
        ("contact_url", "javascript:alert(1)"),
        ("contact_url", "https://user:secret@ville.example"),
        ("contact_url", 'https://ville.example/"><a'),
        ("contact_url", "https://ville.example/a b"),
        ("contact_url", "https://[ville.example"),
        ("contact_url", "https://localhost"),
        ("homepage", "https://ville.example/é"),
        ("licence", "cc0"),
        ("published_by", "personne"),
        ("published_by_other", "Une plateforme"),
        ("portal_contracts", "pas un nom"),
        ("portal_concessions", "https://www.data.gouv.fr/datasets/"),
    ],
)
def test_what_cannot_be_published_is_refused_on_its_field(
    client: TestClient, pilot: Headers, put: Put, field: str, value: str
) -> None:
    answer = put(**{field: value})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["body", field]
    assert told(client.get(ADDRESS, headers=pilot)) == NOTHING


def test_another_service_has_to_be_named(put: Put) -> None:
    answer = put(published_by="other")
    assert answer.status_code == 422
    assert [one["loc"] for one in answer.json()["errors"]] == [["body", "published_by_other"]]


@pytest.mark.parametrize(
    "pasted",
    [
        "https://www.data.gouv.fr/datasets/marches-de-la-ville/",
        "https://www.data.gouv.fr/fr/datasets/marches-de-la-ville/#/resources",
        "marches-de-la-ville",
    ],
)
def test_a_dataset_may_be_pasted_with_its_address(put: Put, pasted: str) -> None:
    assert told(put(portal_contracts=pasted))["portal_contracts"] == "marches-de-la-ville"


def test_the_journal_names_what_changed_without_its_addresses(engines: Engines, put: Put) -> None:
    put(**SAID)
    with Session(engines.read) as session:
        event = session.scalars(
            sa.select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)
        ).one()
    assert event.action == "publication.settings_changed"
    assert event.details == {
        "fields": sorted(SAID),
        "changes": [["licence", "lov2", "odbl"], ["published_by", None, "other"]],
    }


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, None),
        ({"published_by": "megalis"}, "Mégalis Bretagne"),
        ({"published_by": "other", "published_by_other": "Plateforme X"}, "Plateforme X"),
    ],
)
def test_who_already_publishes_is_told_wherever_files_are_listed(
    client: TestClient, pilot: Headers, put: Put, said: dict[str, Any], words: str | None
) -> None:
    put(**said)
    state = client.get(f"/api/v1/publication/{DEMONSTRATION}", headers=pilot).json()
    assert state["published_by"] == words
    publishers = {one["siret"]: one for one in client.get("/opendata/publishers").json()}
    assert publishers[DEMONSTRATION]["published_by"] == words
    assert publishers[LENS_LIEVIN]["published_by"] is None
    # The files stay where they are, whoever publishes them too.
    for name in ("decp-marches.json", "contrats.csv"):
        assert client.head(f"/opendata/{DEMONSTRATION}/{name}").status_code == 200


def test_the_licence_is_told_with_each_file_and_in_it(client: TestClient, pilot: Headers) -> None:
    address = f"/api/v1/publication/{LENS_LIEVIN}/settings"
    before = client.get(f"/opendata/{LENS_LIEVIN}/indicateurs.json")
    assert "etalab" in before.headers["link"]
    assert "etalab" in before.json()["licence"]
    tag = {"If-Match": '"0"'}
    client.put(address, json={"licence": "odbl"}, headers=pilot | tag)
    after = client.get(f"/opendata/{LENS_LIEVIN}/indicateurs.json")
    assert after.headers["link"] == f'<{ODBL}>; rel="license"'
    assert after.json()["licence"] == ODBL
    assert after.headers["etag"] != before.headers["etag"]
