"""Puts our two columns into a file that was opened; runs in the child process only.

The file is not written again from what was read: our cells are put into it, so that its layout,
its drop-down lists, its formulas and its images stay those of its author. Only what no longer can
be written as it came (XLS) is written anew, as XLSX.
"""

import codecs
from collections.abc import Mapping

from api.kit.sheets import (
    delimited,
    ods,
    ods_marking,
    xls,
    xlsx,
    xlsx_marking,
    xlsx_writing,
)
from api.kit.sheets.marks import Marks, StrangeLine
from api.kit.sheets.model import ERRORS, STATUS, Grid, Kind, own_columns
from api.kit.sheets.opening import open_source, package_kind
from api.kit.sheets.package import copy
from api.kit.sheets.wire import Job


def annotated(job: Job, data: bytes) -> bytes:
    """The file with the results of a job; raises UnreadableSheet, StrangeLine."""
    limits, header_line = job.limits, job.header_line or 0
    source = open_source(data, job.filename, limits)
    if isinstance(source, delimited.Text):
        grid = delimited.read_grid(source, limits)
        return _delimited(source, _marks(grid, header_line, job.results))
    if isinstance(source, xls.OldBook):
        grid = xls.read_grid(source, limits, job.sheet)
        return xlsx_writing.written(grid, _marks(grid, header_line, job.results))
    if package_kind(source) is Kind.ODS:
        grid, rank = ods.find_grid(source, job.sheet)
        part = source.find(ods.CONTENT) or ods.CONTENT
        marks = _marks(grid, header_line, job.results)
        marked = ods_marking.mark(source.read(part), rank, marks, limits)
    else:
        grid, part = xlsx.find_grid(source, job.sheet)
        marks = _marks(grid, header_line, job.results)
        marked = xlsx_marking.mark(source.read(part), part, marks)
    return copy(source, part, marked)


def _marks(grid: Grid, header_line: int, results: Mapping[int, tuple[str, str]]) -> Marks:
    below = [line for line in grid.lines if line.number >= header_line]
    if not below or below[0].number != header_line:
        raise StrangeLine(f"line {header_line} holds no header")
    strange = results.keys() - {line.number for line in below[1:]}
    if strange:
        raise StrangeLine(f"lines {sorted(strange)[:5]} are not under the header")
    place = own_columns(grid, header_line)
    # To the right of every value, so that not one is covered.
    column = max(len(line.cells) for line in below) if place is None else place
    texts = {header_line: (STATUS, ERRORS), **results}
    return Marks(header_line, column, texts, replacing=place is not None)


def _delimited(text: delimited.Text, marks: Marks) -> bytes:
    """The same CSV text with our two fields on each line."""
    written: list[str] = []
    for number, record in enumerate(delimited.records(text), start=1):
        if number < marks.header_line or not (marks.replacing or number in marks.texts):
            written.append(record.raw)
            continue
        fields, end = delimited.raw_fields(record, text.separator)
        if number not in marks.texts and len(fields) <= marks.column:
            written.append(record.raw)
            continue
        fields += [""] * (marks.column + 2 - len(fields))
        fields[marks.column : marks.column + 2] = marks.fields(number)
        written.append(text.separator.join(fields) + end)
    content = "".join(written)
    return _encode(text, content)


def _encode(text: delimited.Text, content: str) -> bytes:
    mark, encoding = text.mark, text.encoding
    if text.content.isascii() and not mark and not content.isascii():
        # Without this mark, a spreadsheet would read our accents as another encoding.
        mark = codecs.BOM_UTF8
    if encoding not in ("utf-8", "utf-16-le", "utf-16-be"):
        content = content.replace("\u202f", "\u00a0")
    return mark + content.encode(encoding, "replace")
