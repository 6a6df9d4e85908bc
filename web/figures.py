"""Figures of indicators beside their targets: on which axis both can be drawn, year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web import charts, formats

PERCENT = "%"
SHARES = ("share", "amount_share")


@dataclass(frozen=True, slots=True)
class Axis:
    """What to draw of a result: all in the same unit, percents or that of ``measure``."""

    value: str | None
    low: str | None
    high: str | None
    target: str | None
    measure: str | None

    @property
    def percents(self) -> bool:
        """Tell whether the axis is graduated in percents."""
        return self.measure in SHARES


def axis_of(result: Mapping[str, Any]) -> Axis:
    """The figure of a result with its target.

    A number or an amount whose target is a percentage is drawn as the share of its perimeter,
    which is what the target is compared with. A target in another unit is left out.
    """
    measure, target = result["measure"], result["target"]
    wanted = None if target is None else target["value"]
    as_percents = target is not None and in_percents(target)
    if measure in SHARES:
        values = (result["value"], result["low"], result["high"])
        return Axis(*values, wanted if as_percents else None, measure)
    if as_percents and result["share"] is not None:
        values = (result["share"], result["share_low"], result["share_high"])
        return Axis(*values, wanted, "share")
    values = (result["value"], result["low"], result["high"])
    return Axis(*values, None if as_percents else wanted, measure)


def meter(result: Mapping[str, Any]) -> charts.Meter | None:
    """The geometry of a result; None when there is nothing to draw."""
    axis = axis_of(result)
    return charts.meter(axis.value, axis.low, axis.high, axis.target, percents=axis.percents)


def part_of(part: int, whole: int) -> charts.Meter | None:
    """The geometry of a part of a whole; None when the whole is nothing."""
    if not whole:
        return None
    return charts.meter(str(part), None, None, None, top=str(whole))


def year_rows(
    by_year: Mapping[int, Mapping[str, Any]], targets: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """One row for each year that has a figure or a target; a target of every year comes last."""
    aims = {one["year"]: one for one in targets}
    years = sorted({*by_year, *(year for year in aims if year is not None)})
    rows = [{"year": year, "result": by_year.get(year), "target": aims.get(year)} for year in years]
    if None in aims:
        rows.append({"year": None, "result": None, "target": aims[None]})
    return rows


def columns(rows: Sequence[Mapping[str, Any]]) -> charts.Columns | None:
    """The geometry of the rows that are years; None unless one of them has a figure."""
    every = next((row["target"] for row in rows if row["year"] is None), None)
    aimed = [{**row, "target": row["target"] or every} for row in rows if row["year"] is not None]
    # Every figure is drawn in percents as soon as one target is: an axis has one unit.
    aim = next((row["target"] for row in aimed if row["target"]), None)
    axes = [axis_of({**row["result"], "target": aim}) if row["result"] else None for row in aimed]
    measure = next((axis.measure for axis in axes if axis), None)
    if measure is None:
        return None
    years = [
        (str(row["year"]), *_figures(axis), _target(row["target"], measure))
        for row, axis in zip(aimed, axes, strict=True)
    ]
    return charts.columns(years, percents=measure in SHARES)


def _figures(axis: Axis | None) -> tuple[str | None, str | None, str | None]:
    return (None, None, None) if axis is None else (axis.value, axis.low, axis.high)


def _target(target: Mapping[str, Any] | None, measure: str) -> str | None:
    if target is None or in_percents(target) != (measure in SHARES):
        return None
    return str(target["value"])


def graduations(
    shape: charts.Columns, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[float, str]]:
    """The heights of the graduations of a chart of ``rows``, and their words."""
    aim = next((row["target"] for row in rows if row["target"]), None)
    measures = [axis_of({**row["result"], "target": aim}).measure for row in rows if row["result"]]
    measure = next(iter(measures), None)
    return [(height, formats.measured(figure, measure)) for height, figure in shape.graduations]


def in_percents(target: Mapping[str, Any]) -> bool:
    """Tell whether a target is a share: « % », « % des marchés »."""
    return str(target["unit"]).startswith(PERCENT)


def target_words(target: Mapping[str, Any]) -> str:
    """A target in its unit and year: « 30 % en 2026 », « 12 marchés chaque année »."""
    when = f"en{formats.FIXED}{target['year']}" if target["year"] else "chaque année"
    return f"{target_value(target)} {when}"


def target_value(target: Mapping[str, Any]) -> str:
    """A target in its unit."""
    unit, value = str(target["unit"]), target["value"]
    if in_percents(target):
        return formats.percent(value) + unit.removeprefix(PERCENT)
    if unit.startswith("€"):
        return formats.euros_short(value) + unit.removeprefix("€")
    return formats.measured(value, None, unit)
