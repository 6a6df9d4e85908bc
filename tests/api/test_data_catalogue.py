"""The catalogue: one graph in three formats, as DCAT-AP wants it and as harvesters take it."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from httpx2 import Response
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import to_isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, SH, XSD
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from api.cli import _Both as Both
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, OTHER
from tests.harvesting import FORMATS, parsed
from tests.operations import Service

SHAPES = Path(__file__).parents[1] / "data/dcat-ap"
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SITE = "http://localhost:8000"
LOV2 = URIRef("https://www.etalab.gouv.fr/licence-ouverte-open-licence")
DECP = (
    "https://schema.data.gouv.fr/schemas/139bercy/format-commande-publique/2.0.2/"
    "schema_decp_v2.0.2.json"
)
WHOLE, OWN = "/opendata/catalog", f"/opendata/{DEMONSTRATION}/catalog"
CATALOGUES = [WHOLE, OWN, f"/opendata/{LENS_LIEVIN}/catalog"]


@pytest.fixture(scope="module")
def client(service: Service) -> TestClient:
    """The service, once its files are written: the first reader makes them so."""
    service.client.get(f"{WHOLE}.ttl")
    return service.client


def graph_of(client: TestClient, address: str) -> Graph:
    """The graph at an address."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return parsed(answer.content, address)


@pytest.mark.parametrize("address", CATALOGUES)
def test_the_three_formats_are_one_graph(client: TestClient, address: str) -> None:
    graphs = [to_isomorphic(graph_of(client, f"{address}.{ending}")) for ending in FORMATS]
    assert len(graphs[0]) > 50
    assert graphs[0] == graphs[1] == graphs[2]


@pytest.mark.parametrize("address", CATALOGUES)
def test_the_shapes_of_dcat_ap_find_nothing_but_what_data_gouv_fr_asks_for(
    client: TestClient, address: str
) -> None:
    graph = graph_of(client, f"{address}.ttl")
    found = set()
    for name in ("301_shapes.ttl", "301_range.ttl"):
        shapes = Graph().parse(SHAPES / name, format="turtle")
        _right, report, _text = pyshacl.validate(graph, shacl_graph=shapes)
        found |= {
            (report.value(one, SH.resultPath), report.value(one, SH.sourceConstraintComponent))
            for one in report.subjects(RDF.type, SH.ValidationResult)
        }
    # A digest as xsd:hexBinary fails the whole dataset there: docs/decisions/0024.
    assert found == {(SPDX.checksumValue, SH.DatatypeConstraintComponent)}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("address", [WHOLE, OWN])
def test_a_catalogue_is_served_as_the_public_files_are(
    client: TestClient, address: str, ending: str
) -> None:
    plain = {"Accept-Encoding": "identity"}
    whole = client.get(f"{address}.{ending}", headers=plain)
    assert whole.headers["content-type"] == f"{FORMATS[ending][1]}; charset=utf-8"
    assert whole.headers["access-control-allow-origin"] == "*"
    assert int(whole.headers["content-length"]) == len(whole.content)
    bare = client.head(f"{address}.{ending}", headers=plain)
    assert (bare.status_code, bare.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "vary"):
        assert bare.headers[name] == whole.headers[name]
    known = plain | {"If-None-Match": whole.headers["etag"]}
    assert client.get(f"{address}.{ending}", headers=known).status_code == 304
    with client.stream("GET", f"{address}.{ending}") as packed:
        raw = b"".join(packed.iter_raw())
    assert gzip.decompress(raw) == whole.content
    assert packed.headers["etag"] != whole.headers["etag"]
    assert client.get(f"{address}.{ending}", headers=plain).content == whole.content


