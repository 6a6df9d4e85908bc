"""What the two numbers behind a figure count, whatever the definition."""

from typing import Any

import msgspec
import pytest

from api.indicators.counting import denominator_unit, numerator_unit
from api.rules.indicators.figures import scale_of, weight_of, without_figure
from api.rules.indicators.scales import Scale
from api.rules.indicators.vocabulary import Definition
from api.rules.indicators.words import ComparedAs

ROWS = {"perimeter": "all"}
PER_CONTRACT = {"fact": "contract", "aggregate": "count", **ROWS}
PER_PAYEE = {"fact": "spending", "aggregate": "distinct", "of": "payee", **ROWS}
FROM_62 = {**ROWS, "where": {"field": "departement", "equals": "62"}}
MARKETS = {**ROWS, "where": {"field": "kind", "equals": "marche"}}
COMPARED = {"with": "previous_year", "as": "rate"}
MEALS = {"fact": "measure", "aggregate": "declared", "compare": COMPARED}
OFFERS = {"fact": "consultation", "of": "offers"}


def units(
    written: dict[str, Any], compared: ComparedAs | None = None
) -> tuple[str | None, str | None]:
    """The units of both numbers of a definition, in an indicator that counts « choses »."""
    definition = Definition.model_validate({"version": 2, "period": "civil_year", **written})
    over = definition.over
    found = msgspec.structs.replace(
        without_figure(definition, "rien"),
        part_scale=scale_of(definition) if compared else weight_of(definition),
        base_scale=weight_of(over) if over else Scale.WHOLE,
        compared=compared,
    )
    numerator = numerator_unit(definition, found, "choses")
    return numerator, denominator_unit(definition, found)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"fact": "contract", "aggregate": "count"}, ("contrats", "contrats")),
        ({"fact": "supplier", "aggregate": "share", **FROM_62}, ("entreprises", "entreprises")),
        (
            {"fact": "spending", "aggregate": "ratio", "of": "amount", "over": PER_PAYEE},
            ("€", "entreprises différentes payées"),
        ),
        ({"fact": "lot", "aggregate": "ratio", "over": PER_CONTRACT}, ("lots", "contrats")),
        ({**OFFERS, "aggregate": "average"}, ("offres reçues", "consultations")),
        ({"fact": "event", "aggregate": "sum", "of": "participants"}, ("participants",) * 2),
        ({"fact": "contract", "aggregate": "sum", "of": "months"}, (None, None)),
        ({"fact": "measure", "aggregate": "declared", "base": True}, (None, None)),
    ],
)
def test_each_number_is_named(written: dict[str, Any], told: tuple[str | None, ...]) -> None:
    assert units(written) == told


@pytest.mark.parametrize(
    ("written", "form", "told"),
    [
        ({"fact": "contract", "aggregate": "count"}, ComparedAs.RATE, "contrats"),
        ({"fact": "contract", "aggregate": "count"}, ComparedAs.DIFFERENCE, "choses"),
        ({"fact": "contract", "aggregate": "share", **MARKETS}, ComparedAs.DIFFERENCE, "%"),
        ({**OFFERS, "aggregate": "average"}, ComparedAs.DIFFERENCE, "choses"),
        ({**OFFERS, "aggregate": "average"}, ComparedAs.RATE, None),
        ({"fact": "hours_line", "aggregate": "sum", "of": "hours"}, ComparedAs.RATE, "heures"),
        ({**MEALS, "units": {"value": "repas"}}, ComparedAs.RATE, "repas"),
    ],
)
def test_two_years_are_told_in_what_the_figure_was_before(
    written: dict[str, Any], form: ComparedAs, told: str | None
) -> None:
    assert units(written, form) == (told, None)
