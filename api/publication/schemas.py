"""What the API gives of publications."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from api.contracts.schemas import IssueRead
from api.schemes.schemas import SchemeOrganisation


class Publisher(BaseModel):
    """A buyer whose data are open."""

    siret: str
    name: str
    fictitious: bool = Field(description="Données inventées pour la démonstration.")
    public: int = Field(description="Contrats complets et publics : dans les fichiers DECP.")
    listed: int = Field(description="Contrats publics, complets ou non : dans contrats.csv.")


class PublishedFile(BaseModel):
    """A file of open data."""

    name: str
    title: str
    address: str
    media_type: str


class RuleCount(BaseModel):
    """A rule that holds contracts back, and how many."""

    code: str
    field: str
    message: str
    count: int


class PublicationRead(BaseModel):
    """What a buyer publishes, and what is held back."""

    organisation: SchemeOrganisation
    total: int = Field(description="Contrats du registre.")
    public: int = Field(description="Complets et publics : dans les fichiers DECP.")
    waiting: int = Field(description="Complets, dont la date de publication n’est pas venue.")
    withheld: int = Field(description="Retenus par au moins une règle du format.")
    last_change: datetime | None
    rules: list[RuleCount] = Field(description="Les règles qui retiennent, les plus fréquentes.")
    files: list[PublishedFile]


class WithheldItem(BaseModel):
    """A contract held back, with the rules it fails."""

    contract_id: UUID
    reference: str
    subject: str | None
    notified_on: date | None
    reasons: list[IssueRead]
