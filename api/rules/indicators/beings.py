"""What makes a row one of its fact, where contracts that may hold none are looked at too.

A reservation is registered, or its contract is only said to be reserved, or not to be, or nothing
is said: of the first two one is there, of the third none, of the last nobody knows.
"""

from functools import cache

from api.rules.indicators.criteria import Criterion, FieldTest, about
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.pairing import both
from api.rules.indicators.words import Fact


def of_the_fact(fact: Fact, criterion: Criterion | None) -> Criterion | None:
    """The same criterion, of rows that are one of the fact."""
    return both(_being(fact), criterion)


@cache
def _being(fact: Fact) -> Criterion | None:
    being = FACTS[fact].being
    if not being:
        return None
    with about(fact):
        return FieldTest.model_construct(field=being, equals=True)
