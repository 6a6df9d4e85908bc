"""Campaigns: once a year, who owes which figure by when, and where it stands."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.access.service import check_directorate, own
from api.actions import duties, sight
from api.actions.campaign_schemas import (
    CampaignChange,
    CampaignCreate,
    CampaignFilter,
    CampaignItem,
    CampaignRead,
    DutyAssign,
    DutyRead,
    DutyState,
)
from api.actions.expectations import expectation
from api.actions.matching import require_match
from api.actions.models import Campaign, Duty
from api.closings.service import require_open
from api.kit import audit
from api.kit.columns import now
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.kit.problems import Conflict, FieldError, Invalid, NotFound
from api.schemes import trees
from api.schemes.models import Indicator, Scheme

_KEPT = ("id", "version", "year", "due_on", "message")


class CampaignTaken(Conflict):
    type = "campaign-taken"
    title = "Campagne déjà ouverte"
    default = "Une campagne de ce schéma existe déjà pour cette année : complétez-la."


class NothingToSay(Conflict):
    type = "nothing-to-say"
    title = "Rien à demander"
    default = "Spaser calcule tous les indicateurs de ce schéma : il n’y a rien à demander."


def find(session: Session, actor: Actor, filters: CampaignFilter) -> Page[CampaignItem]:
    """The campaigns of the actor's organisations, the latest year first.

    Raises Invalid on a foreign cursor.
    """
    statement = sight.narrowed(
        _items(actor).where(col(Campaign.organisation_id).in_(visible(actor, sight.READ))),
        (
            (col(Organisation.siret), filters.organisation),
            (col(Scheme.code), filters.scheme),
            (col(Campaign.year), filters.year),
        ),
    )
    key = (col(Campaign.year), col(Campaign.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[CampaignItem](
        items=[CampaignItem(**_told(row)) for row in rows[: filters.limit]],
        next=following(rows, filters.limit, lambda row: (row[0].year, row[0].id)),
    )


def read(session: Session, actor: Actor, campaign_id: UUID) -> CampaignRead:
    """A campaign and what is owed in it, as far as the actor looks. Raises NotFound, Forbidden."""
    return _read(session, actor, _kept(session, actor, campaign_id, sight.READ))


def allow_creation(session: Session, actor: Actor, data: CampaignCreate) -> Organisation:
    """The organisation whose campaigns the actor may open. Raises NotFound, Forbidden."""
    return own(session, actor, data.organisation, Permission.CAMPAIGNS_WRITE)


def create(session: Session, actor: Actor, data: CampaignCreate) -> CampaignRead:
    """Open a campaign: each thing to say is owed, by the directorate that owed it last.

    Raises NotFound, Forbidden, Invalid, YearClosed, CampaignTaken, NothingToSay.
    """
    organisation = allow_creation(session, actor, data)
    scheme = trees.adopted(session, organisation.id, data.scheme).get(data.scheme)
    if scheme is None:
        message = "n’est pas un schéma adopté par cette organisation."
        raise Invalid(errors=[FieldError(loc=["body", "scheme"], message=message)])
    one = Campaign(
        scheme_id=scheme.id,
        organisation_id=organisation.id,
        year=data.year,
        due_on=data.due_on,
        message=data.message,
    )
    _check(one)
    require_open(session, organisation.id, data.year)
    before = _last(session, one)
    if before is not None and before.year == data.year:
        raise CampaignTaken
    asked = _asked(session, scheme.id)
    if not asked:
        raise NothingToSay
    owing = {} if before is None else _owing(session, before)
    session.add(one)
    session.flush()
    session.add_all(
        Duty(campaign_id=one.id, indicator_id=key, directorate_id=owing.get(key)) for key in asked
    )
    session.flush()
    details = {"scheme": data.scheme, "year": data.year, "duties": len(asked)}
    _record(session, actor, "campaign.created", one, details)
    return _read(session, actor, one)


def change(
    session: Session, actor: Actor, campaign_id: UUID, data: CampaignChange, if_match: str | None
) -> CampaignRead:
    """Change the day or the message of a campaign.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, YearClosed.
    """
    one = _kept(session, actor, campaign_id, Permission.CAMPAIGNS_WRITE)
    require_match(if_match, one.version)
    require_open(session, one.organisation_id, one.year)
    before = one.due_on
    one.sqlmodel_update(data.model_dump(exclude_unset=True))
    _check(one)
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()
    changes = [["due_on", before.isoformat(), one.due_on.isoformat()]] * (before != one.due_on)
    _record(session, actor, "campaign.changed", one, {"changes": changes})
    return _read(session, actor, one)


def assign(
    session: Session, actor: Actor, campaign_id: UUID, indicator_id: UUID, data: DutyAssign
) -> DutyRead:
    """Say which directorate owes a figure; what a scheme published since asks for may be added.

    Raises NotFound, Forbidden, Invalid, YearClosed.
    """
    one = _kept(session, actor, campaign_id, Permission.CAMPAIGNS_WRITE)
    duty = session.get(Duty, (campaign_id, indicator_id), with_for_update=True)
    if duty is None and indicator_id not in _asked(session, one.scheme_id):
        raise NotFound
    require_open(session, one.organisation_id, one.year)
    check_directorate(session, one.organisation_id, data.directorate_id)
    if data.due_on is not None and data.due_on.year < one.year:
        raise _too_early()
    duty = duty or Duty(campaign_id=campaign_id, indicator_id=indicator_id)
    duty.directorate_id, duty.due_on = data.directorate_id, data.due_on
    session.add(duty)
    session.flush()
    details = {"indicator": str(indicator_id), **data.model_dump(mode="json")}
    _record(session, actor, "campaign.duty_assigned", one, details)
    row = session.execute(
        duties.ROWS.where(
            col(Duty.campaign_id) == campaign_id, col(Duty.indicator_id) == indicator_id
        )
    ).one()
    return duties.shown([row])[0]


def _kept(session: Session, actor: Actor, campaign_id: UUID, permission: Permission) -> Campaign:
    lock = True if permission is Permission.CAMPAIGNS_WRITE else None
    one = session.get(Campaign, campaign_id, with_for_update=lock)
    require(actor, permission, one.organisation_id if one else None)
    if one is None:
        raise NotFound
    return one


def _check(one: Campaign) -> None:
    if one.due_on.year < one.year:
        raise _too_early()


def _too_early() -> Invalid:
    message = "est avant l’année dont on demande les chiffres."
    return Invalid(errors=[FieldError(loc=["body", "due_on"], message=message)])


def _asked(session: Session, scheme_id: UUID) -> list[UUID]:
    """The indicators of a scheme of which people must say something; what is shared, once."""
    rows = session.execute(
        sa.select(col(Indicator.id), col(Indicator.content), col(Indicator.definition)).where(
            col(Indicator.scheme_id) == scheme_id, col(Indicator.retired).is_(False)
        )
    )
    return [
        key
        for key, content, definition in rows
        if content.get("same_as") is None and expectation(definition) is not None
    ]


def _last(session: Session, one: Campaign) -> Campaign | None:
    """The campaign of the same year, else the one before."""
    return session.scalars(
        sa.select(Campaign)
        .where(
            col(Campaign.scheme_id) == one.scheme_id,
            col(Campaign.organisation_id) == one.organisation_id,
            col(Campaign.year) <= one.year,
        )
        .order_by(col(Campaign.year).desc())
        .limit(1)
    ).first()


def _owing(session: Session, before: Campaign) -> dict[UUID, UUID | None]:
    rows = session.execute(
        sa.select(col(Duty.indicator_id), col(Duty.directorate_id)).where(
            col(Duty.campaign_id) == before.id
        )
    )
    return {one.indicator_id: one.directorate_id for one in rows}


def _items(actor: Actor) -> Any:
    """Campaigns with the count of their duties in each state, in one statement."""
    counts = (
        duties.joined(
            sa.select(
                col(Duty.campaign_id).label("campaign_id"),
                *(
                    sa.func.count().filter(duties.is_state(state)).label(state.value)
                    for state in DutyState
                ),
            )
        )
        .where(sight.duties_in_sight(actor))
        .group_by(col(Duty.campaign_id))
        .subquery()
    )
    return (
        sa.select(
            Campaign,
            col(Organisation.siret),
            col(Organisation.name),
            col(Scheme.code),
            col(Scheme.title),
            *(sa.func.coalesce(counts.c[state.value], 0) for state in DutyState),
        )
        .join(Organisation, col(Organisation.id) == col(Campaign.organisation_id))
        .join(Scheme, col(Scheme.id) == col(Campaign.scheme_id))
        .outerjoin(counts, counts.c.campaign_id == col(Campaign.id))
    )


def _told(row: Any) -> dict[str, Any]:
    one, siret, name, code, title, *counts = row
    return {
        **{field: getattr(one, field) for field in _KEPT},
        "organisation": siret or "",
        "organisation_name": name,
        "scheme": code,
        "scheme_title": title,
        **dict(zip(map(str, DutyState), counts, strict=True)),
    }


def _read(session: Session, actor: Actor, one: Campaign) -> CampaignRead:
    row = session.execute(_items(actor).where(col(Campaign.id) == one.id)).one()
    return CampaignRead(**_told(row), rows=duties.of_campaign(session, actor, one))


def _record(
    session: Session, actor: Actor, action: str, one: Campaign, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.organisation_id,
        action=action,
        target=f"campaign:{one.id}",
        details=details,
    )
