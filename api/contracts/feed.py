"""The feed of the register: which contracts changed or went, in the order of the commits."""

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import SQLModel

from api.access.permissions import Actor, Permission, visible
from api.kit.columns import Siret
from api.kit.days import in_utc
from api.kit.feeds import FeedPage, check_place, page_of, read_cursor
from api.rules.records import Kind

_NAME = "register"
_ENTRIES = SQLModel.metadata.tables["register_entry"]
_ENTRY, _BUYER = _ENTRIES.c, SQLModel.metadata.tables["organisation"].c


class Change(StrEnum):
    """What a reader has to do with what it keeps of a contract."""

    UPSERT = "upsert"
    REMOVED = "removed"


class RegisterChange(BaseModel):
    """The last change of a contract."""

    change: Change = Field(
        description="« upsert » : le marché est nouveau ou modifié, relisez-le à son adresse. "
        "« removed » : il n’est plus au registre, ôtez-le."
    )
    at: datetime = Field(description="Quand le changement a été annoncé.")
    contract_id: UUID = Field(description="L’identifiant du marché, le même à chaque changement.")
    buyer_siret: Siret = Field(description="Le SIRET de l’acheteur.")
    kind: Kind = Field(description="Marché ou concession.")
    reference: str = Field(description="Le numéro du marché chez l’acheteur.")
    version: int = Field(description="La version du marché ; celle de son ETag.")
    address: str | None = Field(
        description="L’adresse où le lire ; `null` quand il n’est plus au registre."
    )


class RegisterFeed(FeedPage[RegisterChange]):
    """One page of the feed."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "change": "upsert",
                        "at": "2026-11-22T08:30:00.000000Z",
                        "contract_id": "019aa6f0-5c00-7c3e-9d5b-2f4c1f0a7b11",
                        "buyer_siret": "00000001600012",
                        "kind": "marche",
                        "reference": "2026-00042",
                        "version": 3,
                        "address": "/api/v1/contracts/019aa6f0-5c00-7c3e-9d5b-2f4c1f0a7b11",
                    },
                    {
                        "change": "removed",
                        "at": "2026-11-22T08:31:12.000000Z",
                        "contract_id": "019aa6f0-5c01-7b0a-8c44-91d2e6a3c0de",
                        "buyer_siret": "00000001600012",
                        "kind": "marche",
                        "reference": "2026-00043",
                        "version": 1,
                        "address": None,
                    },
                ],
                "next": "WyJyZWdpc3RlciIsIjQyIiwiMTc5NTMzNjI3MjAwMDAwMCIsImEzZjEiXQ",
                "more": False,
            }
        }
    )


def page(connection: sa.Connection, actor: Actor, limit: int, cursor: str | None) -> dict[str, Any]:
    """One page of the changes of the contracts the actor may see, as RegisterFeed.

    Raises Invalid on a foreign cursor, Restart when it was of other rights or of another history.
    """
    readable = visible(actor, Permission.CONTRACTS_READ)
    reach = blake2b(b"".join(one.bytes for one in readable), digest_size=8).hexdigest()
    place = read_cursor(_NAME, reach, cursor)
    check_place(connection, _ENTRIES, place)
    rows = connection.execute(
        _CHANGES, {"readable": readable, "position": place.position, "rows": limit + 1}
    ).all()
    return {
        "items": [_item(row) for row in rows[:limit]],
        **page_of(_NAME, reach, place, list(rows), limit),
    }


def after(
    connection: sa.Connection, readable: list[UUID], position: int, rows: int
) -> tuple[list[dict[str, Any]], int]:
    """The first changes after a place of the contracts of these buyers, as RegisterChange, and the
    place of the last of them."""
    asked = {"readable": readable, "position": position, "rows": rows}
    found = connection.execute(_CHANGES, asked).all()
    return [_item(row) for row in found], found[-1].position if found else position


_CHANGES = (
    sa.select(
        _ENTRY.position,
        _ENTRY.at,
        _ENTRY.removed,
        _ENTRY.contract_id,
        _BUYER.siret,
        _ENTRY.kind,
        _ENTRY.reference,
        _ENTRY.version,
    )
    .join_from(_ENTRIES, SQLModel.metadata.tables["organisation"])
    .where(
        _ENTRY.buyer_id.in_(sa.bindparam("readable", type_=sa.Uuid(), expanding=True)),
        _ENTRY.position > sa.bindparam("position", type_=sa.BigInteger()),
    )
    .order_by(_ENTRY.position)
    .limit(sa.bindparam("rows", type_=sa.Integer()))
)


def _item(row: Any) -> dict[str, Any]:
    return {
        "change": Change.REMOVED if row.removed else Change.UPSERT,
        "at": in_utc(row.at),
        "contract_id": row.contract_id,
        "buyer_siret": row.siret,
        "kind": row.kind,
        "reference": row.reference,
        "version": row.version,
        "address": None if row.removed else f"/api/v1/contracts/{row.contract_id}",
    }
