"""What stands on the things that an import brought, found by the foreign keys that point at it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from api.imports.sheets.target import Target
from api.kit.sheets.model import amount
from api.spending.models import JoinedBy

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "clause": ("clause d’insertion", "clauses d’insertion"),
    "reservation": ("réservation", "réservations"),
    "reservation_justification": ("justification", "justifications"),
    "sourcing": ("sourçage", "sourçages"),
    "spending": ("montant mandaté", "montants mandatés"),
    "evaluation": ("évaluation", "évaluations"),
    "feasibility_request": ("étude de faisabilité", "études de faisabilité"),
    "consultation": ("consultation", "consultations"),
    "contract": ("marché", "marchés"),
    "contract_number": ("autre numéro", "autres numéros"),
}
_OTHER: Final = ("autre élément", "autres éléments")


def pointing(target: Target) -> list[sa.Column[Any]]:
    """The columns by which other concepts point at what a kind brings."""
    return [
        key.parent
        for table in SQLModel.metadata.tables.values()
        if table.name not in target.parts
        for key in table.foreign_keys
        if key.column.table.name == target.table
    ]


def standing(
    session: Session, target: Target, ids: Sequence[UUID]
) -> tuple[dict[tuple[str, str], int], set[UUID]]:
    """How many things of each kind stand on these, by their French, and on which ones."""
    counts: dict[tuple[str, str], int] = {}
    carrying: set[UUID] = set()
    for column in pointing(target):
        rows = session.execute(
            sa.select(column, sa.func.count())
            .where(column.in_(ids), _by_somebody(column.table))
            .group_by(column)
        ).all()
        words = _WORDS.get(column.table.name, _OTHER)
        for key, number in rows:
            counts[words] = counts.get(words, 0) + number
            carrying.add(key)
    return counts, carrying


def _by_somebody(table: Any) -> sa.ColumnElement[bool]:
    """Spending that found its contract by itself will look for another: nobody put it there."""
    return table.c.joined_by == JoinedBy.PERSON if table.name == "spending" else sa.true()


def told(counts: Mapping[tuple[str, str], int]) -> str:
    """The counts as a French list: « 2 clauses d’insertion et 1 évaluation »."""
    parts = [amount(number, *words) for words, number in counts.items()]
    return " et ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
