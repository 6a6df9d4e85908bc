"""SPASER schemes: their tree, their indicators, their targets, who adopted them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, Json


class Scheme(Identified, table=True):
    """A SPASER; ``content`` holds its axes, objectives and actions as printed."""

    code: str = Field(max_length=60, unique=True)
    title: str = Field(max_length=500)
    author: str = Field(max_length=300)
    first_year: int
    last_year: int
    content: dict[str, Any] = Field(sa_type=Json)


class SchemeAdoption(SQLModel, table=True):
    """A scheme that an organisation made its own; several may share one."""

    __tablename__ = "scheme_adoption"

    scheme_id: UUID = Field(primary_key=True, foreign_key="scheme.id", ondelete="CASCADE")
    organisation_id: UUID = Field(
        primary_key=True, foreign_key="organisation.id", ondelete="CASCADE", index=True
    )


class Indicator(Identified, table=True):
    """An indicator of a scheme; ``definition`` is null while no data can give it."""

    __table_args__ = (sa.UniqueConstraint("scheme_id", "code"),)

    scheme_id: UUID = Field(foreign_key="scheme.id", ondelete="CASCADE")
    position: int
    code: str = Field(max_length=40)
    label: str = Field(sa_type=sa.Text)
    content: dict[str, Any] = Field(sa_type=Json)
    definition: dict[str, Any] | None = Field(default=None, sa_type=Json)


class Target(Identified, table=True):
    """What an indicator must reach: a decimal text, for a year or (null) for each of them."""

    indicator_id: UUID = Field(foreign_key="indicator.id", ondelete="CASCADE", index=True)
    year: int | None = None
    value: str = Field(max_length=40)
    unit: str = Field(max_length=80)
    note: str | None = Field(default=None, sa_type=sa.Text)
