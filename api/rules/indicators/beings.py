"""What makes a row one of its fact, where contracts that may hold none are looked at too.

A reservation is registered, or its contract is only said to be reserved, or not to be, or nothing
is said: of the first two one is there, of the third none, of the last nobody knows.
"""

from functools import cache
from typing import Protocol

from api.rules.indicators.criteria import Criterion, FieldTest, about, leaves
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.pairing import both
from api.rules.indicators.words import SHARES, Aggregate, Fact


def of_the_fact(fact: Fact, criterion: Criterion | None) -> Criterion | None:
    """The same criterion, of rows that are one of the fact."""
    return both(_being(fact), criterion)


class Asked(Protocol):
    """What a quantity asks of the rows of a fact."""

    @property
    def fact(self) -> Fact: ...
    @property
    def spec(self) -> FactSpec: ...
    @property
    def perimeter(self) -> Criterion | str | None: ...
    @property
    def aggregate(self) -> Aggregate: ...


def beyond(quantity: Asked) -> bool:
    """Whether rows that are none of the fact, or may be none, are looked at too.

    Those of a share are of the fact, and so are those of a perimeter, unless all that it asks is
    said of the others too (« marchés, hors concessions »).
    """
    spec, perimeter = quantity.spec, quantity.perimeter
    if perimeter is None or not spec.being:
        return bool(spec.being)
    if isinstance(perimeter, str) or quantity.aggregate in SHARES:
        return False
    asked = leaves(perimeter)
    return all(isinstance(one, FieldTest) and one.field in spec.shared for one in asked)


def looked_among(quantity: Asked, within: Criterion | None) -> Criterion | None:
    """``within``, of the rows of the fact alone unless others are looked at too."""
    return within if beyond(quantity) else of_the_fact(quantity.fact, within)


@cache
def _being(fact: Fact) -> Criterion | None:
    being = FACTS[fact].being
    if not being:
        return None
    with about(fact):
        return FieldTest.model_construct(field=being, equals=True)
