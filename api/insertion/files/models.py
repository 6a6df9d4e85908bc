"""Files of hours: what was received, how its columns are read, what each line became."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, Json, now, text_enum


class FileState(StrEnum):
    """Where a file of hours stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"


class StatementFile(Identified, table=True):
    """A spreadsheet of hours, whole, so that it can be given back with what is wrong in it."""

    __tablename__ = "statement_file"

    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    name: str = Field(max_length=200)
    content: bytes
    state: FileState = Field(sa_type=text_enum(FileState))
    header: list[str] = Field(sa_type=Json)
    mapping: dict[str, str] = Field(sa_type=Json)
    # What was found in the file (api.insertion.files.verdict).
    errors: dict[str, Any] = Field(sa_type=Json)
    received: int
    refused: int
    accepted_at: datetime | None = None
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")


class ColumnMapping(SQLModel, table=True):
    """How an organisation names the columns of a kind of file: field -> header, remembered."""

    __tablename__ = "column_mapping"

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    purpose: str = Field(primary_key=True, max_length=40)
    mapping: dict[str, str] = Field(sa_type=Json)
    updated_at: datetime = Field(default_factory=now)
