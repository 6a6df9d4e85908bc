"""What the API takes and gives of companies whose kind nobody said."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Euros, Siret, Text


class CompanyFilter(BaseModel):
    """Whose companies, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret = Field(description="SIRET de l’acheteur.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )


class UnqualifiedCompany(BaseModel):
    """A holder or a payee of whom nothing says whether it is an inclusive structure."""

    siret: str = Field(title="SIRET")
    name: str | None = Field(title="Nom")
    contracts: int = Field(title="Marchés tenus", description="Toutes années, groupements compris.")
    paid: Euros | None = Field(
        title="Montant mandaté HT", description="Toutes années ; absent si rien n’est saisi."
    )
    ess: bool | None = Field(title="Économie sociale et solidaire")
    esus: bool | None = Field(title="Agréée ESUS")
    departement: str | None = Field(title="Département")
