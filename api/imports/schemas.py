"""What the API gives of imports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.imports.models import ImportState, RowState


class Deposit(BaseModel):
    """What makes two deposits the same for an Idempotency-Key."""

    organisation_id: UUID
    name: str
    sha256: str
    kind: str = "decp"


class ImportOrganisation(BaseModel):
    """The organisation for which a file was sent."""

    siret: str | None
    name: str


class RowCounts(BaseModel):
    """The account of a file: received = new + changed + same + refused."""

    received: int = Field(title="Reçues")
    new: int = Field(title="Nouvelles")
    changed: int = Field(title="Modifiées")
    same: int = Field(title="Identiques")
    refused: int = Field(title="Refusées")
    with_issues: int = Field(title="Acceptées avec une anomalie")


class IssueCount(BaseModel):
    """In how many rows something was found."""

    code: str
    label: str = Field(description="Un exemple du message, tel que donné sur une ligne.")
    count: int


class EarlierImport(BaseModel):
    """The same file, received before."""

    id: UUID
    at: datetime


class ImportItem(BaseModel):
    """A file received, in a list."""

    id: UUID
    name: str = Field(title="Nom du fichier")
    kind: str
    state: ImportState
    waits: bool = Field(
        title="À relire",
        description="En attente de quelqu’un : des lignes à laisser entrer, ou des colonnes à "
        "choisir. Faux pour un fichier accepté, annulé, ou qui n’apporte rien.",
    )
    organisation: ImportOrganisation | None
    rows: RowCounts
    created_at: datetime
    accepted_at: datetime | None
    undone_at: datetime | None


class ImportRead(ImportItem):
    """A file received, with what was found in it."""

    sha256: str
    already: EarlierImport | None = Field(description="Le même fichier, déjà accepté.")
    kinds_of_issue: list[IssueCount] = Field(description="Anomalies des lignes acceptées.")
    refusals: list[IssueCount] = Field(description="Raisons des refus.")


class RowIssue(BaseModel):
    """What is wrong in a row."""

    code: str
    field: str
    message: str


class RowChange(BaseModel):
    """A field that a row changes."""

    field: str
    label: str
    before: Any
    after: Any


class ImportRow(BaseModel):
    """One row of a file, with its verdict."""

    position: int = Field(
        description="Rang dans un fichier DECP, à partir de 1 ; ligne d’un tableau."
    )
    state: RowState
    buyer_siret: str | None
    reference: str | None
    subject: str | None
    contract_id: UUID | None
    issues: list[RowIssue]
    changes: list[RowChange] = Field(
        description="Pour une ligne modifiée : ce que l’acceptation change, ou a changé."
    )
