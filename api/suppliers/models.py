"""Companies and structures that hold contracts, known by their identifier."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import StringConstraints
from sqlmodel import Field, SQLModel

from api.kit.columns import Flag, Identified, Text, text_enum

SOLE_TRADER_HELP = (
    "Son nom est celui d’une personne : il n’est jamais publié, ni donné par l’API. "
    "Sans réponse, Spaser en juge par le nom."
)
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
    sole_trader: Flag | None = Field(
        default=None, title="Entreprise individuelle", description=SOLE_TRADER_HELP
    )


class Supplier(SupplierBase, Identified, table=True):
    """A company, unique by type and value of its identifier; without one, a name only."""

    __table_args__ = (sa.UniqueConstraint("id_type", "identifier"),)

    # What its name alone reads as (api.rules.naming), for the lists that a statement makes.
    reads_as_person: bool | None = None
    # The number of the rule that read it: None until it is read (api.suppliers.reading_names).
    naming_rule: int | None = None


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
    sole_trader: Flag | None = Field(
        default=None, title="Entreprise individuelle", description=SOLE_TRADER_HELP
    )


class SupplierSource(StrEnum):
    """Who says something of a company."""

    PERSON = "person"
    ESS_LIST = "ess_list"
    SIRENE = "sirene"
    SEARCH = "search"


class SaidFact(StrEnum):
    """What may be said of a company."""

    SIZE = "size"
    DEPARTEMENT = "departement"
    ESS = "ess"
    KIND = "kind"
    ESUS = "esus"
    SOLE_TRADER = "sole_trader"


class SupplierSaid(SQLModel, table=True):
    """What one source says of one fact of a company, and when it said so.

    The sheet of the company holds what the first source says, in the order of docs/decisions/0020.
    """

    __tablename__ = "supplier_said"

    supplier_id: UUID = Field(primary_key=True, foreign_key="supplier.id", ondelete="CASCADE")
    fact: SaidFact = Field(primary_key=True, sa_type=text_enum(SaidFact))
    source: SupplierSource = Field(primary_key=True, sa_type=text_enum(SupplierSource))
    value: str = Field(max_length=40)
    as_of: date


class SupplierLookup(SQLModel, table=True):
    """When the search service was last asked of a company, and what became of it."""

    __tablename__ = "supplier_lookup"

    supplier_id: UUID = Field(primary_key=True, foreign_key="supplier.id", ondelete="CASCADE")
    asked_on: date
    outcome: str = Field(max_length=20)
