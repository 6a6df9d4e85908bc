"""API keys: by which a program asks, for one organisation."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic import Field as About
from sqlmodel import Field

from api.access.scopes import Scope
from api.kit.columns import Day, Identified, Json, Siret, Text


class ApiKey(Identified, table=True):
    """A key, known by its start and by a keyed hash of the whole; never by the key itself."""

    __tablename__ = "api_key"

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    # In whose name it acts, and never beyond what that person may do.
    person_id: UUID = Field(foreign_key="person.id", ondelete="RESTRICT", index=True)
    name: str = Field(max_length=120)
    prefix: str = Field(max_length=20, unique=True)
    digest: str = Field(max_length=64)
    scopes: list[str] = Field(sa_type=Json)
    expires_on: date
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class KeyState(StrEnum):
    """Whether a key still opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class KeyFacts(BaseModel):
    """What is said of a key."""

    organisation: Siret = About(title="Organisation", description="Son SIRET.")
    name: Annotated[Text, About(min_length=1, max_length=120)] = About(
        title="Nom", description="Le logiciel qui s’en servira, par exemple « GF de la ville »."
    )
    scopes: list[Scope] = About(
        min_length=1,
        max_length=20,
        title="Portées",
        description="Ce que la clé permet, jamais plus que vos propres droits.",
    )
    expires_on: Day = About(
        title="Expire le", description="Dernier jour où la clé sert, dans un an au plus."
    )


class KeyCreate(KeyFacts):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")


class KeyRead(KeyFacts):
    """A key, as answered."""

    id: UUID
    prefix: str = About(title="Début de la clé", description="Tout ce qui en est montré.")
    state: KeyState = About(title="État")
    created_at: datetime = About(title="Créée le")
    last_used_at: datetime | None = About(
        title="Dernier usage", description="À une minute près ; `null` : jamais servie."
    )
    revoked_at: datetime | None = About(title="Révoquée le")


class KeyCreated(KeyRead):
    """A key that has just been made, with its secret, which is never shown again."""

    secret: str = About(title="Clé", description="À copier maintenant : elle n’est plus montrée.")
