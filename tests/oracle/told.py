"""A figure of the oracle in the words of the API: decimal texts, target of the year, gap."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.oracle import Figure

Target = Mapping[str, Any]


def told(figure: Figure, indicator: Mapping[str, Any], year: int) -> dict[str, Any]:
    """What the API answers for a figure, but for the words of its reason."""
    weighed = figure.measure in ("amount", "amount_share")
    own = {"count": whole, "amount": euros}.get(figure.measure, hundredths)
    target = target_of(indicator["targets"], year)
    return {
        "measure": figure.measure,
        "value": own(figure.value),
        "numerator": (euros if weighed else whole)(Fraction(figure.numerator)),
        "denominator": (euros if weighed else whole)(Fraction(figure.denominator)),
        "unknown": len(figure.missing),
        "low": own(figure.low),
        "high": own(figure.high),
        "share": hundredths(figure.share),
        "share_low": hundredths(figure.share_low),
        "share_high": hundredths(figure.share_high),
        "target": target and {name: target[name] for name in ("year", "value", "unit", "note")},
        "gap": target and gap(figure, target, indicator["direction"]),
    }


def completeness(figure: Figure) -> Fraction | None:
    """The part of the answers that is there."""
    total = figure.answered + len(figure.missing)
    return Fraction(figure.answered, total) if total else None


def whole(number: Fraction | None) -> str | None:
    """A number of contracts."""
    return None if number is None else str(int(number))


def euros(cents: Fraction | None) -> str | None:
    """Cents as euros."""
    return None if cents is None else f"{int(cents) // 100}.{int(cents) % 100:02}"


def hundredths(number: Fraction | None) -> str | None:
    """A percentage with two decimals, the half away from zero."""
    if number is None:
        return None
    scaled = floor(number * 100 + Fraction(1, 2))
    return f"{scaled // 100}.{scaled % 100:02}"


def target_of(targets: Sequence[Target], year: int) -> Target | None:
    """The target of the year or of every year, else the next one to come."""
    for one in targets:
        if one["year"] in (year, None):
            return one
    return min(
        (one for one in targets if one["year"] > year), key=lambda one: one["year"], default=None
    )


def gap(figure: Figure, target: Target, direction: str) -> str | None:
    """How far a figure is from its target, as the figure is shown."""
    assert direction == "up"
    shared = target["unit"].startswith("%")
    assert shared or figure.measure == "count"
    shown = hundredths(figure.share) if shared else whole(figure.value)
    if shown is None:
        return None
    when = f" {target['year']}" if target["year"] else ""
    missing = Decimal(target["value"]) - Decimal(shown)
    if missing <= 0:
        return f"cible{when} atteinte"
    number = f"{missing.normalize():f}".replace(".", ",")
    unit = ("point" if shared else "contrat") + ("s" if missing >= 2 else "")
    return f"{number}\N{NO-BREAK SPACE}{unit} sous la cible{when}"
