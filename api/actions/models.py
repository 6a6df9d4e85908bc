"""Follow-up of a scheme: milestones, declared measures, events, states of actions, campaigns.

What no register knows and people must say, once a year and once only.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.access.permissions import Role
from api.kit.columns import Identified, text_enum

# A milestone reached once for all has this period; the others have the year, "2026".
ONCE = "once"


class EventKind(StrEnum):
    """What was organised."""

    MEETING = "meeting"
    WORKSHOP = "workshop"
    TRAINING = "training"
    AWARENESS = "awareness"
    COMMUNICATION = "communication"
    PUBLICATION = "publication"
    SUPPORT = "support"
    COMMITTEE = "committee"
    NETWORK = "network"
    FAIR = "fair"


class Audience(StrEnum):
    """For whom."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class EventState(StrEnum):
    """Whether it took place."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ActionProgress(StrEnum):
    """Where an action of a scheme stands."""

    NOT_STARTED = "not_started"
    ONGOING = "ongoing"
    DONE = "done"
    ABANDONED = "abandoned"


class Milestone(Identified, table=True):
    """Done or not, when, and in time or not; ``done`` is NULL while nobody said.

    Of what is said part by part, ``done`` and ``done_on`` are those that its parts make.
    """

    __table_args__ = (sa.UniqueConstraint("indicator_id", "organisation_id", "period"),)

    indicator_id: UUID = Field(foreign_key="indicator.id", ondelete="CASCADE")
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    period: str = Field(max_length=4)
    done: bool | None = None
    due_on: date | None = None
    done_on: date | None = None
    comment: str | None = Field(default=None, sa_type=sa.Text)
    said_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    version: int = 1


class MilestonePart(Identified, table=True):
    """A part of a milestone, as the buyer named it: « Nettoyage des locaux ».

    ``said_as``: the role of who said it last, never who.
    """

    __tablename__ = "milestone_part"

    milestone_id: UUID = Field(foreign_key="milestone.id", ondelete="CASCADE", index=True)
    position: int
    name: str = Field(max_length=120)
    done: bool | None = None
    done_on: date | None = None
    comment: str | None = Field(default=None, sa_type=sa.Text)
    said_as: Role | None = Field(default=None, sa_type=text_enum(Role))


class Measure(Identified, table=True):
    """What was declared for an indicator and a year: in millionths of the unit, or in words.

    ``base`` is the denominator of a share or of a ratio. ``source`` says where it was read. What is
    declared by part has its numbers there, and none here.
    """

    __table_args__ = (sa.UniqueConstraint("indicator_id", "organisation_id", "year"),)

    indicator_id: UUID = Field(foreign_key="indicator.id", ondelete="CASCADE")
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    year: int
    value: int | None = Field(default=None, sa_type=sa.BigInteger)
    base: int | None = Field(default=None, sa_type=sa.BigInteger)
    words: str | None = Field(default=None, sa_type=sa.Text)
    source: str | None = Field(default=None, max_length=300)
    comment: str | None = Field(default=None, sa_type=sa.Text)
    said_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    version: int = 1


class MeasurePart(SQLModel, table=True):
    """A part of a measure, as it was named: « Mobilier »; the same two numbers."""

    __tablename__ = "measure_part"

    measure_id: UUID = Field(primary_key=True, foreign_key="measure.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    name: str = Field(max_length=120)
    value: int = Field(sa_type=sa.BigInteger)
    base: int | None = Field(default=None, sa_type=sa.BigInteger)


class Proof(Identified, table=True):
    """A file that proves a measure or a milestone: one of both."""

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    measure_id: UUID | None = Field(
        default=None, foreign_key="measure.id", ondelete="CASCADE", index=True
    )
    milestone_id: UUID | None = Field(
        default=None, foreign_key="milestone.id", ondelete="CASCADE", index=True
    )
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    content: bytes
    size: int
    sha256: str = Field(max_length=64)


class Event(Identified, table=True):
    """A meeting, a training, a communication…, with who came; numbers not said are NULL."""

    __table_args__ = (sa.Index("ix_event_register", "organisation_id", "held_on", "id"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    # Whose event it is; NULL while nobody said.
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="RESTRICT", index=True
    )
    kind: EventKind = Field(sa_type=text_enum(EventKind))
    title: str = Field(max_length=300)
    held_on: date
    audience: Audience | None = Field(default=None, sa_type=text_enum(Audience))
    state: EventState = Field(sa_type=text_enum(EventState))
    participants: int | None = None
    expected: int | None = None
    comment: str | None = Field(default=None, sa_type=sa.Text)
    version: int = 1


class EventAction(SQLModel, table=True):
    """An action of a scheme that an event serves."""

    __tablename__ = "event_action"

    event_id: UUID = Field(primary_key=True, foreign_key="event.id", ondelete="CASCADE")
    scheme_id: UUID = Field(primary_key=True, foreign_key="scheme.id", ondelete="CASCADE")
    action: str = Field(primary_key=True, max_length=40)


class ActionState(Identified, table=True):
    """Where an action of a scheme stood for an organisation at the end of a year."""

    __tablename__ = "action_state"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "action", "organisation_id", "year"),)

    scheme_id: UUID = Field(foreign_key="scheme.id", ondelete="CASCADE")
    action: str = Field(max_length=40)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    year: int
    state: ActionProgress = Field(sa_type=text_enum(ActionProgress))
    comment: str | None = Field(default=None, sa_type=sa.Text)
    said_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    version: int = 1


class Campaign(Identified, table=True):
    """The yearly collection of what people must say for a scheme, by a day."""

    __table_args__ = (sa.UniqueConstraint("scheme_id", "organisation_id", "year"),)

    scheme_id: UUID = Field(foreign_key="scheme.id", ondelete="CASCADE")
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    year: int
    due_on: date
    message: str | None = Field(default=None, sa_type=sa.Text)
    version: int = 1


class Duty(SQLModel, table=True):
    """Who owes the figure of an indicator in a campaign: a directorate, by default the pilot."""

    campaign_id: UUID = Field(primary_key=True, foreign_key="campaign.id", ondelete="CASCADE")
    indicator_id: UUID = Field(primary_key=True, foreign_key="indicator.id", ondelete="CASCADE")
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="SET NULL", index=True
    )
    due_on: date | None = None
