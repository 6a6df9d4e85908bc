"""Kept figures read again: listed, opened whole, with their rows, and as what several kept."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.closings.models import Closing
from api.indicators import calling, freezing_evidence
from api.indicators.freezing_schemas import (
    FrozenCounts,
    FrozenFilter,
    FrozenItem,
    FrozenRead,
    FrozenRow,
    FrozenRows,
)
from api.indicators.models import FrozenFigures
from api.indicators.schemas import EvidenceState
from api.kit.days import PARIS, in_utc
from api.kit.keyset import following, paged
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.rules.indicators.phrases import day
from api.rules.indicators.words import Fact
from api.rules.naming import known_name
from api.rules.records import Party
from api.schemes.models import Scheme
from api.schemes.schemas import SchemeOrganisation
from api.suppliers import naming
from api.suppliers.models import Supplier

Statement = sa.Select[*tuple[Any, ...]]
_SIRET = re.compile(r"[0-9]{14}", re.ASCII)


class Kept(NamedTuple):
    """A version, without its content, and what names it."""

    id: UUID
    organisation_id: UUID
    scheme_id: UUID
    year: int
    number: int
    reason: str | None
    created_at: datetime
    standing: bool
    scheme: str
    title: str
    siret: str | None
    name: str


def find(session: Session, actor: Actor, filters: FrozenFilter) -> Page[FrozenItem]:
    """The versions kept by the actor's organisations, the latest year first.

    Raises Invalid on a foreign cursor.
    """
    statement = versions().where(
        col(FrozenFigures.organisation_id).in_(visible(actor, Permission.SCHEMES_READ))
    )
    for column, value in (
        (col(Scheme.code), filters.scheme),
        (col(Organisation.siret), filters.organisation),
        (col(FrozenFigures.year), filters.year),
    ):
        if value is not None:
            statement = statement.where(column == value)
    key = (col(FrozenFigures.year), col(FrozenFigures.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    found = [_kept(row) for row in rows]
    return Page[FrozenItem](
        items=[item(one) for one in found[: filters.limit]],
        next=following(found, filters.limit, lambda one: (one.year, one.id)),
    )


def read(session: Session, actor: Actor, frozen_id: UUID) -> FrozenRead:
    """A version, whole, as it was kept. Raises NotFound, Forbidden."""
    kept = allowed(session, actor, frozen_id)
    content = content_of(session, frozen_id)
    return FrozenRead(
        **item(kept).model_dump(),
        scheme_version=content["scheme"]["version"],
        software_version=content["software_version"],
        as_of=content["as_of"],
        computed_at=content["computed_at"],
        results=content["results"],
        indicators=content["indicators"],
        evidence=[_counts(content, UUID(one["id"])) for one in content["indicators"]],
    )


def rows(
    session: Session,
    actor: Actor,
    frozen_id: UUID,
    indicator_id: UUID,
    state: EvidenceState,
    limit: int,
    cursor: str | None,
) -> FrozenRows:
    """A page of the rows that stood behind a figure, in the order in which they were kept.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    allowed(session, actor, frozen_id)
    content = content_of(session, frozen_id)
    if str(indicator_id) not in {one["id"] for one in content["indicators"]}:
        raise NotFound
    found = freezing_evidence.rows_of(content["evidence"], indicator_id, state)
    start = _place(cursor, len(found))
    page = found[start : start + limit]
    more = len(found) > start + limit
    return FrozenRows(
        items=_named(session, page),
        # Kept rows never move: their place is as good a key as another.
        next=encode_cursor(str(start + limit)) if more else None,
    )


def _named(session: Session, page: Sequence[dict[str, Any]]) -> list[FrozenRow]:
    """Kept rows with the names that their buyer may read today: a company said to be a sole trader
    since is told by its number alone."""
    held = {UUID(one["id"]) for one in page if one["fact"] == Fact.SUPPLIER}
    found = session.execute(
        sa.select(col(Supplier.id), naming.is_person()).where(col(Supplier.id).in_(held))
    )
    persons: dict[UUID, bool | None] = {row[0]: row[1] for row in found}
    paid = naming.said_of(session, (_paid(one) for one in page))
    rows = []
    for one in page:
        person = persons.get(UUID(one["id"]))
        if one["fact"] == Fact.SPENDING:
            person = paid.get(_paid(one))
        named = one["fact"] in (Fact.SUPPLIER, Fact.SPENDING)
        title = known_name(Party(None, None, one["title"], person)) if named else one["title"]
        rows.append(FrozenRow(**{**one, "title": title}))
    return rows


