"""One quantity over another, as the oracle has it: the rows of both terms, and their quotient."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.oracle.bounds import over
from tests.oracle.oracle import Figure


def ratio(definition: Mapping[str, Any], part: Figure, base: Figure) -> Figure:
    """One quantity over another: rows, or sums, each of its own rows."""
    plain = ("whole", "number")
    own = base.scale in plain and part.scale != "whole"
    known, unknown = worst((part.known, part.unknown), (base.known, base.unknown))
    found = Figure(
        aggregate="ratio",
        scale=part.scale if own else "number",
        value=None,
        numerator=part.value,
        denominator=base.value,
        part_scale=part.scale,
        base_scale=base.scale,
        known=known,
        unknown=unknown,
        counted=part.counted,
        not_counted=part.not_counted,
        missing=part.missing,
    )
    if part.value is None or not base.value:
        return replace(found, reason=part.reason or no_base(definition["over"], base))
    value = part.value / base.value
    # Rows of rows, or a sum of a sum: a number of things by row is no part of it.
    sums = (bool(definition.get("of")), definition["over"]["aggregate"] == "sum")
    low, high = over((part.low, part.high), (base.low, base.high))
    found = replace(found, value=value, low=low, high=high)
    if part.scale != base.scale or sums[0] != sums[1]:
        return found
    share_low, share_high = (None if one is None else one * 100 for one in (low, high))
    return replace(found, share=value * 100, share_low=share_low, share_high=share_high)


def worst(*terms: tuple[int, int]) -> tuple[int, int]:
    """Of terms with so many answers and so many missing, the first that lacks most of its own."""
    found = (0, 0)
    for known, unknown in terms:
        if not sum(found) or unknown * sum(found) > found[1] * (known + unknown):
            found = (known, unknown)
    return found


def no_base(over: Mapping[str, Any], base: Figure) -> str | None:
    """Why there is nothing to divide by."""
    if over["aggregate"] == "declared":
        return "no_base" if base.known else "base_not_declared"
    if base.value is None:
        return base.reason
    if not base.known and not base.unknown:
        return "nothing_looked_at"
    return "no_total" if base.counted else "none_in_base"


def terms_of_ratio(definition: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both terms of a ratio; what counts in both is known in both."""
    part = {**definition, "aggregate": "sum" if definition.get("of") else "count"}
    base = definition["over"]
    alike = part["fact"] == base["fact"] and part.get("of") != base.get("of")
    if not alike or base["aggregate"] == "distinct":
        return part, base
    return part | {"beside": base}, base | {"beside": part}
