"""The bytes of the open-data files, made as they are sent, in constant memory."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.actions.models import ActionState, Event, Measure, Milestone
from api.closings.models import Closing
from api.consultations.models import Consultation
from api.contracts import reading
from api.contracts.models import Contract, ContractDocument, Origin
from api.contracts.publicity import is_public
from api.contracts.writing import RULES
from api.evaluations.models import Evaluation
from api.indicators.models import FrozenFigures
from api.insertion.clauses.models import Clause
from api.insertion.figures.models import PublishedInsertion
from api.insertion.statements.models import Statement
from api.kit.days import today
from api.programme.models import Project
from api.publication import settings
from api.publication.service import notified_in
from api.publication.site import Site
from api.reserved.models import Reservation, Sourcing
from api.rules import naming
from api.rules.decp import table, xml_writing
from api.rules.records import ContractRecord, Kind
from api.schemes import service as schemes
from api.spending.models import Spending
from api.suppliers.models import Supplier

BATCH = 1000
_DECP_KEYS = {Kind.CONTRACT: b"marche", Kind.CONCESSION: b"contrat-concession"}
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def version(session: Session, buyer_id: UUID, _site: Site) -> str:
    """A text that changes when any published byte of a buyer may: the ETag of its files."""
    contracts = session.execute(
        sa.select(sa.func.count(), sa.func.max(Contract.updated_at)).where(
            col(Contract.buyer_id) == buyer_id
        )
    ).one()
    companies = session.scalar(sa.select(sa.func.max(Supplier.updated_at)))
    adopted = [(scheme.code, scheme.updated_at) for scheme in schemes.adopted_by(session, buyer_id)]
    name = session.scalars(
        sa.select(col(Organisation.name)).where(col(Organisation.id) == buyer_id)
    ).one()
    kept = session.execute(_kept(), {"buyer_id": buyer_id}).one()
    licence = settings.licence_of(session, buyer_id)
    state = f"{buyer_id} {name} {licence} {contracts} {companies} {adopted} {kept} {today()}"
    return sha256(f"{state} {api.__version__} {RULES} {naming.RULE}".encode()).hexdigest()[:32]


# The other registers that figures are made of, by the column of their owner.
_REGISTERS = {
    "organisation_id": (Measure, Milestone, Event, ActionState, Closing, FrozenFigures),
    "buyer_id": (
        Consultation, Project, Evaluation, Sourcing, Reservation, Spending, Clause, Statement,
        PublishedInsertion,
    ),
}  # fmt: skip


@cache
def _kept() -> sa.Select[Any]:
    """How many rows each register holds of a buyer, and when the last one changed."""
    buyer = sa.bindparam("buyer_id", type_=sa.Uuid())
    return sa.select(
        *(
            sa.select(what).where(getattr(table, owner) == buyer).scalar_subquery()
            for owner, tables in _REGISTERS.items()
            for table in tables
            for what in (sa.func.count(col(table.id)), sa.func.max(col(table.updated_at)))
        )
    )


def decp(
    session: Session, buyer: Organisation, _site: Site, kind: Kind, year: int | None = None
) -> Iterator[bytes]:
    """The DECP 2022 file (schema 2.0.3) of the public and complete contracts of a kind; of those
    notified in ``year`` alone, when one is given."""
    yield b'{"marches":{"' + _DECP_KEYS[kind] + b'":['
    separator = b""
    for batch in _documents(session, buyer, kind, year):
        yield separator + ",".join(batch).encode()
        separator = b","
    yield b"]}}"


def decp_xml(
    session: Session, buyer: Organisation, _site: Site, year: int | None = None
) -> Iterator[bytes]:
    """The same contracts for the XSD 2.0.2, in one file: contracts, then concessions.

    They are made of their JSON, so that both formats tell the same.
    """
    yield xml_writing.OPENING
    for kind in _DECP_KEYS:
        for batch in _documents(session, buyer, kind, year):
            yield b"".join([xml_writing.element(kind, _OBJECT.decode(text)) for text in batch])
    yield xml_writing.CLOSING


def _documents(
    session: Session, buyer: Organisation, kind: Kind, year: int | None
) -> Iterator[list[str]]:
    """The JSON of the public and complete contracts of a kind, always in the same order."""
    documents = session.execute(
        sa.select(col(ContractDocument.decp))
        .join(Contract, col(Contract.id) == col(ContractDocument.contract_id))
        .where(
            col(Contract.buyer_id) == buyer.id,
            col(Contract.kind) == kind,
            col(ContractDocument.decp).is_not(None),
            is_public(),
            sa.true() if year is None else notified_in(year),
        )
        .order_by(col(ContractDocument.contract_id))
        .execution_options(yield_per=BATCH)
    )
    for batch in documents.partitions(BATCH):
        yield [row[0] for row in batch]


def contracts_csv(session: Session, buyer: Organisation, _site: Site) -> Iterator[bytes]:
    """The public contracts, complete or not, under decp.info's column names (RFC 4180, UTF-8)."""
    day = today()
    yield csv_bytes([table.COLUMNS])
    lines: list[tuple[str, ...]] = []
    for kept in reading.stream(session, sa.and_(col(Contract.buyer_id) == buyer.id, is_public())):
        lines.extend(table.lines(publicised(kept, day), buyer.name))
        if len(lines) >= BATCH:
            yield csv_bytes(lines)
            lines = []
    yield csv_bytes(lines)


def publicised(kept: reading.Kept, day: date) -> ContractRecord:
    """The record of a public contract, with the amendments that are public on this day, and the
    names of companies that are surely no person's (api.rules.naming).

    As for the contract itself (docs/decisions/0009): those whose day of publication has come, and
    those that come from a published file without one.
    """
    told = tuple(
        one
        for one in kept.record.amendments
        if (one.published_on <= day if one.published_on else kept.origin == Origin.IMPORT)
    )
    return naming.discreet(replace(kept.record, amendments=told))


def csv_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    """Lines of a table (RFC 4180, UTF-8)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()
