"""The rows of each fact, read from the registers of a world."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from tests.oracle.seeing import Row, Truth, both
from tests.oracle.unsummed import set_aside
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


class Part(NamedTuple):
    """A directorate and a purchase family asked for, None where it is all the same."""

    directorate: Any = None
    family: str | None = None

    def holds(self, directorate: Any, family: str | None) -> Truth:
        """Whether what has these is of the part; not known of what has none."""
        pairs = ((self.directorate, directorate), (self.family, family))
        return both(None if own is None else own == asked for asked, own in pairs if asked)


EVERYTHING = Part()


def rows(
    world: World,
    fact: str,
    scheme: str,
    buyers: Collection[str],
    part: Part = EVERYTHING,
) -> list[Row]:
    """The rows of a fact, of these buyers, or that are or may be of one ``part`` of theirs; actions
    are those of one ``scheme``. A company that several buyers have is one."""
    if fact == "supplier":
        return suppliers(world, set(buyers), part)
    if fact == "targeted_action":
        found = targeted_actions(world, scheme)
    else:
        found = of_scheme(world, fact, scheme) if fact in OF_SCHEME else SOURCES[fact](world)
    return [
        doubted(named(world, decided(row, scheme)), is_of)
        for row in found
        if row.buyer in buyers and (is_of := part.holds(row.directorate, row.family)) is not False
    ]


def doubted(row: Row, is_of: Truth) -> Row:
    """A row as it is, or as one that may not be of the part asked for."""
    return row if is_of else replace(row, years=frozenset(), doubtful=row.years)


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
            part = part_of(world, key, clauses[one["clause_id"]]["purchase_family"])
            hours = {"hours": one["counted"], "training": one["training"]}
            found.append(linked(world, {**one, "contract_id": key}, of(one, "month"), hours, part))
    return found


def clauses(world: World) -> list[Row]:
    """Clauses that are more than drafts."""
    return [
        linked(world, one, of(one, "starts_on"), {"hours": one["engaged"]}, of_clause(world, one))
        for one in world["clause"]
        if one["status"] != "draft"
    ]


def of_clause(world: World, one: Line) -> Part:
    """The directorate of the contract of a clause, and its own family, else the contract's."""
    return part_of(world, one["contract_id"], one["purchase_family"])


def part_of(world: World, contract: Any, family: str | None = None) -> Part:
    """What follows from a contract; nothing from none."""
    if contract is None:
        return Part(None, family)
    line = world.contracts[contract].line
    return Part(line["directorate_id"], family or line["purchase_family"])


def reservations(world: World) -> list[Row]:
    """Reservations, with the amount of their contract; and contracts of which none is registered,
    that hold one, none, or nobody knows."""
    registered = {one["contract_id"] for one in world["reservation"]}
    others = [
        reservation(
            world,
            {"id": key, "contract_id": key, "buyer_id": told.line["buyer_id"]},
            of(told.line, "notified_on"),
            told.marks.get("reserved"),
        )
        for key, told in world.contracts.items()
        if key not in registered
    ]
    return others + [
        reservation(world, one, of(one, "decided_on"), True) for one in world["reservation"]
    ]


def reservation(world: World, one: Line, when: Mapping[str, Any], reserved: Truth) -> Row:
    """What is or may be a reservation, with the amount of its contract."""
    key = one["contract_id"]
    line = world.contracts[key].line
    told = {"kind": line["kind"], "amount": line["amount"], "reserved": reserved}
    row = linked(world, one, when, told, part_of(world, key))
    return replace(row, aside=set_aside(line["kind"], line["amount"]))


def evaluations(world: World) -> list[Row]:
    """Evaluations of contracts."""
    return [
        linked(world, one, of(one, "done_on"), {}, part_of(world, one["contract_id"]))
        for one in world["evaluation"]
    ]


def sourcings(world: World) -> list[Row]:
    """Searches for structures; of the contract that one prepared only its part is looked at."""
    return [alone(one, "done_on", "buyer_id", of_sourcing(world, one)) for one in world["sourcing"]]


def of_sourcing(world: World, one: Line) -> Part:
    """What the contract says, and what it does not, by the project."""
    told, key = part_of(world, one["contract_id"]), one["project_id"]
    if key is None:
        return told
    project = world.projects[key]
    return Part(
        told.directorate or project["directorate_id"], told.family or project["purchase_family"]
    )


def alone(one: Line, day: str, owner: str, part: Part = EVERYTHING) -> Row:
    """A row that tells nothing but its own line, and its part where it has one."""
    return Row(
        reference=one["id"].hex,
        fields=numbers(one),
        buyer=one[owner],
        directorate=part.directorate,
        family=part.family,
        **of(one, day),
    )


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
        alone(
            {**one, "action": served[one["id"]]},
            "held_on",
            "organisation_id",
            Part(one["directorate_id"]),
        )
        for one in world["event"]
        if one["id"] in served or one["id"] not in elsewhere
    ]


def suppliers(world: World, buyers: set[str], part: Part) -> list[Row]:
    """Each company once, of the years in which it holds a contract of these buyers."""
    years: defaultdict[UUID, set[int]] = defaultdict(set)
    doubtful: defaultdict[UUID, set[int]] = defaultdict(set)
    undated: set[UUID] = set()
    for key, told in world.contracts.items():
        is_of = part.holds(*part_of(world, key))
        if told.line["buyer_id"] in buyers and is_of is not False:
            for one in told.companies:
                day = told.line["notified_on"]
                years[one["id"]] |= {day.year} if day and is_of else set()
                doubtful[one["id"]] |= {day.year} if day else set()
                if day is None:
                    undated.add(one["id"])
    known = {one["id"]: world.company(one) for one in world["supplier"]}
    return [
        Row(
            reference=key.hex,
            years=frozenset(some),
            doubtful=frozenset(doubtful[key]),
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
    "sourcing": sourcings,
}
