"""How numbers, money, months and refusals of insertion hours read in French."""

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from api.rules.indicators.phrases import FIXED, MONTHS, NARROW

MILLION: Final = 1_000_000

_BEFORE = re.compile(r" (?=[;?!%€])")
_AFTER_NUMBER = re.compile(r"(?<=\d) (?=h\b)")


class RefusedValueError(ValueError):
    """A value that can't be taken: ``field`` names it, the message says in French what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(spaced(message))
        self.field = field


def spaced(text: str) -> str:
    """Put the no-break spaces of French typography where the text holds plain ones."""
    text = text.replace("« ", f"«{FIXED}").replace(" »", f"{FIXED}»").replace(" :", f"{FIXED}:")
    return _AFTER_NUMBER.sub(NARROW, _BEFORE.sub(NARROW, text))


def half_up(value: Fraction) -> int:
    """The nearest integer; a half goes up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def fixed(value: Fraction | int, places: int) -> str:
    """A number with exactly ``places`` decimals, half up: « 1 234,50 »."""
    scaled = half_up(abs(Fraction(value)) * 10**places)
    whole, rest = divmod(scaled, 10**places)
    digits = f"{whole:,}".replace(",", NARROW)
    sign = "−" if value < 0 and scaled else ""
    return f"{sign}{digits},{rest:0{places}}" if places else f"{sign}{digits}"


def number(value: Fraction | int, places: int = 2) -> str:
    """A number with ``places`` decimals at most, without useless zeros: « 1 234,5 »."""
    text = fixed(value, places)
    return text.rstrip("0").rstrip(",") if places else text


def percent(share: Fraction, places: int = 2) -> str:
    """A share (1 is the whole) in percents: « 62 % »."""
    return f"{number(share * 100, places)}{NARROW}%"


def money(cents: Fraction | int) -> str:
    """Cents in euros, decimals only when there are some: « 20 € », « 28,57 € »."""
    whole = half_up(Fraction(cents)) % 100 == 0
    return f"{fixed(Fraction(cents) / 100, 0 if whole else 2)}{NARROW}€"


def month_text(month: date) -> str:
    """A month in words: « mars 2026 »."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def listed(words: Sequence[str], last: str = "et") -> str:
    """« a, b et c »."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
