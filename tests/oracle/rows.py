"""The rows of each fact, read from the registers of a world."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from tests.oracle.seeing import Row
from tests.oracle.world import (
    Line,
    World,
    consultations,
    contracts,
    in_force,
    linked,
    lots,
    lots_in_force,
    numbers,
    of,
    projects,
    spending,
    targeted_actions,
)


def rows(
    world: World,
    fact: str,
    scheme: str,
    buyers: Collection[str],
    directorate: str | None = None,
) -> list[Row]:
    """The rows of a fact, of these buyers, or of one directorate of theirs; actions are those of
    one ``scheme``. A company that several buyers have is one."""
    if fact == "supplier":
        return suppliers(world, set(buyers), directorate)
    if fact == "targeted_action":
        found = targeted_actions(world, scheme)
    else:
        found = of_scheme(world, fact, scheme) if fact in OF_SCHEME else SOURCES[fact](world)
    return [
        named(world, decided(row, scheme))
        for row in found
        if row.buyer in buyers and (directorate is None or row.directorate == directorate)
    ]


def named(world: World, row: Row) -> Row:
    """A row with its directorate, and the name of that; unknown together."""
    name = world.directorates.get(row.directorate)
    told = {"directorate": row.directorate, "directorate's name": name}
    return replace(row, fields={**row.fields, **told})


def decided(row: Row, scheme: str) -> Row:
    """A row with the actions that one scheme has, of those decided for its project."""
    told = row.fields.get("targeted_action")
    if not told:
        return row
    own = tuple(action for whose, action in told if whose == scheme)
    return replace(row, fields={**row.fields, "targeted_action": own})


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
    """Reservations, with the amount of their contract, and those that nobody registered."""
    registered = {one["contract_id"] for one in world["reservation"]}
    others = [
        linked(
            world,
            {"id": key, "contract_id": key, "buyer_id": told.line["buyer_id"]},
            maybe_reserved(told.marks.get("reserved"), told.line["notified_on"]),
            {"amount": told.line["amount"]},
            told.line["directorate_id"],
        )
        for key, told in world.contracts.items()
        if key not in registered and told.marks.get("reserved") is not False
    ]
    return others + [
        linked(
            world,
            one,
            of(one, "decided_on"),
            {"amount": world.contracts[one["contract_id"]].line["amount"]},
            where(world, one),
        )
        for one in world["reservation"]
    ]


def maybe_reserved(reserved: bool | None, day: date | None) -> dict[str, Any]:
    """When a contract is one that was reserved; unknown without its day, or without an answer."""
    if day is None:
        return {"maybe": True}
    if reserved:
        return {"years": frozenset({day.year})}
    return {"maybe": True, "since": day.year, "until": day.year}


def evaluations(world: World) -> list[Row]:
    """Evaluations of contracts."""
    return [
        linked(world, one, of(one, "done_on"), {}, where(world, one)) for one in world["evaluation"]
    ]


def followed(table: str, day: str, owner: str) -> Callable[[World], list[Row]]:
    """Rows of a register that stands alone."""

    def found(world: World) -> list[Row]:
        return [alone(one, day, owner) for one in world[table]]

    return found


def alone(one: Line, day: str, owner: str) -> Row:
    """A row that tells nothing but its own line."""
    return Row(reference=one["id"].hex, fields=numbers(one), buyer=one[owner], **of(one, day))


OF_SCHEME = ("action", "event")


def of_scheme(world: World, fact: str, scheme: str) -> list[Row]:
    """Actions of a scheme, or events that serve them, or that serve none of any scheme."""
    if fact == "action":
        return [
            alone(one, "year", "organisation_id")
            for one in world["action_state"]
            if one["scheme"] == scheme
        ]
    served, elsewhere = defaultdict(list), set()
    for said in world["event_action"]:
        if said["scheme"] == scheme:
            served[said["event_id"]].append(said["action"])
        else:
            elsewhere.add(said["event_id"])
    return [
        alone({**one, "action": served[one["id"]]}, "held_on", "organisation_id")
        for one in world["event"]
        if one["id"] in served or one["id"] not in elsewhere
    ]


def suppliers(world: World, buyers: set[str], directorate: str | None) -> list[Row]:
    """Each company once, of the years in which it holds a contract of these buyers."""
    years: defaultdict[UUID, set[int]] = defaultdict(set)
    undated: set[UUID] = set()
    for told in world.contracts.values():
        followed_by = directorate is None or told.line["directorate_id"] == directorate
        if told.line["buyer_id"] in buyers and followed_by:
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
    "in_force contract": in_force,
    "in_force lot": lots_in_force,
    "consultation": consultations,
    "project": projects,
    "spending": spending,
    "hours_line": hours_lines,
    "clause": clauses,
    "reservation": reservations,
    "evaluation": evaluations,
    "sourcing": followed("sourcing", "done_on", "buyer_id"),
}
