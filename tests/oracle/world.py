"""The registers of a few organisations as plain lists, and the rows of purchases read from them.

A line of a list is a mapping with the names and the units of the table that it is written to. How
a fact follows from the registers (a procedure that is formal, an amount after its amendments, a
mark that a contract carries for its consultation) is worked out here once more.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.oracle.seeing import Companies, Row, Truth, either
from tests.oracle.unsummed import set_aside

Line = Mapping[str, Any]
LAST_YEAR = 2040
PLACES = Path(__file__).parents[2] / "api/reference/data/cog_departements.csv"

FORMAL = ("Appel d'offres ouvert", "Appel d'offres restreint", "Procédure avec négociation",
          "Dialogue compétitif")  # fmt: skip
SIAE = ("ei", "ai", "aci", "etti", "eiti")


@dataclass
class World:
    """Lists by table; ``arrested``: (sex or other key -> persons, hours) by buyer and year."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    arrested: dict[tuple[str, int], Any] = field(default_factory=dict)

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        return self.tables[table]

    def by(self, table: str, name: str) -> dict[Any, list[dict[str, Any]]]:
        """The lines of a table by the value of one column."""
        found = defaultdict(list)
        for one in self[table]:
            found[one[name]].append(one)
        return found

    @cached_property
    def regions(self) -> dict[str, str]:
        """Region of each department."""
        with PLACES.open(encoding="utf-8", newline="") as stream:
            return {one["departement_code"]: one["region_code"] for one in csv.DictReader(stream)}

    @cached_property
    def contracts(self) -> dict[Any, "Told"]:
        """What is told of each contract, by id."""
        marks, holders = self.by("contract_mark", "contract_id"), self.by("contract_supplier",
                                                                         "contract_id")  # fmt: skip
        companies = {one["id"]: self.company(one) for one in self["supplier"]}
        return {
            one["id"]: Told(
                one,
                {said["code"]: said["value"] for said in marks[one["id"]]},
                tuple(companies[held["supplier_id"]] for held in holders[one["id"]]),
            )
            for one in self["contract"]
        }

    @cached_property
    def structures(self) -> dict[Any, Line]:
        """The lines of the register of structures, by SIRET."""
        return {one["siret"]: one for one in self["structure"]}

    def company(self, one: Line) -> dict[str, Any]:
        """A supplier with the region of its department, and what the register says of it first."""
        known = self.structures.get(one["identifier"], {}) if one["id_type"] == "SIRET" else {}
        said = {name: known[name] for name in ("ess", "esus") if known.get(name) is not None}
        region = self.regions.get(one["departement"] or "")
        return {**one, **said, "kind": kind_of(known, one), "region": region}

    @cached_property
    def actions(self) -> dict[Any, tuple[tuple[str, str], ...]]:
        """The actions decided for each project, each under its scheme."""
        found = self.by("project_action", "project_id")
        return {
            key: tuple((one["scheme"], one["action"]) for one in some)
            for key, some in found.items()
        }

    @cached_property
    def projects(self) -> dict[Any, Line]:
        """Projects by id."""
        return {one["id"]: one for one in self["project"]}

    def of_project(self, one: Line) -> dict[str, Any]:
        """Whether its project was targeted, and for which actions; without project it was not."""
        key = one["project_id"]
        if key is None:
            return {"targeted": False, "targeted_action": ()}
        targeted = self.projects[key]["targeted"]
        return {"targeted": targeted, "targeted_action": self.actions.get(key, ())}

    @cached_property
    def directorates(self) -> dict[Any, str]:
        """The name of each directorate, which is what a criterion looks at."""
        return {one["id"]: one["name"] for one in self["directorate"]}

    @cached_property
    def amendments(self) -> dict[Any, list[dict[str, Any]]]:
        """Amendments that say an amount, by contract."""
        found = self.by("amendment", "contract_id")
        return {
            key: [one for one in some if one["amount"] is not None] for key, some in found.items()
        }

    @cached_property
    def with_clause(self) -> set[Any]:
        """The contracts that have a clause that is more than a draft."""
        return {one["contract_id"] for one in self["clause"] if one["status"] != "draft"}

    @cached_property
    def evaluated(self) -> set[Any]:
        """The contracts that were evaluated."""
        return {one["contract_id"] for one in self["evaluation"]}

    @cached_property
    def followed(self) -> set[Any]:
        """Those whose execution the buyer evaluated."""
        return {
            one["contract_id"]
            for one in self["evaluation"]
            if (one["side"], one["subject"]) == ("buyer", "execution")
        }


