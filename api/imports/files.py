"""Opens a DECP file: its encoding, its shape, then one raw row at a time in constant memory.

Whatever is wrong with the file as a whole is said here, in French, with the place where reading
stopped. What is read past the JSON grammar is told by its row (api.rules.decp.json_mending); XML is
read by api.rules.decp.xml_reading.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NoReturn

import ijson

from api.imports.windows import ShortenedFile
from api.kit.problems import FieldError, Problem
from api.rules.decp import RawRow, UnreadableXmlError, json_mending, xml_rows
from api.rules.records import Kind

_WINDOW = 64 * 1024
# More than that is no accident of some rows.
MAX_MENDS = 10_000
# Deeper than any DECP file.
_MAX_DEPTH = 30
# The reader writes the path of each value: its memory grows with the square of the depth. This
# much is harmless, and no window of a real file opens as many objects that it does not close.
_SUSPECT_DEPTH = 4000
# ijson 3.6 crashes the process on an integer that Python refuses to convert (over 4,300 digits).
_ENDLESS_NUMBER = b"0" * 400
_DIGITS_TO_ZERO = bytes(48 if 48 <= code <= 57 else 32 for code in range(256))


class UnreadableFile(Problem):
    status = 422
    type = "unreadable-file"
    title = "Fichier illisible"
    default = "Ce fichier ne peut pas être lu."

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(loc=["body", "file"], message=detail)])


def rows(path: Path) -> Iterator[RawRow]:
    """The elements of a DECP file, JSON or XML, in order.

    Raises UnreadableFile on a file that is empty, cut, neither JSON nor XML, in an encoding that is
    not read, or not DECP; also in the middle of the iteration, since the file is read as it goes.
    """
    with path.open("rb") as file:
        if _is_xml(file):
            yield from _xml_rows(file)
        else:
            yield from _json_rows(file)


def _xml_rows(file: IO[bytes]) -> Iterator[RawRow]:
    try:
        yield from xml_rows(_chunks(file))
    except UnreadableXmlError as error:
        raise UnreadableFile(str(error)) from error


def _json_rows(file: IO[bytes]) -> Iterator[RawRow]:
    """The elements of a JSON file; where it stops being JSON, those of the file once mended."""
    given = 0
    try:
        for row in _strict_rows(file):
            yield row
            given = row.position
        return
    except (ijson.JSONError, UnicodeDecodeError) as error:
        unreadable = UnreadableFile(_stopped(error, given))
        unreadable.__cause__ = error
    # Rows given already held nothing to mend: they are the same in the copy.
    with TemporaryFile() as copy:
        if not _mend(file, copy):
            raise unreadable
        try:
            for row in islice(_strict_rows(copy), given, None):
                yield json_mending.told(row)
                given = row.position
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise UnreadableFile(_stopped(error, given)) from error


def _mend(file: IO[bytes], copy: IO[bytes]) -> bool:
    """Write in ``copy`` the file mended; whether there was something to mend, and not too much."""
    file.seek(0)
    mends = 0
    for piece, mended in json_mending.pieces(_chunks(file)):
        mends += mended
        if mends > MAX_MENDS:
            return False
        copy.write(piece)
    copy.seek(0)
    return mends > 0


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(_WINDOW), b"")


def _strict_rows(file: IO[bytes]) -> Iterator[RawRow]:
    """The elements of a JSON file; raises what ijson does where it is no JSON."""
    survey = _survey(file)
    _check_start(file)
    if survey.suspect:
        _check_depth(file)
    position = 0
    places = _places(file, survey.nested)
    _rewind(file)
    left = ShortenedFile(file)
    for place, kind in places:
        for content in _elements(left, place):
            position += 1
            yield RawRow(position, kind, content)
    if position == 0:
        raise UnreadableFile("Le fichier ne contient aucun marché.")


def _elements(file: ShortenedFile, place: str) -> Iterator[Any]:
    """The elements of a list; or the one object that stands where a list should."""
    found = False
    for content in chain(file.elements(place), _events(file, f"{place}.item" if place else "item")):
        found = True
        yield content
    if not found and place:
        yield from (one for one in _events(file, place) if isinstance(one, dict))


def _events(file: ShortenedFile, path: str) -> Iterator[Any]:
    file.rewind()
    yield from ijson.items(file, path)


@dataclass(frozen=True)
class _Survey:
    """What the bytes tell before any parsing; ``nested`` are the keys of format 2022 that occur."""

    suspect: bool
    nested: tuple[tuple[str, Kind], ...]


def _check_start(file: IO[bytes]) -> None:
    start = file.read(_WINDOW)
    if not start.strip(_BLANK):
        raise UnreadableFile("Le fichier est vide.")
    for signature, name in _OTHERS:
        if start.startswith(signature):
            _refuse_kind(name)
    if start.lstrip(_BLANK)[:1] not in (b"{", b"["):
        raise UnreadableFile(
            "Ce fichier n’est ni du JSON, qui commence par « { », ni du XML, qui commence par "
            "« < ». Déposez le fichier des données essentielles (DECP) dans l’un de ces formats."
        )
    _rewind(file)


def _is_xml(file: IO[bytes]) -> bool:
    """Whether a file is written in XML, that of a web page apart."""
    start = file.read(_WINDOW).lstrip(_BLANK)
    file.seek(0)
    if _WEB_PAGE.match(start):
        _refuse_kind("une page web")
    return start.startswith((b"<", b"\x00<"))


def _refuse_kind(name: str) -> NoReturn:
    raise UnreadableFile(
        f"Ce fichier est {name} : déposez le fichier JSON ou XML des données essentielles (DECP)."
    )


_BLANK = b" \t\r\n" + codecs.BOM_UTF8
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "une archive ou un classeur (ZIP, XLSX, ODS)"),
    (b"\x1f\x8b", "compressé (GZIP)"),
    (b"%PDF", "un PDF"),
    (b"\xff\xfe", "codé en UTF-16"),
    (b"\xfe\xff", "codé en UTF-16"),
    (b"\xd0\xcf\x11\xe0", "un classeur ancien (XLS)"),
)

_NESTED = (("marche", Kind.CONTRACT), ("contrat-concession", Kind.CONCESSION))


def _survey(file: IO[bytes]) -> _Survey:
    """Read the bytes once, as cheaply as counting.

    Raises UnreadableFile on a number without end.
    """
    depth, suspect, tail = 0, False, b""
    found: set[str] = set()
    while window := file.read(_WINDOW):
        seen = tail + window
        if _ENDLESS_NUMBER in seen.translate(_DIGITS_TO_ZERO):
            raise UnreadableFile(
                "Le fichier contient un nombre de plus de 400 chiffres : ce n’est pas un fichier "
                "de données essentielles (DECP)."
            )
        found |= {key for key, _kind in _NESTED if f'"{key}"'.encode() in seen}
        tail = window[-400:]
        # Brackets inside texts count too: this may suspect a flat file, never miss a deep one.
        opened = window.count(b"[") + window.count(b"{")
        suspect = suspect or depth + opened > _SUSPECT_DEPTH
        depth = max(0, depth + opened - window.count(b"]") - window.count(b"}"))
    file.seek(0)
    return _Survey(suspect, tuple(pair for pair in _NESTED if pair[0] in found) or _NESTED)


def _check_depth(file: IO[bytes]) -> None:
    """Follow a suspect file event by event; raises UnreadableFile when it really is deep."""
    depth = 0
    for event, _value in ijson.basic_parse(file):
        depth += _STEPS.get(event, 0)
        if depth > _MAX_DEPTH:
            raise UnreadableFile(
                "Le fichier imbrique trop d’objets les uns dans les autres : ce n’est pas un "
                "fichier de données essentielles (DECP)."
            )
    _rewind(file)


_STEPS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}


Places = tuple[tuple[str, Kind | None], ...]


def _places(file: IO[bytes], nested: tuple[tuple[str, Kind], ...]) -> Places:
    """Where the elements of a file are: (JSON path of their list, kind when the path tells)."""
    for prefix, event, _value in ijson.parse(file):
        if prefix == "" and event == "start_array":
            return (("", None),)
        if prefix == "marches" and event == "start_array":
            return (("marches", None),)
        if prefix == "marches" and event == "start_map":
            return tuple((f"marches.{key}", kind) for key, kind in nested)
    raise UnreadableFile(
        "Le fichier ne contient pas la clé « marches » : ce n’est pas un fichier de données "
        "essentielles (DECP)."
    )


def _rewind(file: IO[bytes]) -> None:
    file.seek(0)
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)


def _stopped(error: Exception, position: int) -> str:
    where = f"après {position} marché{'s' if position > 1 else ''} lu{'s' if position > 1 else ''}"
    if isinstance(error, UnicodeDecodeError) or "UTF8" in str(error) or "utf-8" in str(error):
        return (
            f"Le fichier n’est pas codé en UTF-8 ({where}). Enregistrez-le de nouveau en UTF-8, "
            "puis déposez-le."
        )
    if "premature" in str(error) or "incomplete" in str(error).lower():
        return f"Le fichier est coupé ({where}) : déposez-le en entier."
    return f"Le fichier n’est pas du JSON valable ({where})."
