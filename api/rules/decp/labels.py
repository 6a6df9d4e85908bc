"""The labels that DECP 2.0.3 admits, their order, and the other spellings that are understood.

The tuples are the official lists (schema 2.0.3, enumerations) and serve forms, OpenAPI and the
checks before publication. ``LabelTable`` adds to a list what a reader needs: the spellings of the
earlier official versions, understood without a remark, and those that files really hold,
understood with one.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

NOT_APPLICABLE: Final = "Sans objet"
NO_SOCIAL: Final = "Pas de considération sociale"
NO_ENVIRONMENTAL: Final = "Pas de considération environnementale"

NATURES: Final = ("Marché", "Marché de partenariat", "Marché de défense ou de sécurité")
CONCESSION_NATURES: Final = (
    "Concession de travaux",
    "Concession de service",
    "Concession de service public",
    "Délégation de service public",
)
PROCEDURES: Final = (
    "Procédure adaptée",
    "Appel d'offres ouvert",
    "Appel d'offres restreint",
    "Procédure avec négociation",
    "Marché passé sans publicité ni mise en concurrence préalable",
    "Dialogue compétitif",
)
# Code de la commande publique, art. L2124-1 to L2124-4.
FORMAL_PROCEDURES: Final = PROCEDURES[1:4] + PROCEDURES[5:]
CONCESSION_PROCEDURES: Final = (
    "Procédure négociée ouverte",
    "Procédure non négociée ouverte",
    "Procédure négociée restreinte",
    "Procédure non négociée restreinte",
)
TECHNIQUES: Final = (
    "Accord-cadre",
    "Concours",
    "Système de qualification",
    "Système d'acquisition dynamique",
    "Catalogue électronique",
    "Enchère électronique",
    NOT_APPLICABLE,
)
EXECUTION_MODALITIES: Final = (
    "Tranches",
    "Bons de commande",
    "Marchés subséquents",
    NOT_APPLICABLE,
)
# "Maitrise d'œuvre" has no circumflex in 2.0.3: the schema refuses any other spelling.
CCAGS: Final = (
    "Travaux",
    "Maitrise d'œuvre",
    "Fournitures courantes et services",
    "Marchés industriels",
    "Prestations intellectuelles",
    "Techniques de l'information et de la communication",
    "Pas de CCAG",
)
GROUPINGS: Final = ("Conjoint", "Solidaire", "Pas de groupement")
PLACE_KINDS: Final = (
    "Code postal",
    "Code commune",
    "Code arrondissement",
    "Code canton",
    "Code département",
    "Code région",
    "Code pays",
)
PRICE_TYPES: Final = (
    "Définitif ferme",
    "Définitif actualisable",
    "Définitif révisable",
    "Provisoire",
)
PRICE_FORMS: Final = ("Unitaire", "Forfaitaire", "Mixte")
PRICE_VARIATIONS: Final = ("Ferme", "Actualisable", "Révisable")
ID_TYPES: Final = ("SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE")
SOCIAL_CONSIDERATIONS: Final = ("Clause sociale", "Critère social", "Marché réservé", NO_SOCIAL)
CONCESSION_SOCIAL_CONSIDERATIONS: Final = (
    "Clause sociale",
    "Critère social",
    "Concession réservée",
    NO_SOCIAL,
)
ENVIRONMENTAL_CONSIDERATIONS: Final = (
    "Clause environnementale",
    "Critère environnemental",
    NO_ENVIRONMENTAL,
)

SOCIAL_MARKS: Final = ("social_clause", "social_criterion", "reserved")
ENVIRONMENTAL_MARKS: Final = ("environmental_clause", "environmental_criterion")
INNOVATIVE: Final = "innovative"

# Labels by field of ContractRecord.
CONTRACT_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "nature": NATURES,
    "procedure": PROCEDURES,
    "techniques": TECHNIQUES,
    "execution_modalities": EXECUTION_MODALITIES,
    "ccag": CCAGS,
    "grouping": GROUPINGS,
    "place_kind": PLACE_KINDS,
    "price_types": PRICE_TYPES,
    "price_form": PRICE_FORMS,
}
CONCESSION_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "nature": CONCESSION_NATURES,
    "procedure": CONCESSION_PROCEDURES,
}

# Format 2019: natures that became a technique or a modality, and forms that became types of price.
OLD_FRAMEWORK: Final = "Accord-cadre"
OLD_CALL_OFF: Final = "Marché subséquent"
PRICE_TYPES_OF_OLD_FORMS: Final[Mapping[str, str]] = {
    "Ferme": "Définitif ferme",
    "Ferme et actualisable": "Définitif actualisable",
    "Révisable": "Définitif révisable",
}


@dataclass(frozen=True, slots=True)
class LabelTable:
    """One list of labels, ready for reading.

    ``exact``: every official spelling -> the label. ``loose``: the same and the tolerated
    spellings, without case, accents nor typographic variants (``loose_key``) -> the label.
    """

    labels: tuple[str, ...]
    exact: Mapping[str, str]
    loose: Mapping[str, str]
    listing: str


def loose_key(text: str) -> str:
    """A spelling without case, accents, ligatures, typographic apostrophes nor extra spaces."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe"))
    unaccented = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(unaccented.casefold().split())


