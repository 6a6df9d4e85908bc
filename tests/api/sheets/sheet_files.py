"""Spreadsheets as other programs write them, and what other programs read in ours."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import odfdo
import openpyxl
import python_calamine

Cell = str | int | float | Decimal | date | timedelta | None
Rows = Iterable[Sequence[Cell]]


def xlsx(rows: Iterable[Sequence[object]], title: str = "Heures") -> bytes:
    """A workbook written by openpyxl."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def ods(rows: Rows, title: str = "Heures") -> bytes:
    """A workbook written by odfdo."""
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    table = odfdo.Table(title)
    table.set_values([list(row) for row in rows])
    document.body.append(table)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def ods_of(tables: str, styles: str = "") -> bytes:
    """A workbook whose tables are this XML, as LibreOffice writes them."""
    empty = ods([["x"]])
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return changed(empty, "content.xml", lambda _old: content.encode())


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same package with one part changed, or added when it is not there."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        for name in names:
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in names:
            new.writestr(part, change(b""))
    return written.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


SHEET = "xl/worksheets/sheet1.xml"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What Excel writes and other programs do not: shared texts, spans, a drop-down list of its own.
EXCEL = {
    "[Content_Types].xml": f'''<Types xmlns="{_TYPES}">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{_SPREADSHEET}.sharedStrings+xml"/>
</Types>''',
    "_rels/.rels": f'''<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1"
 Type="{_KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
    "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{_RELATIONS}">
<Relationship Id="rId1" Type="{_KIND}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_KIND}/styles" Target="/xl/styles.xml"/>
<Relationship Id="rId3" Type="{_KIND}/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="rId4" Type="{_KIND}/hyperlink" TargetMode="External" Target="https://a.example"/>
</Relationships>''',
    "xl/workbook.xml": f'''<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheets>
<sheet name="Heures" sheetId="7" r:id="rId1"/></sheets></workbook>''',
    "xl/styles.xml": f'''<styleSheet xmlns="{_MAIN}">
<fonts count="2"><font/><font><b/></font></fonts>
<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="3">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>''',
    "xl/sharedStrings.xml": f'''<sst xmlns="{_MAIN}" count="9" uniqueCount="4000000000">
<si><t>Nom</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">Heures </t></r>
<r><t>réal_x000D_
isées</t></r><rPh sb="0" eb="1"><t>guide</t></rPh></si><si><t> a &amp; é </t></si><si/>
<si><t>Mois</t></si></sst>''',
    SHEET: f'''<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="{_MAIN}"><dimension ref="A1:C5"/><sheetViews><sheetView workbookViewId="0"/>
</sheetViews><cols><col min="1" max="1" width="30" customWidth="1"/></cols><sheetData>
<row r="2" spans="1:3" ht="20" customHeight="1"><c r="A2" s="2" t="s"><v>0</v></c><c r="B2" s="2"
 t="s"><v>1</v></c><c r="C2" s="2" t="s"><v>4</v></c><c r="D2" s="1"/></row><row r="3" spans="1:3">
<c r="A3" t="s"><v>2</v></c><c r="B3"><v>7.4999999999999997E-1</v></c><c r="C3" s="1"><v>46082</v>
</c></row><row r="4" spans="1:3"/><row r="5" spans="1:3"><c r="A5" t="s"><v>3</v></c><c r="B5"><f>
SUM(B3:B3)</f><v>0.75</v></c></row></sheetData><extLst><ext
 uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}"><x14:dataValidations count="1"
 xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
 xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list">
<x14:formula1><xm:f>Listes!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>A3:A99</xm:sqref>
</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>''',
    "xl/media/image1.png": "any bytes",
}


def excel() -> bytes:
    """A workbook as Excel writes it: a header on line 2, rows on lines 3 and 5."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in EXCEL.items():
            archive.writestr(name, content)
    return written.getvalue()


def seen_by_openpyxl(data: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def seen_by_odfdo(data: bytes) -> list[list[Any]]:
    table = odfdo.Document(io.BytesIO(data)).body.get_table(0)
    assert table is not None
    return [list(row) for row in table.iter_values()]


def seen_by_calamine(data: bytes) -> list[list[Any]]:
    sheet = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]
