"""Reads the first list of a file by windows, several times faster than event by event.

A window ends between two objects of the list. Whether it really does is proven by the parser: what
a wrong cut leaves, inside an object or a text, is never JSON once put between brackets. Whatever
can't be read so is left to the event reader, which has the last word on the file; where both read
a value they read it alike.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

import msgspec

_WINDOW = 128 * 1024
# Cuts tried in one window, from its end: nearly always the first or the second is right.
_TRIES = 50
_CUT = re.compile(rb"\}[ \t\r\n]*(,)[ \t\r\n]*\{")
_DECODER = msgspec.json.Decoder(list[Any], float_hook=Decimal)


class ShortenedFile:
    """A file without the elements of its first list that ``elements`` has given already.

    What is left is the same document with a shorter list: it can be read again from the start.
    """

    def __init__(self, file: IO[bytes], window: int = _WINDOW) -> None:
        self._file = file
        self._window = window
        # The bytes before the list, where the rest of the file starts, what waits to be read.
        self._opening = b""
        self._start = file.tell()
        self._waiting = b""

    def rewind(self) -> None:
        """Go back to the start of what is left."""
        self._file.seek(self._start)
        self._waiting = self._opening

    def read(self, size: int = -1) -> bytes:
        """The next bytes, ``size`` at most but for the first ones; empty at the end."""
        if size and self._waiting:
            waiting, self._waiting = self._waiting, b""
            return waiting
        return self._file.read(size)

    def elements(self, place: str) -> Iterator[Any]:
        """Give, and leave out of the file, what windows read of the list ``a.b`` at its start."""
        self.rewind()
        window = self.read(self._window)
        found = _opening(place).match(window)
        if found is None:
            return
        self._opening, window = found[0], window[found.end() :]
        self._start += found.end()
        while given := _decoded(window):
            elements, length = given
            self._start += length
            window = window[length:] + self._file.read(self._window)
            yield from elements


def _opening(place: str) -> re.Pattern[bytes]:
    """What a file starts with when the list at ``place`` is the first thing that it holds."""
    keys = [rb'\{ *"%s" *: *' % key.encode() for key in place.split(".") if key]
    return re.compile(b"".join([b" *", *keys, rb"\["]).replace(b" *", rb"[ \t\r\n]*"))


def _decoded(window: bytes) -> tuple[list[Any], int] | None:
    """The elements of a window up to its last right cut, and the bytes that they take."""
    cuts = [found.start(1) for found in _CUT.finditer(window)]
    for cut in reversed(cuts[-_TRIES:]):
        try:
            return _DECODER.decode(b"[" + window[:cut] + b"]"), cut + 1
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    return None
