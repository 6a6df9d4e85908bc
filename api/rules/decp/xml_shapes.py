"""From the elements of one contract to the raw row that ``read_row`` takes, as JSON holds it.

An XML file doesn't tell a number from a text, nor a list of one from a single value: the names do,
in the tables below, for the format of 2022 and for that of 2019. What isn't in the tables gets a
remark with what it says, so that nothing is lost in silence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from api.rules.decp.issues import issue
from api.rules.records import Issue, Kind

MAX_REMARKS: Final = 50

_SPACES = " \t\r\n"
_LONGEST_NUMBER = 40
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)")
_TRUTHS: Final = {
    "true": True,
    "oui": True,
    "1": True,
    "false": False,
    "non": False,
    "0": False,
}
# Declarations of XML itself (xmlns:xsi, xsi:nil, xml:lang) say nothing on the contract.
_SILENT_PREFIXES: Final = ("xmlns", "xsi", "xml")


@dataclass(slots=True)
class Node:
    """An element as it stands in the file: its texts, not those of its children."""

    name: str
    attributes: Mapping[str, str]
    texts: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)


@dataclass(frozen=True, slots=True)
class Value:
    """An element that holds a value; ``many`` when it may be repeated without a wrapper."""

    read: Callable[[str], object] = str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """An element that holds others, each once at most but for those made to be repeated."""

    of: "Mapping[str, Shape]"


@dataclass(frozen=True, slots=True)
class Items:
    """An element that holds a list; ``name`` is that of the items in XML, ``key`` in JSON."""

    name: str
    of: Value | Fields
    key: str = ""


Shape = Value | Fields | Items


def _number(text: str) -> object:
    """An exact number where the XSD would see one; else the text, for ``read_row`` to judge."""
    bare = text.strip(_SPACES)
    if len(bare) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(bare):
        return int(bare)
    return Decimal(bare) if _DECIMAL.fullmatch(bare) else text


def _truth(text: str) -> object:
    return _TRUTHS.get(text.strip(_SPACES), text)


def _day(text: str) -> object:
    return text.strip(_SPACES)


_TEXT = Value()
_NUMBER = Value(_number)
_TRUTH = Value(_truth)
_DAY = Value(_day)
_LABEL = Value(many=True)
_BUYER = Fields({"id": _TEXT, "nom": _TEXT})
_PARTY = Fields({"typeIdentifiant": _TEXT, "id": _TEXT, "denominationSociale": _TEXT})
_SUPPLIERS = Items("titulaire", _PARTY)
# A new amount and a new duration may bear the name of the other family: ``read_row`` tells it.
_AMENDMENTS = Items(
    "modification",
    Fields(
        {
            "id": _NUMBER,
            "objetModification": _TEXT,
            "dateNotificationModification": _DAY,
            "dateSignatureModification": _DAY,
            "datePublicationDonneesModification": _DAY,
            "dureeMois": _NUMBER,
            "montant": _NUMBER,
            "valeurGlobale": _NUMBER,
            "titulaires": _SUPPLIERS,
        }
    ),
)
_SUBCONTRACTS = Items(
    "acteSousTraitance",
    Fields(
        {
            "id": _NUMBER,
            "sousTraitant": _PARTY,
            "dureeMois": _NUMBER,
            "dateNotification": _DAY,
            "datePublicationDonnees": _DAY,
            "montant": _NUMBER,
            "variationPrix": _TEXT,
        }
    ),
)
_SUBCONTRACT_CHANGE = Fields(
    {
        "id": _NUMBER,
        "dureeMois": _NUMBER,
        "dateNotificationModificationSousTraitance": _DAY,
        "montant": _NUMBER,
        "datePublicationDonnees": _DAY,
    }
)
_YEARS = Items(
    "donneesAnnuelles",
    Fields(
        {
            "datePublicationDonneesExecution": _DAY,
            "depensesInvestissement": _NUMBER,
            "tarifs": Items("tarif", Fields({"intituleTarif": _TEXT, "tarif": _NUMBER})),
        }
    ),
)
# Fields of both families of contracts: some files mix them, and ``read_row`` says so.
CONTRACT: Final = Fields(
    {
        "id": _TEXT,
        "uid": _TEXT,
        # Marks of those who gather contracts: nothing is read of them, in JSON neither.
        "uuid": _TEXT,
        "source": _TEXT,
        "_type": _TEXT,
        "acheteur": _BUYER,
        "autoriteConcedante": _BUYER,
        "nature": _TEXT,
        "objet": _TEXT,
        "codeCPV": _TEXT,
        "procedure": _TEXT,
        "lieuExecution": Fields({"code": _TEXT, "typeCode": _TEXT, "nom": _TEXT}),
        "techniques": Items("technique", _TEXT),
        "technique": _LABEL,
        "modalitesExecution": Items("modaliteExecution", _TEXT),
        "modaliteExecution": _LABEL,
        "idAccordCadre": _TEXT,
        "marcheInnovant": _TRUTH,
        "ccag": _TEXT,
        "offresRecues": _NUMBER,
        "attributionAvance": _TRUTH,
        "tauxAvance": _NUMBER,
        "typeGroupementOperateurs": _TEXT,
        "sousTraitanceDeclaree": _TRUTH,
        "actesSousTraitance": _SUBCONTRACTS,
        "modificationsActesSousTraitance": Items(
            "modificationActesSousTraitance", _SUBCONTRACT_CHANGE, "modificationActeSousTraitance"
        ),
        "dureeMois": _NUMBER,
        "dateNotification": _DAY,
        "dateSignature": _DAY,
        "dateDebutExecution": _DAY,
        "datePublicationDonnees": _DAY,
        "montant": _NUMBER,
        "valeurGlobale": _NUMBER,
        "montantSubventionPublique": _NUMBER,
        "donneesExecution": _YEARS,
        "typesPrix": Items("typePrix", _TEXT),
        "typePrix": _LABEL,
        "formePrix": _TEXT,
        "origineUE": _NUMBER,
        "origineFrance": _NUMBER,
        "titulaires": _SUPPLIERS,
        "concessionnaires": Items("concessionnaire", _PARTY),
        "considerationsSociales": Items("considerationSociale", _TEXT),
        "considerationSociale": _LABEL,
        "considerationsEnvironnementales": Items("considerationEnvironnementale", _TEXT),
        "considerationEnvironnementale": _LABEL,
        "modifications": _AMENDMENTS,
    }
)
KINDS: Final = {"marche": Kind.CONTRACT, "contrat-concession": Kind.CONCESSION}


def row_of(contract: Node) -> tuple[object, tuple[Issue, ...]]:
    """The raw row of one contract, for ``read_row``, and the remarks on what it leaves aside."""
    issues: list[Issue] = []
    return _read(contract, CONTRACT, "", issues), tuple(issues)


def _read(node: Node, shape: Value | Fields, place: str, issues: list[Issue]) -> object:
    _tell_attributes(node, place, issues)
    if isinstance(shape, Fields):
        return _read_fields(node, shape, place, issues)
    for child in node.children:
        _tell(issues, issue("unknown_element", _inside(place, child.name), _said(child)))
    return shape.read(node.text)


def _read_fields(node: Node, shape: Fields, place: str, issues: list[Issue]) -> object:
    """The object of an element; its text when it only holds a text, which JSON may do too."""
    text = node.text
    if place and not node.children and text.strip():
        return text
    _tell_text(text, place, issues)
    row: dict[str, object] = {}
    lists: dict[str, list[object]] = {}
    for child in node.children:
        of, inner = shape.of.get(child.name), _inside(place, child.name)
        if of is None:
            _tell(issues, issue("unknown_element", inner, _said(child)))
        elif isinstance(of, Items):
            _read_items(child, of, inner, lists.setdefault(child.name, []), issues)
        elif isinstance(of, Value) and of.many:
            lists.setdefault(child.name, []).append(_read(child, of, inner, issues))
        elif child.name in row:
            _tell(issues, issue("repeated_element", inner, _said(child)))
        else:
            row[child.name] = _read(child, of, inner, issues)
    return row | {name: _wrapped(items, shape.of[name]) for name, items in lists.items()}


def _wrapped(items: list[object], shape: Shape) -> object:
    """A list as JSON wraps it: labels in an object, objects one by one, bare labels not at all."""
    if not isinstance(shape, Items):
        return items
    key = shape.key or shape.name
    return {key: items} if isinstance(shape.of, Value) else [{key: item} for item in items]


def _read_items(
    node: Node, shape: Items, place: str, items: list[object], issues: list[Issue]
) -> None:
    """Append the items of a list, in their wrappers or, in some files, without any."""
    _tell_attributes(node, place, issues)
    if not node.children and node.text.strip():
        items.append(node.text)
        return
    _tell_text(node.text, place, issues)
    bare = Node(node.name, {})
    for child in node.children:
        if child.name in (shape.name, shape.key):
            items.append(_read(child, shape.of, f"{place}[{len(items) + 1}]", issues))
        else:
            bare.children.append(child)
    if bare.children:
        if isinstance(shape.of, Fields) and not shape.of.of.keys().isdisjoint(
            child.name for child in bare.children
        ):
            items.append(_read(bare, shape.of, f"{place}[{len(items) + 1}]", issues))
        else:
            for child in bare.children:
                _tell(issues, issue("unknown_element", _inside(place, child.name), _said(child)))


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _said(node: Node) -> object:
    """What an element left aside says, for its remark."""
    return {} if node.children else node.text.strip()


def _tell_text(text: str, place: str, issues: list[Issue]) -> None:
    if text.strip():
        _tell(issues, issue("misplaced_text", place or "marche", text.strip()))


def _tell_attributes(node: Node, place: str, issues: list[Issue]) -> None:
    for name, value in node.attributes.items():
        if name.partition(":")[0] not in _SILENT_PREFIXES:
            field_name = f"{place or node.name}@{name}"
            _tell(issues, issue("unknown_element", field_name, value))


def _tell(issues: list[Issue], made: Issue) -> None:
    """Append a remark; past ``MAX_REMARKS``, a trapped file must not fill the memory with them."""
    if len(issues) < MAX_REMARKS:
        issues.append(made)
    elif len(issues) == MAX_REMARKS:
        issues.append(issue("unknown_elements", ""))
