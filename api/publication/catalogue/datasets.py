"""What the catalogue says of each open-data file, by the beginning of its name.

A file that nobody describes here is a dataset of its own, under the title of its entry: a new one
shows in the catalogue by itself.
"""

from dataclasses import dataclass

from api.rules.records import Kind

# The newest that schema.data.gouv.fr knows; a file of 2.0.3 follows it too.
DECP_SCHEMA = (
    "https://schema.data.gouv.fr/schemas/139bercy/format-commande-publique/2.0.2/"
    "schema_decp_v2.0.2.json"
)
DAILY, ANNUAL = "DAILY", "ANNUAL"
PACKAGE_SCHEMA = "https://specs.frictionlessdata.io/schemas/data-package.json"


@dataclass(frozen=True)
class About:
    """A dataset in words. ``kinds``: it holds contracts of these kinds and is left out while the
    buyer has none. ``essential``: it goes to the national consolidation, unless someone else
    already sends it."""

    title: str
    description: str
    keywords: tuple[str, ...]
    frequency: str | None = None
    kinds: tuple[Kind, ...] = ()
    essential: bool = False


_DECP = ("commande publique", "marchés publics", "données essentielles", "DECP")
_SPASER = ("commande publique", "SPASER", "achats responsables")
_WITHHELD = "Un contrat n’y figure que s’il est complet et que sa date de publication est venue."
ABOUT: dict[str, About] = {
    "decp-marches": About(
        "Données essentielles des marchés publics",
        f"Les marchés publics, avec leurs avenants et leurs actes de sous-traitance, au format "
        f"réglementaire de 2022 (DECP). {_WITHHELD}",
        _DECP,
        DAILY,
        (Kind.CONTRACT,),
        essential=True,
    ),
    "decp-concessions": About(
        "Données essentielles des contrats de concession",
        f"Les contrats de concession, avec leurs modifications et leurs données d’exécution, au "
        f"format réglementaire de 2022 (DECP). {_WITHHELD}",
        (*_DECP, "concessions"),
        DAILY,
        (Kind.CONCESSION,),
        essential=True,
    ),
    "decp": About(
        "Données essentielles de la commande publique, en XML",
        f"Les marchés puis les contrats de concession, au format réglementaire de 2022 (DECP), "
        f"dans un seul fichier XML. Les mêmes contrats sont publiés en JSON. {_WITHHELD}",
        (*_DECP, "concessions"),
        DAILY,
        (Kind.CONTRACT, Kind.CONCESSION),
        essential=True,
    ),
    "contrats": About(
        "Contrats de la commande publique, en tableau",
        "Une ligne par titulaire de chaque contrat public, avec le nom des entreprises ; les "
        "contrats incomplets y figurent aussi.",
        ("commande publique", "marchés publics", "concessions", "titulaires"),
        DAILY,
    ),
    "indicateurs": About(
        "Indicateurs du schéma de promotion des achats responsables (SPASER)",
        "Chaque indicateur du schéma, année par année : valeur, ce qui est compté, ce qui est "
        "inconnu, cible. Une année close y reste telle que sa clôture l’a arrêtée.",
        (*_SPASER, "indicateurs"),
        ANNUAL,
    ),
    "insertion": About(
        "Clauses d’insertion : heures et parcours",
        "Les heures d’insertion et les parcours des années closes, sous secret statistique.",
        (*_SPASER, "insertion", "clauses sociales"),
        ANNUAL,
    ),
    "programmation": About(
        "Programmation des achats",
        "Les achats que l’acheteur prévoit et rend publics.",
        (*_SPASER, "programmation"),
        DAILY,
    ),
    "ocds": About(
        "Contrats au format international OCDS",
        "Les contrats publics au format Open Contracting Data Standard 1.1.",
        ("commande publique", "marchés publics", "OCDS"),
        DAILY,
    ),
    "marches": About(
        "Fil des marchés",
        "Les marchés à venir et attribués, à suivre dans un lecteur de flux.",
        ("commande publique", "marchés publics"),
        DAILY,
    ),
}
# Files that only accompany those of another beginning.
WITH = {"datapackage": "contrats"}
# Media type of IANA -> the code of the European list of file types.
FILE_TYPES = {
    "application/json": "JSON",
    "text/csv": "CSV",
    "application/xml": "XML",
    "application/atom+xml": "ATOM",
}


def key_of(name: str) -> str:
    """The dataset of a file, by the beginning of its name: ``contrats`` of ``contrats.csv``."""
    beginning = name.partition(".")[0]
    return WITH.get(beginning, beginning)


def about(key: str, title: str) -> About:
    """What is said of a dataset; ``title``: that of its first file, when nothing else is known."""
    return ABOUT.get(key) or About(title, f"{title}.", ("commande publique",))
