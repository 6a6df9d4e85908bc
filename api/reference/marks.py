"""The closed nomenclature of marks: the considerations and practices a contract carries, or not."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

SOURCE = Path(__file__).parent / "data" / "marks.yaml"

Code = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Theme(StrEnum):
    """What a mark is about."""

    SOCIAL = "social"
    ENVIRONMENT = "environment"
    INNOVATION = "innovation"
    ACCESS = "access"


THEMES: dict[Theme, str] = {
    Theme.SOCIAL: "Social",
    Theme.ENVIRONMENT: "Environnement",
    Theme.INNOVATION: "Innovation",
    Theme.ACCESS: "Accès des entreprises",
}


class MarkEntry(BaseModel):
    """One mark, with its French.

    ``bit``: its place in the numbers that hold all the marks of a contract (``bits``); a place is
    given once, and for ever. ``says`` and ``denies`` are predicates whose subject is the contract:
    « comporte une clause sociale », « n’a pas de clause sociale ». ``decp``: it is read from, and
    published in, the DECP format.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    bit: Annotated[int, Field(ge=0, le=62)]
    theme: Theme
    label: Words
    says: Words
    denies: Words
    help: Words
    source: Words
    decp: bool


def load_marks(path: Path = SOURCE) -> dict[str, MarkEntry]:
    """Read the nomenclature, by code, in its order. Raises ``ValueError`` when it is not sound."""
    with path.open(encoding="utf-8") as stream:
        entries = TypeAdapter(list[MarkEntry]).validate_python(yaml.safe_load(stream))
    for name in ("code", "bit"):
        counts = Counter(getattr(entry, name) for entry in entries)
        twice = [str(one) for one, count in counts.items() if count > 1]
        if twice:
            raise ValueError(f"{name}s given twice: {', '.join(twice)}")
    return {entry.code: entry for entry in entries}


MARKS: dict[str, MarkEntry] = load_marks()
_BITS = {code: 1 << entry.bit for code, entry in MARKS.items()}


def bits(marks: Mapping[str, bool]) -> tuple[int, int]:
    """Marks as two numbers, one bit for each: what is said of a contract, and what of it is yes."""
    told = yes = 0
    for code, value in marks.items():
        bit = _BITS[code]
        told |= bit
        if value:
            yes |= bit
    return told, yes
