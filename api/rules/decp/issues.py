"""How a remark is made: its sentence filled in, the values shown on one short line."""

from decimal import Decimal
from functools import lru_cache
from typing import Final

from api.rules.decp.sentences import ISSUES
from api.rules.records import Issue

_SHOWN_LENGTH: Final = 60
_LARGEST_SHOWN_INTEGER: Final = 10**_SHOWN_LENGTH


def shown(value: object) -> str:
    """A value as a message shows it: one line, in quotation marks, about 60 characters."""
    if isinstance(value, str):
        text = value[: _SHOWN_LENGTH + 1]
    elif isinstance(value, dict):
        return "un objet"
    elif isinstance(value, list | tuple):
        return "une liste"
    elif value is None:
        return "rien"
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, int) and abs(value) >= _LARGEST_SHOWN_INTEGER:
        # Python refuses to write integers of thousands of digits.
        return "un nombre de plus de 60 chiffres"
    elif isinstance(value, int | float | Decimal):
        text = str(value)
    else:
        return "une valeur d’un autre type"
    if len(text) > _SHOWN_LENGTH:
        text = text[: _SHOWN_LENGTH - 1] + "…"
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return f"«\u00a0{text}\u00a0»"


def issue(code: str, field: str, value: object = None, hint: object = "") -> Issue:
    """The remark ``code`` on ``field``, its sentence filled in; unknown codes are a KeyError."""
    if value is None and hint == "":
        return _plain_issue(code, field)
    template = ISSUES[code].template
    return Issue(code, field, template.format(field=field, value=shown(value), hint=hint))


@lru_cache(maxsize=1024)
def _plain_issue(code: str, field: str) -> Issue:
    """A remark that tells no value: the most frequent ones of old files."""
    return Issue(code, field, ISSUES[code].template.format(field=field, value=shown(None), hint=""))


def level_of(code: str) -> str:
    """How much the remark matters: refusal, warning, information or publication."""
    return ISSUES[code].level
