"""Hours as whole quarter-hours: read from a form or a file, written for a machine or a reader."""

import re
from fractions import Fraction
from typing import Final

from api.rules.hours.french import RefusedValueError, half_up, number
from api.rules.indicators.phrases import NARROW

IN_AN_HOUR: Final = 4
# Past this, the count of quarters no longer fits the INTEGER of a database (2**31).
HIGHEST: Final = 100_000_000 * IN_AN_HOUR

_WHOLE = r"(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,12})"
_DECIMAL = re.compile(rf"{_WHOLE}(?:[.,](?P<rest>[0-9]{{1,12}}))? ?[hH]?")
_CLOCK = re.compile(rf"{_WHOLE} ?[hH:] ?(?P<minutes>[0-9]{{2}})")
_DECIMALS = ("", ",25", ",5", ",75")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_MINUS = ("-", "−", "–")
_LONGEST = 40  # what is longer is no number of hours, and would fill a message


def hours_text(quarters: int) -> str:
    """The exact decimal string of JSON and CSV: 49 quarters is "12.25"."""
    whole, rest = divmod(abs(quarters), IN_AN_HOUR)
    return f"{'-' if quarters < 0 else ''}{whole}.{rest * 25:02}"


def hours_label(quarters: int) -> str:
    """What a person reads: « 1 234,25 h », « 12 h »."""
    whole, rest = divmod(abs(quarters), IN_AN_HOUR)
    sign = "−" if quarters < 0 else ""
    return f"{sign}{whole:,}".replace(",", NARROW) + f"{_DECIMALS[rest]}{NARROW}h"


def nearest_quarter(hours: Fraction) -> int:
    """Hours to whole quarter-hours, the nearest; an eighth of an hour goes up."""
    return half_up(hours * IN_AN_HOUR)


def read_hours(text: str, field: str = "hours") -> int:
    """Quarter-hours of what a person wrote: "7,5", "7.5", "7h30", "7:30", "1 234,25".

    Raises ``RefusedValueError`` (French, with ``field``) for anything that isn't a positive or null
    multiple of a quarter of an hour, or that reads two ways ("1.250").
    """
    written = _SPACES.sub(" ", text).strip(" ")
    if not written:
        raise RefusedValueError(field, "Heures manquantes : saisissez un nombre, par exemple 7,5.")
    if len(written) > _LONGEST:
        written = f"{written[:_LONGEST]}…"
    if written.startswith(_MINUS):
        raise RefusedValueError(
            field, f"« {written} » est négatif : saisissez un nombre d’heures positif."
        )
    hours = _read(written, field)
    quarters = hours * IN_AN_HOUR
    if quarters > HIGHEST:
        raise RefusedValueError(
            field, f"« {written} » est trop grand : vérifiez le nombre d’heures."
        )
    if quarters.denominator > 1:
        below = quarters.numerator // quarters.denominator
        near = " ou ".join(number(Fraction(one, IN_AN_HOUR)) for one in (below, below + 1))
        raise RefusedValueError(
            field,
            f"« {written} » n’est pas un multiple de 0,25 h (un quart d’heure) : saisissez {near}.",
        )
    return quarters.numerator


def _read(written: str, field: str) -> Fraction:
    if found := _CLOCK.fullmatch(written):
        minutes = int(found["minutes"])
        if minutes >= 60:
            raise RefusedValueError(
                field, f"« {written} » : les minutes vont de 00 à 59, corrigez-les."
            )
        return _whole(found["whole"]) + Fraction(minutes, 60)
    if not (found := _DECIMAL.fullmatch(written)):
        raise RefusedValueError(
            field,
            f"« {written} » ne se lit pas comme un nombre d’heures : écrivez par exemple 7,5 "
            "ou 7h30.",
        )
    rest = found["rest"] or "0"
    hours = _whole(found["whole"]) + Fraction(int(rest), 10 ** len(rest))
    if len(rest) == 3 and (hours * IN_AN_HOUR).denominator == 1:
        # "1.250" is an hour and a quarter, or one thousand two hundred and fifty hours.
        thousands = number(_whole(found["whole"]) * 1000 + int(rest))
        raise RefusedValueError(
            field, f"« {written} » se lit de deux façons : écrivez {number(hours)} ou {thousands}."
        )
    return hours


def _whole(digits: str) -> Fraction:
    return Fraction(int(digits.replace(" ", "")))
