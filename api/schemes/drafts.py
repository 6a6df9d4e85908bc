"""A scheme of one's own: made from a model, changed as a draft, published version after version."""

import re
import unicodedata
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require
from api.access.service import own
from api.kit import audit
from api.kit.columns import now
from api.kit.problems import Conflict, FieldError, Invalid, NotFound, PreconditionRequired, Stale
from api.rules.indicators.reading import problems
from api.schemes import registering, service
from api.schemes.document import SchemeModel
from api.schemes.loading import read_model
from api.schemes.models import Scheme, SchemeVersion
from api.schemes.schemas import DraftRead, SchemeCreate, VersionRead

_MAX_ERRORS = 50


class NoDraft(Conflict):
    type = "no-draft"
    title = "Pas de brouillon"
    default = "Ce schéma n’est pas le vôtre : partez de lui pour en faire un, que vous changerez."


class CodeTaken(Conflict):
    type = "code-taken"
    title = "Code déjà pris"
    default = "Un schéma porte déjà ce code : choisissez-en un autre."


def allow_creation(session: Session, actor: Actor, data: SchemeCreate) -> Organisation:
    """The organisation whose scheme the actor may write. Raises NotFound, Forbidden."""
    return own(session, actor, data.organisation, Permission.SCHEMES_WRITE)


def create(session: Session, actor: Actor, data: SchemeCreate) -> DraftRead:
    """A draft made from a scheme that exists, under its own title and years.

    Targets outside the years are left out: they were those of somebody else's years.
    Raises NotFound, Forbidden, Invalid, CodeTaken.
    """
    organisation = allow_creation(session, actor, data)
    origin = service.named(session, actor, data.origin)
    code = data.code or _code(data.title, data.first_year, data.last_year)
    if session.scalars(sa.select(col(Scheme.id)).where(col(Scheme.code) == code)).first():
        raise CodeTaken
    content = _adapted(_last(session, origin).content, organisation, data, code)
    _checked(content)
    scheme = Scheme(
        code=code,
        title=data.title,
        author=organisation.name,
        first_year=data.first_year,
        last_year=data.last_year,
        content={name: [] for name in ("axes", "headline_targets", "baseline_figures")},
        owner_id=organisation.id,
        origin=origin.code,
        draft=content,
    )
    session.add(scheme)
    session.flush()
    _record(session, actor, "scheme.drafted", scheme, {"origin": origin.code})
    return _read(scheme)


def read(session: Session, actor: Actor, code: str) -> DraftRead:
    """The draft of a scheme of one's own. Raises NotFound, Forbidden, NoDraft."""
    return _read(_owned(session, actor, code, Permission.SCHEMES_READ))


def change(
    session: Session, actor: Actor, code: str, content: dict[str, Any], if_match: str | None
) -> DraftRead:
    """Replace the draft, if it is a sound scheme.

    Raises NotFound, Forbidden, NoDraft, PreconditionRequired, Stale, Invalid (with the path of
    each error in the draft).
    """
    scheme = _for_change(session, actor, code, if_match)
    return _written(session, actor, scheme, {**content, "code": code})


def set_indicator(
    session: Session,
    actor: Actor,
    code: str,
    indicator: dict[str, Any],
    if_match: str | None,
) -> DraftRead:
    """Add an indicator to the draft, or replace the one of its code. Raises as ``change``."""
    scheme = _for_change(session, actor, code, if_match)
    draft = dict(scheme.draft or {})
    kept = [one for one in draft["indicators"] if one["code"] != indicator.get("code")]
    place = next(
        (n for n, one in enumerate(draft["indicators"]) if one["code"] == indicator.get("code")),
        len(kept),
    )
    draft["indicators"] = [*kept[:place], indicator, *kept[place:]]
    return _written(session, actor, scheme, draft, place)


def remove_indicator(
    session: Session, actor: Actor, code: str, indicator_code: str, if_match: str | None
) -> DraftRead:
    """Take an indicator out of the draft. Raises as ``change``, and Invalid when another one
    borrows its definition."""
    scheme = _for_change(session, actor, code, if_match)
    draft = dict(scheme.draft or {})
    kept = [one for one in draft["indicators"] if one["code"] != indicator_code]
    if len(kept) == len(draft["indicators"]):
        raise NotFound
    return _written(session, actor, scheme, {**draft, "indicators": kept})


