"""The French of the public file of insertion: its keys, what they mean, what is left out."""

from collections.abc import Collection
from typing import Any, Final

from api.insertion.figures.answers import secrecy_rule
from api.insertion.figures.lines import PATH
from api.rules.hours.figures import long_path_definition
from api.rules.hours.french import spaced

RUNNING: Final = spaced("année en cours : non publiée")
NOT_CLOSED: Final = spaced("année non close : non publiée")
DESCRIPTION: Final = spaced(
    "Heures d’insertion des marchés de l’acheteur, personnes bénéficiaires et leurs parcours, par "
    "année civile. Une année est publiée une fois close par l’acheteur ; ce qui est publié des "
    "personnes ne change plus ensuite. Les heures et les montants sont des textes décimaux, les "
    "taux vont de 0 à 1. « null » avec le statut « secret » n’est pas zéro."
)

# The keys of the API in French; what is not here is not published.
_KEYS: Final = {
    "engaged": "engagees",
    "engaged_unknown": "clauses_engagement_inconnu",
    "due": "dues",
    "due_unknown": "clauses_dues_inconnues",
    "declared": "declarees",
    "validated": "validees",
    "outside": "hors_clause",
    "since_start": "validees_depuis_le_debut",
    "rate": "taux",
    "projection": "projection",
    "projected": "projetees",
    "sentence": "en_clair",
    "unknown": "inconnu",
    "value": "valeur",
    "tenths": "valeur_une_decimale",
    "base": "base",
    "rounding": "arrondi",
    "label": "libelle",
    "number": "nombre",
    "computed": "montant_calcule",
    "applied": "montant_applique",
    "decisions": "decisions",
    "key": "code",
    "reference": "marche",
    "lot": "lot",
    "hours": "heures",
    "persons": "personnes",
    "status": "statut",
    "exact": "suivies",
    "at_least": "au_moins",
    "women": "femmes",
    "known": "sexe_connu",
    "share": "part",
    "by": "par",
    "sensitive": "sensible",
    "cells": "lignes",
    "definition": "definition",
    "contracts": "marches",
    "checkpoint": "echeance",
    "population": "personnes_de_l_annee",
    "asked": "situations_saisies",
    "answered": "situations_connues",
    "response_rate": "taux_de_reponse",
    "dynamic": "sorties_dynamiques",
    "dynamic_share": "part_des_sorties_dynamiques",
    "situations": "situations",
}
CONTRACT: Final = frozenset(
    {"reference", "lot", "engaged", "due", "since_start", "rate", "projected", "hours"}
)
CONTRACT_PERSONS: Final = frozenset({"reference", "lot", "persons", "status"})


def definitions() -> dict[str, str]:
    """What the figures mean, by the key that they explain."""
    told = {
        "engagees": "Heures engagées par les clauses de l’année, avenants et bons de commande "
        "compris, au dernier jour de l’année ; les engagements inconnus sont comptés à part.",
        "dues": "Engagement de chaque clause, au prorata des jours écoulés.",
        "declarees": "Heures de l’année soumises, à corriger ou validées, qui comptent.",
        "validees": "Heures de l’année validées et comptées, corrections comprises.",
        "hors_clause": "Heures validées mais non comptées, hors de l’éligibilité de personnes : "
        "elles parlent d’elles, et ne sont pas publiées (null).",
        "taux": "Heures validées depuis le début, sur heures engagées connues.",
        "projection": "Heures à la fin des clauses si le rythme reste celui constaté.",
        "etp": "Équivalent temps plein : heures validées de l’année, divisées par la base.",
        "suivies": "Personnes différentes ayant des heures comptées dans l’année.",
        "au_moins": "Les mêmes, et celles qui sont déclarées à plusieurs sans être distinguées.",
        "part_des_femmes": "Parmi les personnes dont le sexe est connu.",
        "parcours_longs": long_path_definition(PATH),
        "taux_de_reponse": "Situations connues, sur personnes de l’année.",
        "part_des_sorties_dynamiques": "Emploi durable, emploi de transition ou sortie positive, "
        "sur situations connues.",
        "secret": secrecy_rule(),
    }
    return {key: spaced(text) for key, text in told.items()}


def translated(told: Any, only: Collection[str] | None = None) -> Any:
    """An answer of the API under the keys of the file; ``only``: some of its keys.

    Raises KeyError on a key that has no French: nothing is published by mistake.
    """
    if isinstance(told, dict):
        chosen = told if only is None else {key: told[key] for key in told if key in only}
        return {_KEYS[key]: translated(value) for key, value in chosen.items()}
    if isinstance(told, list):
        return [translated(one) for one in told]
    return told
