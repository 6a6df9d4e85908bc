"""What the API takes and gives of campaigns, of what is owed in them, and of reminders."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from api.actions.expectations import SaidAs
from api.actions.quantities import Quantity
from api.actions.schemas import AskedYear, LongText, PageFilter, SchemeCode, Strict, Year
from api.kit.columns import Day, Siret


class DutyState(StrEnum):
    """Where something owed stands."""

    TO_SAY = "to_say"
    SAID = "said"
    LATE = "late"


class CampaignCreate(Strict):
    """A campaign to open."""

    organisation: Siret = Field(title="SIRET de l’organisation")
    scheme: SchemeCode = Field(title="Code du schéma")
    year: Year = Field(title="Année", description="Celle dont on demande les chiffres.")
    due_on: Day = Field(title="Échéance")
    message: LongText | None = Field(default=None, title="Message", description="Aux directions.")


class CampaignChange(Strict):
    """What changes in a campaign; what is left out stays."""

    due_on: Day | None = Field(default=None, title="Échéance")
    message: LongText | None = Field(default=None, title="Message")

    @model_validator(mode="after")
    def _due(self) -> Self:
        if "due_on" in self.model_fields_set and self.due_on is None:
            raise ValueError("« due_on » ne peut pas être vidé : donnez une date.")
        return self


class DutyAssign(Strict):
    """Who owes a figure, and by when when it is not by the day of the campaign."""

    directorate_id: UUID | None = Field(
        default=None, title="Direction", description="null : le pilote s’en charge."
    )
    due_on: Day | None = Field(
        default=None, title="Échéance", description="null : celle de la campagne."
    )


class DirectorateName(BaseModel):
    """A directorate, named."""

    id: UUID
    name: str = Field(title="Nom")


class DutyRead(BaseModel):
    """Something owed in a campaign, and what was said of it."""

    campaign_id: UUID = Field(title="Campagne")
    organisation: str = Field(title="SIRET de l’organisation")
    scheme: str = Field(title="Code du schéma")
    year: int = Field(title="Année")
    indicator_id: UUID = Field(title="Indicateur")
    code: str = Field(title="Code de l’indicateur")
    label: str = Field(title="Libellé")
    part: str | None = Field(title="Part du libellé mesurée ici")
    explanation: str | None = Field(title="En clair")
    kind: str | None = Field(title="Nature du chiffre")
    unit: str | None = Field(title="Unité")
    said: SaidAs = Field(title="Ce qui est à dire", description="Une mesure ou un jalon.")
    base_expected: bool = Field(title="Une base est attendue")
    divisor_expected: bool = Field(
        title="Un dénominateur est attendu", description="Spaser calcule le numérateur."
    )
    words_expected: bool = Field(title="Une liste est attendue")
    parts_expected: str | None = Field(
        title="Ce qu’est une part", description="null : l’indicateur ne se déclare pas par part."
    )
    period: str = Field(title="Période", description="L’année, ou « once » (une fois pour toutes).")
    directorate: DirectorateName | None = Field(
        title="Direction", description="null : le pilote s’en charge."
    )
    due_on: date = Field(title="Échéance")
    state: DutyState = Field(title="État")
    version: int | None = Field(
        title="Version de ce qui est dit", description="null tant que rien n’est dit."
    )
    value: Quantity | None = Field(title="Valeur")
    base: Quantity | None = Field(title="Base")
    words: str | None = Field(title="Liste")
    done: bool | None = Field(title="Fait")
    done_on: date | None = Field(title="Fait le")
    said_by: str | None = Field(title="Déclaré par")
    said_at: datetime | None = Field(title="Déclaré le")


class CampaignItem(BaseModel):
    """A campaign, in a list; a directorate counts what it owes, the others everything."""

    id: UUID
    version: int
    organisation: str = Field(title="SIRET de l’organisation")
    organisation_name: str = Field(title="Nom de l’organisation")
    scheme: str = Field(title="Code du schéma")
    scheme_title: str = Field(title="Titre du schéma")
    year: int = Field(title="Année")
    due_on: date = Field(title="Échéance")
    message: str | None = Field(title="Message")
    to_say: int = Field(title="À dire")
    said: int = Field(title="Dits")
    late: int = Field(title="En retard")


class CampaignRead(CampaignItem):
    """A campaign, whole."""

    rows: list[DutyRead] = Field(title="Ce qui est demandé", description="Dans l’ordre du schéma.")


class CampaignFilter(PageFilter):
    """What a list of campaigns may be narrowed to."""

    organisation: Siret | None = Field(default=None, description="SIRET de l’organisation.")
    scheme: SchemeCode | None = Field(default=None, description="Code du schéma.")
    year: AskedYear | None = Field(default=None, description="Année.")


class DutyFilter(PageFilter):
    """What one's own duties may be narrowed to."""

    organisation: Siret | None = Field(default=None, description="SIRET de l’organisation.")
    year: AskedYear | None = Field(default=None, description="Année.")
    state: DutyState | None = Field(default=None, description="État.")


class DutyReminderFilter(Strict):
    """Whose reminders are asked for."""

    organisation: Siret | None = Field(default=None, description="SIRET de l’organisation.")
    days: Annotated[int, Field(ge=0, le=366)] = Field(
        default=15, description="Échéances des tant de jours à venir, en plus des retards."
    )


class DutyReminder(BaseModel):
    """What a directorate has still to say: late, or due soon."""

    organisation: str = Field(title="SIRET de l’organisation")
    directorate: DirectorateName | None = Field(
        title="Direction", description="null : le pilote s’en charge."
    )
    late: int = Field(title="En retard")
    soon: int = Field(title="À dire bientôt")
    duties: list[DutyRead] = Field(title="Ce qui est à dire", description="Par échéance.")
