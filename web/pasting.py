"""Lines pasted from a spreadsheet, as rows of the grid of hours: nothing is judged but the layout.

One line per person, cells apart by a tab or a semicolon: identifier, hours, training, modality. A
first line of titles may change their order. What can't be placed is told, never guessed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MOST_LINES = 300
ORDER: tuple[str, ...] = ("beneficiary", "hours", "training", "modality")
# First letters of a title of column, folded -> the column.
TITLES: Mapping[str, str] = {
    "identifiant": "beneficiary",
    "pseudonyme": "beneficiary",
    "personne": "beneficiary",
    "beneficiaire": "beneficiary",
    "formation": "training",
    "heures de formation": "training",
    "heure": "hours",
    "modalite": "modality",
}
Row = dict[str, str]


@dataclass
class Pasted:
    """The rows read, and in French what could not be placed."""

    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_pasted(text: str, modalities: Mapping[str, str]) -> Pasted:
    """The lines of ``text``; ``modalities`` are the codes and their French."""
    pasted, order = Pasted(), ORDER
    lines = [(rank, one) for rank, one in enumerate(text.splitlines(), 1) if one.strip()]
    if len(lines) > MOST_LINES:
        pasted.remarks.append(
            f"Seules les {MOST_LINES} premières lignes sont lues : au-delà, déposez un fichier."
        )
    for number, (rank, line) in enumerate(lines[:MOST_LINES]):
        cells = _cells(line)
        titles = _titles(cells) if number == 0 else None
        if titles is not None:
            order = titles
            continue
        row = {name: cell for name, cell in zip(order, cells, strict=False) if name}
        said = row.get("modality", "")
        row["modality"] = _modality(said, modalities)
        if said and not row["modality"]:
            pasted.remarks.append(
                f"Ligne {rank} collée : la modalité « {said[:60]} » n’est pas reconnue, "
                "choisissez-la dans la liste."
            )
        pasted.rows.append(_placed(row))
    return pasted


def merged(rows: Sequence[Row], pasted: Sequence[Row], blank: Row) -> list[Row]:
    """The rows of a grid with the pasted ones on the row of the same person, else on rows of their
    own. What a pasted row leaves empty stays as it was."""
    found = [dict(one) for one in rows]
    taken: set[int] = set()
    for new in pasted:
        place = _place(found, new, taken)
        if place is None:
            place = len(found)
            found.append(dict(blank))
        found[place].update({name: value for name, value in new.items() if value})
        taken.add(place)
    return found


def _place(rows: Sequence[Row], new: Row, taken: set[int]) -> int | None:
    free = [place for place in range(len(rows)) if place not in taken]
    if name := new.get("beneficiary"):
        for place in free:
            if rows[place].get("beneficiary", "").strip().upper() == name:
                return place
    return next((place for place in free if not any(rows[place].values())), None)


def _cells(line: str) -> list[str]:
    separator = "\t" if "\t" in line else ";"
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]


def _titles(cells: Sequence[str]) -> tuple[str, ...] | None:
    """The columns that a line of titles names, "" for one that is left out; None for hours."""
    named = tuple(_title(cell) for cell in cells)
    return named if {"beneficiary", "hours"} <= set(named) else None


def _title(cell: str) -> str:
    folded = fold(cell)
    return next((name for start, name in TITLES.items() if folded.startswith(start)), "")


def _placed(row: Row) -> Row:
    """A number alone in the place of the identifier says how many persons."""
    said = row.get("beneficiary", "")
    if said.isdecimal():
        return {**row, "beneficiary": "", "persons": said}
    return {**row, "beneficiary": said.upper()}


def _modality(said: str, modalities: Mapping[str, str]) -> str:
    folded = fold(said)
    if not folded:
        return ""
    for code, label in modalities.items():
        if folded in (code, fold(label)):
            return code
    word = re.compile(rf"(?<!\w){re.escape(folded)}(?!\w)")
    close = [code for code, label in modalities.items() if word.search(fold(label))]
    return close[0] if len(close) == 1 else ""


def fold(text: str) -> str:
    """A text without case, accents nor typographic apostrophes."""
    bare = unicodedata.normalize("NFD", text.replace("’", "'").strip().casefold())
    return "".join(one for one in bare if not unicodedata.combining(one))
