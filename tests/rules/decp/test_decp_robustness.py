"""Whatever a file holds, at any place, the reader answers a record or a refusal, never an error."""

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.decp import missing_for_publication, read_row, write
from api.rules.records import Kind

DATA = Path(__file__).parents[2] / "data" / "decp"
Place = tuple[str | int, ...]

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(st.characters(exclude_categories=()), max_size=20)
    | st.sampled_from(("NC", "2024-02-31", "1E5", "12,5", "Sans objet", "\ud800", "<b>&amp;")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("id", "titulaire", "technique", "tarif", "code")), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def paths(value: Any, path: Place = ()) -> list[Place]:
    """Every place inside a row."""
    found: list[Place] = [path] if path else []
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        if isinstance(inner, dict | list):
            found.extend(paths(inner, (*path, step)))
        else:
            found.append((*path, step))
    return found


ROWS = tuple(
    json.loads((DATA / name).read_text(encoding="utf-8"), parse_float=Decimal)
    for name in ("complete-contract.json", "complete-concession.json")
)
PLACES = tuple((row, path) for row in ROWS for path in paths(row))


@settings(deadline=None, max_examples=300)
@given(place=st.sampled_from(PLACES), value=anything, kind=st.none() | st.sampled_from(Kind))
def test_no_value_at_any_place_makes_the_reader_fail(
    place: tuple[Any, Place], value: Any, kind: Kind | None
) -> None:
    row = deepcopy(place[0])
    *before, last = place[1]
    target = row
    for step in before:
        target = target[step]
    target[last] = value
    reading = read_row(row, kind)
    assert (reading.record is None) is (reading.refusal is not None)
    for issue in (*reading.issues, *((reading.refusal,) if reading.refusal else ())):
        issue.message.encode()
        assert len(issue.message) < 600
    if reading.record is not None:
        write(reading.record)
        missing_for_publication(reading.record)
