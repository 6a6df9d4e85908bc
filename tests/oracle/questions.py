"""Questions of the oracle's own: the whole vocabulary, one scheme of definitions for each fact.

For each fact, criteria that stand on the edges of its values; then every aggregate that the fact
allows over them, in every period, told alone, compared, and over another quantity.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from tests.oracle.oracle import model

Criterion = Mapping[str, Any]
Definition = dict[str, Any]
# As the document of a scheme of the catalogue, with other indicators.
MODEL = "call-2023-2026"
START = 2023
# Codes of actions that no scheme of the catalogue has: they may serve any.
ACTIONS = ["7.7", "8.8"]
# Those of the questions' own schemes, some of which another scheme has too.
OWN_ACTIONS = (*ACTIONS, *(f"ACTION {number}" for number in range(6, 30)))


def field(name: str, operator: str, value: Any) -> Criterion:
    """A comparison."""
    return {"field": name, operator: value}


def holder(name: str, operator: str, value: Any) -> Criterion:
    """A comparison on any supplier."""
    return {"supplier": field(name, operator, value)}


MARK: Criterion = {"mark": "social_clause"}
NOT_MARK: Criterion = {"not": {"mark": "environmental_clause"}}
OF_A_CONTRACT = (MARK, NOT_MARK, holder("ess", "equals", True), holder("size", "one_of", ["pme"]))
MONEY = tuple(
    field("amount", operator, value)
    for value in ("25000.00", "40000.00")
    for operator in ("more_than", "at_least", "less_than", "at_most", "equals")
)
DIRECTORATE = (
    field("directorate", "equals", "Direction 0A"),
    field("directorate", "one_of", ["Direction 0B", "Direction 1A"]),
    {"not": field("directorate", "starts_with", "Direction 1")},
)
CONTRACT = (
    *OF_A_CONTRACT,
    *DIRECTORATE,
    *MONEY,
    field("current_amount", "more_than", "90000.00"),
    field("current_amount", "at_least", "90000.00"),
    field("kind", "equals", "marche"),
    field("formalised", "equals", True),
    field("formalised", "equals", False),
    field("procedure", "one_of", ["Procédure adaptée", "Appel d'offres ouvert"]),
    field("cpv", "starts_with", "45"),
    field("cpv_division", "equals", "45"),
    field("ccag", "equals", "Maitrise d'œuvre"),
    field("purchase_family", "starts_with", "Trava"),
    field("purchase_family", "equals", "Énergie"),
    field("techniques", "equals", "Système d'acquisition dynamique"),
    field("techniques", "one_of", ["Concours", "Système d'acquisition dynamique"]),
    field("execution_modalities", "equals", "Tranches"),
    field("price_types", "equals", "Définitif révisable"),
    field("months", "at_least", 12),
    field("months", "more_than", 12),
    field("offers_received", "less_than", 2),
    field("offers_received", "at_most", 2),
    field("notified_on", "at_least", "2024-12-31"),
    field("notified_on", "more_than", "2024-12-31"),
    field("notified_on", "less_than", "2024-01-01"),
    field("lot_number", "at_least", 2),
    field("advance_granted", "equals", True),
    field("advance_rate", "at_least", "30"),
    field("advance_rate", "more_than", "30"),
    field("subcontracting_declared", "equals", False),
    field("grouping", "equals", "Solidaire"),
    field("framework_reference", "equals", "AC1"),
    field("place_code", "equals", "62"),
    field("place_code", "starts_with", "62"),
    {"not": field("place_code", "one_of", ["2A004", "62300"])},
    field("place_kind", "equals", "Code département"),
    field("targeted", "equals", True),
    field("targeted_action", "equals", "ACTION 8"),
    field("targeted_action", "one_of", ["ACTION 8", "ACTION 25"]),
    field("has_clause", "equals", True),
    field("evaluated", "equals", False),
    field("execution_evaluated", "equals", True),
    *(holder(one, "equals", True) for one in ("innovative", "esus")),
    holder("kind", "one_of", ["siae", "ea", "esat"]),
    holder("departement", "equals", "2A"),
    holder("region", "equals", "32"),
    {"all": [MARK, {"not": {"any": [holder("ess", "equals", True), MONEY[0]]}}]},
)
NUMBERS = ("lots", "downloads", "offers", "sme_offers", "irregular_offers", "variants_received",
           "variants_retained", "variant_bidders")  # fmt: skip
ANSWERS = ("variants_allowed", "negotiation_allowed", "negotiated", "refined_lots", "sourced")
CONSULTATION = (
    *OF_A_CONTRACT,
    *DIRECTORATE,
    *(field(name, "at_least", 2) for name in NUMBERS),
    *(field(name, "equals", True) for name in ANSWERS),
    field("estimated_amount", "more_than", "90000.00"),
    field("estimated_amount", "at_most", "90000.00"),
    field("outcome", "one_of", ["unsuccessful", "abandoned"]),
    field("formalised", "equals", True),
    field("techniques", "equals", "Système d'acquisition dynamique"),
    field("targeted", "equals", False),
    field("targeted_action", "equals", "ACTION 14"),
    field("purchase_family", "starts_with", "É"),
)
PROJECT = (
    *DIRECTORATE,
    field("estimated_amount", "at_least", "40000.00"),
    field("recurrent", "equals", True),
    field("state", "one_of", ["decided", "notified"]),
    field("targeted", "equals", True),
    field("targeted_action", "one_of", ["ACTION 22", "ACTION 23"]),
    field("anticipation_months", "at_least", 14),
    field("anticipation_months", "more_than", 14),
    field("rating_months", "less_than", 12),
    field("insertion_expertise", "equals", True),
    field("life_cycle_analysis", "equals", False),
    {"not": field("sustainable_assistance", "equals", True)},
)
SPENDING = (
    *OF_A_CONTRACT,
    *DIRECTORATE,
    field("payee_ess", "equals", True),
    field("payee_kind", "one_of", ["siae", "ea", "esat"]),
    field("payee_kind", "equals", "esus"),
    field("payee_kind", "equals", "aucune"),
    field("payee_size", "one_of", ["micro", "pme"]),
    field("payee_region", "equals", "32"),
    field("section", "equals", "investment"),
    field("family", "starts_with", "Mob"),
    field("targeted_action", "equals", "ACTION 8"),
    {"not": field("targeted_action", "one_of", ["ACTION 9", "ACTION 22"])},
    field("amount", "more_than", "25000.00"),
)


@dataclass(frozen=True)
class Family:
    """What is asked of a fact: ``sums`` may be added up, ``keys`` told apart."""

    criteria: tuple[Criterion, ...]
    sums: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    shared: bool = True  # sum_share is allowed
    cumulative: bool = True


FAMILIES: Mapping[str, Family] = {
    "contract": Family(CONTRACT, ("amount", "current_amount", "months", "offers_received"),
                       ("cpv_division", "purchase_family", "directorate", "supplier")),
    "lot": Family(CONTRACT[::4], ("amount", "current_amount"), ("cpv_division", "supplier")),
    "consultation": Family(CONSULTATION, ("estimated_amount", "offers", "downloads"),
                           ("purchase_family", "directorate")),
    "project": Family(PROJECT, ("estimated_amount",), ("purchase_family", "directorate", "state")),
    "targeted_action": Family((field("done", "equals", True), field("action", "equals", "ACTION 9"),
                               field("action", "starts_with", "ACTION 1"), *DIRECTORATE), (),
                              ("directorate",)),
    "spending": Family(SPENDING, ("amount",), ("family", "directorate", "payee", "payee_region")),
    "hours_line": Family((*OF_A_CONTRACT, field("hours", "at_least", "35.25"),
                          field("training", "more_than", "0"), *DIRECTORATE),
                         ("hours", "training"), ("directorate",)),
    "clause": Family((*OF_A_CONTRACT, field("kind", "equals", "voluntary"),
                      field("object", "one_of", ["works", "services"]),
                      field("hours", "more_than", "105"), field("hours", "at_least", "105"),
                      field("purchase_family", "equals", "Mobilier"), *DIRECTORATE), ("hours",),
                     ("object", "purchase_family", "directorate")),
    "reservation": Family((*OF_A_CONTRACT, field("basis", "one_of", ["L2113-12", "L2113-13"]),
                           field("domain", "equals", "Nettoyage"), MONEY[0], MONEY[1],
                           field("kind", "equals", "marche"), *DIRECTORATE), ("amount",),
                          ("basis", "domain", "directorate")),
    "supplier": Family((field("size", "one_of", ["micro", "pme"]), field("ess", "equals", True),
                        field("kind", "equals", "siae"), field("kind", "one_of", ["ea", "aucune"]),
                        field("departement", "equals", "59"),
                        field("region", "equals", "32"), field("innovative", "equals", True),
                        field("esus", "equals", False)), (), ("size", "departement", "region"),
                       cumulative=False),
    "action": Family((field("state", "equals", "done"),
                      field("state", "one_of", ["ongoing", "done"])), (), ("state",),
                     cumulative=False),
    "event": Family((field("kind", "one_of", ["training", "workshop"]),
                     field("audience", "equals", "internal"), field("state", "equals", "held"),
                     field("participants", "at_least", 5), field("expected", "more_than", 5),
                     field("action", "equals", ACTIONS[0]), field("action", "one_of", ACTIONS)),
                    ("participants", "expected"), ("kind",)),
    "evaluation": Family((*OF_A_CONTRACT, field("side", "equals", "buyer"),
                          field("subject", "one_of", ["execution", "negotiation"]),
                          field("score", "at_least", "10"), field("score", "more_than", "10"),
                          *DIRECTORATE), ("score",), ("directorate",), shared=False),
    "sourcing": Family((field("tool", "equals", "inclusion_market"),
                        field("result", "one_of", ["reserved", "clause"]),
                        field("contacted", "at_least", 3), field("interested", "more_than", 0)),
                       ("contacted", "interested", "ess_answers")),
}  # fmt: skip
PREVIOUS = {"with": "previous_year"}
COMPARISONS = (
    PREVIOUS | {"as": "difference"},
    PREVIOUS | {"as": "rate"},
    {"with": "baseline", "year": 2022, "as": "difference"},
    {"with": "baseline", "year": 2022, "as": "rate"},
)


def of_fact(fact: str, family: Family) -> Iterator[Definition]:
    """The definitions that look at one fact."""
    asked = family.criteria
    several = cycle(asked)
    every: Definition = {"fact": fact}
    for one, aggregate in zip(asked, cycle(("count", "share"))):
        yield every | {"aggregate": aggregate, "perimeter": "all", "where": one}
    for one, two in list(zip(asked, (*asked[1:], asked[0]), strict=True))[:: len(asked) // 30 + 1]:
        yield every | {"aggregate": "share", "perimeter": one, "where": two}
        yield every | {"aggregate": "count", "perimeter": two, "where": {"any": [one, two]}}
    yield every | {"aggregate": "count"}
    for of in family.sums:
        one, two = next(several), next(several)
        some: Definition = every | {"of": of}
        yield some | {"aggregate": "sum"}
        yield some | {"aggregate": "sum", "perimeter": one, "where": two}
        yield some | {"aggregate": "average", "where": one}
        yield some | {"aggregate": "average", "perimeter": two, "where": one}
        yield some | {"aggregate": "sum_share", "perimeter": "all", "where": one}
        yield some | {"aggregate": "sum_share", "perimeter": one, "where": two}
        others = [name for name in family.sums if name != of][:1]
        for base in rates(fact, [of, *others], one, two):
            yield some | {"aggregate": "ratio", "where": one, "over": base}
    for key in family.keys:
        one, two = next(several), next(several)
        for aggregate in ("distinct", "breakdown"):
            yield every | {"aggregate": aggregate, "of": key}
            yield every | {"aggregate": aggregate, "of": key, "perimeter": one, "where": two}
        compared = {"aggregate": "breakdown", "of": key, "compare": COMPARISONS[0]}
        yield every | compared
        base = {"fact": fact, "aggregate": "distinct", "of": key, "perimeter": "all"}
        yield every | {"aggregate": "ratio", "where": one, "over": base}
        if key != "supplier":  # a contract has several: they make no parts of it
            yield from by_part(every | {"by": key}, family.sums, one, two)


def by_part(
    every: Definition, sums: Sequence[str], one: Criterion, two: Criterion
) -> Iterator[Definition]:
    """A whole and the same figure of each of its parts."""
    yield every | {"aggregate": "count"}
    yield every | {"aggregate": "count", "perimeter": one, "where": two}
    yield every | {"aggregate": "count", "where": one, "compare": COMPARISONS[1]}
    yield every | {"aggregate": "share", "perimeter": two, "where": one}
    yield every | {
        "aggregate": "share",
        "perimeter": "all",
        "where": one,
        "compare": COMPARISONS[0],
    }
    for of in sums:
        some = every | {"of": of}
        yield some | {"aggregate": "sum"}
        yield some | {"aggregate": "sum", "perimeter": one, "where": two}
        yield some | {"aggregate": "sum", "where": two, "compare": COMPARISONS[0]}
        yield some | {"aggregate": "sum_share", "perimeter": two, "where": one}
        yield some | {"aggregate": "average", "where": one}


def rates(fact: str, sums: Sequence[str], one: Criterion, two: Criterion) -> Iterator[Definition]:
    """What a sum may be divided by: rows, itself over other rows, another number of the rows."""
    yield {"fact": fact, "aggregate": "count", "perimeter": one, "where": two}
    for of in sums:
        yield {"fact": fact, "aggregate": "sum", "of": of, "perimeter": two}
    yield {"fact": "contract", "aggregate": "count", "perimeter": "all"}


def allowed(family: Family, definition: Definition) -> bool:
    """Whether the vocabulary lets this fact be asked so."""
    if family.shared:
        return True
    sums = (definition["aggregate"], definition.get("over", {}).get("aggregate"))
    return not {"sum", "sum_share"} & set(sums)


def definitions(fact: str, family: Family) -> list[Definition]:
    """Those of a year, then some of them compared, cumulative, and in force."""
    plain = [one for one in of_fact(fact, family) if allowed(family, one)]
    turns = cycle(COMPARISONS)
    numbers = [one for one in plain if one["aggregate"] != "breakdown" and "compare" not in one]
    found = plain + [
        one | {"compare": next(turns)} for one in numbers[:: max(1, len(numbers) // 12)]
    ]
    if family.cumulative:
        found += [one | {"period": "cumulative"} for one in plain[::7]]
    if fact in ("contract", "lot"):
        found += [one | {"period": "in_force"} for one in plain[::8] if in_force(one)]
    return found


def in_force(definition: Definition) -> bool:
    """Whether both quantities look at contracts."""
    return definition.get("over", definition)["fact"] in ("contract", "lot")


def schemes() -> list[dict[str, Any]]:
    """A scheme of the catalogue's format for each fact."""
    return [scheme(fact, definitions(fact, one)) for fact, one in FAMILIES.items()]


