"""What the rates of article L2111-3 are made of, kept when a year is closed and read again.

Sums, not rates: two years are told together, and may have been closed on different days.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.closings.models import Closing
from api.indicators.freezing_sums import classes, classes_told
from api.indicators.models import FrozenStatutory
from api.kit.days import in_utc
from api.rules.indicators.sums import ClassSums

# The form of what is kept: one that changes has another number, and old ones are still read.
FORM: Final = 1
# Sums by year; None holds what is of no known year.
ByYear = Mapping[int | None, ClassSums]


class KeptRates(NamedTuple):
    """What a closing that stands kept of a year: by category, the sums that its rates are of."""

    year: int
    number: int
    closed_at: datetime
    sums: Mapping[str, ByYear]


def keep(
    session: Session, buyer: Organisation, closing: Closing, sums: Mapping[str, ByYear]
) -> None:
    """Keep the sums of a year that is being closed."""
    year = closing.year
    session.add(
        FrozenStatutory(
            organisation_id=buyer.id,
            closing_id=closing.id,
            year=year,
            number=_next(session, closing),
            content={
                "form": FORM,
                "software_version": api.__version__,
                "categories": {
                    code: {
                        "dated": classes_told(one.get(year, ClassSums())),
                        "undated": classes_told(one.get(None, ClassSums())),
                    }
                    for code, one in sums.items()
                },
            },
        )
    )


def standing(session: Session, organisation_id: UUID, years: list[int]) -> dict[int, KeptRates]:
    """Of these years, those that stand closed, with what was kept of each."""
    rows = session.scalars(
        sa.select(FrozenStatutory)
        .join(Closing, col(Closing.id) == col(FrozenStatutory.closing_id))
        .where(
            col(FrozenStatutory.organisation_id) == organisation_id,
            col(FrozenStatutory.year).in_(years),
            col(Closing.reopened_at).is_(None),
        )
    )
    return {one.year: _read(one) for one in rows}


def _read(row: FrozenStatutory) -> KeptRates:
    told: dict[str, Any] = row.content["categories"]
    sums = {
        code: {row.year: classes(one["dated"]), None: classes(one["undated"])}
        for code, one in told.items()
    }
    return KeptRates(row.year, row.number, in_utc(row.created_at), sums)


def _next(session: Session, closing: Closing) -> int:
    last = session.scalar(
        sa.select(sa.func.max(col(FrozenStatutory.number))).where(
            col(FrozenStatutory.organisation_id) == closing.organisation_id,
            col(FrozenStatutory.year) == closing.year,
        )
    )
    return (last or 0) + 1
