"""What a kind of spreadsheet brings: its fields, what its lines speak of, how they are written.

Each kind is one module beside this one, held to ``Target``; staging, judging, acceptance and undo
know nothing else of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from sqlmodel import Session

from api.access.models import Organisation
from api.access.permissions import Permission
from api.imports.models import RowState
from api.imports.sheets.cells import Plain, Reader
from api.rules.columns import Column
from api.rules.records import Issue

# Issues made by reading the cells; the others are made again by each judgement.
UNREADABLE, MISSING, DOUBTFUL = "unreadable", "missing", "doubtful"
OF_READING: Final = frozenset({UNREADABLE, MISSING, DOUBTFUL})
REPEATED, COLLISION, UNKNOWN, FOREIGN, CLOSED, OLDER, ORDER = (
    "file_duplicate",
    "file_collision",
    "unknown_value",
    "foreign_buyer",
    "year_closed",
    "older_source",
    "days_in_disorder",
)


@dataclass(frozen=True, slots=True)
class SheetField:
    """A field that a spreadsheet may bring.

    ``required``: no line can be read without it. ``doubt`` tells what is to look at in a value that
    was read; ``show`` makes of a kept value what people read in « avant → après ».
    """

    name: str
    label: str
    read: Reader
    synonyms: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    doubt: Callable[[Plain], str | None] | None = None
    show: Callable[[Any], Any] = lambda value: value

    def column(self) -> Column:
        """The same, for who recognises the titles."""
        return Column(self.name, self.label, self.required, self.synonyms)


@dataclass(slots=True)
class Line:
    """A line with its verdict.

    ``said`` is what its cells say. ``values`` is what is to be written, by field; in a change, what
    changes alone, where None erases (an undo). ``found`` holds what look-ups gave, by field.
    """

    number: int
    said: dict[str, Any]
    digest: str = ""
    issues: list[Issue] = field(default_factory=list)
    state: RowState = RowState.NEW
    key: str = ""
    target_id: UUID | None = None
    values: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)

    def refuse(self, code: str, name: str, message: str) -> None:
        """Keep the line out; the reason comes first, it is the one that is counted and shown."""
        first = [] if self.state is RowState.REFUSED else [Issue(code, name, message)]
        later = [] if first else [Issue(code, name, message)]
        self.issues = [*first, *self.issues, *later]
        self.state = RowState.REFUSED

    def remark(self, code: str, name: str, message: str) -> None:
        """Tell what is to look at in a line that may enter."""
        self.issues.append(Issue(code, name, message))


@dataclass(frozen=True, slots=True)
class Known:
    """What the platform holds under a key: by field, and a digest of the whole."""

    id: UUID
    values: Mapping[str, Any]
    state: str


class Target(Protocol):
    """A kind of spreadsheet."""

    @property
    def code(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def noun(self) -> tuple[str, str]:
        """What one line speaks of, in French, alone and in number: « marché », « marchés »."""
        ...

    @property
    def table(self) -> str: ...

    @property
    def parts(self) -> frozenset[str]:
        """Tables that are part of what a line speaks of: they depend on it and go with it."""
        ...

    @property
    def permission(self) -> Permission: ...

    @property
    def fields(self) -> tuple[SheetField, ...]: ...

    @property
    def labels(self) -> Mapping[str, str]:
        """French of every field that a change may tell, with those made of several columns."""
        ...

    def prepare(self, said: dict[str, Any]) -> dict[str, Any]:
        """What the cells of a line say, put together by field. Nothing is looked up."""
        ...

    def key(self, line: Line) -> str:
        """What makes two lines speak of the same thing."""
        ...

    def several(self, line: Line) -> bool:
        """Whether other lines of the same key are other things, told apart by their rank."""
        ...

    def apart(self, line: Line) -> tuple[str, str, bool] | None:
        """Why a line may not stand beside others that speak of the same thing in another way: the
        reason, the thing, and the way. None when nothing of that kind is to fear."""
        ...

    def title(self, said: Mapping[str, Any]) -> str | None:
        """What a line is about, for people."""
        ...

    def same(self, name: str, kept: Any, said: Any) -> bool:
        """Whether a field would change nothing."""
        ...

    def resolve(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Look up what lines name (directorates, projects, years); refuse what is not there."""
        ...

    def check(self, line: Line, known: Known | None) -> None:
        """Refuse what cannot stand together, once it is known what is there."""
        ...

    def known(self, session: Session, buyer: Organisation, keys: Sequence[str]) -> dict[str, Known]:
        """What the platform holds under these keys, in a bounded number of statements."""
        ...

    def insert(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Write new things."""
        ...

    def update(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Write ``values`` over what is there."""
        ...

    def remove(self, session: Session, lines: Sequence[Line]) -> None:
        """Take new things out again."""
        ...

    def restored(self, session: Session, lines: Sequence[Line]) -> None:
        """What follows from an undo that wrote these lines back."""
        ...

    def told(self, key: str) -> str:
        """A key as people read it."""
        ...

    def follow(self, session: Session, buyer: Organisation, import_id: UUID) -> None:
        """What comes last in the transaction of an acceptance or of an undo."""
        ...
