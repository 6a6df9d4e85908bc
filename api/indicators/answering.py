"""A result as the API gives it: rounded, with its target, its gap and where its years lead."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import api
from api.indicators.counting import denominator_unit, numerator_unit
from api.indicators.due_schemas import DueTargetRead
from api.indicators.figures import Asked, due_of
from api.indicators.kept_schemas import PartRead, PointRead
from api.indicators.schemas import ProjectionRead, ResultRead
from api.kit.days import today
from api.rules.indicators.gaps import (
    Aim,
    aim_of,
    compared_with,
    gap,
    in_percent,
    met,
    surely_met,
)
from api.rules.indicators.naming import parted_by, rows_of, spoken
from api.rules.indicators.results import Part, Result
from api.rules.indicators.scales import Scale, exact, greatest, known_rate, percent, rounded
from api.rules.indicators.trajectory import at_this_pace, project
from api.rules.indicators.vocabulary import Definition
from api.rules.indicators.words import Aggregate, ComparedAs, Fact
from api.schemes.models import Indicator, Target
from api.schemes.schemas import target_read


def answer(
    indicator: Indicator,
    asked: Asked,
    by_year: Mapping[int, Result],
    year: int,
    targets: Sequence[Target],
    instant: datetime,
    others: Sequence[tuple[Indicator, Asked, Result]] = (),
) -> ResultRead:
    """The figure of ``year`` with what stands beside it.

    ``others``: the indicators of its scheme, for the figure that counts the targets they meet.
    """
    result = by_year[year]
    aim = aim_of(asked.aims, year)
    target = next((one for one in targets if aim and _is(one, aim)), None)
    return ResultRead(
        **_of_indicator(indicator),
        fact=asked.definition.fact.value,
        aggregate=asked.definition.aggregate.value,
        scale=result.scale.value,
        **_nouns(asked.definition, result, indicator.content["unit"]),
        words=list(result.words),
        parts=parts(result),
        compared_year=compare.former(year) if (compare := asked.definition.compare) else None,
        target=None if target is None else target_read(target, bool(aim and aim.beside)),
        gap=gap(result, aim, asked.direction, spoken(asked.definition), year),
        met=met(result, aim, asked.direction),
        met_due=surely_met(result, due_of(asked, year), asked.direction),
        due=due(asked, others, year),
        later=result.later,
        series=[point(when, one) for when, one in sorted(by_year.items()) if when != year],
        projection=projection(by_year, aim, asked),
        definition_version=asked.definition.version,
        software_version=api.__version__,
        as_of=min(today(), date(year, 12, 31)),
        computed_at=instant,
        **numbers(result),
    )


def _of_indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "indicator_id": indicator.id,
        "code": indicator.code,
        "label": indicator.label,
        "unit": indicator.content["unit"],
        "kind": indicator.content["kind"],
        "way": indicator.way,
        "definition_number": indicator.definition_number,
    }


def due(
    asked: Asked, others: Sequence[tuple[Indicator, Asked, Result]], year: int
) -> list[DueTargetRead]:
    """The targets that a count of those that are met looks at, in the order of the scheme."""
    if asked.definition.fact is not Fact.TARGET:
        return []
    return [
        DueTargetRead(
            indicator_id=one.id,
            code=one.code,
            label=one.label,
            year=aim.year,
            value=f"{aim.value:f}",
            unit=aim.unit,
            found=_text(compared_with(result, aim)),
            met=surely_met(result, aim, other.direction),
            sentence=gap(result, aim, other.direction, spoken(other.definition))
            or result.reason
            or "le chiffre et la cible ne se comparent pas",
        )
        for one, other, result in others
        if other.definition.fact is not Fact.TARGET and (aim := due_of(other, year)) is not None
    ]


def _nouns(definition: Definition, result: Result, unit: str | None) -> dict[str, Any]:
    """What a row is called, and what the two numbers behind the figure count."""
    noun, plural, feminine = rows_of(definition)
    return {
        "noun": noun,
        "plural": plural,
        "feminine": feminine,
        "parted_by": parted_by(definition) if result.parts else None,
        "numerator_unit": numerator_unit(definition, result, unit),
        "denominator_unit": denominator_unit(definition, result),
    }


def numbers(result: Result) -> dict[str, Any]:
    """The numbers of a result as decimal texts."""
    return {
        "value": _text(rounded(result.scale, result.value)),
        "numerator": _text(rounded(result.part_scale, result.numerator)),
        "denominator": _text(rounded(result.base_scale, result.denominator)),
        "unknown": result.unknown,
        "low": _text(rounded(result.scale, result.low)),
        "high": _text(rounded(result.scale, result.high)),
        "share": _text(percent(result.share)),
        "share_low": _text(percent(result.share_low)),
        "share_high": _text(percent(result.share_high)),
        "previous": _text(rounded(result.part_scale, result.previous)),
        "previous_unknown": result.previous_unknown,
        "rests_on": result.rests_on,
        "previous_rests_on": result.previous_rests_on,
        "compared": result.compared.value if result.compared else None,
        "completeness": _rate(result.completeness),
        "firm": result.firm,
        "to_complete": _to_complete(result),
        "reason": result.reason,
    }


def enough(answers: int) -> int:
    """How many of these answers, once known, make 95 % of them.

    With so many, what is missing can move a share by five points at most, whatever it turns out
    to be.
    """
    return -(-95 * answers // 100)


def _to_complete(result: Result) -> int | None:
    """How many more answers make 95 % of them known; None when they are."""
    wanted = enough(result.known + result.unknown)
    return wanted - result.known if wanted > result.known else None


def _is(target: Target, aim: Aim) -> bool:
    told = (target.year, Decimal(target.value), target.unit)
    return told == (aim.year, aim.value, aim.unit)


def parts(result: Result) -> list[PartRead]:
    """The values told apart, in their order."""
    return [_part(one, result) for one in result.parts]


def _part(part: Part, result: Result) -> PartRead:
    """A breakdown compares shares; what has a figure of its own compares that figure."""
    shares = result.aggregate is Aggregate.BREAKDOWN
    rate = result.compared is ComparedAs.RATE
    return PartRead(
        key=part.key,
        label=part.label,
        value=_text(rounded(part.scale, part.value)),
        share=_text(percent(part.share)),
        previous=_text(rounded(Scale.PERCENT if shares else part.scale, part.previous)),
        change=_text(rounded(Scale.PERCENT if shares or rate else part.scale, part.change)),
        scale=part.scale.value,
        numerator=_text(rounded(Scale.NUMBER, part.numerator)),
        base=_text(rounded(Scale.NUMBER, part.base)),
        unknown=part.unknown,
        previous_unknown=part.previous_unknown,
    )


def point(year: int, result: Result) -> PointRead:
    """The figure of a year among others."""
    return PointRead(
        year=year,
        value=_text(rounded(result.scale, result.value)),
        share=_text(percent(result.share)),
        unknown=result.unknown,
        firm=result.firm,
        least=result.is_least,
        low=_text(rounded(result.scale, result.low)),
        high=_text(rounded(result.scale, result.high)),
        reason=result.reason,
    )


def projection(
    by_year: Mapping[int, Result], aim: Aim | None, asked: Asked
) -> ProjectionRead | None:
    """To the year of the target, through the years whose figure may be told alone; in percents
    when the target is. Through an interval goes no line."""
    known = {
        when: one.value if not _in_shares(aim) or one.scale is Scale.PERCENT else one.share
        for when, one in by_year.items()
    }
    told = {when: known[when] if one.firm else None for when, one in by_year.items()}
    partial = {when for when, one in by_year.items() if one.unknown}
    return _ahead(told, by_year[max(by_year)].scale, aim, asked, partial)


def _in_shares(aim: Aim | None) -> bool:
    return aim is not None and in_percent(aim.unit)


def _ahead(
    known: Mapping[int, Fraction | None],
    scale: Scale,
    aim: Aim | None,
    asked: Asked,
    partial: Collection[int],
) -> ProjectionRead | None:
    if aim is None or aim.beside or aim.year is None or aim.year <= max(known):
        return None
    scale = Scale.PERCENT if _in_shares(aim) else scale
    top = 100 if _in_shares(aim) else greatest(scale)
    spoken_of = {when: one for when, one in known.items() if when >= (aim.since or when)}
    found = project(spoken_of, aim.year, high=None if top is None else Fraction(top))
    if found is None:
        return None
    value = _text(rounded(scale, found.value))
    return ProjectionRead(
        year=found.year,
        value=value or "",
        years=list(found.years),
        sentence=at_this_pace(
            found,
            scale,
            aim.unit,
            aim,
            asked.direction,
            not set(found.years).isdisjoint(partial),
            known[found.years[-1]],
        ),
    )


def projected_again(
    told: ResultRead, asked: Asked, series: Sequence[PointRead], year: int
) -> ProjectionRead | None:
    """The projection of an answer through other years than were computed: those that were kept."""
    aim, scale = aim_of(asked.aims, year), Scale(told.scale)
    shares = _in_shares(aim) and scale is not Scale.PERCENT
    years: dict[int, PointRead | ResultRead] = {one.year: one for one in series}
    years[year] = told
    texts = {
        when: (one.share if shares else one.value) if one.firm else None
        for when, one in years.items()
    }
    read = Scale.PERCENT if shares else scale
    known = {when: None if one is None else exact(read, one) for when, one in texts.items()}
    return _ahead(known, scale, aim, asked, {when for when, one in years.items() if one.unknown})


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _rate(rate: Fraction | None) -> str | None:
    return None if rate is None else f"{known_rate(rate).normalize():f}"
