"""What the API gives of the register of companies."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Text
from api.suppliers.models import Departement, SaidFact, SupplierSize, SupplierSource

SOURCES: dict[SupplierSource, str] = {
    SupplierSource.PERSON: "Une personne",
    SupplierSource.ESS_LIST: "Liste des entreprises de l’ESS",
    SupplierSource.SIRENE: "Sirene (Insee)",
    SupplierSource.SEARCH: "Recherche d’entreprises",
}
FACTS: dict[SaidFact, str] = {
    SaidFact.SIZE: "Taille",
    SaidFact.DEPARTEMENT: "Département",
    SaidFact.ESS: "Économie sociale et solidaire",
    SaidFact.KIND: "Structure inclusive",
    SaidFact.ESUS: "Agrément ESUS",
    SaidFact.SOLE_TRADER: "Entreprise individuelle",
}


class Category(StrEnum):
    """What a company may be looked for as."""

    ESS = "ess"
    ESUS = "esus"
    SIAE = "siae"
    EA = "ea"
    ESAT = "esat"
    NONE = "aucune"


class CompanySaid(BaseModel):
    """What one source says of one fact."""

    fact: SaidFact = Field(title="Information")
    value: str = Field(title="Valeur", description="« true », « false », ou un code.")
    source: str = Field(title="Source")
    as_of: date = Field(title="À la date du")


class CompanyRead(BaseModel):
    """A company of the register; ``said`` gives the source that is followed first."""

    id: UUID
    id_type: str | None = Field(title="Type d’identifiant")
    identifier: str | None = Field(title="Identifiant")
    name: str | None = Field(title="Nom")
    size: SupplierSize | None = Field(title="Taille d’entreprise")
    departement: str | None = Field(title="Département")
    kind: str | None = Field(
        title="Structure inclusive", description="siae, ea, esat, esus, aucune, ou un autre code."
    )
    ess: bool | None = Field(title="Économie sociale et solidaire")
    esus: bool | None = Field(title="Agréée ESUS")
    sole_trader: bool | None = Field(title="Entreprise individuelle")
    unnamed: bool = Field(
        title="Nom tu", description="Vrai : son nom est celui d’une personne, et n’est pas donné."
    )
    said: list[CompanySaid] = Field(
        title="Ce qui en est dit", description="Pour chaque information, la source suivie d’abord."
    )


class SupplierFilter(BaseModel):
    """What the register may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[Text, Field(max_length=100)] | None = Field(
        default=None, description="Mots du nom, ou début du SIRET ou du SIREN."
    )
    size: SupplierSize | None = Field(default=None, description="Taille d’entreprise.")
    departement: Departement | None = Field(default=None, description="Département.")
    category: Category | None = Field(default=None, description="Catégorie dite de l’entreprise.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
