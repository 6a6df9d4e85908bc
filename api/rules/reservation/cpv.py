"""Where a CPV code stands towards a list of services: in it, below, above, outside, or unknown."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

SPELLING = re.compile(r"(?P<code>[0-9]{8})(?:-(?P<key>[0-9]))?")
DIVISION = 2
WORKS_DIVISION = "45"
SOFTWARE_DIVISION = "48"
FIRST_SERVICE_DIVISION = "50"


class Place(StrEnum):
    """``BELOW``: a more detailed code than one of the list. ``ABOVE``: a more general one."""

    LISTED = "listed"
    BELOW = "below"
    ABOVE = "above"
    OUTSIDE = "outside"


def known_code(text: str | None, keys: Mapping[str, str]) -> str | None:
    """The eight digits of a code of the vocabulary; ``None`` when it is not said or not in it.

    ``keys``: eight digits -> check digit. A check digit that is written must be the right one.
    """
    spelled = SPELLING.fullmatch(text) if text else None
    if spelled is None or spelled["code"] not in keys:
        return None
    code, key = spelled["code"], spelled["key"]
    return code if key in (None, keys[code]) else None


def is_within(code: str, general: str) -> bool:
    """Whether ``code`` is ``general`` or one of its details in the tree of the vocabulary."""
    return code.startswith(significant(general))


def significant(code: str) -> str:
    """The digits that carry meaning: 80300000 -> 803, 85000000 -> 85."""
    return code[:DIVISION] + code[DIVISION:].rstrip("0")


def division(code: str) -> str:
    """The first two digits: the field of activity."""
    return code[:DIVISION]


def place_of(code: str, codes: Collection[str], intervals: Collection[tuple[str, str]]) -> Place:
    """Where a known code stands: exact match with ``codes``, or inside one of the ``intervals``.

    A detail of a single code is ``BELOW``, not in the list: whether it counts is for a lawyer.
    """
    if code in codes or any(first <= code <= last for first, last in intervals):
        return Place.LISTED
    if any(is_within(code, listed) for listed in codes):
        return Place.BELOW
    if any(is_within(listed, code) for listed in codes):
        return Place.ABOVE
    return Place.OUTSIDE
