"""What a French person types, as the API spells it; what can't be converted stays as it was typed.

The API alone judges a value: a text left as it was is refused there, with its own message.
"""

import re
from decimal import Decimal, InvalidOperation

SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])[/.\- ](\d{4}|\d{2})")
NAMED_MONTH = re.compile(r"(\w+)\.? (\d{4})")
FRENCH_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
CLOCK = re.compile(r"(\d+)[h:](\d{2})?")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def day_to_iso(text: str) -> str:
    """« 20/11/2026 », « 20-11-26 » or « 2026-11-20 » -> « 2026-11-20 »; else the text itself."""
    found = DAY_MONTH_YEAR.fullmatch(text)
    if not found:
        return text
    day, month, year = found.groups()
    return f"{year if len(year) == 4 else f'20{year}'}-{int(month):02}-{int(day):02}"


def number_to_decimal(text: str) -> str:
    """« 12 345,60 € » -> « 12345.60 »; else the text itself."""
    bare = SPACES.sub("", text).removesuffix("€")
    return bare.replace(",", ".") if FRENCH_NUMBER.fullmatch(bare) else text


def share_to_decimal(text: str) -> str:
    """« 5 % » -> « 0.05 », « 0,05 » -> « 0.05 »; else the text itself."""
    bare = SPACES.sub("", text)
    converted = number_to_decimal(bare.removesuffix("%"))
    if not bare.endswith("%"):
        return converted
    try:
        return f"{(Decimal(converted) / 100).normalize():f}"
    except InvalidOperation:
        return text


def whole_to_int(text: str) -> int | str:
    """« 1 204 » -> 1204; else the text itself."""
    bare = SPACES.sub("", text)
    return int(bare) if re.fullmatch(r"-?[0-9]{1,18}", bare) else text


def flag_to_bool(text: str) -> bool | str:
    """« true » and « false », as our own choices send them; else the text itself."""
    return {"true": True, "false": False}.get(text, text)


def month_to_iso(text: str) -> str:
    """« 03/2026 », « mars 2026 » or « 2026-03 » -> « 2026-03 »; else the text itself."""
    bare = SPACES.sub(" ", text).strip().lower()
    if found := MONTH_YEAR.fullmatch(bare):
        month, year = found.groups()
        return f"{year if len(year) == 4 else f'20{year}'}-{int(month):02}"
    named = NAMED_MONTH.fullmatch(bare)
    if named and named[1] in MONTHS:
        return f"{named[2]}-{MONTHS.index(named[1]) + 1:02}"
    return text


def hours_to_decimal(text: str) -> str:
    """« 7,5 », « 7 h 30 » or « 7:30 » -> « 7.5 »; minutes that are no quarter stay as typed."""
    bare = SPACES.sub("", text).lower()
    if found := CLOCK.fullmatch(bare):
        whole, minutes = found[1], int(found[2] or 0)
        return f"{whole}.{minutes * 100 // 60:02}" if minutes in (0, 15, 30, 45) else text
    return number_to_decimal(bare.removesuffix("h"))
