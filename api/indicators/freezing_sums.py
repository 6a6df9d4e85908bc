"""The sums behind figures, written as JSON and read again: from them a whole is recomputed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from api.indicators import calling
from api.indicators.engine import Key, Where
from api.indicators.gathering import Gathered, Whose
from api.indicators.judging import period_of
from api.rules.indicators.sums import (
    ClassSum,
    ClassSums,
    Declared,
    DeclaredPart,
    KeyedSums,
    Source,
    Step,
    StepPart,
    Steps,
)
from api.rules.indicators.vocabulary import Definition, Quantity

Told = dict[str, Any]
_CLASSES = ClassSums.__struct_fields__


def written(gathered: Gathered, definitions: Mapping[UUID, Definition]) -> Told:
    """What was gathered of one organisation, by indicator and quantity, exact."""
    return {
        "start": gathered.start,
        "labels": dict(gathered.labels),
        "counted": {
            str(key): [_quantity(gathered, definition, one) for one in definition.quantities]
            for key, definition in definitions.items()
        },
        "declared": [
            [str(key), year, *_declared_told(one)]
            for (key, _, year), one in gathered.declared.items()
        ],
        "steps": [
            [str(key), period, *_step_told(one)] for (key, _, period), one in gathered.steps.items()
        ],
    }


@dataclass
class KeptSums(Gathered):
    """Sums read again: what is late is what was late on the day they were kept."""

    day: date = field(kw_only=True)

    def source(
        self, indicator_id: UUID, definition: Definition, quantity: Quantity, year: int
    ) -> Source:
        found = super().source(indicator_id, definition, quantity, year)
        return replace(found, today=self.day) if isinstance(found, Steps) else found


def read(
    kept: Iterable[tuple[UUID, Told]],
    definitions: Mapping[UUID, Definition],
    start: int,
    day: date,
) -> KeptSums:
    """The same of several organisations, as kept by ``day``: an entry each, never added up here."""
    counted: dict[Key, dict[Where, ClassSums | KeyedSums]] = {}
    declared: dict[tuple[UUID, UUID, int], Declared] = {}
    steps: dict[tuple[UUID, UUID, str], Step] = {}
    labels: dict[str, str] = {}
    organisations: list[UUID] = []
    for buyer, told in kept:
        organisations.append(buyer)
        labels |= told["labels"]
        for key, definition in definitions.items():
            quantities = told["counted"].get(str(key), [])
            for quantity, years in zip(definition.quantities, quantities, strict=False):
                into = counted.setdefault((period_of(definition), quantity), {})
                into.update({Where(buyer, year): _sums(one) for year, one in years})
        for key, year, *numbers in told["declared"]:
            declared[UUID(key), buyer, year] = _declared(*numbers)
        for key, period, *said in told["steps"]:
            steps[UUID(key), buyer, period] = _step(*said)
    whose = Whose(tuple(organisations))
    # Sums kept before payees had another key than their name hold it: they are given one here.
    told_apart, names = calling.keyed(counted)
    return KeptSums(whose, start, told_apart, declared, steps, labels | names, day=day)


def _quantity(gathered: Gathered, definition: Definition, quantity: Quantity) -> list[Any]:
    found = gathered.found(definition, quantity)
    return [[where.year, _sums_told(one)] for where, one in found.items()]


def _declared_told(one: Declared) -> list[Any]:
    parts = [[part.name, part.value, part.base] for part in one.parts]
    told = [one.value, one.base, one.given, one.missing, list(one.words)]
    return [*told, parts] if parts else told


def _declared(
    value: int,
    base: int,
    given: int,
    missing: int,
    words: Sequence[str],
    parts: Sequence[Sequence[Any]] = (),
) -> Declared:
    told = tuple(DeclaredPart(*one) for one in parts)
    return Declared(value, base, given, missing, tuple(words), told)


def _step_told(one: Step) -> list[Any]:
    parts = [[part.name, part.done, _text(part.done_on)] for part in one.parts]
    told = [one.done, _text(one.due_on), _text(one.done_on)]
    return [*told, parts] if parts else told


def _step(
    done: bool | None,
    due_on: str | None,
    done_on: str | None,
    parts: Sequence[Sequence[Any]] = (),
) -> Step:
    told = tuple(StepPart(name, part_done, _day(day)) for name, part_done, day in parts)
    return Step(done, _day(due_on), _day(done_on), told)


def _sums_told(sums: ClassSums | KeyedSums) -> Told:
    if isinstance(sums, ClassSums):
        return {"classes": classes_told(sums)}
    by = [[key, classes_told(one)] for key, one in sums.by.items()]
    return {"by": by, "labels": dict(sums.labels)}


def classes_told(sums: ClassSums) -> Told:
    """Sums as JSON: the classes that have rows: most have none."""
    told: Mapping[str, ClassSum] = {name: getattr(sums, name) for name in _CLASSES}
    return {name: _class_told(one) for name, one in told.items() if one.rows}


def _class_told(one: ClassSum) -> list[int | None]:
    told: list[int | None] = [one.rows, one.weight, one.without_weight]
    return [*told, one.least, one.most] if one.least is not None else told


def _sums(told: Told) -> ClassSums | KeyedSums:
    if "classes" in told:
        return classes(told["classes"])
    return KeyedSums({key: classes(one) for key, one in told["by"]}, told["labels"])


def classes(told: Mapping[str, Sequence[Any]]) -> ClassSums:
    """Sums read again of their JSON."""
    return ClassSums(**{name: ClassSum(*numbers) for name, numbers in told.items()})


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
