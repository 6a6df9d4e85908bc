"""What the API takes and gives of events and of the states of actions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from api.actions.models import ActionProgress, Audience, EventKind, EventState
from api.actions.schemas import AskedYear, LongText, PageFilter, SchemeCode, Strict, Year
from api.kit.columns import Day, Siret, Text, Whole

MAX_PEOPLE = 1_000_000

ActionCode = Annotated[Text, Field(min_length=1, max_length=40)]
Title = Annotated[Text, Field(min_length=3, max_length=300)]
People = Annotated[Whole, Field(ge=0, le=MAX_PEOPLE)]


class ActionRef(Strict):
    """An action of a scheme."""

    scheme: SchemeCode = Field(title="Code du schéma")
    action: ActionCode = Field(title="Code de l’action")


Actions = Annotated[list[ActionRef], Field(max_length=50)]


class EventFacts(Strict):
    """What may be said of an event, and may be left unsaid."""

    directorate_id: UUID | None = Field(
        default=None,
        title="Direction",
        description="Celle qui le tient ; null : pas dite, il peut être de toutes.",
    )
    audience: Audience | None = Field(default=None, title="Public")
    participants: People | None = Field(
        default=None, title="Participants", description="Venus ; null : on ne l’a pas compté."
    )
    expected: People | None = Field(default=None, title="Attendus")
    comment: LongText | None = Field(default=None, title="Commentaire")


class EventCreate(EventFacts):
    """An event to enter."""

    organisation: Siret = Field(title="SIRET de l’organisation")
    kind: EventKind = Field(title="Nature")
    title: Title = Field(title="Titre")
    held_on: Day = Field(title="Jour", description="Le jour où il s’est tenu ou se tiendra.")
    state: EventState = Field(title="État")
    actions: Actions = Field(default=[], title="Actions servies")


class EventChange(EventFacts):
    """What changes in an event; what is left out stays."""

    kind: EventKind | None = Field(default=None, title="Nature")
    title: Title | None = Field(default=None, title="Titre")
    held_on: Day | None = Field(default=None, title="Jour")
    state: EventState | None = Field(default=None, title="État")
    actions: Actions | None = Field(
        default=None, title="Actions servies", description="La liste entière."
    )

    @model_validator(mode="after")
    def _kept(self) -> "EventChange":
        for name in ("kind", "title", "held_on", "state", "actions"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"« {name} » ne peut pas être vidé : donnez une valeur.")
        return self


class EventRead(BaseModel):
    """An event, as answered."""

    id: UUID
    version: int
    organisation: str = Field(title="SIRET de l’organisation")
    kind: EventKind = Field(title="Nature")
    title: str = Field(title="Titre")
    held_on: date = Field(title="Jour")
    state: EventState = Field(title="État")
    directorate_id: UUID | None = Field(title="Direction")
    audience: Audience | None = Field(title="Public")
    participants: int | None = Field(title="Participants")
    expected: int | None = Field(title="Attendus")
    comment: str | None = Field(title="Commentaire")
    actions: list[ActionRef] = Field(title="Actions servies")


class EventFilter(PageFilter):
    """What a list of events may be narrowed to."""

    organisation: Siret | None = Field(default=None, description="SIRET de l’organisation.")
    year: AskedYear | None = Field(default=None, description="Année où il s’est tenu.")
    kind: EventKind | None = Field(default=None, description="Nature.")
    state: EventState | None = Field(default=None, description="État.")
    scheme: SchemeCode | None = Field(default=None, description="Code d’un schéma servi.")
    action: ActionCode | None = Field(default=None, description="Code d’une action servie.")
    q: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="Mots du titre ou du commentaire."
    )


class ActionStateSet(Strict):
    """Where an action stands at the end of a year."""

    organisation: Siret = Field(title="SIRET de l’organisation")
    year: Year = Field(title="Année")
    state: ActionProgress = Field(title="État")
    comment: LongText | None = Field(default=None, title="Commentaire")


class ActionStateFilter(Strict):
    """Whose actions are asked for."""

    organisation: Siret = Field(description="SIRET de l’organisation.")
    scheme: SchemeCode = Field(description="Code du schéma.")
    year: AskedYear = Field(description="Année.")


class ActionStateRead(BaseModel):
    """An action of a scheme and where it stands; null while nobody said."""

    scheme: str = Field(title="Code du schéma")
    action: str = Field(title="Code de l’action")
    title: str = Field(title="Intitulé")
    year: int = Field(title="Année")
    state: ActionProgress | None = Field(title="État")
    comment: str | None = Field(title="Commentaire")
    version: int | None = Field(title="Version", description="null tant que rien n’est dit.")
    said_by: str | None = Field(title="Déclaré par")
    said_at: datetime | None = Field(title="Déclaré le")
    contradictions: list[str] = Field(
        title="Ce qui le contredit",
        description="Étapes de l’action, ou actions plus petites, dont il est dit autre chose.",
    )
