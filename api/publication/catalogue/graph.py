"""The graph of a page of the catalogue: DCAT-AP 3, as French and European harvesters read it.

What each reader takes, and what it drops: docs/decisions/0024.
"""

from collections.abc import Iterator
from itertools import groupby
from urllib.parse import urlsplit

from api.publication import package, standards
from api.publication.catalogue import datasets
from api.publication.catalogue.datasets import About
from api.publication.catalogue.reading import Buyer, Listed, Page
from api.publication.catalogue.terms import (
    Iri,
    Literal,
    Node,
    Value,
    day,
    french,
    instant,
    kind,
    plain,
    size,
)
from api.publication.models import LICENCES, Licence
from api.publication.settings import elsewhere
from api.publication.site import Site

_EU = "http://publications.europa.eu/resource/authority/"
_LANGUAGE, _THEME = f"{_EU}language/FRA", f"{_EU}data-theme/GOVE"
_PUBLIC, _RESTRICTED = f"{_EU}access-right/PUBLIC", f"{_EU}access-right/RESTRICTED"
_IANA = "https://www.iana.org/assignments/media-types/"
Said = tuple[str, Value]


def graph(page: Page, site: str, ending: str) -> list[Node]:
    """The nodes of a page. ``site``: the public address, without final slash; ``ending``: that of
    the format, for the addresses of the other pages."""
    nodes = [one for buyer in page.buyers for one in _buyer(buyer, site)]
    if page.alone:
        # Its publisher is there even when it has nothing to give yet.
        (buyer,) = page.buyers
        top = [_own_catalogue(buyer, site, nodes), *([] if nodes else [_publisher(buyer, site)])]
    else:
        nodes += [_service(site)] if page.number == 1 else []
        top = [_catalogue(page, site, nodes), *_view(page, site, ending), _platform(site)]
    return [*top, *nodes, *_vocabulary([*top, *nodes])]


def address(number: int, ending: str) -> str:
    """The path of a page of the catalogue of all buyers."""
    return f"/opendata/catalog{'' if number == 1 else f'/{number}'}.{ending}"


def own_address(siret: str, ending: str) -> str:
    """The path of the catalogue of one buyer."""
    return f"/opendata/{siret}/catalog.{ending}"


def _catalogue(page: Page, site: str, nodes: list[Node]) -> Node:
    view: list[Said] = [("hydra:view", Iri(_page(page, site)))] if page.last > 1 else []
    return Node(
        f"{site}/opendata/catalog",
        [
            *_catalogue_said("des acheteurs qui publient avec Spaser", site),
            ("dct:publisher", Iri(_platform_address(site))),
            *view,
            *_members(nodes),
        ],
    )


def _own_catalogue(buyer: Buyer, site: str, nodes: list[Node]) -> Node:
    return Node(
        _own(buyer, site, "catalogue"),
        [
            *_catalogue_said(f"de l’acheteur {buyer.organisation.name}{_invented(buyer)}", site),
            ("dct:publisher", Iri(_own(buyer, site, "acheteur"))),
            *_members(nodes),
        ],
    )


def _catalogue_said(whose: str, site: str) -> list[Said]:
    return [
        kind("dcat:Catalog"),
        ("dct:title", french(f"Données ouvertes des achats {whose}")),
        (
            "dct:description",
            french(f"Les contrats et les indicateurs d’achats responsables {whose}."),
        ),
        ("dct:language", Iri(_LANGUAGE)),
        ("dct:license", Iri(LICENCES[Licence.LOV2][1])),
        ("foaf:homepage", Iri(f"{site}/donnees-ouvertes")),
    ]


def _members(nodes: list[Node]) -> Iterator[Said]:
    for name, of_kind in (("dcat:dataset", "dcat:Dataset"), ("dcat:service", "dcat:DataService")):
        for one in nodes:
            if one.iri and kind(of_kind) in one.said:
                yield name, Iri(one.iri)


def _page(page: Page, site: str) -> str:
    return f"{site}/opendata/catalog#page-{page.number}"


def _view(page: Page, site: str, ending: str) -> list[Node]:
    """The way to the other pages, in the same format; one page needs none."""
    if page.last == 1:
        return []
    ways = {"first": 1, "previous": page.number - 1, "next": page.number + 1, "last": page.last}
    said: list[Said] = [
        (f"hydra:{way}", Iri(site + address(number, ending)))
        for way, number in ways.items()
        if 1 <= number <= page.last
    ]
    return [Node(_page(page, site), [kind("hydra:PartialCollectionView"), *said])]


def _platform_address(site: str) -> str:
    return f"{site}/donnees-ouvertes#plateforme"


def _platform(site: str) -> Node:
    return Node(
        _platform_address(site),
        [
            kind("foaf:Agent"),
            ("foaf:name", french(f"Spaser, {urlsplit(site).hostname or site}")),
            ("foaf:homepage", Iri(f"{site}/donnees-ouvertes")),
        ],
    )


