"""The parts of what the demonstration declares are those of its figures."""

import pytest

from api.actions.expectations import expectation
from api.demonstration.declared import Declarant, declared
from api.demonstration.declared_parts import PARTS, cut
from api.schemes.loading import models

DECLARANTS = [Declarant(2111), Declarant(3, 25)]


def test_every_figure_of_the_catalogue_that_is_told_by_part_has_its_parts_and_no_other() -> None:
    told = {}
    for model in models():
        for one in model.indicators:
            expected = expectation(one.definition.model_dump(mode="json"))
            if expected and expected.parts is not None:
                told[one.code] = expected.parts
    assert set(PARTS) == set(told)
    for code, parts in told.items():
        assert all(parts.word(one.name) == one.name for one in PARTS[code])


@pytest.mark.parametrize("who", DECLARANTS)
@pytest.mark.parametrize("code", sorted(PARTS))
def test_the_parts_of_a_figure_add_up_to_it(code: str, who: Declarant) -> None:
    value, base = declared(code, 2025, who)
    parts = cut(code, value, base)
    assert len({name for name, _, _ in parts}) == len(parts) >= 1
    if len(parts) == len(PARTS[code]):
        assert sum(one for _, one, _ in parts) == value
    if base is None:
        assert {one for _, _, one in parts} == {None}
    else:
        assert sum(one or 0 for _, _, one in parts) == base
        assert all(one for _, _, one in parts)


@pytest.mark.parametrize("code", sorted(PARTS))
def test_the_hundredths_of_the_parts_make_a_whole(code: str) -> None:
    assert sum(one.value for one in PARTS[code]) == 100
    assert sum(one.base for one in PARTS[code]) in (0, 100)
