"""Organisations, directorates, people and what they are to each other."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.access.permissions import Role
from api.kit.columns import BigId, Day, Identified, Siret, Text, text_enum


class OrganisationKind(StrEnum):
    """What an organisation is for the platform."""

    BUYER = "buyer"
    FACILITATOR = "facilitator"
    SUPPLIER = "supplier"
    STRUCTURE = "structure"


class OrganisationBase(SQLModel):
    """What is said of an organisation."""

    siret: Siret | None = Field(default=None, max_length=14, title="SIRET", unique=True)
    name: Text = Field(max_length=300, title="Nom")
    kind: OrganisationKind = Field(title="Nature", sa_type=text_enum(OrganisationKind))
    observed: bool = Field(
        default=False,
        title="Suivi sans compte",
        description="Acheteur dont on ne connaît que les données publiques.",
    )
    fictitious: bool = Field(
        default=False, title="Fictif", description="Créé pour la démonstration."
    )


class Organisation(OrganisationBase, Identified, table=True):
    """A buyer, a facilitator, a supplier or a structure."""


class OrganisationRead(OrganisationBase):
    """An organisation, as answered."""

    id: UUID


class Directorate(Identified, table=True):
    """A directorate of a buyer."""

    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    name: str = Field(max_length=200)


class DirectorateRead(SQLModel):
    """A directorate, as answered."""

    id: UUID
    organisation_id: UUID
    name: str = Field(title="Nom")


class Person(Identified, table=True):
    """Someone with an account."""

    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=200)
    password_hash: str = Field(max_length=200)
    active: bool = True


class Membership(Identified, table=True):
    """What a person does in an organisation."""

    __table_args__ = (sa.UniqueConstraint("person_id", "organisation_id", "role"),)

    person_id: UUID = Field(foreign_key="person.id", ondelete="CASCADE")
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    role: Role = Field(sa_type=text_enum(Role))
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="RESTRICT"
    )


class Mandate(Identified, table=True):
    """A buyer entrusts the follow-up of its clauses to a facilitator, from a day to a day, both
    included; open while it has no end."""

    __table_args__ = (
        sa.Index("ix_mandate_facilitator", "facilitator_id", "buyer_id", "starts_on"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    starts_on: date
    ends_on: date | None = None


class MandateCreate(SQLModel):
    """A mandate to give."""

    model_config = {"extra": "forbid"}

    buyer_siret: Siret = Field(title="SIRET de l’acheteur", max_length=14)
    facilitator_siret: Siret = Field(title="SIRET du facilitateur", max_length=14)
    starts_on: Day = Field(title="Début", description="Premier jour du mandat.")
    ends_on: Day | None = Field(default=None, title="Fin", description="Dernier jour du mandat.")


class MandateChange(SQLModel):
    """A new end for a mandate."""

    model_config = {"extra": "forbid"}

    ends_on: Day | None = Field(
        title="Fin", description="Dernier jour du mandat ; null : sans fin."
    )


class MandateRead(SQLModel):
    """A mandate, as answered."""

    id: UUID
    buyer: OrganisationRead = Field(title="Acheteur")
    facilitator: OrganisationRead = Field(title="Facilitateur")
    starts_on: date = Field(title="Début")
    ends_on: date | None = Field(title="Fin")
    running: bool = Field(title="En cours", description="Le mandat court aujourd’hui.")


class RefreshToken(SQLModel, table=True):
    """A refresh token, known by its digest; used once, and its family dies on a second use."""

    __tablename__ = "refresh_token"

    digest: str = Field(primary_key=True, max_length=64)
    family_id: UUID = Field(index=True)
    person_id: UUID = Field(foreign_key="person.id", ondelete="CASCADE")
    expires_at: datetime
    used_at: datetime | None = Field(default=None)


class LoginAttempt(SQLModel, table=True):
    """A failed login: account and address as digests, to bound guessing."""

    __tablename__ = "login_attempt"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    account: str = Field(max_length=64, index=True)
    address: str = Field(max_length=64, index=True)
    at: datetime


class Tokens(SQLModel):
    """What a login gives."""

    model_config = {"extra": "forbid"}

    access_token: str = Field(title="Jeton d’accès", description="À passer en « Bearer ».")
    token_type: str = Field(title="Type", description="Toujours « bearer ».")
    expires_in: int = Field(title="Durée", description="En secondes.")
    refresh_token: str = Field(title="Jeton de renouvellement", description="Ne sert qu’une fois.")


class RefreshRequest(SQLModel):
    """A refresh token handed back."""

    model_config = {"extra": "forbid"}

    refresh_token: Text = Field(max_length=200, title="Jeton de renouvellement")


class MembershipRead(SQLModel):
    """One membership of the person who asks."""

    organisation: OrganisationRead
    role: Role
    directorate_id: UUID | None
    permissions: list[str] = Field(title="Ce que ce rôle permet")


class Me(SQLModel):
    """The person who asks, or the API key."""

    email: str | None = Field(title="Adresse électronique", description="`null` pour une clé.")
    name: str = Field(title="Nom", description="Celui de la personne, ou de la clé d’API.")
    key: str | None = Field(
        default=None, title="Clé d’API", description="Le début de la clé ; `null` sans clé."
    )
    memberships: list[MembershipRead]
