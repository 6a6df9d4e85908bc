"""The value of a condition, as it is typed and as a definition writes it; definitions as text."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from web.formats import number
from web.pages.definition_form_words import Subject
from web.spelling import SPACES, day_to_iso, hours_to_decimal, number_to_decimal, whole_to_int

SEPARATOR = " ; "
LONGEST = 20_000
_NO_UNLESS_SAID: Final = frozenset({"base", "closed", "list"})
YES: Final[Mapping[str, bool]] = {"true": True, "oui": True, "": True, "false": False, "non": False}


def _money(text: str) -> str:
    euros = number_to_decimal(text)
    return f"{euros}.00" if euros.isdecimal() else euros


def _percent(text: str) -> str:
    return number_to_decimal(SPACES.sub("", text).removesuffix("%"))


_WRITTEN: Final[Mapping[str, Callable[[str], Any]]] = {
    "money": _money,
    "score": number_to_decimal,
    "percent": _percent,
    "hours": hours_to_decimal,
    "integer": whole_to_int,
    "date": day_to_iso,
}


def written_value(subject: Subject, operator: str, text: str, values: tuple[str, ...]) -> Any:
    """What a definition writes: a list for « one_of », else one value in its own spelling."""
    if subject.yes_or_no:
        return YES.get(text.lower(), text)
    if operator == "one_of":
        typed = values or tuple(one.strip() for one in text.split(";") if one.strip())
        return [_one(subject, one) for one in typed]
    return _one(subject, text or (values[0] if values else ""))


def _one(subject: Subject, text: str) -> Any:
    if subject.values:
        words = {told.casefold(): code for code, told in subject.values.items()}
        return words.get(text.casefold(), text)
    return _WRITTEN.get(subject.type, str)(text)


def shown_value(subject: Subject, operator: str, value: Any) -> tuple[str, tuple[str, ...]]:
    """A value as it is typed, and the chosen ones of a closed list."""
    if operator == "one_of":
        chosen = tuple(str(one) for one in value)
        return ("", chosen) if subject.values else (SEPARATOR.join(chosen), ())
    if isinstance(value, bool):
        return ("true" if value else "false"), ()
    text = str(value)
    if subject.type == "date":
        return "/".join(reversed(text.split("-"))), ()
    if subject.type == "money":
        return number(text), ()
    if subject.type in ("score", "percent", "hours"):
        return text.removesuffix(".00").replace(".", ","), ()
    return text, ()


# --- The text of a definition -------------------------------------------------------------------


class TextError(ValueError):
    """A text that is no definition, with what is wrong in French."""


class _Loader(yaml.SafeLoader):
    """Numbers with a point and days stay the texts they were typed as: the API judges them."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if tag not in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_text(text: str) -> dict[str, Any]:
    """The definition that a text in YAML, or in JSON, writes.

    Raises TextError: too long, not YAML, with references (a few lines could stand for millions),
    or anything but keys and values.
    """
    if len(text) > LONGEST:
        raise TextError(f"Le texte dépasse {LONGEST} signes.")
    try:
        if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, _Loader)):
            raise TextError("Les références (« & » et « * ») ne sont pas admises.")
        data = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TextError(f"Le texte ne se lit pas en YAML, à partir de la ligne {line}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, TextError):
            raise
        raise TextError("Le texte ne se lit pas en YAML.") from error
    if not isinstance(data, dict):
        raise TextError("Le texte doit être une suite de clés et de valeurs.")
    return {str(key): _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    """Only what JSON has: whatever else YAML knows becomes its text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def write_text(definition: Mapping[str, Any]) -> str:
    """A definition in YAML, without what it doesn't say."""
    text: str = yaml.safe_dump(
        said(definition), allow_unicode=True, sort_keys=False, width=88, default_flow_style=None
    )
    return text


def said(value: Any) -> Any:
    """A definition without the keys that say nothing, as a person writes it."""
    if isinstance(value, Mapping):
        return {
            key: said(one)
            for key, one in value.items()
            if one is not None and not (one is False and key in _NO_UNLESS_SAID)
        }
    return [said(one) for one in value] if isinstance(value, list) else value
