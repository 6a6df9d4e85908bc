"""Tables of fields: rows of the same few questions, each cell a field with a name of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from web.forms import Field, Form, to_body


def cell_name(group: str, row: int, column: str) -> str:
    """The name of a cell, hence its identifier on the page: « lots-0-cpv »."""
    return f"{group}-{row}-{column}"


def row_fields(
    fields: Mapping[str, Field], group: str, rows: int, columns: Sequence[str], what: str = "ligne"
) -> dict[str, Field]:
    """The fields of ``rows`` rows; each title says which row it is of."""
    return {
        cell_name(group, row, column): replace(
            fields[column],
            name=cell_name(group, row, column),
            title=f"{fields[column].title}, {what} {row + 1}",
        )
        for row in range(rows)
        for column in columns
    }


def read_rows(
    form: Form, group: str, rows: int, columns: Sequence[str]
) -> list[tuple[int, dict[str, Any]]]:
    """The rows where something is typed: place on the page, and JSON of what is said."""
    found = []
    for row in range(rows):
        names = {cell_name(group, row, column): column for column in columns}
        fields = {name: form.fields[name] for name in names}
        body = to_body(fields, {name: form.typed[name] for name in names})
        said = {names[name]: value for name, value in body.items() if value is not None}
        if said:
            found.append((row, said))
    return found


def placed_errors(
    errors: Iterable[Mapping[str, Any]], groups: Mapping[str, Sequence[int]]
) -> list[dict[str, Any]]:
    """The API's errors, those of a row put on its cell; ``groups`` give the place on the page of
    each row that was sent, by the name of its list."""
    return [_placed(error, groups) for error in errors]


def _placed(error: Mapping[str, Any], groups: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    loc = list(error["loc"])
    for at, part in enumerate(loc[:-2]):
        if part in groups and isinstance(loc[at + 1], int):
            row = groups[part][loc[at + 1]]
            return {"loc": [cell_name(part, row, str(loc[at + 2]))], "message": error["message"]}
    return dict(error)
