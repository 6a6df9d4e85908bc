"""How values read in French: amounts, days, percents, and the spaces of French typography."""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

LOCALE = Locale("fr", "FR")
PARIS = ZoneInfo("Europe/Paris")
NARROW = "\u202f"
FIXED = "\u00a0"
MILLION = 1_000_000
UNKNOWN = "non renseigné"

# How Python parts thousands and decimals, and how French does.
_FRENCH = str.maketrans({",": NARROW, ".": ","})
_BEFORE = re.compile(r" ([;?!%€])")
_COLON = re.compile(r" (:)(?=\s|$)")
_EXTRACTED = "du texte extrait du document"
_NUMBERS = r"\d+(?:(?:,\s?|-|\s(?:et|à)\s)\d+)*"
_LINES = (
    (re.compile(rf"\s*\(l\.\s{_NUMBERS}\)"), ""),
    (re.compile(rf"\(l\.\s{_NUMBERS},\s"), "("),
    (re.compile(rf",\sl\.\s{_NUMBERS}(?=\))"), ""),
    (re.compile(r"\bl\.\s(\d+)(?![\d,-]|\s(?:et|à)\s\d)"), rf"ligne \1 {_EXTRACTED}"),
    (re.compile(rf"\bl\.\s({_NUMBERS})"), rf"lignes \1 {_EXTRACTED}"),
)
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def french_spaces(text: str) -> str:
    """Put the no-break spaces of French typography where the text holds plain ones."""
    text = text.replace("« ", f"«{FIXED}").replace(" »", f"{FIXED}»")
    return _COLON.sub(rf"{FIXED}\1", _BEFORE.sub(rf"{NARROW}\1", text))


def french(text: str) -> str:
    """A text that comes from elsewhere, set as French is: its spaces and its apostrophes."""
    return _APOSTROPHE.sub("’", french_spaces(text))


def number(value: object, places: int | None = None) -> str:
    """A number with its thousands apart: « 12 345,6 ». None is « non renseigné ».

    ``places`` fixes the number of decimals; without it, as many as the value has.
    """
    decimal = _decimal(value)
    if decimal is None:
        return UNKNOWN
    if places is None:
        places = max(0, -int(decimal.normalize().as_tuple().exponent))
    return f"{decimal:,.{places}f}".translate(_FRENCH)


