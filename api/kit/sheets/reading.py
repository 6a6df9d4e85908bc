"""Reads a spreadsheet that a person deposits: its kind, its sheet, its header, its rows."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import PurePath
from typing import IO

from api.kit.sheets import delimited, ods, xlsx
from api.kit.sheets.model import (
    ERRORS,
    STATUS,
    Cell,
    Grid,
    Kind,
    Limits,
    Line,
    Row,
    Sheet,
    UnreadableSheet,
    amount,
    column_name,
    too_many_rows,
)
from api.kit.sheets.package import PROTECTED, Package, open_package

# Counts the headers that the caller knows among the texts of one line.
Recognise = Callable[[Sequence[str]], int]

_HEADER_WITHIN = 10
DEFAULT_LIMITS = Limits()
_EMPTY = "Le fichier est vide : il ne contient aucune donnée."


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
    source = open_source(content, filename, limits)
    grid = read_grid(source, limits, sheet)
    filled = _without_own_columns(grid)
    if not filled:
        raise UnreadableSheet(_EMPTY)
    rank = _header_rank(filled[:_HEADER_WITHIN], recognise)
    header = [_title(cell) for cell in filled[rank].cells]
    under = filled[rank + 1 :]
    if len(under) > limits.rows:
        raise UnreadableSheet(too_many_rows(limits))
    width = len(header)
    rows = [Row(line.number, (line.cells + [None] * width)[:width]) for line in under]
    return Sheet(
        kind=grid.kind,
        name=grid.name,
        sheet_names=grid.names,
        header=header,
        header_line=filled[rank].number,
        rows=[row for row in rows if any(value is not None for value in row.values)],
        notices=_notices(grid, filled[rank].number, under, width),
    )


Source = Package | delimited.Text


def open_source(content: IO[bytes] | bytes, filename: str, limits: Limits) -> Source:
    """The file, opened as what its first bytes say it is; raises UnreadableSheet."""
    data = content if isinstance(content, bytes) else content.read(limits.size + 1)
    if len(data) > limits.size:
        raise UnreadableSheet(
            f"Le fichier pèse plus de {amount(limits.size // 2**20, 'Mo', 'Mo')} : partagez-le en "
            "plusieurs fichiers, puis déposez-les l’un après l’autre."
        )
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableSheet(_EMPTY)
    extension = PurePath(filename.lower()).suffix
    _check_signature(data, extension)
    if not data.startswith(_ZIP):
        return delimited.open_text(data)
    package = open_package(data, limits)
    found = package_kind(package)
    if extension in _EXTENSIONS and found not in _EXTENSIONS[extension]:
        raise UnreadableSheet(
            f"Ce fichier s’appelle « {extension} » mais c’est un classeur {found.value.upper()} : "
            f"donnez-lui l’extension « .{found.value} », puis déposez-le de nouveau."
        )
    return package


_EXTENSIONS = {
    ".xlsx": (Kind.XLSX,),
    ".xlsm": (Kind.XLSX,),
    ".xltx": (Kind.XLSX,),
    ".xls": (),
    ".ods": (Kind.ODS,),
    ".ots": (Kind.ODS,),
    ".csv": (),
    ".tsv": (),
    ".txt": (),
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ADVICE = "ouvrez-le dans votre tableur, enregistrez-le au format XLSX, ODS ou CSV, puis déposez-le"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "un PDF"),
    (b"\x1f\x8b", "compressé (GZIP)"),
    (b"Rar!", "une archive RAR"),
    (b"7z\xbc\xaf", "une archive 7-Zip"),
    (b"{\\rtf", "un document RTF"),
)


def _check_signature(data: bytes, extension: str) -> None:
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableSheet(f"Ce fichier est {name}, pas un tableau : {_ADVICE}.")
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # Excel puts a protected XLSX inside the container of the old format.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableSheet(PROTECTED)
        raise UnreadableSheet(
            f"Ce fichier est à l’ancien format d’Excel (XLS, 1997 à 2003) : {_ADVICE}."
        )
    if re.match(rb"(\xef\xbb\xbf)?\s*<(\?xml|!doctype|html|table|!--)", data[:1000], re.IGNORECASE):
        raise UnreadableSheet(f"Ce fichier est une page web ou du XML, pas un tableau : {_ADVICE}.")
    if extension in (".xlsx", ".xlsm", ".ods", ".xls") and not data.startswith(_ZIP):
        raise UnreadableSheet(
            f"Ce fichier s’appelle « {extension} » mais ce n’est pas un classeur. Si c’est du "
            f"texte, donnez-lui l’extension « .csv » ; sinon, {_ADVICE}."
        )


def package_kind(package: Package) -> Kind:
    """What workbook a package is; raises UnreadableSheet when it is another kind of document."""
    mimetype = package.find("mimetype")
    if mimetype is not None:
        declared = package.read(mimetype)[:200].strip()
        if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return Kind.ODS
    if package.find("xl/workbook.bin"):
        raise UnreadableSheet(f"Ce fichier est un classeur binaire (XLSB) : {_ADVICE}.")
    if package.find("[Content_Types].xml") and not package.find("word/document.xml"):
        return Kind.XLSX
    raise UnreadableSheet(
        f"Ce fichier est une archive ou un document, pas un classeur : {_ADVICE}."
    )


def read_grid(source: Source, limits: Limits, sheet: str | None) -> Grid:
    """The filled lines of the wanted sheet; raises UnreadableSheet."""
    if isinstance(source, delimited.Text):
        return delimited.read_grid(source, limits)
    if package_kind(source) is Kind.ODS:
        return ods.read_grid(source, sheet)
    return xlsx.read_grid(source, sheet)


def own_columns(grid: Grid, header_line: int | None = None) -> int | None:
    """Where our two columns begin in a file that we gave back; None when it never was.

    A person's own column « Statut » is not ours: ours are two, side by side.
    """
    for line in grid.lines[:_HEADER_WITHIN]:
        if header_line is not None and line.number != header_line:
            continue
        for column in range(len(line.cells) - 2, -1, -1):
            if line.cells[column : column + 2] == [STATUS, ERRORS]:
                return column
    return None


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
