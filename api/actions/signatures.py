"""What a file is by its first bytes, whatever it is called: the proofs that are taken."""

import re
from collections.abc import Callable

from api.kit.problems import Problem
from api.kit.sheets.model import Limits, UnreadableSheet
from api.kit.sheets.package import Package, open_package

MAX_PROOF = 5 * 1024 * 1024
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# No text holds these bytes, in any of the encodings of a spreadsheet saved as CSV.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UnacceptedFile(Problem):
    status = 422
    type = "unaccepted-file"
    title = "Fichier non accepté"
    default = (
        "Ce fichier n’est pas d’une sorte acceptée : déposez un PDF, une image PNG ou JPEG, un "
        "fichier CSV ou un classeur XLSX ou ODS sans macro."
    )


def media_type(content: bytes, name: str) -> str:
    """The type of a file, told by its content; its name must end as its content says.

    Raises UnacceptedFile.
    """
    ending = name.rpartition(".")[2].lower()
    for told, endings, recognises in _TYPES:
        if recognises(content):
            if ending not in endings:
                wanted = " ou ".join(f"« .{one} »" for one in endings)
                raise UnacceptedFile(f"Le nom de ce fichier doit finir par {wanted}.")
            return told
    raise UnacceptedFile


def _is_xlsx(content: bytes) -> bool:
    package = _package(content)
    return bool(
        package and package.find("xl/workbook.xml") and not package.find("xl/vbaProject.bin")
    )


def _is_ods(content: bytes) -> bool:
    package = _package(content)
    declared = package.find("mimetype") if package else None
    if package is None or declared is None or package.archive.getinfo(declared).file_size > 200:
        return False
    macros = any(part.startswith(("basic/", "scripts/")) for part in package.parts)
    try:
        return package.read(declared) == _ODS and not macros
    except UnreadableSheet:
        return False


def _package(content: bytes) -> Package | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        return open_package(content, Limits(size=MAX_PROOF))
    except UnreadableSheet:
        return None


def _is_csv(content: bytes) -> bool:
    # What another program would take for something else is not a text of ours.
    if not content.strip() or content.startswith((b"%PDF", b"PK", b"<", b"\xff\xfe", b"\xfe\xff")):
        return False
    return _CONTROL.search(content) is None


_TYPES: tuple[tuple[str, tuple[str, ...], Callable[[bytes], bool]], ...] = (
    ("application/pdf", ("pdf",), lambda content: content.startswith(b"%PDF-")),
    ("image/png", ("png",), lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", ("jpg", "jpeg"), lambda content: content.startswith(b"\xff\xd8\xff")),
    (_XLSX, ("xlsx",), _is_xlsx),
    (_ODS.decode(), ("ods",), _is_ods),
    ("text/csv", ("csv",), _is_csv),
)
