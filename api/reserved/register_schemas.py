"""What the API takes and gives beside reservations: families, justifications, sourcings."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.kit.columns import Day, Euros, Siret, Text, Whole
from api.reserved.models import SourcingResult, SourcingTool
from api.reserved.schemas import never_null
from api.rules.hours.vocabulary import RefusalReason

Prefix = Annotated[Text, Field(pattern=r"^[0-9]{2,8}$")]
Name = Annotated[Text, Field(min_length=2, max_length=120)]
Words = Annotated[Text, Field(min_length=1, max_length=2000)]
Quantity = Annotated[Whole, Field(ge=0, le=1_000_000)]
Address = Annotated[Text, Field(max_length=300, pattern=r"^https?://[^\s<>\"]+$")]

TOOLS = {
    SourcingTool.INCLUSION_MARKET: "Le Marché de l’inclusion (sourcing inversé)",
    SourcingTool.OTHER: "Autre moyen",
}
RESULTS = {
    SourcingResult.RESERVED: "Marché réservé",
    SourcingResult.CLAUSE: "Clause d’insertion",
    SourcingResult.OPEN: "Marché ouvert à tous",
    SourcingResult.ABANDONED: "Achat abandonné",
    SourcingResult.PENDING: "En attente",
}


class FamilyCreate(BaseModel):
    """A purchase family to declare as reservable."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    family: Name = Field(title="Famille d’achats")
    cpv_prefixes: list[Prefix] = Field(
        min_length=1,
        max_length=50,
        title="Débuts de codes CPV",
        description="De 2 à 8 chiffres : « 773 » vaut pour tous les codes qui commencent ainsi.",
    )
    note: Words | None = Field(default=None, title="Note")


class FamilyRead(BaseModel):
    """A reservable family, as answered."""

    id: UUID
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    family: str = Field(title="Famille d’achats")
    cpv_prefixes: list[str] = Field(title="Débuts de codes CPV")
    note: str | None = Field(title="Note")


class NonReservationCreate(BaseModel):
    """Why a contract of a reservable family was not reserved."""

    model_config = ConfigDict(extra="forbid")

    contract_id: UUID = Field(title="Marché")
    reason: RefusalReason = Field(title="Motif")
    justification: Annotated[Text, Field(min_length=3, max_length=4000)] = Field(
        title="Justification"
    )
    family: Name | None = Field(default=None, title="Famille d’achats")
    decided_on: Day | None = Field(
        default=None, title="Décidée le", description="Aujourd’hui si rien n’est dit."
    )


class NonReservationRead(BaseModel):
    """A justification, as answered."""

    id: UUID
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    contract_id: UUID = Field(title="Marché")
    reference: str = Field(title="Numéro du marché")
    subject: str | None = Field(title="Objet")
    family: str | None = Field(title="Famille d’achats")
    reason: RefusalReason = Field(title="Motif")
    reason_label: str = Field(title="Motif, en toutes lettres")
    justification: str = Field(title="Justification")
    decided_on: date = Field(title="Décidée le")


class ToJustify(BaseModel):
    """A contract of a reservable family, neither reserved nor justified."""

    contract_id: UUID = Field(title="Marché")
    reference: str = Field(title="Numéro du marché")
    subject: str | None = Field(title="Objet")
    cpv: str | None = Field(title="Code CPV")
    cpv_label: str | None = Field(title="Libellé CPV")
    amount: Euros | None = Field(title="Montant notifié HT")
    notified_on: date | None = Field(title="Notifié le")
    holders: str | None = Field(title="Titulaires")
    families: list[str] = Field(title="Familles réservables", description="Celles que le CPV dit.")


class SourcingFacts(BaseModel):
    """What is said of a sourcing; a number that is not known is left out."""

    contract_id: UUID | None = Field(default=None, title="Marché")
    project_id: UUID | None = Field(
        default=None,
        title="Projet d’achat",
        description="Celui que la recherche prépare : il dit sa direction et sa famille d’achats, "
        "tant que le marché ne les dit pas.",
    )
    domain: Text | None = Field(default=None, max_length=120, title="Domaine")
    address: Address | None = Field(
        default=None, title="Adresse", description="Page de l’annonce, « https://… »."
    )
    contacted: Quantity | None = Field(default=None, title="Structures contactées")
    interested: Quantity | None = Field(default=None, title="Structures intéressées")
    ess_answers: Quantity | None = Field(
        default=None, title="Réponses de l’ESS", description="Entreprises de l’ESS ayant répondu."
    )
    comment: Words | None = Field(default=None, title="Commentaire")


class SourcingCreate(SourcingFacts):
    """A sourcing to enter."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    done_on: Day = Field(title="Fait le")
    tool: SourcingTool = Field(
        title="Moyen",
        description="« inclusion_market » : la plateforme de l’inclusion (sourcing inversé).",
    )
    need: Annotated[Text, Field(min_length=3, max_length=300)] = Field(title="Besoin")
    result: SourcingResult = Field(default=SourcingResult.PENDING, title="Suite donnée")


class SourcingChange(SourcingFacts):
    """The fields to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    done_on: Day | None = Field(default=None, title="Fait le")
    tool: SourcingTool | None = Field(default=None, title="Moyen")
    need: Annotated[Text, Field(min_length=3, max_length=300)] | None = Field(
        default=None, title="Besoin"
    )
    result: SourcingResult | None = Field(default=None, title="Suite donnée")

    @field_validator("done_on", "tool", "need", "result", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        return never_null(value)


class SourcingRead(SourcingFacts):
    """A sourcing, as answered."""

    id: UUID
    version: int
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    done_on: date = Field(title="Fait le")
    tool: SourcingTool = Field(title="Moyen")
    tool_label: str = Field(title="Moyen, en toutes lettres")
    need: str = Field(title="Besoin")
    result: SourcingResult = Field(title="Suite donnée")
    result_label: str = Field(title="Suite donnée, en toutes lettres")


class RegisterFilter(BaseModel):
    """What a list of the register may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=1990, le=2100)] | None = Field(
        default=None, description="Année civile."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )


class SourcingFilter(RegisterFilter):
    """What a list of sourcings may be narrowed to."""

    tool: SourcingTool | None = Field(default=None, description="Moyen employé.")
    result: SourcingResult | None = Field(default=None, description="Suite donnée.")


class ToJustifyFilter(BaseModel):
    """Which buyer, which year, which page."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret = Field(description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=1990, le=2100)] = Field(description="Année de notification.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
