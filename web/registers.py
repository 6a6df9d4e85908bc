"""How sure one is of a register: what contracts answer is awaited, what somebody types is not."""

from collections.abc import Mapping
from typing import Any

# Facts that exist because somebody typed them: of what nobody typed, nothing is even awaited.
TYPED = frozenset({"consultation", "event", "sourcing"})
HOURS = "hours_line"


def all_known(result: Mapping[str, Any]) -> str:
    """In a word, on a dashboard, that no answer is missing to a figure."""
    if result["fact"] in TYPED:
        return "selon ce qui est saisi"
    return "selon les heures validées à ce jour" if result["fact"] == HOURS else "complet"


def all_known_sentence(result: Mapping[str, Any]) -> str:
    """The same in a sentence, on the page of the figure."""
    if result["fact"] in TYPED:
        return "Il ne manque rien à ce qui est saisi ; ce qui n’a pas été saisi n’est pas compté"
    if result["fact"] == HOURS:
        return (
            "Les heures validées à ce jour sont comptées ; celles qui attendent d’être validées, "
            "ou saisies, ne le sont pas"
        )
    return "Toutes les réponses sont connues"
