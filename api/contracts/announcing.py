"""Puts what changed at the end of the feeds: of the register, and of what is public.

Each feed keeps one entry for each contract, with its place. Places are given in the order of the
commits: whoever gives them waits for its turn first and keeps it until the end of its transaction,
so that a reader who has seen a place has seen all those before it (docs/decisions/0023). Call it
last in a transaction.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation, OrganisationKind
from api.contracts.models import Contract, ContractDocument, PublicEntry, RegisterEntry
from api.contracts.publicity import has_opened, is_public, opens_on
from api.kit import audit
from api.kit.columns import now
from api.kit.days import in_utc

Among = sa.Select[Any]
_Place = tuple[sa.ColumnElement[int], sa.ColumnElement[Any]]


def announce(session: Session, among: Among | None = None) -> None:
    """Put at the end of each feed the contracts that are no longer what it says of them.

    ``among``: the identifiers of those that may have changed, there or removed; all when None.
    Nothing moves of what is as it was said: it can be asked twice. Contracts of observed buyers
    are in no feed.
    """
    audit.take_turn(session)
    for table, moves in (("register_entry", _of_register), ("public_entry", _of_public)):
        _move(session, SQLModel.metadata.tables[table], moves, among)


def announce_one(session: Session, contract_id: UUID) -> None:
    """The same for one contract, there or removed."""
    announce(session, sa.select(sa.literal(contract_id, sa.Uuid())))


def of_buyer(buyer_id: UUID) -> Among:
    """The contracts of a buyer."""
    return sa.select(col(Contract.id)).where(col(Contract.buyer_id) == buyer_id)


def opened() -> Among:
    """The contracts whose day has come since they were announced."""
    return sa.select(col(PublicEntry.contract_id)).where(has_opened())


def _move(
    session: Session,
    entries: sa.Table,
    moves: Callable[[Among | None, _Place], sa.Select[Any]],
    among: Among | None,
) -> None:
    at, last = entries.c.at, entries.c.position
    end = sa.select(last, at).where(last.is_not(None)).order_by(last.desc()).limit(1)
    position, before = session.execute(end).first() or (0, None)
    # Never before the entry it follows, whatever the clock of this machine.
    instant = max(now(), in_utc(before)) if before else now()
    place = (sa.literal(position, sa.BigInteger), sa.literal(instant, at.type))
    said = moves(among, place)
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(entries)
    names = [column.name for column in said.selected_columns]
    keys = [column.name for column in entries.primary_key]
    session.execute(
        insert.from_select(names, said).on_conflict_do_update(
            index_elements=keys,
            set_={name: insert.excluded[name] for name in names if name not in keys},
        )
    )


def _of_register(among: Among | None, place: _Place) -> sa.Select[Any]:
    """The entries to write: of new and changed contracts, and of those that are gone."""
    contract, entry = Contract, RegisterEntry
    names = ("buyer_id", "kind", "reference", "version")
    here: sa.Select[Any] = (
        sa.select(
            col(contract.id).label("contract_id"),
            *(col(getattr(contract, name)) for name in names),
            sa.false().label("removed"),
        )
        .join(Organisation, _is_ours())
        .join(entry, col(entry.contract_id) == col(contract.id), isouter=True)
        .where(
            sa.or_(
                col(entry.contract_id).is_(None),
                col(entry.version) != col(contract.version),
                col(entry.removed),
            ),
            *_within(col(contract.id), among),
        )
    )
    gone: sa.Select[Any] = sa.select(
        col(entry.contract_id),
        *(col(getattr(entry, name)) for name in names),
        sa.true().label("removed"),
    ).where(
        ~col(entry.removed),
        ~sa.exists().where(col(contract.id) == col(entry.contract_id)),
        *_within(col(entry.contract_id), among),
    )
    moves = sa.union_all(here, gone).subquery("moves")
    return sa.select(
        *moves.c,
        (place[0] + _number(moves.c.contract_id)).label("position"),
        place[1].label("at"),
        # SQLite would read ON CONFLICT as the condition of a join.
    ).where(sa.true())


def _of_public(among: Among | None, place: _Place) -> sa.Select[Any]:
    """The entries to write; only those of which another object, or none, is public are moved."""
    moves = sa.union_all(_public_here(among), _public_gone(among)).subquery("moves")
    moved = moves.c.digest.is_distinct_from(moves.c.former_digest)
    last, at = place[0] + _number(moves.c.contract_id), place[1]
    return sa.select(
        *(moves.c[name] for name in (*_KEY, "contract_id", "kind", "digest", "opens_on")),
        sa.case((moved, last), else_=moves.c.former_position).label("position"),
        sa.case((moved, at), else_=moves.c.former_at).label("at"),
    ).where(sa.true())


_KEY = ("buyer_id", "reference")
_FORMER: tuple[Any, ...] = tuple(
    col(getattr(PublicEntry, name)).label(f"former_{name}") for name in ("digest", "position", "at")
)
_SAME_NUMBER = sa.and_(
    *(col(getattr(PublicEntry, name)) == col(getattr(Contract, name)) for name in _KEY)
)


def _public_here(among: Among | None) -> sa.Select[Any]:
    """What is public of the contracts that are there, where it is not what was said."""
    contract, document, entry = Contract, ContractDocument, PublicEntry
    digest = sa.case((is_public(), col(document.digest)))
    opening = sa.case((col(document.digest).is_not(None), opens_on()))
    return (
        sa.select(
            *(col(getattr(contract, name)) for name in _KEY),
            col(contract.id).label("contract_id"),
            col(contract.kind),
            digest.label("digest"),
            opening.label("opens_on"),
            *_FORMER,
        )
        .join(Organisation, _is_ours())
        .join(document, col(document.contract_id) == col(contract.id))
        .join(entry, _SAME_NUMBER, isouter=True)
        .where(
            sa.or_(
                digest.is_distinct_from(col(entry.digest)),
                opening.is_distinct_from(col(entry.opens_on)),
                # Another contract has taken the number of one that is gone.
                col(entry.contract_id) != col(contract.id),
            ),
            *_within(col(contract.id), among),
        )
    )


def _public_gone(among: Among | None) -> sa.Select[Any]:
    """The numbers that no contract bears any more, of which something is, or was to be, public."""
    entry = PublicEntry
    return sa.select(
        *(col(getattr(entry, name)) for name in (*_KEY, "contract_id", "kind")),
        sa.null().label("digest"),
        sa.null().label("opens_on"),
        *_FORMER,
    ).where(
        sa.or_(col(entry.digest).is_not(None), col(entry.opens_on).is_not(None)),
        ~sa.exists().where(_SAME_NUMBER),
        *_within(col(entry.contract_id), among),
    )


def _is_ours() -> sa.ColumnElement[bool]:
    """The buyer of a contract publishes here: an observed one does elsewhere."""
    return sa.and_(
        col(Organisation.id) == col(Contract.buyer_id),
        col(Organisation.observed).is_(False),
        col(Organisation.kind) == OrganisationKind.BUYER,
    )


def _within(key: Any, among: Among | None) -> list[sa.ColumnElement[bool]]:
    return [] if among is None else [key.in_(among)]


def _number(key: sa.ColumnElement[UUID]) -> sa.ColumnElement[int]:
    """1, 2, 3… in the order in which the contracts were made."""
    return sa.func.row_number().over(order_by=key)
