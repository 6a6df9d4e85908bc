"""The rows of each fact, read from the registers of a world."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from tests.oracle.seeing import Row
from tests.oracle.world import (
    Line,
    World,
    consultations,
    contracts,
    in_force,
    linked,
    lots,
    numbers,
    of,
    projects,
    spending,
    targeted_actions,
)


def rows(world: World, fact: str, buyers: Collection[str], together: bool = False) -> list[Row]:
    """The rows of a fact, of these buyers; ``together``: companies counted once for them all."""
    if fact == "supplier":
        if together:
            return suppliers(world, set(buyers))
        return [row for one in buyers for row in suppliers(world, {one})]
    return [row for row in SOURCES[fact](world) if row.buyer in buyers]


def hours_lines(world: World) -> list[Row]:
    """Hours that are validated and that count."""
    validated = {one["id"] for one in world["statement"] if one["state"] == "validated"}
    clauses = {one["id"]: one for one in world["clause"]}
    found = []
    for one in world["hours_line"]:
        if one["statement_id"] in validated and one["outside"] is None:
            key = clauses[one["clause_id"]]["contract_id"]
            where = world.contracts[key].line["directorate_id"]
            hours = {"hours": one["counted"], "training": one["training"]}
            found.append(linked(world, {**one, "contract_id": key}, of(one, "month"), hours, where))
    return found


def clauses(world: World) -> list[Row]:
    """Clauses that are more than drafts."""
    return [
        linked(world, one, of(one, "starts_on"), {"hours": one["engaged"]}, where(world, one))
        for one in world["clause"]
        if one["status"] != "draft"
    ]


def where(world: World, one: Line) -> str | None:
    """The directorate of the contract of a row."""
    found: str | None = world.contracts[one["contract_id"]].line["directorate_id"]
    return found


def reservations(world: World) -> list[Row]:
    """Reservations, with the amount of their contract."""
    return [
        linked(
            world,
            one,
            of(one, "decided_on"),
            {"amount": world.contracts[one["contract_id"]].line["amount"]},
            where(world, one),
        )
        for one in world["reservation"]
    ]


def evaluations(world: World) -> list[Row]:
    """Evaluations of contracts."""
    return [
        linked(world, one, of(one, "done_on"), {}, where(world, one)) for one in world["evaluation"]
    ]


def followed(table: str, day: str, owner: str) -> Callable[[World], list[Row]]:
    """Rows of a register that stands alone."""

    def found(world: World) -> list[Row]:
        served = world.by("event_action", "event_id") if table == "event" else {}
        return [
            Row(
                reference=one["id"].hex,
                fields=numbers(one)
                | ({"action": tuple(said["action"] for said in served[one["id"]])}
                   if table == "event" else {}),
                buyer=one[owner],
                **of(one, day),
            )
            for one in world[table]
        ]  # fmt: skip

    return found


def suppliers(world: World, buyers: set[str]) -> list[Row]:
    """Each company once, of the years in which it holds a contract of these buyers."""
    years, undated = defaultdict(set), set()
    for told in world.contracts.values():
        if told.line["buyer_id"] in buyers:
            for one in told.companies:
                day = told.line["notified_on"]
                if day is None:
                    undated.add(one["id"])
                    years[one["id"]] |= set()
                else:
                    years[one["id"]].add(day.year)
    known = {one["id"]: world.company(one) for one in world["supplier"]}
    return [
        Row(
            reference=key.hex,
            years=frozenset(some),
            maybe=key in undated,
            fields=known[key],
        )
        for key, some in years.items()
    ]


SOURCES: Mapping[str, Callable[[World], list[Row]]] = {
    "contract": contracts,
    "lot": lots,
    "in_force": in_force,
    "consultation": consultations,
    "project": projects,
    "targeted_action": targeted_actions,
    "spending": spending,
    "hours_line": hours_lines,
    "clause": clauses,
    "reservation": reservations,
    "evaluation": evaluations,
    "sourcing": followed("sourcing", "done_on", "buyer_id"),
    "event": followed("event", "held_on", "organisation_id"),
    "action": followed("action_state", "year", "organisation_id"),
}
