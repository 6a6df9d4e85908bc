"""The order of French words: case, accents and ligatures put nothing apart (É with E)."""

from typing import Final

import sqlalchemy as sa

from api.rules.text import fold

# SQLite lowers ASCII alone, and neither engine has a French order of its own everywhere.
_PLAIN: Final = {
    "a": "àâäáãÀÂÄÁÃ",
    "c": "çÇ",
    "e": "éèêëÉÈÊË",
    "i": "îïíìÎÏÍÌ",
    "n": "ñÑ",
    "o": "ôöóòõÔÖÓÒÕ",
    "u": "ùûüúÙÛÜÚ",
    "y": "ÿŸ",
    "oe": "œŒ",
    "ae": "æÆ",
}


def in_order(text: str) -> tuple[str, str]:
    """What to sort a text by; two that differ by accents alone keep one order."""
    return fold(text), text


def first_of(texts: sa.CompoundSelect[tuple[str]], most: int) -> sa.Select[tuple[str]]:
    """The first ``most`` texts of a statement of one column, « text », in that order.

    One step per plain letter: SQLite does not read as many calls inside each other.
    """
    step = texts.cte("spelt")
    told: sa.ColumnElement[str] = step.c.text
    for plain, letters in _PLAIN.items():
        for letter in letters:
            told = sa.func.replace(told, letter, plain, type_=sa.String())
        step = sa.select(step.c.text, told.label("key")).cte(f"without_{plain}")
        told = step.c.key
    return sa.select(step.c.text).order_by(sa.func.lower(told), step.c.text).limit(most)
