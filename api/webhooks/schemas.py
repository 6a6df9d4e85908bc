"""What the API takes and gives of webhooks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Flag, Siret, Text
from api.webhooks.models import DeliveryState, WebhookEvent

Url = Annotated[Text, Field(min_length=9, max_length=500)]
URL = "En « https:// », sur un nom public, port 443 ou 8443."


class WebhookCreate(BaseModel):
    """An address to tell."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(title="Organisation", description="Son SIRET.")
    url: Url = Field(title="Adresse", description=URL)
    events: list[WebhookEvent] = Field(
        min_length=1,
        max_length=10,
        title="Événements",
        description="Ce dont l’adresse est prévenue, et de rien d’autre.",
    )


class WebhookChange(BaseModel):
    """What changes of it; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = Field(default=None, title="Adresse", description=URL)
    active: Flag | None = Field(
        default=None,
        title="Actif",
        description="Vrai le remet en marche : ce qui attendait part, rien n’est perdu.",
    )


class WebhookRead(BaseModel):
    """A webhook, as answered."""

    id: UUID
    organisation: Siret = Field(title="Organisation")
    url: str = Field(title="Adresse")
    events: list[WebhookEvent] = Field(title="Événements")
    active: bool = Field(title="Actif")
    stopped_because: str | None = Field(title="Pourquoi il est arrêté")
    created_at: datetime


class WebhookCreated(WebhookRead):
    """A webhook that has just been made, with its secret, which is never shown again."""

    secret: str = Field(
        title="Secret", description="« whsec_… » : de quoi vérifier les signatures ; à copier."
    )


class DeliveryRead(BaseModel):
    """Something told, or to be told."""

    id: UUID = Field(description="Celui de l’en-tête « webhook-id ».")
    event: WebhookEvent = Field(title="Événement")
    state: DeliveryState = Field(title="État")
    attempts: int = Field(title="Essais")
    due_at: datetime = Field(title="Prochain essai", description="Passé une fois livré.")
    answered: int | None = Field(title="Code HTTP reçu")
    problem: str | None = Field(title="Ce qui n’a pas marché")
    created_at: datetime
    delivered_at: datetime | None = Field(title="Livré le")


class DeliveryFilter(BaseModel):
    """Which deliveries."""

    model_config = ConfigDict(extra="forbid")

    state: DeliveryState | None = Field(default=None, description="État de la livraison.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