def publish(
    session: Session, actor: Actor, code: str, reason: str, if_match: str | None
) -> VersionRead:
    """Make the draft the scheme: indicators are from now on those of the draft.

    Raises NotFound, Forbidden, NoDraft, PreconditionRequired, Stale, Invalid.
    """
    scheme = _for_change(session, actor, code, if_match)
    model = _checked(scheme.draft or {})
    registering.load(session, model, reason, actor.person_id)
    scheme.version += 1
    session.add(scheme)
    if scheme.owner_id is not None:
        service.adopt(session, scheme.id, scheme.owner_id)
    version = _last(session, scheme)
    details = {"number": version.number, "reason": reason}
    _record(session, actor, "scheme.published", scheme, details)
    return version_read(version)


def version_read(version: SchemeVersion) -> VersionRead:
    """A version as a list gives it."""
    return VersionRead(
        number=version.number, published_at=version.created_at, reason=version.reason
    )


def etag(draft: DraftRead) -> str:
    """The ETag of a draft: its revision."""
    return f'"{draft.revision}"'


def _owned(session: Session, actor: Actor, code: str, permission: Permission) -> Scheme:
    wanted = sa.select(Scheme).where(col(Scheme.code) == code)
    if permission is Permission.SCHEMES_WRITE:
        wanted = wanted.with_for_update()
    scheme = session.scalars(wanted).first()
    if scheme is None:
        raise NotFound
    if scheme.owner_id is None:
        service.named(session, actor, code)
        raise NoDraft
    require(actor, permission, scheme.owner_id)
    return scheme


def _for_change(session: Session, actor: Actor, code: str, if_match: str | None) -> Scheme:
    scheme = _owned(session, actor, code, Permission.SCHEMES_WRITE)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{scheme.version}"':
        raise Stale
    return scheme


def _written(
    session: Session,
    actor: Actor,
    scheme: Scheme,
    content: dict[str, Any],
    place: int | None = None,
) -> DraftRead:
    model = _checked(content, place)
    scheme.draft = model.model_dump(mode="json")
    scheme.version += 1
    scheme.updated_at = now()
    session.add(scheme)
    session.flush()
    _record(session, actor, "scheme.changed", scheme, {"revision": scheme.version})
    return _read(scheme)


def _checked(content: dict[str, Any], place: int | None = None) -> SchemeModel:
    """The scheme that the content is. Raises Invalid, with the path of each error.

    ``place``: of the indicator that was sent alone, whose errors are then told from its own root.
    """
    try:
        return read_model(content)
    except ValidationError as error:
        alone = "" if place is None else f"indicators[{place}]."
        raise Invalid(
            errors=[
                FieldError(loc=["body", one.path.removeprefix(alone)], message=one.message)
                for one in problems(error)[:_MAX_ERRORS]
            ]
        ) from error


def _adapted(
    content: dict[str, Any], organisation: Organisation, data: SchemeCreate, code: str
) -> dict[str, Any]:
    years = range(data.first_year, data.last_year + 1)
    siren = (organisation.siret or "")[:9]
    return {
        **content,
        "code": code,
        "title": data.title,
        "author": organisation.name,
        "organisations": [{"name": organisation.name, "siren": siren, "kind": "acheteur"}],
        "period": {"start": data.first_year, "end": data.last_year, "note": None},
        "baseline_figures": [],
        "contradictions": [],
        "previous": [],
        "previous_note": None,
        "indicators": [_without_past(one, years) for one in content["indicators"]],
    }


def _without_past(indicator: dict[str, Any], years: range) -> dict[str, Any]:
    targets = [
        {**one, "organisation": None}
        for one in indicator["targets"]
        if one["year"] is None or one["year"] in years
    ]
    return {**indicator, "targets": targets, "published": []}


def _code(title: str, first_year: int, last_year: int) -> str:
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:28].strip("-")
    return f"{words or 'spaser'}-{first_year}-{last_year}"


def _last(session: Session, scheme: Scheme) -> SchemeVersion:
    found = session.scalars(
        sa.select(SchemeVersion)
        .where(col(SchemeVersion.scheme_id) == scheme.id)
        .order_by(col(SchemeVersion.number).desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFound
    return found


def _read(scheme: Scheme) -> DraftRead:
    return DraftRead(
        code=scheme.code,
        title=(scheme.draft or {})["title"],
        origin=scheme.origin,
        revision=scheme.version,
        updated_at=scheme.updated_at,
        content=scheme.draft or {},
    )


def _record(
    session: Session, actor: Actor, action: str, scheme: Scheme, details: dict[str, Any]
) -> None:
    owner: UUID | None = scheme.owner_id
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=owner,
        action=action,
        target=f"scheme:{scheme.code}",
        details=details,
    )
