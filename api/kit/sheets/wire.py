"""What the reading process and the service say to each other: frames of MessagePack over a pipe.

A frame is its size on four bytes, then one message. The values of a sheet are sent once each: a
line is the numbers of its values, so that a text written in a million cells is one text here too,
however small the file. Nothing that is received is ever run: a message of another shape is a
broken pipe, not an object.
"""

import struct
from array import array
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any

import msgspec

from api.kit.sheets.marks import StrangeLine
from api.kit.sheets.model import Cell, Grid, Kind, Limits, Line, UnreadableSheet

_SIZE = struct.Struct(">I")
_BATCH = 1_000
_CHUNK = 2**20
# More than any batch of sound lines.
_MAX_FRAME = 2**28
# Numbers that every line knows without being told.
_KNOWN: list[Cell] = [None, True, False]
_DECIMAL, _DAY, _WHOLE = 1, 2, 3
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
    """Some lines: the values not yet told, then the number, width and cells of each line."""

    values: list[Any]
    numbers: bytes
    widths: bytes
    cells: bytes
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
    if code == _DECIMAL:
        return Decimal(bytes(data).decode())
    if code == _DAY:
        return date.fromordinal(int.from_bytes(bytes(data), "big"))
    if code == _WHOLE:
        return int(bytes(data))
    raise ValueError(code)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message, ext_hook=_unpacked)


def send(pipe: IO[bytes], message: Message) -> None:
    """Write one frame."""
    encoded = _ENCODER.encode(message)
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
    """Write a sheet, lines by lines; raises UnreadableSheet on too much text in all."""
    packer = _Packer(limits)
    for start in range(0, len(grid.lines), _BATCH):
        send(pipe, packer.lines(grid.lines[start : start + _BATCH]))
    send(pipe, End(grid.kind, grid.name, grid.names, grid.merged, grid.uncomputed))


def send_content(pipe: IO[bytes], content: bytes) -> None:
    """Write a file to give back."""
    for start in range(0, len(content), _CHUNK):
        send(pipe, Piece(content[start : start + _CHUNK]))
    send(pipe, Piece(b""))


class _Packer:
    """Gives a number to each value of a sheet, and tells each value once."""

    def __init__(self, limits: Limits) -> None:
        self._numbers: dict[Cell, int] = {}
        self._fresh: list[Any] = []
        self._room = limits.characters

    def lines(self, some: list[Line]) -> Lines:
        cells = array("I")
        numbers, number = self._numbers, self._number
        for line in some:
            cells.extend(
                [
                    # True is 1 to a dictionary, and only there.
                    (numbers.get(cell) or number(cell))
                    if cell is not None and cell is not True and cell is not False
                    else _KNOWN.index(cell)
                    for cell in line.cells
                ]
            )
        fresh, self._fresh = self._fresh, []
        return Lines(
            values=fresh,
            numbers=array("I", [line.number for line in some]).tobytes(),
            widths=array("I", [len(line.cells) for line in some]).tobytes(),
            cells=cells.tobytes(),
            hidden=[rank for rank, line in enumerate(some) if line.hidden],
        )

    def _number(self, cell: Cell) -> int:
        number = self._numbers[cell] = len(self._numbers) + len(_KNOWN)
        if isinstance(cell, str):
            self._room -= len(cell)
            if self._room < 0:
                raise UnreadableSheet(
                    "Les textes de la feuille sont trop longs en tout : partagez-la en plusieurs "
                    "fichiers, puis déposez-les l’un après l’autre."
                )
        self._fresh.append(_packed(cell))
        return number


def _packed(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return msgspec.msgpack.Ext(_DECIMAL, str(cell).encode())
    if isinstance(cell, date):
        return msgspec.msgpack.Ext(_DAY, cell.toordinal().to_bytes(4, "big"))
    if isinstance(cell, int) and not -_SMALL <= cell < _SMALL:
        return msgspec.msgpack.Ext(_WHOLE, str(cell).encode())
    return cell


def receive_grid(pipe: IO[bytes]) -> Grid:
    """Read a sheet; raises UnreadableSheet when it is refused, BrokenPipe."""
    told: list[Cell] = list(_KNOWN)
    lines: list[Line] = []
    while isinstance(message := _sound(receive(pipe)), Lines):
        told += message.values
        try:
            lines += _lines(message, told)
        except (IndexError, ValueError) as error:
            raise BrokenPipe(str(error)) from error
    if not isinstance(message, End):
        raise BrokenPipe(type(message).__name__)
    return Grid(
        message.kind, message.name, message.names, lines, message.merged, message.uncomputed
    )


def _lines(message: Lines, told: list[Cell]) -> Iterator[Line]:
    numbers, widths, cells = array("I"), array("I"), array("I")
    numbers.frombytes(message.numbers)
    widths.frombytes(message.widths)
    cells.frombytes(message.cells)
    values = list(map(told.__getitem__, cells))
    hidden, at = set(message.hidden), 0
    for rank, (number, width) in enumerate(zip(numbers, widths, strict=True)):
        yield Line(number, values[at : at + width], rank in hidden)
        at += width


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