def _service(site: str) -> Node:
    """The API, for who has an account."""
    return Node(
        f"{site}/api/v1",
        [
            kind("dcat:DataService"),
            ("dct:identifier", plain(f"{site}/api/v1")),
            ("dct:title", french("Interface de programmation (API) de Spaser")),
            ("dct:description", french("Le registre des contrats, pour qui y a un compte.")),
            ("dct:publisher", Iri(_platform_address(site))),
            ("dct:license", Iri(LICENCES[Licence.LOV2][1])),
            ("dct:accessRights", Iri(_RESTRICTED)),
            ("dcat:endpointURL", Iri(f"{site}/api/v1")),
            ("dcat:endpointDescription", Iri(f"{site}/api/openapi.json")),
            ("dcat:landingPage", Iri(f"{site}/donnees-ouvertes")),
            ("dcat:contactPoint", _reached("Spaser", None, f"{site}/donnees-ouvertes")),
        ],
    )


def _buyer(buyer: Buyer, site: str) -> list[Node]:
    """The datasets of a buyer with their distributions, and the buyer itself when it has some."""
    nodes: list[Node] = []
    by_key = sorted(buyer.files, key=lambda one: datasets.key_of(one.name))
    for key, some in groupby(by_key, key=lambda one: datasets.key_of(one.name)):
        files = list(some)
        about = datasets.about(key, files[0].title)
        if _is_told(buyer, about):
            nodes += _dataset(buyer, site, key, about, files)
    return [*nodes, _publisher(buyer, site)] if nodes else []


def _is_told(buyer: Buyer, about: About) -> bool:
    """Essential data that someone else already sends would be counted twice."""
    if about.essential and buyer.settings.published_by is not None:
        return False
    return not about.kinds or any(one in buyer.held for one in about.kinds)


def _publisher(buyer: Buyer, site: str) -> Node:
    said, organisation = buyer.settings, buyer.organisation
    return Node(
        _own(buyer, site, "acheteur"),
        [
            kind("foaf:Agent"),
            ("foaf:name", french(organisation.name)),
            ("dct:identifier", plain(organisation.siret or "")),
            *_if("foaf:homepage", said.homepage),
            *_if("foaf:mbox", f"mailto:{said.contact_email}" if said.contact_email else None),
        ],
    )


def _own(buyer: Buyer, site: str, what: str) -> str:
    return f"{site}/opendata/{buyer.organisation.siret}#{what}"


def _if(name: str, value: str | None) -> list[Said]:
    return [(name, Iri(value))] if value else []


def _dataset(
    buyer: Buyer, site: str, key: str, about: About, files: list[Listed]
) -> Iterator[Node]:
    here, home = _own(buyer, site, key), f"{site}/donnees-ouvertes#{buyer.organisation.siret}"
    days = [one.stored.modified_at for one in files if one.stored]
    frequency = f"{_EU}frequency/{about.frequency}" if about.frequency else None
    yield Node(
        here,
        [
            kind("dcat:Dataset"),
            ("dct:identifier", plain(here)),
            ("dct:title", french(f"{about.title} – {buyer.organisation.name}{_invented(buyer)}")),
            ("dct:description", french(_description(buyer, about))),
            *(("dcat:keyword", french(one)) for one in _keywords(buyer, about)),
            ("dcat:theme", Iri(_THEME)),
            ("dct:publisher", Iri(_own(buyer, site, "acheteur"))),
            ("dcat:contactPoint", _contact(buyer, home)),
            ("dct:license", Iri(_licence(buyer))),
            ("dct:accessRights", Iri(_PUBLIC)),
            ("dct:language", Iri(_LANGUAGE)),
            ("dcat:landingPage", Iri(home)),
            *_if("dct:accrualPeriodicity", frequency),
            *_temporal(buyer, about),
            # As long as one of its files is not written, nobody knows when it last changed.
            *([("dct:modified", instant(max(days)))] if len(days) == len(files) else []),
            *(("dcat:distribution", Iri(_file(buyer, site, one))) for one in files),
        ],
    )
    for one in files:
        yield _distribution(buyer, site, one, _standard(site, about, one))


def _invented(buyer: Buyer) -> str:
    return " (données fictives)" if buyer.organisation.fictitious else ""


def _description(buyer: Buyer, about: About) -> str:
    said = buyer.settings
    who = elsewhere(said.published_by, said.published_by_other)
    return " ".join(
        part
        for part in (
            "Données inventées pour une démonstration." if buyer.organisation.fictitious else "",
            about.description,
            f"Les données essentielles de cet acheteur sont publiées par {who}." if who else "",
        )
        if part
    )


