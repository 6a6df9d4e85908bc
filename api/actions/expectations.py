"""What the definition of an indicator asks people to say: a figure, words, done or not, nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.rules.indicators.parts import Parts

JsonDefinition = Mapping[str, Any]


class SaidAs(StrEnum):
    """What is to be said of an indicator."""

    MEASURE = "measure"
    MILESTONE = "milestone"


@dataclass(frozen=True)
class Expectation:
    """``base``: a denominator too; ``words``: a list instead of a figure; ``compared``: what it
    became is worked out of the figures of two years; ``divisor``: the figure is what a computed one
    is divided by; ``parts``: it is told by part; ``once``: not yearly."""

    said: SaidAs
    base: bool = False
    words: bool = False
    compared: bool = False
    divisor: bool = False
    once: bool = False
    parts: Parts | None = None


def expectation(definition: JsonDefinition) -> Expectation | None:
    """What people must say under a definition; None when Spaser computes it alone."""
    over = definition.get("over") or {}
    for part in (definition, over):
        if part.get("fact") == SaidAs.MEASURE:
            return Expectation(
                SaidAs.MEASURE,
                base=part.get("base") is True,
                words=part.get("list") is True,
                compared=definition.get("compare") is not None,
                divisor=part is over,
                parts=_parts(part),
            )
    if definition.get("fact") == SaidAs.MILESTONE:
        once = definition.get("period") == "once"
        return Expectation(SaidAs.MILESTONE, once=once, parts=_parts(definition))
    return None


def _parts(definition: JsonDefinition) -> Parts | None:
    told = definition.get("parts")
    return None if told is None else Parts.model_validate(told)


def root(code: str, borrowed: Mapping[str, str | None]) -> str:
    """The indicator that keeps what is said of this one, itself most often.

    ``borrowed``: by code, the indicator whose definition each takes (``same_as``). What several
    share is asked once. A circle, which no published scheme holds, ends where it began.
    """
    seen = {code}
    found = code
    while (following := borrowed.get(found)) is not None and following in borrowed:
        if following in seen:
            return code
        seen.add(following)
        found = following
    return found
