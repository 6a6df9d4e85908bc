"""Forms drawn from the API's JSON Schema: what to ask, how a person spells it, what went wrong.

The API alone judges a value. This module only changes spelling: « 20/11/2026 » becomes
« 2026-11-20 », « 12 345,60 » becomes « 12345.60 ». What it can't convert is sent as it was typed,
so that the API refuses it with its own message, shown on the field with the typed text kept.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from web.client import Answer, ApiProblem
from web.spelling import (
    day_to_iso,
    flag_to_bool,
    hours_to_decimal,
    month_to_iso,
    number_to_decimal,
    share_to_decimal,
    whole_to_int,
)

TEXT, AREA, CHOICE, CHOICES, FLAG = "text", "area", "choice", "choices", "flag"
DAY, AMOUNT, SHARE, WHOLE, PARTIES = "day", "amount", "share", "whole", "parties"
HOURS, MONTH = "hours", "month"

# Refusals after which a person corrects the form and sends it again.
CORRECTED = frozenset({400, 409, 412, 422, 428, 429})
LONG = 300  # from this length on, a text deserves several lines
EMPTY_ROWS = 2  # blank rows offered after the companies already there
PARTY_PARTS = ("id_type", "identifier", "name")
# The sheet of a company whose name is not given and that has no number: all that can be sent back.
SHEET = "id"
# What only one kind of text accepts, the narrowest last.
EXAMPLES = (("12000.05", AMOUNT), ("0.05", SHARE), ("2026-03", MONTH), ("7.25", HOURS))
Error = Mapping[str, Any]  # of the API: the path of a field, and what is wrong there
DEFINITIONS = re.compile(r"#/components/schemas/(\w+)")


@dataclass(frozen=True)
class Field:
    """One thing to ask: ``options`` are (value, words) of a closed list; for companies, of the
    kinds of identifier."""

    name: str
    title: str
    kind: str
    help: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()


@dataclass
class Form:
    """Fields, what is typed in them, and what is wrong: ``errors`` are messages by field name.

    ``general`` are the messages that belong to no field of the form.
    """

    fields: dict[str, Field]
    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)

    def arranged(self, *sections: Iterable[str]) -> list[str]:
        """The fields that none of the ``sections`` names: a new one of the API shows by itself."""
        placed = {name for section in sections for name in section}
        return [name for name in self.fields if name not in placed]

    @property
    def summary(self) -> list[tuple[str, str, str]]:
        """What is wrong, in the order of the form: field, title, message."""
        return [
            (name, self.fields[name].title, message)
            for name in self.fields
            for message in self.errors.get(name, [])
        ]


def fields_of(
    document: Mapping[str, Any], schema: str, words: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Field]:
    """The fields of one schema of the document, by name, in its order.

    ``words`` gives, for a closed list, what to read in place of each value.
    """
    described = document["components"]["schemas"][schema]
    required = set(described.get("required", []))
    words = words or {}
    return {
        name: _field(document, name, spec, name in required, words.get(name, {}))
        for name, spec in described["properties"].items()
    }


def _field(
    document: Mapping[str, Any],
    name: str,
    spec: Mapping[str, Any],
    required: bool,
    words: Mapping[str, str],
) -> Field:
    merged = _resolved(document, spec)
    kind = _kind(document, merged)
    listed = _resolved(document, merged["items"]) if kind in (CHOICES, PARTIES) else merged
    if kind == PARTIES:
        listed = _resolved(document, listed["properties"]["id_type"])
    # The official labels hold straight apostrophes: they are kept as values, not as words.
    words = {**listed.get("x-labels", {}), **words}
    options = tuple(
        (value, words.get(value, value.replace("'", "’"))) for value in listed.get("enum", ())
    )
    return Field(
        name=name,
        title=spec.get("title") or merged.get("title", name),
        kind=kind,
        help=spec.get("description", ""),
        required=required,
        options=options,
    )


def labels(document: Mapping[str, Any], schema: str) -> dict[str, str]:
    """The French of the codes of a closed list of the document, as it gives it."""
    found: dict[str, str] = document["components"]["schemas"][schema]["x-labels"]
    return found


def _resolved(document: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """A schema without « or null » nor reference: what a value that is said looks like."""
    merged = dict(spec)
    for key in ("anyOf", "oneOf", "allOf"):
        for one in merged.pop(key, []):
            if one.get("type") != "null":
                merged = _resolved(document, one) | merged
    found = DEFINITIONS.fullmatch(merged.pop("$ref", ""))
    if found:
        merged = _resolved(document, document["components"]["schemas"][found[1]]) | merged
    if "const" in merged:
        merged.setdefault("enum", [merged["const"]])
    return merged


def _kind(document: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    if spec.get("type") == "array":
        items = _resolved(document, spec["items"])
        return CHOICES if "enum" in items else PARTIES
    if "enum" in spec:
        return CHOICE
    if spec.get("type") in ("boolean", "integer"):
        return FLAG if spec["type"] == "boolean" else WHOLE
    if spec.get("format") == "date":
        return DAY
    pattern = spec.get("pattern", "")
    for example, kind in EXAMPLES:
        if pattern and re.fullmatch(pattern, example):
            return kind
    return AREA if spec.get("maxLength", 0) > LONG else TEXT


# --- What was typed -> what the API takes -------------------------------------------------------


def read_typed(fields: Mapping[str, Field], data: FormData) -> dict[str, Any]:
    """What was typed in each field: a text, a list of chosen values, or rows of companies."""
    return {name: _typed(one, data) for name, one in fields.items()}


def _typed(one: Field, data: FormData) -> Any:
    if one.kind == CHOICES:
        return [value for value in data.getlist(one.name) if isinstance(value, str)]
    if one.kind == PARTIES:
        return _companies(one.name, data)
    value = data.get(one.name, "")
    return value if isinstance(value, str) else ""


def _companies(name: str, data: FormData) -> list[dict[str, str]]:
    """The rows of companies that say something, or that stand for one not shown and not dropped."""
    columns = [data.getlist(f"{name}.{part}") for part in PARTY_PARTS]
    # A forged form may be ragged.
    rows = [
        dict(zip(PARTY_PARTS, map(str, row), strict=True)) for row in zip(*columns, strict=False)
    ]
    sheets, dropped = data.getlist(f"{name}.{SHEET}"), data.getlist(f"{name}.dropped")
    for row, sheet in zip(rows, sheets, strict=False):
        if sheet and sheet not in dropped:
            row[SHEET] = str(sheet)
    return [one for one in rows if one["identifier"].strip() or one["name"].strip() or SHEET in one]


def to_body(fields: Mapping[str, Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON that says what was typed; an empty field is null, hence « not said »."""
    return {name: _sent(fields[name], value) for name, value in typed.items()}