@pytest.mark.parametrize("address", CATALOGUES)
def test_a_dataset_says_all_that_a_harvester_needs(client: TestClient, address: str) -> None:
    graph = graph_of(client, f"{address}.ttl")
    datasets = list(graph.subjects(RDF.type, DCAT.Dataset))
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert set(graph.objects(catalogue, DCAT.dataset)) == set(datasets)
    identifiers = [str(graph.value(one, DCTERMS.identifier)) for one in datasets]
    assert identifiers == [str(one) for one in datasets]
    assert len(set(identifiers)) == len(identifiers) > 0
    for one in datasets:
        (title,) = graph.objects(one, DCTERMS.title)
        assert isinstance(title, Literal)
        assert title.language == "fr"
        contact = graph.value(one, DCAT.contactPoint)
        assert {VCARD.Organization, VCARD.Kind} <= set(graph.objects(contact, RDF.type))
        assert graph.value(contact, VCARD.fn)
        assert graph.value(contact, VCARD.hasEmail) or graph.value(contact, VCARD.hasURL)
        assert graph.value(graph.value(one, DCTERMS.publisher), FOAF.name)
        assert str(graph.value(one, DCAT.landingPage)).startswith(f"{SITE}/donnees-ouvertes#")
        assert list(graph.objects(one, DCAT.keyword))
        for thing in (one, *graph.objects(one, DCAT.distribution)):
            assert graph.value(thing, DCTERMS.license) == LOV2
            (changed,) = graph.objects(thing, DCTERMS.modified)
            assert isinstance(changed, Literal)
            assert changed.datatype == XSD.dateTime


