"""What the cells of a person's file say: months and quantities, however they are written.

Every refusal is a ValueError that says in French what was read and what would be.
"""

import re
from datetime import date
from decimal import Decimal

from api.rules.text import fold

_MONTHS = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars", "mar"),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
_NAMES = {name: month for month, names in enumerate(_MONTHS, start=1) for name in names}
_YEARS = range(2000, 2100)
_SEP = r"\s*[/.\-]\s*"
_MONTH_FORMS = (
    re.compile(rf"(?P<month>[0-9]{{1,2}}){_SEP}(?P<year>[0-9]{{4}})"),
    re.compile(rf"(?P<year>[0-9]{{4}}){_SEP}(?P<month>[0-9]{{1,2}})"),
    re.compile(rf"(?P<day>[0-9]{{1,2}}){_SEP}(?P<month>[0-9]{{1,2}}){_SEP}(?P<year>[0-9]{{4}})"),
    re.compile(rf"(?P<year>[0-9]{{4}}){_SEP}(?P<month>[0-9]{{1,2}}){_SEP}(?P<day>[0-9]{{1,2}})"),
    re.compile(r"(?P<name>[a-z]{3,9})\.?[\s\-/]*(?P<year>[0-9]{4}|[0-9]{2})"),
    re.compile(r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})"),
)


def read_month(value: str | int | Decimal | date | None) -> date:
    """The first day of the month that a cell says.

    Reads "03/2026", "2026-03", "mars 2026", "févr.-26", "202603" and any day of the month, written
    or typed. Raises ValueError on anything else, and on "03/26", which may be a day or a month.
    """
    if isinstance(value, date):
        return _month(value.year, value.month, value.strftime("%d/%m/%Y"))
    # A number is no month, but for 202603: 3.2026 may be three and a bit.
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value)
    written = "" if value is None else str(value).strip()
    if not written:
        raise ValueError("Le mois est vide : écrivez-le comme « 03/2026 ».")
    text = fold(written)
    for form in () if isinstance(value, Decimal) else _MONTH_FORMS:
        if found := form.fullmatch(text):
            return _found_month(found.groupdict(), written)
    raise ValueError(
        f"« {_short(written)} » n’est pas un mois : écrivez-le comme « 03/2026 » ou « mars 2026 »."
    )


def _found_month(parts: dict[str, str | None], written: str) -> date:
    year = int(parts["year"] or 0)
    if "name" in parts:
        month = _NAMES.get(parts["name"] or "", 0)
        year += 2000 if year < 100 else 0
    else:
        month = int(parts["month"] or 0)
    first = _month(year, month, written)
    if parts.get("day"):
        try:
            first.replace(day=int(parts["day"] or 0))
        except ValueError:
            raise ValueError(f"« {_short(written)} » n’est pas un jour du calendrier.") from None
    return first


def _month(year: int, month: int, written: str) -> date:
    if not 1 <= month <= 12:
        raise ValueError(
            f"« {_short(written)} » n’est pas un mois : écrivez-le comme « 03/2026 » ou "
            "« mars 2026 »."
        )
    if year not in _YEARS:
        raise ValueError(f"« {_short(written)} » : l’année doit être entre 2000 et 2099.")
    return date(year, month, 1)


_CLOCK = re.compile(r"(-?)([0-9]{1,6})\s*(?:h|:)\s*([0-9]{1,2})?(?:\s*(?:mn|min|m)|:([0-9]{2}))?")
_UNIT = re.compile(r"\s*(?:€|eur|euros?|h|heures?)\s*(?:ht)?$")
_SPACES = re.compile("[\\s\u00a0\u202f'’]")
_GROUPED = re.compile("-?[0-9]{1,3}(?:[\\s\u00a0\u202f'’][0-9]{3})+(?:[.,][0-9]+)?")
_POINTS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|-?[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_COMMAS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|-?[0-9]{1,3}(?:,[0-9]{3}){2,}")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_MAX_DIGITS = 18


def read_decimal_text(value: str | int | Decimal | None) -> Decimal:
    """The quantity that a cell says, exactly.

    Reads "7,5", "7.5", "1 234,5", "1.234,50 €", and hours: "7h30", "7:30", "7 h", "7,5 h". Minutes
    that are no exact decimal are rounded to four places: "7h20" → 7.3333. "1,234" is one and a
    bit, as in French. Raises ValueError on anything else, never guesses.
    """
    if isinstance(value, bool) or value is None or not str(value).strip():
        raise ValueError("Le nombre est vide : écrivez-le comme « 7,5 ».")
    if isinstance(value, int | Decimal):
        return _checked(Decimal(value), str(value))
    written = value.strip()
    text = fold(written)
    if found := _CLOCK.fullmatch(text):
        return _hours(found, written)
    if re.fullmatch(r"[+-]?[0-9]+(?:[.,][0-9]+)?e[+-]?[0-9]+", text):
        raise ValueError(
            f"« {_short(written)} » est en notation scientifique, qui perd des chiffres : mettez "
            "la cellule au format Nombre ou Texte, puis écrivez la valeur de nouveau."
        )
    digits = _digits(_UNIT.sub("", text).strip())
    if digits is None:
        raise ValueError(
            f"« {_short(written)} » n’est pas un nombre : écrivez-le comme « 7,5 » ou « 1 234,5 »."
        )
    return _checked(Decimal(digits), written)


def _digits(text: str) -> str | None:
    """A number as Python writes it: the mark of thousands left out, a point for decimals."""
    if len(text) > 60:
        return None
    if _GROUPED.fullmatch(text):
        return _SPACES.sub("", text).replace(",", ".")
    if _POINTS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _COMMAS.fullmatch(text):
        return text.replace(",", "")
    return text.replace(",", ".") if _PLAIN.fullmatch(text) else None


def _hours(found: re.Match[str], written: str) -> Decimal:
    sign, hours, minutes, seconds = found.groups()
    if int(minutes or 0) > 59 or int(seconds or 0) > 59:
        raise ValueError(
            f"« {_short(written)} » n’est pas une durée : les minutes vont de 00 à 59. Sept heures "
            "et demie s’écrivent « 7h30 » ou « 7,5 »."
        )
    if minutes and len(minutes) == 1:
        raise ValueError(
            f"« {_short(written)} » est ambigu : écrivez les minutes à deux chiffres, comme "
            "« 7h30 » ou « 7h03 »."
        )
    total = int(hours) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    value = (Decimal(total) / 3600).quantize(Decimal("0.0001")).normalize()
    return -value if sign else _plain(value)


def _plain(value: Decimal) -> Decimal:
    # 1E+1 would be shown as such.
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _checked(value: Decimal, written: str) -> Decimal:
    if not value.is_finite() or len(value.as_tuple().digits) > _MAX_DIGITS or value.adjusted() > 17:
        raise ValueError(f"« {_short(written)} » a trop de chiffres pour être une quantité.")
    return value


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
