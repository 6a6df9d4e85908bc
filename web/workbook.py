"""A sheet of rows as an XLSX file (ECMA-376), by the standard library alone.

Texts are inline and never formulas; a number is a number, so that a spreadsheet adds it up.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | Decimal | None

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What XML 1.0 can't hold.
_REFUSED = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_LONGEST = 32_767  # characters of a cell
# The same bytes for the same rows: an archive keeps the day each part was written.
_DAY = (1980, 1, 1, 0, 0, 0)
_WIDEST, _NARROWEST = 60, 10

_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/>'
    '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0" '
    'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf xfId="0" fontId="1" '
    'applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
    'builtinId="0"/></cellStyles></styleSheet>',
}


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet: a header that stays in sight, then the rows.

    ``title`` names the sheet: 31 characters at most are kept, those a name refuses are left out.
    """
    lines = [list(row) for row in rows]
    name = "".join(one for one in title if one not in "[]:*?/\\")[:31].strip() or "Feuille"
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name={_quoted(name)} '
        'sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts = {
        **_PARTS,
        "xl/workbook.xml": book,
        "xl/worksheets/sheet1.xml": _sheet(header, lines),
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            entry = zipfile.ZipInfo(path, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _HEAD + content)
    return output.getvalue()


def _sheet(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    widths = [_width(header[rank], (row[rank] for row in rows)) for rank in range(len(header))]
    columns = "".join(
        f'<col min="{rank}" max="{rank}" width="{width}" customWidth="1"/>'
        for rank, width in enumerate(widths, 1)
    )
    body = "".join(_row(number, row, 0) for number, row in enumerate(rows, 2))
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{_row(1, header, 1)}{body}</sheetData></worksheet>"
    )


def _width(title: str, cells: Iterable[Cell]) -> int:
    longest = max((len(str(one)) for one in cells if one is not None), default=0)
    return min(max(longest, len(title), _NARROWEST) + 2, _WIDEST)


def _row(number: int, cells: Sequence[Cell], style: int) -> str:
    told = "".join(_cell(f"{_column(rank)}{number}", one, style) for rank, one in enumerate(cells))
    return f'<row r="{number}">{told}</row>'


def _cell(place: str, value: Cell, style: int) -> str:
    if value is None:
        return ""
    if isinstance(value, int | Decimal):
        return f'<c r="{place}" s="{style}"><v>{Decimal(value):f}</v></c>'
    text = escape(value.translate(_REFUSED)[:_LONGEST])
    kept = ' xml:space="preserve"'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{kept}>{text}</t></is></c>'


def _column(rank: int) -> str:
    letters = ""
    rank += 1
    while rank:
        rank, rest = divmod(rank - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _quoted(text: str) -> str:
    return '"' + escape(text.translate(_REFUSED), {'"': "&quot;"}) + '"'