def _table(
    labels: tuple[str, ...],
    official: Mapping[str, str] | None = None,
    tolerated: Mapping[str, str] | None = None,
) -> LabelTable:
    exact = {label: label for label in labels} | dict(official or {})
    # Versions 2.0.0 and 2.0.1 wrote the typographic apostrophe.
    exact |= {spelling.replace("'", "’"): label for spelling, label in exact.items()}
    loose = {loose_key(spelling): label for spelling, label in exact.items()}
    loose |= {loose_key(spelling): label for spelling, label in (tolerated or {}).items()}
    return LabelTable(labels, exact, loose, " · ".join(labels))


_NEGOTIATED = "Procédure avec négociation"
_UNPUBLISHED = "Marché passé sans publicité ni mise en concurrence préalable"
_SERVICE = "Concession de service"

NATURE_TABLE: Final = _table(NATURES, tolerated={"Marché public": "Marché"})
OLD_NATURE_TABLE: Final = _table(
    (OLD_FRAMEWORK, OLD_CALL_OFF),
    tolerated={"Accord cadre": OLD_FRAMEWORK, "Marchés subséquents": OLD_CALL_OFF},
)
CONCESSION_NATURE_TABLE: Final = _table(
    CONCESSION_NATURES,
    tolerated={
        "Concession de services": _SERVICE,
        "Concession de services publics": "Concession de service public",
        "Délégation de services publics": "Délégation de service public",
    },
)
PROCEDURE_TABLE: Final = _table(
    PROCEDURES,
    official={
        # Versions 1.1 to 1.4.
        "Procédure concurrentielle avec négociation": _NEGOTIATED,
        "Procédure négociée avec mise en concurrence préalable": _NEGOTIATED,
        "Marché négocié sans publicité ni mise en concurrence préalable": _UNPUBLISHED,
    },
    tolerated={
        # Never official, yet the spelling of PLACE (AIFE), the platform of the State.
        "Marché public négocié sans publicité ni mise en concurrence préalable": _UNPUBLISHED,
    },
)
CONCESSION_PROCEDURE_TABLE: Final = _table(CONCESSION_PROCEDURES)
TECHNIQUE_TABLE: Final = _table(TECHNIQUES)
EXECUTION_MODALITY_TABLE: Final = _table(
    EXECUTION_MODALITIES,
    official={
        # Version 2.0.0.
        "Marché à tranches": "Tranches",
        "Bon de commande": "Bons de commande",
        "Marché subséquent": "Marchés subséquents",
    },
)
CCAG_TABLE: Final = _table(CCAGS, official={"Maîtrise d'œuvre": "Maitrise d'œuvre"})
GROUPING_TABLE: Final = _table(GROUPINGS)
PLACE_KIND_TABLE: Final = _table(PLACE_KINDS)
PRICE_TYPE_TABLE: Final = _table(PRICE_TYPES)
PRICE_FORM_TABLE: Final = _table(PRICE_FORMS)
OLD_PRICE_FORM_TABLE: Final = _table(tuple(PRICE_TYPES_OF_OLD_FORMS))
PRICE_VARIATION_TABLE: Final = _table(PRICE_VARIATIONS)
ID_TYPE_TABLE: Final = _table(
    ID_TYPES,
    tolerated={
        "FRW": "FRWF",
        "HORS_UE": "HORS-UE",
        "HORS UE": "HORS-UE",
        "TVA_INTRACOMMUNAUTAIRE": "TVA",
        "TVA-intracommunautaire": "TVA",
        "TVA intracommunautaire": "TVA",
        # Format 2019: a supplier of another member state; 2022 asks for its VAT number.
        "UE": "TVA",
    },
)
SOCIAL_TABLE: Final = _table(
    SOCIAL_CONSIDERATIONS, tolerated={"Concession réservée": "Marché réservé"}
)
CONCESSION_SOCIAL_TABLE: Final = _table(
    CONCESSION_SOCIAL_CONSIDERATIONS,
    tolerated={
        "Marché réservé": "Concession réservée",
        "Concession réservé": "Concession réservée",
    },
)
ENVIRONMENTAL_TABLE: Final = _table(ENVIRONMENTAL_CONSIDERATIONS)