@pytest.mark.parametrize("address", CATALOGUES)
def test_instants_are_spelt_with_z(client: TestClient, address: str) -> None:
    text = client.get(f"{address}.ttl").text
    told = re.findall(r'"([^"]*)"\^\^xsd:dateTime', text)
    assert told
    # Another zone is dropped by data.gouv.fr, which then reads a time to come.
    assert [one for one in told if not re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", one)] == []


def test_every_file_of_a_buyer_is_there_but_those_of_one_year(
    client: TestClient, service: Service
) -> None:
    graph = graph_of(client, f"{WHOLE}.ttl")
    for siret in (DEMONSTRATION, OTHER):
        files = service.get(f"/api/v1/publication/{siret}", service.pilot_of(siret))["files"]
        told = {
            str(address).removeprefix(SITE)
            for address in graph.objects(None, DCAT.downloadURL)
            if f"/{siret}/" in str(address)
        }
        assert told == {one["address"] for one in files if not one["yearly"]}


def test_a_decp_file_follows_the_format_of_the_decree_and_says_its_period(
    client: TestClient,
) -> None:
    graph = graph_of(client, f"{OWN}.ttl")
    follow = {
        str(one).rsplit("/", 1)[1] for one in graph.subjects(DCTERMS.conformsTo, URIRef(DECP))
    }
    assert follow == {"decp-marches.json#fichier", "decp-concessions.json#fichier"}
    period = graph.value(URIRef(f"{SITE}{OWN[:-8]}#decp-marches"), DCTERMS.temporal)
    assert str(graph.value(period, DCAT.startDate)) < str(graph.value(period, DCAT.endDate))


def test_a_file_of_ours_follows_a_description_that_is_there(client: TestClient) -> None:
    graph = graph_of(client, f"{OWN}.ttl")
    ours = {
        str(file).rsplit("/", 1)[1].partition("#")[0]: str(standard)
        for file, standard in graph.subject_objects(DCTERMS.conformsTo)
        if str(standard).startswith(SITE)
    }
    assert ours.keys() == {
        "contrats.csv",
        "indicateurs.csv",
        "indicateurs.json",
        "programmation.json",
    }
    for one in ours.values():
        assert client.get(one.removeprefix(SITE)).status_code == 200


def test_a_buyer_without_a_complete_contract_has_no_empty_dataset(client: TestClient) -> None:
    graph = graph_of(client, f"/opendata/{LENS_LIEVIN}/catalog.ttl")
    keys = {str(one).partition("#")[2] for one in graph.subjects(RDF.type, DCAT.Dataset)}
    assert "contrats" in keys
    assert not any(key.startswith("decp") for key in keys)


def test_invented_data_say_so_and_real_ones_do_not(client: TestClient) -> None:
    for siret, invented in ((DEMONSTRATION, True), (LENS_LIEVIN, False)):
        graph = graph_of(client, f"/opendata/{siret}/catalog.ttl")
        titles = [
            str(graph.value(one, DCTERMS.title)) for one in graph.subjects(RDF.type, DCAT.Dataset)
        ]
        assert {"(données fictives)" in one for one in titles} == {invented}


def test_the_api_is_a_service_of_the_whole_catalogue(client: TestClient) -> None:
    graph = graph_of(client, f"{WHOLE}.ttl")
    (one,) = graph.subjects(RDF.type, DCAT.DataService)
    described = str(graph.value(one, DCAT.endpointDescription)).removeprefix(SITE)
    assert client.get(described).json()["info"]["title"] == "Spaser"


@pytest.mark.parametrize(
    "address",
    [
        "/opendata/catalog/0.ttl",
        "/opendata/catalog/2.ttl",
        "/opendata/catalog/99999.rdf",
        "/opendata/00000099900014/catalog.ttl",
        "/opendata/catalog.xml",
        "/opendata/catalog.ttl/",
    ],
)
def test_a_page_that_is_not_is_told_without_sending_elsewhere(
    client: TestClient, address: str
) -> None:
    answer = client.get(address, follow_redirects=False)
    assert answer.status_code in (404, 422)


Settled = Any


@pytest.fixture
def settled(service: Service) -> Iterator[Settled]:
    """Says the settings of the demonstration buyer, for one test."""
    address = f"/api/v1/publication/{DEMONSTRATION}/settings"

    def put(**said: Any) -> Response:
        tag = service.client.get(address, headers=service.as_("pilot")).headers["etag"]
        headers = service.as_("pilot") | {"If-Match": tag}
        answer = service.client.put(address, json=said, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    yield put
    put()


@pytest.mark.parametrize("address", [WHOLE, OWN])
def test_essential_data_published_elsewhere_leave_the_catalogue_and_come_back(
    client: TestClient, settled: Settled, address: str
) -> None:
    def keys() -> dict[str, str]:
        graph = graph_of(client, f"{address}.ttl")
        return {
            str(one).partition("#")[2]: str(graph.value(one, DCTERMS.description))
            for one in graph.subjects(RDF.type, DCAT.Dataset)
            if f"/{DEMONSTRATION}#" in str(one)
        }

    before = keys()
    assert {"decp-marches", "decp-concessions", "contrats"} <= before.keys()
    settled(published_by="aws")
    away = keys()
    assert before.keys() - away.keys() == {"decp", "decp-marches", "decp-concessions"}
    assert all("sont publiées par AWS-Achat" in one for one in away.values())
    others = f"/opendata/{OTHER}/catalog.ttl"
    assert URIRef(f"{SITE}/opendata/{OTHER}#decp-marches") in set(
        graph_of(client, others).subjects()
    )
    # Whoever knows the address still has the file.
    assert client.get(f"/opendata/{DEMONSTRATION}/decp-marches.json").status_code == 200
    settled()
    assert keys() == before


def test_the_service_to_reach_is_the_one_that_the_buyer_says(
    client: TestClient, settled: Settled
) -> None:
    settled(
        contact_name="Service « achats »",
        contact_email="a.b@v.example",
        homepage="https://v.example",
    )
    graph = graph_of(client, f"{OWN}.rdf")
    contact = graph.value(URIRef(f"{SITE}/opendata/{DEMONSTRATION}#contrats"), DCAT.contactPoint)
    assert str(graph.value(contact, VCARD.fn)) == "Service « achats »"
    assert str(graph.value(contact, VCARD.hasEmail)) == "mailto:a.b@v.example"
    assert graph.value(contact, VCARD.hasURL) is None
    publisher = URIRef(f"{SITE}/opendata/{DEMONSTRATION}#acheteur")
    assert str(graph.value(publisher, FOAF.homepage)) == "https://v.example"


@pytest.mark.parametrize("address", ["/opendata", "/opendata/"])
def test_who_asks_for_open_data_is_told_where_to_begin(client: TestClient, address: str) -> None:
    answer = client.get(address, follow_redirects=False)
    assert answer.status_code == 200
    index = answer.json()
    assert index["page"] == f"{SITE}/donnees-ouvertes"
    told = [one["address"] for one in index["catalogues"]]
    assert told == [f"{SITE}{WHOLE}.{ending}" for ending in ("ttl", "jsonld", "rdf")]
    for one in (*told, index["publishers"], index["feed"], index["atom"]):
        assert client.get(one.removeprefix(SITE)).status_code == 200, one


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/opendata", "service"),
        ("/opendata/", "service"),
        ("/opendata/feed", "service"),
        ("/api", "service"),
        ("/opendatas", "site"),
        ("/donnees-ouvertes", "site"),
    ],
)
def test_one_process_sends_each_address_where_it_is_served(path: str, asked: str) -> None:
    def named(name: str) -> Starlette:
        async def answer(_request: Request) -> PlainTextResponse:
            return PlainTextResponse(name)

        return Starlette(routes=[Route("/{path:path}", answer)])

    client = TestClient(Both(named("service"), named("site")))
    assert client.get(path).text == asked