def only_said(body: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON body without what was left empty: a new record says only what is known."""
    return {name: value for name, value in body.items() if value is not None}


def _sent(one: Field, value: Any) -> Any:
    if one.kind == CHOICES:
        return value or None
    if one.kind == PARTIES:
        return [_company(row) for row in value]
    text = str(value).strip()
    if not text:
        return None
    return CONVERSIONS.get(one.kind, str)(text)


def _company(row: Mapping[str, str]) -> dict[str, str | None]:
    if SHEET in row:
        return {SHEET: row[SHEET]}
    return {part: row[part].strip() or None for part in PARTY_PARTS}


CONVERSIONS: Mapping[str, Any] = {
    DAY: day_to_iso,
    MONTH: month_to_iso,
    AMOUNT: number_to_decimal,
    HOURS: hours_to_decimal,
    SHARE: share_to_decimal,
    WHOLE: whole_to_int,
    FLAG: flag_to_bool,
}


# --- The filters of a list ----------------------------------------------------------------------


def read_filters(given: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The filters that an address says, without outer spaces; an empty one says nothing."""
    return {name: given[name].strip() for name in names if given.get(name, "").strip()}


def filter_form(titles: Mapping[str, str], typed: Mapping[str, str]) -> Form:
    """What holds the errors of the filters ``typed``, each under its title."""
    return Form({name: Field(name, title, TEXT) for name, title in titles.items()}, dict(typed))


# --- What the API says -> what is shown ---------------------------------------------------------


def from_record(fields: Mapping[str, Field], record: Mapping[str, Any]) -> dict[str, Any]:
    """What to show in each field for a record of the API, as a French person would type it."""
    return {name: _shown(one, record.get(name)) for name, one in fields.items()}


def _typed_company(row: Mapping[str, Any]) -> dict[str, str]:
    typed = {part: row.get(part) or "" for part in PARTY_PARTS}
    if not typed["identifier"] and not typed["name"] and row.get(SHEET):
        typed[SHEET] = str(row[SHEET])
    return typed


def _shown(one: Field, value: Any) -> Any:
    if one.kind == CHOICES:
        return value or []
    if one.kind == PARTIES:
        return [_typed_company(row) for row in value or []]
    if value is None:
        return ""
    if one.kind == DAY:
        return "/".join(reversed(str(value).split("-")))
    if one.kind == FLAG:
        return "true" if value else "false"
    if one.kind == SHARE:
        return f"{(Decimal(value) * 100).normalize():f} %".replace(".", ",")
    if one.kind == MONTH:
        return "/".join(reversed(str(value).split("-")))
    return str(value).replace(".", ",") if one.kind in (AMOUNT, HOURS) else str(value)


def changed(before: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields typed otherwise than they were shown. Line ends and outer spaces don't count."""
    return {name: value for name, value in typed.items() if _bare(value) != _bare(before[name])}


def _bare(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


async def submitted(
    form: Form, call: Awaitable[Answer], placed: Callable[[Error], Error] = dict
) -> Answer | ApiProblem:
    """Send a form; a refusal that the person can act on is put on it and given back.

    ``placed`` gives the error of the API that a field of a form of another shape shows.

    Raises the other problems: not found, not allowed, away.
    """
    try:
        return await call
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        with_errors(form, map(placed, problem.errors), problem.detail)
        return problem


def with_errors(form: Form, errors: Iterable[Mapping[str, Any]], detail: str) -> Form:
    """Put the API's messages on their fields; those of no field, or none at all, on top."""
    for error in errors:
        name = _name(error["loc"])
        message = str(error["message"])
        if name in form.fields:
            form.errors.setdefault(name, []).append(_placed(error["loc"], message))
        else:
            form.general.append(f"{name} : {message}" if name else message)
    if not form.errors and not form.general:
        form.general.append(detail)
    return form


def put_on_field(form: Form, problem: ApiProblem, kind: str, name: str) -> None:
    """Put a refusal of one ``kind`` on the field it is about: a reference already taken, say."""
    if problem.type == kind:
        form.errors, form.general = {name: form.general}, []


def _name(loc: Iterable[Any]) -> str:
    texts = [part for part in loc if isinstance(part, str) and part != "body"]
    return texts[0] if texts else ""


def _placed(loc: Iterable[Any], message: str) -> str:
    rows = [part for part in loc if isinstance(part, int)]
    return f"Ligne {rows[0] + 1} : {message}" if rows else message
