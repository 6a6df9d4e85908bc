"""What the API takes and gives of the purchase programme."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.kit.columns import Day, Euros, Flag, Siret, Text, Whole
from api.programme.models import ProjectState

MAX_ACTIONS = 200

STATES: dict[ProjectState, str] = {
    ProjectState.SURVEYED: "Recensé",
    ProjectState.STUDIED: "Étudié",
    ProjectState.DECIDED: "Arbitré",
    ProjectState.CONSULTATION: "En consultation",
    ProjectState.NOTIFIED: "Notifié",
    ProjectState.ABANDONED: "Abandonné",
}

Year = Annotated[Whole, Field(ge=2000, le=2100)]
# A year of two or five digits is a slip of the hand, and months are counted from these days.
NearDay = Annotated[Day, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Amount = Annotated[Euros, Field(ge=0)]
Reference = Annotated[Text, Field(min_length=1, max_length=64)]
Title = Annotated[Text, Field(min_length=3, max_length=300)]
Words = Annotated[Text, Field(min_length=1, max_length=2000)]
Code = Annotated[Text, Field(min_length=1, max_length=40)]
SchemeCode = Annotated[Text, Field(min_length=1, max_length=60)]
Family = Annotated[Text, Field(min_length=1, max_length=120)]


def never_null(value: object) -> object:
    """A field that a change may leave out, but not empty. Raises ValueError (French)."""
    if value is None:
        raise ValueError("ne peut pas être vide : laissez le champ de côté pour ne rien changer.")
    return value


class ProjectFacts(BaseModel):
    """What is said of a project; what is left out stays unknown."""

    directorate_id: UUID | None = Field(default=None, title="Direction")
    purchase_family: Family | None = Field(default=None, title="Famille d’achats")
    estimated_amount: Amount | None = Field(
        default=None, title="Montant estimé HT", description="Hors taxes, en euros."
    )
    recurrent: Flag | None = Field(
        default=None, title="Achat récurrent", description="Le besoin revient d’année en année."
    )
    targeted: Flag | None = Field(
        default=None,
        title="Projet ciblé",
        description="Sur la liste des achats que l’acheteur a choisi de suivre pour son schéma.",
    )
    planned_on: NearDay | None = Field(
        default=None, title="Marché attendu le", description="Jour où le marché est attendu."
    )
    anticipation_started_on: NearDay | None = Field(
        default=None,
        title="Préparation commencée le",
        description="Premier jour du travail sur cet achat ; pas après le jour attendu.",
    )
    rated_on: NearDay | None = Field(
        default=None,
        title="Coté le",
        description="Jour où les enjeux de l’achat ont été notés ; pas après le jour attendu.",
    )
    insertion_expertise: Flag | None = Field(
        default=None,
        title="Expertise insertion",
        description="Un facilitateur a dit si une clause d’insertion est possible.",
    )
    life_cycle_analysis: Flag | None = Field(default=None, title="Analyse du cycle de vie")
    sustainable_assistance: Flag | None = Field(
        default=None,
        title="Appui développement durable",
        description="La direction a été aidée sur les enjeux environnementaux de l’achat.",
    )
    comment: Words | None = Field(default=None, title="Commentaire")


class ProjectCreate(ProjectFacts):
    """A project to enter."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    reference: Reference = Field(
        title="Numéro", description="Numéro du projet, unique chez l’acheteur."
    )
    title: Title = Field(title="Intitulé")
    year: Year = Field(title="Année", description="Année de programmation.")
    state: ProjectState = Field(default=ProjectState.SURVEYED, title="Avancement")
    public: Flag = Field(
        default=False,
        title="Rendu public",
        description="Les entreprises le voient : numéro, intitulé, famille, année, date et "
        "avancement. Le montant estimé, la direction et le commentaire restent ici.",
    )


class ProjectChange(ProjectFacts):
    """The fields to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    reference: Reference | None = Field(default=None, title="Numéro")
    title: Title | None = Field(default=None, title="Intitulé")
    year: Year | None = Field(default=None, title="Année")
    state: ProjectState | None = Field(default=None, title="Avancement")
    public: Flag | None = Field(
        default=None,
        title="Rendu public",
        description="Les entreprises le voient : numéro, intitulé, famille, année, date et "
        "avancement. Le montant estimé, la direction et le commentaire restent ici.",
    )

    @field_validator("reference", "title", "year", "state", "public", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        return never_null(value)


class ActionSaid(BaseModel):
    """An action of a scheme that a project is to carry."""

    model_config = ConfigDict(extra="forbid")

    scheme: SchemeCode = Field(title="Schéma", description="Code du schéma.")
    action: Code = Field(title="Action", description="Code de l’action dans le schéma.")
    done: Flag | None = Field(
        default=None, title="Réalisée", description="`null` tant que rien n’est dit."
    )


class ActionsIn(BaseModel):
    """The actions of a project, all of them."""

    model_config = ConfigDict(extra="forbid")

    actions: list[ActionSaid] = Field(
        max_length=MAX_ACTIONS,
        title="Actions",
        description="Toutes les actions du projet : celles qui manquent à la liste en sont ôtées.",
    )


class ProjectItem(BaseModel):
    """A project in a list."""

    id: UUID
    version: int
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    buyer_name: str = Field(title="Acheteur")
    reference: str = Field(title="Numéro")
    title: str = Field(title="Intitulé")
    year: int = Field(title="Année")
    state: ProjectState = Field(title="Avancement")
    state_label: str = Field(title="Avancement, en toutes lettres")
    targeted: bool | None = Field(title="Projet ciblé")
    public: bool = Field(title="Rendu public")
    directorate_id: UUID | None = Field(title="Direction")
    directorate: str | None = Field(title="Nom de la direction")
    purchase_family: str | None = Field(title="Famille d’achats")
    estimated_amount: Euros | None = Field(title="Montant estimé HT")
    planned_on: date | None = Field(title="Marché attendu le")


class ProjectRead(ProjectItem):
    """A project, whole, with the actions decided for it."""

    recurrent: bool | None = Field(title="Achat récurrent")
    anticipation_started_on: date | None = Field(title="Préparation commencée le")
    rated_on: date | None = Field(title="Coté le")
    insertion_expertise: bool | None = Field(title="Expertise insertion")
    life_cycle_analysis: bool | None = Field(title="Analyse du cycle de vie")
    sustainable_assistance: bool | None = Field(title="Appui développement durable")
    comment: str | None = Field(title="Commentaire")
    actions: list[ActionSaid] = Field(
        title="Actions", description="Par schéma, puis dans l’ordre de leurs codes."
    )
    editable: bool = Field(title="Modifiable par qui le lit")
    created_at: datetime = Field(title="Saisi le")
    updated_at: datetime = Field(title="Modifié le")


class ProjectFilter(BaseModel):
    """What a list of projects may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=2000, le=2100)] | None = Field(
        default=None, description="Année de programmation."
    )
    state: ProjectState | None = Field(default=None, description="Avancement.")
    targeted: bool | None = Field(
        default=None, description="Vrai : projets ciblés ; faux : ceux qui ne le sont pas."
    )
    directorate: UUID | None = Field(default=None, description="Identifiant de la direction.")
    q: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="Mots cherchés dans le numéro et l’intitulé."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
