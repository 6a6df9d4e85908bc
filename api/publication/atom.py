"""Contracts to come and awarded, as Atom feeds: RFC 4287, by pages as in RFC 5005.

Awarded contracts come as the feed of changes announces them (docs/decisions/0023): what becomes
public, or changes, is at the top. Purchases to come are those of the public programme.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree as ET

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation, OrganisationKind
from api.contracts import reading
from api.contracts.models import ContractSupplier
from api.kit.days import in_utc
from api.kit.pages import bad_cursor, decode_cursor, encode_cursor
from api.programme.models import Project
from api.programme.schemas import STATES
from api.publication import files, settings
from api.publication.atom_words import awarded_words, coming_words
from api.publication.catalogue.terms import plain
from api.publication.models import LICENCES, Licence, PublicationSettings
from api.publication.programming import is_coming
from api.publication.site import Site
from api.rules.naming import discreet
from api.suppliers.models import Supplier

NAME: Final = "marches.atom"
ALL: Final = "/opendata/marches.atom"
MEDIA_TYPE: Final = "application/atom+xml"
PAGE: Final = 100
_ATOM: Final = "http://www.w3.org/2005/Atom"
_ENTRIES: Final = SQLModel.metadata.tables["public_entry"]
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
ET.register_namespace("", _ATOM)


@dataclass(frozen=True)
class Place:
    """Where a page begins: below a place of the feed of changes, below an instant and a project."""

    position: int
    at: datetime
    project: UUID


_FIRST: Final = Place(2**62, datetime(9000, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@dataclass(frozen=True)
class Entry:
    """Something awarded or to come, and the place just after it."""

    urn: str
    title: str
    summary: str
    updated: datetime
    category: str
    siret: str
    buyer: str
    fictitious: bool
    place: dict[str, Any]
    # The address of the licence of the buyer: in the feed of all, each entry has its own.
    licence: str = LICENCES[Licence.LOV2][1]
    # Announced, but no longer there to be told: the page goes on below it.
    gone: bool = False


@dataclass(frozen=True)
class Feed:
    """The bytes of a page, when what the feed tells last changed, the licence it names."""

    content: bytes
    updated: datetime
    licence: str


def version(session: Session, buyer_id: UUID, site: Site) -> str:
    """Another one when an entry of the first page of a buyer changes, or one is added."""
    last = session.scalar(
        sa.select(sa.func.max(_ENTRIES.c.position)).where(_ENTRIES.c.buyer_id == buyer_id)
    )
    state = f"{files.version(session, buyer_id, site)} {last} {site.url}"
    return sha256(state.encode()).hexdigest()[:32]


def file(session: Session, buyer: Organisation, site: Site) -> Iterator[bytes]:
    """The first page of the feed of a buyer."""
    yield page(session, site, buyer, None).content


def page(session: Session, site: Site, buyer: Organisation | None, cursor: str | None) -> Feed:
    """A page of the feed of a buyer, or of all those that publish here.

    Raises Invalid on a foreign cursor.
    """
    start = _read(cursor)
    found = sorted(
        [*_awarded(session, buyer, start), *_coming(session, buyer, start)],
        key=lambda one: one.updated,
        reverse=True,
    )
    shown = found[:PAGE]
    following = _after(start, shown) if len(found) > PAGE else None
    updated = _moved(session, buyer)
    licence = LICENCES[Licence.LOV2][1] if buyer is None else settings.licence_of(session, buyer.id)
    content = _written(site, buyer, shown, (cursor, following), updated, licence)
    return Feed(content, updated, licence)


def _moved(session: Session, buyer: Organisation | None) -> datetime:
    """When the feed of a buyer, or of all, last changed, what was withdrawn from it included: a
    moment that never goes back."""
    seen = []
    for at, whose, among in _MOVES:
        own = sa.true() if buyer is None else whose == buyer.id
        seen.append(session.scalar(sa.select(sa.func.max(at)).where(among, own)))
    return max((in_utc(one) for one in seen if one is not None), default=_START)


# What a page is made of: when each last changed, whose it is, and what of it counts. A project that
# is no longer public moved its buyer when it left.
_MOVES: Final = (
    (_ENTRIES.c.at, _ENTRIES.c.buyer_id, sa.true()),
    (col(Project.updated_at), col(Project.buyer_id), col(Project.public)),
    (
        col(PublicationSettings.updated_at),
        col(PublicationSettings.organisation_id),
        sa.true(),
    ),
    (col(Organisation.updated_at), col(Organisation.id), ~col(Organisation.observed)),
    # What is said of a company may hide its name, or show it again.
    (
        col(Supplier.updated_at),
        _ENTRIES.c.buyer_id,
        sa.and_(
            col(ContractSupplier.supplier_id) == col(Supplier.id),
            col(ContractSupplier.contract_id) == _ENTRIES.c.contract_id,
            _ENTRIES.c.digest.is_not(None),
        ),
    ),
)


def _read(cursor: str | None) -> Place:
    told = decode_cursor(cursor, 3)
    if told is None:
        return _FIRST
    try:
        position, at = int(told[0] or ""), datetime.fromisoformat(told[1] or "")
        place = Place(position, at, UUID(told[2] or ""))
    except ValueError as error:
        raise bad_cursor() from error
    if not 0 <= position <= _FIRST.position or at.tzinfo is None:
        raise bad_cursor()
    return place


def _after(start: Place, shown: Sequence[Entry]) -> str:
    place = start
    for one in shown:
        place = replace(place, **one.place)
    return encode_cursor(str(place.position), place.at.isoformat(), place.project.hex)


_WHOSE: Final = (
    col(Organisation.siret),
    col(Organisation.name),
    col(Organisation.fictitious),
    col(PublicationSettings.licence),
)

_OF_BUYER: Final = col(PublicationSettings.organisation_id) == col(Organisation.id)


def _licence(chosen: Licence | None) -> str:
    return LICENCES[chosen or Licence.LOV2][1]


def _awarded(session: Session, buyer: Organisation | None, start: Place) -> Iterator[Entry]:
    statement = (
        sa.select(_ENTRIES.c.position, _ENTRIES.c.at, _ENTRIES.c.contract_id, *_WHOSE)
        .join(Organisation, col(Organisation.id) == _ENTRIES.c.buyer_id)
        .join(PublicationSettings, _OF_BUYER, isouter=True)
        .where(_ENTRIES.c.digest.is_not(None), _ENTRIES.c.position < start.position)
        .order_by(_ENTRIES.c.position.desc())
        .limit(PAGE + 1)
    )
    if buyer is not None:
        statement = statement.where(_ENTRIES.c.buyer_id == buyer.id)
    rows = session.execute(statement).all()
    kept = {one.id: one for one in reading.by_ids(session, [row.contract_id for row in rows])}
    for row in rows:
        record = kept[row.contract_id].record if row.contract_id in kept else None
        yield Entry(
            urn=_urn(f"contrat:{row.siret}{record.reference}") if record else "",
            title=(record.subject or f"Contrat {record.reference}") if record else "",
            summary=awarded_words(discreet(record)) if record else "",
            updated=in_utc(row.at),
            category="attribue",
            siret=row.siret,
            buyer=row.name,
            fictitious=row.fictitious,
            place={"position": row.position},
            licence=_licence(row.licence),
            gone=record is None,
        )


def _coming(session: Session, buyer: Organisation | None, start: Place) -> Iterator[Entry]:
    key = sa.tuple_(col(Project.updated_at), col(Project.id))
    at, last = sa.literal(start.at, Project.updated_at.type), sa.literal(start.project, sa.Uuid())  # type: ignore[attr-defined]  # a column, on the class
    statement = (
        sa.select(Project, *_WHOSE)
        .join(Organisation, col(Organisation.id) == col(Project.buyer_id))
        .join(PublicationSettings, _OF_BUYER, isouter=True)
        .where(
            is_coming(),
            col(Organisation.observed).is_(False),
            col(Organisation.kind) == OrganisationKind.BUYER,
            col(Organisation.siret).is_not(None),
            key < sa.tuple_(at, last),
        )
        .order_by(col(Project.updated_at).desc(), col(Project.id).desc())
        .limit(PAGE + 1)
    )
    if buyer is not None:
        statement = statement.where(col(Project.buyer_id) == buyer.id)
    for one, siret, name, fictitious, licence in session.execute(statement):
        updated = in_utc(one.updated_at)
        yield Entry(
            urn=_urn(f"projet:{one.id}"),
            title=one.title,
            summary=coming_words(one, STATES[one.state]),
            updated=updated,
            category="a-venir",
            siret=siret,
            buyer=name,
            fictitious=fictitious,
            place={"at": updated, "project": one.id},
            licence=_licence(licence),
        )


def _urn(of: str) -> str:
    """The same for ever, wherever the site is."""
    return uuid5(NAMESPACE_URL, f"https://spaser.example/{of}").urn


def _written(
    site: Site,
    buyer: Organisation | None,
    entries: Iterable[Entry],
    cursors: tuple[str | None, str | None],
    updated: datetime,
    licence: str,
) -> bytes:
    path = f"/opendata/{buyer.siret}/{NAME}" if buyer else ALL
    who = (
        f"{buyer.name}{_invented(buyer.fictitious)}" if buyer else "tous les acheteurs publiés ici"
    )
    home = f"{site.url}/donnees-ouvertes" + (f"#{buyer.siret}" if buyer else "")
    feed = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": "fr"})
    _text(feed, "id", _urn(f"flux:{buyer.siret if buyer else 'tous'}"))
    _text(feed, "title", f"Marchés à venir et attribués – {who}")
    _text(feed, "updated", _instant(updated))
    _author(feed, buyer.name if buyer else "Spaser")
    _text(feed, "generator", "Spaser")
    here, following = cursors
    _link(feed, "self", _paged(site, path, here), MEDIA_TYPE)
    _link(feed, "first", site.url + path, MEDIA_TYPE)
    if following is not None:
        _link(feed, "next", _paged(site, path, following), MEDIA_TYPE)
    _link(feed, "alternate", home, "text/html")
    _link(feed, "license", licence)
    for one in entries:
        if not one.gone:
            _entry(feed, one, site)
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _entry(feed: ET.Element, one: Entry, site: Site) -> None:
    entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
    words = {"a-venir": "À venir", "attribue": "Attribué"}[one.category]
    _text(entry, "id", one.urn)
    _text(entry, "title", f"{words} : {one.title}")
    _text(entry, "updated", _instant(one.updated))
    _author(entry, one.buyer)
    _link(entry, "alternate", f"{site.url}/donnees-ouvertes#{one.siret}", "text/html")
    _link(entry, "license", one.licence)
    ET.SubElement(entry, f"{{{_ATOM}}}category", {"term": one.category, "label": words})
    if one.fictitious:
        told = {"term": "fictif", "label": "Données fictives"}
        ET.SubElement(entry, f"{{{_ATOM}}}category", told)
    _text(entry, "summary", one.summary)


def _invented(fictitious: bool) -> str:
    return " (données fictives)" if fictitious else ""


def _paged(site: Site, path: str, cursor: str | None) -> str:
    return f"{site.url}{path}" + (f"?cursor={cursor}" if cursor else "")


def _text(parent: ET.Element, name: str, text: str) -> None:
    # What no XML can hold is replaced, as in the catalogue.
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = plain(text).text


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, f"{{{_ATOM}}}author"), "name", name)


def _link(parent: ET.Element, relation: str, address: str, kind: str | None = None) -> None:
    told = {"rel": relation, "href": address} | ({"type": kind} if kind else {})
    ET.SubElement(parent, f"{{{_ATOM}}}link", told)


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
