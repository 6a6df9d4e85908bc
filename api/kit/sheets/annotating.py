"""Gives a person's own file back with our two columns, and nothing else changed.

The file is not written again from what was read: our cells are put into it, so that its layout,
its drop-down lists, its formulas and its images stay those of its author.
"""

import codecs
from collections.abc import Mapping
from typing import IO

from api.kit.sheets import delimited, ods, ods_marking, xlsx, xlsx_marking
from api.kit.sheets.marks import Marks
from api.kit.sheets.model import ERRORS, STATUS, Grid, Kind, Limits
from api.kit.sheets.package import copy
from api.kit.sheets.reading import (
    DEFAULT_LIMITS,
    open_source,
    own_columns,
    package_kind,
)


def annotate(
    content: IO[bytes] | bytes,
    filename: str,
    header_line: int,
    results: Mapping[int, tuple[str, str]],
    limits: Limits = DEFAULT_LIMITS,
    *,
    sheet: str | None = None,
) -> bytes:
    """The same file, of the same format, with « Statut » and « Erreurs » at the right.

    ``results`` gives (status, errors) by line of the file, as in ``Sheet.rows``; ``header_line``
    and ``sheet`` are those of the reading. Columns that we added before are replaced. What we
    write is text, never a formula.

    Raises UnreadableSheet when the file cannot be read, ValueError when a line is not under the
    header of the sheet.
    """
    source = open_source(content, filename, limits)
    if isinstance(source, delimited.Text):
        grid = delimited.read_grid(source, limits)
        return _delimited(source, _marks(grid, header_line, results))
    if package_kind(source) is Kind.ODS:
        grid, rank = ods.find_grid(source, sheet)
        part = source.find(ods.CONTENT) or ods.CONTENT
        marked = ods_marking.mark(
            source.read(part), rank, _marks(grid, header_line, results), limits
        )
    else:
        grid, part = xlsx.find_grid(source, sheet)
        marked = xlsx_marking.mark(source.read(part), part, _marks(grid, header_line, results))
    return copy(source, part, marked)


def _marks(grid: Grid, header_line: int, results: Mapping[int, tuple[str, str]]) -> Marks:
    below = [line for line in grid.lines if line.number >= header_line]
    if not below or below[0].number != header_line:
        raise ValueError(f"line {header_line} holds no header")
    strange = results.keys() - {line.number for line in below[1:]}
    if strange:
        raise ValueError(f"lines {sorted(strange)[:5]} are not under the header")
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