def _paid(row: dict[str, Any]) -> str | None:
    """The SIRET that the reference of a line of spending begins with."""
    found = _SIRET.match(row["reference"] or "") if row["fact"] == Fact.SPENDING else None
    return None if found is None else found.group()


def allowed(session: Session, actor: Actor, frozen_id: UUID) -> Kept:
    """A version of one of the actor's organisations. Raises NotFound, Forbidden."""
    row = session.execute(versions().where(col(FrozenFigures.id) == frozen_id)).first()
    kept = None if row is None else _kept(row)
    require(actor, Permission.SCHEMES_READ, None if kept is None else kept.organisation_id)
    if kept is None:
        raise NotFound
    return kept


def content_of(session: Session, frozen_id: UUID) -> dict[str, Any]:
    """What a version holds; its companies are called by the rule of today."""
    found: dict[str, Any] = session.scalars(
        sa.select(col(FrozenFigures.content)).where(col(FrozenFigures.id) == frozen_id)
    ).one()
    return {**found, "results": called(session, found["results"], found["indicators"])}


def called(
    session: Session, results: Sequence[dict[str, Any]], indicators: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Kept results with the names that their buyer may read today."""
    return calling.renamed(session, results, {one["id"]: one["definition"] for one in indicators})


def previous(session: Session, kept: Kept) -> Kept | None:
    """The version before, None of the first."""
    row = session.execute(
        versions().where(
            col(FrozenFigures.scheme_id) == kept.scheme_id,
            col(FrozenFigures.organisation_id) == kept.organisation_id,
            col(FrozenFigures.year) == kept.year,
            col(FrozenFigures.number) == kept.number - 1,
        )
    ).first()
    return None if row is None else _kept(row)


def last_of(
    session: Session, scheme_id: UUID, organisations: Sequence[UUID], year: int
) -> list[Kept]:
    """The last version of each of these organisations that has one, in their order."""
    found = session.execute(
        versions()
        .where(
            col(FrozenFigures.scheme_id) == scheme_id,
            col(FrozenFigures.organisation_id).in_(organisations),
            col(FrozenFigures.year) == year,
        )
        .order_by(col(FrozenFigures.number))
    )
    last = {kept.organisation_id: kept for kept in map(_kept, found)}
    return [last[one] for one in organisations if one in last]


def versions() -> Statement:
    """Every version, in the order of ``Kept``; the content, which is large, is left where it is."""
    return (
        sa.select(
            col(FrozenFigures.id),
            col(FrozenFigures.organisation_id),
            col(FrozenFigures.scheme_id),
            col(FrozenFigures.year),
            col(FrozenFigures.number),
            col(FrozenFigures.reason),
            col(FrozenFigures.created_at),
            col(Closing.reopened_at).is_(None),
            col(Scheme.code),
            col(Scheme.title),
            col(Organisation.siret),
            col(Organisation.name),
        )
        .select_from(FrozenFigures)
        .join(Closing, col(Closing.id) == col(FrozenFigures.closing_id))
        .join(Scheme, col(Scheme.id) == col(FrozenFigures.scheme_id))
        .join(Organisation, col(Organisation.id) == col(FrozenFigures.organisation_id))
    )


def item(kept: Kept) -> FrozenItem:
    """A version as a list gives it."""
    return FrozenItem(
        id=kept.id,
        scheme=kept.scheme,
        title=kept.title,
        organisation=SchemeOrganisation(siret=kept.siret, name=kept.name),
        year=kept.year,
        number=kept.number,
        reason=kept.reason,
        closed_at=kept.created_at,
        standing=kept.standing,
        sentence=sentence(kept.created_at),
    )


def sentence(instant: datetime) -> str:
    """« tel que calculé le 3 mars 2026 », of the day in Paris."""
    return f"tel que calculé le {day(instant.astimezone(PARIS).date())}"


def _kept(row: Any) -> Kept:
    kept = Kept(*row)
    return kept._replace(created_at=in_utc(kept.created_at))


def _counts(content: dict[str, Any], indicator_id: UUID) -> FrozenCounts:
    found = freezing_evidence.counts(content["evidence"], indicator_id)
    told = {state.value: number for state, number in found.items()}
    return FrozenCounts(indicator_id=indicator_id, **told)


def _place(cursor: str | None, total: int) -> int:
    after = decode_cursor(cursor, 1)
    if after is None:
        return 0
    text = after[0] or ""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(total)):
        raise bad_cursor()
    return int(text)
