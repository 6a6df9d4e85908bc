"""Remarks: every code has its sentence, every sentence is usable, none reveals a whole file."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from api.rules.decp.issues import issue, level_of, shown
from api.rules.decp.sentences import ISSUES

PACKAGE = Path(__file__).parents[3] / "api" / "rules" / "decp"
LEVELS = {"refusal", "warning", "information", "publication"}


def test_the_codes_in_use_are_those_of_the_table() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    used = set(re.findall(r'issue\(\s*"([a-z_]+)"', source))
    # The codes of the fields that every contract needs stand in a table.
    used |= set(re.findall(r'", "([a-z_]+)"\),\n', source)) & ISSUES.keys()
    assert used == ISSUES.keys()


@pytest.mark.parametrize("code", sorted(ISSUES))
def test_a_sentence_is_french_complete_and_well_spaced(code: str) -> None:
    made = issue(code, "champ", "valeur", "indication")
    assert made.code == code
    assert level_of(code) in LEVELS
    assert re.fullmatch("[a-z][a-z_]*", code)
    assert made.message.endswith(".")
    assert "{" not in made.message
    assert "'" not in made.message
    assert not re.search("[^\u00a0\u202f][;:?!»]|«[^\u00a0]", made.message)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("un texte", "«\u00a0un texte\u00a0»"),
        ("x" * 61, "«\u00a0" + "x" * 59 + "…\u00a0»"),
        ("deux\nlignes\x00\ud800", "«\u00a0deux lignes  \u00a0»"),
        (True, "«\u00a0true\u00a0»"),
        (10**70, "un nombre de plus de 60 chiffres"),
        (Decimal("1E+999999"), "«\u00a01E+999999\u00a0»"),
        (None, "rien"),
        ({"a": "b"}, "un objet"),
        ([1], "une liste"),
    ],
)
def test_a_value_is_shown_on_one_short_line(value: object, text: str) -> None:
    assert shown(value) == text
