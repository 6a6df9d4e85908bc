"""What is asked: a contract to come, and the legal bases on which one would like to reserve it.

Money in integer cents excluding tax, shares in millionths, durations in whole months. ``None``
means "not said": never zero, never "no".
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

WHOLE = 1_000_000
MAX_LOTS = 500
MAX_AWARDS = 500
MAX_MONTHS = 1_200
MAX_AMOUNT = 10**16

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
# Any spelling: a code that is not in the vocabulary is "to verify", it is not refused.
CpvText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Siret = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]
Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT)]
PositiveAmount = Annotated[int, Field(strict=True, gt=0, le=MAX_AMOUNT)]
Months = Annotated[int, Field(strict=True, ge=1, le=MAX_MONTHS)]
Share = Annotated[int, Field(strict=True, ge=0, le=WHOLE)]
Quantity = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class Basis(StrEnum):
    """The articles of the French public procurement code that allow a reservation."""

    DISABLED = "L2113-12"
    INSERTION = "L2113-13"
    PRISON = "L2113-13-1"
    ESS = "L2113-15"
    CONCESSION_DISABLED = "L3113-1"
    CONCESSION_INSERTION = "L3113-2"
    CONCESSION_PRISON = "L3113-2-1"


class Nature(StrEnum):
    """The three families of public contracts, which have different articles."""

    CONTRACT = "contract"
    CONCESSION = "concession"
    DEFENCE = "defence"


class BuyerKind(StrEnum):
    """Who buys, in the words of the directives."""

    CENTRAL_AUTHORITY = "central_authority"
    AUTHORITY = "authority"
    ENTITY = "entity"


class ObjectKind(StrEnum):
    """What is bought, in one word."""

    WORKS = "works"
    SUPPLIES = "supplies"
    SERVICES = "services"


class SupplierGroup(StrEnum):
    """Who may answer a reserved contract: the groups of structures that a sourcing counts."""

    DISABLED = "disabled"
    INSERTION = "insertion"
    PRISON = "prison"
    ESS = "ess"


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RequestedLot(_Asked):
    """One lot of the contract to come."""

    label: Words = Field(description="Intitulé du lot.")
    cpv: CpvText | None = Field(
        default=None, description="Code CPV principal du lot, avec ou sans sa clé."
    )
    estimate: Amount | None = Field(
        default=None, description="Montant estimé du lot, hors taxes, en centimes d’euro."
    )
    share: Share | None = Field(
        default=None,
        description="Part du lot dans le montant du marché, en millionièmes : sert à estimer le "
        "lot quand son montant n’est pas dit.",
    )


class PreviousAward(_Asked):
    """A contract awarded earlier under the reservation to social economy enterprises."""

    siret: Siret = Field(description="SIRET de l’attributaire.")
    cpv: CpvText | None = Field(default=None, description="Code CPV du marché attribué.")
    starts_on: date | None = Field(default=None, description="Jour de l’attribution.")
    ends_on: date | None = Field(default=None, description="Dernier jour du marché attribué.")


class Sourcing(_Asked):
    """What a sourcing found. A group that was not looked for is not said, which is not zero."""

    disabled: Quantity | None = Field(
        default=None, description="Nombre d’entreprises adaptées et d’ESAT trouvés."
    )
    insertion: Quantity | None = Field(
        default=None, description="Nombre de structures d’insertion (SIAE) trouvées."
    )
    prison: Quantity | None = Field(
        default=None,
        description="Nombre d’opérateurs trouvés qui font travailler des personnes détenues.",
    )
    ess: Quantity | None = Field(
        default=None,
        description="Nombre d’entreprises de l’économie sociale et solidaire trouvées.",
    )
    yearly_budget: PositiveAmount | None = Field(
        default=None,
        description="Dépense annuelle prévue, hors taxes, en centimes d’euro ; à défaut, "
        "le montant estimé réparti sur la durée.",
    )
    average_turnover: PositiveAmount | None = Field(
        default=None,
        description="Chiffre d’affaires annuel moyen des structures trouvées, en centimes d’euro.",
    )


class ReservationRequest(_Asked):
    """A contract to come and the reservation that is thought of."""

    nature: Nature = Field(
        description="Marché (`contract`), concession, ou marché de défense ou de sécurité."
    )
    buyer_kind: BuyerKind = Field(
        description="Pouvoir adjudicateur central, autre pouvoir adjudicateur (même lorsqu’il agit "
        "en tant qu’entité adjudicatrice), ou entité adjudicatrice qui n’est pas un pouvoir "
        "adjudicateur."
    )
    object_kind: ObjectKind = Field(description="Travaux, fournitures ou services.")
    notice_on: date = Field(
        description="Jour d’envoi de l’avis, ou d’engagement de la consultation : les règles "
        "appliquées sont celles de ce jour."
    )
    cpv: CpvText | None = Field(
        default=None, description="Code CPV principal, avec ou sans sa clé."
    )
    estimate: Amount | None = Field(
        default=None, description="Montant estimé hors taxes, en centimes d’euro."
    )
    months: Months | None = Field(
        default=None, description="Durée totale en mois, reconductions comprises."
    )
    lots: tuple[RequestedLot, ...] = Field(
        default=(), max_length=MAX_LOTS, description="Les lots, s’il y en a."
    )
    requested: tuple[Basis, ...] = Field(
        default=(),
        max_length=len(Basis),
        description="Articles sur lesquels la réservation est demandée, ensemble.",
    )
    previous_awards: tuple[PreviousAward, ...] = Field(
        default=(),
        max_length=MAX_AWARDS,
        description="Marchés déjà attribués au titre de la réservation à l’économie sociale et "
        "solidaire. Liste vide : aucun n’est connu.",
    )
    sourcing: Sourcing = Field(
        default_factory=Sourcing, description="Ce que le sourcing a trouvé, s’il a été fait."
    )

    @model_validator(mode="after")
    def _lots_fit_in_the_contract(self) -> Self:
        if sum(lot.share or 0 for lot in self.lots) > WHOLE:
            raise PydanticCustomError("lot_shares", "La somme des parts des lots dépasse 100 %.")
        return self
