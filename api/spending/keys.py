"""What a line of spending is known by: its mandate. However it came, it is entered once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

# A number may hold the marks that keys are made with: these stand for them inside a key, and no
# text that enters the platform holds them (``clean_text``).
_INSIDE: Final = str.maketrans({"|": "\x1e", "#": "\x1f"})
_OUTSIDE: Final = str.maketrans({"\x1e": "|", "\x1f": "#"})


def mandate_key(year: int | str, number: str, line: str | None) -> str:
    """The year, the mandate and its line, which not every software prints: one key for each."""
    return f"{year}|{number.translate(_INSIDE)}|{(line or '').translate(_INSIDE)}"


def told_key(key: str) -> tuple[str, str, str, str]:
    """The year, the mandate, its line and its rank, of a key that ``mandate_key`` made."""
    base, _, rank = key.partition("#")
    year, number, line = base.split("|")
    return year, number.translate(_OUTSIDE), line.translate(_OUTSIDE), rank


def ranked(keys: Iterable[str | None]) -> Iterator[str | None]:
    """Keys of lines entered together: the second bearer of a key adds « #2 », and so on."""
    met: Counter[str] = Counter()
    for key in keys:
        if key is not None:
            met[key] += 1
        yield f"{key}#{met[key]}" if key is not None and met[key] > 1 else key
