"""A world made from a seed: several hundred rows of each fact, full of holes and of edges."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from tests.oracle.world import World

YEARS = (2022, 2023, 2024, 2025)
_One = TypeVar("_One")
PROCEDURES = ("Procédure adaptée", "Appel d'offres ouvert", "Appel d'offres restreint",
              "Procédure avec négociation", "Dialogue compétitif",
              "Marché passé sans publicité ni mise en concurrence préalable")  # fmt: skip
TECHNIQUES: tuple[list[str] | None, ...] = (
    None, [], ["Accord-cadre"], ["Système d'acquisition dynamique"],
    ["Accord-cadre", "Concours"])  # fmt: skip
CPVS = (None, "45000000", "45233140-2", "4500000", "03450000-9", "14500000", "79710000-4")
PLACES = (None, "62", "62300", "6230", "2A004", "2a004")
CCAGS = (None, "Travaux", "Maitrise d'œuvre", "Fournitures courantes et services", "Pas de CCAG")
FAMILIES = (None, "Travaux", "travaux", "Travail en hauteur", "Énergie", "Mobilier")
TRUTHS = (None, True, True, False, False)
# The thresholds of the schemes, and what stands just beside them.
EDGES = tuple(edge * 100 + step for edge in (25_000, 40_000, 90_000) for step in (-1, 0, 1))
AMOUNTS = (None, None, 0, 1, *EDGES)
SMALL = (None, 0, 1, 2, 3, 5, 8, 13)
KINDS = ("meeting", "workshop", "training", "awareness", "communication", "publication", "support",
         "committee", "network", "fair")  # fmt: skip
STATES = ("surveyed", "studied", "decided", "consultation", "notified", "abandoned")
OUTCOMES = (None, "running", "awarded", "awarded", "unsuccessful", "abandoned")
STRUCTURES = (None, "ei", "ai", "aci", "etti", "eiti", "geiq", "ea", "eatt", "esat", "sep",
              "aucune", "aucune")  # fmt: skip


class Filling:
    """What makes the lines: a source of chance, and the world they go to."""

    def __init__(self, seed: int, marks: Sequence[str]) -> None:
        self.rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not kept secret
        self.world = World()
        self.marks = marks

    def key(self) -> UUID:
        """A new id."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def pick(self, choices: Sequence[_One]) -> _One:
        """One of them."""
        return self.rng.choice(choices)

    def add(self, table: str, **line: Any) -> dict[str, Any]:
        """A new line with an id."""
        self.world[table].append({"id": self.key()} | line)
        return self.world[table][-1]

    def link(self, table: str, **line: Any) -> None:
        """A new line without id of its own."""
        self.world[table].append(line)

    def day(self, years: Sequence[int] = YEARS) -> date:
        """A day, often the first or the last of a year."""
        year = self.pick(years)
        edges = (date(year, 1, 1), date(year, 12, 31))
        return self.pick((*edges, date(year, self.rng.randint(1, 12), self.rng.randint(1, 28))))

    def first(self, years: Sequence[int] = YEARS) -> date:
        """The first day of some month."""
        return date(self.pick(years), self.rng.randint(1, 12), 1)

    def month_end(self) -> date:
        """The last day of some month."""
        return self.first() - timedelta(days=1)

    def amount(self) -> int | None:
        """Cents, often at the edge of a threshold."""
        if self.rng.random() < 0.6:
            return self.pick(AMOUNTS)
        return int(10 ** self.rng.uniform(4, 9))

    def family(self, one: dict[str, Any]) -> dict[str, Any]:
        """What contracts and consultations say alike."""
        return {
            "procedure": self.pick((None, *PROCEDURES)),
            "techniques": self.pick(TECHNIQUES),
            "purchase_family": self.pick(FAMILIES),
            "directorate_id": self.pick((None, *one["directorates"])),
            "project_id": self.pick((None, *one["projects"])),
        }


