"""Contracts of the 2022 format, drawn at random from the official schema, whole and coherent."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.conftest import DEMONSTRATION

Row = dict[str, Any]
Rows = st.SearchStrategy[Row]

_numbers = count(1)

SOCIAL = ("Clause sociale", "Critère social")
PLACES = (
    ("62", "Code département"),
    ("62498", "Code commune"),
    ("62300", "Code postal"),
    ("32", "Code région"),
    ("FR", "Code pays"),
)
NATURES = ("Marché", "Marché de partenariat", "Marché de défense ou de sécurité")
TECHNIQUES = ("Accord-cadre", "Concours", "Système d'acquisition dynamique", "Sans objet")
MODALITIES = ("Tranches", "Bons de commande", "Marchés subséquents", "Sans objet")
CCAGS = ("Travaux", "Maitrise d'œuvre", "Prestations intellectuelles", "Pas de CCAG")
PROCEDURES = ("Procédure adaptée", "Appel d'offres ouvert", "Dialogue compétitif")
PRICES = ("Définitif ferme", "Définitif actualisable", "Définitif révisable", "Provisoire")
CONCESSIONS = ("Concession de travaux", "Concession de service", "Délégation de service public")
WAYS = ("Procédure négociée ouverte", "Procédure non négociée restreinte")

references = st.text("ABC-_xyz09", max_size=8).map(lambda end: f"R{next(_numbers):05}{end}")
words = st.text("aàbcéœ’' \"«»&;,/<>-=0123€\n", max_size=60).map(lambda text: f"Lot {text}".strip())
sirets = st.from_regex(r"\A[1-9][0-9]{13}\Z")
days = st.dates(date(2024, 1, 1), date(2026, 6, 30)).map(date.isoformat)
months = st.integers(1, 400)
euros = st.integers(100, 10**13).map(
    lambda cents: cents // 100 if cents % 100 == 0 else cents / 100
)
shares = st.integers(0, 1000).map(lambda part: part / 1000)
companies = st.one_of(
    st.fixed_dictionaries({"typeIdentifiant": st.just("SIRET"), "id": sirets}),
    st.fixed_dictionaries(
        {
            "typeIdentifiant": st.sampled_from(["TVA", "HORS-UE", "RIDET"]),
            "id": st.from_regex(r"\A[A-Z]{2}[0-9]{6,11}\Z"),
        }
    ),
)


def some(labels: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """One label at least, in any order."""
    return st.lists(st.sampled_from(labels), min_size=1, unique=True)


def considerations(labels: Sequence[str], none: str) -> st.SearchStrategy[list[str]]:
    """Considerations, or the label that says that there is none."""
    return st.just([none]) | some(labels)


def parties(name: str) -> st.SearchStrategy[list[Row]]:
    """Companies, each in its wrapper."""
    several = st.lists(companies, min_size=1, max_size=3, unique_by=lambda one: one["id"])
    return several.map(lambda found: [{name: one} for one in found])


def numbered(name: str, items: Rows) -> st.SearchStrategy[list[Row]]:
    """One item or two, numbered from 1, each in its wrapper."""
    return st.lists(items, min_size=1, max_size=2).map(
        lambda found: [{name: {"id": rank} | one} for rank, one in enumerate(found, 1)]
    )


def wrapped(name: str, labels: st.SearchStrategy[list[str]]) -> Rows:
    """Labels in their wrapper."""
    return st.fixed_dictionaries({name: labels})


place = st.sampled_from(PLACES).map(lambda two: {"code": two[0], "typeCode": two[1]})
amendments = st.fixed_dictionaries(
    {"dateNotificationModification": days, "datePublicationDonneesModification": days},
    optional={"dureeMois": months, "montant": euros, "titulaires": parties("titulaire")},
)
subcontracts = st.fixed_dictionaries(
    {
        "sousTraitant": companies,
        "dureeMois": months,
        "dateNotification": days,
        "datePublicationDonnees": days,
        "montant": euros,
        "variationPrix": st.sampled_from(["Ferme", "Actualisable", "Révisable"]),
    }
)
subcontract_changes = st.fixed_dictionaries(
    {"dateNotificationModificationSousTraitance": days, "datePublicationDonnees": days},
    optional={"dureeMois": months, "montant": euros},
)
green = wrapped(
    "considerationEnvironnementale",
    considerations(
        ("Clause environnementale", "Critère environnemental"),
        "Pas de considération environnementale",
    ),
)
whole_contracts: Rows = st.fixed_dictionaries(
    {
        "id": references,
        "acheteur": st.just({"id": DEMONSTRATION}),
        "nature": st.sampled_from(NATURES),
        "objet": words,
        "codeCPV": st.from_regex(r"\A[0-9]{8}(-[0-9])?\Z"),
        "techniques": wrapped("technique", some(TECHNIQUES)),
        "modalitesExecution": wrapped("modaliteExecution", some(MODALITIES)),
        "marcheInnovant": st.booleans(),
        "ccag": st.sampled_from(CCAGS),
        "offresRecues": st.integers(1, 200),
        "attributionAvance": st.booleans(),
        "typeGroupementOperateurs": st.sampled_from(["Conjoint", "Solidaire"]),
        "procedure": st.sampled_from(PROCEDURES),
        "lieuExecution": place,
        "dureeMois": months,
        "dateNotification": days,
        "datePublicationDonnees": days,
        "montant": euros,
        "typesPrix": wrapped("typePrix", some(PRICES)),
        "formePrix": st.sampled_from(["Unitaire", "Forfaitaire", "Mixte"]),
        "sousTraitanceDeclaree": st.booleans(),
        "titulaires": parties("titulaire"),
        "considerationsSociales": wrapped(
            "considerationSociale",
            considerations((*SOCIAL, "Marché réservé"), "Pas de considération sociale"),
        ),
        "considerationsEnvironnementales": green,
    },
    optional={
        "idAccordCadre": st.from_regex(r"\A[A-Z0-9]{1,16}\Z").map(lambda end: f"A{end}"[:16]),
        "tauxAvance": shares.filter(bool),
        "origineUE": shares,
        "origineFrance": shares,
        "actesSousTraitance": numbered("acteSousTraitance", subcontracts),
        "modificationsActesSousTraitance": numbered(
            "modificationActeSousTraitance", subcontract_changes
        ),
        "modifications": numbered("modification", amendments),
    },
)


def with_a_rate_only_of_an_advance(row: Row) -> Row:
    """The rate of an advance that is not granted means nothing, and is not published."""
    return {
        name: value
        for name, value in row.items()
        if name != "tauxAvance" or row["attributionAvance"]
    }


contracts = whole_contracts.map(with_a_rate_only_of_an_advance)
tariffs = st.fixed_dictionaries({"intituleTarif": words, "tarif": euros | st.just(0)})
years = st.fixed_dictionaries(
    {
        "datePublicationDonneesExecution": days,
        "depensesInvestissement": euros | st.just(0),
        "tarifs": st.lists(tariffs, min_size=1, max_size=2).map(
            lambda found: [{"tarif": one} for one in found]
        ),
    }
)
concessions: Rows = st.fixed_dictionaries(
    {
        "id": references,
        "autoriteConcedante": st.just({"id": DEMONSTRATION}),
        "nature": st.sampled_from(CONCESSIONS),
        "objet": words,
        "procedure": st.sampled_from(WAYS),
        "dureeMois": months,
        "dateSignature": days,
        "datePublicationDonnees": days,
        "dateDebutExecution": days,
        "valeurGlobale": euros,
        "montantSubventionPublique": euros | st.just(0),
        "concessionnaires": parties("concessionnaire"),
        "considerationsSociales": wrapped(
            "considerationSociale",
            considerations((*SOCIAL, "Concession réservée"), "Pas de considération sociale"),
        ),
        "considerationsEnvironnementales": green,
    },
    optional={
        "donneesExecution": st.lists(years, min_size=1, max_size=2).map(
            lambda found: [{"donneesAnnuelles": one} for one in found]
        ),
        "modifications": numbered(
            "modification",
            st.fixed_dictionaries(
                {"dateSignatureModification": days, "datePublicationDonneesModification": days},
                optional={"dureeMois": months, "valeurGlobale": euros},
            ),
        ),
    },
)
