"""How sure a figure is: told alone, or only the least it may be."""

from collections.abc import Mapping
from typing import Any

from web.evolutions import GROWING
from web.units import PERCENT

LEAST = "au moins "
# What missing answers can only add to; a ratio, where they can only add to its first term.
_AT_LEAST = GROWING | {"ratio"}
_NUMBERS = frozenset({"count", "distinct"})


def is_firm(result: Mapping[str, Any]) -> bool:
    """Tell whether a value may be told alone: more than half of its answers are known."""
    return bool(result.get("firm", True))


def is_least(point: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """Tell whether missing answers can only add to a count, a sum, a number of different values, or
    a ratio at its least."""
    counts = result.get("aggregate") in _AT_LEAST and not result.get("compared")
    if not counts or not point.get("unknown") or point["value"] is None:
        return False
    if point.get("low") is not None:
        return bool(point["low"] == point["value"] != point["high"])
    if point.get("least") is not None:
        return bool(point["least"])
    # A year kept before any of that was told: an amount may be negative, a number of things can't.
    return result["aggregate"] in _NUMBERS and result["scale"] != PERCENT


def none_known(result: Mapping[str, Any]) -> str:
    """« aucun connu », « rien de connu »: of what is zero as far as is known."""
    if result["aggregate"] == "sum":
        return "rien de connu"
    return "aucune connue" if result.get("feminine") else "aucun connu"
