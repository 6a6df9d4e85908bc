"""Reading of single values: text, date, amount, rate, whole number, boolean, label.

Every reader takes what the file holds, the DECP field for the remarks and the list that collects
them; it answers the value, or ``None`` when nothing usable is said. The usual case comes first in
each function and costs one type check; all that is unusual goes to the functions below it.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from api.rules.decp.issues import issue
from api.rules.decp.labels import LabelTable, loose_key
from api.rules.decp.text import usable_text
from api.rules.records import Issue

# Dates outside are typing mistakes (0218-05-01, 3024-01-01): no contract in force is older.
FIRST_DAY: Final = date(1950, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
# Cents below this are exact when divided by 100 as a float (15 significant digits).
AMOUNT_LIMIT: Final = 10**15
WHOLE_LIMIT: Final = 2**31
RATE_SCALE: Final = 10**6
LONGEST_SUBJECT: Final = 1000

_PARIS = ZoneInfo("Europe/Paris")
_EUROS_LIMIT = AMOUNT_LIMIT // 100
_CENT = Decimal("0.01")
_MILLIONTH = Decimal("0.000001")
_CONTEXT = Context(prec=40)
_LONGEST_NUMBER = 40
_LONGEST_LABEL = 200
_PLACEHOLDERS = frozenset({"NC", "MQ", "CDL", "INX"})
_PLACEHOLDER_STARTS = ("MQ ", "INX ")
_BOOLEAN_TEXTS = {
    "true": True,
    "oui": True,
    "1": True,
    "false": False,
    "non": False,
    "0": False,
}


def is_placeholder(text: str) -> bool:
    """Whether ``text`` is a mark of absence of the ministry's files (NC, MQ …, CDL, INX …)."""
    return text in _PLACEHOLDERS or text.startswith(_PLACEHOLDER_STARTS)


def stripped(text: str, field: str, issues: list[Issue]) -> str | None:
    """``text`` without the spaces around it; ``None`` when blank or a mark of absence."""
    bare = text.strip()
    if not bare:
        return None
    if bare in _PLACEHOLDERS or bare.startswith(_PLACEHOLDER_STARTS):
        issues.append(issue("placeholder", field, text))
        return None
    return bare


def read_text(value: object, field: str, issues: list[Issue]) -> str | None:
    """A free text, kept as it is (spaces included) but for characters nothing can store."""
    if value is None:
        return None
    if type(value) is not str:
        issues.append(issue("unusable_value", field, value, "un texte"))
        return None
    if value == "" or stripped(value, field, issues) is None:
        return None
    return usable_text(value, field, issues)


def read_identifier(value: object, field: str, issues: list[Issue], longest: int) -> str | None:
    """An identifier of ``longest`` characters at most, without the spaces around it."""
    if value is None:
        return None
    if type(value) is int and abs(value) < 10**longest:
        issues.append(issue("identifier_as_number", field, value))
        return str(value)
    if type(value) is not str:
        issues.append(issue("unusable_value", field, value, "un identifiant"))
        return None
    bare = stripped(value, field, issues)
    if bare is None:
        return None
    if bare != value:
        issues.append(issue("spaces_removed", field, value))
    if len(bare) > longest:
        issues.append(issue("out_of_range", field, bare, f"{longest} caractères au plus"))
        return None
    return usable_text(bare, field, issues)


def read_date(value: object, field: str, issues: list[Issue]) -> date | None:
    """A day. A time zone (``2018-12-11+01:00``, official in 2019) is left out without a remark.

    An instant of a time zone (``2024-12-31T23:30:00Z``) is the day that it was in Paris.
    """
    if value is None:
        return None
    if type(value) is not str:
        issues.append(issue("unusable_value", field, value, "une date AAAA-MM-JJ"))
        return None
    if len(value) == 10 and value[4] == "-" == value[7]:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if FIRST_DAY <= day <= LAST_DAY:
                return day
    return _read_unusual_date(value, field, issues)


def _read_unusual_date(value: str, field: str, issues: list[Issue]) -> date | None:
    text = stripped(value, field, issues)
    if text is None:
        return None
    head, rest = (text, "") if len(text) < 10 else (text[:10], text[10:])
    written = _day(head)
    dated = written is not None and (not rest or _is_zone(rest) or rest[0] in "T ")
    day = _day_in_paris(written, rest) if written is not None and dated else None
    if day is None:
        issues.append(issue("impossible_date", field, value))
    elif day != written:
        hint = f"{day.isoformat()}, jour qu’il était à Paris"
        issues.append(issue("date_respelled", field, value, hint))
    elif not _is_zone(rest):
        issues.append(issue("date_respelled", field, value, day.isoformat()))
    return day


def _day_in_paris(day: date, rest: str) -> date | None:
    """The day in Paris of ``day`` followed by an hour and a time zone (``T23:30:00Z``).

    What says no zone, or no hour, is of the day that it writes: ``2018-12-11+01:00`` is a day
    written with the zone of its country, not an instant. ``None`` for a day out of reason.
    """
    try:
        # « 2024-12-31 23:30:00 +0000 » is written so too.
        instant = datetime.fromisoformat(f"{day.isoformat()}T{rest[1:].replace(' ', '')}")
    except ValueError:
        return day
    if instant.tzinfo is None:
        return day
    found = instant.astimezone(_PARIS).date()
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _is_zone(text: str) -> bool:
    """Whether ``text`` is the time zone of an XML Schema date: ``Z``, ``+01:00``."""
    return text == "Z" or (len(text) == 6 and text[0] in "+-" and text[3] == ":")


