"""The columns of a file of hours, by the names that real exports give them.

The names were gathered from the exports that PLIE and maisons de l'emploi commonly send; a title
that no name matches is told by the person once, then remembered.
"""

from collections.abc import Mapping
from typing import Final

from api.rules.columns import Column, ColumnKind

PURPOSE: Final = "statements"
"""The kind of file under which an organisation's titles are remembered."""

COLUMNS: Final = (
    Column(
        "contract",
        "N° de marché",
        required=True,
        kind=ColumnKind.IDENTIFIER,
        synonyms=(
            "N° marché",
            "N° du marché",
            "Marché",
            "Contrat",
            "N° de contrat",
            "N° contrat",
            "Numéro",
            "Référence",
            "Référence du marché",
            "Référence marché",
            "Réf. marché",
            "Code marché",
            "Clause",
            "Clause d’insertion",
            "Intitulé de la clause",
            "Nom de la clause",
            "Identifiant de la clause",
        ),
    ),
    Column(
        "lot",
        "Lot",
        kind=ColumnKind.IDENTIFIER,
        synonyms=("N° de lot", "N° lot", "N° du lot", "Lot du marché", "Libellé du lot"),
    ),
    Column(
        "month",
        "Mois",
        required=True,
        kind=ColumnKind.MONTH,
        synonyms=(
            "Mois déclaré",
            "Mois de réalisation",
            "Mois travaillé",
            "Mois concerné",
            "Mois année",
            "Mois et année",
            "Période",
            "Date",
        ),
    ),
    Column(
        "beneficiary",
        "Participant",
        kind=ColumnKind.IDENTIFIER,
        synonyms=(
            "Bénéficiaire",
            "Identifiant",
            "Identifiant du participant",
            "Identifiant participant",
            "Identifiant du bénéficiaire",
            "Identifiant bénéficiaire",
            "N° participant",
            "N° de participant",
            "N° bénéficiaire",
            "Code participant",
            "Référence du participant",
            "Référence externe",
            "Pseudonyme",
            "Personne",
            "Salarié",
            "Salarié en insertion",
            "Matricule",
        ),
    ),
    Column(
        "persons",
        "Nombre de personnes",
        kind=ColumnKind.INTEGER,
        synonyms=(
            "Nb personnes",
            "Nb de personnes",
            "Personnes",
            "Nombre de bénéficiaires",
            "Nb bénéficiaires",
            "Nb de bénéficiaires",
            "Nombre de participants",
            "Nb participants",
            "Nombre de salariés",
            "Nb salariés",
            "Effectif",
        ),
    ),
    Column("sex", "Sexe", synonyms=("F/H", "H/F", "Genre", "Civilité", "Femme ou homme")),
    Column(
        "public",
        "Public",
        synonyms=(
            "Publics",
            "Catégorie de public",
            "Type de public",
            "Typologie de public",
            "Typologie du public",
            "Public visé",
            "Critère d’éligibilité",
            "Éligibilité",
        ),
    ),
    Column(
        "modality",
        "Modalité",
        synonyms=(
            "Modalité de mise en œuvre",
            "Modalité de réalisation",
            "Type de contrat",
            "Nature du contrat",
            "Type de contrat de travail",
            "Nature du contrat de travail",
            "Type d’employeur",
            "Type de structure",
        ),
    ),
    Column(
        "hours",
        "Heures travaillées",
        required=True,
        kind=ColumnKind.DECIMAL,
        synonyms=(
            "Heures",
            "Nb heures",
            "Nb d’heures",
            "Nombre d’heures",
            "Heures réalisées",
            "Nb heures réalisées",
            "Nb d’heures réalisées",
            "Nombre d’heures réalisées",
            "Heures effectuées",
            "Nb heures effectuées",
            "Nombre d’heures effectuées",
            "Nb heures travaillées",
            "Nombre d’heures travaillées",
            "Heures d’insertion",
            "Nb heures d’insertion",
            "Nb heures insertion",
            "Nombre d’heures d’insertion",
            "Heures insertion",
            "Heures de travail",
            "Volume horaire",
        ),
    ),
    Column(
        "training_hours",
        "Heures de formation",
        kind=ColumnKind.DECIMAL,
        synonyms=(
            "Heures formation",
            "Nb heures de formation",
            "Nb heures formation",
            "Nombre d’heures de formation",
            "Dont formation",
            "Dont heures de formation",
            "Formation",
        ),
    ),
    Column(
        "employment",
        "Contrat de travail",
        kind=ColumnKind.IDENTIFIER,
        synonyms=(
            "Identifiant du contrat de travail",
            "Début du contrat de travail",
            "Date de début du contrat de travail",
        ),
    ),
    Column(
        "worked_hours",
        "Heures attestées",
        kind=ColumnKind.DECIMAL,
        synonyms=(
            "Heures attestées par l’employeur",
            "Heures du contrat de travail",
            "Heures totales du contrat de travail",
        ),
    ),
)

BY_FIELD: Final[Mapping[str, Column]] = {column.field: column for column in COLUMNS}

HELP: Final[Mapping[str, str]] = {
    "contract": "Numéro du marché, ou intitulé ou identifiant de la clause.",
    "lot": "Utile quand le marché porte plusieurs clauses : numéro ou nom du lot.",
    "month": "Par exemple « 03/2026 » ou « mars 2026 ».",
    "beneficiary": "Pseudonyme de la personne, ou votre référence ; jamais son nom.",
    "persons": "À la place du participant, pour les heures de plusieurs personnes ensemble.",
    "sex": "Lu sur les lignes de plusieurs personnes ; celui d’une personne est sur sa fiche.",
    "public": "Lu sur les lignes de plusieurs personnes ; celui d’une personne est sur sa fiche.",
    "modality": "Par exemple « CDD », « Intérim d’insertion (ETTI) », « GEIQ ».",
    "hours": "Au quart d’heure : « 7,5 » ou « 7h30 ».",
    "training_hours": "Au quart d’heure ; vide vaut aucune.",
    "employment": "Identifiant du contrat de travail de la personne, ou sa date de début.",
    "worked_hours": "Heures que l’employeur atteste pour ce contrat de travail et ce mois.",
}

EITHER: Final = ("beneficiary", "persons")
"""A line is of one person or of several: a file holds at least one of these columns."""


def title_of(mapping: Mapping[str, str], field: str) -> str | None:
    """The title of the column that a remark is about; None when the file has no such column."""
    if field in EITHER and field not in mapping:
        return next((mapping[one] for one in EITHER if one in mapping), None)
    return mapping.get(field)
