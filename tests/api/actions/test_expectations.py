"""What a definition asks people to say."""

from typing import Any

import pytest

from api.actions.expectations import Expectation, SaidAs, expectation, root

MEASURE, MILESTONE = SaidAs.MEASURE, SaidAs.MILESTONE


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"fact": "contract", "aggregate": "count"}, None),
        ({"fact": "measure", "aggregate": "declared"}, Expectation(MEASURE)),
        (
            {"fact": "measure", "aggregate": "declared", "base": True},
            Expectation(MEASURE, base=True),
        ),
        (
            {"fact": "measure", "aggregate": "declared", "list": True},
            Expectation(MEASURE, words=True),
        ),
        (
            {"fact": "measure", "aggregate": "declared", "compare": {"with": "previous_year"}},
            Expectation(MEASURE, compared=True),
        ),
        (
            {
                "fact": "event",
                "aggregate": "ratio",
                "over": {"fact": "measure", "aggregate": "declared"},
            },
            Expectation(MEASURE, divisor=True),
        ),
        (
            {"fact": "spending", "aggregate": "ratio", "over": {"fact": "spending"}},
            None,
        ),
        (
            {"fact": "milestone", "aggregate": "done", "period": "once"},
            Expectation(MILESTONE, once=True),
        ),
        ({"fact": "milestone", "aggregate": "done"}, Expectation(MILESTONE)),
        ({"fact": "target", "aggregate": "reached"}, None),
    ],
)
def test_a_definition_says_what_people_must_say(
    definition: dict[str, Any], expected: Expectation | None
) -> None:
    assert expectation(definition) == expected


@pytest.mark.parametrize(
    ("borrowed", "kept"),
    [
        ({"A": None}, "A"),
        ({"A": "B", "B": None}, "B"),
        ({"A": "B", "B": "C", "C": None}, "C"),
        ({"A": "gone"}, "A"),
        ({"A": "A"}, "A"),
        ({"A": "B", "B": "A"}, "A"),
        ({"A": "B", "B": "C", "C": "B"}, "A"),
    ],
)
def test_what_is_shared_is_kept_in_one_place(borrowed: dict[str, str | None], kept: str) -> None:
    assert root("A", borrowed) == kept
