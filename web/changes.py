"""What a version of a scheme changed of an indicator, in the words of its page."""

from collections.abc import Mapping, Sequence
from typing import Any

# What a version may change of an indicator, in the words of the page.
_CHANGED = {
    "label": "le libellé",
    "explanation": "l’explication",
    "kind": "la nature du chiffre",
    "unit": "l’unité",
    "direction": "le sens souhaité",
    "frequency": "la fréquence",
    "nature": "la nature",
    "perimeter": "le périmètre",
    "source": "la source",
    "note": "la remarque",
    "actions": "les actions servies",
    "targets": "les cibles",
    "definition": "la définition",
}


def changed_words(changes: Sequence[Mapping[str, Any]]) -> str:
    """What a version changed of an indicator: « Change la définition et les cibles. »"""
    if any(one["change"] == "added" for one in changes):
        return "Indicateur ajouté."
    names = [_CHANGED.get(str(one["field"]), str(one["field"])) for one in changes]
    *first, last = names
    return f"Change {', '.join(first) + ' et ' if first else ''}{last}."
