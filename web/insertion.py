"""What the pages of insertion share: who looks, for which buyers, and the words of the codes."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final

from web.formats import sentence
from web.forms import labels
from web.months import this_month
from web.visit import Visit

EVERY_BUYER = "tous"
LINE_NUMBER = re.compile(r"^Ligne \d+\s?:\s")
# Field ("" for any), how the API begins -> the same for who types.
TYPED: Final = (
    ("", "n’est pas en quarts d’heure", "Les heures vont par quarts d’heure : 7,25 ou 7 h 15."),
    ("", "n’est pas un nombre d’heures", "Écrivez un nombre d’heures : 7,5 ou 7 h 30."),
    ("persons", "n’est pas un nombre entier", "Écrivez un nombre entier de personnes."),
    (
        "beneficiary",
        "n’a pas la forme attendue",
        "Ce n’est pas un pseudonyme, comme B-7K3M-Q2. N’écrivez jamais un nom.",
    ),
)
SHOWN = 4  # things to do named one by one; the rest is counted
# Risk -> words, look and icon of the state.
RISKS: Mapping[str, tuple[str, str, str]] = {
    "late": ("En retard", "state-bad", "exclamation-triangle"),
    "on_track": ("Dans les temps", "state-good", "check-circle"),
    "ahead": ("En avance", "state-good", "check-circle"),
    "unknown": ("À préciser", "state-no", "question-circle"),
}
STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("state-todo", "pencil"),
    "submitted": ("state-todo", "send"),
    "to_correct": ("state-bad", "arrow-counterclockwise"),
    "validated": ("state-good", "check-circle"),
    "rejected": ("state-no", "x-circle"),
}
STAGES: Mapping[str, str] = {
    "J-5": "À rappeler",
    "J+1": "En retard",
    "J+8": "Très en retard",
}
OUTSIDE: Mapping[str, str] = {
    "before_entry": "avant l’entrée dans le parcours",
    "after_eligibility": "après la fin de l’éligibilité",
    "before_employment": "avant le contrat de travail",
    "after_employment": "après le contrat de travail",
}
# Name in the templates -> closed list of the API.
LABELS: Mapping[str, str] = {
    "status": "ClauseStatus",
    "kind": "ClauseType",
    "unit": "Unit",
    "object": "ClauseObject",
    "public": "Public",
    "family": "PublicFamily",
    "modality": "Modality",
    "sex": "Sex",
    "change": "ChangeKind",
    "frequency": "EvidenceFrequency",
    "penalty": "PenaltyMode",
    "decision": "PenaltyDecision",
    "state": "StatementState",
    "source": "StatementSource",
}


def words(document: Mapping[str, Any]) -> dict[str, Any]:
    """The French of every code that the pages of insertion show."""
    told: dict[str, Any] = {name: labels(document, schema) for name, schema in LABELS.items()}
    return told | {"risk": RISKS, "looks": STATES, "stage": STAGES, "outside": OUTSIDE}


def own_message(message: str, field: object = "") -> str:
    """A message about a line of hours without the number of the line, said where it shows; what the
    API says of a spelling is said as people type it."""
    for name, start, told in TYPED:
        if name in ("", field) and message.startswith(start):
            return told
    bare = LINE_NUMBER.sub("", message)
    return bare if bare == message else sentence(bare)


def follows(visit: Visit) -> bool:
    """Tell whether the visitor looks as a facilitator, who states hours and follows persons."""
    organisation = visit.organisation
    return (
        organisation is not None
        and organisation["kind"] == "facilitator"
        and visit.can("statements:write")
    )


async def buyers(visit: Visit) -> list[tuple[str, str]]:
    """The buyers to choose from, (SIRET, name): those of the running mandates of a facilitator,
    else the visitor's own organisations."""
    if not follows(visit):
        own = visit.viewer.organisations if visit.viewer else []
        return [(one["siret"], one["name"]) for one in own if one["siret"]]
    found = {
        one["buyer"]["siret"]: one["buyer"]["name"]
        for one in await visit.read("list_mandates")
        if one["running"] and one["facilitator"]["siret"] == visit.siret
    }
    return sorted(found.items(), key=lambda one: one[1])


def scope(visit: Visit, buyer: str | None) -> dict[str, str | None]:
    """The filters of the API for whom the visitor looks, and the ``buyer`` that they chose.

    A facilitator sees what it follows for all its buyers; the others, their current organisation.
    """
    chosen = None if buyer == EVERY_BUYER else buyer
    if follows(visit):
        return {"facilitator": visit.siret, "buyer": chosen}
    return {"buyer": chosen if buyer else visit.siret}


async def todo(visit: Visit) -> dict[str, Any] | None:
    """What awaits a facilitator: months not stated, hours to validate, statements to correct."""
    if not follows(visit):
        return None
    own = {"facilitator": visit.siret, "limit": SHOWN}
    late, received, returned = await asyncio.gather(
        visit.read("list_reminders", limit=SHOWN),
        visit.read("list_statements", state="submitted", **own),
        visit.read("list_statements", state="to_correct", **own),
    )
    return {"late": late, "received": received, "returned": returned, "month": this_month()}
