"""French words for the codes of the API that it doesn't put in words itself."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {"marche": "Marché", "concession": "Concession"}
STATES: Mapping[str, str] = {"yes": "Oui", "no": "Non", "unknown": "Non renseigné"}
SIZES: Mapping[str, str] = {
    "micro": "Très petite entreprise (TPE)",
    "pme": "Petite ou moyenne entreprise (PME)",
    "eti": "Entreprise de taille intermédiaire (ETI)",
    "ge": "Grande entreprise",
}
STRUCTURES: Mapping[str, str] = {
    "siae": "Structure d’insertion par l’activité économique (SIAE)",
    "ea": "Entreprise adaptée (EA)",
    "esat": "Établissement et service d’accompagnement par le travail (ESAT)",
    "esus": "Entreprise solidaire d’utilité sociale (ESUS)",
    "aucune": "Aucune (entreprise ordinaire)",
}
# What a company may be looked for as: a filter's words are not in the OpenAPI document.
COMPANY_CATEGORIES: Mapping[str, str] = {
    "ess": "Économie sociale et solidaire (ESS)",
    "esus": "Agréée ESUS",
    "siae": "Structure d’insertion (SIAE)",
    "ea": "Entreprise adaptée (EA)",
    "esat": "ESAT",
    "aucune": "Entreprise ordinaire",
}
THEMES: Mapping[str, str] = {
    "social": "Social",
    "environment": "Environnement",
    "innovation": "Innovation",
    "access": "Accès des entreprises",
}
ORIGINS: Mapping[str, str] = {"form": "Saisi dans Spaser", "import": "Importé d’un fichier"}
IMPORT_KINDS: Mapping[str, str] = {
    "decp": "Données essentielles (DECP)",
    "contracts": "Tableau de marchés",
    "spending": "Tableau de montants mandatés",
    "structures": "Tableau de structures",
    "projects": "Tableau de projets d’achat",
}
# By what a column of a spreadsheet was recognised.
COLUMN_WAYS: Mapping[str, str] = {
    "memory": "votre choix d’avant",
    "profile": "reconnue de votre logiciel",
    "title": "reconnue à son titre",
    "close": "titre proche, à confirmer",
    "chosen": "choisie pour ce fichier",
}
ROW_STATES: Mapping[str, str] = {
    "new": "Nouveau",
    "changed": "Modifié",
    "same": "Inchangé",
    "refused": "Refusé",
}
EVIDENCE_STATES: Mapping[str, str] = {
    "counted": "Comptés",
    "not_counted": "Non comptés",
    "unknown": "À compléter",
    "outside": "Hors du périmètre",
}
# What a document says of an action beside its title and its pilots, in this order.
ACTION_PARTS: Mapping[str, str] = {
    "sub_actions": "Sous-actions",
    "expected_results": "Résultats attendus",
    "partners": "Partenaires",
    "resources": "Directions ressources",
}
# The seventeen sustainable development goals of the United Nations (ODD), in short.
ODD: Mapping[int, str] = dict(
    enumerate(
        (
            "Pas de pauvreté",
            "Faim « zéro »",
            "Bonne santé et bien-être",
            "Éducation de qualité",
            "Égalité entre les sexes",
            "Eau propre et assainissement",
            "Énergie propre et d’un coût abordable",
            "Travail décent et croissance économique",
            "Industrie, innovation et infrastructure",
            "Inégalités réduites",
            "Villes et communautés durables",
            "Consommation et production responsables",
            "Mesures relatives à la lutte contre les changements climatiques",
            "Vie aquatique",
            "Vie terrestre",
            "Paix, justice et institutions efficaces",
            "Partenariats pour la réalisation des objectifs",
        ),
        start=1,
    )
)
WAYS: Mapping[str, str] = {
    "computed": "Calculé",
    "captured": "Déclaré",
    "milestone": "Étape",
}
WAYS_EXPLAINED: Mapping[str, str] = {
    "computed": "Spaser le calcule à partir des données enregistrées.",
    "captured": "Une personne le déclare chaque année.",
    "milestone": "Une personne dit si c’est fait, et quand.",
}
AGGREGATES: Mapping[str, str] = {
    "count": "Nombre",
    "share": "Part",
    "sum": "Total",
    "sum_share": "Part d’un total",
    "average": "Moyenne",
    "distinct": "Nombre de valeurs différentes",
    "ratio": "Rapport de deux nombres",
    "breakdown": "Répartition",
    "declared": "Chiffre déclaré",
    "done": "Fait ou non",
    "reached": "Part des cibles échues atteintes",
}
ROLES: Mapping[str, str] = {
    "administrator": "administration",
    "pilot": "pilotage",
    "directorate": "direction",
    "facilitator": "facilitation",
    "reader": "lecture",
    "publisher": "données ouvertes",
}
FREQUENCIES: Mapping[str, str] = {"annual": "Chaque année", "once": "Une fois"}
NATURES: Mapping[str, str] = {"realisation": "De réalisation", "effect": "D’effet"}
# What an indicator follows, as its page says it.
NATURES_TOLD: Mapping[str, str] = {
    "realisation": "ce qui est fait (un indicateur « de réalisation »)",
    "effect": "ce que cela change (un indicateur « d’effet »)",
}
# What the nature of a figure adds to the way it is worked out.
KINDS_TOLD: Mapping[str, str] = {
    "percentage": "en pourcentage",
    "amount": "en euros",
    "hours": "en heures",
    "delta": "dont on donne l’évolution",
    "list": "sous forme de liste",
}
DIRECTIONS: Mapping[str, str] = {
    "up": "Plus le chiffre est haut, mieux c’est.",
    "down": "Plus le chiffre est bas, mieux c’est.",
    "none": "Ni la hausse ni la baisse n’est un but en soi.",
}
