"""What a page of the catalogue tells: some buyers, their files as they lie, their contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.contracts.models import Contract, ContractDocument
from api.contracts.publicity import is_public
from api.kit.problems import NotFound
from api.publication import service, settings
from api.publication.entries import entry_of
from api.publication.models import PublicationSettings, StoredFile
from api.publication.site import Site
from api.rules.records import Kind

# A page takes about a quarter of a second and 150 kB at most.
BUYERS = 10


@dataclass(frozen=True)
class Listed:
    """A file; ``stored`` is how it lies, None while it is not what it must be now."""

    name: str
    title: str
    media_type: str
    stored: StoredFile | None


@dataclass(frozen=True)
class Held:
    """The complete and public contracts of a kind: how many, notified from a day to another."""

    number: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Buyer:
    """A buyer of the catalogue."""

    organisation: Organisation
    settings: PublicationSettings
    files: list[Listed]
    held: dict[Kind, Held]


@dataclass(frozen=True)
class Page:
    """Some buyers, by SIRET; ``number`` of ``last``, both from 1. ``alone``: the catalogue is that
    of the one buyer it holds."""

    number: int
    last: int
    buyers: list[Buyer]
    alone: bool = False

    @property
    def unwritten(self) -> list[tuple[str, str]]:
        """The (SIRET, name) of the files that have to be written."""
        return [
            (buyer.organisation.siret or "", file.name)
            for buyer in self.buyers
            for file in buyer.files
            if file.stored is None
        ]


def read(session: Session, site: Site, number: int, by_page: int = BUYERS) -> Page:
    """A page of the buyers that publish here; the first is there even when nobody does.

    Raises NotFound past the last.
    """
    publishing = (
        col(Organisation.observed).is_(False),
        col(Organisation.kind) == OrganisationKind.BUYER,
        col(Organisation.siret).is_not(None),
    )
    total = session.scalar(sa.select(sa.func.count(col(Organisation.id))).where(*publishing)) or 0
    last = max(1, -(-total // by_page))
    if number > last:
        raise NotFound
    found = session.scalars(
        sa.select(Organisation)
        .where(*publishing)
        .order_by(col(Organisation.siret))
        .offset((number - 1) * by_page)
        .limit(by_page)
    ).all()
    return Page(number, last, _buyers(session, site, found))


def read_own(session: Session, site: Site, siret: str) -> Page:
    """The catalogue of one buyer: what it gives to harvest under its own name.

    Raises NotFound for who does not publish here.
    """
    return Page(1, 1, _buyers(session, site, [service.publisher(session, siret)]), alone=True)


def _buyers(session: Session, site: Site, found: Sequence[Organisation]) -> list[Buyer]:
    keys = [one.id for one in found]
    said, held, kept = settings.of_all(session, keys), _held(session, keys), _kept(session, keys)
    return [
        Buyer(one, said[one.id], _files(session, site, one.id, kept), held.get(one.id, {}))
        for one in found
    ]


def _held(session: Session, buyers: list[UUID]) -> dict[UUID, dict[Kind, Held]]:
    rows = session.execute(
        sa.select(
            col(Contract.buyer_id),
            col(Contract.kind),
            sa.func.count(),
            sa.func.min(col(Contract.notified_on)),
            sa.func.max(col(Contract.notified_on)),
        )
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
        .where(
            col(Contract.buyer_id).in_(buyers),
            col(ContractDocument.decp).is_not(None),
            is_public(),
        )
        .group_by(col(Contract.buyer_id), col(Contract.kind))
    )
    found: dict[UUID, dict[Kind, Held]] = {}
    for buyer_id, kind, number, first, last in rows:
        found.setdefault(buyer_id, {})[kind] = Held(number, first, last)
    return found


def _kept(session: Session, buyers: list[UUID]) -> dict[tuple[UUID, str], StoredFile]:
    rows = session.scalars(sa.select(StoredFile).where(col(StoredFile.organisation_id).in_(buyers)))
    return {(one.organisation_id, one.name): one for one in rows}


def _files(
    session: Session, site: Site, buyer_id: UUID, kept: dict[tuple[UUID, str], StoredFile]
) -> list[Listed]:
    """The files of a buyer but those of one year: the same contracts twice would count double.

    Most stand on the same state, which is asked for once.
    """
    states: dict[Any, str] = {}
    found = []
    for name, title, media_type in service.files_of(site):
        entry = entry_of(name, site)
        try:
            state = states.get(entry.state) or entry.state(session, buyer_id, site)
        except NotFound:
            # This buyer has no such file.
            continue
        states[entry.state] = state
        row = kept.get((buyer_id, name))
        found.append(Listed(name, title, media_type, row if row and row.state == state else None))
    return found
