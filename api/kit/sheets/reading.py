"""Reads a spreadsheet that a person deposits: its kind, its sheet, its header, its rows."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import IO

from api.kit.sheets import apart, wire
from api.kit.sheets.model import (
    EMPTY,
    HEADER_WITHIN,
    Cell,
    Grid,
    Limits,
    Line,
    Row,
    Sheet,
    UnreadableSheet,
    amount,
    column_name,
    own_columns,
    too_many_rows,
)

# Counts the headers that the caller knows among the texts of one line.
Recognise = Callable[[Sequence[str]], int]

DEFAULT_LIMITS = Limits()


def read_sheet(
    content: IO[bytes] | bytes,
    filename: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    sheet: str | None = None,
    recognise: Recognise | None = None,
) -> Sheet:
    """The header and the rows of a sheet: the named one, else the first that holds something.

    The header is looked for in the first ten filled lines: the one where ``recognise`` counts the
    most known headers, else the first one of those that hold the most texts. Empty rows are left
    out; our own two columns, in a file that we gave back, are read as empty.

    Raises UnreadableSheet when the file cannot be read.
    """
    job = wire.Job(filename, limits, sheet)
    grid = apart.ask(job, within(content, limits), wire.receive_grid)
    filled = _without_own_columns(grid)
    if not filled:
        raise UnreadableSheet(EMPTY)
    rank = _header_rank(filled[:HEADER_WITHIN], recognise)
    header = [_title(cell) for cell in filled[rank].cells]
    under = filled[rank + 1 :]
    if len(under) > limits.rows:
        raise UnreadableSheet(too_many_rows(limits))
    width = len(header)
    rows = [Row(line.number, _of_width(line.cells, width)) for line in under]
    return Sheet(
        kind=grid.kind,
        name=grid.name,
        sheet_names=grid.names,
        header=header,
        header_line=filled[rank].number,
        rows=[row for row in rows if any(value is not None for value in row.values)],
        notices=_notices(grid, filled[rank].number, under, width),
    )


def within(content: IO[bytes] | bytes, limits: Limits) -> bytes:
    """A whole file, unless it is too heavy: raises UnreadableSheet once its limit is read."""
    data = content if isinstance(content, bytes) else content.read(limits.size + 1)
    if len(data) > limits.size:
        raise UnreadableSheet(
            f"Le fichier pèse plus de {amount(limits.size // 2**20, 'Mo', 'Mo')} : partagez-le en "
            "plusieurs fichiers, puis déposez-les l’un après l’autre."
        )
    return data


def _without_own_columns(grid: Grid) -> list[Line]:
    """The lines that still hold something without what we wrote another time."""
    place = own_columns(grid)
    if place is not None:
        for line in grid.lines:
            for column in range(place, min(place + 2, len(line.cells))):
                line.cells[column] = None
            while line.cells and line.cells[-1] is None:
                line.cells.pop()
    return [line for line in grid.lines if line.cells]


def _of_width(cells: list[Cell], width: int) -> list[Cell]:
    return cells if len(cells) == width else (cells + [None] * width)[:width]


def _title(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else " ".join(str(cell).split())


def _header_rank(first: list[Line], recognise: Recognise | None) -> int:
    if recognise is not None:
        known = [recognise([_title(cell) for cell in line.cells]) for line in first]
        if max(known) > 0:
            return known.index(max(known))
    # Titles and instructions fill a cell or two; no line has more texts than a header.
    texts = [sum(isinstance(cell, str) for cell in line.cells) for line in first]
    candidates = [rank for rank, line in enumerate(first) if texts[rank] * 2 > _filled(line)]
    if candidates:
        return max(candidates, key=lambda rank: texts[rank])
    raise UnreadableSheet(
        "La ligne des titres de colonnes est introuvable dans les dix premières lignes remplies : "
        "placez les titres au-dessus des données, chacun dans sa colonne, puis déposez le fichier."
    )


def _filled(line: Line) -> int:
    return sum(cell is not None for cell in line.cells)


def _notices(grid: Grid, header_line: int, under: list[Line], width: int) -> list[str]:
    notices = []
    hidden = [line.number for line in under if line.hidden]
    merged = [where for where, _first, last in grid.merged if last > header_line]
    uncomputed = [where for where, line in grid.uncomputed if line > header_line]
    beyond = [line for line in under if len(line.cells) > width]
    if hidden:
        told = amount(len(hidden), "ligne masquée est lue", "lignes masquées sont lues")
        notices.append(f"{told} comme les autres (la première : ligne {hidden[0]}).")
    if merged:
        told = amount(len(merged), "cellule fusionnée ne compte", "cellules fusionnées ne comptent")
        notices.append(
            f"{told} que pour la première de ses lignes (la première : {merged[0]}) : "
            "défusionnez-la et recopiez la valeur si elle vaut pour toutes."
        )
    if uncomputed:
        told = amount(len(uncomputed), "formule n’a", "formules n’ont")
        notices.append(
            f"{told} pas de résultat enregistré (la première : {uncomputed[0]}) : ouvrez le "
            "fichier dans votre tableur, enregistrez-le, puis déposez-le de nouveau."
        )
    if beyond:
        cell = f"{column_name(width)}{beyond[0].number}"
        told = amount(len(beyond), "ligne a", "lignes ont")
        notices.append(f"{told} des valeurs sans titre de colonne, non lues (à partir de {cell}).")
    return notices
