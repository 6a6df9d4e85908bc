"""What nobody typed is not awaited: such a figure is never said to be complete."""

import pytest

from web import registers


@pytest.mark.parametrize(
    ("fact", "word", "sentence"),
    [
        ("contract", "complet", "Toutes les réponses sont connues"),
        ("event", "selon ce qui est saisi", "n’a pas été saisi n’est pas compté"),
        ("consultation", "selon ce qui est saisi", "n’a pas été saisi n’est pas compté"),
        ("sourcing", "selon ce qui est saisi", "n’a pas été saisi n’est pas compté"),
        ("hours_line", "selon les heures validées à ce jour", "attendent d’être validées"),
    ],
)
def test_a_figure_of_what_was_typed_is_not_complete(fact: str, word: str, sentence: str) -> None:
    assert registers.all_known({"fact": fact}) == word
    assert sentence in registers.all_known_sentence({"fact": fact})
