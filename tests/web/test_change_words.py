"""A change that can't be told says why, and one of litigation per hundred contracts is read so."""

from typing import Any

import pytest

from web import figures

COMPARED: dict[str, Any] = {
    "way": "captured",
    "unknown": 1,
    "numerator": None,
    "value": None,
    "compared_year": 2024,
    "parts": [{"label": "Véhicules"}],
    "reason": "évolution inconnue : rien de déclaré pour 2024",
}


def test_why_nothing_changed_is_told_whole_though_the_parts_of_the_year_are_known() -> None:
    assert figures.reason(COMPARED) == COMPARED["reason"]
    assert figures.no_change(COMPARED) == COMPARED["reason"]
    assert figures.no_change(COMPARED | {"value": "2"}) is None
    assert figures.no_change(COMPARED | {"compared_year": None}) is None


def test_what_nobody_declared_is_not_a_failed_computation() -> None:
    waits = COMPARED | {"reason": "non calculable : aucune valeur", "parts": []}
    assert figures.reason(waits) == "pas encore déclaré"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("-1.03", "−1,03 litige pour 100 contrats"),
        ("2.5", "+2,5 litiges pour 100 contrats"),
    ],
)
def test_percents_told_in_words_are_no_percents(value: str, words: str) -> None:
    result = {"kind": "delta", "unit": "litiges pour 100 contrats", "scale": "percent"}
    assert figures.worded(value, result).replace("\u00a0", " ") == words
