"""No small group can be computed from a two-way table and its margins."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings

from api.rules.disclosure.figures import (
    Breakdown,
    Cell,
    Position,
    ProtectedTable,
    published,
    secret,
)
from api.rules.disclosure.secrecy import protect
from api.rules.disclosure.table import protect_table
from tests.rules.disclosure.attacker import (
    Equation,
    Line,
    cell_of,
    computable_groups,
    is_computable,
    is_group_safe,
    null_space,
    people_of,
    worlds,
)

Parts = dict[Position, list[Line]]
Filter = Callable[[Cell, Breakdown, Breakdown, Mapping[Position, Cell]], ProtectedTable]


def _parts(lines: Sequence[Line]) -> Parts:
    rows, columns = sorted({x.row for x in lines}), sorted({x.column for x in lines})
    return {
        (row, column): [x for x in lines if (x.row, x.column) == (row, column)]
        for row in rows
        for column in columns
    }


def _apply(
    lines: Sequence[Line], parts: Parts, sensitive: str, public: bool, by: Filter
) -> ProtectedTable:
    """``sensitive``: which sides are (row, column, both or neither)."""
    sides = []
    for side, name in enumerate(("row", "column")):
        keys = sorted({at[side] for at in parts})
        cells = [cell_of(key, [x for x in lines if getattr(x, name) == key]) for key in keys]
        sides.append(
            Breakdown(name, cells, name in sensitive, hours_public=public and name == "row")
        )
    inside = {at: cell_of(" × ".join(at), part) for at, part in parts.items() if part}
    return by(cell_of("total", lines), sides[0], sides[1], inside)


def _equations(shown: ProtectedTable) -> list[Equation]:
    """Unknown: all that is hidden, margins too. Known: what is published."""
    equations: list[Equation] = []
    unknown = {at: " × ".join(at) for at, cell in shown.cells.items() if cell.hours is None}
    for side, figures in enumerate((shown.rows, shown.columns)):
        margins = {figure.key: f"margin {side} {figure.key}" for figure in figures}
        hidden = [figure.key for figure in figures if figure.hours is None]
        equations.append((dict.fromkeys((margins[key] for key in hidden), 1), 0))
        for figure in figures:
            inside = {name: 1 for at, name in unknown.items() if at[side] == figure.key}
            if figure.hours is None:
                inside[margins[figure.key]] = -1
            equations.append((inside, 0))
    return equations


def _allowed(group: frozenset[str], parts: Parts, shown: ProtectedTable) -> bool:
    """Whether a group is made of whole rows, or columns, whose sums are public or published."""
    for side, figures in enumerate((shown.rows, shown.columns)):
        hidden = frozenset(f.key for f in figures if f.hours is None)
        wholes = [frozenset({f.key}) for f in figures if f.key not in hidden] + [hidden]
        left = set(group)
        for whole in wholes:
            names = {" × ".join(at) for at, part in parts.items() if at[side] in whole and part}
            if names <= left:
                left -= names
        if not any(parts[at] for at in parts if " × ".join(at) in left):
            return True
    return False


def _leaks(
    lines: Sequence[Line],
    sensitive: str = "",
    public: bool = False,
    by: Filter = protect_table,
) -> list[str]:
    parts = _parts(lines)
    shown = _apply(lines, parts, sensitive, public, by)
    if shown.total.status == "secret":
        return [str(at) for at, cell in shown.cells.items() if cell.status == "published"]
    least = 11 if sensitive else 5
    leaks = []
    for at, cell in shown.cells.items():
        assert (cell.persons is None) == (cell.hours is None) == (cell.status == "secret")
        if cell.status == "published" and (parts[at] or sensitive):
            leaks += [] if is_group_safe(parts[at], least) else [str(at)]
    equations = _equations(shown)
    unknowns = sorted({name for coefficients, _ in equations for name in coefficients})
    directions = null_space(unknowns, equations)
    members = {" × ".join(at): part for at, part in parts.items()}
    people = {name: people_of(members[name]) for name in unknowns if name in members}
    leaks += [
        str(sorted(group))
        for group in computable_groups(directions, people, least)
        if not _allowed(group, parts, shown)
    ]
    everything = all(cell.status == "secret" for cell in shown.cells.values())
    alone = [
        name
        for name in unknowns
        if is_computable([name], directions)
        and not (name in members and _allowed(frozenset({name}), parts, shown))
    ]
    return leaks if everything else leaks + alone


@pytest.mark.parametrize("sensitive", ["", "column", "row and column"])
@pytest.mark.parametrize("shared", [False, True])
def test_an_attacker_computes_no_small_group(sensitive: str, shared: bool) -> None:
    @settings(max_examples=100, deadline=None)
    @given(worlds(shared=shared))
    def attack(lines: list[Line]) -> None:
        assert _leaks(lines, sensitive) == []

    attack()


@settings(max_examples=100, deadline=None)
@given(worlds(shared=True))
def test_an_attacker_who_knows_the_hours_of_each_clause_computes_no_small_group(
    lines: list[Line],
) -> None:
    assert _leaks(lines, public=True) == []


@settings(max_examples=100, deadline=None)
@given(worlds(rows=3))
def test_no_computable_sum_is_one_persons(lines: list[Line]) -> None:
    parts = _parts(lines)
    shown = _apply(lines, parts, "", False, protect_table)
    equations = _equations(shown)
    unknowns = sorted({name for coefficients, _ in equations for name in coefficients})
    if shown.total.status == "secret":
        return
    directions = null_space(unknowns, equations)
    inside = [at for at in parts if shown.cells[at].status == "secret"]
    for size in range(1, len(inside) + 1):
        for group in combinations(inside, size):
            names = frozenset(" × ".join(at) for at in group)
            if is_computable(names, directions) and not _allowed(names, parts, shown):
                assert is_group_safe([line for at in group for line in parts[at]], 5), names


def _block(sizes: Sequence[Sequence[int]]) -> list[Line]:
    return [
        Line(10_000 * row + 100 * column + index, f"r{row}", f"c{column}", 40)
        for row, line in enumerate(sizes)
        for column, size in enumerate(line)
        for index in range(size)
    ]


def _hidden(lines: Sequence[Line]) -> set[Position]:
    cells = _apply(lines, _parts(lines), "", False, protect_table).cells
    return {at for at, cell in cells.items() if cell.status == "secret"}


def _primary_only(
    total: Cell, rows: Breakdown, columns: Breakdown, cells: Mapping[Position, Cell]
) -> ProtectedTable:
    margins = protect(total, (rows, columns))
    shown = {
        at: secret(cell) if (cell.persons or 0) < 5 else published(cell)
        for at, cell in cells.items()
    }
    return ProtectedTable(
        margins.total, margins.breakdowns["row"], margins.breakdowns["column"], shown
    )


def test_the_attacker_beats_a_table_without_complementary_suppression() -> None:
    lines = _block([[3, 20, 21], [22, 23, 24], [25, 26, 27]])
    assert "r0 × c0" in _leaks(lines, by=_primary_only)
    assert _leaks(lines) == []


def test_the_attacker_beats_a_table_protected_by_rows_only() -> None:
    def by_rows(
        total: Cell, rows: Breakdown, columns: Breakdown, cells: Mapping[Position, Cell]
    ) -> ProtectedTable:
        naive = _primary_only(total, rows, columns, cells)
        hidden = {("r0", "c0"), ("r0", "c1")}
        shown = {at: secret(cells[at]) if at in hidden else f for at, f in naive.cells.items()}
        return ProtectedTable(naive.total, naive.rows, naive.columns, shown)

    assert "r0 × c0" in _leaks(_block([[3, 20, 21], [22, 23, 24]]), by=by_rows)


def test_one_small_cell_costs_three_more() -> None:
    lines = _block([[3, 20, 21], [22, 23, 24], [25, 26, 27]])
    assert _hidden(lines) == {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}


def test_one_small_cell_costs_three_more_in_a_large_table() -> None:
    sizes = [[10 + (7 * row + 5 * column) % 11 for column in range(9)] for row in range(9)]
    sizes[4][4] = 2
    assert len(_hidden(_block(sizes))) == 4


def test_a_person_with_nearly_all_the_hours_is_hidden_among_more_hours() -> None:
    lines = [*_block([[0, 10, 90], [90, 90, 90], [90, 90, 90]]), Line(99_999, "r0", "c0", 3000)]
    hidden = _hidden(lines)
    assert ("r0", "c0") in hidden
    assert (
        "r0",
        "c2",
    ) in hidden  # c1 is smaller, but with it 3 000 of 3 400 hours are one person's


def test_a_whole_row_of_small_cells_is_as_good_as_its_margin() -> None:
    lines = [
        Line(10 * row + person, f"r{row}", f"c{column}", 40)
        for row in range(3)
        for column in range(3)
        for person in range(column, column + (4 if row == 0 else 7))
    ]
    # r0: six persons, four in each cell. Its sum is known anyway, so one more row is enough.
    turned = [Line(x.person, x.column, x.row, x.hours) for x in lines]
    assert _leaks(lines) == _leaks(turned) == []
    assert (len(_hidden(lines)), len(_hidden(turned))) == (6, 6)


def test_a_small_buyer_does_not_close_a_sensitive_table() -> None:
    lines = _block([[4, 3], [60, 61], [62, 63], [64, 65]])
    cells = _apply(lines, _parts(lines), "column", False, protect_table).cells
    assert {at[0] for at, cell in cells.items() if cell.status == "secret"} == {"r0", "r1"}
    assert _leaks(lines, "column") == []


def test_large_cells_are_all_published() -> None:
    assert _hidden(_block([[5, 20, 0], [22, 0, 6]])) == set()


def test_a_small_row_is_hidden_with_its_zeros() -> None:
    hidden = _hidden(_block([[3, 0, 0], [22, 23, 24], [25, 26, 27]]))
    assert {("r0", "c0"), ("r0", "c1"), ("r0", "c2")} <= hidden
    assert len(hidden) < 9


def test_a_sparse_table_keeps_most_of_its_figures() -> None:
    sizes = [[20 if (row + column) % 3 else 0 for column in range(12)] for row in range(20)]
    sizes[4][5] = 2
    lines = _block(sizes)
    assert len(_hidden(lines)) <= 6
    assert _leaks(lines) == []


def test_a_table_without_its_zeros_is_the_same_table() -> None:
    lines = _block([[3, 0, 21], [22, 23, 24]])
    parts = _parts(lines)
    shown = _apply(lines, parts, "", False, protect_table)
    assert shown.cells.keys() == parts.keys()
    assert {f.hours for f in shown.cells.values() if f.status == "secret"} == {None}


def test_a_table_that_is_not_that_of_its_margins_is_refused() -> None:
    side = [Cell("a", 6, 60, 10), Cell("b", 6, 60, 10)]
    total, rows, columns = Cell("t", 12, 120, 10), Breakdown("x", side), Breakdown("y", side)
    with pytest.raises(ValueError, match="add up"):
        protect_table(total, rows, columns, {("a", "a"): Cell("a", 6, 60, 10)})
    with pytest.raises(ValueError, match="outside"):
        protect_table(total, rows, columns, {("a", "z"): Cell("a", 6, 60, 10)})
