"""The OCDS file of a buyer: a release package 1.1 of its public contracts.

Published only under a prefix of the Open Contracting Partnership: docs/decisions/0028.
"""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlmodel import Session, col

from api.access.models import Organisation
from api.consultations.models import Consultation
from api.contracts import reading
from api.contracts.models import Contract
from api.contracts.publicity import is_public
from api.kit.days import in_utc, today
from api.kit.problems import NotFound
from api.programme.models import Project
from api.publication import files, settings
from api.publication.site import Site
from api.rules.ocds.release import SIRENE, Consulted, Planned, Told, release
from api.rules.ocds.sustainability import EXTENSION
from api.rules.records import ContractRecord

NAME: Final = "ocds.json"
BATCH: Final = 500


def version(session: Session, buyer_id: UUID, site: Site) -> str:
    """Another one when any byte of the package may change. Raises NotFound without a prefix."""
    if site.ocds_prefix is None:
        raise NotFound
    state = f"{files.version(session, buyer_id, site)} {site}"
    return sha256(state.encode()).hexdigest()[:32]


def file(session: Session, buyer: Organisation, site: Site) -> Iterator[bytes]:
    """The package, in constant memory. Raises NotFound without a prefix."""
    prefix = site.ocds_prefix
    if prefix is None:
        raise NotFound
    public = public_of(buyer.id)
    changed = session.scalar(sa.select(sa.func.max(col(Contract.updated_at))).where(public))
    about = {
        "uri": f"{site.url}/opendata/{buyer.siret}/{NAME}",
        "publishedDate": f"{in_utc(changed or buyer.created_at):%Y-%m-%dT%H:%M:%SZ}",
        "publisher": {"name": buyer.name, "scheme": SIRENE, "uid": buyer.siret},
        "license": settings.licence_of(session, buyer.id),
        "version": "1.1",
        "extensions": [EXTENSION],
    }
    yield msgspec.json.encode(about)[:-1] + b',"releases":['
    separator, day = b"", today()
    contracts = reading.stream(session, public)
    while batch := list(islice(contracts, BATCH)):
        consulted, planned = _consulted(session, buyer.id, batch), _planned(session, batch)
        for kept in batch:
            told = Told(
                record=_public(kept, day),
                buyer_name=buyer.name,
                version=kept.version,
                changed_at=in_utc(kept.updated_at),
                prefix=prefix,
                consulted=consulted.get(kept.consultation_reference or ""),
                planned=planned.get(kept.project_id) if kept.project_id else None,
                # Of one that was planned here: the others know nothing of projects.
                buyer_changed_at=in_utc(buyer.updated_at) if kept.project_id else None,
            )
            yield separator + msgspec.json.encode(release(told))
            separator = b","
    yield b"]}"


def public_of(buyer_id: UUID) -> sa.ColumnElement[bool]:
    """The public contracts of a buyer, complete for the DECP format or not."""
    return sa.and_(col(Contract.buyer_id) == buyer_id, is_public())


def _public(kept: reading.Kept, day: date) -> ContractRecord:
    """The record with what of it is public on this day."""
    record = files.publicised(kept, day)
    years = tuple(
        one for one in record.concession_years if one.published_on and one.published_on <= day
    )
    return replace(record, concession_years=years)


def _consulted(session: Session, buyer_id: UUID, batch: list[reading.Kept]) -> dict[str, Consulted]:
    wanted = {one.consultation_reference for one in batch if one.consultation_reference}
    rows = session.execute(
        sa.select(
            col(Consultation.reference),
            col(Consultation.title),
            col(Consultation.launched_on),
            col(Consultation.updated_at),
        ).where(col(Consultation.buyer_id) == buyer_id, col(Consultation.reference).in_(wanted))
    )
    return {row[0]: Consulted(row[0], row[1], row[2], in_utc(row[3])) for row in rows}


def _planned(session: Session, batch: list[reading.Kept]) -> dict[UUID, Planned]:
    """The projects that were made public, whatever became of them."""
    wanted = {one.project_id for one in batch if one.project_id}
    rows = session.execute(
        sa.select(
            col(Project.id),
            col(Project.reference),
            col(Project.title),
            col(Project.planned_on),
            col(Project.updated_at),
        ).where(col(Project.id).in_(wanted), col(Project.public).is_(True))
    )
    return {row[0]: Planned(row[1], row[2], row[3], in_utc(row[4])) for row in rows}
