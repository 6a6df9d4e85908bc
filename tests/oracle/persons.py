"""Persons as they were told when a year was closed, and the figures made of them.

``Persons`` are what one organisation told of one year: how many in all, and for each criterion the
persons and the quarter-hours of each value; the value ``unknown`` is not said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.aggregates import by_several, of_rows
from tests.oracle.oracle import Figure
from tests.oracle.seeing import Row

YEAR = 2000


@dataclass(frozen=True)
class Persons:
    """What was told of the persons of a year."""

    number: int
    long_paths: int
    by: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)


def persons(definition: Mapping[str, Any], told: Sequence[Persons]) -> Figure:
    """The figure of persons: one row for each of them, who answers one question only."""
    if definition.get("also"):
        names = [definition["of"], *definition["also"]]
        alone = {key: value for key, value in definition.items() if key != "also"}
        return by_several({name: persons({**alone, "of": name}, told) for name in names})
    where = definition.get("where") or {}
    name = definition["of"] if definition["aggregate"] == "breakdown" else where.get("field")
    some = [one for each in told for one in one_by_one(each, name)]
    if definition["aggregate"] == "sum_share":
        # Hours are told of a group: it stands for its persons.
        some = [one for each in told for one in groups(each, name)]
    return of_rows(definition, YEAR, some)


def one_by_one(told: Persons, name: str | None) -> list[Row]:
    """A row for each person, with the answer to one question."""
    if name is None:
        return [person({})] * told.number
    if name == "long_path":
        return [person({name: rank < told.long_paths}) for rank in range(told.number)]
    return [
        person({name: None if value == "unknown" else value})
        for value, (number, _) in told.by[name].items()
        for _ in range(number)
    ]


def groups(told: Persons, name: str | None) -> list[Row]:
    """A row for each person: the first of a group has its hours, the others none."""
    return [
        person({name: None if value == "unknown" else value, "hours": 0 if rank else quarters})
        for value, (number, quarters) in told.by[name or ""].items()
        for rank in range(number)
    ]


def person(fields: Mapping[str | None, Any]) -> Row:
    """Somebody of the year."""
    return Row("", frozenset({YEAR}), fields={str(key): one for key, one in fields.items()})