def _keywords(buyer: Buyer, about: About) -> tuple[str, ...]:
    return (*about.keywords, "fictif") if buyer.organisation.fictitious else about.keywords


def _licence(buyer: Buyer) -> str:
    return LICENCES[buyer.settings.licence][1]


def _contact(buyer: Buyer, home: str) -> Node:
    """A contact without address nor page is dropped by harvesters: the page of the buyer's files
    stands in."""
    said = buyer.settings
    page = said.contact_url or (None if said.contact_email else home)
    return _reached(said.contact_name or buyer.organisation.name, said.contact_email, page)


def _reached(name: str, email: str | None, page: str | None) -> Node:
    return Node(
        None,
        [
            kind("vcard:Organization"),
            kind("vcard:Kind"),
            ("vcard:fn", french(name)),
            *_if("vcard:hasEmail", f"mailto:{email}" if email else None),
            *_if("vcard:hasURL", page),
        ],
    )


def _temporal(buyer: Buyer, about: About) -> list[Said]:
    held = [buyer.held[one] for one in about.kinds if one in buyer.held]
    first = min((one.first for one in held if one.first), default=None)
    last = max((one.last for one in held if one.last), default=None)
    if first is None or last is None:
        return []
    period: list[Said] = [("dcat:startDate", day(first)), ("dcat:endDate", day(last))]
    # Without address: one of its own would be fetched.
    return [("dct:temporal", Node(None, [kind("dct:PeriodOfTime"), *period]))]


def _standard(site: str, about: About, file: Listed) -> str | None:
    """What a file follows: the format of the decree, or our own description of it."""
    if about.essential:
        return datasets.DECP_SCHEMA if file.media_type == "application/json" else None
    if file.name == package.NAME:
        return datasets.PACKAGE_SCHEMA
    schema = standards.FOLLOWED.get(file.name)
    return standards.address(Site(site), schema) if schema else None


def _download(buyer: Buyer, site: str, file: Listed) -> str:
    return f"{site}/opendata/{buyer.organisation.siret}/{file.name}"


def _file(buyer: Buyer, site: str, file: Listed) -> str:
    return f"{_download(buyer, site, file)}#fichier"


def _distribution(buyer: Buyer, site: str, file: Listed, standard: str | None) -> Node:
    download = _download(buyer, site, file)
    code = datasets.FILE_TYPES.get(file.media_type)
    return Node(
        _file(buyer, site, file),
        [
            kind("dcat:Distribution"),
            ("dct:title", french(f"{file.title} ({file.name})")),
            ("dcat:accessURL", Iri(download)),
            ("dcat:downloadURL", Iri(download)),
            ("dcat:mediaType", Iri(_IANA + file.media_type)),
            *_if("dct:format", f"{_EU}file-type/{code}" if code else None),
            ("dct:license", Iri(_licence(buyer))),
            ("dct:language", Iri(_LANGUAGE)),
            *_if("dct:conformsTo", standard),
            *_bytes(file),
        ],
    )


def _bytes(file: Listed) -> list[Said]:
    """Size, digest and day of the bytes that whoever downloads now will have; else nothing."""
    if file.stored is None:
        return []
    checksum = Node(
        None,
        [
            kind("spdx:Checksum"),
            ("spdx:algorithm", Iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")),
            # Plain: data.gouv.fr fails the whole dataset on the xsd:hexBinary of DCAT-AP.
            ("spdx:checksumValue", Literal(file.stored.sha256)),
        ],
    )
    return [
        ("dct:modified", instant(file.stored.modified_at)),
        ("dcat:byteSize", size(file.stored.size)),
        ("spdx:checksum", checksum),
    ]


# What the values of a property are, for who checks their classes.
_CLASSES = {
    "dct:language": ("dct:LinguisticSystem",),
    "dct:license": ("dct:LicenseDocument",),
    "dct:accessRights": ("dct:RightsStatement",),
    "dct:accrualPeriodicity": ("dct:Frequency",),
    "dct:conformsTo": ("dct:Standard",),
    "dct:format": ("dct:MediaTypeOrExtent",),
    "dcat:mediaType": ("dct:MediaType",),
    "dcat:landingPage": ("foaf:Document",),
    "foaf:homepage": ("foaf:Document",),
    "dcat:theme": ("skos:Concept",),
}
_LABELS = {_THEME: ("skos:prefLabel", french("Gouvernement et secteur public"))}


def _vocabulary(nodes: list[Node]) -> list[Node]:
    """The things that others name and describe, with their class alone, once each."""
    classes = {
        value.full: _CLASSES[name]
        for node in nodes
        for name, value in node.said
        if name in _CLASSES and isinstance(value, Iri)
    }
    return [
        Node(iri, [*map(kind, names), *([_LABELS[iri]] if iri in _LABELS else [])])
        for iri, names in sorted(classes.items())
    ]
