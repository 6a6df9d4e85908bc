"""Yearly execution data of a concession, as they are sent (DECP 2022, donneesExecution)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.contracts.schemas import Amount
from api.kit.columns import Day, Text
from api.rules.decp.parts import LONGEST_TARIFF_TITLE

MOST_TARIFFS = 500


class TariffIn(BaseModel):
    """A price paid by the users of the concession."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[Text, Field(min_length=1)] = Field(
        max_length=LONGEST_TARIFF_TITLE, title="Intitulé"
    )
    amount: Amount = Field(title="Tarif", description="En euros ; 0 si l’usager ne paie rien.")


class ConcessionYearIn(BaseModel):
    """The execution data of one year of a concession, whole."""

    model_config = ConfigDict(extra="forbid")

    published_on: Day = Field(
        title="Date de publication des données d’exécution",
        description="Elles se publient chaque année ; cette date distingue une année d’une autre.",
    )
    investment: Amount = Field(
        title="Dépenses d’investissement",
        description="Celles du concessionnaire depuis les données précédentes, en euros ; 0 s’il "
        "n’y en a pas.",
    )
    tariffs: Annotated[list[TariffIn], Field(min_length=1, max_length=MOST_TARIFFS)] = Field(
        title="Tarifs", description="Les principaux tarifs à la charge des usagers, un au moins."
    )
