"""The versions of a scheme, and what differs between two of them."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission, require
from api.access.service import own
from api.kit import audit
from api.kit.problems import NotFound
from api.schemes import service
from api.schemes.diff import differences
from api.schemes.drafts import NoDraft, version_read
from api.schemes.models import Scheme, SchemeVersion
from api.schemes.schemas import (
    AdoptionCreate,
    DifferenceRead,
    SchemeDiff,
    SchemeItem,
    VersionRead,
)


def find(session: Session, actor: Actor, code: str) -> list[VersionRead]:
    """The versions of a scheme, the last first. Raises as ``service.read``."""
    scheme = service.named(session, actor, code)
    rows = session.scalars(
        sa.select(SchemeVersion)
        .where(col(SchemeVersion.scheme_id) == scheme.id)
        .order_by(col(SchemeVersion.number).desc())
    )
    return [version_read(one) for one in rows]


def read(session: Session, actor: Actor, code: str, number: int) -> dict[str, Any]:
    """A version, whole, in the catalogue's format. Raises as ``service.read``, NotFound."""
    return _content(session, service.named(session, actor, code), number)


def diff(session: Session, actor: Actor, code: str, first: int, second: int | None) -> SchemeDiff:
    """What changed from a version to another, or to the draft (``second`` None).

    Raises as ``service.read``, NotFound on a number that no version has, NoDraft, and Forbidden on
    somebody else's draft.
    """
    scheme = service.named(session, actor, code)
    before = _content(session, scheme, first)
    after = _draft(actor, scheme) if second is None else _content(session, scheme, second)
    return SchemeDiff(
        scheme=scheme.code,
        first=first,
        second=second,
        differences=[
            DifferenceRead(
                change=one.change,
                thing=one.thing,
                code=one.code,
                field=one.field,
                before=one.before,
                after=one.after,
            )
            for one in differences(before, after)
        ],
    )


def adopt(session: Session, actor: Actor, code: str, data: AdoptionCreate) -> SchemeItem:
    """Make a published scheme that of one more organisation: several may share one.

    Raises NotFound, Forbidden.
    """
    organisation = own(session, actor, data.organisation, Permission.SCHEMES_WRITE)
    scheme = service.named(session, actor, code)
    if not service.is_published(session, scheme.id):
        raise NotFound
    service.adopt(session, scheme.id, organisation.id)
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=organisation.id,
        action="scheme.adopted",
        target=f"scheme:{scheme.code}",
        details={},
    )
    return service.item(session, actor, scheme)


def _content(session: Session, scheme: Scheme, number: int) -> dict[str, Any]:
    found = session.scalars(
        sa.select(SchemeVersion).where(
            col(SchemeVersion.scheme_id) == scheme.id, col(SchemeVersion.number) == number
        )
    ).first()
    if found is None:
        raise NotFound
    return found.content


def _draft(actor: Actor, scheme: Scheme) -> dict[str, Any]:
    if scheme.owner_id is None or scheme.draft is None:
        raise NoDraft
    require(actor, Permission.SCHEMES_READ, scheme.owner_id)
    return scheme.draft
