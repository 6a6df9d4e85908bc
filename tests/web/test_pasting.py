"""Pasted lines of hours: columns by their titles or their order, modalities recognised or told."""

import pytest

from web.pasting import MOST_LINES, merged, read_pasted

MODALITIES = {"hire_cdd": "Embauche en CDD", "hire_cdi": "Embauche en CDI", "temp_ett": "Intérim"}


def test_columns_follow_their_titles_or_the_order_said() -> None:
    named = read_pasted("Heures;Nom du site;Pseudonyme\n7,5;Lens;b-1", MODALITIES)
    assert named.rows == [{"beneficiary": "B-1", "hours": "7,5", "modality": ""}]
    plain_order = read_pasted('"B-2";12;3;Embauche en CDI;en trop\n\n3;70', MODALITIES)
    assert plain_order.rows == [
        {"beneficiary": "B-2", "hours": "12", "training": "3", "modality": "hire_cdi"},
        {"beneficiary": "", "persons": "3", "hours": "70", "modality": ""},
    ]
    assert plain_order.remarks == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("hire_cdd", "hire_cdd"),
        ("EMBAUCHE EN CDD", "hire_cdd"),
        ("cdd", "hire_cdd"),
        ("interim", "temp_ett"),
        ("embauche", ""),
        ("cd", ""),
    ],
)
def test_a_modality_is_recognised_or_told_never_guessed(said: str, code: str) -> None:
    pasted = read_pasted(f"B-1;7;;{said}", MODALITIES)
    assert pasted.rows[0]["modality"] == code
    assert bool(pasted.remarks) is (code == "")


def test_a_pasted_person_takes_its_own_row_and_no_other() -> None:
    blank = {"beneficiary": "", "hours": ""}
    rows = [{"beneficiary": "B-1", "hours": "1"}, dict(blank), {"beneficiary": "B-2", "hours": ""}]
    new = [
        {"beneficiary": "B-2", "hours": "7"},
        {"beneficiary": "B-3", "hours": "8"},
        {"beneficiary": "B-2", "hours": "9"},
    ]
    found = merged(rows, new, blank)
    assert [(one["beneficiary"], one["hours"]) for one in found] == [
        ("B-1", "1"),
        ("B-3", "8"),
        ("B-2", "7"),
        ("B-2", "9"),
    ]
    assert rows[1] == blank


def test_a_paste_too_long_says_what_was_left() -> None:
    text = "\n".join(f"B-{number};7" for number in range(MOST_LINES + 5))
    pasted = read_pasted(text, MODALITIES)
    assert len(pasted.rows) == MOST_LINES
    assert "déposez un fichier" in pasted.remarks[0]
