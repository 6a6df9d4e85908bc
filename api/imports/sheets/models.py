"""Spreadsheets received: the file itself, how its columns are read, what each of its lines says.

Each stands beside an ``import_file``, which tells who sent it, where it stands and its account.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from api.imports.models import RowState
from api.kit.columns import Json, now, text_enum


class SheetFile(SQLModel, table=True):
    """A spreadsheet as received, and how it is read.

    ``content`` is emptied after some days (api.imports.sheets.retention). ``mapping`` gives
    field -> index of its column, ``how`` says by what each one was recognised.
    """

    __tablename__ = "sheet_file"

    import_id: UUID = Field(primary_key=True, foreign_key="import_file.id", ondelete="CASCADE")
    content: bytes
    sheet: str = Field(max_length=200)
    header: list[str] = Field(sa_type=Json)
    header_line: int
    samples: list[list[str]] = Field(sa_type=Json)
    notices: list[str] = Field(sa_type=Json)
    mapping: dict[str, int] = Field(sa_type=Json)
    how: dict[str, str] = Field(sa_type=Json)
    profile: str | None = Field(default=None, max_length=60)


class SheetRow(SQLModel, table=True):
    """One line of a spreadsheet: what it says, what it would do or did.

    ``said`` is what its cells say by field, NULL where a cell could not be read; ``changes`` are
    [field, before, after]; ``target_id`` what the line speaks of; ``left_at`` a digest of what
    stood there once the line was in: an undo stops when it is no longer that.
    """

    __tablename__ = "sheet_row"

    import_id: UUID = Field(primary_key=True, foreign_key="import_file.id", ondelete="CASCADE")
    line: int = Field(primary_key=True)
    state: RowState = Field(sa_type=text_enum(RowState, 20))
    reference: str | None = Field(default=None, max_length=200)
    title: str | None = Field(default=None, max_length=300)
    said: dict[str, Any] | None = Field(default=None, sa_type=Json)
    digest: str = Field(max_length=32)
    issues: list[Any] | None = Field(default=None, sa_type=Json)
    changes: list[Any] | None = Field(default=None, sa_type=Json)
    target_id: UUID | None = None
    left_at: str | None = Field(default=None, max_length=32)


class SheetMemory(SQLModel, table=True):
    """How an organisation reads the files that bear these titles: field -> rank of its title."""

    __tablename__ = "sheet_memory"

    organisation_id: UUID = Field(
        primary_key=True, foreign_key="organisation.id", ondelete="CASCADE"
    )
    kind: str = Field(primary_key=True, max_length=40)
    signature: str = Field(primary_key=True, max_length=64)
    mapping: dict[str, int] = Field(sa_type=Json)
    updated_at: datetime = Field(default_factory=now)
