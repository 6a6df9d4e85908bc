"""What the API takes and gives of comments on figures."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.access.permissions import Role
from api.kit.columns import Siret, Text, Whole
from api.kit.pages import Cursor, Limit


class CommentFilter(BaseModel):
    """Which comments of an indicator to list."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(description="SIRET de l’organisation.")
    year: int | None = Field(default=None, ge=1990, le=2100, description="Année commentée.")
    cursor: Cursor = None
    limit: Limit = 50


class CommentCreate(BaseModel):
    """What to say of a figure."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(title="SIRET de l’organisation")
    year: Annotated[Whole, Field(ge=1990, le=2100)] | None = Field(
        default=None, title="Année", description="Absente : l’indicateur, toutes années."
    )
    text: Text = Field(min_length=1, max_length=5000, title="Commentaire")


class CommentRead(BaseModel):
    """A comment, seen by the members of its organisation: who wrote it is told by role only."""

    id: UUID
    organisation: str = Field(title="SIRET de l’organisation")
    year: int | None = Field(title="Année")
    text: str = Field(
        title="Commentaire", description="Texte brut : à échapper là où il est affiché."
    )
    roles: list[Role] = Field(
        title="Rôles de qui l’a écrit", description="Vide : n’est plus membre de l’organisation."
    )
    mine: bool = Field(title="De vous")
    created_at: datetime = Field(title="Écrit le")
