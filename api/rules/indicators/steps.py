"""Figures of milestones: done or not, in time or not, at once or part by part."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from api.rules.indicators.parts import same_part
from api.rules.indicators.phrases import day
from api.rules.indicators.results import Part, Result
from api.rules.indicators.scales import Scale
from api.rules.indicators.sums import Step, StepPart, Steps
from api.rules.indicators.words import Aggregate, Fact

NOT_SAID = "personne n’a encore dit si c’est fait"
PARTS_NOT_SAID = "des parts n’ont pas encore de réponse"

# Of what is done, whether it was in time -> French
_DONE: Mapping[bool | None, str] = {True: "dans les délais", False: "en retard", None: ""}


def figure(told: Steps) -> Result:
    """Done once every organisation did it, and each part of it; not done as soon as one says no.

    What is said part by part is told by how many parts are done, and of how many nobody said: a
    part without an answer is never a no. What comes after the year that is told is told with its
    day, late or not as it is seen today.
    """
    answers = [one for step in told.steps for one in step.answers]
    done, known = answers.count(True), len(answers) - answers.count(None)
    value = None
    if False in answers:
        value = Fraction(0)
    elif answers and known == len(answers):
        value = Fraction(1)
    by_part = any(step.parts for step in told.steps)
    reason = PARTS_NOT_SAID if by_part else NOT_SAID
    return Result(
        aggregate=Aggregate.DONE,
        fact=Fact.MILESTONE,
        scale=Scale.WHOLE,
        value=value,
        known=known,
        unknown=len(answers) - known,
        numerator=Fraction(done),
        denominator=Fraction(known),
        low=Fraction(int(bool(answers) and done == len(answers))),
        high=Fraction(int(False not in answers)),
        share=Fraction(100 * done, known) if known else None,
        share_low=Fraction(100 * done, len(answers)) if answers else None,
        share_high=Fraction(100 * (done + len(answers) - known), len(answers)) if answers else None,
        reason=reason if value is None else None,
        words=_by_part(told, answers) if by_part else _at_once(told, done),
        parts=_parts(told) if by_part else (),
        later=told.later,
    )


def _at_once(told: Steps, done: int) -> tuple[str, ...]:
    if len(told.steps) > 1:
        words = f"fait par {done} des {len(told.steps)} organisations"
        after = sum(_after(one, told.end) for one in told.steps)
        return (f"{words}, dont {after} après {told.end.year}" if told.end and after else words,)
    return tuple(word for step in told.steps if (word := _step(step, told)) is not None)


def _step(step: Step, told: Steps) -> str | None:
    if step.done is None:
        return None
    in_time = step.in_time(told.today)
    if not step.done:
        made = "pas encore fait" if in_time else "pas fait"
        return ", ".join(filter(None, (made, _due(step, told.today))))
    if step.done_on is not None and step.later(told.end):
        return f"fait le {day(step.done_on)}{', en retard' if in_time is False else ''}"
    return ", ".join(filter(None, ("fait", _DONE[in_time])))


def _after(step: Step, end: date | None) -> bool:
    """Whether it was done, once the year that is told was over."""
    return end is not None and bool(step.done) and any(one > end for one in step.days)


def _due(step: Step, today: date) -> str:
    """« en retard : attendu le 31 mars 2026 »: a day that is past is past in every year's page."""
    if step.due_on is None:
        return ""
    late = "en retard : " if today > step.due_on else ""
    return f"{late}attendu le {day(step.due_on)}"


def _by_part(told: Steps, answers: list[bool | None]) -> tuple[str, ...]:
    """« 2 sur 7 faits (en 2026) », « 1 pas fait », « 4 sans réponse », then the delay where one
    organisation has one."""
    done = answers.count(True)
    found = [f"{done} sur {len(answers)} {_made(done)}{_when(told, done)}"]
    if False in answers:
        found.append(f"{answers.count(False)} pas {_made(answers.count(False))}")
    if None in answers:
        found.append(f"{answers.count(None)} sans réponse")
    if len(told.steps) == 1:
        (step,) = told.steps
        delay = _delay(step, told)
        found += [delay] if delay else []
    return tuple(found)


def _delay(step: Step, told: Steps) -> str:
    """Of what is done, whether it was in time; of what is not, the day on which it is waited for.
    Of what nobody said, none but a day that comes after the year that is told."""
    if told.end is not None and step.later(told.end):
        waits = step.due_on is not None and step.due_on > told.end and not step.done
        return _due(step, told.today) if waits else ""
    if step.done is None:
        return ""
    return _DONE[step.in_time(told.today)] if step.done else _due(step, told.today)


def _made(count: int) -> str:
    return "faits" if count > 1 else "fait"


def _when(told: Steps, done: int) -> str:
    """« (en 2026) », « (dont 2 en 2026 et 2027) »: the years of what was done after that told."""
    days = (one.done_on for step in told.steps for one in step.parts if one.done)
    after = [one.year for one in days if told.end is not None and one and one > told.end]
    if not after:
        return ""
    years = [str(year) for year in sorted(set(after))]
    last = " et ".join(filter(None, (", ".join(years[:-1]), years[-1])))
    return f" ({'' if len(after) == done else f'dont {len(after)} '}en {last})"


def _parts(told: Steps) -> tuple[Part, ...]:
    """The parts in the order in which they were first told; the same one of several organisations
    stands once: done when all did it, with how many did."""
    found: dict[str, list[StepPart]] = {}
    for step in told.steps:
        for one in step.parts:
            found.setdefault(same_part(one.name), []).append(one)
    together = len(told.steps) > 1
    return tuple(_part(key, some, together) for key, some in found.items())


def _part(key: str, some: list[StepPart], together: bool) -> Part:
    answers = [one.done for one in some]
    value = None
    if False in answers:
        value = Fraction(0)
    elif None not in answers:
        value = Fraction(1)
    return Part(
        key,
        some[0].name,
        value,
        scale=Scale.WHOLE,
        numerator=Fraction(answers.count(True)) if together else None,
        base=Fraction(len(some)) if together else None,
    )
