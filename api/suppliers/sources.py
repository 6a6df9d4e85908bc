"""What each source says of companies, and which of them the sheet of a company follows.

A person's word, then an official stock (the most recent of two), then the search service
(docs/decisions/0020). Each fact is apart: a source that is silent on one hides nobody there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from api.kit.bulk import this_instant, update_many
from api.suppliers.models import SaidFact, Supplier, SupplierSaid, SupplierSource

RANKS = {
    SupplierSource.PERSON: 1,
    SupplierSource.ESS_LIST: 2,
    SupplierSource.SIRENE: 2,
    SupplierSource.SEARCH: 3,
}
FLAGS = frozenset({SaidFact.ESS, SaidFact.ESUS, SaidFact.SOLE_TRADER})
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Word:
    """A fact of a company in the mouth of a source; ``value`` as the table keeps it."""

    supplier_id: UUID
    fact: SaidFact
    value: str


def say(session: Session, source: SupplierSource, as_of: date, words: Sequence[Word]) -> int:
    """Keep what a source says, unless it said later something else; how many sheets changed.

    What others say stays: the sheet follows the first of them.
    """
    changed = 0
    # In one order everywhere: two who speak at once wait for each other instead of blocking.
    ordered = sorted(words, key=lambda one: (one.supplier_id, one.fact))
    for start in range(0, len(ordered), _BATCH):
        some = ordered[start : start + _BATCH]
        _keep(session, source, as_of, some)
        changed += follow(session, sorted({one.supplier_id for one in some}))
    return changed


def unsay(
    session: Session, source: SupplierSource, supplier_id: UUID, facts: Collection[SaidFact]
) -> set[SaidFact]:
    """Forget what a source said of some facts; answers those of which it had said something."""
    said = (
        col(SupplierSaid.supplier_id) == supplier_id,
        col(SupplierSaid.source) == source,
        col(SupplierSaid.fact).in_(facts),
    )
    known = set(session.scalars(sa.select(col(SupplierSaid.fact)).where(*said)))
    if known:
        session.execute(sa.delete(SupplierSaid).where(*said))
    return known


def follow(session: Session, suppliers: Sequence[UUID], unsaid: Collection[SaidFact] = ()) -> int:
    """Write on the sheets what the first source of each fact says; how many changed.

    A fact of which nobody says anything stays as it is, unless it is among the ``unsaid``.
    """
    said = _first_words(session, suppliers)
    names = [fact.value for fact in SaidFact]
    rows = session.execute(
        sa.select(col(Supplier.id), *(getattr(Supplier, name) for name in names))
        .where(col(Supplier.id).in_(suppliers))
        .order_by(col(Supplier.id))
        .with_for_update()
    ).mappings()
    instant = this_instant(session)
    altered = []
    for row in rows:
        before = {fact: _plain(row[fact.value]) for fact in SaidFact}
        kept = {fact: None if fact in unsaid else value for fact, value in before.items()}
        after = {fact: said.get((row["id"], fact), kept[fact]) for fact in SaidFact}
        if before != after:
            altered.append((instant, *after.values(), row["id"].hex))
    update_many(session, "supplier", ("updated_at", *names), ("id",), altered)
    session.expire_all()
    return len(altered)


def read(session: Session, suppliers: Sequence[UUID]) -> list[SupplierSaid]:
    """All that is said of these companies, the source that is followed first."""
    rank = sa.case(RANKS, value=col(SupplierSaid.source))
    return list(
        session.scalars(
            sa.select(SupplierSaid)
            .where(col(SupplierSaid.supplier_id).in_(suppliers))
            .order_by(
                col(SupplierSaid.supplier_id),
                col(SupplierSaid.fact),
                rank,
                col(SupplierSaid.as_of).desc(),
                col(SupplierSaid.source),
            )
        )
    )


def as_value(fact: SaidFact, text: str) -> Any:
    """The value of a fact as the sheet holds it."""
    return text == "true" if fact in FLAGS else text


def as_text(value: object) -> str:
    """The value of a fact as a source is kept: true, false, or the code."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _first_words(session: Session, suppliers: Sequence[UUID]) -> dict[tuple[UUID, SaidFact], Any]:
    found: dict[tuple[UUID, SaidFact], Any] = {}
    for one in read(session, suppliers):
        found.setdefault((one.supplier_id, one.fact), as_value(one.fact, one.value))
    return found


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def _keep(session: Session, source: SupplierSource, as_of: date, words: Iterable[Word]) -> None:
    table = SQLModel.metadata.tables["supplier_said"]
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(table)
    rows = {
        (one.supplier_id, one.fact): {
            "supplier_id": one.supplier_id,
            "fact": one.fact,
            "source": source,
            "value": one.value,
            "as_of": as_of,
        }
        for one in words
    }
    if not rows:
        return
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["supplier_id", "fact", "source"],
            set_={"value": insert.excluded.value, "as_of": insert.excluded.as_of},
            where=table.c.as_of <= insert.excluded.as_of,
        ),
        list(rows.values()),
    )
