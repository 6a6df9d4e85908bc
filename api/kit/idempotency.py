"""Creations that can be repeated safely: the same Idempotency-Key gives the same answer.

The key is kept in the transaction of the creation: both exist or neither does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col

from api.kit.columns import now
from api.kit.db import REQUEST
from api.kit.problems import FieldError, Invalid

M = TypeVar("M", bound=BaseModel)


class IdempotencyKey(SQLModel, table=True):
    """An answer already given to a person, or to one of its API keys, for a key."""

    __tablename__ = "idempotency_key"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    key: str = Field(primary_key=True, max_length=255)
    request_hash: str = Field(max_length=64)
    status: int
    headers: str
    body: str
    created_at: datetime


@dataclass(frozen=True)
class Once:
    """Runs a creation once per key; without a key, runs it."""

    key: str | None
    operation: str
    status: int = 201

    def __call__(
        self,
        session: Session,
        person_id: UUID,
        request: BaseModel,
        response: Response,
        create: Callable[[], M],
    ) -> M | Response:
        """Answer what ``create`` gives, or what it gave the first time.

        Raises Invalid when the key was used for another request.
        """
        if self.key is None:
            return create()
        key = _of_software(session, self.key)
        wanted = self._hash(request)
        if not self._claim(session, person_id, key, wanted):
            return self._replay(session, person_id, key, wanted)
        created = create()
        session.execute(
            sa.update(IdempotencyKey)
            .where(col(IdempotencyKey.person_id) == person_id, col(IdempotencyKey.key) == key)
            .values(
                body=created.model_dump_json(),
                headers=msgspec.json.encode(_kept(response)).decode(),
            )
        )
        return created

    def _hash(self, request: BaseModel) -> str:
        content = f"{self.operation}\n{request.model_dump_json()}"
        return sha256(content.encode()).hexdigest()

    def _claim(self, session: Session, person_id: UUID, key: str, wanted: str) -> bool:
        # On PostgreSQL a second request waits here until the first one commits; on SQLite the
        # write lock already made it wait.
        dialect = session.get_bind().dialect.name
        insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(IdempotencyKey)
        claimed = session.execute(
            insert.values(
                person_id=person_id,
                key=key,
                request_hash=wanted,
                status=self.status,
                headers="{}",
                body="",
                created_at=now(),
            )
            .on_conflict_do_nothing()
            .returning(IdempotencyKey.key)
        )
        return claimed.first() is not None

    def _replay(self, session: Session, person_id: UUID, key: str, wanted: str) -> Response:
        known = session.get_one(IdempotencyKey, (person_id, key))
        if known.request_hash != wanted:
            raise Invalid(
                "Cette clé a déjà servi pour une autre demande : prenez-en une nouvelle.",
                errors=[FieldError(loc=["header", "Idempotency-Key"], message="a déjà servi.")],
            )
        headers = msgspec.json.decode(known.headers, type=dict[str, str])
        return Response(known.body, known.status, headers, "application/json")


def _of_software(session: Session, key: str) -> str:
    """The key as it is kept: two programs that draw the same one are not taken for each other.

    What an API key sends is apart from what its maker and the other keys of its maker send. A space
    is in no key that is sent: nobody can name what is another's.
    """
    api_key = getattr(session.info.get(REQUEST), "api_key", None)
    return key if api_key is None else f"{api_key} {sha256(key.encode()).hexdigest()}"


def _kept(response: Response) -> dict[str, str]:
    return {
        name: response.headers[name] for name in ("etag", "location") if name in response.headers
    }


def _once(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=8,
            max_length=255,
            pattern=r"^[\x21-\x7e]+$",
            description="Texte de votre choix, propre à cette création : répétée avec la même "
            "valeur, la demande redonne la même réponse sans rien créer de plus.",
        ),
    ] = None,
) -> Once:
    status = getattr(request.scope.get("route"), "status_code", None) or 200
    return Once(idempotency_key, f"{request.method} {request.url.path}", status)


Idempotent = Annotated[Once, Depends(_once)]
