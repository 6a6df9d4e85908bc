"""The open-data files hold what their public descriptions say, as readers other than ours find."""

import hashlib
import json
from pathlib import Path
from typing import Any

import frictionless
import jsonschema_rs
import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from api.access.models import Organisation, OrganisationKind
from api.kit.db import Engines
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, OTHER, Headers
from tests.operations import Service

EMPTY = "00000088800014"
SCHEMAS = "/opendata/schemas"
FOLLOWED = {"indicateurs.json": "indicateurs", "programmation.json": "programmation"}


def fetched(client: TestClient, siret: str, folder: Path) -> dict[str, Any]:
    """The package of a buyer and all of its files, in a folder."""
    answer = client.get(f"/opendata/{siret}/datapackage.json")
    assert answer.status_code == 200, answer.text
    (folder / "datapackage.json").write_bytes(answer.content)
    package: dict[str, Any] = answer.json()
    for one in package["resources"]:
        content = client.get(f"/opendata/{siret}/{one['path']}").content
        (folder / one["path"]).write_bytes(content)
    return package


def faults(folder: Path) -> list[str]:
    """What an independent reader finds wrong in a package and its tables."""
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return [
        *(one.message for one in report.errors),
        *(one.message for task in report.tasks for one in task.errors),
    ]


@pytest.fixture
def empty(engines: Engines) -> str:
    """A buyer that has entered nothing yet."""
    with Session(engines.write) as session, session.begin():
        session.add(Organisation(siret=EMPTY, name="Ville neuve", kind=OrganisationKind.BUYER))
    return EMPTY


@pytest.mark.parametrize("siret", [DEMONSTRATION, LENS_LIEVIN, OTHER])
def test_a_package_and_its_tables_are_right_for_frictionless(
    service: Service, tmp_path: Path, siret: str
) -> None:
    package = fetched(service.client, siret, tmp_path)
    assert faults(tmp_path) == []
    paths = {one["path"] for one in package["resources"]}
    files = service.get(f"/api/v1/publication/{siret}", service.pilot_of(siret))["files"]
    beside = {"datapackage.json", "marches.atom"}
    assert paths == {one["name"] for one in files if not one["yearly"]} - beside
    for one in package["resources"]:
        content = (tmp_path / one["path"]).read_bytes()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert one["licenses"][0]["path"].startswith("https://www.etalab.gouv.fr/")


def test_a_cell_that_the_schema_refuses_is_found(service: Service, tmp_path: Path) -> None:
    fetched(service.client, DEMONSTRATION, tmp_path)
    table = tmp_path / "contrats.csv"
    head, first, rest = table.read_bytes().split(b"\r\n", 2)
    assert first.endswith(b",true")
    table.write_bytes(b"\r\n".join([head, first[:-4] + "peut-être".encode(), rest]))
    assert any("peut-être" in one for one in faults(tmp_path))


def test_a_buyer_without_anything_has_empty_files_that_are_right(
    client: TestClient, empty: str, tmp_path: Path
) -> None:
    package = fetched(client, empty, tmp_path)
    assert faults(tmp_path) == []
    assert len(package["resources"]) >= 8
    assert len((tmp_path / "contrats.csv").read_text("utf-8").splitlines()) == 1
    assert json.loads((tmp_path / "programmation.json").read_bytes())["achats"] == []
    assert json.loads((tmp_path / "ocds.json").read_bytes())["releases"] == []


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_json_file_is_right_for_its_public_schema(service: Service, name: str) -> None:
    schema = service.client.get(f"{SCHEMAS}/{FOLLOWED[name]}.schema.json").json()
    assert schema["$id"].endswith(f"{SCHEMAS}/{FOLLOWED[name]}.schema.json")
    right = jsonschema_rs.validator_for(schema)
    for siret in (DEMONSTRATION, LENS_LIEVIN):
        document = service.client.get(f"/opendata/{siret}/{name}").json()
        assert [one.message for one in right.iter_errors(document)] == []
        assert not right.is_valid(document | {"autre": 1})


@pytest.mark.parametrize("name", ["contrats", "indicateurs"])
def test_the_schema_of_a_table_is_at_its_own_address_and_in_the_package(
    service: Service, name: str
) -> None:
    address = f"{SCHEMAS}/{name}.tableschema.json"
    answer = service.client.get(address)
    schema = answer.json()
    assert frictionless.Schema.from_descriptor(schema).field_names
    assert schema["path"].endswith(address)
    assert all(one["title"] and one["description"] for one in schema["fields"])
    package = service.client.get(f"/opendata/{DEMONSTRATION}/datapackage.json").json()
    (inside,) = (one["schema"] for one in package["resources"] if one["path"] == f"{name}.csv")
    assert inside == schema
    known = {"If-None-Match": answer.headers["etag"]}
    assert service.client.get(address, headers=known).status_code == 304


def test_the_package_changes_when_a_file_does_and_only_then(
    client: TestClient, pilot: Headers, a_public: dict[str, Any]
) -> None:
    address = f"/opendata/{DEMONSTRATION}/datapackage.json"
    before = client.get(address)
    known = {"If-None-Match": before.headers["etag"]}
    assert client.get(address, headers=known).status_code == 304
    changed = client.patch(
        f"/api/v1/contracts/{a_public['id']}",
        json={"months": 77},
        headers=pilot | {"If-Match": a_public["etag"]},
    )
    assert changed.status_code == 200
    after = client.get(address, headers=known)
    assert after.status_code == 200

    def digests(document: Any) -> dict[str, str]:
        return {one["path"]: one["hash"] for one in document["resources"]}

    one, other = digests(before.json()), digests(after.json())
    assert one["contrats.csv"] != other["contrats.csv"]
    assert one["insertion.json"] == other["insertion.json"]


def test_a_figure_is_told_with_its_definition_and_its_status(service: Service) -> None:
    document = service.client.get(f"/opendata/{DEMONSTRATION}/indicateurs.json").json()
    states = {one["status"] for one in document["indicators"]}
    assert states >= {"publie", "non_calculable", "annee_non_close"}
    for one in document["indicators"]:
        assert one["definition"]
        assert one["formula"]
        assert one["structure"]["fact"]
        if one["status"] in ("secret", "annee_non_close"):
            numbers = ("value", "numerator", "denominator", "unknown", "low", "high", "share")
            assert [one[name] for name in (*numbers, "completeness", "firm")] == [None] * 9
            assert one["parts"] == []
        elif one["status"] == "publie":
            # The parts of a year are told, and why they can't be compared with those before.
            assert one["reason"] is None or one["parts"]
