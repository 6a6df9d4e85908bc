"""What a line of spending is known by: its mandate. However it came, it is entered once."""

from collections import Counter
from collections.abc import Iterable, Iterator


def mandate_key(year: int | str, number: str, line: str | None) -> str:
    """The year, the mandate and its line, which not every software prints."""
    return f"{year}|{number}|{line or ''}"


def ranked(keys: Iterable[str | None]) -> Iterator[str | None]:
    """Keys of lines entered together: the second bearer of a key adds « #2 », and so on."""
    met: Counter[str] = Counter()
    for key in keys:
        if key is not None:
            met[key] += 1
        yield f"{key}#{met[key]}" if key is not None and met[key] > 1 else key
