"""Reads a DECP XML file, of 2022 or of 2019, one contract at a time in constant memory.

The reader (expat) has no DTD, hence no entity of its own making nor any address to follow. What is
wrong with the file as a whole is refused in French with its line; what is wrong in one contract is
a remark on it. A control character, which XML forbids, becomes U+FFFD: the field that held it gets
the remark on damaged characters.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NoReturn
from xml.parsers import expat

from api.rules.decp.issues import issue, shown
from api.rules.decp.raw import RawRow
from api.rules.decp.xml_decoding import UnreadableXmlError, decoded
from api.rules.decp.xml_shapes import KINDS, Node, row_of
from api.rules.records import Issue, Kind

MAX_DEPTH: Final = 30
# A thousand times an ordinary contract: what is kept in memory at once.
MAX_CONTRACT: Final = 2**20

ROOT: Final = "marches"
_NOT_DECP = "ce n’est pas un fichier de données essentielles (DECP)."
_CODES = expat.errors.codes
_CUT = frozenset(
    _CODES[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_UNDEFINED_ENTITY = _CODES[expat.errors.XML_ERROR_UNDEFINED_ENTITY]


def xml_rows(chunks: Iterable[bytes]) -> Iterator[RawRow]:
    """The contracts of a DECP XML file given by pieces of any size, in the order of the file.

    Raises UnreadableXmlError, also in the middle of the iteration: a file that is empty, cut, not
    XML, without the root ``marches`` (one contract may also be the root), with a DTD, with more
    than ``MAX_DEPTH`` levels, with a contract of more than ``MAX_CONTRACT`` bytes, or in an
    encoding that ``decoded`` refuses.
    """
    parser = expat.ParserCreate("utf-8")
    tree = _Tree(parser)
    try:
        for _fed in _feeding(parser, tree, chunks):
            yield from tree.taken()
    except (UnreadableXmlError, expat.ExpatError) as error:
        # What stands before the damage, in the same piece of the file, is given all the same.
        yield from tree.taken()
        if isinstance(error, UnreadableXmlError):
            raise
        raise UnreadableXmlError(_stopped(error, tree)) from error
    if tree.count == 0:
        _refuse("Le fichier ne contient aucun marché.")


def _feeding(parser: expat.XMLParserType, tree: "_Tree", chunks: Iterable[bytes]) -> Iterator[None]:
    """Give the file to the parser piece by piece, and stop after each one."""
    fed = 0
    for piece in decoded(chunks):
        content = piece.encode()
        fed += len(content)
        parser.Parse(content, False)
        yield
        # expat reads an unfinished tag again at each piece: the square of its size.
        if fed - parser.CurrentByteIndex > MAX_CONTRACT:
            _refuse(f"Le fichier contient une balise démesurée ({tree.where()}) : {_NOT_DECP}")
    parser.Parse(b"", True)
    yield


class _Tree:
    """What expat tells: the contracts that are whole, and the branch of the one being read."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.count = 0
        self._parser = parser
        self._rows: list[RawRow] = []
        self._branch: list[Node] = []
        # 1 when the contracts are inside « marches », 0 when the root is itself a contract.
        self._level = 1
        self._began = (0, 0)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype

    def taken(self) -> list[RawRow]:
        """The rows read since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def where(self, line: int | None = None) -> str:
        """The place where reading is: its line, and how many contracts were read before."""
        plural = "s" if self.count > 1 else ""
        line = line or self.line()
        return f"ligne {line}, après {self.count} marché{plural} lu{plural}"

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(name.rpartition(":")[2], attributes)
        depth = len(self._branch)
        if depth == 0:
            self._check_root(node)
        elif depth >= MAX_DEPTH:
            _refuse(
                "Le fichier imbrique trop d’éléments les uns dans les autres "
                f"({self.where()}) : {_NOT_DECP}"
            )
        if depth == self._level:
            self._began = (self._parser.CurrentByteIndex, self.line())
        elif depth > self._level:
            self._check_size()
            self._branch[-1].children.append(node)
        self._branch.append(node)

    def _check_root(self, node: Node) -> None:
        if node.name in KINDS:
            self._level = 0
        elif node.name != ROOT:
            _refuse(
                f"Le fichier commence par l’élément {shown(node.name)} (ligne {self.line()}) au "
                f"lieu de {shown(ROOT)} : {_NOT_DECP}"
            )

    def _check_size(self) -> None:
        begin, line = self._began
        if self._parser.CurrentByteIndex - begin > MAX_CONTRACT:
            _refuse(f"Le contrat qui commence ligne {line} dépasse 1\u00a0Mo : {_NOT_DECP}")

    def _text(self, data: str) -> None:
        if len(self._branch) > self._level:
            self._check_size()
            self._branch[-1].texts.append(data)
        elif data.strip():
            # A text is given when it ends: its line is counted back.
            line = self.line() - data.lstrip().count("\n")
            self._refuse_row(data.strip(), line)

    def _end(self, _name: str) -> None:
        node = self._branch.pop()
        if len(self._branch) != self._level:
            return
        kind = KINDS.get(node.name)
        if kind is None:
            self._refuse_row(node.name, self._began[1])
        else:
            self._add(kind, *row_of(node))

    def _refuse_row(self, said: str, line: int) -> None:
        self._add(None, None, refusal=issue("not_a_contract", "", said, line))

    def _add(
        self,
        kind: Kind | None,
        content: object,
        issues: tuple[Issue, ...] = (),
        refusal: Issue | None = None,
    ) -> None:
        self.count += 1
        self._rows.append(RawRow(self.count, kind, content, issues, refusal))

    def _doctype(self, *_declaration: object) -> NoReturn:
        _refuse(
            f"Le fichier contient une déclaration DTD (ligne {self.line()}), que le format des "
            "données essentielles n’emploie pas et que les fichiers piégés utilisent : retirez-la, "
            "puis déposez-le de nouveau."
        )


def _refuse(sentence: str) -> NoReturn:
    raise UnreadableXmlError(sentence)


def _stopped(error: expat.ExpatError, tree: _Tree) -> str:
    where = tree.where(error.lineno)
    if error.code in _CUT:
        return f"Le fichier est coupé ({where}) : déposez-le en entier."
    if error.code == _UNDEFINED_ENTITY:
        return (
            f"Le fichier emploie un code que XML ne connaît pas, comme &eacute; ({where}). "
            "Remplacez-le par le caractère lui-même, puis déposez-le de nouveau."
        )
    return f"Le fichier n’est pas du XML valable ({where})."
