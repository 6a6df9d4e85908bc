"""The OCDS file: right for the official schema, true to the register, absent unless asked for."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.access.models import Organisation
from api.app import create_app
from api.contracts import reading
from api.kit.db import Engines
from api.publication import ocds
from api.publication.service import publisher
from api.publication.site import Site
from api.settings import Settings
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, OCDS_PREFIX, Headers
from tests.operations import Service

DATA = Path(__file__).parents[1] / "data/ocds"
# The package of 1.1.5 names a release of 1.1.5: the nearest that is at hand stands in.
NAMED = "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"
ADDRESS = f"/opendata/{DEMONSTRATION}/ocds.json"


def official() -> jsonschema_rs.Validator:
    """The schema of a release package, with that of a release inside."""
    package = json.loads((DATA / "release-package-schema-1__1__5.json").read_text("utf-8"))
    release = json.loads((DATA / "release-schema-1__1__4.json").read_text("utf-8"))
    registry = jsonschema_rs.Registry([(NAMED, {**release, "id": NAMED})])
    return jsonschema_rs.Draft4Validator(package, registry=registry, validate_formats=True)


@pytest.mark.parametrize("siret", [DEMONSTRATION, LENS_LIEVIN])
def test_the_package_is_right_for_the_official_schema(service: Service, siret: str) -> None:
    document = service.client.get(f"/opendata/{siret}/ocds.json").json()
    assert [one.message for one in official().iter_errors(document)] == []
    assert document["releases"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.update(tag=["signature"]),
        lambda one: one.pop("ocid"),
        lambda one: one["awards"][0].update(date="hier"),
        lambda one: one["awards"][0].update(value={"amount": "12", "currency": "EUR"}),
        lambda one: one["contracts"][0].pop("awardID"),
    ],
)
def test_the_schema_finds_what_is_wrong(service: Service, spoil: Any) -> None:
    document = service.client.get(ADDRESS).json()
    spoil(document["releases"][0])
    assert not official().is_valid(document)


def test_every_public_contract_is_a_release_of_its_own(service: Service) -> None:
    document = service.client.get(ADDRESS).json()
    releases = document["releases"]
    ids = {one["id"] for one in releases}
    ocids = {one["ocid"] for one in releases}
    assert len(ids) == len(ocids) == len(releases)
    assert all(one.startswith(f"{OCDS_PREFIX}-{DEMONSTRATION}-") for one in ocids)
    (known,) = (
        one
        for one in service.client.get("/opendata/publishers").json()
        if one["siret"] == DEMONSTRATION
    )
    assert len(releases) == known["listed"]
    tags = {tag for one in releases for tag in one["tag"]}
    assert (
        tags
        == {"planning", "tender", "award", "contract", "contractAmendment", "implementation"} & tags
    )
    assert {"tender", "award", "contract", "contractAmendment"} <= tags
    for one in releases:
        named = {party["id"] for party in one["parties"]}
        told = {
            one["buyer"]["id"],
            *(s["id"] for a in one["awards"] for s in a.get("suppliers", ())),
        }
        assert told <= named
    considered = [one["tender"] for one in releases if one["tender"].get("hasSustainability")]
    assert considered
    assert all(one["sustainability"] for one in considered)


def test_a_change_makes_another_release_of_the_same_process(
    client: TestClient, pilot: Headers, a_public: dict[str, Any]
) -> None:
    def own() -> dict[str, Any]:
        found: dict[str, Any] = next(
            one
            for one in client.get(ADDRESS).json()["releases"]
            if one["contracts"][0]["id"] == a_public["reference"]
        )
        return found

    before = own()
    changed = client.patch(
        f"/api/v1/contracts/{a_public['id']}",
        json={"subject": "Un autre objet"},
        headers=pilot | {"If-Match": a_public["etag"]},
    )
    assert changed.status_code == 200
    after = own()
    assert after["ocid"] == before["ocid"]
    assert after["id"] != before["id"]
    assert after["date"] >= before["date"]


def test_what_stands_beside_a_contract_makes_another_release_too(
    client: TestClient, engines: Engines
) -> None:
    def releases() -> dict[str, dict[str, Any]]:
        return {one["ocid"]: one for one in client.get(ADDRESS).json()["releases"]}

    before = releases()
    with Session(engines.write) as session, session.begin():
        session.execute(
            sa.update(Organisation)
            .where(col(Organisation.siret) == DEMONSTRATION)
            .values(name="Un autre nom de la collectivité")
        )
    after = releases()
    assert before.keys() == after.keys()
    for ocid, one in after.items():
        assert one["buyer"] != before[ocid]["buyer"]
        assert one["id"] != before[ocid]["id"]
    again = releases()
    assert {one["id"] for one in again.values()} == {one["id"] for one in after.values()}


def test_nothing_is_published_without_a_prefix(settings: Settings) -> None:
    without = settings.model_copy(update={"ocds_prefix": None})
    with TestClient(create_app(without)) as client:
        assert client.get(ADDRESS).status_code == 404
        (first, *_) = client.get("/opendata/publishers").json()
        assert "ocds.json" not in first["files"]
        package = client.get(f"/opendata/{DEMONSTRATION}/datapackage.json").json()
        assert "ocds.json" not in {one["path"] for one in package["resources"]}
        assert "ocds" not in client.get(f"/opendata/{DEMONSTRATION}/catalog.ttl").text


@pytest.mark.parametrize("prefix", ["ocds", "ocds-ABCDEF", "ocds-12345", "abc-123456"])
def test_a_prefix_is_one_of_the_partnership(prefix: str) -> None:
    with pytest.raises(ValueError, match="ocds_prefix"):
        Settings(ocds_prefix=prefix)


def test_a_great_register_is_never_held_whole(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0
    with Session(engines.read) as session, session.begin():
        buyer = publisher(session, DEMONSTRATION)
        (one, *_) = list(reading.stream(session, ocds.public_of(buyer.id)))

        def endless(*_: Any) -> Iterator[reading.Kept]:
            nonlocal read
            while True:
                read += 1
                yield replace(one, version=read)

        monkeypatch.setattr(reading, "stream", endless)
        chunks = ocds.file(session, buyer, Site(ocds_prefix=OCDS_PREFIX))
        for _ in range(1200):
            assert next(chunks)
    assert 1000 < read <= 3 * ocds.BATCH
