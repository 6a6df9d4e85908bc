"""The register of companies: searched, and each fact told with who says it and since when.

Of the ESS, ESUS and inclusive structures, the register of structures speaks first
(docs/decisions/0020): it is read here as the source it is.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.permissions import Actor, Permission, require_anywhere, visible
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.structures import belonging
from api.structures.models import Structure
from api.suppliers import naming, sources
from api.suppliers.models import SaidFact, Supplier
from api.suppliers.register_schemas import (
    SOURCES,
    Category,
    CompanyRead,
    CompanySaid,
    SupplierFilter,
)

_OF_STRUCTURES = (SaidFact.KIND, SaidFact.ESS, SaidFact.ESUS)


def find(session: Session, actor: Actor, filters: SupplierFilter) -> Page[CompanyRead]:
    """The companies that hold a contract the actor reads, by name then identifier.

    Raises Forbidden to who reads no contract, Invalid on a foreign cursor.
    """
    require_anywhere(actor, Permission.CONTRACTS_READ)
    name = sa.func.coalesce(naming.known_name(), "")
    statement = _companies().where(_seen_by(actor), *_narrowed(filters))
    after = decode_cursor(filters.cursor, 2)
    if after is not None:
        further = sa.and_(name == (after[0] or ""), col(Supplier.id) > _uuid(after[1]))
        statement = statement.where(sa.or_(name > (after[0] or ""), further))
    ordered = statement.order_by(name, col(Supplier.id)).limit(filters.limit + 1)
    rows = session.execute(ordered).all()
    page = rows[: filters.limit]
    last = page[-1] if len(rows) > filters.limit else None
    return Page[CompanyRead](
        items=_shown(session, page),
        next=None if last is None else encode_cursor(last.name or "", last.Supplier.id.hex),
    )


def read(session: Session, actor: Actor, supplier_id: UUID) -> CompanyRead:
    """A company, with all that each source says of it.

    Raises Forbidden to who reads no contract, NotFound.
    """
    require_anywhere(actor, Permission.CONTRACTS_READ)
    mine = _companies().where(col(Supplier.id) == supplier_id, _seen_by(actor))
    row = session.execute(mine).first()
    if row is None:
        raise NotFound
    return _shown(session, [row])[0]


def _seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The companies that hold a contract the actor reads: those of their organisations, and of the
    observed buyers. Who else a buyer deals with is not everybody's."""
    tables = SQLModel.metadata.tables
    holder, contract, buyer = (
        tables[one] for one in ("contract_supplier", "contract", "organisation")
    )
    held = holder.join(contract, contract.c.id == holder.c.contract_id)
    held = held.join(buyer, buyer.c.id == contract.c.buyer_id)
    read = sa.or_(buyer.c.id.in_(visible(actor, Permission.CONTRACTS_READ)), buyer.c.observed)
    return col(Supplier.id).in_(sa.select(holder.c.supplier_id).select_from(held).where(read))


def _companies() -> sa.Select[Any]:
    found: Any = sa.select(
        Supplier,
        Structure,
        belonging.kind().label("kind"),
        belonging.ess().label("ess"),
        belonging.esus().label("esus"),
        naming.known_name().label("name"),
        naming.is_person().label("is_person"),
    )
    joined: sa.Select[Any] = found.join(Structure, belonging.of_company(), isouter=True)
    return joined


def _shown(session: Session, rows: Any) -> list[CompanyRead]:
    said: defaultdict[UUID, list[CompanySaid]] = defaultdict(list)
    for row in rows:
        if row.Structure is not None:
            said[row.Supplier.id] += _of_structure(row.Structure)
    for one in sources.read(session, [row.Supplier.id for row in rows]):
        told = CompanySaid(
            fact=one.fact, value=one.value, source=SOURCES[one.source], as_of=one.as_of
        )
        said[one.supplier_id].append(told)
    return [
        CompanyRead(
            id=row.Supplier.id,
            id_type=row.Supplier.id_type,
            identifier=row.Supplier.identifier,
            name=row.name,
            size=row.Supplier.size,
            departement=row.Supplier.departement,
            kind=row.kind,
            ess=row.ess,
            esus=row.esus,
            sole_trader=row.Supplier.sole_trader,
            unnamed=bool(row.is_person),
            said=said[row.Supplier.id],
        )
        for row in rows
    ]


def _of_structure(structure: Structure) -> list[CompanySaid]:
    source = f"Registre des structures : {structure.source}"
    return [
        CompanySaid(fact=fact, value=sources.as_text(value), source=source, as_of=structure.as_of)
        for fact in _OF_STRUCTURES
        if (value := getattr(structure, fact.value)) is not None
    ]


def _narrowed(filters: SupplierFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        column == value
        for column, value in (
            (col(Supplier.size), filters.size),
            (col(Supplier.departement), filters.departement),
        )
        if value is not None
    ]
    if filters.category in (Category.ESS, Category.ESUS):
        flag = belonging.ess() if filters.category is Category.ESS else belonging.esus()
        conditions.append(flag.is_(sa.true()))
    elif filters.category is not None:
        conditions.append(belonging.kind() == filters.category.value)
    for word in (filters.q or "").split():
        conditions.append(
            sa.or_(
                # Not by a name that is not given: another buyer may have written it.
                naming.known_name().icontains(word, autoescape=True),
                col(Supplier.identifier).startswith(word, autoescape=True),
            )
        )
    return conditions


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
