"""Addresses of the catalogue: three formats of the same graph, page by page."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.background import BackgroundTask

from api.kit.columns import Siret
from api.kit.db import ReadSession
from api.kit.problems import Invalid, NotFound, problems
from api.publication import atom
from api.publication.catalogue import jsonld, rdfxml, reading, turtle
from api.publication.catalogue.graph import address, graph, own_address
from api.publication.catalogue.terms import Node
from api.publication.models import LICENCES, Licence
from api.publication.publishing import write_ahead
from api.publication.schemas import OpenCatalogue, OpenDataIndex
from api.publication.serving import serve_bytes
from api.publication.site import Site, site_of
from api.publication.store import Store

router = APIRouter(tags=["Données ouvertes"])

Writer = Callable[[list[Node]], bytes]
# Ending -> how the graph is written, its media type, its French name. Readers of Turtle take
# another encoding than UTF-8 when none is told.
FORMATS: dict[str, tuple[Writer, str, str]] = {
    "ttl": (turtle.write, "text/turtle; charset=utf-8", "Turtle"),
    "jsonld": (jsonld.write, "application/ld+json; charset=utf-8", "JSON-LD"),
    "rdf": (rdfxml.write, "application/rdf+xml; charset=utf-8", "RDF/XML"),
}
_FOLLOWING = "/opendata/catalog/{page}"


@router.head("/opendata", include_in_schema=False)
@router.get("/opendata", response_model=OpenDataIndex, summary="Commencer par ici")
def read_open_data(request: Request) -> Response:
    """Où lire les données ouvertes : les catalogues, les acheteurs publiés et les flux. Chaque
    adresse de fichier se trouve dans un catalogue."""
    site = _site(request).url
    index = OpenDataIndex(
        title="Données ouvertes",
        page=f"{site}/donnees-ouvertes",
        catalogues=[
            OpenCatalogue(title=f"Catalogue en {name}", address=site + address(1, ending))
            for ending, (_, _, name) in FORMATS.items()
        ],
        publishers=f"{site}/opendata/publishers",
        feed=f"{site}/opendata/feed",
        atom=f"{site}{atom.ALL}",
    )
    content = index.model_dump_json(indent=1).encode()
    media_type = "application/json; charset=utf-8"
    return serve_bytes(request, content, media_type, LICENCES[Licence.LOV2][1])


# As people type it; not another address of the description.
router.add_route("/opendata/", read_open_data, methods=["GET"], include_in_schema=False)


def _answer(request: Request, page: reading.Page, ending: str) -> Response:
    write, media_type, _name = FORMATS[ending]
    settings = request.app.state.settings
    content = write(graph(page, settings.site_url.rstrip("/"), ending))
    answer = serve_bytes(request, content, media_type, LICENCES[Licence.LOV2][1])
    if page.unwritten:
        # Their size and digest will be told to the next reader; this one does not wait.
        store = Store.of(request.app.state.engines, settings)
        answer.background = BackgroundTask(write_ahead, store, page.unwritten)
    return answer


def _site(request: Request) -> Site:
    return site_of(request.app.state.settings)


def _first(ending: str) -> Callable[..., Response]:
    def open_file(request: Request, session: ReadSession) -> Response:
        return _answer(request, reading.read(session, _site(request), 1), ending)

    open_file.__doc__ = (
        "Le catalogue DCAT-AP des jeux de données de tous les acheteurs, à donner à moissonner. "
        "S’il a plusieurs pages, chacune dit l’adresse de la suivante (`hydra:next`)."
    )
    return open_file


def _following(ending: str) -> Callable[..., Response]:
    def open_file(
        request: Request,
        session: ReadSession,
        page: Annotated[int, Path(ge=1, le=100_000, description="À partir de 1.")],
    ) -> Response:
        return _answer(request, reading.read(session, _site(request), page), ending)

    open_file.__doc__ = "La suite du catalogue DCAT-AP."
    return open_file


def _of_buyer(ending: str) -> Callable[..., Response]:
    def open_file(
        request: Request, session: ReadSession, siret: Annotated[Siret, Path()]
    ) -> Response:
        return _answer(request, reading.read_own(session, _site(request), siret), ending)

    open_file.__doc__ = (
        "Le catalogue DCAT-AP des jeux de données d’un seul acheteur, pour qu’il les fasse "
        "moissonner sous son nom."
    )
    return open_file


def _add(path: str, function: Callable[..., Response], name: str, summary: str) -> None:
    """Both methods of a page: harvesters look at its headers first."""
    media_type = FORMATS[path.rsplit(".", 1)[1]][1].partition(";")[0]
    for method, verb in (("GET", "open"), ("HEAD", "check")):
        router.add_api_route(
            path,
            function,
            methods=[method],
            name=f"{verb}_{name}",
            summary=summary if method == "GET" else f"{summary} : en-têtes",
            response_class=Response,
            responses=problems(NotFound, Invalid) | {200: {"content": {media_type: {}}}},
        )


for _ending, (_write, _type, _words) in FORMATS.items():
    _add(address(1, _ending), _first(_ending), f"catalog_{_ending}", f"Catalogue en {_words}")
    _add(
        f"{_FOLLOWING}.{_ending}",
        _following(_ending),
        f"catalog_page_{_ending}",
        f"Page suivante du catalogue en {_words}",
    )
    _add(
        own_address("{siret}", _ending),
        _of_buyer(_ending),
        f"own_catalog_{_ending}",
        f"Catalogue de l’acheteur, en {_words}",
    )
