"""Writes records into the tables of contracts, many at once and always whole.

Every way in (import, form, API) ends here, so that the rows, the searched text and the published
document of a contract never disagree. Statements are plain executemany: the mapper costs ten times
more (docs/decisions/0004).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.contracts.models import (
    LONG_AGO,
    Amendment,
    ConcessionYear,
    Contract,
    ContractDocument,
    ContractMark,
    ContractSupplier,
    Origin,
    Subcontract,
    SubcontractChange,
)
from api.kit.bulk import Row, insert_many, this_instant, update_many
from api.kit.columns import now
from api.reference.deadlines import deadline_rules
from api.reference.marks import MARKS, bits
from api.rules import decp
from api.rules.records import ContractRecord, Issue, Party
from api.rules.text import fold

# Facts that a record and the table of contracts share by name, as the database keeps them.
FACTS = (
    "subject", "nature", "cpv", "procedure", "framework_reference", "ccag", "offers_received",
    "advance_granted", "advance_rate", "eu_share", "french_share", "grouping", "place_code",
    "place_kind", "months", "amount", "subsidy", "price_form", "subcontracting_declared",
)  # fmt: skip
DAYS = ("notified_on", "starts_on", "published_on")
LISTS = ("techniques", "execution_modalities", "price_types")

# Counts up when a rule, a label or a deadline changes what stands in a document: those of before
# are then written again (api.contracts.rewriting).
RULES = 2

CHILDREN: tuple[type[SQLModel], ...] = (
    ContractSupplier,
    ContractMark,
    Amendment,
    Subcontract,
    SubcontractChange,
    ConcessionYear,
    ContractDocument,
)

# Engines bound the number of values of one statement.
_DELETED = 500

_CONTRACT = (
    "id", "created_at", "updated_at", "buyer_id", "directorate_id", "kind", "reference", *FACTS,
    *DAYS, *LISTS, "consultation_reference", "lot_number", "listed_on", "origin", "search_text",
    "imported_hash", "marks_told", "marks_yes", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A record with what the tables know beside it."""

    contract_id: UUID
    buyer_id: UUID
    record: ContractRecord
    suppliers: tuple[UUID, ...]
    origin: Origin
    imported_hash: str | None = None


def insert(session: Session, batch: Sequence[Written]) -> None:
    """Add new contracts with all that hangs on them."""
    instant = this_instant(session)
    insert_many(session, "contract", _CONTRACT, (_contract_row(one, instant) for one in batch))
    insert_children(session, batch)


def replace(session: Session, one: Written, imported_hash: str | None) -> None:
    """Write a contract again over its former self, and count one version more."""
    record = one.record
    values = {name: getattr(record, name) for name in (*FACTS, *DAYS)}
    for name in LISTS:
        labels = getattr(record, name)
        values[name] = None if labels is None else list(labels)
    marks_told, marks_yes = bits(record.marks)
    session.execute(
        sa.update(Contract)
        .where(col(Contract.id) == one.contract_id)
        .values(
            **values,
            marks_told=marks_told,
            marks_yes=marks_yes,
            listed_on=record.notified_on or LONG_AGO,
            search_text=search_text(record),
            imported_hash=imported_hash,
            updated_at=now(),
            version=Contract.version + 1,
        )
    )
    _delete_children(session, [one.contract_id])
    insert_children(session, [one])


_REPLACED = (
    *FACTS, *DAYS, *LISTS, "listed_on", "search_text", "marks_told", "marks_yes", "updated_at",
    "version",
)  # fmt: skip


def replace_many(session: Session, batch: Sequence[tuple[Written, int]]) -> None:
    """Write many contracts over their former selves, each with its new version."""
    instant = this_instant(session)
    rows: list[Row] = [
        (
            *_facts(one.record),
            *map(_day, _days(one.record)),
            *map(_labels, _lists(one.record)),
            _day(one.record.notified_on or LONG_AGO),
            search_text(one.record),
            *bits(one.record.marks),
            instant,
            version,
            one.contract_id.hex,
        )
        for one, version in batch
    ]
    update_many(session, "contract", _REPLACED, ("id",), rows)
    for start in range(0, len(batch), _DELETED):
        _delete_children(session, [one.contract_id for one, _ in batch[start : start + _DELETED]])
    insert_children(session, [one for one, _ in batch])


def insert_children(session: Session, batch: Sequence[Written]) -> None:
    """Add what hangs on contracts whose own row is there."""
    rows: dict[type[SQLModel], list[Row]] = {table: [] for table in CHILDREN}
    for one in batch:
        _child_rows(one, rows)
    for table, lines in rows.items():
        if lines:
            insert_many(session, str(table.__tablename__), _column_names(table), lines)


