"""What the API gives of the rates that article L2111-3 asks for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.kit.columns import Day, Euros
from api.reserved.figure_schemas import Rate


class StatutoryRates(BaseModel):
    """The rates of a category over some years: recomputed, never averaged."""

    years: list[int] = Field(title="Années")
    number: Rate = Field(title="En nombre de contrats")
    value: Rate = Field(title="En valeur")


class StatutoryCategory(BaseModel):
    """A category, what it counts, where that comes from, and its rates."""

    code: str
    label: str = Field(title="Catégorie")
    named_by_law: bool = Field(
        title="Nommée par l’article", description="Faux : tirée des textes cités."
    )
    text: str = Field(title="Ce qui est compté")
    source: str = Field(title="Texte")
    in_force_from: Day | None = Field(title="En vigueur depuis")
    confirmed: bool = Field(
        title="Confirmé", description="Faux : à vérifier avant publication, « note » dit quoi."
    )
    note: str | None = Field(title="Remarque")
    definition: dict[str, Any] | None = Field(
        title="Définition structurée",
        description="Absente : comptée par le registre des structures et celui des réservations.",
    )
    rates: list[StatutoryRates] = Field(
        title="Taux", description="De chacune des deux années, puis des deux ensemble."
    )


class StatutoryDuty(BaseModel):
    """Who must publish these rates, and since when."""

    law: str = Field(title="Article")
    threshold: Euros = Field(title="Achats annuels au-delà desquels ils sont dus, HT")
    in_force_from: Day = Field(title="En vigueur depuis")
    source: str = Field(title="Texte")
    confirmed: bool = Field(title="Confirmé")
    note: str = Field(title="Remarque")


class StatutoryKept(BaseModel):
    """A year of these rates that stands closed, and the version that its closing kept."""

    year: int = Field(title="Année")
    number: int = Field(title="Version")
    sentence: str = Field(title="En clair", description="« tel que calculé le 3 mars 2026 ».")


class StatutoryFigures(BaseModel):
    """The rates of two years in a row, in number and in value."""

    organisation_id: UUID
    organisation: str = Field(title="SIRET de l’acheteur")
    name: str = Field(title="Acheteur")
    years: list[int] = Field(title="Années")
    closed: list[int] = Field(
        title="Années closes", description="Une année ouverte peut encore changer."
    )
    kept: list[StatutoryKept] = Field(
        title="Années arrêtées",
        description="Leur clôture a gardé de quoi ces taux sont faits ; une année close avant que "
        "Spaser ne le garde n’y est pas.",
    )
    shown: bool = Field(
        title="Les années arrêtées le sont ici", description="Faux : tout est recalculé ce jour."
    )
    changed: int = Field(title="Catégories dont le recalcul diffère")
    duty: StatutoryDuty = Field(title="Obligation")
    categories: list[StatutoryCategory] = Field(title="Catégories")
    software_version: str
    as_of: Day = Field(title="Arrêté au")
    computed_at: datetime
