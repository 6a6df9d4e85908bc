"""Amounts that no contract can have: no sum counts them until somebody says that they are true.

Said again from decision 0042, without the code that applies it: three ceilings and two habits.
"""

from collections.abc import Sequence

CEILINGS = {"marche": 3_000_000_000_00, "concession": 15_000_000_000_00}
A_EURO = 100
COUNTED_UP = "1234567890123"


def unbelievable(kind: str, cents: int | None) -> bool:
    """Whether a contract cannot be worth this; what nobody said is only unknown."""
    if cents is None:
        return False
    return cents <= A_EURO or cents > CEILINGS[kind] or _fills_a_field(cents)


def _fills_a_field(cents: int) -> bool:
    digits = str(cents // 100)
    one_digit = digits == digits[0] * len(digits) or COUNTED_UP.startswith(digits)
    return cents % 100 == 0 and 9 <= len(digits) <= 13 and one_digit


def slipped(first: int | None, last: int) -> bool:
    """Whether an amendment multiplies or divides by 100 or 1,000, give or take a fifth."""
    if not first or first < 0 or last <= 0:
        return False
    ratio = (max(first, last), min(first, last))
    return any(8 * by * ratio[1] <= 10 * ratio[0] <= 12 * by * ratio[1] for by in (100, 1000))


def set_aside(kind: str, first: int | None, amended: Sequence[int] = ()) -> frozenset[str]:
    """The fields of a contract that no sum counts, of its first amount and of those of its
    amendments, in order."""
    own = unbelievable(kind, first)
    found = {"amount"} if own else set()
    last = amended[-1] if amended else first
    if unbelievable(kind, last):
        found.add("current_amount")
    if amended and not own and slipped(first, amended[-1]):
        found.add("current_amount")
    return frozenset(found)
