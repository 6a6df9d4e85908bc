"""What enters and leaves by the links given to companies."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Hours, Month, Text, Whole
from api.rules.hours.vocabulary import Modality, PublicFamily, Sex

MAX_LINES = 200
MAX_REFUSALS = 20


class LinkCreate(BaseModel):
    """A link to give to a company."""

    model_config = ConfigDict(extra="forbid")

    month: Month = Field(title="Mois", description="Le mois à déclarer, « AAAA-MM ».")
    days: Whole = Field(
        default=14, ge=1, le=60, title="Durée", description="Jours pendant lesquels le lien sert."
    )


class LinkRead(BaseModel):
    """A link, without its secret."""

    id: UUID
    month: Month = Field(title="Mois")
    expires_at: datetime = Field(title="Expire le")
    used_at: datetime | None = Field(title="Utilisé le")
    revoked_at: datetime | None = Field(title="Annulé le")
    refusals: int = Field(
        title="Envois refusés", description=f"{MAX_REFUSALS} au plus : le lien est alors fermé."
    )
    closed: bool = Field(
        title="Fermé", description="Vrai : trop d’envois ont été refusés. Donnez-en un nouveau."
    )
    statement_id: UUID | None = Field(title="Déclaration reçue")


class LinkCreated(LinkRead):
    """A link just made: the only time its address is told."""

    link: str = Field(title="Lien", description="Partie secrète, à passer dans « link ».")
    address: str = Field(title="Adresse", description="Page à transmettre à l’entreprise.")


class LinkPresented(BaseModel):
    """A link handed back by whoever received it."""

    model_config = ConfigDict(extra="forbid")

    link: Text = Field(min_length=1, max_length=2000, title="Lien")


class CompanyLine(BaseModel):
    """Hours stated by a company: of one person, or of several together."""

    model_config = ConfigDict(extra="forbid")

    beneficiary: Text | None = Field(
        default=None,
        max_length=20,
        title="Identifiant anonyme",
        description="Celui que le facilitateur vous a donné, par exemple « B-7K3M-Q2 », pour une "
        "personne déjà déclarée pour cette clause ou employée par le titulaire du marché.",
    )
    persons: Whole | None = Field(
        default=None,
        ge=1,
        le=10_000,
        title="Nombre de personnes",
        description="Quand les heures sont celles de plusieurs personnes.",
    )
    sex: Sex | None = Field(default=None, title="Sexe")
    public: PublicFamily | None = Field(default=None, title="Public")
    modality: Modality | None = Field(default=None, title="Modalité")
    hours: Hours = Field(title="Heures travaillées")
    training_hours: Hours | None = Field(default=None, title="Heures de formation")


class CompanyStatementCreate(LinkPresented):
    """The hours of a month, by the company."""

    lines: list[CompanyLine] = Field(min_length=1, max_length=MAX_LINES, title="Lignes")
    comment: Text | None = Field(default=None, max_length=2000, title="Commentaire")


class CompanyStatementRead(BaseModel):
    """What the company is asked, and its receipt once it has answered."""

    id: UUID = Field(title="Lien")
    buyer: str = Field(title="Acheteur")
    facilitator: str = Field(title="Facilitateur")
    contract_reference: str = Field(title="Numéro du marché")
    contract_subject: str | None = Field(title="Objet du marché")
    clause: str = Field(title="Clause")
    month: Month = Field(title="Mois")
    starts_on: date | None = Field(title="Début de la clause")
    ends_on: date | None = Field(title="Fin de la clause")
    modalities: list[Modality] = Field(title="Modalités prévues")
    expires_at: datetime = Field(title="Le lien expire le")
    received_at: datetime | None = Field(
        title="Reçu le", description="Nul tant que rien n’est reçu."
    )
    receipt: str | None = Field(title="Numéro de reçu")
    hours: Hours | None = Field(title="Heures reçues")
