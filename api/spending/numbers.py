"""Spellings of the number of a contract: what makes two of them the same.

From the surest to the least sure, and never further than needed: the same once spaces and dashes
are told apart from nothing else; the same without them, where one of both has none (« T12 » is
« T-12 », « 1-23 » is never « 12-3 »); the same without the zeros that begin a group.
"""

from typing import Any

import sqlalchemy as sa

Expression = sa.ColumnElement[Any]

# Spaces (also the unbreakable ones), dashes of every length, and the signs used in their place.
_SIGNS = (" ", "\t", "\u00a0", "\u202f", "\u2010", "\u2011", "\u2013", "\u2014", "_", "/", ".")
_MOST = 4
_ZEROS = 8


def spelt(number: Any) -> Expression:
    """Capital letters, groups apart by one dash."""
    text: Any = sa.func.upper(number)
    for sign in _SIGNS:
        text = sa.func.replace(text, sign, "-")
    for _ in range(_MOST):
        text = sa.func.replace(text, "--", "-")
    trimmed: Expression = sa.func.trim(text, "-")
    return trimmed


def bare(spelling: Any) -> Expression:
    """A spelling without the dashes between its groups."""
    without: Expression = sa.func.replace(spelling, "-", "")
    return without


def without_zeros(spelling: Any) -> Expression:
    """A spelling whose groups have lost the zeros at their head."""
    text: Expression = sa.literal("-").concat(spelling)
    for _ in range(_ZEROS):
        text = sa.func.replace(text, "-0", "-")
    return text
