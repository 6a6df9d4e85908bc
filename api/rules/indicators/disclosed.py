"""What an open-data file may say of a figure, and in what state it says it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final


class Disclosure(StrEnum):
    """Why a published figure is there, or is not."""

    PUBLISHED = "publie"
    SECRET = "secret"  # noqa: S105 - a word, not a password
    NOT_CLOSED = "annee_non_close"
    UNKNOWN = "inconnu"
    NOT_COMPUTABLE = "non_calculable"


DISCLOSURES: Final[Mapping[Disclosure, str]] = {
    Disclosure.PUBLISHED: "le chiffre est donné",
    Disclosure.SECRET: "masqué par le secret statistique, avec tout ce qui permettrait de le "
    "retrouver",
    Disclosure.NOT_CLOSED: "porte sur des personnes : donné une fois l’année close",
    Disclosure.UNKNOWN: "des réponses manquent, aucune ne permet de le donner",
    Disclosure.NOT_COMPUTABLE: "rien à compter cette année-là, ou un calcul impossible",
}
# What is said of a figure that does not come from its rows: all the rest is hidden with it.
_HARMLESS: Final = frozenset(
    {
        "scheme", "indicator", "label", "year", "aggregate", "way", "unit", "target",
        "target_unit", "target_year", "reason", "definition", "formula", "definition_number",
        "structure", "as_of", "software_version", "compared",
    }
)  # fmt: skip
_HIDDEN: Final = frozenset({Disclosure.SECRET, Disclosure.NOT_CLOSED})


def disclosed(told: Mapping[str, Any], state: Disclosure) -> dict[str, Any]:
    """The members of a figure as they may be published, with its ``status``.

    Hidden, it keeps no number at all: a numerator, an interval or a part would give it away.
    """
    if state not in _HIDDEN:
        return {**told, "status": state.value}
    return {
        name: value if name in _HARMLESS else [] if isinstance(value, list) else None
        for name, value in told.items()
    } | {"status": state.value}
