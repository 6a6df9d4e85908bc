"""What was found in a file, as it is kept with it: remarks by line, and how it was read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from api.insertion.statements.entries import Remark
from api.rules.columns import Column

Remarks = dict[int, list[Remark]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``errors`` and ``warnings`` by line of the file: fields of ours and sentences in French.

    ``received`` lines hold hours; ``left_out`` are the lines of totals, which hold none of their
    own. ``guessed`` are the fields that a person should confirm. ``statements``: how many
    declarations an accepted file made or completed.
    """

    received: int
    errors: Remarks = field(default_factory=dict)
    warnings: Remarks = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    sheet: str = ""
    header_line: int = 1
    statements: int | None = None

    def kept(self) -> dict[str, Any]:
        """The verdict as JSON, but for the count that has a column of its own."""
        kept = asdict(self)
        del kept["received"]
        return kept


def read_verdict(kept: Mapping[str, Any], received: int) -> Verdict:
    """A verdict as it was kept."""
    told = {name: _remarks(kept[name]) for name in ("errors", "warnings")}
    return Verdict(received, **{**kept, **told})


def _remarks(kept: Mapping[str, Any]) -> Remarks:
    return {
        int(line): [(str(name), str(message)) for name, message in remarks]
        for line, remarks in kept.items()
    }


NO_COLUMN: Final = (
    "La colonne « {label} » est introuvable. Dites laquelle c’est, ou donnez-lui l’un de ces "
    "titres : {titles}."
)


def missing_text(column: Column, titles: int = 5) -> str:
    """What is said of a required column that no title of the file names."""
    names = [column.label, *column.synonyms[: titles - 1]]
    return NO_COLUMN.format(label=column.label, titles=", ".join(f"« {one} »" for one in names))
