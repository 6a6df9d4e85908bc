"""The common procurement vocabulary (CPV 2008): codes, French labels, search."""

import csv
from functools import cache
from pathlib import Path

from api.rules.text import fold

_FILE = Path(__file__).parent / "data" / "cpv_2008_fr.csv"
MAX_FOUND = 20


@cache
def _labels() -> dict[str, tuple[str, str, str]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [(row["code"], row["label_fr"]) for row in csv.DictReader(file)]
    return {code[:8]: (code, label, fold(f"{code} {label}")) for code, label in rows}


def label_of(code: str | None) -> str | None:
    """The French label of a code, with or without its check digit; None when not in the list."""
    known = _labels().get(code[:8]) if code else None
    return known[1] if known else None


def unknown(code: str) -> str | None:
    """What to look at in a code that the list doesn't have, after its title; None when it does."""
    if label_of(code) is not None:
        return None
    return f"« {code} » n’est pas un code de la nomenclature CPV 2008 : vérifiez-le."


def search(text: str) -> list[tuple[str, str]]:
    """Codes whose number or label holds every word of ``text``: (code with key, label), 20 at most.

    General codes come before detailed ones.
    """
    words = fold(text).split()
    if not words:
        return []
    found = [
        (code, label)
        for code, label, folded in _labels().values()
        if all(word in folded for word in words)
    ]
    found.sort(key=lambda one: (len(one[0][:8].rstrip("0")), one[0]))
    return found[:MAX_FOUND]
