"""Reads a CSV text whatever wrote it: its encoding, its separator, its line ends.

A line is what a spreadsheet shows as one: a quoted cell that holds line ends is still on one line.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from api.kit.sheets import values
from api.kit.sheets.model import Cell, Filling, Grid, Kind, Limits, UnreadableSheet

SEPARATORS = (";", "\t", ",", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Of Windows, of old Mac, of DOS: each reads any bytes, only one of them reads French.
_OLD = ("cp1252", "mac_roman", "cp850")
_FRENCH = frozenset("éèêëàâäçîïôöûùüœæ’«»€°")
_PHYSICAL = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SAMPLE = 40
# Excel's own way to say the separator, on a line of its own.
_DIRECTIVE = re.compile(r"sep=([;,\t|])\s*", re.IGNORECASE)
# How exports keep Excel from reading a code as a number.
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')


@dataclass(frozen=True)
class Text:
    """A decoded file; ``mark`` is the byte order mark it began with."""

    content: str
    encoding: str
    mark: bytes
    separator: str


@dataclass(frozen=True)
class Record:
    """One line of the file: what it is written as, line end included, and its fields."""

    raw: str
    fields: list[str]


def open_text(data: bytes) -> Text:
    """Decode a file and find its separator; raises UnreadableSheet on what is not text."""
    content, encoding, mark = _decode(data)
    if "\0" in content:
        line = len(re.findall("\r\n|\r|\n", content[: content.index("\0")])) + 1
        raise UnreadableSheet(
            f"La ligne {line} du fichier contient un caractère nul : ce n’est pas un fichier CSV, "
            "ou il est abîmé. Enregistrez-le de nouveau en « CSV UTF-8 », puis déposez-le."
        )
    return Text(content, encoding, mark, _separator(content))


def _decode(data: bytes) -> tuple[str, str, bytes]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding, mark
            except UnicodeDecodeError as error:
                raise UnreadableSheet(
                    f"Le fichier s’annonce en {encoding.upper()} mais l’octet {error.start + 1} "
                    "ne l’est pas : enregistrez-le de nouveau en « CSV UTF-8 », puis déposez-le."
                ) from error
    try:
        return data.decode("utf-8"), "utf-8", b""
    except UnicodeDecodeError:
        return (*_decode_old(data), b"")


def _decode_old(data: bytes) -> tuple[str, str]:
    found = Counter[str]()
    for encoding in _OLD:
        text = data.decode(encoding, "replace")
        found[encoding] = sum(count for one, count in Counter(text).items() if one in _FRENCH)
    best = max(_OLD, key=lambda encoding: found[encoding])
    try:
        return data.decode(best), best
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _separator(content: str) -> str:
    first = _PHYSICAL.match(content)
    directive = _DIRECTIVE.fullmatch(first[0]) if first else None
    if directive:
        return directive[1]
    # The first separator that cuts the most lines alike; "7,5" cuts only the lines that hold it.
    return max(SEPARATORS, key=lambda separator: _alike(content, separator))


def _alike(content: str, separator: str) -> tuple[int, int]:
    widths = Counter[int]()
    try:
        for record in _split(content, separator, limit=_SAMPLE):
            widths[len(record.fields)] += 1
    except csv.Error:
        return 0, 0
    del widths[0], widths[1]
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def records(text: Text) -> Iterator[Record]:
    """Every line of the file in order; raises UnreadableSheet where its quotes do not match."""
    done = 0
    try:
        for record in _split(text.content, text.separator):
            done += 1
            yield record
    except csv.Error as error:
        raise UnreadableSheet(_told(error, done + 1)) from error


def _told(error: csv.Error, line: int) -> str:
    if "field larger" in str(error):
        return (
            f"La ligne {line} contient une cellule de plus de 100 000 caractères : un guillemet y "
            "est sans doute ouvert et jamais fermé. Corrigez-la, puis déposez le fichier."
        )
    return (
        f"La ligne {line} contient un guillemet mal placé ou jamais fermé : dans une cellule entre "
        'guillemets, un guillemet s’écrit deux fois (""). Corrigez-la, puis déposez le fichier.'
    )


def _split(content: str, separator: str, limit: int | None = None) -> Iterator[Record]:
    taken: list[str] = []

    def physical() -> Iterator[str]:
        for match in _PHYSICAL.finditer(content):
            taken.append(match[0])
            yield match[0]

    reader = csv.reader(physical(), delimiter=separator, strict=True)
    for rank, fields in enumerate(reader):
        if rank == 0 and _DIRECTIVE.fullmatch(taken[0]):
            fields = []
        yield Record("".join(taken), fields)
        taken.clear()
        if limit is not None and rank + 1 >= limit:
            return


def read_grid(text: Text, limits: Limits) -> Grid:
    """The filled lines of the file; raises UnreadableSheet on bad quotes and past the limits."""
    filling = Filling(limits)
    for number, record in enumerate(records(text), start=1):
        cells: dict[int, Cell] = {}
        for column, field in enumerate(record.fields):
            if field and (value := _cell(field)) is not None:
                filling.check_text(len(field), column, number)
                cells[column] = value
        filling.add(number, cells, hidden=False)
    return Grid(Kind.CSV, "", [], filling.lines)


def _cell(field: str) -> str | None:
    kept = _KEPT_AS_TEXT.fullmatch(field)
    return values.clean(kept[1] if kept else field)


def raw_fields(record: Record, separator: str) -> tuple[list[str], str]:
    """The fields of a line as they are written, quotes included, and the line end.

    Joined by the separator and followed by the line end, they are the line again.
    """
    body = record.raw.rstrip("\r\n")
    field = re.compile(f'"(?:[^"]|"")*"|[^{re.escape(separator)}]*')
    fields, at = [], 0
    while match := field.match(body, at):
        fields.append(match[0])
        if match.end() >= len(body):
            break
        at = match.end() + 1
    return fields, record.raw[len(body) :]
