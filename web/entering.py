"""Where a person enters the first row of a register that a figure finds empty."""

from collections.abc import Callable, Mapping
from typing import Any

from web.rendering import with_params

# Fact -> permission, address of the form and words of the link.
FORMS: Mapping[str, tuple[str, str, str]] = {
    "contract": ("contracts:write", "/marches/nouveau", "Saisir un marché"),
    "consultation": ("programme:write", "/consultations/nouvelle", "Ajouter une consultation"),
    "evaluation": ("evaluations:write", "/evaluations/nouvelle", "Évaluer un marché"),
    "event": ("events:write", "/evenements/nouveau", "Saisir un événement"),
    "project": ("programme:write", "/programmation/nouveau", "Ajouter un projet d’achat"),
    "targeted_action": ("programme:write", "/programmation", "Choisir les actions des projets"),
    "reservation": ("reservations:write", "/reserves/nouveau", "Inscrire une réservation"),
    "sourcing": ("reservations:write", "/reserves/sourcing/nouveau", "Enregistrer un sourcing"),
    "spending": ("spending:write", "/mandatements/nouveau", "Saisir des montants mandatés"),
    "clause": ("clauses:write", "/insertion/clauses/nouvelle", "Ajouter une clause"),
}
# A lot is said on its contract, and so is what its supplier is.
_OF_A_CONTRACT = ("lot", "supplier")
APART = "|"  # between the code of a scheme and that of its action


def entry(indicator: Mapping[str, Any], can: Callable[[str], bool]) -> tuple[str, str] | None:
    """The words and the address of the form of what an indicator looks at; None when no form of
    the site has it, or it isn't for this person. An event comes with the actions it serves."""
    fact = indicator["fact"]
    form = FORMS.get("contract" if fact in _OF_A_CONTRACT else fact)
    if form is None or not can(form[0]):
        return None
    _, address, words = form
    served = indicator["actions"] if fact == "event" else []
    actions = [f"{indicator['scheme']}{APART}{one}" for one in served]
    return words, with_params(address, {"actions": actions})
