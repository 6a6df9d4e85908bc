"""What people must say of a scheme, row by row: what is expected, its fields, what was said."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from web import formats, parted, steps, units
from web.forms import AMOUNT, AREA, DAY, FLAG, TEXT, Field, from_record
from web.pages import saying_parts as by

MEASURE, MILESTONE = "measure", "milestone"
ONCE = "once"
TO_SAY, SAID, LATE = "to_say", "said", "late"
# What each sort of answer asks, in the order of the page.
FIGURES = ("value",)
RATIOS = ("value", "base")
WORDS = ("words",)
STEPS = ("done", "due_on", "done_on")
# Of a step told by part, its parts say whether it is done.
PARTED_STEPS = ("due_on",)
ASIDE: Mapping[str, tuple[str, ...]] = {MEASURE: ("source", "comment"), MILESTONE: ("comment",)}
_KINDS = {"value": AMOUNT, "base": AMOUNT, "done": FLAG, "due_on": DAY, "done_on": DAY}


@dataclass(frozen=True, slots=True)
class Expected:
    """What an indicator asks people for, as its definition says."""

    said: str
    base: bool = False
    words: bool = False
    compared: bool = False
    divisor: bool = False
    once: bool = False
    parts: Mapping[str, Any] | None = None
    units: Mapping[str, Any] | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of what is asked first."""
        if self.said == MILESTONE:
            return STEPS if self.parts is None else PARTED_STEPS
        if self.parts is not None:
            return ()
        return WORDS if self.words else RATIOS if self.base else FIGURES

    @property
    def line(self) -> tuple[str, ...]:
        """The names of what each part is asked for."""
        if self.said == MILESTONE:
            return by.STEP
        return by.NUMBERS if self.base else by.NUMBER

    @property
    def names(self) -> tuple[str, ...]:
        """The names of everything that may be said."""
        return (*self.asked, *ASIDE[self.said])


@dataclass(slots=True)
class Row:
    """An indicator to say something of: ``said`` for the year, ``before`` the year before, and the
    duty of the campaign if there is one. ``outcome`` is what became of what was just sent."""

    indicator: Mapping[str, Any]
    expected: Expected
    said: Mapping[str, Any] | None
    before: Mapping[str, Any] | None
    duty: Mapping[str, Any] | None
    writable: bool
    # The closed year that its answer is of, when it is.
    closed: int | None = None
    outcome: str = ""
    errors: list[str] = field(default_factory=list)
    lines: int = 0

    @property
    def named(self) -> list[str]:
        """The names of the parts that the page shows, whether they have a figure or not."""
        return self._lines[0]

    @property
    def suggested(self) -> list[str]:
        """The names that a new line of a step may take, of the list and of the year before."""
        return self._lines[1]

    @property
    def _lines(self) -> tuple[list[str], list[str]]:
        parts = self.expected.parts
        if parts is None:
            return [], []
        if parts["closed"]:
            return list(parts["among"]), []
        if self.expected.said == MILESTONE:
            return by.of_step(parts["among"], self.said, self.before)
        return by.offered(parts["among"], self.said, self.before), []

    @property
    def names(self) -> tuple[str, ...]:
        """The names of everything that may be said, line by line where it is told by part."""
        return (*by.names(self.expected.line, self.lines), *self.expected.names)

    @property
    def year(self) -> int | None:
        """The year that its answer is of: its own, or that in which a step was done."""
        told = self.said or {}
        period, done_on = str(told.get("period") or told.get("year") or ""), told.get("done_on")
        if period == ONCE:
            return int(str(done_on)[:4]) if done_on else None
        return int(period) if period else None

    @property
    def id(self) -> str:
        """The identifier of the indicator, that begins the names of the fields."""
        return str(self.indicator["id"])

    @property
    def state(self) -> str:
        """Whether something was said, is to be said, or is late."""
        if self.said is not None and (self.expected.said == MEASURE or _answered(self.said)):
            return SAID
        return LATE if self.duty is not None and self.duty["state"] == LATE else TO_SAY

    @property
    def version(self) -> str:
        """The version that an answer builds on; empty while nothing was said."""
        return str(self.said["version"]) if self.said else ""

    @property
    def mark(self) -> str:
        """Stands for what the page showed: a row sent back the same was not touched."""
        return mark_of(standing(self), self.named)


def _answered(step: Mapping[str, Any]) -> bool:
    """Whether a step has its answer, or each of its parts has."""
    return step["done"] is not None and all(one["done"] is not None for one in step["parts"])


def expected_of(indicator: Mapping[str, Any]) -> Expected | None:
    """What an indicator asks people for; None when it is computed, or told under another one."""
    definition = indicator["definition"]
    if indicator["told_under"] != indicator["id"]:
        return None
    if definition.get("fact") == MILESTONE:
        once = definition.get("period") == ONCE
        return Expected(MILESTONE, once=once, parts=definition.get("parts"))
    over = definition.get("over") or {}
    for part in (definition, over):
        if part.get("fact") == MEASURE:
            return Expected(
                MEASURE,
                base=part.get("base") is True,
                words=part.get("list") is True,
                compared=bool(definition.get("compare")),
                divisor=part is over,
                parts=part.get("parts"),
                units=part.get("units"),
            )
    return None


def at_once(said: Mapping[str, Any] | None) -> dict[str, Any]:
    """The answer of a step that was said without any part, as it stands."""
    if said is None or said["parts"]:
        return {}
    return {name: said[name] for name in ("done", "done_on")}


