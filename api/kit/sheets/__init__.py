"""Spreadsheets received and given back: XLSX, ODS and CSV (decision 0012)."""

from api.kit.sheets.annotating import annotate
from api.kit.sheets.model import (
    ERRORS,
    STATUS,
    Cell,
    Kind,
    Limits,
    Row,
    Sheet,
    UnreadableSheet,
)
from api.kit.sheets.reading import read_sheet

__all__ = [
    "ERRORS",
    "STATUS",
    "Cell",
    "Kind",
    "Limits",
    "Row",
    "Sheet",
    "UnreadableSheet",
    "annotate",
    "read_sheet",
]
