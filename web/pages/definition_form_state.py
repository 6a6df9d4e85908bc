"""A definition as the lists of the form hold it, and the JSON that they make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

LISTS, SAME, TEXT = "lists", "same", "text"
MODES = (LISTS, SAME, TEXT)
PREFIX, OVER = "def", "def-over"


class NotInListsError(ValueError):
    """A definition that the lists can't show: it is shown as text."""


@dataclass(frozen=True)
class Row:
    """One condition, as it is chosen and typed."""

    subject: str = ""
    operator: str = ""
    value: str = ""
    values: tuple[str, ...] = ()
    joined: bool = False  # of alternatives: goes with the condition above, not beside it


def kept(rows: Iterable[Row], wanted: Callable[[str], object]) -> tuple[Row, ...]:
    """The conditions whose subject is ``wanted``; what went with one that leaves does not go with
    the one above."""
    found: list[Row] = []
    begins = True
    for row in rows:
        begins = begins or not row.joined
        if wanted(row.subject):
            found.append(replace(row, joined=not begins))
            begins = False
    return tuple(found)


def alternatives(rows: Iterable[Row]) -> list[list[Row]]:
    """Conditions by alternative: those of one are met together."""
    found: list[list[Row]] = []
    for row in rows:
        if row.joined and found:
            found[-1].append(row)
        else:
            found.append([row])
    return found


@dataclass(frozen=True)
class Part:
    """What is looked at and what is made of it; the denominator of a ratio is a part too."""

    fact: str = "contract"
    aggregate: str = "count"
    of: str = ""
    groups: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def rows(self, group: str) -> tuple[Row, ...]:
        """The conditions of a group."""
        return self.groups.get(group, ())


@dataclass(frozen=True)
class Parted:
    """By what a declared figure is told in parts, and the words offered, one on each line."""

    by: str = ""
    among: str = ""
    closed: bool = False
    apart: bool = False  # the parts have no sum


@dataclass(frozen=True)
class State:
    """A definition as the form holds it; ``mode`` tells which of the three ways is used."""

    mode: str = LISTS
    was: str = LISTS  # the way shown on the page that was sent
    same_as: str = ""
    text: str = ""
    also: tuple[str, ...] = ()
    by: str = ""
    parts: Parted = field(default_factory=Parted)
    own: Part = field(default_factory=Part)
    over: Part = field(default_factory=Part)
    period: str = ""
    other: str = ""
    year: str = ""
    form: str = ""
    base: bool = False
    units: tuple[str, str] = ("", "")  # of the value and of its base
    words: bool = False

    @property
    def over_declared(self) -> bool:
        """Whether what is counted is divided by a number that people declare."""
        return self.own.aggregate == "ratio" and self.over.aggregate == "declared"


@dataclass
class Written:
    """The JSON of a definition, and the name on the page of each of its places."""

    data: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)

    def place(self, path: str) -> str:
        """The name of the narrowest place that holds ``path``: « where.all[1].equals »."""
        found = [
            one
            for one in self.places
            if path == one or path.startswith((f"{one}.", f"{one}[")) or not one
        ]
        return self.places[max(found, key=len)] if found else f"{PREFIX}-mode"
