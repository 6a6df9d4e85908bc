"""Mandates that stand already, or that one sending says twice: each is entered once."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit.problems import FieldError
from api.spending.keys import mandate_key, ranked
from api.spending.models import Spending
from api.spending.schemas import SpendingLine

_THERE: Final = (
    "« {number} » est déjà enregistré pour {year}, avec la même ligne : retirez cette ligne, ou "
    "donnez son numéro dans « Ligne du mandat »."
)
_TWICE: Final = (
    "« {number} » de {year} est donné deux fois ici avec la ligne « {line} » : retirez l’une des "
    "deux, ou corrigez sa « Ligne du mandat »."
)
# By whether the line says its number: the mandate is said the other way round.
_OTHERWISE: Final = {
    True: "« {number} » est {there} pour {year} sans « Ligne du mandat » : retirez cette ligne, ou "
    "d’abord celle qui est sans numéro, pour ne pas compter le mandat deux fois.",
    False: "« {number} » est {there} pour {year} ligne par ligne : retirez cette ligne, ou donnez "
    "son numéro dans « Ligne du mandat », pour ne pas compter le mandat deux fois.",
}

Way = tuple[int, str, bool]
"""How a mandate is said: its year, its number, and whether line by line."""


def otherwise(way: Way, *, here: bool = False) -> str:
    """Why a line may not stand beside a mandate said the other way, there or here."""
    year, number, by_line = way
    there = "aussi donné ici" if here else "déjà enregistré"
    return _OTHERWISE[by_line].format(number=number, year=year, there=there)


def other(way: Way) -> Way:
    """The other way of saying the same mandate."""
    year, number, by_line = way
    return year, number, not by_line


def ways(session: Session, buyer_id: UUID, asked: Collection[tuple[int, str]]) -> set[Way]:
    """How the mandates asked for, by year and number, are said where they stand already."""
    if not asked:
        return set()
    by_line = col(Spending.mandate_line).is_not(None).label("by_line")
    found = session.execute(
        sa.select(col(Spending.year), col(Spending.mandate_number), by_line)
        .where(
            col(Spending.buyer_id) == buyer_id,
            col(Spending.mandate_number).in_({number for _, number in asked}),
            col(Spending.year).in_({year for year, _ in asked}),
        )
        .distinct()
    )
    return {(year, number, bool(told)) for year, number, told in found}


def keys(lines: Sequence[SpendingLine]) -> list[str | None]:
    """What each line is known by, in order; None without a mandate."""
    return list(ranked(map(_base, lines)))


def repeated(session: Session, buyer_id: UUID, lines: Sequence[SpendingLine]) -> list[FieldError]:
    """The mandates that the buyer has already, entered or imported, or that come twice here."""
    named = keys(lines)
    there = set(
        session.scalars(
            sa.select(col(Spending.import_key)).where(
                col(Spending.buyer_id) == buyer_id,
                col(Spending.import_key).in_({key for key in named if key is not None}),
            )
        )
    )
    judged = _Judged(there, ways(session, buyer_id, {way[:2] for way in map(_way, lines) if way}))
    told = [judged.reason(line, key) for line, key in zip(lines, named, strict=True)]
    return [
        FieldError(loc=["body", "lines", place, "mandate_number"], message=reason)
        for place, reason in enumerate(told)
        if reason is not None
    ]


@dataclass
class _Judged:
    """The lines of one sending, one after the other, against what stands and those before."""

    keys: set[str | None]
    ways: set[Way]
    met: Counter[str | None] = field(default_factory=Counter)
    here: set[Way] = field(default_factory=set)

    def reason(self, line: SpendingLine, key: str | None) -> str | None:
        """Why a line is a repetition; None when it is not one."""
        way = _way(line)
        if way is None:
            return None
        base = _base(line)
        self.met[base] += 1
        self.here.add(way)
        said = {"number": line.mandate_number, "year": line.year, "line": line.mandate_line}
        if key in self.keys:
            return _THERE.format(**said)
        if line.mandate_line is not None and self.met[base] > 1:
            return _TWICE.format(**said)
        if other(way) in self.ways:
            return otherwise(way)
        return otherwise(way, here=True) if other(way) in self.here else None


def _base(line: SpendingLine) -> str | None:
    if line.mandate_number is None:
        return None
    return mandate_key(line.year, line.mandate_number, line.mandate_line)


def _way(line: SpendingLine) -> Way | None:
    if line.mandate_number is None:
        return None
    return line.year, line.mandate_number, line.mandate_line is not None
