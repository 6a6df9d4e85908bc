"""What is owed in campaigns and what was said of it: one statement, whatever the number of rows."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation, Person
from api.access.permissions import Actor
from api.actions import sight
from api.actions.campaign_schemas import (
    DirectorateName,
    DutyFilter,
    DutyRead,
    DutyReminder,
    DutyReminderFilter,
    DutyState,
)
from api.actions.expectations import Expectation, SaidAs, expectation
from api.actions.models import ONCE, Campaign, Duty, Measure, Milestone, MilestonePart
from api.actions.quantities import to_told
from api.actions.telling import read_uuid
from api.closings.models import Closing
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.schemes.models import Indicator, Scheme

_Teller = aliased(Person)

# A milestone is asked for once, or each year, as the definition of its indicator says.
_PERIOD = sa.case(
    (col(Indicator.definition)["period"].as_string() == ONCE, ONCE),
    else_=sa.cast(col(Campaign.year), sa.String),
)
deadline: sa.ColumnElement[date] = sa.func.coalesce(col(Duty.due_on), col(Campaign.due_on))
# A part that nobody spoke of is still to be said, whatever the others make of the whole.
_WAITING = (
    sa.exists()
    .where(col(MilestonePart.milestone_id) == col(Milestone.id), col(MilestonePart.done).is_(None))
    .correlate(Milestone)
)
IS_SAID = sa.or_(
    col(Measure.id).is_not(None), sa.and_(col(Milestone.done).is_not(None), sa.not_(_WAITING))
)
# The figures of a closed year are not asked for any more.
_OPEN = ~(
    sa.exists()
    .where(
        col(Closing.organisation_id) == col(Campaign.organisation_id),
        col(Closing.year) == col(Campaign.year),
        col(Closing.reopened_at).is_(None),
    )
    .correlate(Campaign)
)


def joined(statement: Any) -> Any:
    """``statement``, made of duties, joined to their campaign, indicator and what was said."""
    return (
        statement.select_from(Duty)
        .join(Campaign, col(Campaign.id) == col(Duty.campaign_id))
        .join(Indicator, col(Indicator.id) == col(Duty.indicator_id))
        .outerjoin(
            Measure,
            sa.and_(
                col(Measure.indicator_id) == col(Duty.indicator_id),
                col(Measure.organisation_id) == col(Campaign.organisation_id),
                col(Measure.year) == col(Campaign.year),
            ),
        )
        .outerjoin(
            Milestone,
            sa.and_(
                col(Milestone.indicator_id) == col(Duty.indicator_id),
                col(Milestone.organisation_id) == col(Campaign.organisation_id),
                col(Milestone.period) == _PERIOD,
            ),
        )
    )


ROWS = (
    joined(
        sa.select(
            Duty,
            Campaign,
            col(Indicator.position).label("position"),
            col(Indicator.code).label("code"),
            col(Indicator.label).label("label"),
            col(Indicator.content).label("content"),
            col(Indicator.definition).label("definition"),
            col(Organisation.siret).label("siret"),
            col(Scheme.code).label("scheme"),
            col(Directorate.name).label("directorate"),
            Measure,
            Milestone,
            col(_Teller.name).label("teller"),
            deadline.label("due_on"),
            IS_SAID.label("is_said"),
        )
    )
    .join(Organisation, col(Organisation.id) == col(Campaign.organisation_id))
    .join(Scheme, col(Scheme.id) == col(Campaign.scheme_id))
    .outerjoin(Directorate, col(Directorate.id) == col(Duty.directorate_id))
    .outerjoin(
        _Teller,
        col(_Teller.id) == sa.func.coalesce(col(Measure.said_by), col(Milestone.said_by)),
    )
)


def is_state(state: DutyState) -> sa.ColumnElement[bool]:
    """The duties in a state, today."""
    if state is DutyState.SAID:
        return IS_SAID
    late = deadline < today() if state is DutyState.LATE else deadline >= today()
    return sa.and_(sa.not_(IS_SAID), late)


def of_campaign(session: Session, actor: Actor, campaign: Campaign) -> list[DutyRead]:
    """What is owed in a campaign, as far as the actor looks, in the order of the scheme."""
    rows = session.execute(
        ROWS.where(col(Duty.campaign_id) == campaign.id, sight.duties_in_sight(actor)).order_by(
            col(Indicator.position), col(Indicator.id)
        )
    ).all()
    return shown(rows)


def find(session: Session, actor: Actor, filters: DutyFilter) -> Page[DutyRead]:
    """What the actor owes: its directorate, or the pilot what no directorate does; first due first.

    Raises Invalid on a foreign cursor.
    """
    place = (col(Indicator.position), col(Duty.indicator_id))
    key = (deadline, col(Duty.campaign_id), *place)
    statement = sight.narrowed(
        ROWS.where(sight.duties_of(actor), _OPEN),
        ((col(Organisation.siret), filters.organisation), (col(Campaign.year), filters.year)),
    )
    if filters.state is not None:
        statement = statement.where(is_state(filters.state))
    after = decode_cursor(filters.cursor, len(key))
    if after is not None:
        statement = statement.where(sa.tuple_(*key) > sa.tuple_(*_place(after)))
    rows = session.execute(statement.order_by(*key).limit(filters.limit + 1)).all()
    kept = rows[: filters.limit]
    more = len(rows) > filters.limit
    return Page[DutyRead](items=shown(kept), next=_cursor(kept[-1]) if more else None)


def remind(session: Session, actor: Actor, filters: DutyReminderFilter) -> list[DutyReminder]:
    """What is late or due soon, by organisation and directorate."""
    statement = sight.narrowed(
        ROWS.where(
            sight.duties_in_sight(actor),
            _OPEN,
            sa.not_(IS_SAID),
            deadline <= today() + timedelta(days=filters.days),
        ),
        ((col(Organisation.siret), filters.organisation),),
    )
    rows = session.execute(
        statement.order_by(
            col(Organisation.siret),
            # The pilot's own first, on both engines.
            sa.func.coalesce(col(Directorate.name), ""),
            deadline,
            col(Indicator.position),
            col(Duty.indicator_id),
        )
    ).all()
    grouped = groupby(shown(rows), lambda one: (one.organisation, one.directorate))
    return [_reminder(siret, owing, list(duties)) for (siret, owing), duties in grouped]


def _reminder(siret: str, owing: DirectorateName | None, duties: list[DutyRead]) -> DutyReminder:
    late = sum(one.state is DutyState.LATE for one in duties)
    return DutyReminder(
        organisation=siret,
        directorate=owing,
        late=late,
        soon=len(duties) - late,
        duties=duties,
    )


def shown(rows: Sequence[Any]) -> list[DutyRead]:
    """Rows of ROWS as the API gives them."""
    return [_shown(row) for row in rows]


def _shown(row: Any) -> DutyRead:
    campaign: Campaign = row.Campaign
    # A scheme published again may compute what a campaign had asked for: nothing to say, then.
    expected = expectation(row.definition) or Expectation(SaidAs.MEASURE)
    content: dict[str, Any] = row.content
    owing = row.Duty.directorate_id
    return DutyRead(
        campaign_id=campaign.id,
        organisation=row.siret or "",
        scheme=row.scheme,
        year=campaign.year,
        indicator_id=row.Duty.indicator_id,
        code=row.code,
        label=row.label,
        **{name: content.get(name) for name in ("part", "explanation", "kind", "unit")},
        said=expected.said,
        base_expected=expected.base,
        words_expected=expected.words,
        parts_expected=expected.parts.by if expected.parts else None,
        divisor_expected=expected.divisor,
        period=ONCE if expected.once else str(campaign.year),
        directorate=None if owing is None else DirectorateName(id=owing, name=row.directorate),
        due_on=row.due_on,
        state=_state(row),
        **_told(row),
    )


def _told(row: Any) -> dict[str, Any]:
    measure: Measure | None = row.Measure
    milestone: Milestone | None = row.Milestone
    said = measure or milestone
    return {
        "version": said.version if said else None,
        "value": to_told(measure.value) if measure else None,
        "base": to_told(measure.base) if measure else None,
        "words": measure.words if measure else None,
        "done": milestone.done if milestone else None,
        "done_on": milestone.done_on if milestone else None,
        "said_by": row.teller,
        "said_at": said.updated_at if said else None,
    }


def _state(row: Any) -> DutyState:
    if row.is_said:
        return DutyState.SAID
    return DutyState.LATE if row.due_on < today() else DutyState.TO_SAY


def _cursor(row: Any) -> str:
    owed: Duty = row.Duty
    return encode_cursor(
        row.due_on.isoformat(), owed.campaign_id.hex, str(row.position), owed.indicator_id.hex
    )


def _place(after: list[str | None]) -> tuple[Any, ...]:
    day, campaign, position, indicator = (one or "" for one in after)
    try:
        due_on = date.fromisoformat(day)
    except ValueError as error:
        raise bad_cursor() from error
    # As many digits as a column holds, and no more: PostgreSQL refuses a larger number.
    if not re.fullmatch(r"[0-9]{1,9}", position, re.ASCII):
        raise bad_cursor()
    return (
        sa.literal(due_on, sa.Date()),
        sa.literal(read_uuid(campaign), sa.Uuid()),
        sa.literal(int(position), sa.Integer()),
        sa.literal(read_uuid(indicator), sa.Uuid()),
    )
