"""What the API takes and gives of spending that waits for its contract."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Euros, Flag, Siret, Text
from api.spending.models import JoinedBy, JoinReason
from api.spending.schemas import SpendingRead

MAX_DECISIONS = 200
MAX_CANDIDATES = 5

WAYS: dict[JoinedBy, str] = {
    JoinedBy.NUMBER: "Par le numéro de marché",
    JoinedBy.SUPPLIER_PERIOD: "Par le titulaire et la période",
    JoinedBy.PERSON: "Par une personne",
    JoinedBy.NONE: "Sans marché",
}
REASONS: dict[JoinReason, str] = {
    JoinReason.NUMBER: "Même numéro",
    JoinReason.SPELLING: "Même numéro, aux séparateurs près",
    JoinReason.ZEROS: "Même numéro, aux zéros de tête près",
    JoinReason.INTERNAL: "Numéro interne contenu dans l’identifiant, même titulaire",
    JoinReason.SIRET: "Seul marché de cet établissement à cette date",
    JoinReason.SIREN: "Seul marché de cette entreprise à cette date, par un autre établissement",
    JoinReason.GIVEN: "Marché donné à la saisie",
    JoinReason.ATTACHED: "Rattaché par une personne",
    JoinReason.DETACHED: "Détaché par une personne",
    JoinReason.ASIDE: "Hors marché, selon une personne",
    JoinReason.SEVERAL_NUMBERS: "Plusieurs marchés portent ce numéro",
    JoinReason.SEVERAL_CONTRACTS: "Plusieurs marchés du bénéficiaire à cette date",
    JoinReason.UNSURE_PERIOD: "Un seul marché possible, mais un jour ou une durée manque",
    JoinReason.OUTSIDE_PERIOD: "Le bénéficiaire tient des marchés, aucun à cette date",
    JoinReason.NO_CONTRACT: "Le bénéficiaire ne tient aucun marché",
    JoinReason.UNKNOWN_NUMBER: "Aucun marché ne porte ce numéro",
    JoinReason.NO_PAYEE: "Ni numéro de marché, ni SIRET du bénéficiaire",
}


class Choice(StrEnum):
    """What a person decides of a spending."""

    ATTACH = "attach"
    DETACH = "detach"
    ASIDE = "aside"
    RELEASE = "release"


CHOICES: dict[Choice, str] = {
    Choice.ATTACH: "Rattacher à un marché",
    Choice.DETACH: "Détacher du marché",
    Choice.ASIDE: "Laisser hors marché",
    Choice.RELEASE: "Rendre au rapprochement automatique",
}


class Candidate(BaseModel):
    """A contract under which a spending may have been paid."""

    contract_id: UUID
    reference: str = Field(title="Numéro")
    subject: str | None = Field(title="Objet")
    notified_on: date | None = Field(title="Notifié le")
    ends_on: date | None = Field(title="Fin", description="Avenants compris.")
    reason: JoinReason = Field(title="Ce qui parle pour lui")
    in_period: bool | None = Field(
        title="À cette date", description="Vide quand un jour ou une durée manque."
    )


class WaitingSpending(SpendingRead):
    """A spending under no contract, with those that it may be of."""

    note: str | None = Field(title="Note")
    candidates: list[Candidate] = Field(
        title="Marchés possibles", description="Cinq au plus, du plus sûr au moins sûr."
    )


class WaitingFilter(BaseModel):
    """What the list may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret = Field(description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=2000, le=2100)] | None = Field(
        default=None, description="Année civile."
    )
    reason: JoinReason | None = Field(default=None, description="Motif.")
    payee: Siret | None = Field(default=None, description="SIRET du bénéficiaire.")
    q: Annotated[Text, Field(max_length=100)] | None = Field(
        default=None, description="Mots du nom du bénéficiaire, numéro de marché ou de mandat."
    )
    aside: bool = Field(
        default=False, description="Vrai : aussi ce qu’une personne a laissé hors marché."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )


class JoiningAsked(BaseModel):
    """Whose spending is counted."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret = Field(description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=2000, le=2100)] | None = Field(
        default=None, description="Année civile ; toutes sans elle."
    )


class JoiningCount(BaseModel):
    """How many lines were joined in one manner, for one reason."""

    joined_by: JoinedBy | None = Field(title="Rattaché par")
    reason: JoinReason | None = Field(title="Motif")
    joined: bool = Field(title="Sous un marché")
    lines: int = Field(title="Lignes")
    amount: Euros = Field(title="Montant HT")


class JoiningRun(BaseModel):
    """The buyer whose spending is to be joined again."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")


class JoiningDone(BaseModel):
    """What a run changed."""

    buyer_siret: str = Field(title="SIRET de l’acheteur")
    changed: int = Field(title="Lignes dont le marché ou le motif a changé")


class Decision(BaseModel):
    """What is decided of one line."""

    model_config = ConfigDict(extra="forbid")

    spending_id: UUID = Field(title="Mandatement")
    choice: Choice = Field(title="Décision")
    contract_id: UUID | None = Field(
        default=None, title="Marché", description="Pour un rattachement, et lui seul."
    )


class DecisionsCreate(BaseModel):
    """What is decided of some lines of one buyer."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    decisions: list[Decision] = Field(
        min_length=1, max_length=MAX_DECISIONS, title="Décisions", description="Deux cents au plus."
    )
    note: Text | None = Field(default=None, max_length=300, title="Note")
    remember: Flag = Field(
        default=False,
        title="Retenir le numéro",
        description="Vrai : le numéro imprimé sur une ligne rattachée devient l’un de ceux du "
        "marché, pour les lignes à venir.",
    )


class RememberedNumber(BaseModel):
    """A number that a person said is of a contract."""

    number: str = Field(title="Numéro retenu")
    contract_id: UUID
    reference: str = Field(title="Numéro du marché au registre")
    subject: str | None = Field(title="Objet")
    created_at: datetime = Field(title="Retenu le")
