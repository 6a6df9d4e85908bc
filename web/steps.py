"""Steps and answers in words: what was said, of what day, and whether that day is past."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from web import formats


def is_said(one: Mapping[str, Any]) -> bool:
    """Whether an answer says something: what says nothing was signed by nobody."""
    told = ("done", "due_on", "value", "base", "words", "parts", "comment", "source", "proofs")
    return any(one.get(name) not in (None, "", []) for name in told)


def milestone(one: Mapping[str, Any]) -> str:
    """What was said of a milestone: « fait le 3 mars 2026, dans les délais »."""
    if one["done"] is None:
        return ", ".join(filter(None, ("pas encore dit", _due(one))))
    if not one["done"]:
        return ", ".join(filter(None, ("pas encore fait", _due(one))))
    when = f" le {formats.day(one['done_on'])}" if one["done_on"] else ""
    in_time = {True: ", dans les délais", False: ", en retard", None: ""}[one["in_time"]]
    return f"fait{when}{in_time}"


def milestone_days(one: Mapping[str, Any]) -> str:
    """The two days that tell whether a milestone is in time: « Fait le 5 mars 2026, en retard :
    attendu le 31 décembre 2025. »; nothing when neither is known."""
    words = _due(one)
    if one["done_on"]:
        late = ", en retard : " if one["in_time"] is False else ", " if words else ""
        words = f"fait le {formats.day(one['done_on'])}{late}{words}"
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _due(one: Mapping[str, Any]) -> str:
    """« attendu le 28 mars 2025, en retard »: a day that is past, of what is not done."""
    if not one["due_on"]:
        return ""
    past = date.fromisoformat(one["due_on"]) < datetime.now(formats.PARIS).date()
    late = ", en retard" if past and not one["done"] else ""
    return f"attendu le {formats.day(one['due_on'])}{late}"


def known_when(computed_at: str, as_of: str, way: str = "") -> str:
    """The two days of a figure: when its answers were known, and which facts are of its period.

    ``way``: how it comes; empty for the figures of a dashboard, which come in every way.
    """
    known = f"Calculé le {formats.instant(computed_at)}, avec les réponses connues à ce moment."
    last = formats.day(as_of)
    if way == "captured":
        return known
    # Of a year that runs, nothing is done yet after the day of the computation.
    over = as_of < formats.local_day(computed_at)
    steps = f"une étape faite après le {last} se lit avec sa date" if over else ""
    if way == "milestone":
        return f"{known} {formats.sentence(steps)}." if steps else known
    counted = f"Les faits comptés sont datés au plus tard du {last}"
    return f"{known} {counted}{f' ; {steps}' if steps and not way else ''}."
