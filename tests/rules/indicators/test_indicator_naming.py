"""A figure that may hold concessions counts contracts; only one that keeps marchés says so."""

from typing import Any

import pytest

from api.rules.indicators.naming import nouns
from api.rules.indicators.reading import read_definition

MARCHE = {"field": "kind", "equals": "marche"}
CONCESSION = {"field": "kind", "equals": "concession"}
LARGE = {"field": "amount", "more_than": "25000.00"}


@pytest.mark.parametrize(
    ("perimeter", "plural"),
    [
        (MARCHE, "marchés"),
        ({"all": [LARGE, MARCHE]}, "marchés"),
        (CONCESSION, "contrats"),
        (LARGE, "contrats"),
        ({"any": [LARGE, MARCHE]}, "contrats"),
    ],
)
def test_a_row_is_a_marche_only_where_the_perimeter_keeps_no_other(
    perimeter: dict[str, Any], plural: str
) -> None:
    form = {"aggregate": "count", "perimeter": perimeter, "where": {"mark": "a"}}
    definition = read_definition(form, {"a"})
    assert nouns(definition) == (plural.removesuffix("s"), plural)


def test_other_rows_keep_their_noun() -> None:
    hours = read_definition({"fact": "hours_line", "aggregate": "sum", "of": "hours"}, set())
    assert nouns(hours) == ("ligne d’heures", "lignes d’heures")
