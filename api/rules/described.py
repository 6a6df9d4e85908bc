"""Columns of an open-data file, told once.

From them come the file, its Table Schema and its JSON Schema, which can then say nothing else than
the file does.

Table Schema, as schema.data.gouv.fr takes it: https://specs.frictionlessdata.io/table-schema/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

Type = Literal["string", "integer", "number", "boolean", "date"]
TABLE_PROFILE: Final = "https://specs.frictionlessdata.io/schemas/table-schema.json"
_JSON_PROFILE: Final = "https://json-schema.org/draft/2020-12/schema"
DECIMAL: Final = r"^-?[0-9]+(\.[0-9]+)?$"
SIRET: Final = r"^[0-9]{14}$"


@dataclass(frozen=True, slots=True)
class Column:
    """A column in words. ``required``: never empty; ``choices``: the only values it takes, each
    with what it means; ``least``: the smallest number; ``example``: a value it may have."""

    name: str
    title: str
    description: str
    type: Type = "string"
    required: bool = False
    choices: Mapping[str, str] | None = None
    pattern: str | None = None
    least: int | None = None
    example: Any = None


@dataclass(frozen=True, slots=True)
class Described:
    """A file in words, and its columns. ``version`` is that of the description."""

    name: str
    title: str
    description: str
    version: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(one.name for one in self.columns)


def table_schema(file: Described) -> dict[str, Any]:
    """The Table Schema of a CSV file; what is not said is an empty cell."""
    return {
        "$schema": TABLE_PROFILE,
        "name": file.name,
        "title": file.title,
        "description": file.description,
        "version": file.version,
        "lang": "fr",
        "missingValues": [""],
        "fields": [_field(one) for one in file.columns],
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.choices is not None:
        constraints["enum"] = list(column.choices)
    if column.pattern is not None:
        constraints["pattern"] = column.pattern
    if column.least is not None:
        constraints["minimum"] = column.least
    told: dict[str, Any] = {
        "name": column.name,
        "title": column.title,
        "description": _meaning(column),
        "type": column.type,
    }
    if column.example is not None:
        told["example"] = column.example
    return told | ({"constraints": constraints} if constraints else {})


def _meaning(column: Column) -> str:
    if column.choices is None:
        return column.description
    told = "\u00a0; ".join(
        f"«\u00a0{key}\u00a0»\u00a0: {text}" for key, text in column.choices.items()
    )
    return f"{column.description} {told}."


def json_schema(
    address: str, title: str, description: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """A JSON Schema (2020-12) under its own address; ``body`` says what the document holds."""
    return {
        "$schema": _JSON_PROFILE,
        "$id": address,
        "title": title,
        "description": description,
        **body,
    }


def json_object(columns: Iterable[Column], **beside: Any) -> dict[str, Any]:
    """The same columns as the members of an object, all there: what is not said is null.

    ``beside``: the schemas of members that no table holds.
    """
    members = {one.name: _member(one) for one in columns} | beside
    return {
        "type": "object",
        "required": list(members),
        "additionalProperties": False,
        "properties": members,
    }


# Decimal texts: a number of JSON is read as a float, which loses cents.
_MEMBERS: Final[Mapping[Type, Mapping[str, Any]]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "string", "pattern": DECIMAL},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


def _member(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = dict(_MEMBERS[column.type])
    if column.pattern is not None:
        told["pattern"] = column.pattern
    if column.least is not None and column.type == "integer":
        told["minimum"] = column.least
    if column.choices is not None:
        told["enum"] = [*column.choices, *([] if column.required else [None])]
    if not column.required:
        told["type"] = [told["type"], "null"]
    return {**told, "title": column.title, "description": _meaning(column)}


def cell(value: Any) -> str:
    """A value as a table writes it: not said is empty, labels are joined by ", "."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
