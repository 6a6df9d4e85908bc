"""The bytes of the open-data files, made as they are sent, in constant memory."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.actions.models import ActionState, Event, Measure, Milestone
from api.closings.models import Closing
from api.consultations.models import Consultation
from api.contracts import reading
from api.contracts.models import Contract, ContractDocument
from api.contracts.publicity import is_public
from api.contracts.writing import RULES
from api.evaluations.models import Evaluation
from api.indicators.freezing_reading import PARIS
from api.indicators.models import FrozenFigures
from api.indicators.schemas import FrozenMark, ResultRead, SchemeResults
from api.indicators.service import of_organisations, years_of
from api.insertion.clauses.models import Clause
from api.insertion.figures.models import PublishedInsertion
from api.insertion.statements.models import Statement
from api.kit.days import today
from api.programme.models import Project
from api.publication import settings
from api.publication.service import notified_in
from api.reserved.models import Reservation, Sourcing
from api.rules.decp import table, xml_writing
from api.rules.records import Kind
from api.schemes import service as schemes
from api.spending.models import Spending
from api.suppliers.models import Supplier

BATCH = 1000
_DECP_KEYS = {Kind.CONTRACT: b"marche", Kind.CONCESSION: b"contrat-concession"}
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_FIGURES = (
    "scheme", "indicator", "label", "year", "aggregate", "way", "value", "unit", "numerator",
    "denominator", "unknown", "low", "high", "share", "completeness", "firm", "target",
    "target_unit", "target_year", "reason", "definition", "as_of", "software_version", "part",
    "frozen_version", "frozen_on",
)  # fmt: skip


def version(session: Session, buyer_id: UUID) -> str:
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
    return sha256(f"{state} {api.__version__} {RULES}".encode()).hexdigest()[:32]


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
    session: Session, buyer: Organisation, kind: Kind, year: int | None = None
) -> Iterator[bytes]:
    """The DECP 2022 file (schema 2.0.3) of the public and complete contracts of a kind; of those
    notified in ``year`` alone, when one is given."""
    yield b'{"marches":{"' + _DECP_KEYS[kind] + b'":['
    separator = b""
    for batch in _documents(session, buyer, kind, year):
        yield separator + ",".join(batch).encode()
        separator = b","
    yield b"]}}"


def decp_xml(session: Session, buyer: Organisation, year: int | None = None) -> Iterator[bytes]:
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


def contracts_csv(session: Session, buyer: Organisation) -> Iterator[bytes]:
    """The public contracts, complete or not, under decp.info's column names (RFC 4180, UTF-8)."""
    yield _csv([table.COLUMNS])
    lines: list[tuple[str, ...]] = []
    for kept in reading.stream(session, sa.and_(col(Contract.buyer_id) == buyer.id, is_public())):
        lines.extend(table.lines(kept.record, buyer.name))
        if len(lines) >= BATCH:
            yield _csv(lines)
            lines = []
    yield _csv(lines)


def figures(session: Session, buyer: Organisation) -> list[dict[str, Any]]:
    """The figures of the buyer's schemes for each civil year that has ended, as flat objects.

    A running year moves every day: it is not published. A closed one is published as its closing
    kept it, see api.indicators.serving.
    """
    years = [year for year in years_of(session, [buyer.id]) if year < today().year]
    return [
        line
        for scheme in schemes.adopted_by(session, buyer.id)
        for year in years
        for line in _lines(of_organisations(session, scheme, [buyer], year))
    ]


def figures_json(session: Session, buyer: Organisation) -> Iterator[bytes]:
    """The figures as one JSON object, with who publishes them and under which licence."""
    yield msgspec.json.encode(
        {
            "organisation": {"siret": buyer.siret, "name": buyer.name},
            "fictitious": buyer.fictitious,
            "licence": settings.licence_of(session, buyer.id),
            "indicators": figures(session, buyer),
        }
    )


def figures_csv(session: Session, buyer: Organisation) -> Iterator[bytes]:
    """The figures as CSV (RFC 4180, UTF-8), each followed by its parts; unknown is empty."""
    yield _csv([_FIGURES])
    yield _csv(
        [
            tuple(_cell(line.get(name)) for name in _FIGURES)
            for whole in figures(session, buyer)
            for line in (whole, *_of_parts(whole))
        ]
    )


def _cell(value: str | int | bool | date | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _of_parts(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A line for each part of a figure, of what the figure itself tells: a number, or what it
    became when the figure compares."""
    told = (
        "scheme", "indicator", "label", "year", "aggregate", "way", "unit", "definition", "as_of",
        "software_version", "frozen_version", "frozen_on",
    )  # fmt: skip
    for one in whole["parts"]:
        yield {
            **{name: whole[name] for name in told},
            "value": one["change"] if whole["compared"] else one["value"],
            "numerator": one["numerator"],
            "denominator": one["base"],
            "share": one["share"],
            "part": one["label"],
        }


def _lines(results: SchemeResults) -> Iterator[dict[str, Any]]:
    for one in results.results:
        yield {
            "scheme": results.scheme,
            "indicator": one.code,
            "label": one.label,
            "year": results.year,
            "aggregate": one.aggregate,
            "way": one.way.value,
            "value": one.value,
            "unit": one.unit,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "unknown": one.unknown,
            "low": one.low,
            "high": one.high,
            "share": one.share,
            "completeness": one.completeness,
            # A value of few known answers is not to be told without its interval.
            "firm": one.firm,
            "target": one.target.value if one.target else None,
            "target_unit": one.target.unit if one.target else None,
            "target_year": one.target.year if one.target else None,
            "reason": one.reason,
            # What was counted, and until when: the instant of the computation would make each
            # writing another file.
            "definition": one.definition_number,
            "as_of": one.as_of,
            "software_version": one.software_version,
            "compared": one.compared,
            "parts": [part.model_dump() for part in one.parts],
            **_closing(one, results.frozen),
        }


def _closing(one: ResultRead, frozen: FrozenMark | None) -> dict[str, Any]:
    """Which version of a closed year a figure is of; nothing when it was computed today."""
    kept = frozen if one.kept is not None else None
    return {
        "frozen_version": None if kept is None else kept.number,
        "frozen_on": None if kept is None else kept.closed_at.astimezone(PARIS).date(),
    }


def _csv(lines: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()