def rounded(value: object) -> str:
    """A number with two decimals at most; below 0,01, its first two figures: « 0,0042 »."""
    decimal = _decimal(value)
    if decimal is None:
        return UNKNOWN
    places = 2 if not decimal or abs(decimal) >= Decimal("0.01") else 1 - decimal.adjusted()
    return number(decimal.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def euros(value: object) -> str:
    """An amount with its cents: « 12 345,60 € »."""
    return UNKNOWN if _decimal(value) is None else f"{number(value, 2)}{NARROW}€"


def euros_short(value: object) -> str:
    """An amount for a sentence or a card: cents only when there are some."""
    decimal = _decimal(value)
    if decimal is None:
        return UNKNOWN
    return f"{number(decimal, 0 if decimal == decimal.to_integral_value() else 2)}{NARROW}€"


def percent(value: object) -> str:
    """A number of percents, two decimals at most: « 12,5 % »."""
    decimal = _decimal(value)
    if decimal is None:
        return UNKNOWN
    return f"{number(decimal.quantize(Decimal('0.01')))}{NARROW}%"


def rate(value: object) -> str:
    """A rate between 0 and 1, in percents: 0.05 is « 5 % »."""
    decimal = _decimal(value)
    return UNKNOWN if decimal is None else f"{number(decimal * 100)}{NARROW}%"


def day(value: str | date | None) -> str:
    """A day in full: « 20 novembre 2026 »."""
    found = _day(value)
    if found is None:
        return UNKNOWN
    shape = "d MMMM yyyy" if found.day > 1 else "d'er' MMMM yyyy"
    return format_date(found, shape, locale=LOCALE).replace(" ", FIXED)


def short_day(value: str | date | None) -> str:
    """A day in figures: « 20/11/2026 »."""
    found = _day(value)
    return UNKNOWN if found is None else f"{found:%d/%m/%Y}"


def countdown(value: str | date) -> str:
    """How far a last day is from today in Paris: « dans 9 jours », « en retard de 4 jours »."""
    found = _day(value)
    if found is None:
        return UNKNOWN
    left = (found - datetime.now(PARIS).date()).days
    near = {0: "aujourd’hui", 1: "demain", -1: "en retard d’un jour"}
    if left in near:
        return near[left]
    words = f"{number(abs(left))}{FIXED}jours"
    return f"dans {words}" if left > 0 else f"en retard de {words}"


def instant(value: str | None) -> str:
    """An instant of the API (UTC) as the clocks of Paris showed it: « 20/11/2026 à 10 h 42 »."""
    if value is None:
        return UNKNOWN
    local = _in_paris(value)
    return f"{local:%d/%m/%Y} à {local:%H}{FIXED}h{FIXED}{local:%M}"


def local_day(value: str) -> str:
    """The day of an instant of the API (UTC) in Paris: « 2026-11-20 »."""
    return _in_paris(value).date().isoformat()


def month(value: str | None) -> str:
    """A month of the API in full: "2026-03" is « mars 2026 »."""
    if value is None:
        return UNKNOWN
    found = date.fromisoformat(f"{value}-01")
    return format_date(found, "MMMM yyyy", locale=LOCALE).replace(" ", FIXED)


def of_month(value: str) -> str:
    """A month after « de »: « de mars 2026 », « d’octobre 2026 »."""
    told = month(value)
    return f"d’{told}" if told[0] in "ao" else f"de {told}"


def hours(value: object) -> str:
    """Hours of the API: "1234.50" is « 1 234,5 h »."""
    return UNKNOWN if _decimal(value) is None else f"{number(value)}{FIXED}h"


def current_year() -> int:
    """The year it is in Paris."""
    return datetime.now(PARIS).year


def this_day() -> str:
    """The day it is in Paris, as the API writes it."""
    return datetime.now(PARIS).date().isoformat()


def yes_no(value: object) -> str:
    """A fact: « oui », « non », « non renseigné »."""
    return UNKNOWN if value is None else "oui" if value else "non"


def known(value: object) -> str:
    """A text, or « non renseigné » when nothing is said; a list is told with commas."""
    if value is None or value in ("", []):
        return UNKNOWN
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def siret(value: str | None) -> str:
    """A SIRET by groups: « 246 200 364 00080 »."""
    if value is None:
        return UNKNOWN
    if len(value) != 14:
        return value
    return FIXED.join((value[:3], value[3:6], value[6:9], value[9:]))


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count and its noun: « 0 marché », « 1 marché », « 1 204 marchés »."""
    noun = one if abs(count) < 2 else many or f"{one}s"
    return f"{number(count)}{FIXED}{noun}"


def measured(value: object, measure: str | None, unit: str | None = None) -> str:
    """A figure of an indicator in its unit: percents, euros, or a count and its unit."""
    if _decimal(value) is None:
        return UNKNOWN
    if measure in ("share", "amount_share") or unit == "%":
        return percent(value)
    if measure == "amount" or unit == "€":
        return euros_short(value)
    return f"{number(value)}{FIXED}{unit}" if unit else number(value)


def measured_short(value: object, measure: str | None) -> str:
    """A figure where place is scarce: from a million on, an amount is told in millions."""
    decimal = _decimal(value)
    if measure != "amount" or decimal is None:
        return measured(value, measure)
    if abs(decimal) < MILLION:
        return f"{number(decimal, 0)}{NARROW}€"
    return f"{number((decimal / MILLION).quantize(Decimal('0.01')))}{FIXED}M€"


def rate_short(value: object) -> str:
    """A rate between 0 and 1 in whole percents, never rounded up; « moins de 1 % » is no zero."""
    decimal = _decimal(value)
    if decimal is None:
        return UNKNOWN
    whole = (decimal * 100).quantize(Decimal(1), ROUND_DOWN)
    if whole == 99 and decimal * 100 > whole:
        return f"plus de 99{NARROW}%"
    if whole == 0 and decimal > 0:
        return f"moins de 1{NARROW}%"
    return f"{number(whole)}{NARROW}%"


def quoted(text: str) -> str:
    """A text in guillemets; those that it has itself are of the second kind: « dits “verts” »."""
    inner = re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", french(text)))
    return f"«{FIXED}{inner}{FIXED}»"


def unlined(text: str) -> str:
    """A text without its references to lines of what was extracted from a document, which nobody
    who reads the document has; the few that are part of a sentence are spelled out."""
    for pattern, plain in _LINES:
        text = pattern.sub(plain, text)
    return text


def sentence(text: str) -> str:
    """A sentence with its capital."""
    return text[:1].upper() + text[1:]


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} n’est pas un nombre") from error


def _day(value: str | date | None) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return value
    return _in_paris(value).date() if "T" in value else date.fromisoformat(value)


def _in_paris(instant: str) -> datetime:
    moment = datetime.fromisoformat(instant)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(PARIS)
