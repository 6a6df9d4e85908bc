"""What the reading process and the service say to each other: frames of MessagePack over a pipe.

A frame is its size on four bytes, then one message. What is sent of a sheet is weighed: a text
that a small file names in a million cells is a million texts here. Nothing that is received is
ever run: a message of another shape is a broken pipe, not an object.
"""

import struct
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any

import msgspec

from api.kit.sheets.marks import StrangeLine
from api.kit.sheets.model import Cell, Grid, Kind, Limits, Line, UnreadableSheet

_SIZE = struct.Struct(">I")
_BATCH = 500
_CHUNK = 2**20
# More than any batch of sound lines.
_MAX_FRAME = 2**28
_DAY, _WHOLE = 1, 2
_SMALL = 2**63


class Job(msgspec.Struct, tag="job"):
    """What is asked; the bytes of the file follow it until the pipe closes.

    ``header_line`` and ``results`` are those of a file to give back; a reading has none.
    """

    filename: str
    limits: Limits
    sheet: str | None
    header_line: int | None = None
    results: dict[int, tuple[str, str]] = {}


class Lines(msgspec.Struct, tag="lines"):
    """Some lines: their cells, their numbers, and the ranks of those that are hidden.

    A Decimal travels as the binary number that is nearest: fifteen digits come back exactly.
    """

    cells: list[list[Any]]
    numbers: list[int]
    hidden: list[int]


class End(msgspec.Struct, tag="end"):
    """The sheet is whole; what it is, beside its lines."""

    kind: Kind
    name: str
    names: list[str]
    merged: list[tuple[str, int, int]]
    uncomputed: list[tuple[str, int]]


class Piece(msgspec.Struct, tag="piece"):
    """A piece of the file to give back; the last one is empty."""

    content: bytes


class Refused(msgspec.Struct, tag="refused"):
    """The file cannot be read, and why, in French."""

    told: str


class Strange(msgspec.Struct, tag="strange"):
    """The job itself makes no sense for this file."""

    told: str


class Fault(msgspec.Struct, tag="fault"):
    """The reading itself went wrong; ``trace`` is for the log of the service."""

    trace: str


class BrokenPipe(Exception):  # noqa: N818 - named as the thing it is, like the system's own
    """The other end stopped before the end, or said something else than a frame."""


Message = Job | Lines | End | Piece | Refused | Strange | Fault


def _unpacked(code: int, data: memoryview) -> Cell:
    if code == _DAY:
        return date.fromordinal(int.from_bytes(bytes(data), "big"))
    if code == _WHOLE:
        return int(bytes(data))
    raise ValueError(code)


_ENCODER = msgspec.msgpack.Encoder(decimal_format="number")
_DECODER: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message, ext_hook=_unpacked)


def send(pipe: IO[bytes], message: Message) -> None:
    """Write one frame."""
    _write(pipe, _ENCODER.encode(message))


def _write(pipe: IO[bytes], encoded: bytes) -> None:
    pipe.write(_SIZE.pack(len(encoded)))
    pipe.write(encoded)


def receive(pipe: IO[bytes]) -> Message:
    """Read one frame; raises BrokenPipe."""
    (size,) = _SIZE.unpack(_exactly(pipe, _SIZE.size))
    if size > _MAX_FRAME:
        raise BrokenPipe(size)
    try:
        return _DECODER.decode(_exactly(pipe, size))
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
        raise BrokenPipe(str(error)) from error


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) != size:
        raise BrokenPipe(len(data))
    return data


def send_grid(pipe: IO[bytes], grid: Grid, limits: Limits) -> None:
    """Write a sheet, lines by lines; raises UnreadableSheet when they are too heavy in all."""
    room = limits.told
    for start in range(0, len(grid.lines), _BATCH):
        encoded = _encoded(grid.lines[start : start + _BATCH])
        room -= len(encoded)
        if room < 0:
            raise UnreadableSheet(
                "Les textes de la feuille sont trop longs en tout : partagez-la en plusieurs "
                "fichiers, puis déposez-les l’un après l’autre."
            )
        _write(pipe, encoded)
    send(pipe, End(grid.kind, grid.name, grid.names, grid.merged, grid.uncomputed))


def send_content(pipe: IO[bytes], content: bytes) -> None:
    """Write a file to give back."""
    for start in range(0, len(content), _CHUNK):
        send(pipe, Piece(content[start : start + _CHUNK]))
    send(pipe, Piece(b""))


def _encoded(lines: list[Line]) -> bytes:
    numbers = [line.number for line in lines]
    hidden = [rank for rank, line in enumerate(lines) if line.hidden]
    days = _Days()
    cells = [[days[cell] if type(cell) is date else cell for cell in line.cells] for line in lines]
    try:
        return _ENCODER.encode(Lines(cells, numbers, hidden))
    except OverflowError:
        wide = [[_of_any_size(cell) for cell in line] for line in cells]
        return _ENCODER.encode(Lines(wide, numbers, hidden))


class _Days(dict[date, msgspec.msgpack.Ext]):
    """Days as they travel, each made once."""

    def __missing__(self, day: date) -> msgspec.msgpack.Ext:
        packed = msgspec.msgpack.Ext(_DAY, day.toordinal().to_bytes(4, "big"))
        self[day] = packed
        return packed


def _of_any_size(cell: Any) -> Any:
    if type(cell) is int and not -_SMALL <= cell < _SMALL:
        return msgspec.msgpack.Ext(_WHOLE, str(cell).encode())
    return cell


def receive_grid(pipe: IO[bytes]) -> Grid:
    """Read a sheet; raises UnreadableSheet when it is refused, BrokenPipe."""
    lines: list[Line] = []
    while isinstance(message := _sound(receive(pipe)), Lines):
        lines += _lines(message)
    if not isinstance(message, End):
        raise BrokenPipe(type(message).__name__)
    return Grid(
        message.kind, message.name, message.names, lines, message.merged, message.uncomputed
    )


def _lines(message: Lines) -> Iterator[Line]:
    hidden = set(message.hidden)
    for rank, (number, cells) in enumerate(zip(message.numbers, message.cells, strict=False)):
        exact = [Decimal(repr(cell)) if type(cell) is float else cell for cell in cells]
        yield Line(number, exact, rank in hidden)


def receive_content(pipe: IO[bytes]) -> bytes:
    """Read a file to give back; raises UnreadableSheet when it is refused, BrokenPipe."""
    pieces: list[bytes] = []
    while isinstance(message := _sound(receive(pipe)), Piece):
        if not message.content:
            return b"".join(pieces)
        pieces.append(message.content)
    raise BrokenPipe(type(message).__name__)


def _sound(message: Message) -> Message:
    if isinstance(message, Refused):
        raise UnreadableSheet(message.told)
    if isinstance(message, Strange):
        raise StrangeLine(message.told)
    if isinstance(message, Fault):
        raise BrokenPipe(message.trace)
    return message
