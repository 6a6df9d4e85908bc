"""The schemes of the demonstration, and when they became those of its buyers.

Their first version, as loaded, is of the day of the loading: later than all that its buyers said
under it, so that the history of a definition began after its first figures.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.demonstration.buyers import Buyer
from api.rules.working_days import worked_before
from api.schemes import registering
from api.schemes import service as schemes
from api.schemes.loading import models
from api.schemes.models import Scheme, SchemeVersion

# The month that a document prints on its cover; the others print no day of their adoption, and
# begin with their first year.
_PRINTED: Final = {"call-2023-2026": date(2023, 4, 28), "mel-smart-2023": date(2023, 10, 31)}
_AT: Final = time(9, 30)


def load(session: Session, buyers: Mapping[Buyer, Organisation]) -> None:
    """Put the schemes of the catalogue in, each adopted by its buyers.

    Those that were there already keep the day when they were really published, whoever has them:
    only what the demonstration itself puts in is said to be older.
    """
    there = set(session.scalars(sa.select(col(Scheme.code))))
    for model in models():
        scheme = registering.load(session, model)
        for buyer, organisation in buyers.items():
            if model.code in buyer.schemes:
                schemes.adopt(session, scheme.id, organisation.id)
        if model.code not in there:
            _date_first_version(session, scheme)


def _date_first_version(session: Session, scheme: Scheme) -> None:
    """Say it to be of the month that the document prints, else of the last working day before its
    first year."""
    first = session.scalars(
        sa.select(SchemeVersion).where(
            col(SchemeVersion.scheme_id) == scheme.id, col(SchemeVersion.number) == 1
        )
    ).one()
    day = _PRINTED.get(scheme.code) or worked_before(date(scheme.first_year - 1, 12, 31))
    first.created_at = first.updated_at = datetime.combine(day, _AT, UTC)
    session.add(first)
    session.flush()
