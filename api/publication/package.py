"""The data package of a buyer: each of its files with size, digest, schema and licence.

https://specs.frictionlessdata.io/data-package/ ; schemas are inside, so that whoever keeps the
files together needs nothing else to read them.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.kit.days import in_utc
from api.publication import insertion, service, settings, standards
from api.publication.models import LICENCES, Licence, StoredFile
from api.publication.site import Site

NAME: Final = "datapackage.json"
_NAMES: Final = {Licence.LOV2: "etalab-2.0", Licence.ODBL: "ODbL-1.0"}
_TABLE: Final = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}


def told(site: Site) -> tuple[str, ...]:
    """The files that a package tells of: those of data, whole."""
    return tuple(
        name
        for name, _title, media_type in service.files_of(site)
        if name != NAME and media_type != "application/atom+xml"
    )


def version(session: Session, buyer_id: UUID, site: Site) -> str:
    """Another one when a file of the package, or what one is made of, is another one."""
    kept = [(one.name, one.sha256) for one in _kept(session, buyer_id, site)]
    state = f"{insertion.version(session, buyer_id, site)} {kept} {site}"
    return sha256(state.encode()).hexdigest()[:32]


def file(session: Session, buyer: Organisation, site: Site) -> Iterator[bytes]:
    """The package, of the files as they lie written."""
    said = settings.of(session, buyer.id)
    title, path = LICENCES[said.licence]
    licences = [{"name": _NAMES[said.licence], "title": title, "path": path}]
    words = {name: (words, kind) for name, words, kind in service.files_of(site)}
    kept = _kept(session, buyer.id, site)
    days = [in_utc(one.modified_at) for one in kept]
    home = said.homepage or f"{site.url}/donnees-ouvertes#{buyer.siret}"
    fictitious = " (données fictives)" if buyer.fictitious else ""
    package = {
        "profile": "data-package",
        "name": f"commande-publique-{buyer.siret}",
        "id": f"{site.url}/opendata/{buyer.siret}/{NAME}",
        "title": f"Commande publique et achats responsables – {buyer.name}{fictitious}",
        "homepage": home,
        **({"created": f"{max(days):%Y-%m-%dT%H:%M:%SZ}"} if days else {}),
        "licenses": licences,
        "sources": [{"title": buyer.name, "path": home}],
        "contributors": [{"title": buyer.name, "role": "publisher"}],
        "resources": [
            _resource(one, *words[one.name], site, buyer.siret or "") | {"licenses": licences}
            for one in kept
        ],
    }
    yield msgspec.json.format(msgspec.json.encode(package), indent=1)


def _kept(session: Session, buyer_id: UUID, site: Site) -> list[StoredFile]:
    names = told(site)
    rows = session.scalars(
        sa.select(StoredFile).where(
            col(StoredFile.organisation_id) == buyer_id, col(StoredFile.name).in_(names)
        )
    )
    return sorted(rows, key=lambda one: names.index(one.name))


def _resource(
    one: StoredFile, title: str, media_type: str, site: Site, siret: str
) -> dict[str, Any]:
    stem, ending = one.name.rsplit(".", 1)
    resource: dict[str, Any] = {
        "name": f"{stem}-{ending}",
        "title": title,
        "path": one.name,
        "format": ending,
        "mediatype": media_type,
        "encoding": "utf-8",
        "bytes": one.size,
        "hash": f"sha256:{one.sha256}",
        "sources": [{"title": title, "path": f"{site.url}/opendata/{siret}/{one.name}"}],
    }
    # Readers take a JSON file for a table unless told otherwise; they have no word for XML.
    plain = {"profile": "data-resource"} | ({"type": "json"} if ending == "json" else {})
    schema = standards.FOLLOWED.get(one.name)
    if schema is None:
        return resource | plain
    if media_type == "text/csv":
        table = {"type": "table", "profile": "tabular-data-resource", "dialect": _TABLE}
        return resource | table | {"schema": standards.made(site, schema)}
    # What a JSON file follows is no Table Schema: « schema » would be taken for one.
    follows = {"jsonSchema": standards.address(site, schema)}
    return resource | plain | follows
