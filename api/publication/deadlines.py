"""What has still to be published, and for when."""

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission
from api.access.service import own
from api.contracts.models import Contract, ContractDocument
from api.contracts.publicity import is_due
from api.kit.days import today
from api.kit.pages import Page, decode_cursor, encode_cursor
from api.publication.schemas import DueItem
from api.publication.service import last_seen

_COLUMNS = (
    col(Contract.id),
    col(Contract.reference),
    col(Contract.subject),
    col(Contract.notified_on),
    col(Contract.published_on),
    col(ContractDocument.due_on),
    col(ContractDocument.decp).is_not(None).label("publishable"),
)


def find_due(
    session: Session, actor: Actor, siret: str, limit: int, cursor: str | None
) -> Page[DueItem]:
    """The contracts that have still to be published, the most urgent first.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_READ)
    order = (col(ContractDocument.due_on), col(Contract.id))
    statement = (
        sa.select(*_COLUMNS)
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
        .where(col(Contract.buyer_id) == organisation.id, is_due())
    )
    after = decode_cursor(cursor, 2)
    if after is not None:
        statement = statement.where(sa.tuple_(*order) > last_seen(after))
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).mappings().all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode_cursor(last["due_on"].isoformat(), last["id"].hex)
    day = today()
    items = [
        DueItem(
            **{name: value for name, value in row.items() if name != "id"},
            contract_id=row["id"],
            days_left=(row["due_on"] - day).days,
        )
        for row in rows[:limit]
    ]
    return Page[DueItem](items=items, next=following)
