"""The lines of a list of structures: each cell read, each refusal told by line and column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.kit.columns import clean_text
from api.kit.sheets import Cell, Row, Sheet
from api.rules.columns import Column, ColumnKind, Matching, match, normalised
from api.rules.decp.identifiers import has_siret_shape, siret_key_is_right
from api.structures.models import StructureKind
from api.structures.schemas import KINDS, Departement

COLUMNS: tuple[Column, ...] = (
    Column(
        "siret",
        "SIRET",
        required=True,
        synonyms=("numéro SIRET", "SIRET de la structure", "SIRET établissement"),
        kind=ColumnKind.IDENTIFIER,
    ),
    Column(
        "name",
        "Nom",
        synonyms=("raison sociale", "dénomination", "nom de la structure", "structure", "enseigne"),
    ),
    Column(
        "kind",
        "Type de structure",
        synonyms=("type", "type structure", "catégorie", "type SIAE", "statut"),
    ),
    Column(
        "ess",
        "ESS",
        synonyms=("économie sociale et solidaire", "entreprise de l’ESS"),
        kind=ColumnKind.BOOLEAN,
    ),
    Column(
        "esus",
        "ESUS",
        synonyms=("agrément ESUS", "agréée ESUS", "entreprise solidaire d’utilité sociale"),
        kind=ColumnKind.BOOLEAN,
    ),
    Column(
        "departement",
        "Département",
        synonyms=("code département", "dept", "dpt"),
        kind=ColumnKind.IDENTIFIER,
    ),
    Column(
        "domain",
        "Domaine",
        synonyms=("secteur", "secteurs d’activité", "activité", "domaine d’activité"),
    ),
)
TITLES = {column.field: column.label for column in COLUMNS}

_DEPARTEMENT: TypeAdapter[str] = TypeAdapter(Departement)
_LENGTHS = {"name": 300, "domain": 200}
_FLAGS = {
    **dict.fromkeys(("oui", "o", "yes", "vrai", "true", "1", "x"), True),
    **dict.fromkeys(("non", "n", "no", "faux", "false", "0"), False),
}
_KIND_WORDS: dict[str, StructureKind] = {
    **{normalised(kind.value): kind for kind in StructureKind},
    **{normalised(label): kind for kind, label in KINDS.items()},
    **{normalised(label.partition(" (")[0]): kind for kind, label in KINDS.items()},
    "regie de quartier": StructureKind.REGIE_QUARTIER,
    "regie de territoire": StructureKind.REGIE_QUARTIER,
    "rq": StructureKind.REGIE_QUARTIER,
    **dict.fromkeys(("aucun", "non", "entreprise ordinaire", "ordinaire"), StructureKind.NONE),
}


@dataclass(slots=True)
class Note:
    """What is wrong, or to look at, in a cell: line of the file, title of the column, French."""

    line: int
    column: str
    message: str


@dataclass(slots=True)
class Lines:
    """The lines of a file: the facts of each SIRET in order, what refuses the file, what to see."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)


def matched(sheet: Sheet) -> Matching:
    """Which column of a sheet is which fact."""
    return match(sheet.header, COLUMNS)


def read_lines(sheet: Sheet, matching: Matching) -> Lines:
    """Read every line; a cell left empty says nothing. Nothing is raised: errors are collected."""
    found = Lines()
    first: dict[str, int] = {}
    for row in sheet.rows:
        said = _row(row, sheet.header, matching, found)
        siret = said.pop("siret", None)
        if siret is None:
            continue
        title = sheet.header[matching.fields["siret"]]
        if siret in first:
            message = f"est déjà à la ligne {first[siret]} : gardez une seule ligne par SIRET."
            found.errors.append(Note(row.line, title, message))
            continue
        if not siret_key_is_right(siret):
            message = "a une clé de contrôle fausse : vérifiez qu’aucun chiffre n’est changé."
            found.warnings.append(Note(row.line, title, message))
        first[siret] = row.line
        found.facts[siret] = said
    places = {title: index for index, title in enumerate(sheet.header)}
    found.errors.sort(key=lambda note: (note.line, places[note.column]))
    return found


def _row(row: Row, header: Sequence[str], matching: Matching, found: Lines) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, index in matching.fields.items():
        cell = row.values[index]
        if cell is None:
            if name == "siret":
                message = "est vide : donnez les 14 chiffres."
                found.errors.append(Note(row.line, header[index], message))
            continue
        try:
            said[name] = READERS[name](name, cell)
        except ValueError as error:
            found.errors.append(Note(row.line, header[index], str(error)))
    return said


def _siret(_name: str, cell: Cell) -> str:
    text = "".join(str(cell).split())
    # A spreadsheet that takes it for a number drops the zeros at its head.
    if isinstance(cell, int | Decimal) and text.isdigit():
        text = text.zfill(14)
    if not has_siret_shape(text):
        raise ValueError("n’est pas un SIRET : il faut 14 chiffres, dans une cellule de texte.")
    return text


def _text(name: str, cell: Cell) -> str:
    text = str(clean_text(str(cell)))
    if len(text) > _LENGTHS[name]:
        raise ValueError(f"dépasse {_LENGTHS[name]} caractères.")
    return text


def _kind(_name: str, cell: Cell) -> StructureKind:
    kind = _KIND_WORDS.get(normalised(str(cell)))
    if kind is None:
        codes = ", ".join(one.value.upper() for one in StructureKind)
        raise ValueError(f"n’est pas un type de structure. Types possibles : {codes}.")
    return kind


def _flag(_name: str, cell: Cell) -> bool:
    flag = cell if isinstance(cell, bool) else _FLAGS.get(normalised(str(cell)))
    if flag is None:
        raise ValueError("n’est ni « oui » ni « non » : laissez vide ce qui n’est pas connu.")
    return flag


def _departement(_name: str, cell: Cell) -> str:
    text = str(cell).strip().upper()
    try:
        return _DEPARTEMENT.validate_python(text.zfill(2) if text.isdigit() else text)
    except ValidationError as error:
        raise ValueError("n’est pas un code de département, comme « 62 » ou « 2A ».") from error


READERS: dict[str, Callable[[str, Cell], Any]] = {
    "siret": _siret,
    "name": _text,
    "kind": _kind,
    "ess": _flag,
    "esus": _flag,
    "departement": _departement,
    "domain": _text,
}
