"""What the API takes and gives of amounts that cannot be true."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Day, Euros, Flag, Siret

# Contracts told one by one; the others are counted.
MOST_TOLD = 100


class AmountSaid(BaseModel):
    """What somebody says of an amount that is set aside."""

    model_config = ConfigDict(extra="forbid")

    amount: Euros = Field(title="Montant", description="Le montant en doute, en euros HT.")
    true: Flag = Field(
        title="Ce montant est exact",
        description="Vrai : il compte dans les sommes ; faux : il est de nouveau mis de côté.",
    )


class SetAsideFilter(BaseModel):
    """Whose contracts, and of which year of notification."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret = Field(description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=1990, le=2100)] | None = Field(
        default=None, description="Année de notification."
    )


class SetAsideItem(BaseModel):
    """A contract with an amount that no sum counts."""

    contract_id: UUID
    reference: str = Field(title="Numéro")
    subject: str | None = Field(title="Objet")
    notified_on: Day | None = Field(title="Notifié le")
    amount: Euros = Field(title="Montant mis de côté")
    message: str = Field(title="Pourquoi")


class SetAside(BaseModel):
    """The amounts of a buyer that no sum counts, the largest first."""

    buyer_siret: str
    count: int = Field(title="Nombre de montants mis de côté")
    amount: Euros = Field(title="Leur total", description="Sans les montants négatifs.")
    items: list[SetAsideItem] = Field(description=f"Les {MOST_TOLD} plus grands au plus.")
