"""The purchase programme as a list: one statement by page, by keyset."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor, Permission, visible
from api.kit.columns import to_euros
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.programme.models import Project
from api.programme.schemas import STATES, ProjectFilter, ProjectItem
from api.programme.searching import words_in

ITEMS = (
    sa.select(Project, col(Organisation.siret), col(Organisation.name), col(Directorate.name))
    .join(Organisation, col(Organisation.id) == col(Project.buyer_id))
    .outerjoin(Directorate, col(Directorate.id) == col(Project.directorate_id))
)

_SAME = (
    "id", "version", "reference", "title", "year", "state", "targeted", "public",
    "directorate_id", "purchase_family", "planned_on",
)  # fmt: skip


def page(session: Session, actor: Actor, filters: ProjectFilter) -> Page[ProjectItem]:
    """The projects of the actor's buyers, those of the latest year first.

    Raises Invalid on a foreign cursor.
    """
    own = visible(actor, Permission.CONTRACTS_READ)
    statement = ITEMS.where(col(Project.buyer_id).in_(own), *_narrowed(filters))
    key = (col(Project.year), col(Project.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[ProjectItem](
        items=[ProjectItem(**values(row)) for row in rows[: filters.limit]],
        next=following(rows, filters.limit, lambda row: (row[0].year, row[0].id)),
    )


def values(row: Any) -> dict[str, Any]:
    """A row of ITEMS in the API's units, by field of ProjectItem."""
    one: Project = row[0]
    amount = one.estimated_amount
    return {
        **{name: getattr(one, name) for name in _SAME},
        "buyer_siret": row[1] or "",
        "buyer_name": row[2],
        "directorate": row[3],
        "state_label": STATES[one.state],
        "estimated_amount": None if amount is None else to_euros(amount),
    }


def _narrowed(filters: ProjectFilter) -> list[sa.ColumnElement[bool]]:
    asked = (
        (col(Organisation.siret), filters.buyer),
        (col(Project.year), filters.year),
        (col(Project.state), filters.state),
        (col(Project.targeted), filters.targeted),
        (col(Project.directorate_id), filters.directorate),
    )
    found = [column == value for column, value in asked if value is not None]
    return found + words_in(filters.q, col(Project.reference), col(Project.title))
