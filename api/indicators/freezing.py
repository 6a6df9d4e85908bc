"""The figures of a closed year, kept as they were: results, definitions, rows behind them.

Kept by the closing itself, in the same transaction, for each scheme of the buyer. A year that was
opened again and closed again has another version; none is ever changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.closings.models import Closing
from api.indicators import freezing_evidence, freezing_sums, gathering
from api.indicators.figures import Asked
from api.indicators.gathering import Whose
from api.indicators.models import FrozenFigures
from api.indicators.period import Years
from api.indicators.service import asked_of, figures
from api.kit.columns import now
from api.schemes import service as schemes
from api.schemes.models import Indicator, Scheme

Content = dict[str, Any]
# The form of what is kept: one that changes has another number, and old ones are still read.
# 2: each row has its title beside its reference.
FORM: Final = 2


def freeze(session: Session, buyer: Organisation, closing: Closing) -> None:
    """Keep the figures of a year that is being closed, for each scheme of the buyer.

    After those of insertion, which tell of persons: see api.insertion.figures.freezing.
    """
    reason = _reopened_for(session, closing)
    for scheme in schemes.adopted_by(session, buyer.id):
        content = content_of(session, scheme, buyer, closing.year)
        if content["indicators"]:
            session.add(
                FrozenFigures(
                    scheme_id=scheme.id,
                    organisation_id=buyer.id,
                    closing_id=closing.id,
                    year=closing.year,
                    number=_next(session, scheme.id, closing),
                    reason=reason,
                    content=content,
                )
            )


def content_of(session: Session, scheme: Scheme, buyer: Organisation, year: int) -> Content:
    """Everything that is kept of a scheme, a buyer and a year, computed now."""
    indicators = schemes.of_scheme(session, scheme.id)
    targets = schemes.targets_of(session, indicators)
    results = figures(session, scheme, indicators, [buyer], year)
    asked = [asked_of(one, []) for one in indicators]
    definitions = {one.id: one.definition for one in asked}
    told_under = {one.id: one.told_under for one in asked if one.told_under is not None}
    return {
        "form": FORM,
        "scheme": {"code": scheme.code, "title": scheme.title, "version": scheme.version},
        "organisation": {"siret": buyer.siret, "name": buyer.name},
        "year": year,
        "first_year": scheme.first_year,
        "software_version": api.__version__,
        "as_of": f"{year}-12-31",
        "computed_at": now().isoformat(),
        "results": [one.model_dump(mode="json") for one in results],
        "indicators": [_shown(one, scheme, targets) for one in indicators],
        "told_under": {str(key): str(other) for key, other in told_under.items()},
        "sums": _sums(session, asked, buyer.id, year, scheme),
        "evidence": freezing_evidence.groups(
            session, definitions, told_under, buyer.id, year, scheme
        ),
    }


def _shown(indicator: Indicator, scheme: Scheme, targets: Mapping[UUID, Any]) -> Content:
    told = schemes.shown(indicator, scheme.code, targets.get(indicator.id, []))
    return told.model_dump(mode="json")


def _sums(
    session: Session, asked: Sequence[Asked], buyer_id: UUID, year: int, scheme: Scheme
) -> Content:
    definitions = {one.told_under or one.id: one.definition for one in asked}
    whose, years = Whose((buyer_id,)), Years(year, year)
    found = gathering.gather(session, definitions, whose, years, scheme.first_year, scheme.id)
    return freezing_sums.written(found, definitions)


def _next(session: Session, scheme_id: UUID, closing: Closing) -> int:
    last = session.scalar(
        sa.select(sa.func.max(col(FrozenFigures.number))).where(
            col(FrozenFigures.scheme_id) == scheme_id,
            col(FrozenFigures.organisation_id) == closing.organisation_id,
            col(FrozenFigures.year) == closing.year,
        )
    )
    return (last or 0) + 1


def _reopened_for(session: Session, closing: Closing) -> str | None:
    """Why the year was last opened again, None when it never was."""
    return session.scalar(
        sa.select(col(Closing.reason))
        .where(
            col(Closing.organisation_id) == closing.organisation_id,
            col(Closing.year) == closing.year,
            col(Closing.reopened_at).is_not(None),
        )
        .order_by(col(Closing.reopened_at).desc())
        .limit(1)
    )
