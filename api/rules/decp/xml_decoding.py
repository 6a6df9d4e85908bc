"""The text of an XML file from its bytes: one known encoding, no character that XML forbids."""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from api.rules.decp.issues import shown
from api.rules.decp.sentences import french
from api.rules.decp.text import REPLACEMENT, UNWRITABLE

_WINDOW: Final = 64 * 1024
_HEAD: Final = 1024
_SPACES: Final = b" \t\r\n"
_DECLARATION = re.compile(rb"<\?xml\s[^>]*>")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"'>]*)""")
# Files that say ISO-8859-1 mean Windows-1252, which only adds what ISO-8859-1 has no use for.
_ENCODINGS: Final = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
}
_AGAIN: Final = "Enregistrez-le de nouveau en UTF-8, puis déposez-le."


class UnreadableXmlError(ValueError):
    """The file as a whole can't be read: ``str()`` is a French sentence for the user."""

    def __init__(self, sentence: str) -> None:
        super().__init__(french(sentence))


def decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    """The text of an XML file by pieces of 64 KiB at most, whatever the size of the chunks.

    Its encoding is UTF-8, or the one it declares among ISO-8859-1, ISO-8859-15 and Windows-1252:
    UTF-16, UTF-7 and all others are refused, as is a file not in the encoding that it says. What
    XML forbids becomes U+FFFD. Spaces before the declaration, which many exports leave, are let
    through. Raises UnreadableXmlError.
    """
    windows = _windows(chunks)
    head = _head(windows)
    if not head.removeprefix(codecs.BOM_UTF8).strip(_SPACES):
        raise UnreadableXmlError("Le fichier est vide.")
    encoding, head = _opened(head)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for window, last in chain([(head, False)], ((window, False) for window in windows), _END):
        try:
            text = decoder.decode(window, last)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            name = {"cp1252": "Windows-1252"}.get(encoding, encoding.upper())
            raise UnreadableXmlError(
                f"Le fichier n’est pas codé en {name} (ligne {line}). {_AGAIN}"
            ) from error
        line += text.count("\n")
        yield UNWRITABLE.sub(REPLACEMENT, text)


_END: Final = ((b"", True),)


def _windows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(0, len(chunk), _WINDOW):
            yield chunk[at : at + _WINDOW]


def _head(windows: Iterator[bytes]) -> bytes:
    """The beginning of the file, enough for its declaration."""
    head = b""
    for window in windows:
        head += window
        if len(head.lstrip(_SPACES)) >= _HEAD or len(head) >= _WINDOW:
            break
    return head


def _opened(head: bytes) -> tuple[str, bytes]:
    """The encoding of the file, and its beginning without mark nor misplaced declaration."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in head[:4]:
        raise UnreadableXmlError(f"Le fichier est codé en UTF-16 ou en UTF-32. {_AGAIN}")
    marked = head.startswith(codecs.BOM_UTF8)
    head = head.removeprefix(codecs.BOM_UTF8)
    bare = head.lstrip(_SPACES)
    declaration = _DECLARATION.match(bare)
    if declaration is None:
        return "utf-8", head
    # Only its lines are kept: expat wants a declaration at the very beginning or not at all.
    spaces, rest = head[: len(head) - len(bare)], bare[declaration.end() :]
    head = spaces + b"\n" * declaration[0].count(b"\n") + rest
    found = _ENCODING.search(declaration[0])
    declared = found[1].decode("ascii", "replace").strip() if found and not marked else ""
    encoding = _ENCODINGS.get(declared.lower())
    if encoding is None:
        raise UnreadableXmlError(
            f"Le fichier se dit codé en {shown(declared)}, que la plateforme ne lit pas. {_AGAIN}"
        )
    return encoding, head
