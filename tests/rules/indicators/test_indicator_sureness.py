"""A figure is never told surer than its answers: which ones are the least they may be."""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from api.rules.indicators.results import Result
from api.rules.indicators.scales import Scale
from api.rules.indicators.words import Aggregate, ComparedAs, Fact

TEN = Result(
    aggregate=Aggregate.COUNT,
    fact=Fact.CONTRACT,
    scale=Scale.WHOLE,
    value=Fraction(10),
    known=20,
    unknown=3,
    low=Fraction(10),
    high=Fraction(13),
)


@pytest.mark.parametrize(
    ("aggregate", "low", "high", "least"),
    [
        (Aggregate.COUNT, 10, 13, True),
        # What is missing changes nothing.
        (Aggregate.COUNT, 10, 10, False),
        (Aggregate.SUM, 10, 13, True),
        (Aggregate.SUM, 10, None, True),
        # Of a sum that may lose too.
        (Aggregate.SUM, 8, 13, False),
        # A row that nobody answered of may bring a value that none has yet.
        (Aggregate.DISTINCT, 10, 13, True),
        (Aggregate.DISTINCT, 10, 10, False),
        # Its base is known, then may grow.
        (Aggregate.RATIO, 10, 13, True),
        (Aggregate.RATIO, 8, 13, False),
        (Aggregate.SHARE, 10, 13, False),
        (Aggregate.AVERAGE, 10, 13, False),
        (Aggregate.DECLARED, 10, 13, False),
    ],
)
def test_what_answers_can_only_add_to_is_the_least_it_may_be(
    aggregate: Aggregate, low: int, high: int | None, least: bool
) -> None:
    top = None if high is None else Fraction(high)
    result = replace(TEN, aggregate=aggregate, low=Fraction(low), high=top)
    assert result.is_least is least
    assert not replace(result, unknown=0).is_least
    assert not replace(result, value=None).is_least
    # What it became since another year may be less as well.
    assert not replace(result, compared=ComparedAs.DIFFERENCE).is_least
