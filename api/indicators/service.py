"""Figures: computed when read, from one statement for a whole scheme; nothing is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.access.permissions import Actor, Permission
from api.access.service import own, readable
from api.contracts.models import Contract
from api.indicators import engine
from api.indicators.schemas import ResultRead, SchemeResults
from api.kit.columns import euros_text, now
from api.rules.indicators.gaps import Aim, aim_of, gap
from api.rules.indicators.results import Result, compute, percent, rounded
from api.rules.indicators.vocabulary import Definition, Measure
from api.schemes import service as schemes
from api.schemes.models import Indicator, Scheme, Target
from api.schemes.schemas import SchemeOrganisation, target_read


def results(
    session: Session, actor: Actor, code: str, year: int | None, siret: str
) -> SchemeResults:
    """Every figure of a scheme for an organisation and a year (the last with contracts if None).

    Raises Forbidden, NotFound.
    """
    scheme = schemes.named(session, actor, code)
    organisation = readable_buyer(session, actor, siret)
    return of_organisation(session, scheme, organisation, year)


def result(
    session: Session, actor: Actor, indicator_id: UUID, year: int | None, siret: str
) -> ResultRead:
    """One figure; raises as ``results``."""
    indicator, _scheme = schemes.indicator(session, actor, indicator_id)
    organisation = readable_buyer(session, actor, siret)
    wanted = year or _last_year(years_of(session, organisation.id))
    return figures(session, [indicator], organisation.id, wanted)[0]


def readable_buyer(session: Session, actor: Actor, siret: str) -> Organisation:
    """A buyer whose figures the actor may read: their own, or an observed one.

    Raises NotFound, Forbidden.
    """
    organisation = readable(session, actor, siret)
    if not organisation.observed:
        own(session, actor, siret, Permission.SCHEMES_READ)
    return organisation


def of_organisation(
    session: Session, scheme: Scheme, organisation: Organisation, year: int | None
) -> SchemeResults:
    """The same without asking who reads: for the public files of the organisation itself."""
    years = years_of(session, organisation.id)
    wanted = year or _last_year(years)
    return SchemeResults(
        scheme=scheme.code,
        year=wanted,
        years=years,
        organisation=SchemeOrganisation(siret=organisation.siret, name=organisation.name),
        results=figures(session, schemes.of_scheme(session, scheme.id), organisation.id, wanted),
    )


def figures(
    session: Session, indicators: Sequence[Indicator], buyer_id: UUID, year: int
) -> list[ResultRead]:
    """The figures of these indicators, in order; those that no data can give yet say so."""
    definitions = {one.id: schemes.definition_of(one) for one in indicators}
    computed = compute_all(
        session, {key: one for key, one in definitions.items() if one}, buyer_id, year
    )
    targets = schemes.targets_of(session, [one.id for one in indicators])
    instant = now()
    return [
        _shown(
            one, definitions[one.id], computed.get(one.id), targets.get(one.id, []), year, instant
        )
        for one in indicators
    ]


def compute_all(
    session: Session, definitions: Mapping[UUID, Definition], buyer_id: UUID, year: int
) -> dict[UUID, Result]:
    """The result of each definition for a buyer and a civil year, from one statement."""
    if not definitions:
        return {}
    ordered = tuple(definitions.values())
    row = session.execute(
        engine.totals(ordered), {"buyer_id": buyer_id, **engine.period(year)}
    ).one()
    return {
        key: compute(definition.measure, sums)
        for (key, definition), sums in zip(
            definitions.items(), engine.sums(ordered, row), strict=True
        )
    }


def years_of(session: Session, buyer_id: UUID) -> list[int]:
    """The years in which a buyer notified contracts, last first."""
    year = sa.extract("year", col(Contract.notified_on))
    found = session.scalars(
        sa.select(year)
        .where(col(Contract.buyer_id) == buyer_id, col(Contract.notified_on).is_not(None))
        .distinct()
    )
    return sorted((int(one) for one in found), reverse=True)


def _last_year(years: Sequence[int]) -> int:
    # A year of 3024 is a typing error of a file, not the year to open on.
    current = now().year
    return next((year for year in years if year <= current), current)


def _shown(
    indicator: Indicator,
    definition: Definition | None,
    result: Result | None,
    targets: Sequence[Target],
    year: int,
    instant: datetime,
) -> ResultRead:
    aims = {Aim(one.year, Decimal(one.value), one.unit): one for one in targets}
    aim = aim_of(list(aims), year)
    target = aims[aim] if aim else None
    direction = indicator.content["direction"]
    return ResultRead(
        indicator_id=indicator.id,
        code=indicator.code,
        label=indicator.label,
        unit=indicator.content["unit"],
        measure=definition.measure.value if definition else None,
        target=None if target is None else target_read(target),
        gap=gap(result, aim, direction) if result else None,
        definition_version=definition.version if definition else None,
        software_version=api.__version__,
        computed_at=instant,
        **(_numbers(result) if result else _awaiting(indicator.content.get("awaits"))),
    )


def _numbers(result: Result) -> dict[str, Any]:
    weighed = result.measure in (Measure.AMOUNT, Measure.AMOUNT_SHARE)
    part = euros_text if weighed else str
    return {
        "value": _text(rounded(result.measure, result.value)),
        "numerator": part(result.numerator),
        "denominator": part(result.denominator),
        "unknown": result.unknown,
        "low": _text(rounded(result.measure, result.low)),
        "high": _text(rounded(result.measure, result.high)),
        "share": _text(percent(result.share)),
        "share_low": _text(percent(result.share_low)),
        "share_high": _text(percent(result.share_high)),
        "completeness": _rate(result.completeness),
        "reason": result.reason,
    }


def _awaiting(awaits: str | None) -> dict[str, Any]:
    names = (
        "value", "numerator", "denominator", "unknown", "low", "high", "share", "share_low",
        "share_high", "completeness",
    )  # fmt: skip
    return dict.fromkeys(names) | {"reason": f"Cet indicateur attend {awaits}."}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _rate(rate: Fraction | None) -> str | None:
    # Rounded down: an incomplete figure is never shown as complete.
    return (
        None if rate is None else f"{Decimal(rate.numerator * 10000 // rate.denominator) / 10000:f}"
    )