def _day(text: str) -> date | None:
    """The day written ``2019-1-9``, ``2019-01-09`` or ``09/01/2019``, when it is plausible."""
    parts = text.split("/")[::-1] if "/" in text else text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if len(parts[0]) != 4:
        return None
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def read_amount(value: object, field: str, issues: list[Issue]) -> int | None:
    """An amount in euros, as whole cents; more than two decimals are rounded half up."""
    if type(value) is int and -_EUROS_LIMIT < value < _EUROS_LIMIT:
        return value * 100
    if value is None:
        return None
    number = _number(value, field, issues, "un montant en euros")
    if number is None:
        return None
    if number.adjusted() >= 13:
        issues.append(issue("out_of_range", field, value, "moins de 10 000 milliards d’euros"))
        return None
    cents = _rounded(number, _CENT, field, issues)
    return int(cents.scaleb(2, _CONTEXT))


def read_rate(value: object, field: str, issues: list[Issue]) -> int | None:
    """A share between 0 and 1, as whole millionths; more than six decimals are rounded half up."""
    if type(value) is int and 0 <= value <= 1:
        return value * RATE_SCALE
    if value is None:
        return None
    number = _number(value, field, issues, "un nombre de 0 à 1")
    if number is None:
        return None
    if not 0 <= number <= 1:
        hint = "un taux s’écrit de 0 à 1 (0.3 pour 30\u00a0%)"
        issues.append(issue("out_of_range", field, value, hint))
        return None
    rate = _rounded(number, _MILLIONTH, field, issues)
    return int(rate.scaleb(6, _CONTEXT))


def read_whole(value: object, field: str, issues: list[Issue]) -> int | None:
    """A whole number; ``12.0`` is 12, ``12.5`` is not usable."""
    if type(value) is int and -WHOLE_LIMIT < value < WHOLE_LIMIT:
        return value
    if value is None:
        return None
    number = _number(value, field, issues, "un nombre entier")
    if number is None:
        return None
    if not -WHOLE_LIMIT < number < WHOLE_LIMIT:
        issues.append(issue("out_of_range", field, value, "un nombre moins grand est attendu"))
        return None
    whole = int(number)
    if whole != number:
        issues.append(issue("unusable_value", field, value, "un nombre entier"))
        return None
    return whole


def _rounded(number: Decimal, step: Decimal, field: str, issues: list[Issue]) -> Decimal:
    rounded = number.quantize(step, ROUND_HALF_UP, _CONTEXT)
    if rounded != number:
        issues.append(issue("rounded", field, number, rounded))
    return rounded


def _number(value: object, field: str, issues: list[Issue], expected: str) -> Decimal | None:
    """``value`` as an exact number: Decimal, int, float (by its shortest writing) or text."""
    number: Decimal | None = None
    if isinstance(value, Decimal):
        number = value
    elif type(value) is int and abs(value) < 10**_LONGEST_NUMBER:
        number = Decimal(value)
    elif type(value) is float:
        number = Decimal(repr(value))
    elif type(value) is str:
        bare = stripped(value, field, issues)
        if bare is None:
            return None
        number = _number_of_text(bare)
        if number is not None:
            issues.append(issue("number_as_text", field, value, number))
    if number is None or not number.is_finite():
        issues.append(issue("unusable_value", field, value, expected))
        return None
    return number


def _number_of_text(text: str) -> Decimal | None:
    """``12000.50``, ``12 000,50``: digits, spaces between them, one point or comma."""
    if len(text) > _LONGEST_NUMBER:
        return None
    digits = "".join(text.split()).replace(",", ".").removesuffix("€")
    unsigned = digits.removeprefix("-")
    whole, _, decimals = unsigned.partition(".")
    if not (whole + decimals).isdigit() or not unsigned.isascii():
        return None
    return Decimal(digits)


def read_boolean(value: object, field: str, issues: list[Issue]) -> bool | None:
    """True or false; the texts true, oui, 1, false, non, 0 are understood with a remark."""
    if value is True or value is False:
        return value
    if value is None:
        return None
    text = str(value) if type(value) is int and value in (0, 1) else value
    if type(text) is str:
        bare = stripped(text, field, issues)
        if bare is None:
            return None
        said = _BOOLEAN_TEXTS.get(bare.casefold())
        if said is not None:
            issues.append(issue("boolean_as_text", field, value, str(said).lower()))
            return said
    issues.append(issue("unusable_value", field, value, "true ou false"))
    return None


def read_label(value: object, table: LabelTable, field: str, issues: list[Issue]) -> str | None:
    """A label of ``table``: an official spelling, or another one understood with a remark."""
    if type(value) is str:
        found = table.exact.get(value)
        if found is not None:
            return found
        return _read_unusual_label(value, table, field, issues)
    if value is None:
        return None
    issues.append(issue("unusable_value", field, value, "un libellé"))
    return None


def _read_unusual_label(
    value: str, table: LabelTable, field: str, issues: list[Issue]
) -> str | None:
    if stripped(value, field, issues) is None:
        return None
    found = table.loose.get(loose_key(value)) if len(value) <= _LONGEST_LABEL else None
    if found is None:
        issues.append(issue("unknown_label", field, value, table.listing))
    else:
        issues.append(issue("label_respelled", field, value, found))
    return found
