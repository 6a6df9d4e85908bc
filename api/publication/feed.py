"""The public feed: which contracts became public, changed or were taken back, in commit order."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, SQLModel

from api.contracts.announcing import announce, opened
from api.contracts.feed import Change
from api.kit.columns import Siret
from api.kit.days import in_utc
from api.kit.db import Engines
from api.kit.feeds import FeedPage, check_place, page_of, read_cursor
from api.rules.records import Kind

_NAME = "public"
_TABLES = SQLModel.metadata.tables
_ENTRIES, _BUYERS = _TABLES["public_entry"], _TABLES["organisation"]
_DOCUMENTS = _TABLES["contract_document"]
_FILES = {Kind.CONTRACT: "decp-marches.json", Kind.CONCESSION: "decp-concessions.json"}


class PublicChange(BaseModel):
    """The last change of what is public of a contract."""

    change: Change = Field(
        description="« upsert » : le contrat devient public ou change, « record » le donne entier. "
        "« removed » : il n’est plus public, ôtez-le."
    )
    at: datetime = Field(description="Quand le changement a été annoncé.")
    uid: str = Field(
        description="L’identifiant unique du contrat : le SIRET de l’acheteur suivi de « id »."
    )
    buyer_siret: Siret = Field(description="Le SIRET de l’acheteur.")
    fictitious: bool = Field(description="Vrai pour un acheteur de démonstration.")
    kind: Kind = Field(description="Marché ou concession.")
    id: str = Field(description="Le numéro du contrat, tel qu’il est publié.")
    file: str = Field(description="L’adresse du fichier qui réunit les contrats de l’acheteur.")
    record: dict[str, Any] | None = Field(
        description="Le contrat tel qu’il est publié (objet DECP 2022, schéma 2.0.3) ; `null` "
        "quand il n’est plus public."
    )


class PublicFeed(FeedPage[PublicChange]):
    """One page of the feed."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "change": "upsert",
                        "at": "2026-11-22T08:30:00.000000Z",
                        "uid": "000000016000122026-00042",
                        "buyer_siret": "00000001600012",
                        "fictitious": True,
                        "kind": "marche",
                        "id": "2026-00042",
                        "file": "/opendata/00000001600012/decp-marches.json",
                        "record": {
                            "id": "2026-00042",
                            "acheteur": {"id": "00000001600012"},
                            "nature": "Marché",
                            "objet": "Entretien des espaces verts",
                        },
                    },
                    {
                        "change": "removed",
                        "at": "2026-11-22T08:31:12.000000Z",
                        "uid": "000000016000122026-00043",
                        "buyer_siret": "00000001600012",
                        "fictitious": True,
                        "kind": "marche",
                        "id": "2026-00043",
                        "file": "/opendata/00000001600012/decp-marches.json",
                        "record": None,
                    },
                ],
                "next": "WyJwdWJsaWMiLCI0MiIsIjE3OTUzMzYyNzIwMDAwMDAiLCIiXQ",
                "more": False,
            }
        }
    )


def catch_up(engines: Engines) -> None:
    """Announce the contracts whose day of publication has come, when there are any."""
    with engines.read.connect() as connection:
        if connection.execute(opened().limit(1)).first() is None:
            return
    with Session(engines.write) as session, session.begin():
        announce(session, opened())


def page(connection: sa.Connection, limit: int, cursor: str | None) -> dict[str, Any]:
    """One page of what changed in the DECP files of every buyer, as PublicFeed.

    Raises Invalid on a foreign cursor, Restart when it was of another history.
    """
    place = read_cursor(_NAME, "", cursor)
    check_place(connection, _ENTRIES, place)
    rows = connection.execute(_CHANGES, {"position": place.position, "rows": limit + 1}).all()
    return {
        "items": [_item(row) for row in rows[:limit]],
        **page_of(_NAME, "", place, list(rows), limit),
    }


_CHANGES = (
    sa.select(
        _ENTRIES.c.position,
        _ENTRIES.c.at,
        _ENTRIES.c.kind,
        _ENTRIES.c.reference,
        _BUYERS.c.siret,
        _BUYERS.c.fictitious,
        # Nothing is given of what was not announced as public.
        sa.case((_ENTRIES.c.digest.is_not(None), _DOCUMENTS.c.decp)).label("decp"),
    )
    .select_from(
        _ENTRIES.join(_BUYERS, _BUYERS.c.id == _ENTRIES.c.buyer_id).outerjoin(
            _DOCUMENTS, _DOCUMENTS.c.contract_id == _ENTRIES.c.contract_id
        )
    )
    .where(_ENTRIES.c.position > sa.bindparam("position", type_=sa.BigInteger()))
    .order_by(_ENTRIES.c.position)
    .limit(sa.bindparam("rows", type_=sa.Integer()))
)


def _item(row: Any) -> dict[str, Any]:
    return {
        "change": Change.REMOVED if row.decp is None else Change.UPSERT,
        "at": in_utc(row.at),
        "uid": row.siret + row.reference,
        "buyer_siret": row.siret,
        "fictitious": row.fictitious,
        "kind": row.kind,
        "id": row.reference,
        "file": f"/opendata/{row.siret}/{_FILES[row.kind]}",
        # As it stands in the file, byte for byte.
        "record": None if row.decp is None else msgspec.Raw(row.decp.encode()),
    }
