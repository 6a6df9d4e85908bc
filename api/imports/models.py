"""Files received and their rows, staged until somebody accepts them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, Json, text_enum


class ImportState(StrEnum):
    """Life of a file received."""

    STAGED = "staged"
    ACCEPTED = "accepted"
    UNDONE = "undone"


class RowState(StrEnum):
    """What a row would do, or did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class ImportFile(Identified, table=True):
    """A file received, and the account of its rows."""

    __tablename__ = "import_file"

    # Null for a file imported on the command line by whoever runs the service.
    organisation_id: UUID | None = Field(
        default=None, foreign_key="organisation.id", ondelete="RESTRICT", index=True
    )
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    name: str = Field(max_length=255)
    sha256: str = Field(max_length=64, index=True)
    size: int = Field(sa_type=sa.BigInteger)
    kind: str = Field(max_length=40)
    state: ImportState = Field(sa_type=text_enum(ImportState, 20))
    accepted_at: datetime | None = None
    undone_at: datetime | None = None
    received: int
    new: int
    changed: int
    same: int
    refused: int
    with_issues: int
    # That of the software that read it: another may read the same bytes otherwise.
    software_version: str | None = Field(default=None, max_length=20)


class StagedRow(SQLModel, table=True):
    """One row of a file: what it says, what it would do, what is wrong with it.

    ``record`` is the neutral record as JSON; ``raw`` is the row as received, kept where the row is
    refused or carries an issue; ``contract_id`` is the contract that the row speaks of, for a new
    row the one that it makes once accepted; ``before`` is the record that an accepted change
    replaced, ``contract_version`` the version that it gave to the contract (a new one begins at 1):
    an undo stops when the contract moved since.
    """

    __tablename__ = "staged_row"

    import_id: UUID = Field(primary_key=True, foreign_key="import_file.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    state: RowState = Field(sa_type=text_enum(RowState, 20))
    buyer_siret: str | None = Field(default=None, max_length=14)
    reference: str | None = Field(default=None, max_length=64)
    record: str | None = Field(default=None, sa_type=sa.Text)
    raw: str | None = Field(default=None, sa_type=sa.Text)
    issues: list[Any] | None = Field(default=None, sa_type=Json)
    before: str | None = Field(default=None, sa_type=sa.Text)
    contract_id: UUID | None = Field(default=None, index=True)
    contract_version: int | None = None
    # That of its record, which the contract keeps of what was last imported of it.
    digest: str | None = Field(default=None, max_length=32)