def filled(seed: int, marks: Sequence[str], count: int = 300) -> World:
    """A world of two buyers; ``marks``: the codes that may be said of contracts."""
    made = Filling(seed, marks)
    for _ in range(60):
        supplier(made)
    for rank in range(2):
        buyer = organisation(made, rank)
        for step, times in STEPS:
            for number in range(int(count * times * (1, 0.5)[rank])):
                step(made, buyer, number)
    return made.world


def organisation(made: Filling, rank: int) -> dict[str, Any]:
    """A buyer and its directorates; the second keeps no register before 2024."""
    one = made.add(
        "organisation", siret=f"0000006800{rank}012", name=f"Acheteur de l’oracle {rank}"
    )
    directorates = [
        made.add("directorate", organisation_id=one["id"], name=f"Direction {rank}{letter}")
        for letter in "AB"
    ]
    return {
        "id": one["id"],
        "directorates": [each["id"] for each in directorates],
        "years": YEARS if rank == 0 else YEARS[2:],
        "projects": [],
        "contracts": [],
        "consultations": [],
        "clauses": [],
        "lead": "AB"[rank],
    }


def supplier(made: Filling) -> None:
    """A company, and often the structure and the payee that it is too."""
    siret = f"00000{made.rng.randint(0, 10**9 - 1):09}"
    made.add(
        "supplier",
        id_type="SIRET",
        identifier=siret,
        name=f"Entreprise fictive {siret}",
        size=made.pick((None, "micro", "pme", "eti", "ge")),
        ess=made.pick(TRUTHS),
        kind=made.pick((None, "siae", "ea", "esat", "esus")),
        departement=made.pick((None, "59", "62", "2A", "63", "974")),
        innovative=made.pick(TRUTHS),
        esus=made.pick(TRUTHS),
    )
    if made.rng.random() < 0.6:
        made.add(
            "structure",
            siret=siret,
            kind=made.pick(STRUCTURES),
            ess=made.pick(TRUTHS),
            esus=made.pick(TRUTHS),
            source="oracle",
            as_of=date(2025, 1, 1),
        )


def project(made: Filling, one: dict[str, Any], number: int) -> None:
    """A project of the programme and the actions decided for it."""
    line = made.add(
        "project",
        buyer_id=one["id"],
        directorate_id=made.pick((None, *one["directorates"])),
        reference=f"P{number}",
        title=f"Projet {number}",
        year=made.pick(one["years"]),
        purchase_family=made.pick(FAMILIES),
        estimated_amount=made.amount(),
        recurrent=made.pick(TRUTHS),
        state=made.pick(STATES),
        targeted=made.pick(TRUTHS),
        planned_on=made.pick((None, made.first(), made.day(), made.month_end())),
        anticipation_started_on=made.pick((None, made.first((2022, 2023)), made.month_end())),
        rated_on=made.pick((None, made.first((2022, 2023)), made.day())),
        insertion_expertise=made.pick(TRUTHS),
        life_cycle_analysis=made.pick(TRUTHS),
        sustainable_assistance=made.pick(TRUTHS),
    )
    one["projects"].append(line["id"])
    for action in made.rng.sample(range(6, 30), made.pick((0, 1, 2, 4))):
        made.link("project_action", project_id=line["id"], scheme="clermont",
                  action=f"ACTION {action}", done=made.pick(TRUTHS))  # fmt: skip


def consultation(made: Filling, one: dict[str, Any], number: int) -> None:
    """A consultation; what its contracts will carry is left to them, now and then."""
    names = ("downloads", "offers", "sme_offers", "irregular_offers", "variants_received",
             "variants_retained", "variant_bidders", "lots")  # fmt: skip
    answers = ("variants_allowed", "negotiation_allowed", "negotiated", "refined_lots", "sourced")
    line = made.add(
        "consultation",
        buyer_id=one["id"],
        reference=f"{one['lead']}C{number}",
        title=f"Consultation {number}",
        launched_on=made.day(one["years"]),
        estimated_amount=made.amount(),
        outcome=made.pick(OUTCOMES),
        **{name: made.pick(SMALL) for name in names},
        **{name: made.pick(TRUTHS) for name in answers},
        **made.family(one),
    )
    one["consultations"].append(line["reference"])
    for code in made.marks:
        if made.rng.random() < 0.25:
            made.link("consultation_mark", consultation_id=line["id"], code=code,
                      value=made.rng.random() < 0.4)  # fmt: skip


