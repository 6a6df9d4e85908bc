"""The events of a scheme in the demonstration: those its indicators ask for, and some beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import Audience, Event, EventAction, EventKind, EventState
from api.schemes import trees
from api.schemes.models import Indicator, Scheme

YEARS: Final = (2024, 2025, 2026)
# What the demonstration says stops here, as its contracts do.
LAST_DAY: Final = date(2026, 9, 30)
# Of what an indicator looks for, after the first event of a year, one in so many is called off.
_CALLED_OFF_IN: Final = 4
# For each kind, its natural audience and its words.
_KINDS: Final = {
    EventKind.MEETING: (Audience.INTERNAL, "Réunion d’information aux directions"),
    EventKind.WORKSHOP: (Audience.INTERNAL, "Atelier d’écriture de clauses"),
    EventKind.TRAINING: (Audience.INTERNAL, "Formation aux achats responsables"),
    EventKind.AWARENESS: (Audience.INTERNAL, "Sensibilisation des acheteurs"),
    EventKind.COMMUNICATION: (Audience.EXTERNAL, "Lettre d’information aux entreprises"),
    EventKind.PUBLICATION: (Audience.EXTERNAL, "Publication de la programmation des achats"),
    EventKind.SUPPORT: (Audience.EXTERNAL, "Permanence pour les petites entreprises"),
    EventKind.COMMITTEE: (Audience.INTERNAL, "Comité de suivi du schéma"),
    EventKind.NETWORK: (Audience.EXTERNAL, "Rencontre du réseau des acheteurs"),
    EventKind.FAIR: (Audience.EXTERNAL, "Forum des achats inclusifs"),
}
# For an event that serves a given action, which its title names: nothing that the action may not
# be about.
_SERVING: Final = {
    EventKind.MEETING: "Réunion de travail",
    EventKind.WORKSHOP: "Atelier",
    EventKind.TRAINING: "Formation",
    EventKind.AWARENESS: "Sensibilisation",
    EventKind.COMMUNICATION: "Lettre d’information",
    EventKind.PUBLICATION: "Publication d’un guide",
    EventKind.SUPPORT: "Permanence",
    EventKind.COMMITTEE: "Comité de suivi",
    EventKind.NETWORK: "Rencontre de réseau",
    EventKind.FAIR: "Forum",
}


@dataclass(frozen=True)
class Asked:
    """The events that an indicator looks for; an event serves one of each group of ``actions``."""

    actions: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    audience: str | None


def load(session: Session, buyer_id: UUID, scheme: Scheme, rng: Random) -> None:
    """Put the events of a scheme in: a round of each kind a year, then what indicators ask for."""
    codes = list(trees.actions_of(scheme))
    asked = _asked(session, scheme)
    made: list[tuple[Event, list[str]]] = []
    for year in (one for one in YEARS if one >= scheme.first_year):
        for kind, (audience, words) in _KINDS.items():
            served = rng.sample(codes, min(len(codes), rng.randint(1, 2)))
            made.append((_event(buyer_id, kind, audience, f"{words} ({year})", year, rng), served))
        for one in asked:
            made += [_answer(buyer_id, one, year, rank, rng) for rank in range(rng.randint(1, 3))]
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
    buyer_id: UUID, asked: Asked, year: int, rank: int, rng: Random
) -> tuple[Event, list[str]]:
    """An event that an indicator counts, once it is held, and the actions that it serves.

    The first of a year was not called off, and who came was counted.
    """
    kind = EventKind(rng.choice(asked.kinds))
    natural, _ = _KINDS[kind]
    audience = Audience(asked.audience) if asked.audience else natural
    words = _SERVING[kind]
    served = list(dict.fromkeys(rng.choice(group) for group in asked.actions))
    told = ", ".join(code.lower() if code[:1].isalpha() else f"action {code}" for code in served)
    event = _event(buyer_id, kind, audience, f"{words} : {told} ({year})", year, rng)
    if rank == 0 and event.state is EventState.CANCELLED:
        event.state = EventState.HELD
    if rank and event.state is EventState.HELD and rng.randrange(_CALLED_OFF_IN) == 0:
        event.state, event.participants = EventState.CANCELLED, None
    if rank == 0 and event.state is EventState.HELD and event.participants is None:
        event.participants = (event.expected or 0) * 3 // 4
    return event, served


def _event(
    buyer_id: UUID, kind: EventKind, audience: Audience, title: str, year: int, rng: Random
) -> Event:
    day = date(year, 1, 6) + timedelta(days=rng.randrange(350))
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
