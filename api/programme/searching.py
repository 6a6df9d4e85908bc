"""Words looked for in registers that keep no folded copy of their texts, accents and case aside."""

import re
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from api.rules.text import fold

# Every letter of Latin 1 and Latin Extended-A that folds to one of ASCII, by that letter.
_SPELT: dict[str, str] = defaultdict(str, {"'": "’"})
for _letter in map(chr, range(0xC0, 0x180)):
    _SPELT[fold(_letter)] += _letter


def words_in(asked: str | None, *columns: Any) -> list[sa.ColumnElement[bool]]:
    """One condition for each word of ``asked``: one of the columns holds it.

    Written as a regular expression: neither engine folds accents alike, and SQLite lowers ASCII
    alone.
    """
    return [
        sa.or_(*(column.regexp_match(_pattern(word)) for column in columns))
        for word in fold(asked or "").split()
    ]


def _pattern(word: str) -> str:
    signs = "".join(_class(sign) for sign in word)
    ligature = _class("o") + _class("e")
    return signs.replace(ligature, f"(?:{ligature}|[œŒ])")


def _class(sign: str) -> str:
    others = {sign.upper(), *_SPELT.get(sign, "")} - {sign}
    if not others:
        return re.escape(sign)
    return f"[{sign}{''.join(sorted(one for one in others if len(one) == 1))}]"
