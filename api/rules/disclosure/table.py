"""A two-way table with its margins (buyer × sex, clause × month) without any small group.

What an attacker can compute from a table is a sum of hidden cells obtained by adding some row
equations and subtracting some column equations. Such a sum has only plain cells in it (each once,
none subtracted) exactly when there is a *region*: a set of rows and columns such that every hidden
cell of a column of the region is in a row of the region. The sum is then that of the hidden cells
which are in a row of the region and in a column outside of it: the cells that *cross* it.

So a small hidden cell is safe when in every region that it crosses it is joined by a cell large
enough for both, or by all the rest of its row or column, whose sum is a margin and known anyway.
The smallest regions suffice, and are found by walking from the cell's row: through a large hidden
cell to its column, from a column to all its rows.

Rows whose margin is hidden are one row to the attacker, who knows their sum only; so are columns.

Limit: when somebody is in several cells, dominance is checked on pairs of cells and on whole rows
and columns, not on any sum of cells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.rules.disclosure.figures import (
    DEFAULT,
    Breakdown,
    Cell,
    Position,
    ProtectedTable,
    Shown,
    Thresholds,
    published,
    secret,
)
from api.rules.disclosure.secrecy import at_most, is_small, primary_keys, protect

Node = tuple[str, str]
"""A row or a column of the attacker's equations; the key is empty for those of hidden margin."""


@dataclass(frozen=True, slots=True)
class _Grid:
    cells: Mapping[Position, Cell]
    nodes: Mapping[Position, tuple[Node, Node]]
    inhabited: Mapping[Node, Sequence[Position]]  # its cells that are not empty
    least: int
    thresholds: Thresholds
    hidden: set[Position] = field(default_factory=set)

    def small(self, position: Position) -> bool:
        return is_small(self.cells[position], self.least, self.thresholds)

    def whole(self, node: Node) -> bool:
        """Whether the hidden cells of a row or column are all of it."""
        return all(position in self.hidden for position in self.inhabited.get(node, ()))


def protect_table(
    total: Cell,
    rows: Breakdown,
    columns: Breakdown,
    cells: Mapping[Position, Cell],
    thresholds: Thresholds = DEFAULT,
) -> ProtectedTable:
    """The table and its margins without any small cell, nor sum of cells that is a small group.

    ``cells`` need not name the empty ones. The table is sensitive when either attribute is. The
    margins are those of ``protect``. At worst all the inside is hidden. ``ValueError`` when the
    inside does not add up to the margins.
    """
    inside = _filled(rows, columns, cells)
    margins = protect(total, (rows, columns), thresholds)
    shown_rows, shown_columns = margins.breakdowns[rows.by], margins.breakdowns[columns.by]
    grid = _grid(rows, columns, inside, (shown_rows, shown_columns), thresholds)
    # Where not one row, or not one column, may be told, nor may what they are made of.
    closed = any(
        all(figure.status == "secret" for figure in figures)
        for figures in (shown_rows, shown_columns)
    )
    if closed or not _hide(grid, _primary(grid, total, rows, columns)):
        grid.hidden.update(inside)
    return ProtectedTable(
        total=margins.total,
        rows=shown_rows,
        columns=shown_columns,
        cells={
            position: secret(cell) if position in grid.hidden else published(cell)
            for position, cell in inside.items()
        },
    )


def _filled(
    rows: Breakdown, columns: Breakdown, cells: Mapping[Position, Cell]
) -> dict[Position, Cell]:
    inside = {
        (row.key, column.key): cells.get(
            (row.key, column.key), Cell(f"{row.key} × {column.key}", 0, 0, 0)
        )
        for row in rows.cells
        for column in columns.cells
    }
    if not cells.keys() <= inside.keys():
        raise ValueError("the table has cells outside of its margins")
    for side, breakdown in enumerate((rows, columns)):
        for margin in breakdown.cells:
            hours = sum(cell.hours for at, cell in inside.items() if at[side] == margin.key)
            if hours != margin.hours:
                raise ValueError(f"{margin.key} does not add up to its margin")
    return inside


def _grid(
    rows: Breakdown,
    columns: Breakdown,
    inside: Mapping[Position, Cell],
    shown: tuple[tuple[Shown, ...], tuple[Shown, ...]],
    thresholds: Thresholds,
) -> _Grid:
    least = thresholds.least(rows.sensitive or columns.sensitive)
    names: list[dict[str, Node]] = []
    for side, breakdown, figures in zip("rc", (rows, columns), shown, strict=True):
        # Hours that are public are an equation of their own even where the persons are secret.
        names.append(
            {
                figure.key: (
                    side,
                    figure.key if figure.status == "published" or breakdown.hours_public else "",
                )
                for figure in figures
            }
        )
    nodes = {(row, column): (names[0][row], names[1][column]) for row, column in inside}
    inhabited: dict[Node, list[Position]] = {}
    for position, ends in nodes.items():
        if not inside[position].empty:
            for node in ends:
                inhabited.setdefault(node, []).append(position)
    return _Grid(inside, nodes, inhabited, least, thresholds)


