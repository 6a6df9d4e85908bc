"""Consultations: what was published to the companies, who answered, and how it ended."""

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, Json, text_enum


class Outcome(StrEnum):
    """How a consultation ended."""

    RUNNING = "running"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    ABANDONED = "abandoned"


class Consultation(Identified, table=True):
    """A consultation of a buyer; its contracts bear its reference. What is not said is NULL."""

    __table_args__ = (
        sa.UniqueConstraint("buyer_id", "reference"),
        sa.Index("ix_consultation_register", "buyer_id", "launched_on", "id"),
    )

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="RESTRICT", index=True
    )
    project_id: UUID | None = Field(
        default=None, foreign_key="project.id", ondelete="SET NULL", index=True
    )
    reference: str = Field(max_length=64)
    title: str = Field(max_length=300)
    launched_on: date
    procedure: str | None = Field(default=None, max_length=120)
    techniques: list[str] | None = Field(default=None, sa_type=Json)
    purchase_family: str | None = Field(default=None, max_length=120)
    estimated_amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    lots: int | None = None
    downloads: int | None = None
    offers: int | None = None
    sme_offers: int | None = None
    irregular_offers: int | None = None
    outcome: Outcome | None = Field(default=None, sa_type=text_enum(Outcome))
    variants_allowed: bool | None = None
    variants_received: int | None = None
    variants_retained: int | None = None
    variant_bidders: int | None = None
    negotiation_allowed: bool | None = None
    negotiated: bool | None = None
    refined_lots: bool | None = None
    sourced: bool | None = None
    comment: str | None = Field(default=None, sa_type=sa.Text)
    version: int = 1


class ConsultationMark(SQLModel, table=True):
    """What is said of a consultation under one code of the nomenclature; no row is "not said"."""

    __tablename__ = "consultation_mark"

    consultation_id: UUID = Field(
        primary_key=True, foreign_key="consultation.id", ondelete="CASCADE"
    )
    code: str = Field(primary_key=True, max_length=40)
    value: bool
