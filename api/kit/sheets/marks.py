"""What we write into a person's file: two texts by line, harmless in any spreadsheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from api.kit.sheets.package import damaged

# What a spreadsheet may take for the beginning of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_MAX = 32_000  # a cell holds 32 767 characters
# A tag of sound XML, from its "<" to its ">".
TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")


class StrangeLine(ValueError):  # noqa: N818 - a fault of the caller, told as it is
    """A result is given for a line that is not under the header of the sheet."""


@dataclass(frozen=True)
class Marks:
    """Two texts by line of the file, from ``column`` on; ``replacing`` those of another time."""

    header_line: int
    column: int
    texts: Mapping[int, tuple[str, str]]
    replacing: bool

    def of(self, line: int) -> tuple[str, str]:
        """The two texts of a line, on one line each; empty ones where nothing is to be said."""
        status, errors = self.texts.get(line, ("", ""))
        return _flat(status), _flat(errors)

    def fields(self, line: int) -> tuple[str, str]:
        """The same as fields of a CSV text, where only an apostrophe makes a text of a formula."""
        status, errors = self.of(line)
        return _field(status), _field(errors)


def _flat(text: str) -> str:
    flat = _CONTROL.sub(" ", text).strip()
    return flat if len(flat) <= _MAX else f"{flat[:_MAX]}…"


def _field(text: str) -> str:
    if not text:
        return ""
    safe = f"'{text}" if text.startswith(_FORMULA) else text
    return '"' + safe.replace('"', '""') + '"'


def markup(text: str) -> bytes:
    """A text as XML content or attribute, in ASCII so that it fits any part."""
    return escape(text, quote=True).encode("ascii", "xmlcharrefreplace")


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes ``start`` to ``end`` of a part become ``content``."""

    start: int
    end: int
    content: bytes


def apply(data: bytes, edits: list[Edit]) -> bytes:
    """A part with its edits, in order; raises UnreadableSheet when cells stand out of order."""
    pieces: list[bytes | memoryview] = []
    view, at = memoryview(data), 0
    for edit in edits:
        if edit.start < at:
            raise damaged("l’ordre de ses cellules")
        pieces += [view[at : edit.start], edit.content]
        at = edit.end
    return b"".join([*pieces, view[at:]])


def tag_end(data: bytes, start: int) -> int:
    """Where the tag that begins at ``start`` ends."""
    match = TAG.match(data, start)
    if match is None:
        raise ValueError(f"no tag at byte {start}")
    return match.end()


def element_end(data: bytes, start: int, position: int) -> int:
    """Where an element ends, by its start and the position told at its end.

    Expat tells where the closing tag begins, or what follows an element of one tag.
    """
    opened = tag_end(data, start)
    return opened if data.startswith(b"/>", opened - 2) else tag_end(data, position)
