"""Rules of single values before publication: what the schema 2.0.3 asks of each kind of field.

Every rule takes the value, the DECP field, what to fill in, and the list of the issues found.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from api.rules.decp.coherence import euros
from api.rules.decp.identifiers import (
    LONGEST_IDENTIFIER,
    has_cpv_shape,
    has_siret_shape,
    is_short_place_code,
)
from api.rules.decp.identity import LONGEST_PUBLISHED_REFERENCE
from api.rules.decp.issues import issue
from api.rules.decp.text import is_writable
from api.rules.decp.values import (
    AMOUNT_LIMIT,
    FIRST_DAY,
    LAST_DAY,
    LONGEST_SUBJECT,
    WHOLE_LIMIT,
    is_placeholder,
)
from api.rules.records import Issue

ONE_EURO: Final = 100

Check = Callable[[Any, str, str, list[Issue]], None]


def check_text(value: str, field: str, hint: str, found: list[Issue], longest: int) -> None:
    bare = value.strip()
    if not bare or is_placeholder(bare):
        found.append(issue("required", field, hint=hint))
    elif not is_writable(value):
        found.append(issue("unwritable_characters", field, value))
    elif len(value) > longest:
        found.append(issue("too_long", field, value, longest))


def check_subject(value: str, field: str, hint: str, found: list[Issue]) -> None:
    check_text(value, field, hint, found, LONGEST_SUBJECT)


def check_reference(value: str, field: str, hint: str, found: list[Issue]) -> None:
    check_text(value, field, hint, found, LONGEST_PUBLISHED_REFERENCE)
    if value != value.strip():
        found.append(issue("wrong_form", field, value, f"{hint}, sans espace autour"))


def check_identifier(value: str, field: str, hint: str, found: list[Issue]) -> None:
    """An identifier other than a SIRET: what ``read_identifier`` gives back unchanged."""
    check_text(value, field, hint, found, LONGEST_IDENTIFIER)
    if value != value.strip():
        found.append(issue("wrong_form", field, value, f"{hint}, sans espace autour"))


def check_place_code(value: str, field: str, hint: str, found: list[Issue]) -> None:
    """The code of a place. NC and MQ are not marks of absence here: they are ISO countries."""
    if not is_short_place_code(value):
        check_identifier(value, field, hint, found)


def check_siret(value: str, field: str, hint: str, found: list[Issue]) -> None:
    if not has_siret_shape(value):
        found.append(issue("wrong_form", field, value, hint))


def check_cpv(value: str, field: str, hint: str, found: list[Issue]) -> None:
    if not has_cpv_shape(value):
        found.append(issue("wrong_form", field, value, hint))


def check_date(value: date, field: str, hint: str, found: list[Issue]) -> None:
    if not FIRST_DAY <= value <= LAST_DAY:
        found.append(issue("wrong_form", field, value.isoformat(), hint))


def check_count(value: int, field: str, _hint: str, found: list[Issue]) -> None:
    if value < 1:
        found.append(issue("too_low", field, value, "1"))
    elif value >= WHOLE_LIMIT:
        found.append(issue("too_high", field, value, WHOLE_LIMIT))


def check_amount(value: int, field: str, _hint: str, found: list[Issue]) -> None:
    check_cents(value, field, ONE_EURO, found)


def check_amount_or_none(value: int, field: str, _hint: str, found: list[Issue]) -> None:
    check_cents(value, field, 0, found)


def check_cents(value: int, field: str, least: int, found: list[Issue]) -> None:
    if value < least:
        found.append(issue("too_low", field, euros(value), euros(least)))
    elif value >= AMOUNT_LIMIT:
        found.append(issue("too_high", field, euros(value), "10 000 milliards d’euros"))


def check_nothing(_value: object, _field: str, _hint: str, _found: list[Issue]) -> None:
    """The value may be any of its type, or has its own rule below."""