def _primary(grid: _Grid, total: Cell, rows: Breakdown, columns: Breakdown) -> set[Position]:
    """The small cells, and all that is in a row or column which is itself small.

    An empty cell is hidden in a small row or column too: zeros all around would say where its
    persons are.
    """
    small_rows = primary_keys(total, rows, grid.thresholds)
    small_columns = primary_keys(total, columns, grid.thresholds)
    sensitive = rows.sensitive or columns.sensitive
    return {
        position
        for position, cell in grid.cells.items()
        if position[0] in small_rows
        or position[1] in small_columns
        or (grid.small(position) and (sensitive or not cell.empty))
    }


def _hide(grid: _Grid, primary: set[Position]) -> bool:
    """Hide the primary cells and enough others; False when only to hide everything is enough.

    To hide one more cell never endangers another (regions only grow rarer and larger), so each
    cell is looked at once.
    """
    grid.hidden.update(primary)
    for position in sorted(primary, key=lambda at: (grid.cells[at].rank, at)):
        if not grid.small(position):
            continue
        while region := next(_leaks(grid, position), None):
            choice = _complement(grid, position, region)
            if choice is None:
                return False
            grid.hidden.add(choice)
    for position in sorted(grid.hidden):
        # What the attacker computes anyway, and is no small group, is as well published.
        spare = position not in primary or not grid.small(position)
        if spare and _is_computable(grid, position):
            grid.hidden.remove(position)
    return True


def _leaks(grid: _Grid, position: Position) -> Iterator[set[Node]]:
    """Regions that a small hidden cell crosses without enough company."""
    row, column = grid.nodes[position]
    rows_of: dict[Node, set[Node]] = {}
    columns_of: dict[Node, set[Node]] = {}
    helped: dict[Node, set[Node]] = {}
    for other in grid.hidden:
        start, end = grid.nodes[other]
        rows_of.setdefault(end, set()).add(start)
        columns_of.setdefault(start, set()).add(end)
        if _accompanies(grid, other, position):
            helped.setdefault(start, set()).add(end)
    arcs = {**rows_of, **helped}
    # A region without any other column of a whole row is crossed by that row: a known sum.
    whole_row, whole_column = grid.whole(row), grid.whole(column)
    seeds = [{row, end} for end in sorted(columns_of[row] - {column})] if whole_row else [{row}]
    for seed in seeds:
        region = _reached(seed, arcs)
        if column not in region and not (whole_column and rows_of[column] <= region):
            yield region


def _accompanies(grid: _Grid, other: Position, position: Position) -> bool:
    """Whether two cells together are a group large enough, whoever is in both."""
    pair = grid.cells[position], grid.cells[other]
    persons = pair[1].persons
    if persons is None or persons < grid.least:
        return False
    together = Cell(
        key="",
        persons=persons,
        hours=sum(cell.hours for cell in pair),
        largest=sum(at_most(cell) for cell in pair),
    )
    return not is_small(together, grid.least, grid.thresholds)


def _reached(seed: Iterable[Node], arcs: Mapping[Node, Iterable[Node]]) -> set[Node]:
    reached, edge = set(seed), list(seed)
    while edge:
        for node in arcs.get(edge.pop(), ()):
            if node not in reached:
                reached.add(node)
                edge.append(node)
    return reached


def _complement(grid: _Grid, position: Position, region: set[Node]) -> Position | None:
    """The next cell to hide so that the region is none any more, or is crossed by more persons.

    In order: one that ends the walk in the cell's column; one that leads from a column of the
    region to one more row; one that leads to one more column. Empty cells only when nothing else
    is left, and only where their being unknown helps. None when there is nothing to hide.
    """
    target = grid.nodes[position][1]

    def preference(at: Position) -> tuple[bool, int, tuple[int, str], Position] | None:
        cell, (row, column) = grid.cells[at], grid.nodes[at]
        leaves = row in region and column not in region
        enters = column in region and row not in region
        if at in grid.hidden or not (enters or (leaves and not cell.empty)):
            return None
        step = 1
        if leaves:
            helps = _accompanies(grid, at, position)
            step = (0 if column == target else 2) if helps else 3
        return (cell.empty, step, cell.rank, at)

    found = [choice for at in grid.cells if (choice := preference(at)) is not None]
    return min(found)[-1] if found else None


def _is_computable(grid: _Grid, position: Position) -> bool:
    """Whether the other hidden cells leave no second way from the cell's row to its column."""
    arcs: dict[Node, set[Node]] = {}
    for other in grid.hidden - {position}:
        start, end = grid.nodes[other]
        arcs.setdefault(start, set()).add(end)
        arcs.setdefault(end, set()).add(start)
    row, column = grid.nodes[position]
    return column not in _reached({row}, arcs)
