"""What the API takes and gives of calculations of hours and of their usual parameters."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from api.kit.columns import Euros, Hours, Share, Siret, Text, Whole, plain

# What is worked out has no bound of entry: a rate may pass 1, a potential may be under 0.
Ratio = Annotated[
    Decimal,
    PlainSerializer(plain, return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,6})?$"}),
]
Total = Annotated[
    Decimal,
    PlainSerializer(lambda v: f"{v:.2f}", return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}),
]
Part = Annotated[Share, Field(gt=0)]
Cost = Annotated[Euros, Field(gt=0, le=10_000)]
Spent = Annotated[Euros, Field(gt=0)]
Family = Annotated[Text, Field(min_length=1, max_length=120)]
Months = Annotated[Whole, Field(ge=1, le=600)]


class CalculationVariant(StrEnum):
    """Which formula: that of most clauses, or that of cleaning with staff taken over (PACT)."""

    GENERAL = "general"
    CLEANING = "cleaning"


class CalculationIn(BaseModel):
    """What hours are worked out from."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "amount": "100000.00",
                    "labour_share": "0.80",
                    "rate": "0.05",
                    "hourly_cost": "20.00",
                }
            ]
        },
    )

    variant: CalculationVariant = Field(
        default=CalculationVariant.GENERAL,
        title="Formule",
        description="« general », ou « cleaning » pour un marché de nettoyage avec reprise de "
        "personnel.",
    )
    amount: Spent = Field(title="Montant HT", description="En euros, sur toute la durée.")
    rate: Part = Field(title="Taux d’insertion", description="Entre 0 et 1 : 0.05 pour 5 %.")
    labour_share: Part | None = Field(
        default=None,
        title="Part de main-d’œuvre",
        description="Entre 0 et 1. Obligatoire pour la formule générale ; 0.8 par défaut pour le "
        "nettoyage.",
    )
    hourly_cost: Cost | None = Field(
        default=None,
        title="Coût horaire",
        description="En euros par heure. Obligatoire pour la formule générale ; 20 par défaut "
        "pour le nettoyage.",
    )
    months: Months | None = Field(
        default=None, title="Durée", description="En mois entiers, pour le nettoyage."
    )
    taken_over_hours_per_month: Annotated[Hours, Field(ge=0)] | None = Field(
        default=None,
        title="Heures du personnel repris",
        description="Par mois, pour le nettoyage ; 0 s’il n’y a personne à reprendre.",
    )


class CalculationRead(BaseModel):
    """Hours worked out, with their working in plain words."""

    variant: CalculationVariant = Field(title="Formule")
    hours: Total = Field(title="Heures", description="Au quart d’heure le plus proche.")
    formula: str = Field(title="Calcul", description="Le calcul, écrit en toutes lettres.")
    rounding: str = Field(title="Arrondi")
    equivalents: list[str] = Field(
        title="Équivalents", description="En jours, en semaines et en équivalents temps plein."
    )
    advised: bool = Field(
        title="Clause conseillée", description="Faux en dessous de 150 heures ou sans potentiel."
    )
    advice: str = Field(title="Conseil")
    potential: Ratio | None = Field(
        title="Potentiel",
        description="Pour le nettoyage : part du travail qui reste à pourvoir une fois le "
        "personnel repris ; négatif quand il dépasse le besoin.",
    )


class ParameterCreate(BaseModel):
    """The usual values of a purchase family: those of an organisation, not of a law."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "organisation": "00000062000013",
                    "family": "Peinture intérieure",
                    "labour_share": "0.70",
                    "rate": "0.07",
                    "hourly_cost": "35.00",
                    "note": "Relevé sur nos trois derniers marchés.",
                }
            ]
        },
    )

    organisation: Siret = Field(
        title="SIRET de l’organisation", description="Celle dont ce sont les valeurs d’usage."
    )
    family: Family = Field(
        title="Famille d’achats",
        description="Par exemple « Peinture intérieure » : part de main-d’œuvre 0.70, taux 0.07, "
        "coût horaire 35.00. Aucune valeur n’est fournie d’office : elles sont à vous.",
    )
    labour_share: Part = Field(title="Part de main-d’œuvre", description="Entre 0 et 1.")
    rate: Part = Field(title="Taux d’insertion", description="Entre 0 et 1 : 0.05 pour 5 %.")
    hourly_cost: Cost = Field(title="Coût horaire", description="En euros par heure.")
    note: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None, title="Remarque", description="D’où viennent ces valeurs."
    )


class ParameterRead(BaseModel):
    """Values of a purchase family, with the organisation that said them and when."""

    id: UUID
    organisation_siret: str | None
    organisation_name: str = Field(title="Organisation")
    family: str = Field(title="Famille d’achats")
    labour_share: Share = Field(title="Part de main-d’œuvre")
    rate: Share = Field(title="Taux d’insertion")
    hourly_cost: Euros = Field(title="Coût horaire")
    note: str | None = Field(title="Remarque")
    said_at: datetime = Field(title="Date", description="Quand l’organisation l’a dit.")
    current: bool = Field(title="En vigueur", description="Faux pour une valeur remplacée.")
