"""When the schemes of the demonstration became those of its buyers.

Their first version, as loaded, is of the day of the loading: later than all that its buyers said
under it, so that the history of a definition began after its first figures.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.rules.working_days import worked_before
from api.schemes.models import Scheme, SchemeAdoption, SchemeVersion

# The month that a document prints on its cover; the others print no day of their adoption, and
# begin with their first year.
_PRINTED: Final = {"call-2023-2026": date(2023, 4, 28), "mel-smart-2023": date(2023, 10, 31)}
_AT: Final = time(9, 30)


def date_first_version(session: Session, scheme: Scheme, buyers: Collection[UUID]) -> None:
    """Say the first version of a scheme to be of the month that its document prints, else of the
    last working day before its first year.

    Only where none but the ``buyers`` of the demonstration has it: elsewhere, a version is of the
    day when it was really published.
    """
    others = sa.select(col(SchemeAdoption.scheme_id)).where(
        col(SchemeAdoption.scheme_id) == scheme.id,
        col(SchemeAdoption.organisation_id).not_in(buyers),
    )
    if session.scalars(others.limit(1)).first() is not None:
        return
    first = session.scalars(
        sa.select(SchemeVersion).where(
            col(SchemeVersion.scheme_id) == scheme.id, col(SchemeVersion.number) == 1
        )
    ).one()
    day = _PRINTED.get(scheme.code) or worked_before(date(scheme.first_year - 1, 12, 31))
    first.created_at = first.updated_at = datetime.combine(day, _AT, UTC)
    session.add(first)
    session.flush()
