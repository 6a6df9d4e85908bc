"""Which column of a file is which field, by the words of its title.

Three ways, the surest first for all titles before the next one is tried: what an organisation
chose before, the same words, nearly the same words. A field gets one column at most, and a column
one field; a title that two fields claim alike is left to the person.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from api.rules.text import fold


class ColumnKind(StrEnum):
    """What the cells of a column are expected to say."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONTH = "month"
    DAY = "day"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a file may bring: ``label`` is its French title, also in models to download."""

    field: str
    label: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True, slots=True)
class Matching:
    """Field → index of its column; ``guessed`` are the fields a person should confirm.

    ``unmatched`` are the titles that no field took, ``missing`` the required columns not found.
    """

    fields: Mapping[str, int]
    guessed: frozenset[str]
    unmatched: tuple[str, ...]
    missing: tuple[Column, ...]


_NUMBER_SIGN = re.compile(r"\b[Nn]\s?[°º]")
_SMALL_WORD = re.compile("a|aux?|d|des?|du|en|et|l|la|les?|n|par|pour|sur|une?")
# Of two words of at least five letters: "notifcation" is close to "notification" (0.96), "siren"
# is not close to "siret" (0.80), nor "salaires" to "salariés" (0.88).
_CLOSE, _LONG = 0.9, 5


def normalised(title: str) -> str:
    """A title by its words: "N° de  Marché :" and "n° de marche" are "numero de marche"."""
    return " ".join(re.findall("[a-z0-9]+", fold(_NUMBER_SIGN.sub("numero ", title))))


def recognised(header: Sequence[str], columns: Sequence[Column]) -> int:
    """How many columns these titles give without any guess: tells a header from other lines."""
    return len(_by_same_words([normalised(title) for title in header], columns, {}, set()))


def match(
    header: Sequence[str],
    columns: Sequence[Column],
    remembered: Mapping[str, str] | None = None,
) -> Matching:
    """The column of each field.

    ``remembered`` gives title → field as the organisation chose before, in any case and accents;
    an empty field means that the organisation leaves this column out.
    """
    titles = [normalised(title) for title in header]
    known = {column.field for column in columns}
    chosen = {normalised(title): field for title, field in (remembered or {}).items()}
    fields: dict[str, int] = {}
    left_out: set[int] = set()
    for index, title in enumerate(titles):
        field = chosen.get(title) if title else None
        if field == "":
            left_out.add(index)
        elif field in known and field not in fields:
            fields[field] = index
    fields |= _by_same_words(titles, columns, fields, left_out)
    close = _by_close_words(titles, columns, fields, left_out)
    fields |= close
    taken = set(fields.values())
    return Matching(
        fields=fields,
        guessed=frozenset(close),
        unmatched=tuple(
            title for index, title in enumerate(header) if title.strip() and index not in taken
        ),
        missing=tuple(one for one in columns if one.required and one.field not in fields),
    )


def _names(column: Column) -> Iterator[tuple[str, ...]]:
    """The names of a column, the surest first: its own, then what others call it."""
    yield normalised(column.label), normalised(column.field)
    yield tuple(normalised(synonym) for synonym in column.synonyms)


def _by_same_words(
    titles: Sequence[str], columns: Sequence[Column], done: Mapping[str, int], left_out: set[int]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for rank in range(2):
        for column in columns:
            if column.field in done or column.field in found:
                continue
            names = list(_names(column))[rank]
            free = _free(titles, left_out, done, found)
            index = next((one for one in free if titles[one] in names), None)
            if index is not None:
                found[column.field] = index
    return found


def _free(titles: Sequence[str], left_out: set[int], *matched: Mapping[str, int]) -> Iterator[int]:
    taken = left_out.union(*(fields.values() for fields in matched))
    return (index for index, title in enumerate(titles) if title and index not in taken)


def _by_close_words(
    titles: Sequence[str], columns: Sequence[Column], done: Mapping[str, int], left_out: set[int]
) -> dict[str, int]:
    pairs: list[tuple[float, int, str]] = []
    for index in _free(titles, left_out, done):
        for column in columns:
            if column.field not in done:
                names = [name for group in _names(column) for name in group]
                score = max(closeness(titles[index], name) for name in names)
                if score > 0:
                    pairs.append((score, index, column.field))
    # A pair is taken only when neither of the two has another one as good.
    return {
        field: index
        for score, index, field in pairs
        if all(other < score for other, at, to in pairs if (at == index) != (to == field))
    }


def closeness(title: str, name: str) -> float:
    """From 0 (other words) to 1: the same words but for small words, plurals, a letter or two.

    Every word must have its like at the same place: "heures prévues" is not "heures perdues".
    """
    left, right = _words(title), _words(name)
    if not left or len(left) != len(right):
        return 0.0
    scores = [_likeness(one, other) for one, other in zip(left, right, strict=True)]
    return min(scores)


def _words(text: str) -> list[str]:
    words = (word for word in text.split() if not _SMALL_WORD.fullmatch(word))
    return [word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in words]


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _LONG or re.search("[0-9]", one + other):
        return 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio if ratio >= _CLOSE else 0.0
