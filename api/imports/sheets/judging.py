"""What the lines of a spreadsheet would do: new, changed, same or refused, and why.

The same judgement serves the preview and the acceptance, so that what was announced is what is
done, unless something moved in between, and then the report says what was done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

import msgspec
from sqlmodel import Session

from api.access.models import Organisation
from api.imports.models import RowState
from api.imports.sheets.cells import text_of
from api.imports.sheets.holding import hold
from api.imports.sheets.target import (
    COLLISION,
    DOUBTFUL,
    MISSING,
    REPEATED,
    UNREADABLE,
    Known,
    Line,
    SheetField,
    Target,
)
from api.kit.columns import new_id
from api.kit.sheets import Row
from api.rules.records import Issue

_EMPTY: Final = "« {title} » est vide : remplissez-la, cette ligne ne peut être lue sans elle."
_REPEATED: Final = "Répète à l’identique la ligne {line} du fichier : elle ne compte qu’une fois."
_COLLISION: Final = (
    "Porte le même identifiant que la ligne {line} du fichier avec un autre contenu : gardez une "
    "seule des deux lignes."
)


def read_line(
    row: Row, header: Sequence[str], mapping: Mapping[str, int], fields: Sequence[SheetField]
) -> tuple[Line, bool]:
    """What the cells of a line say, and whether all could be read. An empty cell says nothing."""
    line = Line(row.line, {}, digest_of([text_of(cell) for cell in row.values]))
    readable = True
    for one in fields:
        if one.name not in mapping:
            continue
        cell, title = row.values[mapping[one.name]], header[mapping[one.name]]
        if not text_of(cell):
            if one.required:
                readable = False
                line.refuse(MISSING, one.name, _EMPTY.format(title=title))
            continue
        try:
            value = line.said[one.name] = one.read(cell)
        except ValueError as error:
            readable = False
            line.refuse(UNREADABLE, one.name, _of_column(title, str(error)))
            continue
        doubt = one.doubt(value) if one.doubt else None
        if doubt:
            line.remark(DOUBTFUL, one.name, _of_column(title, doubt))
    return line, readable


def _of_column(title: str, said: str) -> str:
    """What is said of a cell, with its column before it."""
    # A sentence that begins by the value in quotation marks does not follow those of the title.
    return f"« {title} » : {said}" if said.startswith("«") else f"« {title} » {said}"


@dataclass
class Judge:
    """Judges the lines of one file, batch after batch; remembers the keys already seen."""

    session: Session
    target: Target
    buyer: Organisation
    # Whether what the lines speak of is written right after: nobody may change it meanwhile.
    holding: bool = False
    # By key, the lines of the file that bear it: number and digest of the line.
    seen: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    # What the lines let in so far speak of, and in which way (``Target.apart``).
    ways: set[tuple[str, bool]] = field(default_factory=set)

    def judge(self, lines: Sequence[Line]) -> None:
        """Give each readable line its verdict, in the order of the file."""
        for line in lines:
            self._alone(line)
        waiting = [line for line in lines if line.state is RowState.NEW]
        self.target.resolve(self.session, self.buyer, waiting)
        waiting = [line for line in waiting if line.state is RowState.NEW]
        keys = [line.key for line in waiting]
        if self.holding:
            hold(self.session, self.target.table, self.buyer.id, keys)
        known = self.target.known(self.session, self.buyer, keys)
        for line in waiting:
            self._against(line, known.get(line.key))

    def _alone(self, line: Line) -> None:
        line.key = base = self.target.key(line)
        earlier = self.seen.setdefault(base, [])
        repeated = next((number for number, digest in earlier if digest == line.digest), None)
        if repeated is not None:
            line.state = RowState.SAME
            line.remark(REPEATED, "", _REPEATED.format(line=repeated))
            return
        if earlier and not self.target.several(line):
            line.refuse(COLLISION, "", _COLLISION.format(line=earlier[0][0]))
            return
        earlier.append((line.number, line.digest))
        if len(earlier) > 1:
            line.key = f"{base}#{len(earlier)}"

    def _against(self, line: Line, known: Known | None) -> None:
        self.target.check(line, known)
        apart = self.target.apart(line)
        if apart is not None and line.state is RowState.NEW:
            reason, thing, way = apart
            if known is None and (thing, not way) in self.ways:
                line.refuse(COLLISION, "", reason)
            else:
                self.ways.add((thing, way))
        if line.state is not RowState.NEW:
            return
        if known is None:
            line.values = dict(line.said)
            line.target_id = line.target_id or new_id()
            return
        line.target_id = known.id
        line.changes = [
            (name, known.values.get(name), value)
            for name, value in line.said.items()
            if not self.target.same(name, known.values.get(name), value)
        ]
        line.values = {name: after for name, _, after in line.changes}
        line.state = RowState.CHANGED if line.changes else RowState.SAME


def digest_of(values: Any) -> str:
    """A digest of plain values, for comparing what is there with what was."""
    return blake2b(msgspec.json.encode(values), digest_size=16).hexdigest()


def kept_issues(issues: Sequence[Issue]) -> list[list[str]]:
    """Issues as a JSON column keeps them."""
    return [[one.code, one.field, one.message] for one in issues]
