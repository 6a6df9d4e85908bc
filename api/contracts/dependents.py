"""What stands on a contract, or on another thing that is to go: the one rule for taking it out.

Found by the foreign keys that point at it, whatever the concept: what a person put there holds it,
what the machine put there looks for another place. Asked before a contract is removed, before an
import of any kind is undone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from api.kit.sheets.model import amount

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
# What a contract is made of: it goes with it.
PARTS: Final = frozenset(
    {
        "contract_supplier",
        "contract_mark",
        "amendment",
        "subcontract",
        "subcontract_change",
        "concession_year",
        "contract_document",
        "confirmed_amount",
    }
)
# How spending is told to be under a contract because a person said so.
_BY_PERSON: Final = "person"


def pointing(table: str, parts: frozenset[str]) -> list[sa.Column[Any]]:
    """The columns by which other concepts point at a table; ``parts`` are the tables of its own."""
    return [
        key.parent
        for other in SQLModel.metadata.tables.values()
        if other.name not in parts
        for key in other.foreign_keys
        if key.column.table.name == table
    ]


def standing(
    session: Session, table: str, parts: frozenset[str], ids: Sequence[UUID]
) -> tuple[dict[tuple[str, str], int], set[UUID]]:
    """How many things of each kind stand on these, by their French, and on which ones."""
    counts: dict[tuple[str, str], int] = {}
    carrying: set[UUID] = set()
    for column in pointing(table, parts):
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
    if table.name != "spending":
        return sa.true()
    by_person: sa.ColumnElement[bool] = sa.type_coerce(table.c.joined_by, sa.String) == _BY_PERSON
    return by_person


def told(counts: Mapping[tuple[str, str], int]) -> str:
    """The counts as a French list: « 2 clauses d’insertion et 1 évaluation »."""
    parts = [amount(number, *words) for words, number in counts.items()]
    return " et ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def depend(counts: Mapping[tuple[str, str], int]) -> str:
    """The same with its verb: « 2 clauses d’insertion dépendent »."""
    return f"{told(counts)} {'dépend' if sum(counts.values()) == 1 else 'dépendent'}"