def tell_marks(session: Session, *contracts: sa.ColumnElement[bool]) -> None:
    """Write in bits, in these contracts, the marks that their own rows say: for what is filled
    without a record."""
    bit = sa.case(
        {code: sa.literal(1 << mark.bit, sa.BigInteger) for code, mark in MARKS.items()},
        value=col(ContractMark.code),
    )
    told = (
        sa.select(sa.func.coalesce(sa.cast(sa.func.sum(bit), sa.BigInteger), 0))
        .where(col(ContractMark.contract_id) == col(Contract.id))
        .correlate(Contract)
    )
    yes = told.where(col(ContractMark.value).is_(True))
    session.execute(
        sa.update(Contract)
        .where(*contracts)
        .values(marks_told=told.scalar_subquery(), marks_yes=yes.scalar_subquery())
    )


def search_text(record: ContractRecord) -> str:
    """What a search looks into: number, subject and names of the suppliers, folded."""
    names = " ".join(party.name for party in record.suppliers if party.name)
    return fold(f"{record.reference} {record.subject or ''} {names}")


def document(record: ContractRecord) -> Row:
    """What is kept of a record for publication, by columns of ContractDocument but its key.

    Its DECP object and its digest, or else the rules that hold it back; those of the national
    consolidation that it fails, the last day to publish it, the number of the rules.
    """
    missing = decp.missing_for_publication(record)
    deadline = decp.publication_deadline(record, deadline_rules())
    written = b"" if missing else msgspec.json.encode(decp.write(record))
    return (
        written.decode() or None,
        blake2b(written, digest_size=16).hexdigest() if written else None,
        _reasons(missing),
        _reasons(decp.lasting_drops(record)),
        _day(deadline),
        RULES,
    )


def _reasons(issues: Sequence[Issue]) -> str | None:
    return _json([[one.code, one.field, one.message] for one in issues]) if issues else None


def party_list(party: Party) -> list[str | None]:
    """A party as kept in a JSON column: [type, identifier, name]."""
    return [party.id_type, party.identifier, party.name]


def _delete_children(session: Session, contract_ids: Sequence[UUID]) -> None:
    for table in CHILDREN:
        owner = SQLModel.metadata.tables[str(table.__tablename__)].c.contract_id
        session.execute(sa.delete(table).where(owner.in_(contract_ids)))


def _contract_row(one: Written, instant: object) -> Row:
    record = one.record
    return (
        one.contract_id.hex,
        instant,
        instant,
        one.buyer_id.hex,
        None,
        record.kind.value,
        record.reference,
        *_facts(record),
        *map(_day, _days(record)),
        *map(_labels, _lists(record)),
        None,
        None,
        _day(record.notified_on or LONG_AGO),
        one.origin.value,
        search_text(record),
        one.imported_hash,
        *bits(record.marks),
        1,
    )


_facts, _days, _lists = attrgetter(*FACTS), attrgetter(*DAYS), attrgetter(*LISTS)


def _child_rows(one: Written, rows: dict[type[SQLModel], list[Row]]) -> None:
    key, record = one.contract_id.hex, one.record
    rows[ContractSupplier] += [(key, n, supplier.hex) for n, supplier in enumerate(one.suppliers)]
    rows[ContractMark] += [(key, code, value) for code, value in record.marks.items()]
    for n, a in enumerate(record.amendments):
        parties = None if a.suppliers is None else _json([party_list(p) for p in a.suppliers])
        rows[Amendment].append(
            (key, n, a.number, _day(a.notified_on), _day(a.published_on), a.months, a.amount,
             parties, a.purpose)
        )  # fmt: skip
    for n, s in enumerate(record.subcontracts):
        party = None if s.subcontractor is None else _json(party_list(s.subcontractor))
        rows[Subcontract].append(
            (key, n, s.number, party, s.months, _day(s.notified_on), _day(s.published_on),
             s.amount, s.price_variation)
        )  # fmt: skip
    rows[SubcontractChange] += [
        (key, n, c.number, _day(c.notified_on), _day(c.published_on), c.months, c.amount)
        for n, c in enumerate(record.subcontract_changes)
    ]
    rows[ConcessionYear] += [
        (key, n, _day(y.published_on), y.investment,
         _json([[tariff.title, tariff.amount] for tariff in y.tariffs]))
        for n, y in enumerate(record.concession_years)
    ]  # fmt: skip
    rows[ContractDocument].append((key, *document(record)))


def _column_names(table: type[SQLModel]) -> tuple[str, ...]:
    return tuple(column.name for column in SQLModel.metadata.tables[str(table.__tablename__)].c)


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


@lru_cache(maxsize=1024)
def _labels(labels: tuple[str, ...] | None) -> str | None:
    return None if labels is None else _json(labels)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
