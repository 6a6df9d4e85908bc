"""The ZIP package under XLSX and ODS: checked before it is read, its XML read without any trap.

A package is refused before anything is unpacked when what it declares is too large; Python's
zipfile then never unpacks more than what was declared. XML parts are read event by event, without
DTD (hence without entities), and copied parts are never looked into.
"""

import io
import posixpath
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, NoReturn, Protocol
from xml.parsers import expat

from api.kit.sheets.model import Limits, UnreadableSheet, amount

_CHUNK = 256 * 1024
# More than any tag of a real file, and than a whole cell: expat reads an unfinished tag again at
# each chunk, so that a tag without end would cost the square of its size.
_MAX_TAG = 4 * 2**20
_MAX_DEPTH = 100
_RATIO_FROM = 2**20
_NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
# What zipfile lets through on a corrupted archive, found by corrupting some.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)
DAMAGED = (
    "Le classeur est abîmé ou incomplet{where} : ouvrez-le dans votre tableur, enregistrez-le de "
    "nouveau, puis déposez-le."
)


def damaged(where: str = "") -> UnreadableSheet:
    """The refusal of a workbook that does not hold together."""
    return UnreadableSheet(DAMAGED.format(where=f" ({where})" if where else ""))


@dataclass(frozen=True)
class Package:
    """An open package; ``parts`` gives the real name of each part by its lower-case name."""

    archive: zipfile.ZipFile
    parts: Mapping[str, str]
    limits: Limits

    def find(self, name: str) -> str | None:
        """The real name of a part, whatever its case."""
        return self.parts.get(_plain(name))

    def read(self, name: str) -> bytes:
        """A whole part; raises UnreadableSheet when it is damaged."""
        return b"".join(chunks(self.archive, name))


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def open_package(data: bytes, limits: Limits) -> Package:
    """Open a package whose declared sizes are within the limits; raises UnreadableSheet."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise damaged() from error
    entries = archive.infolist()
    parts = {_plain(entry.filename): entry.filename for entry in entries}
    if len(entries) > limits.parts or len(parts) != len(entries):
        raise damaged("la liste de ses parties")
    for entry in entries:
        _check_entry(entry, limits)
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise UnreadableSheet(
            "Le classeur occupe une fois décompressé plus de "
            f"{amount(limits.unpacked // 2**20, 'Mo', 'Mo')} : retirez-en les images et les "
            "feuilles inutiles, ou partagez-le en plusieurs fichiers."
        )
    return Package(archive, parts, limits)


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & 1:
        raise UnreadableSheet(PROTECTED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged("sa compression")
    if entry.file_size > max(_RATIO_FROM, entry.compress_size * limits.ratio):
        raise UnreadableSheet(
            "Le classeur contient une partie anormalement compressée, comme le font les fichiers "
            "piégés : copiez vos données dans un nouveau classeur, puis déposez-le."
        )


PROTECTED = (
    "Le classeur est protégé par un mot de passe : retirez cette protection dans votre tableur "
    "(Fichier, Informations, Protéger), enregistrez-le, puis déposez-le de nouveau."
)


class Handler(Protocol):
    """What is done at each event of an XML part; names keep their prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def walk(package: Package, name: str, handler: Handler) -> None:
    """Read an XML part event by event; raises UnreadableSheet when it is damaged or trapped."""
    parse(chunks(package.archive, name), parser_of(handler), name)


def walk_bytes(data: bytes, name: str, make: Callable[[Callable[[], int]], Handler]) -> None:
    """Read an XML part held in memory by a handler that may ask where its event begins."""
    parser = expat.ParserCreate("utf-8")
    _set(parser, make(lambda: parser.CurrentByteIndex))
    parse((data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)), parser, name)


def parser_of(handler: Handler) -> expat.XMLParserType:
    """A parser that tells its events to a handler, and refuses any DTD."""
    parser = expat.ParserCreate("utf-8")
    _set(parser, handler)
    return parser


def _set(parser: expat.XMLParserType, handler: Handler) -> None:
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise damaged("des balises trop imbriquées")
        handler.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(name)

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise UnreadableSheet(
        "Le classeur contient une déclaration DTD, qu’aucun tableur n’écrit et que les fichiers "
        "piégés utilisent : copiez vos données dans un nouveau classeur, puis déposez-le."
    )


def parse(chunks: Iterator[bytes], parser: expat.XMLParserType, name: str) -> None:
    """Feed a parser with a whole part; raises UnreadableSheet when it is not sound XML."""
    fed = 0
    try:
        for chunk in chunks:
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > _MAX_TAG:
                raise damaged(f"une balise démesurée dans {name}")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        raise damaged(f"{name}, ligne {error.lineno}") from error


def chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part as it is unpacked; raises UnreadableSheet when it is damaged."""
    try:
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except _BROKEN as error:
        raise damaged(name) from error


def copy(package: Package, name: str, content: bytes) -> bytes:
    """The same package with another content for one part; the other parts are kept as they are."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for entry in package.archive.infolist():
            twin = zipfile.ZipInfo(entry.filename, entry.date_time)
            twin.compress_type, twin.external_attr = entry.compress_type, entry.external_attr
            with archive.open(twin, "w") as target:
                _fill(target, package, entry.filename, content if entry.filename == name else None)
    return written.getvalue()


def _fill(target: IO[bytes], package: Package, name: str, content: bytes | None) -> None:
    if content is not None:
        shutil.copyfileobj(io.BytesIO(content), target)
        return
    for chunk in chunks(package.archive, name):
        target.write(chunk)
