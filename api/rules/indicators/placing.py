"""What to fill in to know whether a row is of a directorate, or of a purchase family."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.fields import OF_CONTRACT
from api.rules.indicators.phrases import ToFill
from api.rules.indicators.words import Fact

DIRECTORATE: Final = "directorate"
FAMILY: Final = "purchase_family"

# Of the contract, which says it for what follows from it.
_BY_CONTRACT: Mapping[str, ToFill] = MappingProxyType(
    {
        DIRECTORATE: ToFill(OF_CONTRACT.to_fill, OF_CONTRACT.form_field),
        FAMILY: ToFill("indiquer la famille d’achats du contrat", "purchase_family"),
    }
)
# Where no field of the fact says it, nor its contract.
_ELSEWHERE: Mapping[tuple[Fact, str], ToFill] = MappingProxyType(
    {
        (Fact.EVENT, DIRECTORATE): ToFill(
            "indiquer la direction qui tient l’événement", "directorate_id"
        ),
        (Fact.SUPPLIER, DIRECTORATE): ToFill(
            "indiquer la direction qui suit chaque contrat de cette entreprise", "directorate_id"
        ),
        (Fact.SUPPLIER, FAMILY): ToFill(
            "indiquer la famille d’achats de chaque contrat de cette entreprise", "purchase_family"
        ),
        (Fact.TARGETED_ACTION, FAMILY): ToFill(
            "indiquer la famille d’achats du projet", "purchase_family"
        ),
    }
)
# Of a search for structures that led to no contract: its project, which says both.
_BY_PROJECT: Mapping[str, ToFill] = MappingProxyType(
    {
        DIRECTORATE: ToFill(
            "rattacher la recherche à un projet d’achat dont la direction est dite", "project_id"
        ),
        FAMILY: ToFill(
            "rattacher la recherche à un projet d’achat dont la famille est dite", "project_id"
        ),
    }
)


def to_place(fact: Fact, what: str, attached: bool) -> ToFill:
    """What to say of a row whose directorate, or family, is not known, and in which field.

    ``what``: ``DIRECTORATE`` or ``FAMILY``; ``attached``: whether it has a contract.
    """
    if fact is Fact.SOURCING and not attached:
        return _BY_PROJECT[what]
    own = FACTS[fact].fields
    spec = own.get(what) or (own.get("family") if what == FAMILY else None)
    if spec is not None:
        return ToFill(spec.to_fill, spec.form_field)
    return _ELSEWHERE.get((fact, what)) or _BY_CONTRACT[what]
