"""What a cell of a workbook says: exact numbers, days, durations, text made clean."""

import re
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Literal, NamedTuple

from api.kit.sheets.model import Cell

# A spreadsheet computes on binary numbers and shows fifteen digits of them: 0.30000000000000004
# is 0.3 to the person who wrote it.
_SHOWN = Context(prec=15)
_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
# As most numbers are written: fewer than fifteen digits, no exponent, no zero at the end.
_SHORT = re.compile(r"-?[0-9]{1,7}\.[0-9]{0,6}[1-9]")
# Beyond any quantity of this world; 1E+9999 must not become ten thousand digits.
_MAX_EXPONENT = 40


class Format(NamedTuple):
    """How a number is shown: as itself, as a day, as a time; with at least ``width`` digits."""

    shape: Literal["number", "date", "time"] = "number"
    width: int = 0


PLAIN = Format()
# Formats that files name by number only (ECMA-376, part 1, 18.8.30).
_BUILT_IN = {
    **dict.fromkeys([*range(14, 18), 22, *range(27, 37), *range(50, 59)], Format("date")),
    **dict.fromkeys([18, 19, 20, 21, 45, 46, 47], Format("time")),
}
# Texts, escaped characters, colours and locales; not [h], which is a duration.
_DECORATION = re.compile(r'"[^"]*"|[\\_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]')


def read_format(identifier: int, code: str | None) -> Format:
    """The format of a number and its code, as in "dd/mm/yyyy", "[h]:mm" or "00000"."""
    if code is None:
        return _BUILT_IN.get(identifier, PLAIN)
    bare = _DECORATION.sub("", code.lower()).split(";")[0].strip()
    if bare in ("general", "standard", "@"):
        return PLAIN
    if re.fullmatch("0{2,}", bare):
        return Format(width=len(bare))
    if "[" in bare:
        return Format("time")
    if re.search("[yd]|jj|aa", bare):
        return Format("date")
    if re.search("[hs]", bare):
        return Format("time")
    return Format("date") if "m" in bare else PLAIN


def read_number(text: str) -> str | int | Decimal:
    """The number that a workbook writes; what is not a number stays a text.

    No binary number is made: "7.5" → Decimal("7.5"), "2.462003640008E13" → 24620036400080.
    """
    if _WHOLE.fullmatch(text):
        return int(text)
    if _SHORT.fullmatch(text):
        return Decimal(text)
    if not _NUMBER.fullmatch(text):
        return text
    value = _SHOWN.normalize(Decimal(text))
    if not value:
        return 0
    if abs(value.adjusted()) > _MAX_EXPONENT:
        return text
    whole = int(value)
    return whole if whole == value else value


def shown(value: str | int | Decimal, shape: Format, *, from_1904: bool) -> Cell:
    """A number as its format shows it: a day, "7:30" for a time, "01000" for five digits."""
    if isinstance(value, str) or value < 0:
        return value
    if shape.shape == "time" or (shape.shape == "date" and value < 1):
        return clock(round(value * 86_400)) if value < _LAST_SERIAL else value
    if shape.shape == "date":
        day = _day(int(value), from_1904=from_1904)
        return value if day is None else day
    if shape.width and isinstance(value, int):
        return f"{value:0{min(shape.width, 40)}d}"
    return value


_LAST_SERIAL = 2_958_466  # 1st January 10000


def _day(serial: int, *, from_1904: bool) -> date | None:
    if serial >= _LAST_SERIAL - (1462 if from_1904 else 0):
        return None
    if from_1904:
        return date(1904, 1, 1) + timedelta(days=serial)
    if serial == 60:  # 29 February 1900, which only spreadsheets know
        return None
    return date(1899, 12, 30 if serial > 60 else 31) + timedelta(days=serial)


def clock(seconds: int) -> str:
    """A duration as people write it: "7:30", "35:00", "0:15:30"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}" + (f":{rest:02d}" if rest else "")


_DURATION = re.compile(
    r"P(?:T)?(?:([0-9]{1,7})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,7})(?:[.,][0-9]*)?S)?"
)


def read_duration(text: str) -> str:
    """An ISO 8601 duration as people write it: "PT07H30M00S" → "7:30"; anything else as it is."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return clock(hours * 3600 + minutes * 60 + seconds)


def read_day(text: str) -> date | str:
    """The day of an ISO 8601 date or instant; anything else as it is."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text


def clean(text: str) -> str | None:
    """A text without the spaces around it; nothing at all when it holds nothing else."""
    return text.strip().strip("\ufeff\u200b").strip() or None


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Open the escapes of XLSX texts: "a_x000D_b" → "a", a line end, "b"."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    if 0xD800 <= code < 0xE000 or (code < 32 and code not in (9, 10, 13)):
        return ""
    return chr(code)