def whole_of(row: Row) -> str | None:
    """What a step that is told by part was said to be at once, in words: it stands as long as no
    part is named."""
    if row.expected.said != MILESTONE or row.expected.parts is None:
        return None
    return _told_step(row.said) if row.said and not row.said["parts"] else None


def name_of(indicator_id: str, name: str) -> str:
    """The name of a field of a row."""
    return f"{indicator_id}-{name}"


def fields_of_rows(rows: Iterable[Row], year: int) -> dict[str, Field]:
    """The fields of every row that may be written; each title ends with the code of its row."""
    found = {}
    for row in rows:
        if not row.writable:
            continue
        titles = _titles(row, year)
        for name, one in by.fields(row.expected.line, row.lines, titles).items():
            key = name_of(row.id, name)
            found[key] = replace(one, name=key, title=f"{one.title}, {row.indicator['code']}")
        for name in row.expected.names:
            key = name_of(row.id, name)
            kind = _KINDS.get(name, TEXT if name == "source" else AREA)
            found[key] = Field(key, f"{titles[name]}, {row.indicator['code']}", kind)
    return found


def title_of(row: Row, name: str, year: int) -> str:
    """What to give, in plain words: « Chiffre de 2026, en tonnes », « Sur combien »."""
    bare, dot, place = name.partition(".")
    title = _titles(row, year)[bare]
    return f"{title}, ligne {int(place) + 1}" if dot else title


def _titles(row: Row, year: int) -> dict[str, str]:
    expected, unit = row.expected, row.indicator["unit"] or ""
    plain = bool(unit) and not unit.startswith(("%", "€", "point")) and "(" not in unit
    if expected.base:
        value = "Numérateur : ce qui est compté" + _in(expected, "value")
    elif expected.divisor:
        value = "Dénominateur : Spaser calcule le reste"
    elif unit.startswith("€"):
        value = f"Montant de {year}, en euros"
    elif unit.startswith("%") and not expected.compared:
        value = f"Taux de {year}, en %"
    else:
        value = f"Chiffre de {year}" + (f", en {unit}" if plain else "")
    part = str(expected.parts["by"]) if expected.parts else ""
    return {
        "part": part[:1].upper() + part[1:],
        "value": value,
        "base": "Dénominateur : sur combien" + _in(expected, "base"),
        "words": "Un élément par ligne",
        "done": "Fait ?",
        "due_on": "Échéance prévue",
        "done_on": "Fait le",
        "source": "Source",
        "comment": "Commentaire",
    }


def _in(expected: Expected, name: str) -> str:
    """« , en kWh », when the definition says it."""
    return f", en {expected.units[name]}" if expected.units and name in expected.units else ""


def standing(row: Row) -> dict[str, str]:
    """What was said, as a French person would type it, by the name of the API."""
    fields = {name: Field(name, name, _KINDS.get(name, AREA)) for name in row.expected.names}
    said = {name: row.said.get(name) for name in fields} if row.said else {}
    shown = from_record(fields, said)
    if shown.get("words"):
        shown["words"] = "\n".join(part.strip() for part in str(shown["words"]).split(";"))
    if row.expected.parts is None:
        return shown
    return by.standing(row.expected.line, row.lines, row.named, row.said) | shown


def mark_of(values: Mapping[str, str], named: Sequence[str] = ()) -> str:
    """A short stamp of what is shown or typed; line ends, outer spaces and lines of a part that
    say nothing don't count. ``named``: the parts whose name the page itself put there."""
    bare: dict[str, Any] = {
        name: value.replace("\r\n", "\n").strip()
        for name, value in values.items()
        if "." not in name
    }
    bare["parts"] = by.shown_lines(values, named)
    told = json.dumps(bare, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def told(row: Row, record: Mapping[str, Any] | None) -> str | None:
    """What a record says, in words: « 12 sur 40 », « fait le 3 mars 2026 »; None when nothing."""
    if record is None:
        return None
    if row.expected.said == MILESTONE:
        return _told_step(record)
    if row.expected.words:
        return ", ".join(part.strip() for part in (record["words"] or "").split(";")) or None
    unit = row.indicator["unit"] or ""
    if row.expected.parts is not None and record["parts"]:
        return " ; ".join(_told_part(row, one, unit) for one in record["parts"])
    if row.expected.base:
        return _told_ratio(row.expected, record, unit)
    return None if record["value"] is None else _with_unit(record["value"], unit, row.expected)


def _told_part(row: Row, part: Mapping[str, Any], unit: str) -> str:
    told = _told_ratio(row.expected, part, unit) if row.expected.base else None
    return f"{part['part']} : {told or _with_unit(part['value'], unit, row.expected)}"


def _told_step(record: Mapping[str, Any]) -> str | None:
    if record["parts"]:
        told = " ; ".join(f"{name} : {words}" for name, words in parted.steps(record))
        return f"{parted.headline(record)} : {told}"
    return None if record["done"] is None else steps.answer(record)


def _told_ratio(expected: Expected, record: Mapping[str, Any], unit: str) -> str | None:
    if record["value"] is None or record["base"] is None:
        return None
    of = units.of_two({"units": expected.units}, unit)
    return units.two_and_rate(record["value"], record["base"], unit, of)


def _with_unit(value: str, unit: str, expected: Expected) -> str:
    # A change is worked out: the figure of a year is not in its percents nor in its points.
    if expected.compared and unit.startswith(("%", "point")):
        return formats.number(value)
    return formats.measured(value, None, "" if "(" in unit else unit)
