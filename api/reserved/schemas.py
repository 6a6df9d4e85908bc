"""What the API takes and gives of reservations."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.kit.columns import Day, Euros, Share, Siret, Text
from api.reserved.bases import ReservedFor
from api.reserved.models import LegalBasis
from api.rules.reservation.advice import Finding, State

MAX_LOTS = 200

Lot = Annotated[Text, Field(min_length=1, max_length=60)]
Words = Annotated[Text, Field(min_length=1, max_length=2000)]


def never_null(value: object) -> object:
    """A field that a change may leave out, but not empty. Raises ValueError (French)."""
    if value is None:
        raise ValueError("ne peut pas être vide : laissez le champ de côté pour ne rien changer.")
    return value


class ReservationFacts(BaseModel):
    """What is said of a reservation beside its contract and its basis."""

    lots: list[Lot] = Field(
        default=[],
        max_length=MAX_LOTS,
        title="Lots réservés",
        description="Numéros ou intitulés des lots. Liste vide : le marché entier.",
    )
    structure_kinds: list[ReservedFor] = Field(
        default=[],
        max_length=len(ReservedFor),
        title="Réservé à",
        description="Types de structures que l’article permet. Liste vide : tous ceux-là.",
    )
    share: Share | None = Field(
        default=None,
        title="Part minimale de travailleurs concernés",
        description="Entre 0 et 1 ; la moitié au moins (article R2113-7), sans objet pour l’ESS.",
    )
    domain: Text | None = Field(
        default=None, max_length=120, title="Domaine", description="Famille ou domaine d’achat."
    )
    mention: Words | None = Field(
        default=None,
        title="Mention dans l’avis",
        description="Le texte par lequel l’avis ou le dossier dit la réservation et son article.",
    )
    comment: Words | None = Field(default=None, title="Commentaire")


class ReservationCreate(ReservationFacts):
    """A reservation to enter."""

    model_config = ConfigDict(extra="forbid")

    contract_id: UUID = Field(title="Marché")
    basis: LegalBasis = Field(
        title="Article", description="Article du code de la commande publique."
    )
    decided_on: Day = Field(title="Décidée le", description="Jour de la décision de réserver.")


class ReservationChange(ReservationFacts):
    """The fields to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    decided_on: Day | None = Field(default=None, title="Décidée le")

    @field_validator("decided_on", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        return never_null(value)


class ReservationItem(BaseModel):
    """A reservation in a list, with the contract that it reserves."""

    id: UUID
    version: int
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    buyer_name: str = Field(title="Acheteur")
    contract_id: UUID = Field(title="Marché")
    reference: str = Field(title="Numéro du marché")
    subject: str | None = Field(title="Objet")
    amount: Euros | None = Field(title="Montant notifié HT")
    notified_on: date | None = Field(title="Notifié le")
    holders: str | None = Field(title="Titulaires", description="Leurs noms, séparés par « ; ».")
    basis: LegalBasis = Field(title="Article")
    basis_label: str = Field(title="Article, en toutes lettres")
    lots: list[str] = Field(title="Lots réservés", description="Vide : le marché entier.")
    structure_kinds: list[ReservedFor] = Field(title="Réservé à")
    share: Share | None = Field(title="Part minimale de travailleurs concernés")
    domain: str | None = Field(title="Domaine")
    decided_on: date = Field(title="Décidée le")
    mention: str | None = Field(title="Mention dans l’avis")
    mention_missing: bool = Field(
        title="Mention à préciser", description="Vrai tant que la mention n’est pas dite."
    )
    comment: str | None = Field(title="Commentaire")


class ReservationRead(ReservationItem):
    """A reservation, whole, with what the rules of the day of its decision say of it."""

    editable: bool = Field(title="Modifiable par qui la lit")
    state: State = Field(
        title="Avis des règles",
        description="Ouverte, ouverte sous condition, à vérifier ou fermée, le jour de la "
        "décision.",
    )
    warnings: list[Finding] = Field(
        title="À vérifier",
        description="Ce qui ferme la réservation, la conditionne ou l’affaiblit.",
    )
    obligations: list[Finding] = Field(
        title="Obligations", description="Ce qu’il faut écrire dans l’avis ou le dossier."
    )


class ReservationFilter(BaseModel):
    """What a list of reservations may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=1990, le=2100)] | None = Field(
        default=None, description="Année de notification du marché."
    )
    basis: LegalBasis | None = Field(default=None, description="Article du code.")
    structure_kind: ReservedFor | None = Field(
        default=None, description="Type de structure auquel le marché est dit réservé."
    )
    q: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="Mots du numéro, de l’objet ou du nom d’un titulaire."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
