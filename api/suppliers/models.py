"""Companies and structures that hold contracts, known by their identifier."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import StringConstraints
from sqlmodel import Field, SQLModel

from api.kit.columns import Flag, Identified, Text, text_enum

Departement = Annotated[Text, StringConstraints(pattern=r"^([0-9]{2,3}|2[AB])$")]


class SupplierSize(StrEnum):
    """Size of a company (décret 2008-1354): micro is a « TPE »."""

    MICRO = "micro"
    PME = "pme"
    ETI = "eti"
    GE = "ge"


class SupplierBase(SQLModel):
    """What is said of a supplier; size and belonging are unknown until somebody says them."""

    id_type: str | None = Field(default=None, max_length=40, title="Type d’identifiant")
    identifier: str | None = Field(default=None, max_length=60, title="Identifiant")
    name: Text | None = Field(default=None, max_length=300, title="Nom")
    size: SupplierSize | None = Field(
        default=None, title="Taille d’entreprise", sa_type=text_enum(SupplierSize)
    )
    ess: Flag | None = Field(
        default=None,
        title="Économie sociale et solidaire",
        description="Entreprise de l’économie sociale et solidaire (loi du 31 juillet 2014).",
    )
    kind: Text | None = Field(
        default=None, max_length=40, title="Structure inclusive", description="SIAE, EA, ESAT…"
    )
    esus: Flag | None = Field(
        default=None,
        title="Entreprise solidaire d’utilité sociale",
        description="Agrément ESUS (code du travail, art. L3332-17-1).",
    )
    innovative: Flag | None = Field(
        default=None,
        title="Jeune pousse ou entreprise innovante",
        description="Selon l’acheteur : le label ou le statut est à garder au dossier.",
    )
    departement: Text | None = Field(
        default=None, max_length=3, title="Département", description="Code : 59, 2A, 974."
    )


class Supplier(SupplierBase, Identified, table=True):
    """A company, unique by type and value of its identifier; without one, a name only."""

    __table_args__ = (sa.UniqueConstraint("id_type", "identifier"),)


class SupplierRead(SupplierBase):
    """A supplier, as answered."""

    id: UUID


class SupplierChange(SQLModel):
    """What somebody says of a supplier."""

    model_config = {"extra": "forbid"}

    name: Text | None = Field(default=None, max_length=300, title="Nom")
    size: SupplierSize | None = Field(default=None, title="Taille d’entreprise")
    ess: Flag | None = Field(default=None, title="Économie sociale et solidaire")
    kind: Text | None = Field(default=None, max_length=40, title="Structure inclusive")
    esus: Flag | None = Field(default=None, title="Entreprise solidaire d’utilité sociale")
    innovative: Flag | None = Field(default=None, title="Jeune pousse ou entreprise innovante")
    departement: Departement | None = Field(default=None, title="Département")
