"""What is told by part, as rows to fill in: their names, their fields, what is sent of them.

Figures by part, and steps by part, of which a line may say nothing yet but its name.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.forms import AMOUNT, DAY, FLAG, TEXT, Field, from_record, to_body

# Blank lines after those that have a name already.
BLANK = 3
MOST = 60
PART = "part"
# What each line asks, in its order: a number, two numbers, whether it is done.
NUMBER = (PART, "value")
NUMBERS = (PART, "value", "base")
STEP = (PART, "done", "done_on", "comment")
_KINDS = {PART: TEXT, "comment": TEXT, "done": FLAG, "done_on": DAY}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that something was typed in: its place on the page, and what."""

    place: int
    typed: Mapping[str, str]


def name_at(name: str, place: int) -> str:
    """The name of a field of a line: « value.2 »."""
    return f"{name}.{place}"


def names(asked: Sequence[str], lines: int) -> tuple[str, ...]:
    """The names of the fields of so many lines; ``asked``: what each asks."""
    return tuple(name_at(name, place) for place in range(lines) for name in asked)


def fields(asked: Sequence[str], lines: int, titles: Mapping[str, str]) -> dict[str, Field]:
    """The fields of so many lines, by name; each title says the line it stands on."""
    return {
        name_at(name, place): Field(
            name_at(name, place),
            f"{titles[name]}, ligne {place + 1}",
            _KINDS.get(name, AMOUNT),
        )
        for place in range(lines)
        for name in asked
    }


def offered(
    among: Iterable[str], said: Mapping[str, Any] | None, before: Mapping[str, Any] | None
) -> list[str]:
    """The names of the lines: what was said, then what the list and the year before have more."""
    found: dict[str, str] = {}
    told = [one["part"] for record in (said, before) if record for one in record["parts"]]
    own = len(said["parts"]) if said else 0
    for name in (*told[:own], *among, *told[own:]):
        found.setdefault(_bare(name), name)
    return list(found.values())[:MOST]


def of_step(
    among: Iterable[str], said: Mapping[str, Any] | None, before: Mapping[str, Any] | None
) -> tuple[list[str], list[str]]:
    """The names of the lines of an open step, and those that are only suggested: once it has parts,
    one that was taken away or renamed must not come back."""
    every = offered(among, said, before)
    own = len(said["parts"]) if said else 0
    return (every[:own], every[own:]) if own else (every, [])


def count(named: Sequence[str], closed: bool) -> int:
    """How many lines to show."""
    return len(named) if closed else min(len(named) + BLANK, MOST)


def posted(keys: Iterable[str], prefix: str) -> int:
    """How many lines a form that comes back has."""
    places = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
    return min(max((int(one) + 1 for one in places if one.isdecimal()), default=0), MOST)


def standing(
    asked: Sequence[str], lines: int, named: Sequence[str], said: Mapping[str, Any] | None
) -> dict[str, str]:
    """What the lines show: what was said, and names of which nothing was."""
    known = {_bare(one["part"]): one for one in said["parts"]} if said else {}
    shown = dict.fromkeys(names(asked, lines), "")
    kinds = fields(asked, 1, dict.fromkeys(asked, ""))
    for place, name in enumerate(named[:lines]):
        record = {PART: name} | {
            key: known.get(_bare(name), {}).get(key) for key in asked if key != PART
        }
        told = from_record({key: kinds[name_at(key, 0)] for key in record}, record)
        shown |= {name_at(key, place): value for key, value in told.items()}
    return shown


def lines_of(
    typed: Mapping[str, str], named: Sequence[str], said: Mapping[str, Any] | None = None
) -> list[Line]:
    """The lines to send: those with a figure or an answer, those whose name the page had not put
    there, and of a step those that are kept already. ``said``: the step as it stands."""
    ready = {_bare(one) for one in named}
    kept = {_bare(one["part"]) for one in said["parts"]} if said else set()
    return [
        Line(place, told)
        for place, told in _by_place(typed)
        if (_of_step(place, told, ready, kept) if "done" in told else _of_figure(told, ready))
    ]


def shown_lines(typed: Mapping[str, str], named: Sequence[str]) -> list[dict[str, str]]:
    """What tells whether lines were touched. Of a step, every line that has something: what another
    person says meanwhile must not make an untouched row look touched."""
    ready = {_bare(one) for one in named}
    return [
        dict(told)
        for _, told in _by_place(typed)
        if (any(told.values()) if "done" in told else _of_figure(told, ready))
    ]


def _by_place(typed: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    found: dict[int, dict[str, str]] = {}
    for key, value in typed.items():
        name, dot, place = key.partition(".")
        if dot:
            found.setdefault(int(place), {})[name] = value.strip()
    return sorted(found.items())


def _of_figure(told: Mapping[str, str], ready: Collection[str]) -> bool:
    if any(told[name] for name in told if name != PART):
        return True
    return bool(told[PART]) and _bare(told[PART]) not in ready


def _of_step(
    place: int, told: Mapping[str, str], ready: Collection[str], kept: Collection[str]
) -> bool:
    """A name is enough, for nobody may have answered yet: but not one that the page offered, which
    nobody chose. A part that is wiped out goes; another line without a name is sent, to be
    refused."""
    name = _bare(told[PART])
    answered = any(value for key, value in told.items() if key != PART)
    if not name:
        return answered and place >= len(kept)
    return answered or name in kept or name not in ready


def body(lines: Iterable[Line], asked: Sequence[str]) -> list[dict[str, Any]]:
    """The parts as the API takes them; a name left empty is sent as such, to be refused."""
    kinds = fields(asked, 1, dict.fromkeys(asked, ""))
    return [
        to_body({name: kinds[name_at(name, 0)] for name in line.typed}, line.typed)
        for line in lines
    ]


def field_at(loc: Sequence[Any], lines: Sequence[Line]) -> str | None:
    """The field that a refusal of a part is about; None when it is about all of them."""
    if len(loc) < 4 or loc[1] != "parts" or not isinstance(loc[2], int):
        return None
    return name_at(str(loc[3]), lines[loc[2]].place) if loc[2] < len(lines) else None


def _bare(name: str) -> str:
    return " ".join(name.casefold().split())
