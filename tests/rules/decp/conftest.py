"""A complete contract and a complete concession of the 2022 format, and the official schema."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

DATA = Path(__file__).parents[2] / "data" / "decp"

CONTRACT = """{
  "id": "2024-0042-L02",
  "acheteur": {"id": "24620036400080"},
  "nature": "Marché",
  "objet": "Nettoyage des locaux – lot 2 : écoles",
  "codeCPV": "90910000-9",
  "techniques": {"technique": ["Accord-cadre"]},
  "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
  "idAccordCadre": "2023-0001",
  "marcheInnovant": false,
  "ccag": "Fournitures courantes et services",
  "offresRecues": 4,
  "attributionAvance": true,
  "tauxAvance": 0.05,
  "typeGroupementOperateurs": "Pas de groupement",
  "sousTraitanceDeclaree": true,
  "actesSousTraitance": [{"acteSousTraitance": {
    "id": 1, "sousTraitant": {"typeIdentifiant": "SIRET", "id": "00000002600013"},
    "dureeMois": 12, "dateNotification": "2024-02-01", "datePublicationDonnees": "2024-03-01",
    "montant": 12500.5, "variationPrix": "Révisable"}}],
  "procedure": "Appel d'offres ouvert",
  "lieuExecution": {"code": "62498", "typeCode": "Code commune"},
  "dureeMois": 48,
  "dateNotification": "2024-01-15",
  "datePublicationDonnees": "2024-02-20",
  "montant": 157000.25,
  "typesPrix": {"typePrix": ["Définitif révisable"]},
  "formePrix": "Unitaire",
  "origineUE": 0.8,
  "origineFrance": 0.6,
  "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "00000001800010"}}],
  "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
  "considerationsEnvironnementales": {
    "considerationEnvironnementale": ["Pas de considération environnementale"]},
  "modificationsActesSousTraitance": [{"modificationActeSousTraitance": {
    "id": 1, "dureeMois": 14, "dateNotificationModificationSousTraitance": "2024-09-01",
    "montant": 14000, "datePublicationDonnees": "2024-10-01"}}],
  "modifications": [{"modification": {
    "id": 1, "dateNotificationModification": "2024-06-01",
    "datePublicationDonneesModification": "2024-07-01", "dureeMois": 50, "montant": 160000,
    "titulaires": [{"titulaire": {"typeIdentifiant": "TVA", "id": "BE0123456789"}}]}}]
}"""
CONCESSION = """{
  "id": "2024-C001",
  "autoriteConcedante": {"id": "24620036400080"},
  "nature": "Délégation de service public",
  "objet": "Gestion de la piscine",
  "procedure": "Procédure négociée ouverte",
  "dureeMois": 120,
  "dateSignature": "2024-01-10",
  "datePublicationDonnees": "2024-01-20",
  "dateDebutExecution": "2024-03-01",
  "valeurGlobale": 4200000,
  "montantSubventionPublique": 0,
  "donneesExecution": [{"donneesAnnuelles": {
    "datePublicationDonneesExecution": "2025-03-01", "depensesInvestissement": 15000.3,
    "tarifs": [{"tarif": {"intituleTarif": "Entrée adulte", "tarif": 5.2}}]}}],
  "concessionnaires": [{"concessionnaire": {"typeIdentifiant": "SIRET", "id": "00000001800010"}}],
  "considerationsSociales": {"considerationSociale": ["Concession réservée"]},
  "considerationsEnvironnementales": {
    "considerationEnvironnementale": ["Clause environnementale", "Critère environnemental"]},
  "modifications": [{"modification": {
    "id": 1, "dateSignatureModification": "2025-01-01",
    "datePublicationDonneesModification": "2025-01-20", "dureeMois": 126,
    "valeurGlobale": 4300000}}]
}"""


def parsed(text: str) -> Any:
    """JSON as the importer's reader gives it: whole numbers as int, the others as Decimal."""
    return json.loads(text, parse_float=Decimal)


@pytest.fixture
def contract_row() -> dict[str, Any]:
    return parsed(CONTRACT)


@pytest.fixture
def concession_row() -> dict[str, Any]:
    return parsed(CONCESSION)


@pytest.fixture(scope="session")
def conforms() -> Callable[[object, str], bool]:
    """Whether an object, in ``marche`` or ``contrat-concession``, is valid for the schema 2.0.3."""
    schema = json.loads((DATA / "schema_decp_v2.0.3.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    return lambda row, family: validator.is_valid({"marches": {family: [row]}})
