"""The quick way through the large parts of an XLSX workbook: its rows, its shared texts.

expat tells each tag to Python, five times a cell; yet most of a sheet is rows of one plain shape
that a pattern takes whole. A piece is only taken when the pattern accounts for every character of
it; any other goes through expat, and so does everything before the first piece and after the last
one. What expat refuses is therefore still refused by expat, and what a piece says is the same
either way: tests read both ways and compare.
"""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from api.kit.sheets.package import Handler, Package, chunks, parse, parser_of

# A text as it is written: no markup, nothing that XML forbids, no line end that it would change.
_FORBIDDEN = r"<>\x00-\x08\x0b-\x1f\ufffe\uffff"
_PLAIN = rf"[^&{_FORBIDDEN}]*"
_TEXT = rf"[^{_FORBIDDEN}]*"
_ATTRIBUTES = rf'(?: [A-Za-z][\w.:-]*="[^"&\t\n{_FORBIDDEN}]*")*'
_KEEP = '(?: xml:space="preserve")?'
ROW = re.compile(rf"\s*<row({_ATTRIBUTES})>\s*", re.ASCII)
ATTRIBUTE = re.compile(r' ([^ =]+)="([^"]*)"')
# How a cell begins, up to its reference; what follows it: style and type, formula, value, text.
CELL = re.compile(r'<c r="([A-Z]{1,3})[0-9]{1,7}"')
REST = re.compile(
    r'((?: s="[0-9]{1,6}")?(?: t="[a-zA-Z]{1,9}")?)'
    rf" ?(?:/>|>(<f{_ATTRIBUTES}(?:/>|>{_PLAIN}</f>))?"
    rf"(?:<v{_KEEP}>({_TEXT})</v>|<v ?/>|<is><t{_KEEP}>({_TEXT})</t></is>)?</c>)\s*",
    re.ASCII,
)
SHARED = re.compile(rf"\s*<si><t{_KEEP}>({_TEXT})</t>", re.ASCII)
_REFERENCE = re.compile("#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})")
# More than any head, and than any piece: past it, there is nothing quick to hope for.
_MOST = 4 * 2**20


@dataclass(frozen=True)
class Shape:
    """What a part repeats: how a piece begins and ends, and who takes it.

    ``take`` answers whether the piece was taken, ``between`` whether none is open in the events.
    """

    start: bytes
    end: str
    take: Callable[[str], bool]
    between: Callable[[], bool]


def walk_pieces(package: Package, name: str, handler: Handler, shape: Shape) -> None:
    """Read an XML part, its plain pieces without events; raises UnreadableSheet as ``walk``."""
    parse(_for_events(chunks(package.archive, name), shape), parser_of(handler), name)


def _for_events(coming: Iterator[bytes], shape: Shape) -> Iterator[bytes]:
    """What of a part is left to events, in order; the pieces are taken on the way."""
    rest = b""
    for chunk in coming:
        rest += chunk
        if shape.start in rest or len(rest) > _MOST:
            break
    head, start, rest = rest.partition(shape.start)
    yield head
    rest = start + rest
    # A comment may hold anything, and looks like pieces: such a part is read by events.
    quick = b"<!" not in head and head.count(b"<?") < 2
    end = shape.end.encode()
    while quick and len(rest) <= _MOST:
        block, found, after = rest.rpartition(end)
        if found:
            rest = after
            quick = yield from _of_block(block + found, shape)
        elif not (chunk := next(coming, b"")):
            break
        else:
            rest += chunk
    yield rest
    yield from coming


def _of_block(block: bytes, shape: Shape) -> Generator[bytes, None, bool]:
    """What of some whole pieces is left to events; answers whether to go on quickly."""
    try:
        pieces = block.decode().split(shape.end)[:-1]
    except UnicodeDecodeError:
        yield block
        return False
    for rank, piece in enumerate(pieces):
        if shape.take(piece):
            continue
        yield (piece + shape.end).encode()
        if "<!" in piece or "<?" in piece or not shape.between():
            yield "".join(one + shape.end for one in pieces[rank + 1 :]).encode()
            return False
    return True


class Unsound(ValueError):  # noqa: N818 - told to the quick way only, never to a person
    """A reference that XML does not allow; the events say so where it stands."""


def resolved(text: str) -> str:
    """A text with its references replaced; raises Unsound."""
    if "&" not in text:
        return text
    first, *others = text.split("&")
    return first + "".join(
        _CHARACTERS[reference] + after if found else _CHARACTERS[""]
        for reference, found, after in (one.partition(";") for one in others)
    )


class _Characters(dict[str, str]):
    """Reference → character, for those that XML allows."""

    def __missing__(self, reference: str) -> str:
        match = _REFERENCE.fullmatch(reference)
        code = (int(match[1]) if match[1] else int(match[2], 16)) if match else 0
        if not (
            code in (9, 10, 13)
            or 0x20 <= code < 0xD800
            or 0xE000 <= code < 0xFFFE
            or 0x10000 <= code < 0x110000
        ):
            raise Unsound(reference)
        # Seven digits name a million characters at most, and a file writes them one by one.
        self[reference] = chr(code)
        return self[reference]


_CHARACTERS = _Characters(amp="&", lt="<", gt=">", quot='"', apos="'")
