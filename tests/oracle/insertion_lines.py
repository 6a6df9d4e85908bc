"""Lines of hours of a follow-up, each with its breakdowns and whether it counts."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Facts = Mapping[str, Any]
Key = str
UNKNOWN = "unknown"
BRACKETS = (
    (2_500_000, "lt_25000"),
    (4_000_000, "25000_40000"),
    (9_000_000, "40000_90000"),
)


@dataclass(frozen=True)
class Line:
    """A line of hours with what is known around it; ``gross`` counted or not, ``counted`` only what
    counts. A corrective line holds a difference and adds nobody."""

    clause: int
    month: date
    state: str
    person: int | None
    persons: int
    gross: int
    counted: int
    outside: bool
    keys: Mapping[str, Key]


def all_lines(facts: Facts, year: int) -> list[Line]:
    """Every line of every statement, corrective ones too; ages are those of ``year``."""
    found = []
    for stated in facts["statements"]:
        for line in stated["lines"]:
            found.append(line_of(facts, stated, line, year, (line["hours"], line["training"])))
        for one in stated["corrections"]:
            line = stated["lines"][one["line"]] | {"persons": 0}
            found.append(line_of(facts, stated, line, year, (one["hours"], one["training"])))
    return found


def line_of(facts: Facts, stated: Facts, line: Facts, year: int, said: tuple[int, int]) -> Line:
    """A line of ``said`` hours and hours of training."""
    clause = facts["clauses"][stated["clause"]]
    person = None if line["person"] is None else facts["persons"][line["person"]]
    gross = said[0] + (said[1] if clause["training_counted"] else 0)
    outside = is_outside(facts, line, person, stated["month"])
    return Line(
        clause=stated["clause"],
        month=stated["month"],
        state=state_of(stated),
        person=line["person"],
        persons=line["persons"] or 0,
        gross=gross,
        counted=0 if outside else gross,
        outside=outside,
        keys=keys_of(facts, clause, line, person, year),
    )


def state_of(stated: Facts) -> str:
    """Where a statement ended."""
    return str(stated["moves"][-1]) if stated["moves"] else "draft"


def is_outside(facts: Facts, line: Facts, person: Facts | None, month: date) -> bool:
    """R-H3, by whole months: before the entry, after the eligibility, outside the employment."""
    last = month_end(month)
    if person is not None and person["entered_on"] is not None:
        entered = person["entered_on"]
        if entered > last or eligible_until(entered, person["eligibility_months"]) < month:
            return True
    if line["employment"] is None:
        return False
    job = facts["employments"][line["employment"]]
    return bool(job["starts_on"] > last or (job["ends_on"] and job["ends_on"] < month))


def eligible_until(entered: date, months: int) -> date:
    """The eve of the anniversary; in a shorter month, its last day."""
    count = entered.year * 12 + entered.month - 1 + months
    year, month = count // 12, count % 12 + 1
    days = monthrange(year, month)[1]
    if entered.day > days:
        return date(year, month, days)
    return date(year, month, entered.day) - timedelta(days=1)


def month_end(month: date) -> date:
    """Its last day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def keys_of(
    facts: Facts, clause: Facts, line: Facts, person: Facts | None, year: int
) -> dict[str, Key]:
    """The cell of a line in each breakdown."""
    who = person or {"sex": line["sex"], "public": line["public"]}
    contract = facts["contracts"][clause["contract"]]
    qpv = who.get("qpv")
    found = {
        "sex": who["sex"],
        "public": who["public"],
        "modality": line["modality"],
        "age": age(who.get("birth_band"), year),
        "qualification": who.get("qualification"),
        "qpv": None if qpv is None else "yes" if qpv else "no",
        "training": trained(person),
        "family": clause["family"],
        "object": clause["object"],
        "buyer": facts["buyers"][contract["buyer"]],
        "bracket": bracket(contract["amount"]),
    }
    return {name: UNKNOWN if value is None else str(value) for name, value in found.items()}


def trained(person: Facts | None) -> Key | None:
    """The best training of a person; persons counted together are not known one by one."""
    if person is None:
        return None
    kinds = {str(one["kind"]) for one in person["trainings"]}
    if kinds & {"qualifying", "certifying"}:
        return "qualifying_or_certifying"
    return "other" if kinds else "none"


def age(band: int | None, year: int) -> Key | None:
    """By the middle year of the band of births: 1992 for 1990 to 1994."""
    if band is None:
        return None
    years = year - (band + 2)
    return "under_26" if years < 26 else "50_plus" if years >= 50 else "26_to_49"


def bracket(amount: int | None) -> Key | None:
    """The bracket of a contract, its lower bound inside."""
    if amount is None:
        return None
    return next((name for bound, name in BRACKETS if amount < bound), "ge_90000")
