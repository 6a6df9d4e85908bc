"""Reads contracts back as neutral records: nine statements for a batch of five hundred."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation
from api.contracts.models import (
    Amendment,
    ConcessionYear,
    Contract,
    ContractMark,
    ContractSupplier,
    Subcontract,
    SubcontractChange,
)
from api.contracts.writing import DAYS, FACTS, LISTS
from api.kit.bulk import find_many, read_id
from api.rules.records import (
    AmendmentRecord,
    ConcessionYearRecord,
    ContractRecord,
    Party,
    SubcontractChangeRecord,
    SubcontractRecord,
    Tariff,
)
from api.suppliers.models import Supplier

BATCH = 500

# Facts that the register keeps beside the record of a contract.
BESIDE = (
    "directorate_id", "consultation_reference", "lot_number", "purchase_family", "project_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A contract as kept: its record, and what the register knows beside it."""

    id: UUID
    buyer_id: UUID
    directorate_id: UUID | None
    consultation_reference: str | None
    lot_number: int | None
    purchase_family: str | None
    project_id: UUID | None
    origin: str
    imported_hash: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    record: ContractRecord
    external_id: str | None = None
    # The sheets of its companies, in the order of the record's.
    holders: tuple[UUID, ...] = ()


def by_id(session: Session, contract_id: UUID, *, lock: bool = False) -> Kept | None:
    """One contract, None when there is none; ``lock`` keeps others from changing it meanwhile."""
    if lock:
        statement = sa.select(col(Contract.id)).where(col(Contract.id) == contract_id)
        # Not against who only points at it: spending finds its contract under a lock of its own.
        session.execute(statement.with_for_update(key_share=True))
    return next(iter(by_ids(session, [contract_id])), None)


def by_ids(session: Session, contract_ids: Sequence[UUID]) -> list[Kept]:
    """The contracts with these ids, in no order."""
    statement = (
        sa.select(*Contract.__table__.c, col(Organisation.siret))  # type: ignore[attr-defined]  # every table has one
        .join(Organisation, col(Organisation.id) == col(Contract.buyer_id))
        .where(col(Contract.id).in_(contract_ids))
    )
    rows = session.execute(statement).mappings().all()
    children = _children(session, [row["id"] for row in rows])
    said = _sole_traders(session, children)
    return [_kept(row, children, said) for row in rows]


def stream(session: Session, condition: sa.ColumnElement[bool]) -> Iterator[Kept]:
    """Every contract that meets ``condition``, in batches, in constant memory."""
    ids = session.scalars(
        sa.select(col(Contract.id)).where(condition).order_by(col(Contract.id))
    ).yield_per(BATCH)
    while batch := list(islice(ids, BATCH)):
        found = {kept.id: kept for kept in by_ids(session, batch)}
        yield from (found[one] for one in batch)


Children = dict[str, dict[UUID, list[Any]]]
# (type, identifier) of a company -> whether it is a sole trader, where that is said.
SoleTraders = dict[tuple[str | None, str | None], bool | None]


def _children(session: Session, ids: Sequence[UUID]) -> Children:
    suppliers = (
        sa.select(
            col(ContractSupplier.contract_id),
            col(Supplier.id_type),
            col(Supplier.identifier),
            col(Supplier.name),
            col(Supplier.sole_trader),
            col(Supplier.id),
        )
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        .where(col(ContractSupplier.contract_id).in_(ids))
        .order_by(col(ContractSupplier.contract_id), col(ContractSupplier.position))
    )
    found: Children = {"suppliers": _grouped(session.execute(suppliers))}
    for name, table, order in _PARTS:
        columns = SQLModel.metadata.tables[str(table.__tablename__)].c
        statement = (
            sa.select(*columns)
            .where(columns.contract_id.in_(ids))
            .order_by(columns.contract_id, columns[order])
        )
        found[name] = _grouped(session.execute(statement))
    return found


