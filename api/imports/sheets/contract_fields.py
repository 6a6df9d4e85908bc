"""The columns of a spreadsheet of contracts."""

from typing import Final

from api.imports.sheets import cells
from api.imports.sheets.base import BUYER, DIRECTORATE, family
from api.imports.sheets.cells import Reader
from api.imports.sheets.target import SheetField
from api.kit.columns import euros_text
from api.kit.sheets import Cell
from api.reference import cpv
from api.reference.marks import MARKS
from api.rules.columns import normalised
from api.rules.decp import labels
from api.rules.records import Kind

MARK: Final = "mark."
_KINDS = {"marche": Kind.CONTRACT.value, "marche public": Kind.CONTRACT.value} | dict.fromkeys(
    ("concession", "dsp", "delegation de service public"), Kind.CONCESSION.value
)
_KIND_LABELS = {Kind.CONTRACT.value: "Marché", Kind.CONCESSION.value: "Concession"}
_PROCEDURES = (*labels.PROCEDURES, *labels.CONCESSION_PROCEDURES)
# How buyers shorten the names of procedures.
_SHORT = {
    **dict.fromkeys(("mapa", "adaptee", "procedure adaptee mapa"), labels.PROCEDURES[0]),
    **dict.fromkeys(("aoo", "ao ouvert", "ao"), labels.PROCEDURES[1]),
    **dict.fromkeys(("aor", "ao restreint"), labels.PROCEDURES[2]),
    **dict.fromkeys(("pn", "negociee", "procedure negociee"), labels.PROCEDURES[3]),
    **dict.fromkeys(
        (
            "sans publicite ni mise en concurrence",
            "spmc",
            "gre a gre",
            "marche negocie sans publicite",
        ),
        labels.PROCEDURES[4],
    ),
}


def _cpv(cell: Cell) -> str:
    said = cells.text_of(cell).replace(" ", "")
    code, dash, key = said.partition("-")
    if code.isascii() and code.isdigit() and len(code) == 7:
        raise ValueError(
            f"« {said} » n’a que 7 chiffres sur 8 : un tableur ôte le zéro de tête. Si c’est "
            f"« 0{said} », écrivez-le ainsi dans une cellule au format Texte."
        )
    right = code.isascii() and code.isdigit() and len(code) == 8
    if not right or (dash and (len(key) != 1 or key not in "0123456789")):
        raise ValueError(f"« {said[:60]} » n’est pas un code CPV : il faut 8 chiffres.")
    return said


def _months(cell: Cell) -> int:
    said = cell.lower().removesuffix("mois").strip() if isinstance(cell, str) else cell
    return int(str(cells.whole(1, 600)(said)))


def _listed(name: str, label: str, read: Reader, *synonyms: str) -> SheetField:
    return SheetField(name, label, read, synonyms)


_FACTS: Final = (
    SheetField(
        "reference",
        "N° de marché",
        cells.text(64),
        ("Numéro", "N° marché", "N° du marché", "Numéro de marché", "Numéro du marché", "Marché",
         "Référence", "Référence du marché", "Code marché", "N° de contrat", "Contrat"),
        required=True,
        help="Unique chez l’acheteur : c’est à lui qu’un marché est reconnu.",
    ),
    SheetField("kind", "Type de contrat", cells.word(_KINDS, _KIND_LABELS.values()),
               ("Famille de contrat",), show=lambda value: _KIND_LABELS.get(value, value),
               help="« Marché » quand rien n’est dit."),
    _listed("subject", "Objet", cells.text(1000), "Objet du marché", "Intitulé", "Libellé",
            "Intitulé du marché", "Libellé du marché"),
    _listed("nature", "Nature", cells.labels(labels.NATURES + labels.CONCESSION_NATURES),
            "Nature du marché"),
    SheetField("procedure", "Procédure",
               cells.word({**{normalised(one): one for one in _PROCEDURES}, **_SHORT}, _PROCEDURES),
               ("Procédure de passation", "Type de procédure", "Mode de passation"),
               help="« MAPA », « AOO » conviennent."),
    SheetField("cpv", "Code CPV", _cpv, ("CPV", "CPV principal", "Code CPV principal"),
               doubt=lambda value: cpv.unknown(str(value))),
    SheetField("amount", "Montant HT", cells.cents_above_zero,
               ("Montant", "Montant notifié HT", "Montant notifié", "Montant HT notifié",
                "Montant initial HT", "Montant du marché HT"),
               show=lambda value: None if value is None else euros_text(value),
               help="Hors taxes, en euros ; une colonne TTC n’est jamais lue à sa place."),
    _listed("months", "Durée", _months, "Durée (mois)", "Durée en mois", "Durée du marché"),
    _listed("notified_on", "Date de notification", cells.day, "Notification", "Notifié le",
            "Date notification", "Date de signature"),
    _listed("starts_on", "Début d’exécution", cells.day, "Date de début",
            "Date de début d’exécution"),
    _listed("published_on", "Date de publication des données", cells.day, "Publié le"),
    _listed("supplier_siret", "SIRET du titulaire", cells.sirets, "SIRET titulaire",
            "SIRET des titulaires", "N° SIRET", "SIRET", "SIRET fournisseur", "SIRET attributaire"),
    _listed("supplier_name", "Nom du titulaire", cells.text(600), "Titulaire", "Titulaires",
            "Attributaire", "Raison sociale", "Fournisseur", "Nom titulaire"),
    _listed("offers_received", "Nombre d’offres reçues", cells.whole(1, 100_000), "Offres reçues",
            "Nb d’offres", "Nombre d’offres"),
    _listed("place_code", "Code du lieu d’exécution", cells.text(60), "Lieu d’exécution",
            "Code lieu"),
    _listed("place_kind", "Type de lieu d’exécution", cells.labels(labels.PLACE_KINDS),
            "Type de code du lieu"),
    _listed("ccag", "CCAG", cells.labels(labels.CCAGS)),
    _listed("price_form", "Forme du prix", cells.labels(labels.PRICE_FORMS), "Forme de prix"),
    _listed("grouping", "Groupement d’opérateurs", cells.labels(labels.GROUPINGS), "Groupement"),
    _listed("subcontracting_declared", "Sous-traitance déclarée", cells.flag, "Sous-traitance"),
    _listed("framework_reference", "Numéro de l’accord-cadre", cells.text(64), "Accord-cadre",
            "N° accord-cadre"),
    _listed("consultation_reference", "Consultation", cells.text(60), "N° de consultation",
            "Référence de la consultation"),
    _listed("lot_number", "Numéro de lot", cells.whole(1, 1000), "Lot", "N° de lot", "N° lot"),
    DIRECTORATE,
    family("purchase_family"),
    _listed("project", "Projet d’achat", cells.text(64), "N° de projet", "N° projet",
            "Numéro du projet"),
    BUYER,
)  # fmt: skip
_MARKS = tuple(
    SheetField(
        f"{MARK}{code}",
        mark.label,
        cells.flag,
        (mark.label.partition(" :")[0],) if " :" in mark.label else (),
        help="« oui » ou « non ».",
    )
    for code, mark in MARKS.items()
)
FIELDS: Final = (*_FACTS, *_MARKS)
