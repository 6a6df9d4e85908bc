"""The closed lists of values, in the French of a sentence and, where it differs, of a list."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.specs import NBSP


def quoted(*words: str) -> Mapping[str, str]:
    """Labels of an official list, as they are quoted in a sentence."""
    spoken = {word: f"«{NBSP}{word.replace(chr(39), '’')}{NBSP}»" for word in words}
    return MappingProxyType(spoken)


KINDS = MappingProxyType({"marche": "un marché", "concession": "une concession"})
SIZES = MappingProxyType(
    {
        "micro": "une très petite entreprise (TPE)",
        "pme": "une petite ou moyenne entreprise (PME)",
        "eti": "une entreprise de taille intermédiaire",
        "ge": "une grande entreprise",
    }
)
STRUCTURES = MappingProxyType(
    {
        "siae": "une structure d’insertion par l’activité économique (SIAE)",
        "ea": "une entreprise adaptée (EA)",
        "esat": "un établissement et service d’accompagnement par le travail (ESAT)",
        "esus": "une entreprise solidaire d’utilité sociale (ESUS)",
        "aucune": "une entreprise ordinaire (ni structure d’insertion, ni structure du handicap)",
    }
)
STATES = MappingProxyType(
    {
        "surveyed": "recensé",
        "studied": "à l’étude",
        "decided": "décidé",
        "consultation": "en consultation",
        "notified": "notifié",
        "abandoned": "abandonné",
    }
)
OUTCOMES = MappingProxyType(
    {
        "running": "encore en cours",
        "awarded": "attribuée",
        "unsuccessful": "infructueuse",
        "abandoned": "abandonnée",
    }
)
SECTIONS = MappingProxyType({"operating": "de fonctionnement", "investment": "d’investissement"})
PROGRESS = MappingProxyType(
    {
        "not_started": "pas commencée",
        "ongoing": "en cours",
        "done": "terminée",
        "abandoned": "abandonnée",
    }
)
CLAUSE_OBJECTS = MappingProxyType(
    {
        "works": "des travaux",
        "services": "des services",
        "supplies": "des fournitures",
        "intellectual": "des prestations intellectuelles",
        "project_management": "de la maîtrise d’œuvre",
    }
)
CLAUSE_OBJECT_NAMES = MappingProxyType(
    {
        "works": "Travaux",
        "services": "Services",
        "supplies": "Fournitures",
        "intellectual": "Prestations intellectuelles",
        "project_management": "Maîtrise d’œuvre",
    }
)
CLAUSE_KINDS = MappingProxyType(
    {
        "execution_condition": "une condition d’exécution",
        "criterion": "un critère de jugement des offres",
        "insertion_object": "un marché dont l’insertion est l’objet",
        "reservation": "une réservation du marché",
        "training_clause": "une clause de formation",
        "voluntary": "un engagement volontaire du titulaire",
    }
)
EVENT_KINDS = MappingProxyType(
    {
        "meeting": "une réunion",
        "workshop": "un atelier",
        "training": "une formation",
        "awareness": "une sensibilisation",
        "communication": "une communication",
        "publication": "une publication",
        "support": "un accompagnement",
        "committee": "une séance de comité",
        "network": "une rencontre de réseau",
        "fair": "un salon (ou forum)",
    }
)
EVENT_NAMES = MappingProxyType(
    {
        "meeting": "Réunion",
        "workshop": "Atelier",
        "training": "Formation",
        "awareness": "Sensibilisation",
        "communication": "Communication",
        "publication": "Publication",
        "support": "Accompagnement",
        "committee": "Séance de comité",
        "network": "Rencontre de réseau",
        "fair": "Salon ou forum",
    }
)
AUDIENCES = MappingProxyType(
    {
        "internal": "un public interne (les agents)",
        "external": "un public externe (entreprises, partenaires)",
    }
)
EVENT_STATES = MappingProxyType(
    {"planned": "seulement prévu", "held": "réalisé", "cancelled": "annulé"}
)
SIDES = MappingProxyType({"buyer": "l’acheteur", "supplier": "le titulaire"})
SUBJECTS = MappingProxyType(
    {
        "execution": "l’exécution du contrat",
        "negotiation": "la négociation",
        "tie_break": "les réponses au questionnaire de départage",
    }
)
TOOLS = MappingProxyType(
    {"inclusion_market": "sur la Plateforme de l’inclusion", "other": "par un autre moyen"}
)
SOURCING_RESULTS = MappingProxyType(
    {
        "reserved": "une réservation",
        "clause": "une clause sociale",
        "open": "un marché ouvert à tous",
        "abandoned": "l’abandon du projet",
        "pending": "rien encore (décision en attente)",
    }
)
BASES = MappingProxyType(
    {
        "L2113-12": "les travailleurs handicapés (art. L2113-12)",
        "L2113-13": "l’insertion par l’activité économique (art. L2113-13)",
        "L2113-13-1": "le travail en prison (art. L2113-13-1)",
        "L2113-15": "l’économie sociale et solidaire (art. L2113-15)",
        "L3113-1": "les travailleurs handicapés, dans une concession (art. L3113-1)",
        "L3113-2": "l’insertion par l’activité économique, dans une concession (art. L3113-2)",
        "L3113-2-1": "le travail en prison, dans une concession (art. L3113-2-1)",
    }
)
# The regions of the official geographic code (INSEE), as api/reference/data/cog_departements.csv.
REGIONS = MappingProxyType(
    {
        "01": "Guadeloupe",
        "02": "Martinique",
        "03": "Guyane",
        "04": "La Réunion",
        "06": "Mayotte",
        "11": "Île-de-France",
        "24": "Centre-Val de Loire",
        "27": "Bourgogne-Franche-Comté",
        "28": "Normandie",
        "32": "Hauts-de-France",
        "44": "Grand Est",
        "52": "Pays de la Loire",
        "53": "Bretagne",
        "75": "Nouvelle-Aquitaine",
        "76": "Occitanie",
        "84": "Auvergne-Rhône-Alpes",
        "93": "Provence-Alpes-Côte d’Azur",
        "94": "Corse",
        "975": "Saint-Pierre-et-Miquelon",
        "977": "Saint-Barthélemy",
        "978": "Saint-Martin",
        "981": "Île des Faisans",
        "984": "Terres australes et antarctiques françaises",
        "986": "Wallis-et-Futuna",
        "987": "Polynésie française",
        "988": "Nouvelle-Calédonie",
        "989": "La Passion-Clipperton",
    }
)
