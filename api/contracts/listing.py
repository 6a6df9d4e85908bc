"""The register as a list: one statement by page, by keyset, rows encoded straight to JSON.

This is the busiest read of the service; its statement is built from the filters by Core and the
answer never passes through the models (docs/decisions/0004, figures in `make bench`).
"""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, visible
from api.contracts.conversion import cents
from api.contracts.models import Contract, ContractDocument, ContractMark, ContractSupplier
from api.contracts.schemas import ContractFilter, MarkState
from api.kit.columns import euros_text
from api.kit.pages import bad_cursor, decode_cursor, encode_cursor
from api.rules.text import fold
from api.suppliers.models import Supplier

_SUPPLIERS = (
    sa.select(sa.func.aggregate_strings(col(Supplier.name), " ; "))
    .select_from(ContractSupplier)
    .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
    .where(col(ContractSupplier.contract_id) == col(Contract.id))
    .correlate(Contract)
    .scalar_subquery()
)

_ITEMS = (
    sa.select(
        col(Contract.id),
        col(Organisation.siret),
        col(Organisation.name),
        col(Contract.kind),
        col(Contract.reference),
        col(Contract.subject),
        col(Contract.nature),
        col(Contract.procedure),
        col(Contract.cpv),
        col(Contract.amount),
        col(Contract.notified_on),
        col(Contract.months),
        _SUPPLIERS,
        col(ContractDocument.decp).is_not(None),
        col(Contract.version),
        col(Contract.listed_on),
    )
    .select_from(Contract)
    .join(Organisation, col(Organisation.id) == col(Contract.buyer_id))
    .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
)


def page(session: Session, actor: Actor, filters: ContractFilter) -> bytes:
    """One page of the contracts the actor may see, as the JSON of Page[ContractItem].

    Observed buyers are public data: they are listed when asked for by SIRET.
    Raises Invalid on a foreign cursor.
    """
    statement = _ITEMS.where(_reach(actor, filters), *conditions(filters))
    after = decode_cursor(filters.cursor, 2)
    if after is not None:
        statement = statement.where(_beyond(after))
    rows = session.execute(
        statement.order_by(col(Contract.listed_on).desc(), col(Contract.id).desc()).limit(
            filters.limit + 1
        )
    ).all()
    following = None
    if len(rows) > filters.limit:
        rows = rows[: filters.limit]
        following = encode_cursor(rows[-1][15].isoformat(), rows[-1][0].hex)
    return msgspec.json.encode({"items": [_item(row) for row in rows], "next": following})


def _reach(actor: Actor, filters: ContractFilter) -> sa.ColumnElement[bool]:
    own = col(Contract.buyer_id).in_(visible(actor, Permission.CONTRACTS_READ))
    if filters.buyer is None:
        return own
    named = sa.select(col(Organisation.id)).where(
        col(Organisation.siret) == filters.buyer,
        sa.or_(
            col(Organisation.id).in_(visible(actor, Permission.CONTRACTS_READ)),
            col(Organisation.observed),
        ),
    )
    return col(Contract.buyer_id) == named.scalar_subquery()


def _beyond(after: list[str | None]) -> sa.ColumnElement[bool]:
    try:
        day, key = date.fromisoformat(after[0] or ""), UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    last = sa.tuple_(
        sa.bindparam("after_day", day, sa.Date), sa.bindparam("after_id", key, sa.Uuid)
    )
    return sa.tuple_(col(Contract.listed_on), col(Contract.id)) < last


def conditions(filters: ContractFilter) -> list[sa.ColumnElement[bool]]:
    """The filters as conditions on contracts."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.q:
        found += [
            col(Contract.search_text).contains(word, autoescape=True)
            for word in fold(filters.q).split()
        ]
    if filters.year is not None:
        first, last = date(filters.year, 1, 1), date(filters.year, 12, 31)
        found.append(col(Contract.listed_on).between(first, last))
    for name in ("kind", "nature", "procedure"):
        wanted = getattr(filters, name)
        if wanted is not None:
            found.append(Contract.__table__.c[name] == wanted)  # type: ignore[attr-defined]  # every table has one
    if filters.amount_min is not None:
        found.append(col(Contract.amount) >= cents(filters.amount_min))
    if filters.amount_max is not None:
        found.append(col(Contract.amount) <= cents(filters.amount_max))
    if filters.publishable is not None:
        complete = col(ContractDocument.decp).is_not(None)
        found.append(complete if filters.publishable else ~complete)
    if filters.mark is not None:
        found.append(_marked(filters.mark, filters.mark_state))
    return found


def _marked(code: str, state: MarkState) -> sa.ColumnElement[bool]:
    said = sa.select(col(ContractMark.contract_id)).where(
        col(ContractMark.contract_id) == col(Contract.id), col(ContractMark.code) == code
    )
    if state is MarkState.UNKNOWN:
        return ~said.exists()
    return said.where(col(ContractMark.value).is_(state is MarkState.YES)).exists()


def _item(row: Any) -> dict[str, Any]:
    return {
        "id": str(row[0]),
        "buyer_siret": row[1],
        "buyer_name": row[2],
        "kind": row[3],
        "reference": row[4],
        "subject": row[5],
        "nature": row[6],
        "procedure": row[7],
        "cpv": row[8],
        "amount": None if row[9] is None else euros_text(row[9]),
        "notified_on": None if row[10] is None else row[10].isoformat(),
        "months": row[11],
        "suppliers": row[12],
        "publishable": bool(row[13]),
        "version": row[14],
    }
