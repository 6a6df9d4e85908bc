"""What a row of an import changes is told whole."""

from typing import Any

import pytest

from api.imports import telling
from api.reference.marks import MARKS


def test_a_consideration_that_left_the_nomenclature_is_told_by_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left: dict[str, Any] = {code: one for code, one in MARKS.items() if code != "biobased"}
    monkeypatch.setattr(telling, "MARKS", left)
    before = {"biobased": True, "social_clause": True, "former": True}
    after = {"biobased": False, "social_clause": True, "later": True}
    told = [(one.field, one.label, one.before, one.after) for one in telling._marks(before, after)]
    assert told == [
        ("mark.biobased", "biobased", True, False),
        ("mark.former", "former", True, None),
        ("mark.later", "later", None, True),
    ]
