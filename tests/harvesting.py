"""A harvester of catalogues, written from what portals do: it knows nothing of the service."""

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from httpx2 import Response
from rdflib import RDF, Graph, Literal, Namespace
from rdflib.namespace import DCAT, DCTERMS, XSD

HYDRA, SPDX = Namespace("http://www.w3.org/ns/hydra/core#"), Namespace("http://spdx.org/rdf/terms#")
# Ending -> the parser of rdflib, the media type.
FORMATS = {
    "ttl": ("turtle", "text/turtle"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("xml", "application/rdf+xml"),
}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
SHA256 = SPDX.checksumAlgorithm_sha256


class HarvestFailedError(Exception):
    """What makes a portal give up a job, or a dataset."""


def parsed(content: bytes, address: str) -> Graph:
    """The graph that bytes hold, by the ending of their address."""
    parser = FORMATS[PurePosixPath(urlsplit(address).path).suffix[1:]][0]
    with warnings.catch_warnings():
        # rdflib warns of itself when it reads JSON-LD.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="rdflib")
        return Graph().parse(data=content, format=parser)


@dataclass(frozen=True)
class Resource:
    """A file as the catalogue tells it."""

    dataset: str
    address: str
    size: int | None
    sha256: str | None
    media: str
    follows: str | None


class Harvester:
    """Reads a catalogue page by page over ``http``, which has ``get`` and ``head``."""

    def __init__(self, http: Any) -> None:
        self.http = http
        self.pages: list[str] = []

    def harvest(self, address: str) -> list[Resource]:
        """The resources of every dataset. Raises HarvestFailedError."""
        graph = Graph()
        following: str | None = address
        while following is not None:
            page = self._page(following)
            self.pages.append(following)
            following = self._following(page)
            graph += page
        return list(self._resources(graph))

    def _page(self, address: str) -> Graph:
        head = self._answered(self.http.head(address, follow_redirects=False))
        answer = self._answered(self.http.get(address, follow_redirects=False))
        if head.headers["content-type"] != answer.headers["content-type"]:
            raise HarvestFailedError("HEAD does not tell the type of the page")
        if "charset=utf-8" not in answer.headers["content-type"]:
            raise HarvestFailedError("accents would be lost")
        return parsed(answer.content, address)

    def _answered(self, answer: Response) -> Response:
        if answer.status_code != 200:
            raise HarvestFailedError(f"{answer.request.url}: {answer.status_code}")
        return answer

    def _following(self, page: Graph) -> str | None:
        views = list(page.subjects(RDF.type, HYDRA.PartialCollectionView))
        if len(views) > 1:
            raise HarvestFailedError("more than one view of the pages")
        following = page.value(views[0], HYDRA.next) if views else None
        if following is None or str(following) in self.pages:
            return None
        return str(following)

    def _resources(self, graph: Graph) -> Iterator[Resource]:
        seen = set()
        for dataset in sorted(graph.subjects(RDF.type, DCAT.Dataset), key=str):
            identifier = graph.value(dataset, DCTERMS.identifier)
            if identifier is None or graph.value(dataset, DCTERMS.title) is None:
                raise HarvestFailedError(f"skipped: {dataset}")
            if identifier in seen:
                raise HarvestFailedError(f"twice: {identifier}")
            seen.add(identifier)
            for one in sorted(graph.objects(dataset, DCAT.distribution), key=str):
                yield Resource(
                    str(identifier),
                    str(graph.value(one, DCAT.downloadURL)),
                    self._size(graph.value(one, DCAT.byteSize)),
                    self._digest(graph, one),
                    str(graph.value(one, DCAT.mediaType)).removeprefix(MEDIA_TYPES),
                    str(graph.value(one, DCTERMS.conformsTo) or "") or None,
                )

    def _size(self, told: Any) -> int | None:
        if told is None:
            return None
        if told.datatype != XSD.nonNegativeInteger:
            raise HarvestFailedError(f"a size that is no number of bytes: {told!r}")
        return int(told)

    def _digest(self, graph: Graph, distribution: Any) -> str | None:
        checksum = graph.value(distribution, SPDX.checksum)
        if checksum is None:
            return None
        told = graph.value(checksum, SPDX.checksumValue)
        plain = isinstance(told, Literal) and told.datatype in (None, XSD.string)
        if graph.value(checksum, SPDX.algorithm) != SHA256 or not plain:
            raise HarvestFailedError("a digest that portals cannot read")
        return str(told)

    def download(self, resource: Resource) -> bytes:
        """The bytes of a resource, as told. Raises HarvestFailedError when they are others."""
        head = self._answered(self.http.head(resource.address, follow_redirects=False))
        whole = {"Accept-Encoding": "identity"}
        answer = self._answered(
            self.http.get(resource.address, headers=whole, follow_redirects=False)
        )
        if head.headers["content-type"] != answer.headers["content-type"]:
            raise HarvestFailedError(f"HEAD does not tell the type: {resource.address}")
        if resource.size not in (None, len(answer.content)):
            raise HarvestFailedError(f"another size: {resource.address}")
        if resource.sha256 not in (None, hashlib.sha256(answer.content).hexdigest()):
            raise HarvestFailedError(f"other bytes: {resource.address}")
        content: bytes = answer.content
        return content
