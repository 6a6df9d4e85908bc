"""A contract somebody holds and works on, part by part, and what is published of it."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
from httpx2 import Response
from lxml import etree

from tests.conftest import DEMONSTRATION
from tests.operation import Things
from tests.operations import Service

DATA = Path(__file__).parents[1] / "data/decp"


class Held:
    """A contract somebody works on: each change is sent with the version that the last gave."""

    def __init__(self, service: Service, things: Things) -> None:
        self.service = service
        self.things = things
        self.etag = things.etag

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send a change; follow the version when it passes."""
        answer: Response = self.service.client.request(
            method,
            f"/api/v1/contracts/{self.things.contract_id}/{path}",
            json=body,
            headers=self.service.as_("pilot") | {"If-Match": self.etag} | headers,
        )
        self.etag = answer.headers.get("etag", self.etag)
        return answer

    def read(self) -> dict[str, Any]:
        """The contract as it is."""
        found: dict[str, Any] = self.service.get(f"/api/v1/contracts/{self.things.contract_id}")
        return found

    def history(self) -> list[str]:
        """What happened to it, the last first."""
        address = f"/api/v1/contracts/{self.things.contract_id}/history"
        return [one["sentence"] for one in self.service.get(address)]


def wrong(answer: Response) -> dict[str, str]:
    """The fields refused, each with the first sentence said of it."""
    assert answer.status_code == 422, answer.text
    errors = answer.json()["errors"]
    return {".".join(map(str, one["loc"][1:])): one["message"] for one in reversed(errors)}


def complete(service: Service, kind: str) -> Held:
    """A contract of a kind that is public, all of it said."""
    address = f"/api/v1/contracts?buyer={DEMONSTRATION}&kind={kind}&publishable=true&limit=100"
    for item in service.get(address)["items"]:
        read = service.get(f"/api/v1/contracts/{item['id']}")
        if read["published_on"] and read["published_on"] < "2026-01-01":
            etag = f'"{read["version"]}"'
            return Held(service, Things(DEMONSTRATION, contract_id=item["id"], etag=etag))
    raise AssertionError(kind)


def published(service: Service, reference: str) -> tuple[dict[str, Any], Any]:
    """A contract in the two DECP files of its buyer, each valid for the official schema."""
    rows: dict[str, dict[str, Any]] = {}
    schema = json.loads((DATA / "schema_decp_v2.0.3.json").read_text("utf-8"))
    for family, name in (
        ("marche", "decp-marches.json"),
        ("contrat-concession", "decp-concessions.json"),
    ):
        content = service.client.get(f"/opendata/{DEMONSTRATION}/{name}").content
        document = json.loads(content)
        jsonschema_rs.validator_for(schema).validate(document)
        rows |= {row["id"]: row for row in document["marches"][family]}
    tree = etree.fromstring(service.client.get(f"/opendata/{DEMONSTRATION}/decp.xml").content)
    etree.XMLSchema(etree.parse(DATA / "schema_decp_v2.0.2.xsd")).assertValid(tree)
    (element,) = [one for one in tree.iter() if one.findtext("id") == reference]
    return rows[reference], element
