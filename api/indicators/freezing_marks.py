"""Whether the figures of a year were kept: what the figures of today say beside them."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.closings.models import Closing
from api.indicators.models import FrozenFigures
from api.indicators.schemas import FrozenMark
from api.kit.days import in_utc


def standing_mark(
    session: Session, scheme_id: UUID, organisation_id: UUID, year: int
) -> FrozenMark | None:
    """The version kept by the closing that stands, None when the year is open."""
    found = session.execute(
        sa.select(col(FrozenFigures.id), col(FrozenFigures.number), col(FrozenFigures.created_at))
        .join(Closing, col(Closing.id) == col(FrozenFigures.closing_id))
        .where(
            col(FrozenFigures.scheme_id) == scheme_id,
            col(FrozenFigures.organisation_id) == organisation_id,
            col(FrozenFigures.year) == year,
            col(Closing.reopened_at).is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    return FrozenMark(id=found[0], number=found[1], closed_at=in_utc(found[2]))
