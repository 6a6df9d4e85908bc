"""The register of reserved contracts as a list: one statement by page, by keyset."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, visible
from api.contracts.models import Contract, ContractSupplier
from api.kit.columns import to_euros, to_share
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.reserved.bases import BASES
from api.reserved.models import Reservation
from api.reserved.schemas import ReservationFilter, ReservationItem
from api.rules.text import fold
from api.suppliers import naming
from api.suppliers.models import Supplier

HOLDERS = (
    sa.select(sa.func.aggregate_strings(naming.known_name(), " ; "))
    .join(ContractSupplier, col(ContractSupplier.supplier_id) == col(Supplier.id))
    .where(col(ContractSupplier.contract_id) == col(Contract.id))
    .correlate(Contract)
    .scalar_subquery()
)

ITEMS = (
    sa.select(
        Reservation,
        col(Organisation.siret),
        col(Organisation.name),
        col(Contract.reference),
        col(Contract.subject),
        col(Contract.amount),
        col(Contract.notified_on),
        HOLDERS.label("holders"),
    )
    .join(Contract, col(Contract.id) == col(Reservation.contract_id))
    .join(Organisation, col(Organisation.id) == col(Reservation.buyer_id))
)


def page(session: Session, actor: Actor, filters: ReservationFilter) -> Page[ReservationItem]:
    """The reservations of the actor's buyers, the latest decided first.

    Raises Invalid on a foreign cursor.
    """
    own = visible(actor, Permission.CONTRACTS_READ)
    statement = ITEMS.where(col(Reservation.buyer_id).in_(own), *_narrowed(filters))
    key = (col(Reservation.decided_on), col(Reservation.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[ReservationItem](
        items=[ReservationItem(**values(row)) for row in rows[: filters.limit]],
        next=following(rows, filters.limit, lambda row: (row[0].decided_on, row[0].id)),
    )


def values(row: Any) -> dict[str, Any]:
    """A row of ITEMS in the API's units, by field of ReservationItem."""
    one: Reservation = row[0]
    kept = ("id", "version", "contract_id", "basis", "lots", "structure_kinds", "domain")
    return {
        **{name: getattr(one, name) for name in (*kept, "decided_on", "mention", "comment")},
        "buyer_siret": row[1] or "",
        "buyer_name": row[2],
        "reference": row[3],
        "subject": row[4],
        "amount": None if row[5] is None else to_euros(row[5]),
        "notified_on": row[6],
        "holders": row[7],
        "basis_label": BASES[one.basis].label,
        "share": None if one.share is None else to_share(one.share),
        "mention_missing": one.mention is None,
    }


def _narrowed(filters: ReservationFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.buyer is not None:
        found.append(col(Organisation.siret) == filters.buyer)
    if filters.year is not None:
        found.append(of_year(filters.year))
    if filters.basis is not None:
        found.append(col(Reservation.basis) == filters.basis)
    if filters.structure_kind is not None:
        # The list is JSON: a code stands between quotes, on both engines.
        quoted = f'"{filters.structure_kind.value}"'
        found.append(
            sa.cast(col(Reservation.structure_kinds), sa.Text).contains(quoted, autoescape=True)
        )
    for word in fold(filters.q or "").split():
        found.append(col(Contract.search_text).contains(word, autoescape=True))
    return found


def of_year(first: int, last: int | None = None) -> sa.ColumnElement[bool]:
    """The contracts notified in a year, or from a year to another."""
    return col(Contract.listed_on).between(date(first, 1, 1), date(last or first, 12, 31))
