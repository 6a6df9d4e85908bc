"""The companies of a buyer of whom nothing says whether they are inclusive structures."""

import re
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission
from api.access.service import own
from api.contracts.models import Contract, ContractSupplier
from api.kit.columns import to_euros
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.reserved.company_schemas import CompanyFilter, UnqualifiedCompany
from api.rules.naming import known_name
from api.rules.records import Party
from api.spending.models import Spending
from api.structures.models import Structure
from api.suppliers import naming
from api.suppliers.models import Supplier

# A number of contracts in a cursor: a longer one is of no cursor of ours.
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


def find(session: Session, actor: Actor, filters: CompanyFilter) -> Page[UnqualifiedCompany]:
    """The holders and payees of a buyer of whom nobody said the kind; most contracts first.

    Only companies known by a SIRET: the register of structures holds no other. Raises NotFound,
    Forbidden, Invalid on a foreign cursor.
    """
    buyer = own(session, actor, filters.buyer, Permission.CONTRACTS_READ)
    met = _met(buyer.id)
    statement = (
        sa.select(
            met.c.siret,
            _name(met).label("name"),
            col(Supplier.sole_trader),
            met.c.contracts,
            met.c.paid,
            sa.func.coalesce(col(Structure.ess), col(Supplier.ess)).label("ess"),
            sa.func.coalesce(col(Structure.esus), col(Supplier.esus)).label("esus"),
            sa.func.coalesce(col(Supplier.departement), col(Structure.departement)).label("place"),
        )
        .join(Structure, col(Structure.siret) == met.c.siret, isouter=True)
        .join(Supplier, _sheet(met.c.siret), isouter=True)
        .where(col(Structure.kind).is_(None))
        .where(sa.func.coalesce(sa.func.trim(col(Supplier.kind)), "") == "")
    )
    after = decode_cursor(filters.cursor, 2)
    if after is not None:
        contracts, siret = _place(after)
        further = sa.and_(met.c.contracts == contracts, met.c.siret > siret)
        statement = statement.where(sa.or_(met.c.contracts < contracts, further))
    ordered = statement.order_by(met.c.contracts.desc(), met.c.siret)
    rows = session.execute(ordered.limit(filters.limit + 1)).all()
    last = rows[filters.limit - 1] if len(rows) > filters.limit else None
    return Page[UnqualifiedCompany](
        items=[_shown(row) for row in rows[: filters.limit]],
        next=None if last is None else encode_cursor(str(last.contracts), last.siret),
    )


def _name(met: sa.Subquery) -> sa.ColumnElement[str | None]:
    """The name of a company that the register doesn't say to be a person: still to be read."""
    name = sa.func.coalesce(col(Supplier.name), col(Structure.name), met.c.name)
    return sa.case((naming.is_person().is_not(sa.true()), name))


def _sheet(siret: Any) -> Any:
    """The sheet of a company, by its SIRET."""
    return sa.and_(col(Supplier.id_type) == "SIRET", col(Supplier.identifier) == siret)


def _met(buyer_id: UUID) -> sa.Subquery:
    """The SIRET of who holds a contract of the buyer or was paid by it: how many, how much."""
    held: Any = (
        sa.select(
            col(Supplier.identifier).label("siret"),
            sa.cast(sa.null(), sa.String).label("name"),
            sa.literal(1).label("contracts"),
            sa.cast(sa.null(), sa.BigInteger).label("paid"),
        )
        .join(ContractSupplier, col(ContractSupplier.supplier_id) == col(Supplier.id))
        .join(Contract, col(Contract.id) == col(ContractSupplier.contract_id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Supplier.id_type) == "SIRET",
            # An import keeps what a file says: the register takes nothing but fourteen digits.
            col(Supplier.identifier).regexp_match("^[0-9]{14}$"),
        )
    )
    paid = sa.select(
        col(Spending.payee_siret), col(Spending.payee_name), sa.literal(0), col(Spending.amount)
    ).where(col(Spending.buyer_id) == buyer_id, col(Spending.payee_siret).is_not(None))
    every = sa.union_all(held, paid).subquery("every")
    return (
        sa.select(
            every.c.siret,
            sa.func.max(every.c.name).label("name"),
            sa.cast(sa.func.sum(every.c.contracts), sa.Integer).label("contracts"),
            # PostgreSQL sums BIGINT as a decimal.
            sa.cast(sa.func.sum(every.c.paid), sa.BigInteger).label("paid"),
        )
        .group_by(every.c.siret)
        .subquery("met")
    )


def _shown(row: Any) -> UnqualifiedCompany:
    return UnqualifiedCompany(
        siret=row.siret,
        name=known_name(Party("SIRET", row.siret, row.name, row.sole_trader)),
        contracts=row.contracts,
        paid=None if row.paid is None else to_euros(row.paid),
        ess=row.ess,
        esus=row.esus,
        departement=row.place,
    )


def _place(after: list[str | None]) -> tuple[int, str]:
    contracts, siret = (part or "" for part in after)
    if not _COUNT.fullmatch(contracts):
        raise bad_cursor()
    return int(contracts), siret
