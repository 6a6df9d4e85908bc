"""The three writers say the same of any text, and a file that nobody described still shows."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.compare import to_isomorphic
from rdflib.namespace import DCAT, DCTERMS

from api.access.models import Organisation, OrganisationKind
from api.publication.catalogue import jsonld, rdfxml, turtle
from api.publication.catalogue.graph import graph
from api.publication.catalogue.reading import Buyer, Listed, Page
from api.publication.catalogue.terms import (
    Iri,
    Literal,
    Node,
    day,
    french,
    instant,
    kind,
    plain,
    size,
)
from api.publication.models import PublicationSettings, StoredFile
from tests.harvesting import parsed

SITE = "https://achats.example"
KEY = UUID(int=1)
WRITERS = {"ttl": turtle.write, "jsonld": jsonld.write, "rdf": rdfxml.write}


def written(nodes: list[Node]) -> list[Graph]:
    return [parsed(write(nodes), f"a.{ending}") for ending, write in WRITERS.items()]


@given(st.lists(st.text(), max_size=4), st.integers(0, 2**63), st.dates(), st.datetimes())
def test_any_text_is_the_same_in_three_formats(
    texts: list[str], number: int, when: date, moment: datetime
) -> None:
    said = [
        pair for one in texts for pair in (("dct:title", french(one)), ("foaf:name", plain(one)))
    ]
    nested = Node(None, [kind("vcard:Kind"), *said])
    values = [("dcat:byteSize", size(number)), ("dcat:startDate", day(when))]
    node = Node(
        f"{SITE}/a?b=1&c='2'",
        [
            kind("dcat:Dataset"),
            *said,
            *values,
            ("dct:modified", instant(moment.replace(tzinfo=UTC))),
            ("dcat:contactPoint", nested),
            ("dct:license", Iri(f"{SITE}/l?x=<y>".replace("<", "%3C").replace(">", "%3E"))),
        ],
    )
    graphs = written([node])
    assert to_isomorphic(graphs[0]) == to_isomorphic(graphs[1]) == to_isomorphic(graphs[2])
    held = {one.text for _name, one in said if isinstance(one, Literal)}
    subject = URIRef(f"{SITE}/a?b=1&c='2'")
    assert {str(one) for one in graphs[0].objects(subject, DCTERMS.title)} == held
    assert all(one in held for one in texts if one.isascii() and one.isprintable())


def page(*names: str) -> Page:
    """A page of one buyer with these files, the first alone written."""
    stored = StoredFile(
        organisation_id=KEY,
        name=names[0],
        state="x",
        sha256="a" * 64,
        size=12,
        gzip_size=10,
        modified_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    )
    types = {"csv": "text/csv", "json": "application/json", "ndjson": "application/x-ndjson"}
    files = [
        Listed(name, f"Titre de {name}", types[name.rsplit(".", 1)[1]], stored if not at else None)
        for at, name in enumerate(names)
    ]
    buyer = Organisation(id=KEY, siret="00000000000001", name="Ville", kind=OrganisationKind.BUYER)
    return Page(1, 1, [Buyer(buyer, PublicationSettings(organisation_id=KEY), files, {})], True)


def told(*names: str) -> Graph:
    return parsed(turtle.write(graph(page(*names), SITE, "ttl")), "a.ttl")


def test_a_file_that_nobody_described_is_a_dataset_under_its_own_title() -> None:
    found = told("nouveau.ndjson")
    dataset = URIRef(f"{SITE}/opendata/00000000000001#nouveau")
    assert str(found.value(dataset, DCTERMS.title)) == "Titre de nouveau.ndjson – Ville"
    file = found.value(dataset, DCAT.distribution)
    assert str(found.value(file, DCAT.mediaType)).endswith("/application/x-ndjson")
    assert found.value(file, DCTERMS.format) is None
    assert str(found.value(file, DCAT.byteSize)) == "12"


def test_a_table_follows_its_description_and_the_package_goes_with_it() -> None:
    found = told("contrats.csv", "datapackage.json")
    dataset = URIRef(f"{SITE}/opendata/00000000000001#contrats")
    files = {str(one) for one in found.objects(dataset, DCAT.distribution)}
    folder = f"{SITE}/opendata/00000000000001"
    assert files == {f"{folder}/contrats.csv#fichier", f"{folder}/datapackage.json#fichier"}
    follows = {
        (str(one), str(standard)) for one, standard in found.subject_objects(DCTERMS.conformsTo)
    }
    assert follows == {
        (f"{folder}/contrats.csv#fichier", f"{SITE}/opendata/schemas/contrats.tableschema.json"),
        (
            f"{folder}/datapackage.json#fichier",
            "https://specs.frictionlessdata.io/schemas/data-package.json",
        ),
    }


def test_a_dataset_of_which_a_file_is_not_written_does_not_say_when_it_changed() -> None:
    dataset = URIRef(f"{SITE}/opendata/00000000000001#indicateurs")
    assert told("indicateurs.csv").value(dataset, DCTERMS.modified)
    found = told("indicateurs.csv", "indicateurs.json")
    assert found.value(dataset, DCTERMS.modified) is None
    assert len(list(found.objects(None, DCAT.byteSize))) == 1
