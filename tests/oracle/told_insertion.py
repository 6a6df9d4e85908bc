"""The figures of insertion in the words of the API, flat: the place of a value -> the value.

So two answers, or an answer and the oracle, are compared place by place.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

Flat = dict[str, Any]
# A breakdown in the words of the API -> in those of the oracle.
BREAKDOWNS = {
    **{
        name: name
        for name in ("sex", "public", "modality", "age", "qualification", "qpv", "training")
    },
    "purchase_family": "family",
    "object": "object",
    "buyer": "buyer",
    "amount_bracket": "bracket",
}
CLAUSE = ("engaged", "due", "since_start", "projected", "hours")
COUNTS = ("population", "asked", "answered", "response_rate", "dynamic", "dynamic_share")


def answered(answer: Mapping[str, Any]) -> Flat:
    """What the service answers; the words that explain are left out."""
    told = {
        **_flat("", {"clauses_followed": answer["clauses_followed"], "hours": answer["hours"]}),
        **_flat("fte.", {name: answer["fte"][name] for name in ("value", "tenths")}),
        **_flat("beneficiaries.", answer["beneficiaries"]),
        **_flat("women.", answer["women"]),
        **_flat("paths.", answer["long_paths"]),
    }
    for one in answer["breakdowns"]:
        for cell in one["cells"]:
            told |= _flat(f"{one['by']}.{cell['key']}.", cell)
    for one in answer["exits"]:
        told |= _flat(f"{one['checkpoint']}.", {name: one[name] for name in COUNTS})
        for cell in one["situations"]:
            told[f"{one['checkpoint']}.{cell['key']}"] = cell["persons"]
    penalties = answer["penalties"]
    told |= _flat("penalties.", {k: penalties[k] for k in ("number", "computed", "applied")})
    for one in penalties["decisions"]:
        told[f"penalties.by.{one['key']}"] = one["number"]
    for one in answer["clauses"]:
        told |= _flat(f"{one['id']}.", {name: one[name] for name in (*CLAUSE, "rate", "persons")})
    explaining = ("sentence", "status", "definition", "label", "key")
    return {place: said for place, said in told.items() if place.split(".")[-1] not in explaining}


def expected(found: Mapping[str, Any], clauses: list[str], base: int = 1607) -> Flat:
    """What the service must answer, of figures of the oracle; ``clauses``: their ids by rank."""
    told: Flat = {
        "clauses_followed": found["clauses"],
        **{
            f"hours.{name}": hours(found[name])
            for name in ("engaged", "due", "declared", "validated", "outside")
        },
        "hours.engaged_unknown": found["engaged_unknown"],
        "hours.due_unknown": found["due_unknown"],
        "hours.since_start": hours(found["rated"]),
        "hours.rate": ratio(found["rate"]),
        "hours.projection.hours": hours(found["projection"]),
        "hours.projection.rate": ratio(found["projection_rate"]),
        "hours.projection.unknown": found["projection_unknown"],
        "fte.value": str(floor(Fraction(found["validated"], 4 * base))),
        "fte.tenths": tenths(Fraction(found["validated"], 4 * base)),
        "beneficiaries.exact": found["beneficiaries"],
        "beneficiaries.at_least": found["at_least"],
        "paths.persons": found["paths"]["persons"],
        "paths.contracts": found["paths"]["contracts"],
    }
    told |= _women(found["women"])
    for name, own in BREAKDOWNS.items():
        for key, cell in found["breakdowns"][own].items():
            told[f"{name}.{key}.hours"] = hours(cell["hours"])
            told[f"{name}.{key}.persons"] = cell["persons"]
    told |= _exits(found["exits"]) | _penalties(found["penalties"])
    for rank, one in found["by_clause"].items():
        if one is not None:
            place = clauses[rank]
            told |= {f"{place}.{name}": hours(one[name]) for name in CLAUSE}
            told |= {f"{place}.rate": ratio(one["rate"]), f"{place}.persons": one["persons"]}
    return told


def _women(found: Mapping[str, Any]) -> Flat:
    return {
        "women.hours.women": hours(found["hours_women"]),
        "women.hours.known": hours(found["hours_known"]),
        "women.hours.unknown": hours(found["hours_unknown"]),
        "women.hours.share": ratio(found["hours"]),
        "women.persons.women": found["persons_women"],
        "women.persons.known": found["persons_known"],
        "women.persons.unknown": found["persons_unknown"],
        "women.persons.share": ratio(found["persons"]),
    }


def _exits(found: Mapping[str, Any]) -> Flat:
    told: Flat = {}
    for name, one in found["checkpoints"].items():
        told |= {
            f"{name}.population": found["population"],
            f"{name}.asked": one["asked"],
            f"{name}.answered": one["answered"],
            f"{name}.response_rate": ratio(one["response_rate"]),
            f"{name}.dynamic": one["dynamic"],
            f"{name}.dynamic_share": ratio(one["dynamic_share"]),
            f"{name}.unknown": one["unknown"],
            f"{name}.not_asked": found["population"] - one["asked"],
            **{f"{name}.{key}": persons for key, persons in one["situations"].items()},
        }
    return told


def _penalties(found: Mapping[str, Any]) -> Flat:
    return {
        "penalties.number": found["number"],
        "penalties.computed": euros(found["computed"]),
        "penalties.applied": euros(found["applied"]),
        **{f"penalties.by.{key}": number for key, number in found["decisions"].items()},
    }


def _flat(before: str, nested: Mapping[str, Any]) -> Flat:
    told: Flat = {}
    for name, value in nested.items():
        if isinstance(value, Mapping):
            told |= _flat(f"{before}{name}.", value)
        else:
            told[before + name] = value
    return told


def hours(quarters: int | None) -> str | None:
    """Quarter-hours as hours with two decimals."""
    return None if quarters is None else f"{quarters // 4}.{quarters % 4 * 25:02}"


def euros(cents: int) -> str:
    """Cents as euros."""
    return f"{cents // 100}.{cents % 100:02}"


def ratio(exact: Fraction | None) -> str | None:
    """A ratio to the millionth, the half upwards, without useless zeros."""
    if exact is None:
        return None
    scaled = floor(exact * 10**6 + Fraction(1, 2))
    return f"{scaled // 10**6}.{scaled % 10**6:06}".rstrip("0").rstrip(".")


def tenths(exact: Fraction) -> str:
    """A number cut at one decimal."""
    scaled = floor(exact * 10)
    return f"{scaled // 10}.{scaled % 10}"
