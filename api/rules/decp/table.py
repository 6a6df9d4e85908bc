"""A contract as flat lines, under the public column names of decp.info (one line per supplier)."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from api.rules.decp.writing import write
from api.rules.records import ContractRecord, Party

Object = Mapping[str, Any]

_NOBODY: Final = Party(None, None, None)


def _plain(name: str) -> Callable[[Object], Any]:
    return lambda fields: fields.get(name)


def _first(*names: str) -> Callable[[Object], Any]:
    return lambda fields: next((fields[name] for name in names if name in fields), None)


def _inside(name: str, key: str) -> Callable[[Object], Any]:
    return lambda fields: fields.get(name, {}).get(key)


_FROM_OBJECT: Final[Mapping[str, Callable[[Object], Any]]] = {
    "objet": _plain("objet"),
    "nature": _plain("nature"),
    "montant": _plain("montant"),
    "codeCPV": _plain("codeCPV"),
    "procedure": _plain("procedure"),
    "techniques": _inside("techniques", "technique"),
    "modalitesExecution": _inside("modalitesExecution", "modaliteExecution"),
    "idAccordCadre": _plain("idAccordCadre"),
    "dureeMois": _plain("dureeMois"),
    "dateNotification": _first("dateNotification", "dateSignature"),
    "datePublicationDonnees": _plain("datePublicationDonnees"),
    "offresRecues": _plain("offresRecues"),
    "formePrix": _plain("formePrix"),
    "typesPrix": _inside("typesPrix", "typePrix"),
    "attributionAvance": _plain("attributionAvance"),
    "tauxAvance": _plain("tauxAvance"),
    "marcheInnovant": _plain("marcheInnovant"),
    "ccag": _plain("ccag"),
    "sousTraitanceDeclaree": _plain("sousTraitanceDeclaree"),
    "typeGroupementOperateurs": _plain("typeGroupementOperateurs"),
    "origineUE": _plain("origineUE"),
    "origineFrance": _plain("origineFrance"),
    "lieuExecution_code": _inside("lieuExecution", "code"),
    "lieuExecution_typeCode": _inside("lieuExecution", "typeCode"),
    "considerationsSociales": _inside("considerationsSociales", "considerationSociale"),
    "considerationsEnvironnementales": _inside(
        "considerationsEnvironnementales", "considerationEnvironnementale"
    ),
}

COLUMNS: Final = (
    "uid", "id", "acheteur_id", "acheteur_nom", "titulaire_id", "titulaire_typeIdentifiant",
    "titulaire_nom", *_FROM_OBJECT,
)  # fmt: skip


def lines(record: ContractRecord, buyer_name: str) -> Iterator[tuple[str, ...]]:
    """The lines of a contract under ``COLUMNS``; what is not said is empty.

    Several labels are joined by ", ", booleans are "true" or "false", amounts are euros.
    """
    fields = write(record) | {"montant": _euros(record.amount)}
    common = [_text(read(fields)) for read in _FROM_OBJECT.values()]
    uid = record.buyer_siret + record.reference
    for party in record.suppliers or (_NOBODY,):
        yield (
            uid,
            record.reference,
            record.buyer_siret,
            buyer_name,
            _text(party.identifier),
            _text(party.id_type),
            _text(party.name),
            *common,
        )


def _euros(cents: int | None) -> Decimal | None:
    # Exact: a table also bears amounts that are too great for a number of JSON.
    return None if cents is None else Decimal(cents) / 100


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
