"""What the API takes and gives of spending."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Day, Euros, Siret, Text, Whole
from api.spending.models import JoinedBy, JoinReason, Section

MAX_LINES = 1000

SECTIONS: dict[Section, str] = {
    Section.OPERATING: "Fonctionnement",
    Section.INVESTMENT: "Investissement",
}

Year = Annotated[Whole, Field(ge=2000, le=2100)]


class SpendingLine(BaseModel):
    """An amount mandated to a payee in a civil year."""

    model_config = ConfigDict(extra="forbid")

    year: Year = Field(title="Année", description="Année civile du mandat de paiement.")
    payee_siret: Siret | None = Field(
        default=None,
        title="SIRET du bénéficiaire",
        description="Sans lui, on ne peut savoir si le bénéficiaire est une structure inclusive.",
    )
    payee_name: Annotated[Text, Field(min_length=1, max_length=300)] | None = Field(
        default=None, title="Nom du bénéficiaire"
    )
    amount: Euros = Field(
        title="Montant mandaté HT",
        description="Montant hors taxes, en euros ; négatif pour une annulation ou un avoir.",
    )
    contract_id: UUID | None = Field(
        default=None,
        title="Marché",
        description="À défaut, il est cherché par le numéro de marché, puis par le titulaire et la "
        "période.",
    )
    contract_number: Annotated[Text, Field(min_length=1, max_length=64)] | None = Field(
        default=None,
        title="Numéro de marché",
        description="Tel que l’imprime le logiciel financier : espaces, tirets, casse et zéros de "
        "tête ne comptent pas.",
    )
    mandate_number: Annotated[Text, Field(min_length=1, max_length=60)] | None = Field(
        default=None,
        title="Numéro de mandat",
        description="Un mandat de l’année n’est enregistré qu’une fois, saisi ou importé.",
    )
    mandate_line: Annotated[Text, Field(min_length=1, max_length=20)] | None = Field(
        default=None, title="Ligne du mandat", description="Quand un mandat a plusieurs lignes."
    )
    paid_on: Day | None = Field(
        default=None,
        title="Payé le",
        description="Jour du paiement, dans l’année dite : il départage deux marchés d’un même "
        "titulaire.",
    )
    family: Text | None = Field(default=None, max_length=120, title="Famille d’achats")
    section: Section | None = Field(default=None, title="Section du budget")
    directorate_id: UUID | None = Field(
        default=None, title="Direction", description="Une direction du même acheteur."
    )
    source: Text | None = Field(
        default=None, max_length=120, title="Source", description="Logiciel financier, tableau…"
    )


class SpendingCreate(BaseModel):
    """Amounts mandated by one buyer."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    lines: list[SpendingLine] = Field(
        min_length=1, max_length=MAX_LINES, title="Lignes", description="Mille lignes au plus."
    )


class SpendingRead(BaseModel):
    """An amount mandated, as answered."""

    id: UUID
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    year: int = Field(title="Année")
    payee_siret: str | None = Field(title="SIRET du bénéficiaire")
    payee_name: str | None = Field(title="Nom du bénéficiaire")
    amount: Euros = Field(title="Montant mandaté HT")
    contract_id: UUID | None = Field(title="Marché")
    contract_number: str | None = Field(title="Numéro de marché")
    mandate_number: str | None = Field(title="Numéro de mandat")
    mandate_line: str | None = Field(title="Ligne du mandat")
    paid_on: date | None = Field(title="Payé le")
    joined_by: JoinedBy | None = Field(
        title="Rattaché par", description="Vide tant que le marché n’a pas été cherché."
    )
    join_reason: JoinReason | None = Field(title="Motif du rattachement")
    family: str | None = Field(title="Famille d’achats")
    section: Section | None = Field(title="Section du budget")
    directorate_id: UUID | None = Field(title="Direction")
    source: str | None = Field(title="Source")
    created_at: datetime = Field(title="Saisi le")


class SpendingCreated(BaseModel):
    """What a batch brought."""

    buyer_siret: str = Field(title="SIRET de l’acheteur")
    created: int = Field(title="Lignes enregistrées")
    amount: Euros = Field(title="Total mandaté HT")
    ids: list[UUID] = Field(
        title="Identifiants", description="Un par ligne, dans l’ordre de l’envoi."
    )


class SpendingFilter(BaseModel):
    """What a list of spending may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=2000, le=2100)] | None = Field(
        default=None, description="Année civile."
    )
    payee: Siret | None = Field(default=None, description="SIRET du bénéficiaire.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
