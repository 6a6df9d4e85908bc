"""Opens an XLSX workbook: where its sheets are, its shared texts, the formats of its cells.

Format: ECMA-376, part 1 (SpreadsheetML), transitional or strict, with any prefix.
"""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from api.kit.sheets import values
from api.kit.sheets.model import Limits, UnreadableSheet
from api.kit.sheets.package import Package, damaged, walk
from api.kit.sheets.pieces import SHARED, Shape, Unsound, resolved, walk_pieces

TRUE = ("1", "true")


@dataclass(frozen=True)
class _Listed:
    """A worksheet as the workbook lists it."""

    name: str
    relation: str
    hidden: bool


@dataclass
class Workbook:
    """What every sheet of a workbook needs to be read: where it is, shared texts, formats."""

    package: Package
    sheets: list[tuple[str, str]]
    names: list[str]
    from_1904: bool
    texts: list[str] = field(default_factory=list)
    formats: list[values.Format] = field(default_factory=list)


class _Collector:
    """Keeps what ``on`` wants of each element; enough for the small parts of a workbook."""

    def __init__(self, on: Callable[[str, dict[str, str]], None]) -> None:
        self._on = on

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._on(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        pass

    def text(self, data: str) -> None:
        pass


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Identifier → (kind, part) of what a part refers to inside the package."""
    folder, name = posixpath.split(part)
    relations: dict[str, tuple[str, str]] = {}

    def keep(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.join("/" + folder, attributes.get("Target", ""))
            if found := package.find(target):
                relations[attributes.get("Id", "")] = kind, found

    listing = package.find(posixpath.join(folder, "_rels", f"{name}.rels"))
    if listing:
        walk(package, listing, _Collector(keep))
    return relations


def open_workbook(package: Package) -> Workbook:
    """The visible sheets of a workbook, or the hidden ones; raises UnreadableSheet."""
    main = next(
        (part for kind, part in _relations(package, "").values() if kind == "officeDocument"), None
    )
    if main is None or not main.lower().endswith(".xml"):
        raise damaged("sa partie principale manque")
    listed: list[_Listed] = []
    from_1904 = False

    def keep(element: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        if element == "workbookPr":
            from_1904 = attributes.get("date1904") in TRUE
        elif element == "sheet":
            relation = next((one for key, one in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            listed.append(_Listed(attributes.get("name", ""), relation, hidden))

    walk(package, main, _Collector(keep))
    relations = _relations(package, main)
    kinds = dict(relations.values())
    sheets = [
        (one, relations[one.relation][1])
        for one in listed
        if relations.get(one.relation, ("", ""))[0] == "worksheet"
    ]
    if not sheets:
        raise damaged("aucune feuille")
    # A hidden sheet holds the lists of the others; it is read when nothing else can be.
    shown = [(one.name, part) for one, part in sheets if not one.hidden]
    known = shown or [(one.name, part) for one, part in sheets]
    book = Workbook(package, known, [name for name, _part in known], from_1904)
    if "sharedStrings" in kinds:
        texts = _TextReader(package.limits)
        walk_pieces(package, kinds["sharedStrings"], texts, texts.shape)
        book.texts = texts.texts
    if "styles" in kinds:
        book.formats = _read_formats(package, kinds["styles"])
    return book


def _read_formats(package: Package, part: str) -> list[values.Format]:
    codes: dict[str, str] = {}
    identifiers: list[str] = []
    inside = ""

    def keep(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if element in ("numFmts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs", "fonts"):
            inside = element
        elif element == "numFmt" and inside == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif element == "xf" and inside == "cellXfs":
            identifiers.append(attributes.get("numFmtId", "0"))

    walk(package, part, _Collector(keep))
    return [values.read_format(rank_of(one, 0), codes.get(one)) for one in identifiers]


class _TextReader:
    """The shared texts of a workbook; runs are joined, phonetic guides left out."""

    def __init__(self, limits: Limits) -> None:
        self.texts: list[str] = []
        self.shape = Shape(b"<si>", "</si>", self._take, lambda: not self._open)
        self._limits = limits
        self._pieces: list[str] = []
        self._open = 0
        self._inside = self._phonetic = False

    def _take(self, piece: str) -> bool:
        match = SHARED.fullmatch(piece)
        if match is None:
            return False
        try:
            self._add(resolved(match[1]))
        except Unsound:
            return False
        return True

    def _add(self, text: str) -> None:
        self.texts.append(values.unescape(text))
        if len(self.texts) > 4 * self._limits.cells:
            raise UnreadableSheet("Le classeur contient trop de textes : partagez-le.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        local = name.rpartition(":")[2]
        if local == "si":
            self._pieces = []
            self._open += 1
        elif local == "rPh":
            self._phonetic = True
        elif local == "t":
            self._inside = not self._phonetic

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self._open -= 1
            self._add("".join(self._pieces))
        elif local == "rPh":
            self._phonetic = False
        elif local == "t":
            self._inside = False

    def text(self, data: str) -> None:
        if self._inside:
            self._pieces.append(data)


def rank_of(text: str, otherwise: int) -> int:
    """A number that counts things; ``otherwise`` for anything else."""
    return int(text) if len(text) < 10 and text.isdecimal() else otherwise
