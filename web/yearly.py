"""The years of a figure: one row for each, drawn large on its page and small on a dashboard."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from web import charts, formats
from web.figures import TOLD, axis_of, in_percents, known_value, shown
from web.targets import comparable, target_of_year
from web.units import PERCENT

# Years before the first of a scheme whose figures are looked for: the one before it, which its
# first evolution starts from, and the one that this one is compared with.
BEFORE = 2
# Figures of a period that starts with the scheme: former years have none.
_OF_THE_SCHEME = frozenset({"cumulative", "once"})


def first_drawn(first_year: int, year: int) -> int:
    """The first of the years drawn small on the dashboard of ``year``: that of the scheme, or the
    year before until there are two."""
    return first_year if year > first_year else min(first_year, year) - 1


def with_former(
    result: Mapping[str, Any] | None, indicator: Mapping[str, Any], first_year: int
) -> Mapping[str, Any] | None:
    """The same result with, among the years before ``first_year``, only those that tell something:
    a register that starts later has nothing to show of them."""
    if result is None:
        return None
    series = [
        one for one in result["series"] if one["year"] >= first_year or _tells(one, indicator)
    ]
    return {**result, "series": series}


def _tells(point: Mapping[str, Any], indicator: Mapping[str, Any]) -> bool:
    if indicator["definition"].get("period") in _OF_THE_SCHEME:
        return False
    if point["value"] is None:
        return False
    counted = indicator["way"] != "computed" or Decimal(point["value"]) != 0
    return counted or point["share"] is not None


def year_rows(
    result: Mapping[str, Any] | None,
    year: int,
    indicator: Mapping[str, Any],
    siren: str | None = None,
    first_year: int = 0,
) -> list[dict[str, Any]]:
    """One row for each year that has a figure, a target or a printed value, first year first;
    ``before``: the year precedes ``first_year``, that of the scheme.

    A target of every year is that of each row; without any row it stands alone, of no year.
    """
    aims = [one for one in indicator["targets"] if one["siren"] in (siren, None)]
    printed = {one["year"]: one for one in indicator["published"]}
    points: dict[int, Any] = {}
    if result is not None:
        points = {one["year"]: one for one in result["series"]} | {year: result}
    aimed = {one["year"] for one in aims if one["year"] is not None}
    years = sorted({*points, *printed, *aimed})
    rows = [
        {
            "year": one,
            "result": points.get(one),
            "target": target_of_year(aims, one, siren),
            "printed": printed.get(one),
            "before": one < first_year,
        }
        for one in years
    ]
    if not rows and aims:
        return [{"year": None, "result": None, "target": aims[0], "printed": None, "before": False}]
    return rows


def trend(
    rows: Sequence[Mapping[str, Any]], result: Mapping[str, Any] | None, size: charts.Size
) -> charts.Trend | None:
    """The geometry of the rows that are years; None unless one of them has a number."""
    if result is None or result["kind"] in TOLD:
        return None
    percents = in_shares(rows, result)
    years = []
    for row in rows:
        if row["year"] is None:
            continue
        point, target = row["result"], row["target"]
        value = known_value(
            point, result, "share" if percents and result["scale"] != PERCENT else "value"
        )
        aim = None
        if target and comparable(target) and in_percents(target) == percents:
            aim = target["value"]
        years.append(charts.Year(str(row["year"]), value, aim))
    if all(one.value is None for one in years):
        return None
    projected = result["projection"]
    ahead = (str(projected["year"]), str(projected["value"])) if projected else None
    return charts.trend(years, size, percents=percents, ahead=ahead)


def in_shares(rows: Sequence[Mapping[str, Any]], result: Mapping[str, Any]) -> bool:
    """Tell whether years are drawn in percents: the figure is, or its first target asks it to."""
    if result["scale"] == PERCENT:
        return True
    aim = next((row["target"] for row in rows if row["target"]), None)
    return aim is not None and in_percents(aim) and result["share"] is not None


def graduations(
    shape: charts.Trend, rows: Sequence[Mapping[str, Any]], result: Mapping[str, Any]
) -> list[tuple[float, str]]:
    """The heights of the graduations of a chart of ``rows``, and their words."""
    # A difference between two percents is in points, no percent itself.
    if in_shares(rows, result) and result.get("compared") != "difference":
        return [(height, formats.percent(figure)) for height, figure in shape.graduations]
    euros = result["scale"] == "euros" or str(result["unit"] or "").startswith("€")
    kind = "amount" if euros else None
    return [(height, formats.measured_short(figure, kind)) for height, figure in shape.graduations]


def spark(
    result: Mapping[str, Any] | None, year: int, size: charts.Size, first_year: int = 0
) -> tuple[charts.Trend | None, str]:
    """The years of a result as a small drawing, and the same in words.

    Nothing unless two years at least have a number.
    """
    if result is None or result["kind"] in TOLD:
        return None, ""
    points = {one["year"]: known_value(one, result) for one in result["series"]}
    points[year] = known_value(result, result)
    known = {one: value for one, value in points.items() if value is not None}
    if len(known) < 2:
        return None, ""
    axis = axis_of(result)
    aim = axis.target if axis.value == result["value"] else None
    years = [
        charts.Year(str(one), value, aim if one == year else None) for one, value in points.items()
    ]
    former = {one: " (avant le schéma)" if one < first_year else "" for one in known}
    of_year = {one["year"]: one for one in result["series"]} | {year: result}
    told = [f"{one}{former[one]} : {shown(of_year[one], result, short=True)}" for one in known]
    words = f"{formats.NARROW}; ".join(told)
    return charts.trend(years, size, percents=axis.percents), words
