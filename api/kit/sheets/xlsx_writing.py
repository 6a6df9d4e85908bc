"""Writes the lines of a sheet as a plain XLSX workbook, for what cannot be given back as it came.

Texts are inline and never formulas; numbers are numbers and days are days, on their own lines.
"""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

from api.kit.sheets.marks import Marks, markup
from api.kit.sheets.model import Cell, Grid, column_name

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # The second format is a day as the reader's own language shows it.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>'
    '</fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>'
    '<xf xfId="0" numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets do not agree
_DIGITS = 15  # what a number of a spreadsheet keeps
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN = (1980, 1, 1, 0, 0, 0)


def written(grid: Grid, marks: Marks) -> bytes:
    """A workbook of one sheet: each line at its number, with our two columns."""
    lines = [_line(line.number, _marked(line.number, line.cells, marks)) for line in grid.lines]
    parts = {
        **{name: (_HEAD + text).encode() for name, text in _PARTS.items()},
        "xl/workbook.xml": _HEAD.encode()
        + f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="'.encode()
        + markup(_sound(grid.name)[:31] or "Feuille")
        + b'" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": _HEAD.encode()
        + f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
        + b"".join(lines)
        + b"</sheetData></worksheet>",
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return output.getvalue()


def _marked(number: int, cells: list[Cell], marks: Marks) -> list[Cell]:
    if number < marks.header_line or not (marks.replacing or number in marks.texts):
        return cells
    marked = cells + [None] * (marks.column + 2 - len(cells))
    marked[marks.column : marks.column + 2] = marks.of(number)
    return marked


def _line(number: int, cells: list[Cell]) -> bytes:
    content = b"".join(
        _cell(f"{column_name(column)}{number}", cell)
        for column, cell in enumerate(cells)
        if cell is not None and cell != ""
    )
    return f'<row r="{number}">'.encode() + content + b"</row>"


def _cell(where: str, cell: Cell) -> bytes:
    if isinstance(cell, bool):
        return f'<c r="{where}" t="b"><v>{int(cell)}</v></c>'.encode()
    if isinstance(cell, date) and cell >= _FIRST_DAY:
        return f'<c r="{where}" s="1"><v>{cell.toordinal() - _DAY_ZERO}</v></c>'.encode()
    if isinstance(cell, int | Decimal) and len(Decimal(cell).as_tuple().digits) <= _DIGITS:
        return f'<c r="{where}"><v>{cell}</v></c>'.encode()
    text = cell.strftime("%d/%m/%Y") if isinstance(cell, date) else str(cell)
    opened = f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">'.encode()
    return opened + markup(_ESCAPE_LIKE.sub("_x005F_", _sound(text))) + b"</t></is></c>"


def _sound(text: str) -> str:
    return _NOT_XML.sub(" ", text)