def contract(made: Filling, one: dict[str, Any], number: int) -> None:
    """A contract, its marks, its holders and its amendments."""
    months, day = made.pick((None, 1, 12, 36)), made.pick((None, *[made.day()] * 12))
    line = made.add(
        "contract",
        buyer_id=one["id"],
        reference=f"{one['lead']}{number:04}",
        subject=f"Marché {number}",
        kind="concession" if made.rng.random() < 0.08 else "marche",
        nature=made.pick((None, "Marché")),
        cpv=made.pick(CPVS),
        ccag=made.pick(CCAGS),
        execution_modalities=made.pick((None, [], ["Tranches"], ["Bons de commande"])),
        price_types=made.pick((None, ["Définitif révisable"], ["Définitif ferme"])),
        framework_reference=made.pick((None, "AC1")),
        offers_received=made.pick(SMALL),
        advance_granted=made.pick(TRUTHS),
        advance_rate=made.pick((None, 299_999, 300_000, 300_001)),
        grouping=made.pick((None, "Conjoint", "Solidaire")),
        months=months,
        notified_on=day,
        starts_on=made.pick((None, made.first(), made.day(), made.month_end())),
        amount=made.amount(),
        subcontracting_declared=made.pick(TRUTHS),
        consultation_reference=consultation_of(made, one),
        lot_number=made.pick((None, None, 1, 2)),
        place_code=made.pick(PLACES),
        place_kind=made.pick((None, "Code postal", "Code département")),
        **made.family(one),
    )
    one["contracts"].append(line["id"])
    said = made.pick((0.2, 0.7, 0.95))
    for code in made.marks:
        if made.rng.random() < said:
            made.link("contract_mark", contract_id=line["id"], code=code,
                      value=made.rng.random() < 0.4)  # fmt: skip
    hold(made, line)
    for position in range(made.pick((0, 0, 0, 1, 2))):
        made.link("amendment", contract_id=line["id"], position=position, number=position + 1,
                  amount=made.amount())  # fmt: skip


def consultation_of(made: Filling, one: dict[str, Any]) -> str | None:
    """The reference of a consultation that led to no contract yet, or of none."""
    waiting: list[str] = one["consultations"]
    return waiting.pop() if waiting and made.rng.random() < 0.7 else None


def hold(made: Filling, line: dict[str, Any]) -> None:
    """The holders of a contract: some companies hold many, some hold few."""
    pool = made.world["supplier"][:: made.pick((1, 7))]
    for position, company in enumerate(made.rng.sample(pool, made.pick((0, 1, 1, 1, 2, 3)))):
        made.link("contract_supplier", contract_id=line["id"], position=position,
                  supplier_id=company["id"])  # fmt: skip


def spending(made: Filling, one: dict[str, Any], number: int) -> None:
    """An amount mandated to a company of the register or to another."""
    company = made.pick(made.world["supplier"])
    known = made.rng.random() < 0.7
    made.add(
        "spending",
        buyer_id=one["id"],
        year=made.pick(YEARS),
        payee_siret=company["identifier"] if known else made.pick((None, "00000999999999")),
        payee_name=f"Bénéficiaire {number % 20}",
        amount=made.amount() or 0,
        contract_id=made.pick((None, *one["contracts"])),
        family=made.pick(FAMILIES),
        directorate_id=made.pick((None, *one["directorates"])),
        section=made.pick((None, "operating", "investment")),
    )


