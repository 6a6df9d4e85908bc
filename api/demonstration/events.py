"""The events of a scheme in the demonstration: those its indicators ask for, and some beside."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import Audience, Event, EventAction, EventKind, EventState
from api.rules.working_days import worked_before
from api.schemes import trees
from api.schemes.models import Indicator, Scheme

YEARS: Final = (2024, 2025, 2026)
# What the demonstration says stops here, as its contracts do.
LAST_DAY: Final = date(2026, 9, 30)
# Of what an indicator looks for, after the first event of a year, one in so many is called off.
_CALLED_OFF_IN: Final = 4
# The natural audience of each kind.
_AUDIENCES: Final = {
    EventKind.MEETING: Audience.INTERNAL,
    EventKind.WORKSHOP: Audience.INTERNAL,
    EventKind.TRAINING: Audience.INTERNAL,
    EventKind.AWARENESS: Audience.INTERNAL,
    EventKind.COMMUNICATION: Audience.EXTERNAL,
    EventKind.PUBLICATION: Audience.EXTERNAL,
    EventKind.SUPPORT: Audience.EXTERNAL,
    EventKind.COMMITTEE: Audience.INTERNAL,
    EventKind.NETWORK: Audience.EXTERNAL,
    EventKind.FAIR: Audience.EXTERNAL,
}
# How the title of an event begins, the first of a year about the same thing, then those that
# follow; it ends with what its actions say, which it is about.
_SERVING: Final = {
    EventKind.MEETING: ("Réunion de travail", "Réunion de suivi", "Réunion de bilan"),
    EventKind.WORKSHOP: ("Atelier", "Atelier pratique", "Atelier d’échanges"),
    EventKind.TRAINING: ("Formation", "Formation en ligne", "Formation de perfectionnement"),
    EventKind.AWARENESS: ("Sensibilisation", "Conférence", "Quiz"),
    EventKind.COMMUNICATION: ("Lettre d’information", "Webinaire", "Article"),
    EventKind.PUBLICATION: (
        "Publication d’un guide",
        "Publication d’une fiche pratique",
        "Publication d’un retour d’expérience",
    ),
    EventKind.SUPPORT: ("Permanence", "Rendez-vous", "Séance de conseil"),
    EventKind.COMMITTEE: ("Comité de suivi", "Comité de pilotage", "Comité technique"),
    EventKind.NETWORK: ("Rencontre de réseau", "Visite", "Journée d’échanges"),
    EventKind.FAIR: ("Forum", "Salon", "Rencontres"),
}
# A title of an action is cut after so many signs.
_LONGEST: Final = 100


@dataclass(frozen=True)
class Asked:
    """The events that an indicator looks for; an event serves one of each group of ``actions``."""

    actions: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    audience: str | None


def load(session: Session, buyer_id: UUID, scheme: Scheme, rng: Random) -> None:
    """Put the events of a scheme in: a round of each kind a year, then what indicators ask for."""
    titles = trees.actions_of(scheme)
    codes = list(titles)
    asked = _asked(session, scheme)
    made: list[tuple[Event, list[str]]] = []
    for year in (one for one in YEARS if one >= scheme.first_year):
        for kind, audience in _AUDIENCES.items():
            served = rng.sample(codes, min(len(codes), rng.randint(1, 2)))
            title = _title(kind, [titles[code] for code in served], year)
            made.append((_event(buyer_id, kind, audience, title, year, rng), served))
        for one in asked:
            for rank in range(rng.randint(1, 3)):
                made.append(_answer(buyer_id, one, titles, year, rank, rng))
    _retitle(event for event, _ in made)
    session.add_all(event for event, _ in made)
    session.flush()
    session.add_all(
        EventAction(event_id=event.id, scheme_id=scheme.id, action=code)
        for event, served in made
        for code in served
    )


def said_on(first: date, last: date | None = None) -> dict[str, Any]:
    """When a row was first told and when it was last: those days, or the last one of the story."""
    days = (first, last or first)
    written, mended = (datetime.combine(min(day, LAST_DAY), time(9, 30), UTC) for day in days)
    return {"created_at": written, "updated_at": mended}


def _answer(
    buyer_id: UUID, asked: Asked, titles: Mapping[str, str], year: int, rank: int, rng: Random
) -> tuple[Event, list[str]]:
    """An event that an indicator counts, once it is held, and the actions that it serves.

    The first of a year was not called off, and who came was counted.
    """
    kind = EventKind(rng.choice(asked.kinds))
    audience = Audience(asked.audience) if asked.audience else _AUDIENCES[kind]
    served = list(dict.fromkeys(rng.choice(group) for group in asked.actions))
    title = _title(kind, [titles.get(code, code) for code in served], year)
    event = _event(buyer_id, kind, audience, title, year, rng)
    if rank == 0 and event.state is EventState.CANCELLED:
        event.state = EventState.HELD
    if rank and event.state is EventState.HELD and rng.randrange(_CALLED_OFF_IN) == 0:
        event.state, event.participants = EventState.CANCELLED, None
    if rank == 0 and event.state is EventState.HELD and event.participants is None:
        event.participants = (event.expected or 0) * 3 // 4
    return event, served


def _title(kind: EventKind, actions: Sequence[str], year: int) -> str:
    """What is held, about what the actions that it serves say."""
    about = " et ".join(f"«\N{NO-BREAK SPACE}{_short(one)}\N{NO-BREAK SPACE}»" for one in actions)
    return f"{_SERVING[kind][0]} sur {about} ({year})"


def _retitle(events: Iterable[Event]) -> None:
    """Begin otherwise the title of an event that another had before it; a few more are numbered."""
    seen: Counter[str] = Counter()
    for event in events:
        begins = _SERVING[event.kind]
        times, rank = divmod(seen[event.title], len(begins))
        seen[event.title] += 1
        told = event.title.removeprefix(begins[0])
        number = f" n°\N{NO-BREAK SPACE}{times + 1}" if times else ""
        event.title = f"{begins[rank]}{number}{told}"


def _short(title: str) -> str:
    """The beginning of a title, cut between two words; what it quotes is quoted within a quote."""
    title = re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", title))
    if len(title) <= _LONGEST:
        return title
    cut = f"{title[:_LONGEST].rsplit(' ', 1)[0].rstrip(' ,:;')}…"
    return f"{cut}”" if cut.count("“") > cut.count("”") else cut


def _event(
    buyer_id: UUID, kind: EventKind, audience: Audience, title: str, year: int, rng: Random
) -> Event:
    day = worked_before(date(year, 1, 6) + timedelta(days=rng.randrange(350)))
    expected = rng.randint(8, 80)
    # One in ten of the past was called off.
    past = EventState.HELD if rng.randrange(10) else EventState.CANCELLED
    state = past if day <= LAST_DAY else EventState.PLANNED
    counted = state is EventState.HELD and rng.randrange(6)
    return Event(
        organisation_id=buyer_id,
        kind=kind,
        title=title,
        held_on=day,
        audience=audience,
        state=state,
        expected=expected,
        # One in six was held and nobody counted.
        participants=rng.randint(4, expected) if counted else None,
    )


def _asked(session: Session, scheme: Scheme) -> list[Asked]:
    """What the indicators of a scheme look for among events, each thing once."""
    definitions = session.scalars(
        sa.select(col(Indicator.definition))
        .where(col(Indicator.scheme_id) == scheme.id, col(Indicator.retired).is_(False))
        .order_by(col(Indicator.position))
    )
    found = [_of(one) for one in definitions if one and one.get("fact") == "event"]
    return list(dict.fromkeys(one for one in found if one.actions))


def _of(definition: dict[str, Any]) -> Asked:
    tests = [
        test for part in ("perimeter", "where") for test in _tests(definition.get(part) or "all")
    ]
    named = dict(tests)
    return Asked(
        actions=tuple(values for field, values in tests if field == "action"),
        kinds=named.get("kind", tuple(one.value for one in EventKind)),
        audience=named.get("audience", (None,))[0],
    )


def _tests(criterion: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fields that a criterion tests and the values that pass; what it denies is left out."""
    if not isinstance(criterion, dict):
        return
    if "field" in criterion:
        values: Sequence[str] = criterion.get("one_of") or [criterion.get("equals", "")]
        yield criterion["field"], tuple(values)
    for part in ("all", "any"):
        for one in criterion.get(part) or ():
            yield from _tests(one)
