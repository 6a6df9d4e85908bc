"""What the API takes and gives of saved views: a dashboard with its filters, under a name."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.kit.columns import Flag, Siret, Text, Whole
from api.kit.pages import Cursor, Limit
from api.schemes.models import Way

Name = Annotated[Text, Field(min_length=1, max_length=120)]


class Layout(StrEnum):
    """How the dashboard is laid out."""

    TABLE = "table"
    GRAPH = "graph"


class ViewQuery(BaseModel):
    """The filters of a dashboard; what is left out is not filtered."""

    model_config = ConfigDict(extra="forbid")

    scheme: Annotated[Text, Field(min_length=1, max_length=60)] = Field(title="Code du schéma")
    year: Annotated[Whole, Field(ge=1990, le=2100)] | None = Field(
        default=None, title="Année", description="Absente : la dernière."
    )
    organisation: Siret | None = Field(default=None, title="SIRET de l’organisation regardée")
    together: Flag | None = Field(default=None, title="Organisations ensemble")
    directorate: UUID | None = Field(default=None, title="Direction")
    family: Annotated[Text, Field(min_length=1, max_length=120)] | None = Field(
        default=None, title="Famille d’achats"
    )
    view: (
        Annotated[list[Annotated[Text, Field(min_length=1, max_length=40)]], Field(max_length=200)]
        | None
    ) = Field(default=None, title="Codes des actions montrées", description="Absent : toutes.")
    way: Way | None = Field(
        default=None,
        title="Chiffres montrés",
        description="computed, captured ou milestone. Absent : tous.",
    )
    missing: Flag | None = Field(
        default=None,
        title="Ce qui manque seulement",
        description="Vrai : les indicateurs sans chiffre, ou dont des réponses manquent.",
    )
    layout: Layout | None = Field(default=None, title="Présentation")


class ViewFilter(BaseModel):
    """Which views to list."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret | None = Field(default=None, description="SIRET de l’organisation.")
    scheme: Annotated[Text, Field(min_length=1, max_length=60)] | None = Field(
        default=None, description="Code du schéma."
    )
    cursor: Cursor = None
    limit: Limit = 50


class ViewCreate(BaseModel):
    """A view to save."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(title="SIRET de l’organisation")
    name: Name = Field(title="Nom")
    query: ViewQuery = Field(title="Filtres")
    shared: Flag = Field(
        default=False, title="Partagée", description="Vraie : toute l’organisation la voit."
    )


class ViewChange(BaseModel):
    """What changes of a view; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = Field(default=None, title="Nom")
    shared: Flag | None = Field(default=None, title="Partagée")

    @model_validator(mode="after")
    def _kept(self) -> "ViewChange":
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"« {name} » ne peut pas être vidé : donnez une valeur.")
        return self


class ViewRead(BaseModel):
    """A saved view."""

    id: UUID
    version: str = Field(title="Version", description="L’ETag, à renvoyer pour modifier.")
    organisation: str = Field(title="SIRET de l’organisation")
    name: str = Field(title="Nom")
    query: ViewQuery = Field(title="Filtres")
    shared: bool = Field(title="Partagée")
    mine: bool = Field(title="De vous", description="Faux : vue partagée par une autre personne.")
    created_at: datetime = Field(title="Enregistrée le")
