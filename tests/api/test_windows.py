"""Reading by windows gives what the event reader gives, and leaves it all that it can't read."""

import io
import json
from typing import Any

import ijson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.imports.windows import ShortenedFile

PLACES = {
    "": "[%s]",
    "marches": '{"marches":[%s]}',
    "marches.marche": '{"marches":{"marche":[%s]}}',
}

# Texts that look like the structure of the file, and numbers that only one of both might read.
TEXTS = st.sampled_from(["},{", '"},{"', "]}", "\\", "é\u2028", "\u0000", "a" * 40, ""])
NUMBERS = st.sampled_from([0, -0.0, 1.10, 1e30, 2**64, -(2**63) - 1, 10**50])
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
LISTS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4) | VALUES, max_size=12)
SPACES = st.sampled_from([None, 0, 2])


def read(data: bytes, place: str, *, by_windows: bool) -> tuple[list[Any], bool]:
    """The elements of a list up to where reading stops, and whether that was the end."""
    found: list[Any] = []
    left = ShortenedFile(io.BytesIO(data), window=64)
    try:
        if by_windows:
            found.extend(left.elements(place))
        left.rewind()
        for element in ijson.items(left, f"{place}.item" if place else "item"):
            found.append(element)
    except (ijson.JSONError, UnicodeDecodeError):
        return found, False
    return found, True


def written(elements: list[Any], place: str, indent: int | None) -> bytes:
    text = json.dumps(elements, ensure_ascii=False, indent=indent)[1:-1]
    return (PLACES[place] % text).encode()


@given(LISTS, st.sampled_from(sorted(PLACES)), SPACES)
def test_windows_read_every_element_as_the_event_reader_does(
    elements: list[Any], place: str, indent: int | None
) -> None:
    data = written(elements, place, indent)
    assert read(data, place, by_windows=True) == read(data, place, by_windows=False)


@given(LISTS, st.sampled_from(sorted(PLACES)), st.data())
def test_a_damaged_file_stops_where_the_event_reader_stops(
    elements: list[Any], place: str, data: st.DataObject
) -> None:
    whole = written(elements, place, None)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 3, len(whole))))
    put = data.draw(
        st.sampled_from([b"", b",", b"]", b"}", b'"', b"\xff", b"\n", b"{", b"0", b"x"])
    )
    damaged = whole[:start] + put + whole[end:]
    assert read(damaged, place, by_windows=True) == read(damaged, place, by_windows=False)


@pytest.mark.parametrize("place", PLACES)
def test_windows_take_most_of_a_long_list(place: str) -> None:
    elements = [
        {"id": str(number), "titulaires": [{"id": "1"}, {"id": "2"}]} for number in range(200)
    ]
    left = ShortenedFile(io.BytesIO(written(elements, place, None)), window=500)
    taken = list(left.elements(place))
    assert taken == elements[: len(taken)]
    assert len(taken) > 150


def test_a_list_that_is_not_the_first_thing_of_a_file_is_left_to_the_event_reader() -> None:
    data = b'{"source":"x","marches":[{"id":"1"},{"id":"2"},{"id":"3"}]}'
    left = ShortenedFile(io.BytesIO(data), window=64)
    assert list(left.elements("marches")) == []
    left.rewind()
    assert [one["id"] for one in ijson.items(left, "marches.item")] == ["1", "2", "3"]
