"""Milestones, as the oracle has them: at once or part by part, by one organisation or more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.oracle.by_part import NAMES, spelling
from tests.oracle.filling import TRUTHS
from tests.oracle.oracle import Figure

Answer = tuple[str, bool | None]
DAYS = (None, date(2020, 6, 1), date(2023, 12, 31), date(2024, 1, 1))


@dataclass(frozen=True)
class Step:
    """A milestone of one organisation; ``parts``: what was answered of each, if it has some."""

    done: bool | None = None
    due_on: date | None = None
    done_on: date | None = None
    parts: tuple[Answer, ...] = ()
    # Of the parts that are done.
    done_days: tuple[date | None, ...] = ()


def said_parts(rng: Random) -> list[dict[str, Any]]:
    """What somebody answers part by part, with one spelling of each; the day is any, or none."""
    names = {spelling(name): name for name in rng.sample(NAMES, rng.choice((0, 1, 2, 3)))}
    return [
        {"name": name, "done": rng.choice(TRUTHS), "done_on": rng.choice(DAYS)}
        for name in names.values()
    ]


def said(told: Mapping[str, Any] | None, by_part: Mapping[str, Any] | None) -> Step:
    """What an organisation said: of its parts where there are some and they are asked for, each
    word of a list that takes no other among them."""
    if told is None:
        return Step()
    parts = list(told.get("parts", ())) if by_part else []
    if not parts:
        return Step(told["done"], told["due_on"], told["done_on"])
    if by_part and by_part.get("closed"):
        spoken = {spelling(one["name"]) for one in parts}
        parts += [
            {"name": word, "done": None, "done_on": None}
            for word in by_part["among"]
            if spelling(word) not in spoken
        ]
    answers = [one["done"] for one in parts]
    days = [one["done_on"] for one in parts]
    done = None
    if any(one is False for one in answers):
        done = False
    elif all(answers):
        done = True
    last = max(days) if done and None not in days else None
    named = tuple((spelling(one["name"]), one["done"]) for one in parts)
    yes = tuple(one["done_on"] for one in parts if one["done"])
    return Step(done, told["due_on"], last, named, yes)


def steps(some: Sequence[Step], today: date, end: date | None = None) -> Figure:
    """Done once all did all of it, not done as soon as one says no to anything; ``end``: that of
    the year that is told, of a step once for all."""
    answers = [one for step in some for _, one in step.parts or (("", step.done),)]
    yes, no = answers.count(True), answers.count(False)
    known, every = yes + no, len(answers)
    value = Fraction(0) if no else Fraction(1) if yes == every else None
    parted = any(one.parts for one in some)
    not_said = "parts_not_said" if parted else "not_said"
    return Figure(
        aggregate="done",
        scale="whole",
        value=value,
        numerator=Fraction(yes),
        denominator=Fraction(known),
        low=Fraction(yes == every),
        high=Fraction(not no),
        share=Fraction(100 * yes, known) if known else None,
        share_low=Fraction(100 * yes, every),
        share_high=Fraction(100 * (every - no), every),
        known=known,
        unknown=every - known,
        reason=not_said if value is None else None,
        words=parted_words(some, yes, no, every, today, end)
        if parted
        else words(some, yes, today, end),
        parts=parts_of(some),
    )


def words(some: Sequence[Step], yes: int, today: date, end: date | None = None) -> tuple[str, ...]:
    """Milestones said at once."""
    if len(some) > 1:
        told = f"fait par {yes} des {len(some)} organisations"
        after = [one for one in some if one.done and any(is_past(end, day) for day in days(one))]
        return (f"{told}, dont {len(after)} après {end.year}" if end and after else told,)
    return tuple(word for one in some if (word := step_words(one, today, end)))


def days(one: Step) -> list[date]:
    """When it, or parts of it, were done."""
    return [day for day in (one.done_on, *one.done_days) if day]


def is_past(end: date | None, day: date | None) -> bool:
    """Whether a day is after the end of the year."""
    return end is not None and day is not None and end < day


def parted_words(
    some: Sequence[Step], yes: int, no: int, every: int, today: date, end: date | None = None
) -> tuple[str, ...]:
    """How many parts are done, are not, are not said; of one organisation, whether in time."""
    silent = every - yes - no
    after = [day.year for one in some for day in one.done_days if day and is_past(end, day)]
    found = [f"{yes} sur {every} fait{'s' * (yes > 1)}"]
    if after:
        *first, last = sorted({str(year) for year in after})
        which = f"{', '.join(first)} et {last}" if first else last
        found[0] += f" (en {which})" if len(after) == yes else f" (dont {len(after)} en {which})"
    found += [f"{no} pas fait{'s' * (no > 1)}"] if no else []
    found += [f"{silent} sans réponse"] if silent else []
    if len(some) == 1:
        (one,) = some
        # What is said of a step at once begins with « fait », « pas fait » or « pas encore fait ».
        word = (step_words(one, today) or "").partition(", ")[2]
        if one.done is not True and is_past(end, one.due_on):
            word = wait(one, today)
        elif any(is_past(end, day) for day in days(one)):
            word = ""
        found += [word] if word else []
    return tuple(found)


def parts_of(some: Sequence[Step]) -> tuple[Any, ...]:
    """Each part that somebody named: done where all who named it did it."""
    by: dict[str, list[bool | None]] = {}
    for step in some:
        for name, answer in step.parts:
            by.setdefault(name, []).append(answer)
    return tuple(
        (name, Fraction(0) if False in told else None if None in told else Fraction(1),
         None, None, None)
        for name, told in by.items()
    )  # fmt: skip


MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day_words(day: date | None) -> str:
    """« 1er juin 2020 »."""
    return f"{day.day}{'er' * (day.day == 1)} {MONTHS[day.month - 1]} {day.year}" if day else ""


def wait(one: Step, today: date) -> str:
    """The day on which something is waited for, told late from the day after."""
    told = f"attendu le {day_words(one.due_on)}"
    return f"en retard : {told}" if is_past(one.due_on, today) else told


def step_words(one: Step, today: date, end: date | None = None) -> str | None:
    """A milestone in words."""
    if one.done is None:
        return None
    if one.done and end and is_past(end, one.done_on):
        late = is_past(one.due_on, one.done_on)
        return f"fait le {day_words(one.done_on)}{', en retard' * late}"
    if one.done:
        if one.due_on is None or one.done_on is None:
            return "fait"
        return "fait, dans les délais" if one.done_on <= one.due_on else "fait, en retard"
    if one.due_on is None:
        return "pas fait"
    return f"{'pas' if is_past(one.due_on, today) else 'pas encore'} fait, {wait(one, today)}"
