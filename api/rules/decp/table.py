"""A contract as flat lines, under the public column names of decp.info.

One line per supplier for the contract as it was awarded (``modification_id`` 0), then for what each
amendment made of it, as decp.info does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from msgspec import structs

from api.rules.decp.writing import write
from api.rules.described import SIRET, Column, Described, cell
from api.rules.records import AmendmentRecord, ContractRecord, Party

Object = Mapping[str, Any]

_NOBODY: Final = Party(None, None, None)


@dataclass(frozen=True, slots=True)
class Line:
    """What a line is made of; ``fields``: the DECP object of the record."""

    record: ContractRecord
    buyer_name: str
    fields: Object
    party: Party
    amendment: int
    present: bool


Read = Callable[[Line], Any]


def _plain(name: str) -> Read:
    return lambda line: line.fields.get(name)


def _first(*names: str) -> Read:
    return lambda line: next((line.fields[name] for name in names if name in line.fields), None)


def _inside(name: str, key: str) -> Read:
    return lambda line: line.fields.get(name, {}).get(key)


def _euros(line: Line) -> Decimal | None:
    # Exact: a table also bears amounts that are too great for a number of JSON.
    cents = line.record.amount
    return None if cents is None else Decimal(cents) / 100


def _type(line: Line) -> str | None:
    """Works, supplies or services, by the division of the CPV code, as decp.info derives it."""
    division = (line.record.cpv or "")[:2]
    if not division.isdigit():
        return None
    if division == "45":
        return "Travaux"
    return "Fournitures" if int(division) < 45 or division == "48" else "Services"


_TYPES: Final = {
    "Fournitures": "divisions 03 à 44 et 48",
    "Services": "divisions 49 à 98",
    "Travaux": "division 45",
}
_LABELS: Final = "Plusieurs libellés sont séparés par une virgule et une espace."
_SHARE: Final = "Entre 0 et 1 : 0.2 vaut 20 %."

_TOLD: Final[tuple[tuple[Column, Read], ...]] = (
    (
        Column(
            "uid",
            "Identifiant unique",
            "Le SIRET de l’acheteur suivi de « id ».",
            required=True,
            example="000000016000122026-00042",
        ),
        lambda line: line.record.buyer_siret + line.record.reference,
    ),
    (
        Column("id", "Numéro", "Le numéro du contrat, unique chez l’acheteur.", required=True),
        lambda line: line.record.reference,
    ),
    (
        Column("acheteur_id", "SIRET de l’acheteur", "14 chiffres.", required=True, pattern=SIRET),
        lambda line: line.record.buyer_siret,
    ),
    (
        Column("acheteur_nom", "Nom de l’acheteur", "Tel qu’il se nomme ici.", required=True),
        lambda line: line.buyer_name,
    ),
    (
        Column(
            "titulaire_id",
            "Identifiant du titulaire",
            "Dans le répertoire que nomme « titulaire_typeIdentifiant ».",
        ),
        lambda line: line.party.identifier,
    ),
    (
        Column(
            "titulaire_typeIdentifiant",
            "Type d’identifiant du titulaire",
            "SIRET, TVA, TAHITI, RIDET, FRWF, IREP ou HORS-UE.",
        ),
        lambda line: line.party.id_type,
    ),
    (
        Column("titulaire_nom", "Nom du titulaire", "Tel que l’acheteur l’a enregistré."),
        lambda line: line.party.name,
    ),
    (Column("objet", "Objet", "L’objet du contrat."), _plain("objet")),
    (
        Column("nature", "Nature", "Marché, marché de partenariat, concession de service…"),
        _plain("nature"),
    ),
    (
        Column(
            "montant",
            "Montant HT",
            "En euros hors taxes ; la valeur globale, pour une concession. D’une modification : "
            "le nouveau total, s’il a changé.",
            "number",
        ),
        _euros,
    ),
    (
        Column("type", "Type d’achat", "Déduit de la division du code CPV.", choices=_TYPES),
        _type,
    ),
    (
        Column("codeCPV", "Code CPV", "Le vocabulaire européen des achats.", example="77310000-6"),
        _plain("codeCPV"),
    ),
    (Column("procedure", "Procédure", "Celle de la passation."), _plain("procedure")),
    (
        Column("techniques", "Techniques d’achat", f"Accord-cadre, concours… {_LABELS}"),
        _inside("techniques", "technique"),
    ),
    (
        Column("modalitesExecution", "Modalités d’exécution", f"Tranches, bons… {_LABELS}"),
        _inside("modalitesExecution", "modaliteExecution"),
    ),
    (
        Column("idAccordCadre", "Numéro de l’accord-cadre", "D’un marché subséquent."),
        _plain("idAccordCadre"),
    ),
    (Column("dureeMois", "Durée", "En mois.", "integer", least=0), _plain("dureeMois")),
    (
        Column(
            "dateNotification",
            "Date de notification",
            "Celle du contrat ou de la modification ; de signature, pour une concession.",
            "date",
        ),
        _first("dateNotification", "dateSignature"),
    ),
    (
        Column(
            "datePublicationDonnees",
            "Date de publication des données",
            "Celle du contrat ou de la modification.",
            "date",
        ),
        _plain("datePublicationDonnees"),
    ),
    (
        Column("offresRecues", "Offres reçues", "Leur nombre.", "integer", least=0),
        _plain("offresRecues"),
    ),
    (Column("formePrix", "Forme du prix", "Unitaire, forfaitaire, mixte."), _plain("formePrix")),
    (
        Column("typesPrix", "Types de prix", f"Définitif, révisable… {_LABELS}"),
        _inside("typesPrix", "typePrix"),
    ),
    (
        Column("attributionAvance", "Avance", "Une avance est-elle versée ?", "boolean"),
        _plain("attributionAvance"),
    ),
    (Column("tauxAvance", "Taux de l’avance", _SHARE, "number"), _plain("tauxAvance")),
    (
        Column("marcheInnovant", "Achat innovant", "Déclaré innovant.", "boolean"),
        _plain("marcheInnovant"),
    ),
    (Column("ccag", "CCAG", "Le cahier des clauses auquel il se réfère."), _plain("ccag")),
    (
        Column("sousTraitanceDeclaree", "Sous-traitance", "Déclarée à la notification.", "boolean"),
        _plain("sousTraitanceDeclaree"),
    ),
    (
        Column("typeGroupementOperateurs", "Groupement", "Conjoint, solidaire, pas de groupement."),
        _plain("typeGroupementOperateurs"),
    ),
    (
        Column("origineUE", "Part des produits de l’Union européenne", _SHARE, "number"),
        _plain("origineUE"),
    ),
    (
        Column("origineFrance", "Part des produits français", _SHARE, "number"),
        _plain("origineFrance"),
    ),
    (
        Column("lieuExecution_code", "Lieu d’exécution", "Un code, du type qui suit."),
        _inside("lieuExecution", "code"),
    ),
    (
        Column("lieuExecution_typeCode", "Type du lieu d’exécution", "Code commune, postal…"),
        _inside("lieuExecution", "typeCode"),
    ),
    (
        Column(
            "considerationsSociales",
            "Considérations sociales",
            f"Clause sociale, critère social, marché réservé ; vide si rien n’est dit. {_LABELS}",
        ),
        _inside("considerationsSociales", "considerationSociale"),
    ),
    (
        Column(
            "considerationsEnvironnementales",
            "Considérations environnementales",
            f"Clause ou critère environnemental ; vide si rien n’est dit. {_LABELS}",
        ),
        _inside("considerationsEnvironnementales", "considerationEnvironnementale"),
    ),
    (
        Column(
            "modification_id",
            "Rang de la modification",
            "0 : le contrat tel qu’attribué ; 1 : après sa première modification, et ainsi de "
            "suite.",
            "integer",
            required=True,
            least=0,
        ),
        lambda line: line.amendment,
    ),
    (
        Column(
            "donneesActuelles",
            "Données actuelles",
            "Vrai pour la dernière modification, ou pour le contrat qui n’en a pas : ne "
            "gardez que ces lignes pour compter chaque contrat une fois.",
            "boolean",
            required=True,
        ),
        lambda line: line.present,
    ),
)

CONTRACTS: Final = Described(
    "contrats",
    "Contrats de la commande publique, en tableau",
    "Une ligne par titulaire de chaque contrat public et de chacune de ses modifications, sous les "
    "noms de colonnes de decp.info. Une cellule vide : ce n’est pas dit.",
    "1.0.0",
    tuple(column for column, _read in _TOLD),
)
COLUMNS: Final = CONTRACTS.names
_READ: Final = tuple(read for _column, read in _TOLD)
# All that tells the lines of a contract from each other.
_OF_PARTY: Final = tuple(
    (place, read)
    for place, (column, read) in enumerate(_TOLD)
    if column.name.startswith("titulaire_")
)


def lines(record: ContractRecord, buyer_name: str) -> Iterator[tuple[str, ...]]:
    """The lines of a contract under ``COLUMNS``; what is not said is empty.

    Several labels are joined by ", ", booleans are "true" or "false", amounts are euros.
    """
    states = [record]
    for one in record.amendments:
        states.append(_amended(states[-1], one))
    for number, state in enumerate(states):
        parties = state.suppliers or (_NOBODY,)
        last = number == len(states) - 1
        line = Line(state, buyer_name, write(state), parties[0], number, last)
        cells = [cell(read(line)) for read in _READ]
        yield tuple(cells)
        for party in parties[1:]:
            other = replace(line, party=party)
            for place, read in _OF_PARTY:
                cells[place] = cell(read(other))
            yield tuple(cells)


def _amended(before: ContractRecord, change: AmendmentRecord) -> ContractRecord:
    """The contract after an amendment: its new totals, and what it leaves as it was."""
    return structs.replace(
        before,
        notified_on=change.notified_on,
        published_on=change.published_on,
        months=before.months if change.months is None else change.months,
        amount=before.amount if change.amount is None else change.amount,
        suppliers=before.suppliers if change.suppliers is None else change.suppliers,
    )
