"""The published demonstration, harvested and checked by a reader that only knows the standards."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
from fastapi import FastAPI
from lxml import etree
from rdflib import RDF
from rdflib.compare import to_isomorphic
from rdflib.namespace import DCAT
from sqlmodel import Session
from starlette.testclient import TestClient

from api.access.models import Organisation, OrganisationKind
from api.app import create_app
from api.settings import Settings
from tests.conftest import DEMONSTRATION
from tests.harvesting import FORMATS, HYDRA, Harvester, Resource, parsed
from tests.operations import Service

# Where the service of the tests says it is.
SITE = "http://localhost:8000"
DECP = Path(__file__).parents[1] / "data/decp"
SCHEMA = json.loads((DECP / "schema_decp_v2.0.3.json").read_text("utf-8"))
# The buyer, the kind and the number of a contract.
Told = tuple[str, str, str]


@pytest.fixture(scope="module")
def http(shared_app: FastAPI) -> Iterator[TestClient]:
    """The network: absolute addresses answer."""
    with TestClient(shared_app, base_url=SITE) as client:
        # Told to be ready by a first reader, as a nightly « spaser publish » does.
        client.get("/opendata/catalog.ttl")
        yield client


def harvested(http: TestClient, address: str) -> list[Resource]:
    return Harvester(http).harvest(SITE + address)


@pytest.mark.parametrize("ending", FORMATS)
def test_every_file_has_the_bytes_that_the_catalogue_tells(http: TestClient, ending: str) -> None:
    found = harvested(http, f"/opendata/catalog.{ending}")
    assert len(found) > 20
    assert len({one.address for one in found}) == len(found)
    for one in found:
        assert (one.size is None, one.sha256 is None) == (False, False), one.address
        Harvester(http).download(one)


def test_what_says_it_follows_the_decree_is_valid_for_the_official_schema(
    http: TestClient,
) -> None:
    official = jsonschema_rs.validator_for(SCHEMA)
    checked = 0
    for one in harvested(http, "/opendata/catalog.ttl"):
        content = Harvester(http).download(one)
        if one.follows and one.follows.endswith("schema_decp_v2.0.2.json"):
            document = json.loads(content)
            assert [error.message for error in official.iter_errors(document)] == []
            checked += sum(len(contracts) for contracts in document["marches"].values())
        elif one.address.endswith(".json"):
            json.loads(content)
        elif one.address.endswith(".csv"):
            lines = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
            assert len({len(line) for line in lines}) == 1
    assert checked > 100


def test_the_type_that_the_catalogue_tells_is_the_one_that_is_served(http: TestClient) -> None:
    for one in harvested(http, "/opendata/catalog.ttl"):
        served = http.head(one.address).headers["content-type"]
        assert served.partition(";")[0] == one.media, one.address


def test_the_xml_files_are_valid_and_tell_the_contracts_of_the_json_files(http: TestClient) -> None:
    official = etree.XMLSchema(etree.parse(DECP / "schema_decp_v2.0.2.xsd"))
    in_xml, in_json = Counter[Told](), Counter[Told]()
    for one in harvested(http, "/opendata/catalog.ttl"):
        buyer = one.address.split("/")[4]
        if one.address.endswith("/decp.xml"):
            root = etree.fromstring(Harvester(http).download(one))
            official.assertValid(root)
            in_xml.update((buyer, child.tag, str(child.findtext("id"))) for child in root)
        elif one.follows and one.follows.endswith("schema_decp_v2.0.2.json"):
            lists = json.loads(Harvester(http).download(one))["marches"].items()
            in_json.update((buyer, kind, row["id"]) for kind, rows in lists for row in rows)
    assert in_xml == in_json
    assert in_xml.total() > 100


def test_a_second_harvest_finds_the_same_files_at_the_same_addresses(http: TestClient) -> None:
    first = harvested(http, "/opendata/catalog.ttl")
    assert harvested(http, "/opendata/catalog.jsonld") == first


def test_a_buyer_is_harvested_alone_under_its_own_name(http: TestClient) -> None:
    whole = harvested(http, "/opendata/catalog.ttl")
    own = harvested(http, f"/opendata/{DEMONSTRATION}/catalog.ttl")
    assert own == [one for one in whole if f"/{DEMONSTRATION}/" in one.address]


def test_a_change_is_told_without_a_size_then_with_the_new_one(
    http: TestClient, service: Service
) -> None:
    address = f"{SITE}/opendata/{DEMONSTRATION}/contrats.csv"

    def told() -> Resource:
        found = harvested(http, f"/opendata/{DEMONSTRATION}/catalog.ttl")
        return next(one for one in found if one.address == address)

    before = told()
    listed = f"/api/v1/contracts?buyer={DEMONSTRATION}&kind=marche&year=2024&publishable=true"
    (item,) = service.get(f"{listed}&limit=1")["items"]
    changed = f"/api/v1/contracts/{item['id']}"
    headers = service.as_("pilot")
    tag = service.client.get(changed, headers=headers).headers["etag"]
    body = {"subject": "Un autre objet, plus long que celui d’avant"}
    sent = service.client.patch(changed, json=body, headers=headers | {"If-Match": tag})
    assert sent.status_code == 200
    # What is not written yet cannot be told; whoever asks has it written for the next.
    first = parsed(http.get(f"/opendata/{DEMONSTRATION}/catalog.ttl").content, "a.ttl")
    assert not list(first.objects(None, DCAT.byteSize))
    after = told()
    assert after.sha256 not in (None, before.sha256)
    Harvester(http).download(after)


@pytest.fixture
def crowd(blank_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """A platform of twenty-three buyers."""
    app = create_app(Settings(data_dir=tmp_path, database_url=blank_url, site_url=SITE))
    with Session(app.state.engines.write) as session, session.begin():
        session.add_all(
            Organisation(
                siret=f"{number:014}",
                name=f"Ville n° {number} <de l’Est> & « Cie »",
                kind=OrganisationKind.BUYER,
            )
            for number in range(1, 24)
        )
    with TestClient(app, base_url=SITE) as client:
        yield client


@pytest.mark.parametrize("ending", FORMATS)
def test_every_page_is_read_once_and_every_buyer_with_it(crowd: TestClient, ending: str) -> None:
    harvester = Harvester(crowd)
    found = harvester.harvest(f"{SITE}/opendata/catalog.{ending}")
    assert harvester.pages == [
        f"{SITE}/opendata/catalog.{ending}",
        f"{SITE}/opendata/catalog/2.{ending}",
        f"{SITE}/opendata/catalog/3.{ending}",
    ]
    assert len({one.address.split("/")[4] for one in found}) == 23
    assert crowd.get(f"/opendata/catalog/4.{ending}").status_code == 404


def test_the_formats_differ_by_nothing_but_the_way_to_the_next_page(crowd: TestClient) -> None:
    crowd.get("/opendata/catalog/2.ttl")
    graphs = []
    for ending in FORMATS:
        graph = parsed(crowd.get(f"/opendata/catalog/2.{ending}").content, f"a.{ending}")
        (view,) = graph.subjects(RDF.type, HYDRA.PartialCollectionView)
        for way, number in (("first", 1), ("previous", 1), ("next", 3), ("last", 3)):
            page = "" if number == 1 else f"/{number}"
            assert str(graph.value(view, HYDRA[way])) == f"{SITE}/opendata/catalog{page}.{ending}"
            graph.remove((view, HYDRA[way], None))
        graphs.append(to_isomorphic(graph))
    assert graphs[0] == graphs[1] == graphs[2]
