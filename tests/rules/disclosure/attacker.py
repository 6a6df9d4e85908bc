"""An attacker who knows nothing but what is published, and the persons behind the figures.

Written apart from the filter: the attacker solves the linear equations between figures exactly;
the world counts real sets of persons. Neither uses anything of ``api.rules.disclosure`` but its
data classes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from api.rules.disclosure.figures import Cell, Shown

Equation = tuple[Mapping[str, int], int]
"""Coefficients of the unknowns, constant."""


def null_space(unknowns: Sequence[str], equations: Iterable[Equation]) -> dict[str, list[Fraction]]:
    """For each unknown, its coordinates along each free direction of the system."""
    rows = [
        [Fraction(coefficients.get(name, 0)) for name in unknowns] for coefficients, _ in equations
    ]
    pivots: list[int] = []
    rank = 0
    for column in range(len(unknowns)):
        found = next((row for row in range(rank, len(rows)) if rows[row][column]), None)
        if found is None:
            continue
        rows[rank], rows[found] = rows[found], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for row in range(len(rows)):
            if row != rank and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[rank], strict=True)]
        pivots.append(column)
        rank += 1
    free = [column for column in range(len(unknowns)) if column not in pivots]
    directions = {name: [Fraction(0)] * len(free) for name in unknowns}
    for index, column in enumerate(free):
        directions[unknowns[column]][index] = Fraction(1)
        for row, pivot in enumerate(pivots):
            directions[unknowns[pivot]][index] = -rows[row][column]
    return directions


def is_computable(names: Iterable[str], directions: Mapping[str, Sequence[Fraction]]) -> bool:
    """Whether the sum of these unknowns has one value only."""
    return all(
        not sum(column) for column in zip(*(directions[name] for name in names), strict=True)
    )


def computable_groups(
    directions: Mapping[str, Sequence[Fraction]], members: Mapping[str, frozenset[int]], below: int
) -> Iterator[frozenset[str]]:
    """Every sum of unknowns that can be computed and holds from 1 to ``below`` - 1 persons."""
    names = sorted(name for name in members if len(members[name]) < below)

    def grow(
        chosen: frozenset[str], people: frozenset[int], rest: Sequence[str]
    ) -> Iterator[frozenset[str]]:
        if chosen and people and is_computable(chosen, directions):
            yield chosen
        for index, name in enumerate(rest):
            more = people | members[name]
            if len(more) < below:
                yield from grow(chosen | {name}, more, rest[index + 1 :])

    return grow(frozenset(), frozenset(), names)


@dataclass(frozen=True)
class Line:
    """Hours of one person in one cell of a two-way table."""

    person: int
    row: str
    column: str
    hours: int


def cell_of(key: str, lines: Iterable[Line]) -> Cell:
    """The exact cell of these lines."""
    hours: Counter[int] = Counter()
    for line in lines:
        hours[line.person] += line.hours
    return Cell(key, len(hours), sum(hours.values()), max(hours.values(), default=0))


def people_of(lines: Iterable[Line]) -> frozenset[int]:
    return frozenset(line.person for line in lines)


def is_group_safe(lines: Iterable[Line], least: int) -> bool:
    """The promise, on real persons: enough of them, none with more than 85 % of the hours."""
    cell = cell_of("", lines)
    assert cell.persons is not None
    assert cell.largest is not None
    return cell.persons >= least and cell.largest * 100 <= cell.hours * 85


def equation(names: Iterable[str], total: Shown, shown: Iterable[Shown]) -> Equation:
    """Total less the published cells is the sum of the hidden ones."""
    figures = list(shown)
    hidden = [name for name, figure in zip(names, figures, strict=True) if figure.hours is None]
    assert total.hours is not None
    return dict.fromkeys(hidden, 1), total.hours - sum(figure.hours or 0 for figure in figures)


SIZES = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 12, 15])
HOURS = st.sampled_from([1, 4, 40, 40, 41, 44, 60, 3000])


@st.composite
def worlds(draw: st.DrawFn, rows: int = 4, columns: int = 3, shared: bool = False) -> list[Line]:
    """Persons and their lines; ``shared``: the same persons are met in several cells."""
    lines: list[Line] = []
    for row in range(draw(st.integers(1, rows))):
        for column in range(draw(st.integers(1, columns))):
            hours, first = draw(HOURS), draw(st.sampled_from([1, 1, 1, 20, 500]))
            for index in range(draw(SIZES)):
                person = index + (0 if shared else len(lines) + 1000)
                if shared and draw(st.booleans()):
                    person += 100 * row
                lines.append(
                    Line(
                        person, f"r{row}", f"c{column}", hours * (1 if index else first) + index % 3
                    )
                )
    return lines
