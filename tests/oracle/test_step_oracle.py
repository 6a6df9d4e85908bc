"""Steps told by part: the service and the oracle say the same, of a closed list too."""

from datetime import date
from random import Random
from typing import Any

import pytest

from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import read_definition
from api.rules.indicators.sums import Step, StepPart, Steps, step_of
from tests.oracle import steps
from tests.oracle.schemes import TODAY

LIST = {"by": "achat", "among": ["Mobilier", "Véhicules", "Jouets", "Serrures"]}
FORM: dict[str, Any] = {
    "version": 2,
    "fact": "milestone",
    "aggregate": "done",
    "period": "once",
}


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_a_step_of_several_organisations_is_that_of_the_oracle(seed: int, closed: bool) -> None:
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    told = [
        {
            "done": rng.choice((None, True, False)),
            "due_on": rng.choice(steps.DAYS),
            "done_on": None,
            "parts": steps.said_parts(rng),
        }
        for _ in range(rng.choice((1, 2, 3)))
    ]
    asked = LIST | {"closed": closed}
    definition = read_definition(FORM | {"parts": asked}, ())
    mine = tuple(_step(one, definition.parts) for one in told)
    end = rng.choice((None, date(2019, 12, 31), date(2023, 12, 31), date(2030, 12, 31)))
    found = figure_of(definition, Steps(TODAY, mine, end))
    oracle = steps.steps([steps.said(one, asked) for one in told], TODAY, end)
    assert found.words == oracle.words
    assert (found.known, found.unknown, found.value) == (oracle.known, oracle.unknown, oracle.value)
    assert (found.low, found.high, found.share) == (oracle.low, oracle.high, oracle.share)
    assert [(one.key, one.value) for one in found.parts] == [one[:2] for one in oracle.parts]


def _step(told: dict[str, Any], asked: Any) -> Step:
    if not told["parts"]:
        return Step(told["done"], told["due_on"], told["done_on"])
    return step_of((StepPart(**one) for one in told["parts"]), told["due_on"], asked)
