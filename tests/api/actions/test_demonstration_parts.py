"""The parts of what the demonstration declares are those of its figures."""

import pytest

from api.actions.expectations import SaidAs, expectation
from api.demonstration.declared import Declarant, declared
from api.demonstration.declared_parts import PARTS, STEPS, cut
from api.rules.indicators.parts import Parts, same_part
from api.schemes.loading import models

FACTS = {("impact_limitation", 2025): 9}
DECLARANTS = [Declarant(2111), Declarant(3, 25)]
# Shares of one and the same whole, which is not cut.
OF_ONE_WHOLE = {"CD62-2.2.2.D-3"}


def test_every_figure_of_the_catalogue_that_is_told_by_part_has_its_parts_and_no_other() -> None:
    told: dict[str, Parts] = {}
    steps: dict[str, Parts] = {}
    for model in models():
        for one in model.indicators:
            expected = expectation(one.definition.model_dump(mode="json"))
            if expected and expected.parts is not None:
                of_its_kind = steps if expected.said is SaidAs.MILESTONE else told
                of_its_kind[one.code] = expected.parts
    assert (set(PARTS), set(STEPS)) == (set(told), set(steps))
    for code, parts in told.items():
        assert all(parts.word(one.name) == one.name for one in PARTS[code])
    for code, parts in steps.items():
        names = [same_part(parts.word(one.name) or "") for one in STEPS[code]]
        assert all(names)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("code", sorted(STEPS))
def test_the_parts_of_a_step_are_said_done_not_done_and_not_said(code: str) -> None:
    assert {one.done for one in STEPS[code]} == {True, False, None}
    assert all((one.done_on is not None) is (one.done is True) for one in STEPS[code])


@pytest.mark.parametrize("who", DECLARANTS)
@pytest.mark.parametrize("code", sorted(PARTS))
def test_the_parts_of_a_figure_add_up_to_it(code: str, who: Declarant) -> None:
    value, base = declared(code, 2025, who, FACTS)
    parts = cut(code, value, base)
    assert len({name for name, _, _ in parts}) == len(parts) >= 1
    if len(parts) == len(PARTS[code]):
        assert sum(one for _, one, _ in parts) == value
    if base is None:
        assert {one for _, _, one in parts} == {None}
    elif code in OF_ONE_WHOLE:
        assert {one for _, _, one in parts} == {base}
    else:
        assert sum(one or 0 for _, _, one in parts) == base
        assert all(one for _, _, one in parts)


@pytest.mark.parametrize("code", sorted(PARTS))
def test_the_hundredths_of_the_parts_make_a_whole(code: str) -> None:
    assert sum(one.value for one in PARTS[code]) == 100
    bases = [one.base for one in PARTS[code]]
    assert set(bases) == {100} if code in OF_ONE_WHOLE else sum(bases) in (0, 100)
