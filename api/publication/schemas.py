"""What the API gives of publications."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from api.contracts.schemas import IssueRead
from api.publication.models import Licence
from api.schemes.schemas import SchemeOrganisation

ELSEWHERE = "Le service qui publie déjà les données essentielles, s’il y en a un."


class OpenCatalogue(BaseModel):
    """A form of the catalogue."""

    title: str = Field(title="Titre")
    address: str = Field(title="Adresse")


class OpenDataIndex(BaseModel):
    """Where to begin, for who reads open data."""

    title: str = Field(title="Titre")
    page: str = Field(title="Page à lire", description="Les mêmes liens, pour une personne.")
    catalogues: list[OpenCatalogue] = Field(title="Catalogues DCAT-AP de tous les acheteurs")
    publishers: str = Field(title="Acheteurs publiés et noms de leurs fichiers")
    feed: str = Field(title="Changements des contrats publics, dans leur ordre")
    atom: str = Field(title="Marchés à venir et attribués, pour un lecteur de flux")


class Publisher(BaseModel):
    """A buyer whose data are open."""

    siret: str
    name: str
    fictitious: bool = Field(description="Données inventées pour la démonstration.")
    public: int = Field(description="Contrats complets et publics : dans les fichiers DECP.")
    listed: int = Field(description="Contrats publics, complets ou non : dans contrats.csv.")
    published_by: str | None = Field(description=ELSEWHERE)
    licence: Licence
    files: list[str] = Field(
        description="Les noms de ses fichiers, à lire sous /opendata/{siret}/ ; ceux d’une année "
        "n’y sont pas."
    )


class PublishedFile(BaseModel):
    """A file of open data."""

    name: str
    title: str
    address: str
    media_type: str
    yearly: bool = Field(description="Une partie d’un autre fichier : les contrats d’une année.")


class RuleCount(BaseModel):
    """A rule that holds contracts back, and how many."""

    code: str
    field: str
    message: str
    count: int


class PublicationRead(BaseModel):
    """What a buyer publishes, and what is held back."""

    organisation: SchemeOrganisation
    published_by: str | None = Field(description=ELSEWHERE)
    licence: Licence
    total: int = Field(description="Contrats du registre.")
    public: int = Field(description="Complets et publics : dans les fichiers DECP.")
    waiting: int = Field(description="Complets, dont la date de publication n’est pas venue.")
    withheld: int = Field(description="Retenus par au moins une règle du format.")
    dropped: int = Field(description="Que la consolidation nationale écarterait.")
    due: int = Field(description="Encore à publier, dont le dernier jour est connu.")
    late: int = Field(description="Parmi eux, ceux dont le dernier jour est passé.")
    last_change: datetime | None
    rules: list[RuleCount] = Field(description="Les règles qui retiennent, les plus fréquentes.")
    files: list[PublishedFile]


class WithheldItem(BaseModel):
    """A contract held back or dropped, with the rules it fails."""

    contract_id: UUID
    reference: str
    subject: str | None
    notified_on: date | None
    reasons: list[IssueRead]


class DueItem(BaseModel):
    """A contract that has still to be published."""

    contract_id: UUID
    reference: str
    subject: str | None
    notified_on: date | None
    published_on: date | None = Field(description="Le jour de publication déjà prévu.")
    due_on: date = Field(description="Dernier jour pour publier dans les temps.")
    days_left: int = Field(description="Jours qui restent ; négatif : jours de retard.")
    publishable: bool = Field(description="Complet selon le format DECP 2022.")


class DeclaringText(BaseModel):
    """A text to copy, for the data of a buyer to be found."""

    code: str
    title: str
    recipient: str = Field(description="À qui l’envoyer, ou où le saisir.")
    address: str | None = Field(description="L’adresse où le faire, s’il y en a une.")
    body: str
    missing: list[str] = Field(description="Ce que le texte attend encore des réglages.")
