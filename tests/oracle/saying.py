"""What people say of a scheme, made from a seed: declarations, milestones, states of actions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from tests.oracle import by_part, steps
from tests.oracle.filling import TRUTHS, YEARS
from tests.oracle.oracle import indicators, model
from tests.oracle.questions import MODEL
from tests.oracle.world import World

STATES = ("not_started", "ongoing", "done", "abandoned")
DAYS = (None, date(2020, 6, 1), date(2023, 12, 31), date(2024, 1, 1), date(2099, 1, 1))
VALUES = (None, 0, 1, 1_000_000, 33_333_333, 250_000_000, 1_000_000_000_000, -2_000_000)


def say(world: World, schemes: Iterable[str], seed: int) -> None:
    """Answers to some of what these schemes ask people, of each organisation of a world."""
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    for scheme in schemes:
        of_scheme(world, rng, scheme, indicators(scheme), actions(model(scheme)))


def of_scheme(
    world: World,
    rng: Random,
    scheme: str,
    asked: Mapping[str, Mapping[str, Any]],
    of_it: Sequence[str],
) -> None:
    """Answers to one scheme."""
    for one in world["organisation"]:
        for code, indicator in asked.items():
            if indicator["told_under"] == code:
                answer(world, rng, (scheme, code), one["id"], indicator["definition"])
        years = YEARS if one is world["organisation"][0] else YEARS[2:]
        for action in of_it:
            for year in years:
                if rng.random() < 0.5:
                    world["action_state"].append(
                        {"id": UUID(int=rng.getrandbits(128), version=4),
                         "scheme": scheme, "action": action, "organisation_id": one["id"],
                         "year": year, "state": rng.choice(STATES)}
                    )  # fmt: skip
    serve(world, rng, scheme, asked.values())
    if scheme != "clermont" and "targeted_action" in str(asked):
        decide(world, rng, scheme)


def decide(world: World, rng: Random, scheme: str) -> None:
    """Actions of a scheme for some projects, whose codes another scheme has too."""
    for one in world["project"]:
        for action in rng.sample(range(6, 30), rng.choice((0, 0, 1, 2))):
            world["project_action"].append(
                {"project_id": one["id"], "scheme": scheme, "action": f"ACTION {action}",
                 "done": rng.choice(TRUTHS)}
            )  # fmt: skip


def say_too(
    world: World, schemes: Mapping[str, Mapping[str, Mapping[str, Any]]], seed: int
) -> None:
    """The same of schemes that are not in the catalogue, whose indicators are given by code."""
    rng = Random(seed)  # noqa: S311 - as above
    for scheme, asked in schemes.items():
        of_scheme(world, rng, scheme, asked, actions(model(MODEL)))


def answer(
    world: World, rng: Random, key: tuple[str, str], who: Any, definition: Mapping[str, Any]
) -> None:
    """What one organisation says of one indicator, year after year, or nothing."""
    said = {"indicator": key, "organisation_id": who}
    facts = {definition["fact"], definition.get("over", {}).get("fact")}
    if "measure" in facts:
        listed = definition.get("list", False)
        for year in YEARS:
            if rng.random() < 0.7:
                told = None if not listed else "\n".join(rng.sample(("a", "b", "c"), 2))
                value = None if listed else rng.choice(VALUES)
                base = rng.choice((None, *VALUES[1:-1]))
                line = said | {"year": year, "value": value, "base": base, "words": told}
                if "parts" in definition and rng.random() < 0.9:
                    parts = by_part.said_parts(rng, definition)
                    line |= {"value": None, "base": None, "parts": parts}
                world["measure"].append(line)
    if "milestone" in facts:
        once = definition.get("period") == "once"
        for period in ("once",) if once else map(str, YEARS):
            if rng.random() < 0.7:
                line = said | {"period": period, "done": rng.choice(TRUTHS),
                               "due_on": rng.choice(DAYS),
                               "done_on": rng.choice(DAYS[:4])}  # fmt: skip
                if "parts" in definition:
                    line["parts"] = steps.said_parts(rng)
                world["milestone"].append(line)


def actions(written: Mapping[str, Any]) -> list[str]:
    """The codes of the actions of a scheme, wherever they stand in its tree."""

    def inside(node: Any) -> Iterable[str]:
        if isinstance(node, Mapping):
            for one in node.get("actions") or ():
                yield one["code"]
            for part in node.values():
                yield from inside(part)
        elif isinstance(node, list):
            for part in node:
                yield from inside(part)

    return sorted(set(inside(written["axes"])))


def serve(world: World, rng: Random, scheme: str, asked: Iterable[Mapping[str, Any]]) -> None:
    """Tie some events to the actions that the definitions of a scheme ask for."""
    wanted = sorted({code for one in asked for code in asked_of_events(one["definition"])})
    taken = {one["event_id"] for one in world["event_action"]}
    free = [one for one in world["event"] if one["id"] not in taken]
    for one in rng.sample(free, min(len(free), 12 * len(wanted))):
        for code in rng.sample(wanted, min(len(wanted), rng.choice((1, 1, 2)))):
            # Another scheme may have an action of the same code: it is another action.
            whose = scheme if rng.random() < 0.8 else "mel-smart-2023"
            world["event_action"].append({"event_id": one["id"], "scheme": whose, "action": code})


def asked_of_events(node: Any) -> Iterable[str]:
    """The codes of actions that a criterion on events asks for."""
    if isinstance(node, Mapping):
        if node.get("fact", "event") != "event":
            return
        if node.get("field") == "action":
            yield from node.get("one_of", [node.get("equals")])
        for part in node.values():
            yield from asked_of_events(part)
    elif isinstance(node, list):
        for part in node:
            yield from asked_of_events(part)
