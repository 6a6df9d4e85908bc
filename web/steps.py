"""Steps and answers in words: what was said, of what day, and whether that day is past."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from web import formats

# The words of a step, as the API says them of its figure.
DONE, NOT_DONE, NOT_YET, NOT_SAID = "fait", "pas fait", "pas encore fait", "pas encore dit"
IN_TIME, LATE = "dans les délais", "en retard"


def is_said(one: Mapping[str, Any]) -> bool:
    """Whether an answer says something: what says nothing was signed by nobody."""
    told = ("done", "due_on", "value", "base", "words", "parts", "comment", "source", "proofs")
    return any(one.get(name) not in (None, "", []) for name in told)


def milestone(one: Mapping[str, Any]) -> str:
    """What was said of a milestone: « fait le 3 mars 2026, dans les délais »."""
    if one["done"]:
        in_time = {True: f", {IN_TIME}", False: f", {LATE}", None: ""}[one["in_time"]]
        return f"{answer(one)}{in_time}"
    return ", ".join(filter(None, (answer(one), _due(one))))


def answer(one: Mapping[str, Any]) -> str:
    """The answer alone: « fait le 3 mars 2026 », « pas encore fait » while its day is to come."""
    if one["done"] is None:
        return NOT_SAID
    if one["done"]:
        return f"{DONE} le {formats.day(one['done_on'])}" if one["done_on"] else DONE
    return NOT_YET if one["due_on"] and (not _past(one) or _told_before(one)) else NOT_DONE


def milestone_days(one: Mapping[str, Any]) -> str:
    """The two days that tell whether a milestone is in time: « Fait le 5 mars 2026, en retard :
    attendu le 31 décembre 2025. »; nothing when neither is known. A day that is past is past
    whatever year is shown."""
    words = _due(one)
    if one["done_on"]:
        late = f", {LATE} : " if one["in_time"] is False else ", " if words else ""
        words = f"{answer({**one, 'done': True})}{late}{words}"
    return f"{words[0].upper()}{words[1:]}." if words else ""


def days_beside(one: Mapping[str, Any], words: Iterable[str]) -> str:
    """The same days, beside the words of a figure: nothing when those tell them already."""
    days = milestone_days(one)
    said = _plain(" ".join(words))
    return "" if days and not one["done_on"] and _plain(days[1:-1]) in said else days


def _plain(text: str) -> str:
    return " ".join(text.split())


def _due(one: Mapping[str, Any]) -> str:
    """« en retard : attendu le 28 mars 2025 »: a day that is past, of what is not done; of what
    nobody answered, it is not known to be late."""
    if not one["due_on"]:
        return ""
    waited = f"attendu le {formats.day(one['due_on'])}"
    if not _past(one) or one["done"]:
        return waited
    if one["done"] is False and _told_before(one):
        return f"{waited}, échéance passée depuis cette réponse : à confirmer"
    return f"c’était {waited}" if one["done"] is None else f"{LATE} : {waited}"


def _told_before(one: Mapping[str, Any]) -> bool:
    """Whether it was told on its last day or before: nobody has said since that it is late."""
    said: str | None = one.get("said_at")
    return said is not None and bool(formats.local_day(said) <= one["due_on"])


def _past(one: Mapping[str, Any]) -> bool:
    return date.fromisoformat(one["due_on"]) < datetime.now(formats.PARIS).date()


def register_moved(at: str | None) -> str:
    """How fresh the contracts are that figures are computed from."""
    if at is None:
        return "Le registre des contrats n’a encore rien reçu."
    return f"Dernier changement du registre des contrats : le {formats.instant(at)}."


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
    # A contract of the year may be evaluated after it: the fact is of the year, its day is not.
    counted = f"Sont comptés les faits de la période jusqu’au {last}"
    if over:
        counted += ", même constatés ensuite"
    return f"{known} {counted}{f' ; {steps}' if steps and not way else ''}."
