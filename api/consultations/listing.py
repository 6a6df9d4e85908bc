"""Consultations as a list: one statement by page, by keyset."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor, Permission, visible
from api.consultations.models import Consultation
from api.consultations.schemas import OUTCOMES, ConsultationFilter, ConsultationItem
from api.kit.columns import to_euros
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.programme.models import Project
from api.programme.searching import words_in

ITEMS = (
    sa.select(
        Consultation,
        col(Organisation.siret),
        col(Organisation.name),
        col(Directorate.name),
        col(Project.reference),
    )
    .join(Organisation, col(Organisation.id) == col(Consultation.buyer_id))
    .outerjoin(Directorate, col(Directorate.id) == col(Consultation.directorate_id))
    .outerjoin(Project, col(Project.id) == col(Consultation.project_id))
)

_SAME = (
    "id", "version", "reference", "title", "launched_on", "procedure", "lots", "offers", "outcome",
    "directorate_id", "project_id",
)  # fmt: skip


def page(session: Session, actor: Actor, filters: ConsultationFilter) -> Page[ConsultationItem]:
    """The consultations of the actor's buyers, the latest launched first.

    Raises Invalid on a foreign cursor.
    """
    own = visible(actor, Permission.CONTRACTS_READ)
    statement = ITEMS.where(col(Consultation.buyer_id).in_(own), *_narrowed(filters))
    key = (col(Consultation.launched_on), col(Consultation.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[ConsultationItem](
        items=[ConsultationItem(**values(row)) for row in rows[: filters.limit]],
        next=following(rows, filters.limit, lambda row: (row[0].launched_on, row[0].id)),
    )


def values(row: Any) -> dict[str, Any]:
    """A row of ITEMS in the API's units, by field of ConsultationItem."""
    one: Consultation = row[0]
    amount = one.estimated_amount
    return {
        **{name: getattr(one, name) for name in _SAME},
        "buyer_siret": row[1] or "",
        "buyer_name": row[2],
        "outcome_label": None if one.outcome is None else OUTCOMES[one.outcome],
        "estimated_amount": None if amount is None else to_euros(amount),
    }


def _narrowed(filters: ConsultationFilter) -> list[sa.ColumnElement[bool]]:
    asked = (
        (col(Organisation.siret), filters.buyer),
        (col(Consultation.outcome), filters.outcome),
        (col(Consultation.project_id), filters.project),
    )
    found = [column == value for column, value in asked if value is not None]
    if filters.year is not None:
        days = date(filters.year, 1, 1), date(filters.year, 12, 31)
        found.append(col(Consultation.launched_on).between(*days))
    return found + words_in(filters.q, col(Consultation.reference), col(Consultation.title))