@dataclass(frozen=True)
class Told:
    """A contract, what is said of it, and who holds it."""

    line: Line
    marks: Mapping[str, bool]
    companies: Companies


def of(line: Line, day: str) -> dict[str, Any]:
    """The year of a line from the day that dates it; unknown with it."""
    value: date | int | None = line[day]
    if value is None:
        return {"maybe": True}
    return {"years": frozenset({value.year if isinstance(value, date) else value})}


def numbers(line: Line) -> dict[str, Any]:
    """The columns of a line, its lists as tuples."""
    return {name: tuple(one) if isinstance(one, list) else one for name, one in line.items()}


def formalised(procedure: str | None) -> Truth:
    """Whether a procedure is a formal one."""
    return None if procedure is None else procedure in FORMAL


def contracts(world: World) -> list[Row]:
    """Contracts, of the year of their notification."""
    return [contract(world, one, of(one, "notified_on")) for one in world["contract"]]


def lots(world: World) -> list[Row]:
    """Contracts that are a lot."""
    return [row for row in contracts(world) if row.fields["lot_number"] is not None]


def lots_in_force(world: World) -> list[Row]:
    """The same of lots."""
    return [row for row in in_force(world) if row.fields["lot_number"] is not None]


def in_force(world: World) -> list[Row]:
    """Contracts, of the years in which they run, from their start to the day before their end."""
    found = []
    for one in world["contract"]:
        start, months = one["starts_on"] or one["notified_on"], one["months"]
        # How long it runs is not said: it may, once it has started.
        when: dict[str, Any] = {"maybe": True, "since": start.year if start else 0}
        if start is not None and months is not None:
            last = start.year * 12 + start.month - 1 + months - (start.day == 1)
            when = {"years": frozenset(range(start.year, last // 12 + 1))}
        found.append(contract(world, one, when))
    return found


def contract(world: World, one: Line, when: Mapping[str, Any]) -> Row:
    """One contract, with what follows from other registers."""
    told = world.contracts[one["id"]]
    changes = sorted(world.amendments.get(one["id"], []), key=lambda said: int(said["position"]))
    amended = [said["amount"] for said in changes]
    derived = {
        "current_amount": amended[-1] if amended else one["amount"],
        "formalised": formalised(one["procedure"]),
        "cpv_division": one["cpv"] and one["cpv"][:2],
        "directorate": one["directorate_id"],
        "has_clause": one["id"] in world.with_clause,
        "evaluated": one["id"] in world.evaluated,
        "execution_evaluated": one["id"] in world.followed,
        "supplier": tuple(company["id"] for company in told.companies) or None,
    }
    return Row(
        reference=one["id"].hex,
        fields=numbers(one) | derived | world.of_project(one),
        marks=told.marks,
        held=(told.companies,),
        buyer=one["buyer_id"],
        directorate=one["directorate_id"],
        family=one["purchase_family"],
        aside=set_aside(one["kind"], one["amount"], amended),
        **when,
    )


def carried(
    told: Iterable[Told], codes: Iterable[str], own: Mapping[str, bool]
) -> dict[str, Truth]:
    """What is said of marks: of the row itself, else by the contracts it led to."""
    some = list(told)
    return {code: own.get(code, either(one.marks.get(code) for one in some) if some else None)
            for code in codes}  # fmt: skip


def every_mark(world: World) -> set[str]:
    """The codes that anything says something of."""
    return {one["code"] for name in ("contract_mark", "consultation_mark") for one in world[name]}


def consultations(world: World) -> list[Row]:
    """Consultations, of the year of their launch."""
    led, codes = defaultdict(list), every_mark(world)
    for told in world.contracts.values():
        led[told.line["buyer_id"], told.line["consultation_reference"]].append(told)
    own = world.by("consultation_mark", "consultation_id")
    found = []
    for one in world["consultation"]:
        some = led[one["buyer_id"], one["reference"]]
        said = {mark["code"]: mark["value"] for mark in own[one["id"]]}
        derived = {"formalised": formalised(one["procedure"]), "directorate": one["directorate_id"]}
        found.append(
            Row(
                reference=one["id"].hex,
                fields=numbers(one) | derived | world.of_project(one),
                marks=carried(some, codes, said),
                held=tuple(told.companies for told in some),
                buyer=one["buyer_id"],
                directorate=one["directorate_id"],
                family=one["purchase_family"],
                **of(one, "launched_on"),
            )
        )
    return found


def months(later: date | None, sooner: date | None) -> int | None:
    """Whole months from one day to another."""
    if later is None or sooner is None:
        return None
    return (later.year - sooner.year) * 12 + later.month - sooner.month - (later.day < sooner.day)


def projects(world: World) -> list[Row]:
    """Projects of the programme of a year."""
    led, codes = defaultdict(list), every_mark(world)
    for told in world.contracts.values():
        led[told.line["project_id"]].append(told)
    return [
        Row(
            reference=one["id"].hex,
            fields=numbers(one)
            | {
                "directorate": one["directorate_id"],
                "targeted_action": world.actions.get(one["id"], ()),
                "anticipation_months": months(one["planned_on"], one["anticipation_started_on"]),
                "rating_months": months(one["planned_on"], one["rated_on"]),
            },
            marks=carried(led[one["id"]], codes, {}),
            held=tuple(told.companies for told in led[one["id"]]),
            buyer=one["buyer_id"],
            directorate=one["directorate_id"],
            family=one["purchase_family"],
            **of(one, "year"),
        )
        for one in world["project"]
    ]


def targeted_actions(world: World, scheme: str) -> list[Row]:
    """The actions of a scheme decided for the projects of a year."""
    found = []
    for one in world["project_action"]:
        if one["scheme"] != scheme:
            continue
        of_it = world.projects[one["project_id"]]
        found.append(
            Row(
                reference=f"{of_it['reference']} {one['action']}",
                fields=numbers(one),
                buyer=of_it["buyer_id"],
                directorate=of_it["directorate_id"],
                family=of_it["purchase_family"],
                **of(of_it, "year"),
            )
        )
    return found


def spending(world: World) -> list[Row]:
    """What was paid in a year, and what the registers know of the payee."""
    known = {one["identifier"]: one for one in world["supplier"] if one["id_type"] == "SIRET"}
    found = []
    for one in world["spending"]:
        structure = world.structures.get(one["payee_siret"], {})
        company = known.get(one["payee_siret"], {})
        ess = structure.get("ess")
        payee = {
            "payee": one["payee_siret"] or _nameless(one["payee_name"]),
            "payee_size": company.get("size"),
            "payee_region": world.regions.get(company.get("departement") or ""),
            "payee_ess": company.get("ess") if ess is None else ess,
            "payee_kind": kind_of(structure, company),
            "directorate": one["directorate_id"],
            "targeted_action": paid_for(world, one),
        }
        own = (one["directorate_id"], one["family"])
        found.append(linked(world, one, of(one, "year"), payee, own))
    return found


def _nameless(name: str | None) -> str | None:
    """The key of a payee without number, which does not say its name."""
    return None if name is None else f"nom-{sha256(name.encode()).hexdigest()[:32]}"


def paid_for(world: World, one: Line) -> tuple[str, ...] | None:
    """The actions decided for the project of its contract; unknown without a contract."""
    told = world.contracts.get(one["contract_id"])
    return None if told is None else world.of_project(told.line)["targeted_action"]


def kind_of(structure: Line, company: Line) -> str | None:
    """What a company is in the words of the vocabulary: by the register, else by its sheet."""
    kind = structure.get("kind")
    if kind in SIAE:
        return "siae"
    if kind in ("ea", "eatt"):
        return "ea"
    if kind is None:
        return company.get("kind") or ("esus" if structure.get("esus") else None)
    return "esus" if kind != "esat" and structure.get("esus") else kind


def linked(
    world: World,
    one: Line,
    when: Mapping[str, Any],
    fields: Mapping[str, Any],
    part: tuple[str | None, str | None],
) -> Row:
    """A row that may have a contract, whose marks and holders are its own; ``part``: its
    directorate and its family."""
    told = world.contracts.get(one["contract_id"])
    return Row(
        reference=one["id"].hex,
        fields=numbers(one) | dict(fields),
        marks={} if told is None else told.marks,
        held=() if told is None else (told.companies,),
        buyer=one["buyer_id"],
        directorate=part[0],
        family=part[1],
        **when,
    )
