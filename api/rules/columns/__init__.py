"""The columns of a person's file: which field each one is, and what its cells say."""

from api.rules.columns.cells import read_decimal_text, read_month
from api.rules.columns.matching import Column, ColumnKind, Matching, match, normalised, recognised

__all__ = [
    "Column",
    "ColumnKind",
    "Matching",
    "match",
    "normalised",
    "read_decimal_text",
    "read_month",
    "recognised",
]
