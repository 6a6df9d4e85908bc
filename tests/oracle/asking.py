"""The oracle's world put into the service, and the service's figures held against the oracle's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any
from urllib.parse import quote

from sqlmodel import Session

from api.schemes import registering
from api.schemes.loading import read_model
from tests.operations import Service
from tests.oracle.filling import filled
from tests.oracle.keeping import ACCOUNT, keep
from tests.oracle.oracle import CATALOGUE, Figure, indicators, model
from tests.oracle.persons import Persons
from tests.oracle.questions import schemes as own_schemes
from tests.oracle.rows import EVERYTHING, Part
from tests.oracle.saying import say, say_too
from tests.oracle.schemes import Asker
from tests.oracle.told import (
    completeness,
    is_beside,
    met,
    parts,
    same_reason,
    told,
    told_parts,
)
from tests.oracle.world import World

SEED = 2026
YEARS = (2023, 2024, 2025)
CATALOGUED = tuple(sorted(path.stem for path in CATALOGUE.glob("*.yaml")))
TOGETHER = "together"


@dataclass(frozen=True)
class Scheme:
    """A scheme as the oracle reads it."""

    code: str
    start: int
    asked: Mapping[str, Mapping[str, Any]]


@cache
def catalogued() -> dict[str, Scheme]:
    """The schemes of the catalogue."""
    found = {}
    for name in CATALOGUED:
        written = model(name)
        found[written["code"]] = Scheme(
            written["code"], written["period"]["start"], indicators(name)
        )
    return found


@cache
def questioned() -> dict[str, Scheme]:
    """The schemes of the oracle's own questions, one for each fact."""
    return {
        written["code"]: Scheme(
            written["code"],
            written["period"]["start"],
            {one["code"]: one | {"told_under": one["code"]} for one in written["indicators"]},
        )
        for written in own_schemes()
    }


@cache
def world() -> World:
    """The one world of these tests, the same in every run."""
    made = filled(SEED, marks())
    say(made, CATALOGUED, SEED)
    # Those that ask of actions: each scheme has its own.
    asking = (
        "action",
        "event",
        "targeted_action",
        "contract",
        "project",
        "consultation",
        "spending",
    )
    own = [f"oracle-{fact}" for fact in asking]
    say_too(made, {code: questioned()[code].asked for code in own}, SEED + 1)
    first, second = (one["id"] for one in made["organisation"])
    for who, year, number in ((first, 2023, 20), (first, 2024, 30), (second, 2024, 15)):
        made.arrested[who, year] = of_persons(number)
    return made


def of_persons(number: int) -> Persons:
    """Persons told of a closed year; the sex and the training of some are not said."""
    third = number // 3
    return Persons(
        number,
        number // 4,
        {
            "sex": {"f": (number // 2, 402), "h": (third, 777), "unknown": (1, 0)},
            "training": {"qualifying_or_certifying": (5, 41), "none": (number - 5, 1138)},
            "age": {"under_26": (third, 100), "26_to_49": (third, 1), "unknown": (2, 1078)},
            "qualification": {"infra_3": (number - 1, 1179), "3": (1, 0)},
        },
    )


def marks() -> list[str]:
    """The marks that the definitions of the catalogue look at."""

    def inside(node: Any) -> Iterable[str]:
        if isinstance(node, Mapping):
            if isinstance(node.get("mark"), str):
                yield node["mark"]
            for part in node.values():
                yield from inside(part)
        elif isinstance(node, list):
            for part in node:
                yield from inside(part)

    of = chain.from_iterable(one.asked.values() for one in catalogued().values())
    return sorted({code for one in of for code in inside(one["definition"])})


def load(service: Service) -> World:
    """Put the world and the oracle's own schemes into the service."""
    made = world()
    with Session(service.app.state.engines.write) as session, session.begin():
        for written in own_schemes():
            registering.load(session, read_model(written))
        keep(session, made)
    return made


def asker(scheme: Scheme, ranks: Sequence[int], part: Part = EVERYTHING) -> Asker:
    """Who works out the figures of some organisations, told by their rank, or of a part of one."""
    some = [world()["organisation"][rank] for rank in ranks]
    return Asker(
        world(),
        scheme.code,
        scheme.start,
        scheme.asked,
        tuple(one["id"] for one in some),
        some[0]["siret"][:9] if len(some) == 1 else None,
        part,
    )


@cache
def expected(
    code: str, ranks: tuple[int, ...], year: int, part: Part = EVERYTHING
) -> dict[str, Figure]:
    """The oracle's figures of a scheme."""
    return asker(schemes()[code], ranks, part).figures(year)


def query_of(part: Part) -> str:
    """What the address asks for a part."""
    told = (("directorate", part.directorate), ("family", part.family))
    return "".join(f"&{name}={quote(str(value))}" for name, value in told if value)


def schemes() -> dict[str, Scheme]:
    """Every scheme, by code."""
    return catalogued() | questioned()


def answered(
    service: Service, code: str, ranks: Sequence[int], year: int, more: str = ""
) -> dict[str, Any]:
    """The service's figures of a scheme, by code of indicator."""
    siret = world()["organisation"][ranks[0]]["siret"]
    address = f"/api/v1/schemes/{code}/results?organisation={siret}&year={year}{more}"
    if len(ranks) > 1:
        address += "&together=true"
    answer = service.get(address, ACCOUNT)
    assert len(answer["organisations"]) == len(ranks)
    return {one["code"]: one for one in answer["results"]}


def differences(
    answer: Mapping[str, Any], figure: Figure, indicator: Mapping[str, Any], target: Any
) -> list[str]:
    """Where a figure of the service and one of the oracle differ, field by field."""
    definition = indicator["definition"]
    pairs = {name: (answer[name], value) for name, value in told(figure).items()}
    pairs["completeness"] = (answer["completeness"], rate(figure))
    pairs["parts"] = (told_parts(answer), parts(figure))
    compared = None if target and is_beside(indicator, target) else target
    pairs["met"] = (answer["met"], met(figure, compared, indicator["direction"]))
    words: Sequence[str] = figure.words
    if figure.aggregate == "distinct":
        words = sorted(one["label"] for one in answer["parts"])
    pairs["words"] = (list(answer["words"]), list(words))
    quantities = [definition, *([definition["over"]] if "over" in definition else [])]
    found = [f"{name}: {one!r}, oracle {two!r}" for name, (one, two) in pairs.items() if one != two]
    if not any(same_reason(figure, answer["reason"], one) for one in quantities):
        found.append(f"reason: {answer['reason']!r}, oracle {figure.reason!r}")
    return found


def rate(figure: Figure) -> str | None:
    """How complete a figure is, four decimals: the nearest, but one lacks nothing."""
    part = completeness(figure)
    if part is None:
        return None
    nearest = (2 * part.numerator * 10**4 + part.denominator) // (2 * part.denominator)
    whole, rest = divmod(nearest if part == 1 else min(nearest, 9_999), 10**4)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")


def disagreements(
    service: Service, code: str, ranks: tuple[int, ...], year: int, part: Part = EVERYTHING
) -> dict[str, list[str]]:
    """By indicator of a scheme, where the service and the oracle differ; ``part``: of it alone."""
    answers = answered(service, code, ranks, year, query_of(part))
    figures = expected(code, ranks, year, part)
    assert answers.keys() == figures.keys()
    asked, who = schemes()[code].asked, asker(schemes()[code], ranks)
    found = {
        key: differences(answers[key], figures[key], asked[key], who.target(asked[key], year))
        for key in figures
    }
    return {key: some for key, some in found.items() if some}
