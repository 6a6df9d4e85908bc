"""What the API gives of the targets behind a figure that counts those that are met."""

from uuid import UUID

from pydantic import BaseModel, Field


class DueTargetRead(BaseModel):
    """A target that is due, behind a figure that counts those that are met."""

    indicator_id: UUID
    code: str = Field(title="Code de l’indicateur")
    label: str = Field(title="Libellé de l’indicateur")
    year: int | None = Field(title="Année de la cible", description="Absente : chaque année.")
    value: str = Field(title="Valeur visée")
    unit: str = Field(title="Unité de la cible")
    # Figures that were kept before it existed are read again.
    found: str | None = Field(
        default=None,
        title="Résultat de l’année",
        description="Dans l’unité de la cible ; absent quand trop peu de réponses sont connues.",
    )
    met: bool | None = Field(
        title="Atteinte", description="Absent : des réponses qui manquent peuvent en décider."
    )
    sentence: str = Field(title="En clair", description="L’écart, ou pourquoi il n’y en a pas.")
