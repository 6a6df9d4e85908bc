"""Feeds of changes: where a reader stands in one, and how a page of it is given.

A cursor names the feed, the place and the instant of the last entry read, and for whom it was read.
It is opaque to readers and checked at each use.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from api.kit.days import in_utc
from api.kit.pages import bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import FieldError, Invalid, Problem

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Restart(Problem):
    status: ClassVar[int] = 410
    type: ClassVar[str] = "feed-restart"
    title: ClassVar[str] = "Flux à relire depuis le début"
    default: ClassVar[str] = (
        "La base a été restaurée depuis ce curseur. Relisez le flux depuis le début, sans "
        "« cursor », et oubliez ce qu’il ne dit plus."
    )


RIGHTS_CHANGED = (
    "Les acheteurs que vous pouvez lire ont changé depuis ce curseur. Relisez le flux depuis le "
    "début, sans « cursor », et oubliez ce qu’il ne dit plus."
)


class FeedPage(BaseModel, Generic[T]):
    """One page of a feed of changes."""

    items: list[T] = Field(
        description="Les changements, du plus ancien au plus récent ; un contrat n’y est qu’une "
        "fois, à la place de son dernier changement."
    )
    next: str = Field(
        description="À garder et à passer dans « cursor » la fois suivante ; toujours donné."
    )
    more: bool = Field(
        description="Vrai : la suite peut être lue tout de suite. Faux : vous êtes à jour, revenez "
        "plus tard avec « next »."
    )


@dataclass(frozen=True)
class Place:
    """Where a reader stands: after the entry of ``position``, announced at ``instant``
    (microseconds since 1970)."""

    position: int = 0
    instant: int = 0


def place_of(position: int, at: datetime) -> Place:
    """The place of an entry."""
    return Place(position, (in_utc(at) - _EPOCH) // timedelta(microseconds=1))


def cursor_of(feed: str, reach: str, place: Place) -> str:
    """The cursor of a place in ``feed``; ``reach`` stands for what its reader may see."""
    return encode_cursor(feed, str(place.position), str(place.instant), reach)


def read_cursor(feed: str, reach: str, cursor: str | None) -> Place:
    """The place of a cursor, the beginning without one.

    Raises Invalid when it is not one of this feed, Restart when its reader saw something else.
    """
    key = decode_cursor(cursor, 4)
    if key is None:
        return Place()
    name, position, instant, seen = (part or "" for part in key)
    if not _NUMBER.fullmatch(position) or not _NUMBER.fullmatch(instant):
        raise bad_cursor()
    if name != feed:
        message = "est le curseur d’un autre flux. Relisez celui-ci depuis le début, sans lui."
        raise Invalid(errors=[FieldError(loc=["query", "cursor"], message=message)])
    if seen != reach:
        raise Restart(RIGHTS_CHANGED)
    return Place(int(position), int(instant))


def check_place(connection: sa.Connection, entries: sa.Table, place: Place) -> None:
    """Refuse (Restart) a place of a history that is no longer ours: the database was restored.

    Instants follow places: what stands before the reader's was announced before it. Otherwise the
    entries of after a backup were written again otherwise.
    """
    position = entries.c.position
    latest = sa.select(position, entries.c.at).order_by(position.desc()).limit(1)
    last = connection.execute(latest.where(position.is_not(None))).first()
    if place.position > (last.position if last else 0):
        raise Restart
    before = connection.execute(latest.where(position <= place.position)).first()
    if before is not None and place_of(*before).instant > place.instant:
        raise Restart


def page_of(feed: str, reach: str, place: Place, rows: list[Any], limit: int) -> dict[str, Any]:
    """What a page says of itself; ``rows``: those after ``place``, one more than ``limit`` when
    there is one, each with its position and instant first."""
    last = place_of(rows[:limit][-1][0], rows[:limit][-1][1]) if rows else place
    return {"next": cursor_of(feed, reach, last), "more": len(rows) > limit}


def answer(request: Request, page: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """A page under the tag of its bytes, or 304 to who has it; never kept without asking again."""
    body = msgspec.json.encode(page)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    told = {"ETag": tag, **headers}
    known = request.headers.get("if-none-match", "")
    if tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
        return Response(status_code=304, headers=told)
    return Response(body, headers=told, media_type="application/json")
