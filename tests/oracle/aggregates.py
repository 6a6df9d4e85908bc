"""Figures that are more than a total or a share of rows, as the oracle has them.

Averages, values told apart, ratios, what people declared, targets reached, years compared."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.bounds import average_bounds, minus, over
from tests.oracle.oracle import Figure, figure, references
from tests.oracle.seeing import Looked, Seen, of_none, scale_of, seen, weight

HUNDRED = Fraction(100)


def of_rows(
    definition: Mapping[str, Any], years: Collection[int] | int, rows: Sequence[Looked]
) -> Figure:
    """The figure of a quantity that looks at rows."""
    if definition.get("also"):
        alone = {key: value for key, value in definition.items() if key != "also"}
        names = [definition["of"], *definition["also"]]
        return by_several({name: of_rows({**alone, "of": name}, years, rows) for name in names})
    special = {"average": average, "distinct": distinct, "breakdown": breakdown}
    return special.get(definition["aggregate"], figure)(definition, years, rows)


def average(
    definition: Mapping[str, Any], years: Collection[int] | int, rows: Iterable[Looked]
) -> Figure:
    """Summed over the rows whose number is said, divided by how many they are."""
    of = definition["of"]
    rows = list(rows)
    total = figure({**definition, "aggregate": "sum"}, years, rows)
    some = seen(definition, years, rows)
    weighed = [one for one in some if one.inside and one.met and not of_none(one, of)]
    low, high = average_bounds(some, of)
    mute = any(one.inside and one.met for one in some)
    reason = None
    if not weighed:
        reason = "no_weight_known" if mute else "nothing_known" if total.unknown else None
        reason = reason or ("none_counted" if total.known else "nothing_looked_at")
    return Figure(
        aggregate="average",
        scale="number" if total.scale == "whole" else total.scale,
        value=None if reason else Fraction(sum(weight(one, of) for one in weighed), len(weighed)),
        numerator=total.numerator,
        denominator=Fraction(len(weighed)),
        part_scale=total.part_scale,
        low=low,
        high=high,
        known=total.known,
        unknown=total.unknown,
        reason=reason,
        counted=total.counted,
        not_counted=total.not_counted,
        missing=total.missing,
    )


def told_apart(some: Iterable[Seen], of: str) -> dict[Any, list[Seen]]:
    """The rows that may count, by what they say under ``of``."""
    found = defaultdict(list)
    for one in some:
        for value in values(one, of) if (1, 1) in one.futures else ():
            found[value].append(one)
    return found


def values(one: Seen, of: str) -> tuple[Any, ...]:
    """What a row says under ``of``; a contract of several companies says as many things."""
    said = one.fact.fields.get(of)
    return said if isinstance(said, tuple) else (said,)


def each_value(some: Iterable[Seen], of: str) -> list[Seen]:
    """The rows, as many times as they say something under ``of``."""
    return [one for one in some for _ in values(one, of)]


def distinct(
    definition: Mapping[str, Any], years: Collection[int] | int, rows: Iterable[Looked]
) -> Figure:
    """How many different values the counted rows have."""
    some = seen(definition, years, rows)
    by = told_apart(some, definition["of"])
    some = each_value(some, definition["of"])
    nameless = by.pop(None, [])
    sure = {key: [one for one in part if one.futures == {(1, 1)}] for key, part in by.items()}
    names = [key for key, part in sure.items() if part]
    mute = [one for one in nameless if one.futures == {(1, 1)}]
    known = sum(one.inside is True and one.met is not None for one in some) - len(mute)
    doubt = sum((1, 1) in one.futures and one.futures != {(1, 1)} for one in some)
    reason = "none_said" if mute and not names else None
    if doubt + len(mute) and not known:
        reason = "nothing_known"
    counted = [one for part in sure.values() for one in part]
    return Figure(
        aggregate="distinct",
        scale="whole",
        value=None if reason else Fraction(len(names)),
        numerator=Fraction(len(names)),
        low=Fraction(len(names) or bool(mute)),
        high=Fraction(len(by) + len(nameless)),
        known=known,
        unknown=doubt + len(mute),
        reason=reason,
        parts=tuple((key, Fraction(len(sure[key])), None, None, None) for key in names),
        counted=references(counted),
    )


def breakdown(
    definition: Mapping[str, Any], years: Collection[int] | int, rows: Iterable[Looked]
) -> Figure:
    """The counted rows by value: how many, and in percents of those whose value is said."""
    once = seen(definition, years, rows)
    some = each_value(once, definition["of"])
    sure = [one for one in some if one.futures == {(1, 1)}]
    certain = [one for one in once if one.futures == {(1, 1)}]
    by = {key: len(part) for key, part in told_apart(certain, definition["of"]).items()}
    mute, told = by.get(None, 0), len(sure) - by.get(None, 0)
    known = sum(one.inside is True and one.met is not None for one in some) - mute
    unknown = mute + sum((1, 1) in one.futures and one.futures != {(1, 1)} for one in some)
    reason = None if told else "nothing_known" if unknown else "nothing_looked_at"
    return Figure(
        aggregate="breakdown",
        scale="percent",
        value=None,
        numerator=Fraction(told),
        denominator=Fraction(len(sure)),
        known=known,
        unknown=unknown,
        reason=reason,
        parts=tuple(
            (key, Fraction(n), None if key is None else Fraction(100 * n, told), None, None)
            for key, n in by.items()
        ),
        counted=references(sure),
    )


def by_several(told: Mapping[str, Figure]) -> Figure:
    """The same rows told apart by one field, then by others: each part says of which."""
    every = list(told.values())
    reason = next((one.reason for one in every if one.reason), None)
    return replace(
        every[0],
        known=sum(one.known for one in every),
        unknown=sum(one.unknown for one in every),
        reason=reason,
        parts=tuple(
            (f"{name}:{'' if part[0] is None else part[0]}", *part[1:])
            for name, one in told.items()
            for part in one.parts
        ),
    )


def declared(told: Sequence[Mapping[str, Any] | None], based: bool, listed: bool) -> Figure:
    """What organisations said of each year, in millionths; None where one said nothing."""
    given = [
        one
        for one in told
        if one
        and ((listed and one["words"]) or one["value"] is not None)
        and (one["base"] is not None or not based)
    ]
    lacking = len(told) - len(given)
    found = Figure(
        aggregate="declared",
        scale="number",
        value=None,
        part_scale="number",
        base_scale="number",
        known=len(given),
        unknown=lacking,
    )
    if not given:
        return replace(found, reason="not_declared")
    if listed:
        items = [item for one in given for item in one["words"].split("\n")]
        return replace(found, words=tuple(dict.fromkeys(items)))
    value, base = (
        Fraction(sum(one[name] or 0 for one in given), 10**6) for name in ("value", "base")
    )
    if not based:
        sure = None if lacking else value
        return replace(found, value=value, numerator=value, low=sure, high=sure)
    found = replace(found, numerator=value, denominator=base)
    if not base:
        return replace(found, reason="no_base")
    sure = None if lacking else value / base
    percents = None if sure is None else sure * 100
    found = replace(found, value=value / base, low=sure, high=sure)
    return replace(found, share=100 * value / base, share_low=percents, share_high=percents)


def reached(answers: Sequence[bool | None]) -> Figure:
    """Of the targets that are due, those that are met."""
    yes, no, every = answers.count(True), answers.count(False), len(answers)
    known = yes + no
    share = Fraction(100 * yes, known) if known else None
    low = Fraction(100 * yes, every) if every else None
    high = Fraction(100 * (every - no), every) if every else None
    return Figure(
        aggregate="reached",
        scale="percent",
        value=share,
        numerator=Fraction(yes),
        denominator=Fraction(known),
        low=low,
        high=high,
        share=share,
        share_low=low,
        share_high=high,
        known=known,
        unknown=every - known,
        reason=None if known else "no_target_known" if every else "no_target_due",
    )


def in_percent(found: Figure) -> Figure:
    """The figure of an indicator that is told in percents."""
    if found.scale == "percent":
        return found
    if found.aggregate == "declared" and found.denominator is None:
        low, high = found.low, found.high
        return replace(found, scale="percent", share=found.value, share_low=low, share_high=high)
    if found.share is None and found.value is not None:
        return found
    return replace(
        found,
        scale="percent",
        value=found.share,
        low=found.share_low,
        high=found.share_high,
    )


def by_eye(scale: str, number: Fraction | None) -> Fraction | None:
    """A number as a page shows it, which is what is compared with another."""
    if number is None or scale in ("whole", "euros"):
        return number if number is None else Fraction(floor(number + Fraction(1, 2)))
    unit = {"hours": 4, "score": 100}.get(scale, 1)
    places = 2
    if scale == "number" and number and abs(number) < Fraction(1, 100):
        places = next(n for n in range(3, 99) if abs(number) * 10**n >= 10)
    step = Fraction(unit, 10**places)
    sign = -1 if number < 0 else 1
    return sign * floor(abs(number) / step + Fraction(1, 2)) * step


def as_shown(figure: Figure) -> Figure:
    """A figure with its numbers as they are shown."""
    value, low, high = (
        by_eye(figure.scale, one) for one in (figure.value, figure.low, figure.high)
    )
    return replace(figure, value=value, low=low, high=high)


def no_former(then: Figure) -> str:
    """Why there is nothing to compare with: no contract at all, or no value."""
    return "no_contract" if then.reason == "no_contract" else "no_former"


def compared(form: str, now: Figure, then: Figure) -> Figure:
    """What a figure became since another year."""
    if form == "difference":
        now, then = as_shown(now), as_shown(then)
    found = replace(
        now,
        compared=form,
        years=(now, then),
        previous=then.value,
        known=now.known + then.known,
        unknown=now.unknown + then.unknown,
        numerator=now.value,
        denominator=then.value,
        part_scale=now.scale,
        base_scale=now.scale,
        share=None,
        share_low=None,
        share_high=None,
    )
    if now.aggregate == "breakdown":
        reason = now.reason or (then.reason and no_former(then))
        return replace(found, reason=reason, parts=now.parts if reason else became(now, then))
    nothing = replace(found, value=None, low=None, high=None)
    if form == "rate":
        nothing = replace(nothing, scale="percent")
    if now.value is None:
        return nothing
    if then.value is None:
        return replace(nothing, reason=no_former(then))
    if now.aggregate == "declared" and now.unknown + then.unknown:
        return replace(nothing, reason="not_all_declared")
    if form == "difference":
        low, high = minus((now.low, now.high), (then.low, then.high))
        return replace(nothing, value=now.value - then.value, low=low, high=high)
    if then.value <= 0:
        return replace(nothing, reason="former_null")
    low, high = (
        None if one is None else one * 100 - HUNDRED
        for one in over((now.low, now.high), (then.low, then.high))
    )
    return replace(nothing, value=100 * now.value / then.value - 100, low=low, high=high)


def points(share: Fraction, former: Fraction) -> Fraction:
    """By how many points one share differs from another, both as they are shown."""
    return (by_eye("percent", share) or Fraction(0)) - (by_eye("percent", former) or Fraction(0))


def became(now: Figure, then: Figure) -> tuple[Any, ...]:
    """Each part with its former share and what changed, in points; those that are gone too."""
    before = {key: share for key, _, share, _, _ in then.parts}
    found: list[tuple[Any, ...]] = []
    for key, number, share, _, _ in now.parts:
        if share is None:
            found.append((key, number, None, None, None))
        else:
            former = before.get(key) or Fraction(0)
            found.append((key, number, share, former, points(share, former)))
    here = {one[0] for one in now.parts}
    for key, share in before.items():
        if key not in here and share is not None:
            found.append((key, Fraction(0), Fraction(0), share, points(Fraction(0), share)))
    return tuple(found)


def nothing_said(definition: Mapping[str, Any], reason: str) -> Figure:
    """A figure that can't be told, with the unit it would have."""
    aggregate, of = definition["aggregate"], definition.get("of")
    unit = scale_of(of) if aggregate in ("sum", "average", "ratio") else "whole"
    if aggregate in ("share", "sum_share", "reached"):
        unit = "percent"
    elif aggregate == "declared" or (aggregate == "average" and unit == "whole"):
        unit = "number"
    elif aggregate == "ratio":
        other = definition["over"]
        base = scale_of(other.get("of")) if other["aggregate"] == "sum" else "whole"
        unit = "number" if unit == "whole" or base not in ("whole", "number") else unit
    return Figure(aggregate=aggregate, scale=unit, value=None, reason=reason)
