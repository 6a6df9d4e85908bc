"""The figures of insertion computed again, the plain and slow way, from facts held in memory.

It shares no code with the service. The facts are a follow-up as plain dictionaries (see
api/rules/fiction_insertion_records.py), the definitions those that the service publishes. Hours are
quarter-hours, amounts cents, shares exact fractions (``None`` without a whole).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.insertion_lines import UNKNOWN, Facts, Key, Line, all_lines
from tests.oracle.insertion_promises import (
    decided,
    elapsed,
    engaged,
    half_up,
    penalty,
    share,
    total,
)

COUNTING = {"submitted", "to_correct", "validated"}
LONG = 455 * 4
QUALIFYING_JOBS = {"cdi", "cdi_inclusion", "cdd_long", "apprenticeship", "professionalisation"}
DYNAMIC = {"durable_job", "transition_job", "positive_exit"}
CHECKPOINTS = ("end", "m6", "m12")


@dataclass(frozen=True)
class Scope:
    """Clauses looked at, a year, and the day until which everything is looked at."""

    facts: Facts
    year: int
    day: date
    clauses: frozenset[int]
    lines: tuple[Line, ...]


def scope(facts: Facts, year: int, today: date, buyer: int | None = None) -> Scope:
    """What the figures of a buyer (its rank), or of all of them, are about."""
    inside = frozenset(
        rank
        for rank, clause in enumerate(facts["clauses"])
        if buyer in (None, facts["contracts"][clause["contract"]]["buyer"])
    )
    day = min(today, date(year, 12, 31))
    lines = tuple(
        one for one in all_lines(facts, year) if one.clause in inside and one.month <= day
    )
    return Scope(facts, year, day, inside, lines)


def figures(facts: Facts, year: int, today: date, buyer: int | None = None) -> dict[str, Any]:
    """Every figure of a scope."""
    seen = scope(facts, year, today, buyer)
    return {
        **hours(seen),
        **engagement(seen),
        **people(seen),
        "women": women(seen),
        "breakdowns": breakdowns(seen),
        "paths": paths(seen),
        "exits": exits(seen),
        "penalties": penalties(seen),
        "by_clause": {rank: of_clause(seen, rank) for rank in sorted(seen.clauses)},
    }


def validated(seen: Scope) -> list[Line]:
    """The validated lines of the year."""
    return [one for one in seen.lines if one.state == "validated" and one.month.year == seen.year]


def hours(seen: Scope) -> dict[str, Any]:
    """Declared (whole, then what counts), validated, outside, the exact full-time equivalent."""
    counted = total(one.counted for one in validated(seen))
    stated = [one for one in seen.lines if one.state in COUNTING and one.month.year == seen.year]
    return {
        "declared": total(one.gross for one in stated),
        "declared_counted": total(one.counted for one in stated),
        "validated": counted,
        "outside": total(one.gross for one in validated(seen) if one.outside),
        "fte": Fraction(counted, 4 * 1607),
    }


def engagement(seen: Scope) -> dict[str, Any]:
    """Engaged, due, rate and projection over the clauses of the year."""
    sums: dict[str, int] = defaultdict(int)
    done: dict[int, int] = defaultdict(int)
    for one in seen.lines:
        if one.state == "validated":
            done[one.clause] += one.counted
    ranks = [one for one in sorted(seen.clauses) if is_of_year(seen, one)]
    for rank in ranks:
        clause = seen.facts["clauses"][rank]
        promised, part = engaged(clause, seen.day), elapsed(clause, seen.day)
        projected = half_up(done[rank] / part) if part else None
        sums["done"] += done[rank]
        sums["engaged_unknown"] += promised is None
        sums["due_unknown"] += promised is None or part is None
        sums["projection_unknown"] += projected is None
        sums["projection"] += projected or 0
        if promised is None:
            continue
        sums["engaged"] += promised
        sums["rated"] += done[rank]
        if part is not None:
            sums["due"] += half_up(promised * part)
        if projected is not None:
            sums["projected"] += projected
            sums["projected_engaged"] += promised
    return {
        "clauses": len(ranks),
        **{name: sums[name] for name in ("engaged", "engaged_unknown", "due", "due_unknown")},
        **{name: sums[name] for name in ("done", "rated", "projection", "projection_unknown")},
        "rate": share(sums["rated"], sums["engaged"]),
        "projection_rate": share(sums["projected"], sums["projected_engaged"]),
    }


def of_clause(seen: Scope, rank: int) -> dict[str, Any] | None:
    """The figures of one clause; ``None`` of a clause that is not of the year, unless hours of the
    year were validated for it: the month after its end may be stated."""
    clause = seen.facts["clauses"][rank]
    own = [one for one in seen.lines if one.clause == rank and one.state == "validated"]
    now = [one for one in own if one.month.year == seen.year]
    if not now and not is_of_year(seen, rank):
        return None
    done = total(one.counted for one in own)
    promised, part = engaged(clause, seen.day), elapsed(clause, seen.day)
    return {
        "engaged": promised,
        "due": None if promised is None or part is None else half_up(promised * part),
        "since_start": done,
        "rate": None if promised is None else share(done, promised),
        "projected": half_up(done / part) if part else None,
        "hours": total(one.counted for one in now),
        "persons": sum(headcount(now)),
    }


def is_of_year(seen: Scope, rank: int) -> bool:
    """Not a draft, and running some day of the year as far as is known."""
    clause = seen.facts["clauses"][rank]
    starts, ends = clause["starts_on"], clause["ends_on"]
    return (
        clause["status"] != "draft"
        and (starts is None or starts <= date(seen.year, 12, 31))
        and (ends is None or ends >= date(seen.year, 1, 1))
    )


def headcount(lines: Sequence[Line]) -> tuple[int, int]:
    """Distinct persons with hours that count, and the persons of lines of several together: for
    each clause, the most of a month."""
    per_person: dict[int, int] = defaultdict(int)
    together: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for one in lines:
        if one.person is not None:
            per_person[one.person] += one.counted
        else:
            together[one.clause][one.month] += one.persons
    known = sum(1 for counted in per_person.values() if counted > 0)
    return known, sum(max(months.values()) for months in together.values())


def people(seen: Scope) -> dict[str, Any]:
    """Beneficiaries, and at least how many with those told together."""
    known, together = headcount(validated(seen))
    return {"beneficiaries": known, "at_least": known + together}


def women(seen: Scope) -> dict[str, Any]:
    """The share of women by hours and by persons, and what is not known."""
    counted: dict[Key, int] = defaultdict(int)
    persons: dict[Key, int] = {}
    for one in validated(seen):
        counted[one.keys["sex"]] += one.counted
    for sex in ("f", "h", "x", UNKNOWN):
        persons[sex] = headcount([one for one in validated(seen) if one.keys["sex"] == sex])[0]
    known = sum(counted[sex] for sex in "fhx")
    return {
        "hours_women": counted["f"],
        "hours_known": known,
        "hours": share(counted["f"], known),
        "hours_unknown": counted[UNKNOWN],
        "persons_women": persons["f"],
        "persons_known": sum(persons[sex] for sex in "fhx"),
        "persons": share(persons["f"], sum(persons[sex] for sex in "fhx")),
        "persons_unknown": persons[UNKNOWN],
    }


def breakdowns(seen: Scope) -> dict[str, dict[Key, dict[str, int]]]:
    """Validated hours and persons by each fact."""
    lines = validated(seen)
    found: dict[str, dict[Key, dict[str, int]]] = {}
    for name in (
        *("sex", "public", "modality", "age", "qualification", "qpv", "training"),
        *("family", "object", "buyer", "bracket"),
    ):
        cells: dict[Key, list[Line]] = defaultdict(list)
        for one in lines:
            cells[one.keys[name]].append(one)
        found[name] = {
            key: {"hours": total(one.counted for one in some), "persons": sum(headcount(some))}
            for key, some in cells.items()
        }
    return found


def paths(seen: Scope) -> dict[str, Any]:
    """Long and qualifying paths: enough hours since ever, and a lasting job or a certification."""
    done: dict[int, int] = defaultdict(int)
    where: dict[int, set[int]] = defaultdict(set)
    for one in seen.lines:
        if one.state == "validated" and one.person is not None:
            done[one.person] += one.counted
            if one.counted > 0:
                where[one.person].add(seen.facts["clauses"][one.clause]["contract"])
    found = [who for who, counted in done.items() if counted >= LONG and qualifies(seen.facts, who)]
    return {"persons": len(found), "contracts": len({one for who in found for one in where[who]})}


def qualifies(facts: Facts, person: int) -> bool:
    """A lasting employment contract, or 35 h at least of certifying trainings, certified."""
    trained = sum(
        one["hours"] or 0
        for one in facts["persons"][person]["trainings"]
        if one["kind"] == "certifying" and one["certified"] is True
    )
    return trained >= 35 * 4 or any(
        job["person"] == person and job["kind"] in QUALIFYING_JOBS for job in facts["employments"]
    )


def exits(seen: Scope) -> dict[str, Any]:
    """What became of the persons of the year, by checkpoint."""
    counted: dict[int, int] = defaultdict(int)
    for one in validated(seen):
        if one.person is not None:
            counted[one.person] += one.counted
    population = [who for who, some in counted.items() if some > 0]
    found = {}
    for checkpoint in CHECKPOINTS:
        situations: dict[str, int] = defaultdict(int)
        for who in population:
            for one in seen.facts["persons"][who]["exits"]:
                if one["checkpoint"] == checkpoint:
                    situations[str(one["situation"])] += 1
        asked = sum(situations.values())
        answered = asked - situations.pop(UNKNOWN, 0)
        found[checkpoint] = {
            "situations": dict(situations),
            "unknown": asked - answered,
            "asked": asked,
            "answered": answered,
            "response_rate": share(answered, len(population)),
            "dynamic": sum(situations.get(one, 0) for one in DYNAMIC),
            "dynamic_share": share(sum(situations.get(one, 0) for one in DYNAMIC), answered),
        }
    return {"population": len(population), "checkpoints": found}


def penalties(seen: Scope) -> dict[str, Any]:
    """Those dated in the year: how many, computed, applied, by decision."""
    found: dict[str, int] = {"number": 0, "computed": 0, "applied": 0}
    decisions: dict[str, int] = defaultdict(int)
    for rank in seen.clauses:
        clause = seen.facts["clauses"][rank]
        for one in clause["penalties"]:
            if one["on"].year != seen.year:
                continue
            computed = penalty(clause, one)
            found["number"] += 1
            found["computed"] += computed
            found["applied"] += decided(one, computed)
            decisions[str(one["decision"] or "undecided")] += 1
    return {**found, "decisions": dict(decisions)}
