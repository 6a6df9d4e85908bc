"""An attacker who reads figures of insertion and the register, and solves what lies between.

Hours are side 0 of a figure, persons side 1; a secret is None. Unknowns are named "sex:f", or by
the identifier of a clause.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from tests.api.insertion.figures_world import cells

OF_PERSONS = ("sex", "public", "age", "qualification", "qpv", "training", "modality")
OF_CLAUSES = ("purchase_family", "object", "amount_bracket", "buyer")
Told = dict[str, dict[str, tuple[Fraction | int | None, int | None]]]
Equation = tuple[Mapping[str, int], Fraction]


def told(figures: Any) -> Told:
    """Hours and persons of every breakdown, and of the whole under ""."""
    found: Told = {"": {"": (number(figures["hours"]["validated"]), total_of(figures))}}
    for one in figures["breakdowns"]:
        found[one["by"]] = {
            key: (number(hours), persons)
            for key, (hours, persons, _) in cells(figures, one["by"]).items()
        }
    found["clause"] = {
        one["id"]: (number(one["hours"]), one["persons"]) for one in figures["clauses"]
    }
    return found


def total_of(figures: Any) -> int | None:
    persons: int | None = figures["beneficiaries"]["at_least"]
    return persons


def read_file(file: Any, year: int) -> Told:
    """The same out of the public file."""
    (one,) = (one for one in file["annees"] if one["annee"] == year)
    persons = one["personnes"]
    found: Told = {
        "": {"": (number(one["heures"]["validees"]), persons["beneficiaires"]["au_moins"])}
    }
    for breakdown in persons["repartitions"]:
        found[breakdown["par"]] = {
            line["code"]: (number(line["heures"]), line["personnes"])
            for line in breakdown["lignes"]
        }
    found["clause"] = {line["marche"]: (None, line["personnes"]) for line in persons["marches"]}
    return found


def number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def equations(figures: Told, side: int) -> list[Equation]:
    """What is known of hours (0) or of persons (1): each figure that is told, and every sum."""
    found: list[Equation] = []
    whole = figures[""][""][side]
    for by in OF_PERSONS:
        names = {f"{by}:{key}": pair[side] for key, pair in figures[by].items()}
        found += [
            ({name: 1}, Fraction(value)) for name, value in names.items() if value is not None
        ]
        if whole is not None:
            found.append((dict.fromkeys(names, 1), Fraction(whole)))
    return found


def clause_equations(figures: Told, register: Mapping[str, Mapping[str, str]]) -> list[Equation]:
    """The same for the persons of clauses, of which ``register`` tells the facts."""
    found: list[Equation] = []
    whole = figures[""][""][1]
    if whole is not None:
        found.append((dict.fromkeys(register, 1), Fraction(whole)))
    for by in ("clause", *OF_CLAUSES):
        for key, (_, persons) in figures[by].items():
            members = {one: 1 for one, facts in register.items() if facts[by] == key}
            if persons is not None and members:
                found.append((members, Fraction(persons)))
    return found


def solved(known: Iterable[Equation], target: str) -> Fraction | None:
    """The value of an unknown, if the equations leave it only one."""
    equations = list(known)
    names = sorted({name for one, _ in equations for name in one} | {target})
    rows = [[Fraction(one.get(name, 0)) for name in names] + [value] for one, value in equations]
    column = names.index(target)
    rank = 0
    # The target last: what is left of its row is then about it alone.
    for place in [*(index for index in range(len(names)) if index != column), column]:
        found = next((row for row in range(rank, len(rows)) if rows[row][place]), None)
        if found is None:
            continue
        rows[rank], rows[found] = rows[found], rows[rank]
        pivot = rows[rank][place]
        rows[rank] = [value / pivot for value in rows[rank]]
        for other in range(len(rows)):
            if other != rank and rows[other][place]:
                factor = rows[other][place]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[rank], strict=True)]
        rank += 1
    for row in rows:
        if row[column] and not any(row[:column]) and not any(row[column + 1 : -1]):
            return row[-1] / row[column]
    return None


def naive(figures: Told) -> Told:
    """What a filter that hides small cells, and nothing else, would tell."""
    return {
        by: {
            key: (None, None) if by and (pair[1] or 0) in range(1, 5) else pair
            for key, pair in parts.items()
        }
        for by, parts in figures.items()
    }
