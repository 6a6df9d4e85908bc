"""What one asks before reserving: the question of the rules, in the units of the API."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Day, Euros, Share, Siret, Text, Whole
from api.rules.reservation.request import (
    MAX_MONTHS,
    Basis,
    BuyerKind,
    Nature,
    ObjectKind,
)

# Fewer than the rules take: each lot is judged with each award, and the answer grows as much.
MAX_LOTS = 100
MAX_AWARDS = 100

Amount = Annotated[Euros, Field(ge=0)]
Positive = Annotated[Euros, Field(gt=0)]
Cpv = Annotated[Text, Field(max_length=40)]
Months = Annotated[Whole, Field(ge=1, le=MAX_MONTHS)]
Quantity = Annotated[Whole, Field(ge=0, le=1_000_000)]


class AdviceLot(BaseModel):
    """A lot of the contract to come."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[Text, Field(min_length=1, max_length=300)] = Field(title="Intitulé du lot")
    cpv: Cpv | None = Field(default=None, title="Code CPV du lot")
    estimate: Amount | None = Field(default=None, title="Montant estimé du lot HT")
    share: Share | None = Field(
        default=None,
        title="Part du lot",
        description="Part du montant du marché, entre 0 et 1 : sert quand le montant du lot n’est "
        "pas dit.",
    )


class AdviceAward(BaseModel):
    """A contract awarded earlier under the reservation to the social economy."""

    model_config = ConfigDict(extra="forbid")

    siret: Siret = Field(title="SIRET de l’attributaire")
    cpv: Cpv | None = Field(default=None, title="Code CPV du marché attribué")
    starts_on: Day | None = Field(default=None, title="Jour de l’attribution")
    ends_on: Day | None = Field(default=None, title="Dernier jour du marché")


class AdviceSourcing(BaseModel):
    """What a sourcing found; a group that was not looked for is left out."""

    model_config = ConfigDict(extra="forbid")

    disabled: Quantity | None = Field(
        default=None, title="Handicap", description="Nombre d’entreprises adaptées et d’ESAT."
    )
    insertion: Quantity | None = Field(
        default=None, title="Insertion", description="Nombre de structures d’insertion (SIAE)."
    )
    prison: Quantity | None = Field(
        default=None,
        title="Pénitentiaire",
        description="Nombre d’opérateurs qui font travailler des personnes détenues.",
    )
    ess: Quantity | None = Field(
        default=None,
        title="ESS",
        description="Nombre d’entreprises de l’économie sociale et solidaire.",
    )
    yearly_budget: Positive | None = Field(
        default=None,
        title="Dépense annuelle prévue HT",
        description="À défaut, le montant estimé réparti sur la durée.",
    )
    average_turnover: Positive | None = Field(
        default=None, title="Chiffre d’affaires annuel moyen des structures trouvées"
    )


class ReservationQuestion(BaseModel):
    """A contract to come, and the reservation one thinks of."""

    model_config = ConfigDict(extra="forbid")

    nature: Nature = Field(
        default=Nature.CONTRACT,
        title="Nature",
        description="Marché, concession, ou marché de défense ou de sécurité.",
    )
    buyer_kind: BuyerKind = Field(
        default=BuyerKind.AUTHORITY,
        title="Type d’acheteur",
        description="Pouvoir adjudicateur central (l’État), autre pouvoir adjudicateur (les "
        "collectivités), ou entité adjudicatrice qui n’est pas un pouvoir adjudicateur.",
    )
    object_kind: ObjectKind = Field(title="Objet", description="Travaux, fournitures ou services.")
    notice_on: Day = Field(
        title="Envoi de l’avis",
        description="Jour d’envoi de l’avis : les règles appliquées sont celles de ce jour.",
    )
    cpv: Cpv | None = Field(default=None, title="Code CPV principal")
    estimate: Amount | None = Field(default=None, title="Montant estimé HT")
    months: Months | None = Field(
        default=None, title="Durée totale", description="En mois, reconductions comprises."
    )
    lots: list[AdviceLot] = Field(default=[], max_length=MAX_LOTS, title="Lots")
    requested: list[Basis] = Field(
        default=[],
        max_length=len(Basis),
        title="Réservation envisagée",
        description="Articles sur lesquels on pense réserver, ensemble.",
    )
    previous_awards: list[AdviceAward] = Field(
        default=[],
        max_length=MAX_AWARDS,
        title="Marchés déjà réservés à l’ESS",
        description="Pour la règle des trois ans. Liste vide : aucun n’est connu.",
    )
    sourcing: AdviceSourcing = Field(default=AdviceSourcing(), title="Sourcing")