def clause(made: Filling, one: dict[str, Any], number: int) -> None:
    """An insertion clause of a contract."""
    line = made.add(
        "clause",
        buyer_id=one["id"],
        contract_id=made.pick(one["contracts"]),
        title=f"Clause {number}",
        kind=made.pick(("execution_condition", "criterion", "voluntary")),
        object=made.pick((None, "works", "services", "supplies")),
        purchase_family=made.pick(FAMILIES),
        unit="hours",
        engaged=made.pick((None, 0, 1, 2, 420, 1407)),
        evidence_frequency="monthly",
        starts_on=made.pick((None, *[made.day()] * 8)),
        status=made.pick(("draft", "notified", "running", "settled")),
    )
    one["clauses"].append(line["id"])


def hours(made: Filling, one: dict[str, Any], number: int) -> None:
    """A statement of a month and a few lines."""
    month = date(made.pick(YEARS), 1 + number % 12, 1)
    where = {"clause_id": made.pick(one["clauses"]), "buyer_id": one["id"], "month": month}
    where["facilitator_id"] = one["id"]
    if any(where.items() <= said.items() for said in made.world["statement"]):
        return
    state = made.pick(("draft", "submitted", "validated", "validated", "validated"))
    statement = made.add("statement", state=state, source="site", **where)
    for position in range(made.rng.randint(1, 4)):
        outside = made.pick((None, None, None, "before_contract"))
        worked = made.rng.randint(0, 600)
        made.add(
            "hours_line",
            statement_id=statement["id"],
            position=position,
            persons=1,
            hours=worked,
            training=made.rng.randint(0, 40),
            counted=0 if outside else worked,
            outside=outside,
            **where,
        )


def reservation(made: Filling, one: dict[str, Any], number: int) -> None:
    """A contract reserved to structures."""
    made.add(
        "reservation",
        buyer_id=one["id"],
        contract_id=one["contracts"][number],
        basis=made.pick(("L2113-12", "L2113-13", "L2113-15", "L3113-1")),
        domain=made.pick((None, "Espaces verts", "Nettoyage", "Restauration")),
        decided_on=made.day(),
    )


def evaluation(made: Filling, one: dict[str, Any], number: int) -> None:
    """A mark out of twenty given by one side, or none."""
    made.add(
        "evaluation",
        buyer_id=one["id"],
        contract_id=one["contracts"][number % 60],
        done_on=made.day(one["years"]),
        side=made.pick(("buyer", "supplier")),
        subject=made.pick(("execution", "negotiation", "tie_break")),
        score=made.pick((None, 0, 999, 1000, 1550, 2000)),
    )


def sourcing(made: Filling, one: dict[str, Any], number: int) -> None:
    """A search for structures."""
    made.add(
        "sourcing",
        buyer_id=one["id"],
        contract_id=one["contracts"][number] if number % 4 else None,
        project_id=one["projects"][number] if number % 3 else None,
        done_on=made.day(one["years"]),
        tool=made.pick(("inclusion_market", "other")),
        need=f"Besoin {number}",
        contacted=made.pick(SMALL),
        interested=made.pick(SMALL),
        ess_answers=made.pick(SMALL),
        result=made.pick(("reserved", "clause", "open", "abandoned", "pending")),
    )


def event(made: Filling, one: dict[str, Any], number: int) -> None:
    """A meeting, a training, a publication…"""
    made.add(
        "event",
        organisation_id=one["id"],
        # By turns, the last of three saying none.
        directorate_id=(*one["directorates"], None)[number % 3],
        kind=made.pick(KINDS),
        title=f"Événement {number}",
        held_on=made.day(one["years"]),
        audience=made.pick((None, "internal", "external")),
        state=made.pick(("planned", "held", "held", "held", "cancelled")),
        participants=made.pick(SMALL),
        expected=made.pick(SMALL),
    )


Step = Callable[[Filling, dict[str, Any], int], None]
# In this order: a line points at those made before it. The number is a part of ``count``.
STEPS: Iterable[tuple[Step, float]] = (
    (project, 0.8),
    (consultation, 0.8),
    (contract, 1),
    (spending, 1),
    (clause, 0.4),
    (hours, 0.6),
    (reservation, 0.6),
    (evaluation, 0.8),
    (sourcing, 0.6),
    (event, 2),
)