def own_axis(written: Mapping[str, Any]) -> dict[str, Any]:
    """The actions that the questions ask about and that the document has not."""
    has = {
        place["code"]
        for axis in written["axes"]
        for objective in axis["objectives"]
        for place in (axis, objective, *objective["actions"])
    }
    actions = [{"code": code, "title": code} for code in OWN_ACTIONS if code not in has]
    objective = {"code": "Q.1", "title": "Questions", "actions": actions}
    return {"code": "Q", "title": "Questions", "objectives": [objective]}


def scheme(fact: str, some: Iterable[Definition]) -> dict[str, Any]:
    """The questions about a fact as a scheme."""
    written = model(MODEL)
    action = written["axes"][0]["code"]
    asked = [indicator(rank, one, action) for rank, one in enumerate(some)]
    period = {"start": START, "end": 2026}
    axes = [*written["axes"], own_axis(written)]
    return written | {
        "code": f"oracle-{fact}", "indicators": asked, "period": period, "axes": axes
    }  # fmt: skip


KINDS = {
    **dict.fromkeys(("share", "sum_share", "breakdown"), "percentage"),
    **dict.fromkeys(("ratio", "average"), "ratio"),
}


def indicator(rank: int, definition: Definition, action: str) -> dict[str, Any]:
    """A question as an indicator; every third ratio is told in percents."""
    kind = KINDS.get(definition["aggregate"], "count")
    if definition["aggregate"] == "ratio" and rank % 3 == 0:
        kind = "percentage"
    return {
        "code": f"Q-{rank:03}",
        "label": f"Question {rank}",
        "explanation": "Question posée par un test.",
        "kind": kind,
        "unit": "%" if kind == "percentage" else "unités",
        "direction": "up",
        "frequency": "annual",
        "nature": None,
        "perimeter": "Celui de la définition.",
        "source_kind": written_source(),
        "source": "Registre des marchés",
        "actions": [action],
        "targets": [],
        "definition": {"version": 2, "period": "civil_year"} | definition,
    }


def written_source() -> str:
    """The kind of source of the first indicator of a scheme of the catalogue."""
    found: str = model(MODEL)["indicators"][0]["source_kind"]
    return found