def _sole_traders(session: Session, children: Children) -> SoleTraders:
    """What is said of the companies that amendments and acts of subcontracting name."""
    named = {
        party[1]
        for name, column in (("amendments", "suppliers"), ("subcontracts", "subcontractor"))
        for rows in children[name].values()
        for row in rows
        for party in _parties(getattr(row, column))
        if party[1]
    }
    if not named:
        return {}
    said = sa.select(
        col(Supplier.id_type), col(Supplier.identifier), col(Supplier.sole_trader)
    ).where(col(Supplier.identifier).in_(named), col(Supplier.sole_trader).is_not(None))
    return {(row[0], row[1]): row[2] for row in session.execute(said)}


def _parties(value: list[Any] | None) -> list[Any]:
    """The parties of a JSON column: a list of them, or one."""
    if not value:
        return []
    return value if isinstance(value[0], list) else [value]


_PARTS: tuple[tuple[str, type[SQLModel], str], ...] = (
    ("marks", ContractMark, "code"),
    ("amendments", Amendment, "position"),
    ("subcontracts", Subcontract, "position"),
    ("subcontract_changes", SubcontractChange, "position"),
    ("concession_years", ConcessionYear, "position"),
)


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    groups: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups


def _kept(row: Any, children: Children, said: SoleTraders) -> Kept:
    key = row["id"]
    holders = children["suppliers"].get(key, ())
    facts: dict[str, Any] = {name: row[name] for name in (*FACTS, *DAYS)}
    facts |= {name: None if row[name] is None else tuple(row[name]) for name in LISTS}
    record = ContractRecord(
        kind=row["kind"],
        reference=row["reference"],
        buyer_siret=row["siret"] or "",
        suppliers=tuple(Party(*r[1:5]) for r in holders),
        marks={r[1]: r[2] for r in children["marks"].get(key, ())},
        amendments=tuple(_amendment(r, said) for r in children["amendments"].get(key, ())),
        subcontracts=tuple(_subcontract(r, said) for r in children["subcontracts"].get(key, ())),
        subcontract_changes=tuple(
            SubcontractChangeRecord(*r[2:]) for r in children["subcontract_changes"].get(key, ())
        ),
        concession_years=tuple(_year(r) for r in children["concession_years"].get(key, ())),
        **facts,
    )
    return Kept(
        key,
        row["buyer_id"],
        row["directorate_id"],
        row["consultation_reference"],
        row["lot_number"],
        row["purchase_family"],
        row["project_id"],
        row["origin"],
        row["imported_hash"],
        row["version"],
        row["created_at"],
        row["updated_at"],
        record,
        row["external_id"],
        tuple(r[5] for r in holders),
    )


def _party(value: Sequence[str | None], said: SoleTraders) -> Party:
    return Party(value[0], value[1], value[2], said.get((value[0], value[1])))


def _amendment(row: Any, said: SoleTraders) -> AmendmentRecord:
    parties = None if row.suppliers is None else tuple(_party(one, said) for one in row.suppliers)
    return AmendmentRecord(
        row.number,
        row.notified_on,
        row.published_on,
        row.months,
        row.amount,
        parties,
        row.purpose,
    )


def _subcontract(row: Any, said: SoleTraders) -> SubcontractRecord:
    return SubcontractRecord(
        row.number,
        None if row.subcontractor is None else _party(row.subcontractor, said),
        row.months,
        row.notified_on,
        row.published_on,
        row.amount,
        row.price_variation,
    )


def _year(row: Any) -> ConcessionYearRecord:
    tariffs = tuple(Tariff(title, amount) for title, amount in row.tariffs)
    return ConcessionYearRecord(row.published_on, row.investment, tariffs)


def ids_by_reference(
    session: Session, references: Sequence[tuple[UUID, str]]
) -> dict[tuple[UUID, str], tuple[UUID, str | None]]:
    """Of these (buyer, reference), those in the register: -> (id, hash of the record imported)."""
    keys = ("buyer_id", "reference")
    found = find_many(session, "contract", (*keys, "id", "imported_hash"), keys, references)
    return {
        (read_id(buyer_id), reference): (read_id(key), known)
        for buyer_id, reference, key, known in found
    }
