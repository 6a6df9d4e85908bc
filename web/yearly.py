"""The years of a figure: one row for each, drawn large on its page and small on a dashboard."""

from collections.abc import Mapping, Sequence
from typing import Any

from web import charts, formats
from web.figures import TOLD, axis_of, in_percents, known_value, worded
from web.targets import comparable, target_of_year
from web.units import PERCENT


def year_rows(
    result: Mapping[str, Any] | None,
    year: int,
    indicator: Mapping[str, Any],
    siren: str | None = None,
) -> list[dict[str, Any]]:
    """One row for each year that has a figure, a target or a printed value, first year first.

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
        }
        for one in years
    ]
    if not rows and aims:
        return [{"year": None, "result": None, "target": aims[0], "printed": None}]
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
        value = known_value(point, "share" if percents and result["scale"] != PERCENT else "value")
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
    result: Mapping[str, Any] | None, year: int, size: charts.Size
) -> tuple[charts.Trend | None, str]:
    """The years of a result as a small drawing, and the same in words.

    Nothing unless two years at least have a number.
    """
    if result is None or result["kind"] in TOLD:
        return None, ""
    points = {one["year"]: known_value(one) for one in result["series"]}
    points[year] = known_value(result)
    known = {one: value for one, value in points.items() if value is not None}
    if len(known) < 2:
        return None, ""
    axis = axis_of(result)
    aim = axis.target if axis.value == result["value"] else None
    years = [
        charts.Year(str(one), value, aim if one == year else None) for one, value in points.items()
    ]
    told = [f"{one} : {worded(value, result, short=True)}" for one, value in known.items()]
    words = f"{formats.NARROW}; ".join(told)
    return charts.trend(years, size, percents=axis.percents), words
