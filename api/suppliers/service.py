"""The register of companies: found or made by what a file says, completed by people."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission, require_anywhere
from api.kit import audit
from api.kit.bulk import find_many, insert_many, read_id, this_instant
from api.kit.columns import changes, new_id, now
from api.kit.days import today
from api.kit.problems import NotFound
from api.rules.naming import RULE, known_name, reads_as_person
from api.rules.records import Party
from api.suppliers import sources
from api.suppliers.models import (
    SaidFact,
    Supplier,
    SupplierChange,
    SupplierRead,
    SupplierSource,
)

# Two names of one company are one; a company without identifier is known by its name alone.
Identity = tuple[str | None, str | None, str | None]

_BATCH = 400
_COLUMNS = (
    "id", "created_at", "updated_at", "id_type", "identifier", "name", "reads_as_person",
    "naming_rule",
)  # fmt: skip
_SAID_FACTS = frozenset(fact.value for fact in SaidFact)


def identity(party: Party) -> Identity:
    """What makes two parties the same company."""
    if party.identifier:
        return (party.id_type, party.identifier, None)
    return (None, None, party.name)


def register(session: Session, parties: Iterable[Party], known: dict[Identity, UUID]) -> None:
    """Complete ``known`` with the id of every party, making the companies that are missing."""
    wanted = {identity(party): party for party in parties}
    missing = {key: party for key, party in wanted.items() if key not in known}
    if not missing:
        return
    known.update(_found(session, list(missing)))
    # In one order everywhere: two imports at once then wait for each other instead of blocking.
    fresh = sorted(
        (
            (key, party.name[:300] if party.name else None, new_id())
            for key, party in missing.items()
            if key not in known
        ),
        key=lambda one: tuple(part or "" for part in one[0]),
    )
    if not fresh:
        return
    instant = this_instant(session)
    insert_many(
        session,
        "supplier",
        _COLUMNS,
        [
            (made.hex, instant, instant, key[0], key[1], name, reads_as_person(name), RULE)
            for key, name, made in fresh
        ],
        unless_there=True,
    )
    # Somebody else may have made one of them meanwhile: theirs is the one.
    known.update({key: made for key, _, made in fresh} | _found(session, [one[0] for one in fresh]))


def _found(session: Session, keys: list[Identity]) -> dict[Identity, UUID]:
    whole = [key[:2] for key in keys if key[0] and key[1]]
    columns = ("id_type", "identifier")
    found: dict[Identity, UUID] = {
        (id_type, identifier, None): read_id(made)
        for id_type, identifier, made in find_many(
            session, "supplier", (*columns, "id"), columns, whole
        )
    }
    rest = [key for key in keys if not (key[0] and key[1])]
    for start in range(0, len(rest), _BATCH):
        found |= _found_without_type(session, rest[start : start + _BATCH])
    return found


def _found_without_type(session: Session, keys: list[Identity]) -> dict[Identity, UUID]:
    identifiers = [key[1] for key in keys if key[1]]
    names = [key[2] for key in keys if not key[1]]
    nameless = col(Supplier.identifier).is_(None)
    rows = session.execute(
        sa.select(col(Supplier.identifier), col(Supplier.name), col(Supplier.id)).where(
            col(Supplier.id_type).is_(None),
            sa.or_(
                col(Supplier.identifier).in_(identifiers),
                nameless & col(Supplier.name).in_([name for name in names if name]),
                nameless & col(Supplier.name).is_(None) if None in names else sa.false(),
            ),
        )
    )
    return {
        (None, identifier, None) if identifier else (None, None, name): made
        for identifier, name, made in rows
    }


def read(session: Session, actor: Actor, supplier_id: UUID) -> SupplierRead:
    """A company of the register.

    Raises Forbidden to who reads no contract, NotFound when there is none.
    """
    require_anywhere(actor, Permission.CONTRACTS_READ)
    supplier = session.get(Supplier, supplier_id)
    if supplier is None:
        raise NotFound
    return _shown(supplier)


def _shown(supplier: Supplier) -> SupplierRead:
    """A company as its buyers read it: the name of a person is not given."""
    read = SupplierRead.model_validate(supplier)
    return read.model_copy(update={"name": known_name(_party(supplier))})


def _party(supplier: Supplier) -> Party:
    return Party(supplier.id_type, supplier.identifier, supplier.name, supplier.sole_trader)


def _say(session: Session, supplier_id: UUID, said: dict[str, Any]) -> None:
    """Keep the word of a person, or forget it where nothing is left of it: others then speak."""
    facts = {SaidFact(name): value for name, value in said.items() if name in _SAID_FACTS}
    silent = {fact for fact, value in facts.items() if value is None or value == ""}
    words = [
        sources.Word(supplier_id, fact, sources.as_text(value))
        for fact, value in facts.items()
        if fact not in silent
    ]
    sources.unsay(session, SupplierSource.PERSON, supplier_id, silent)
    sources.say(session, SupplierSource.PERSON, today(), words)
    sources.follow(session, [supplier_id], silent)


def change(session: Session, actor: Actor, supplier_id: UUID, data: SupplierChange) -> SupplierRead:
    """Say what is known of a company: size, belonging to the social economy.

    Raises Forbidden to who writes no contract, NotFound when there is none.
    """
    require_anywhere(actor, Permission.CONTRACTS_WRITE)
    supplier = session.get(Supplier, supplier_id, with_for_update=True)
    if supplier is None:
        raise NotFound
    said = changes(data)
    supplier.sqlmodel_update(
        {name: value for name, value in said.items() if name not in _SAID_FACTS}
    )
    supplier.reads_as_person, supplier.naming_rule = reads_as_person(supplier.name), RULE
    supplier.updated_at = now()
    session.add(supplier)
    session.flush()
    _say(session, supplier_id, said)
    session.refresh(supplier)
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=None,
        action="supplier.changed",
        target=f"supplier:{supplier_id}",
        details=data.model_dump(mode="json", exclude_unset=True),
    )
    return _shown(supplier)
