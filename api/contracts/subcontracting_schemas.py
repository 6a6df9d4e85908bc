"""Acts of subcontracting and their changes, as they are sent (DECP 2022, actesSousTraitance)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from api.contracts.schemas import Months
from api.kit.columns import Day, Euros, OneOf, Text, Whole
from api.rules.decp import labels
from api.rules.decp.identifiers import has_siret_shape, siret_key_is_right

OneEuro = Annotated[Euros, Field(ge=1)]
_PUBLISHED_HELP = "Sans elle, le contrat entier est retenu hors des données ouvertes."


class SubcontractorIn(BaseModel):
    """The company that does a part of the contract."""

    model_config = ConfigDict(extra="forbid")

    id_type: Annotated[str, OneOf(labels.ID_TYPES)] = Field(
        title="Type d’identifiant du sous-traitant"
    )
    identifier: Annotated[Text, Field(min_length=1)] = Field(
        max_length=60,
        title="Identifiant du sous-traitant",
        description="Son SIRET (14 chiffres), ou le numéro du type choisi.",
    )
    name: Text | None = Field(
        default=None,
        max_length=300,
        title="Nom du sous-traitant",
        description="Les données publiées n’en donnent que l’identifiant.",
    )

    @field_validator("identifier")
    @classmethod
    def _is_a_siret(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("id_type") != "SIRET":
            return value
        siret = "".join(value.split())
        if not has_siret_shape(siret):
            raise ValueError("n’est pas un SIRET (14 chiffres).")
        if not siret_key_is_right(siret):
            raise ValueError("n’est pas un SIRET : sa clé de contrôle est fausse, relisez-le.")
        return siret


class SubcontractIn(BaseModel):
    """An act of subcontracting, whole."""

    model_config = ConfigDict(extra="forbid")

    subcontractor: SubcontractorIn = Field(title="Sous-traitant")
    notified_on: Day = Field(title="Date de notification de l’acte")
    published_on: Day | None = Field(
        default=None, title="Date de publication de l’acte", description=_PUBLISHED_HELP
    )
    months: Months = Field(title="Durée sous-traitée", description="En mois entiers.")
    amount: OneEuro = Field(
        title="Montant sous-traité HT", description="Hors taxes, en euros, 1 € au moins."
    )
    price_variation: Annotated[str, OneOf(labels.PRICE_VARIATIONS)] = Field(
        title="Variation du prix"
    )


class SubcontractChangeIn(BaseModel):
    """A change of an act of subcontracting: new totals, never differences."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[Whole, Field(ge=1)] = Field(
        title="Acte modifié", description="Son numéro, parmi ceux des actes du marché."
    )
    notified_on: Day = Field(title="Date de notification de la modification")
    published_on: Day | None = Field(
        default=None, title="Date de publication de la modification", description=_PUBLISHED_HELP
    )
    months: Months | None = Field(
        default=None, title="Nouvelle durée sous-traitée", description="En mois."
    )
    amount: OneEuro | None = Field(
        default=None,
        title="Nouveau montant sous-traité HT",
        description="Le nouveau total, en euros, 1 € au moins.",
    )
