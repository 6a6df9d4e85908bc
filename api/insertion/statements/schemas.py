"""What the API takes and gives of statements: shapes apart from the tables."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from api.insertion.statements.models import StatementSource
from api.kit.columns import Day, Hours, Month, Siret, Text, Whole
from api.kit.problems import FieldError, french_error
from api.rules.hours.vocabulary import Modality, PublicFamily, Sex, StatementState

MAX_LINES = 1000
_HOURS = re.compile(r"(-?)([0-9]{1,7})(?:\.(0|00|25|5|50|75))?", re.ASCII)
_QUARTERS = {None: 0, "0": 0, "00": 0, "25": 1, "5": 2, "50": 2, "75": 3}
_MAX_QUARTERS = 4_000_000
_NO_HOURS = "n’est pas un nombre d’heures. Exemple : « 7.25 »."
_NO_QUARTER = (
    "n’est pas en quarts d’heure : la partie décimale est 00, 25, 50 ou 75. Exemple : « 7.25 »."
)
_NUMBER = re.compile(r"-?[0-9]{1,7}\.[0-9]{1,20}", re.ASCII)


def _quarters(value: object) -> object:
    """Hours as text to whole quarter-hours, without a Decimal on the way: lines come by thousands.

    Raises ValueError (French) for anything else, as ``Hours`` does.
    """
    if not isinstance(value, str):
        raise ValueError(_NO_HOURS)
    return _read_quarters(value)


@lru_cache(maxsize=1024)
def _read_quarters(text: str) -> int:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(_NO_QUARTER if _NUMBER.fullmatch(text) else _NO_HOURS)
    quarters = int(found[2]) * 4 + _QUARTERS[found[3]]
    if quarters > _MAX_QUARTERS:
        raise ValueError("dépasse un million d’heures.")
    return -quarters if found[1] else quarters


Quarters = Annotated[
    int,
    BeforeValidator(_quarters),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,7}(\.(0|00|25|5|50|75))?$"}),
]


class LineIn(BaseModel):
    """Hours of one person, or of several together."""

    model_config = ConfigDict(extra="forbid")

    beneficiary: Text | None = Field(
        default=None,
        max_length=20,
        # What can't be a pseudonym is told with the other spellings: a name most of all.
        pattern=r"^B-[0-9A-Z]+(-[0-9A-Z]+)*$",
        title="Personne",
        description="Son pseudonyme, par exemple « B-7K3M-Q2 » ; à défaut, dire « persons ».",
    )
    persons: Whole | None = Field(
        default=None,
        ge=1,
        le=10_000,
        title="Nombre de personnes",
        description="Quand les heures de plusieurs personnes sont dites ensemble.",
    )
    sex: Sex | None = Field(
        default=None, title="Sexe", description="De toutes les personnes d’une ligne collective."
    )
    public: PublicFamily | None = Field(
        default=None,
        title="Public",
        description="De toutes les personnes d’une ligne collective.",
    )
    hours: Quarters = Field(
        title="Heures travaillées", description="En quarts d’heure : « 12.25 »."
    )
    training_hours: Quarters = Field(default=0, title="Heures de formation")
    modality: Modality | None = Field(default=None, title="Modalité")
    employment_id: UUID | None = Field(default=None, title="Contrat de travail")
    worked_hours: Quarters | None = Field(
        default=None,
        ge=0,
        title="Heures attestées",
        description="Par l’employeur pour ce contrat de travail et ce mois, toutes clauses "
        "confondues.",
    )


class BatchLineIn(LineIn):
    """A line of a batch, which says its clause and its month."""

    clause_id: UUID = Field(title="Clause")
    month: Month = Field(title="Mois", description="Par exemple « 2026-03 ».")


class Unreadable(BaseModel):
    """A line that can't be read: what is wrong in it, and what was sent, to know it again."""

    errors: list[FieldError]
    sent: str


def _one_by_one(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """All the lines, or each one or what is wrong in it: one bad line must not hide the others
    from a batch that is taken in part."""
    try:
        return read(value)
    except ValidationError:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_LINES:
            raise
        return [_one(line) for line in value]


def _one(line: Any) -> BatchLineIn | Unreadable:
    try:
        return BatchLineIn.model_validate(line)
    except ValidationError as error:
        wrong = [french_error(one) for one in error.errors()]
        return Unreadable(errors=wrong, sent=repr(line))


Way = Annotated[
    Literal[StatementSource.API, StatementSource.SITE],
    Field(title="Provenance", description="Ce que le site dit de lui-même ; sinon « api »."),
]


class BatchIn(BaseModel):
    """Lines of any clauses and months."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[
        list[BatchLineIn],
        Field(min_length=1, max_length=MAX_LINES),
        WrapValidator(_one_by_one),
    ] = Field(title="Lignes", description="De 1 à 1 000 lignes.")
    partial: bool = Field(
        default=False,
        title="Enregistrer les lignes justes",
        description="Vrai : les lignes refusées n’empêchent pas les autres ; faux : tout ou rien.",
    )
    submit: bool = Field(
        default=False,
        title="Soumettre",
        description="Vrai : les déclarations sont soumises ; faux : elles restent en brouillon.",
    )
    source: Way = StatementSource.API


class StatementCreate(BaseModel):
    """The hours of one clause for one month."""

    model_config = ConfigDict(extra="forbid")

    clause_id: UUID = Field(title="Clause")
    month: Month = Field(title="Mois", description="Par exemple « 2026-03 ».")
    lines: list[LineIn] = Field(default=[], max_length=MAX_LINES, title="Lignes")
    comment: Text | None = Field(default=None, max_length=2000, title="Commentaire")
    source: Way = StatementSource.API


class StatementChange(BaseModel):
    """The lines of a statement, in place of those it holds."""

    model_config = ConfigDict(extra="forbid")

    lines: list[LineIn] = Field(max_length=MAX_LINES, title="Lignes")
    comment: Text | None = Field(
        default=None,
        max_length=2000,
        title="Commentaire",
        description="Absent : le commentaire reste ; null : il s’efface.",
    )


class MoveIn(BaseModel):
    """A word on a decision."""

    model_config = ConfigDict(extra="forbid")

    comment: Text | None = Field(default=None, max_length=2000, title="Commentaire")


class ReasonIn(BaseModel):
    """Why a statement is returned or rejected."""

    model_config = ConfigDict(extra="forbid")

    comment: Text = Field(
        min_length=3,
        max_length=2000,
        title="Commentaire",
        description="Ce qui ne va pas et ce qu’il faut faire ; sans nom de personne.",
    )


class CorrectionIn(BaseModel):
    """The right hours of a line of a validated statement."""

    model_config = ConfigDict(extra="forbid")

    line_id: UUID = Field(title="Ligne à corriger")
    hours: Quarters = Field(
        ge=0,
        title="Heures travaillées justes",
        description="Le total juste de la ligne, corrections comprises ; pas la différence.",
    )
    training_hours: Quarters | None = Field(
        default=None,
        ge=0,
        title="Heures de formation justes",
        description="Absent : elles ne changent pas.",
    )
    reason: Text = Field(
        min_length=3,
        max_length=2000,
        title="Motif",
        description="Pourquoi ; sans nom de personne.",
    )


class LineRead(BaseModel):
    """A line, as the facilitator sees it."""

    id: UUID
    position: int = Field(title="Rang, à partir de 0")
    beneficiary: str | None = Field(title="Personne (pseudonyme)")
    persons: int | None = Field(
        title="Nombre de personnes",
        description="Zéro sur la correction d’une ligne collective : elle n’ajoute personne.",
    )
    sex: Sex | None = Field(title="Sexe")
    public: PublicFamily | None = Field(title="Public")
    modality: Modality | None = Field(title="Modalité")
    employment_id: UUID | None = Field(title="Contrat de travail")
    worked_hours: Hours | None = Field(title="Heures attestées du contrat de travail")
    hours: Hours = Field(title="Heures travaillées")
    training_hours: Hours = Field(title="Heures de formation")
    counted_hours: Hours = Field(title="Heures comptées")
    outside: str | None = Field(
        title="Non compté",
        description="Pourquoi les heures ne comptent pas : before_entry, after_eligibility, "
        "before_employment ou after_employment.",
    )
    corrects_id: UUID | None = Field(title="Ligne corrigée")
    reason: str | None = Field(title="Motif de la correction")


FACILITATOR_ONLY = (
    "Dites au facilitateur seul : comparées aux heures comptées, elles diraient celles de qui est "
    "hors de son éligibilité."
)
PersonsStatus = Literal["published", "secret"]


class StatementItem(BaseModel):
    """A statement in a list: totals, never a person."""

    id: UUID
    version: int
    clause_id: UUID
    clause_title: str = Field(title="Clause")
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    buyer_name: str = Field(title="Acheteur")
    facilitator_siret: str | None = Field(title="SIRET du facilitateur")
    facilitator_name: str = Field(title="Facilitateur")
    month: Month = Field(title="Mois")
    state: StatementState = Field(title="État")
    source: StatementSource = Field(title="Provenance")
    hours: Hours | None = Field(title="Heures travaillées", description=FACILITATOR_ONLY)
    training_hours: Hours | None = Field(title="Heures de formation", description=FACILITATOR_ONLY)
    counted_hours: Hours = Field(title="Heures comptées")
    persons: int | None = Field(
        title="Nombre de personnes",
        description="Dites au facilitateur seul ; l’acheteur les lit dans les chiffres d’une année "
        "close.",
    )
    persons_status: PersonsStatus = Field(title="Nombre de personnes dit ou secret")
    due_on: Day = Field(title="Justificatifs attendus le")
    submitted_at: datetime | None = Field(title="Soumise le")
    decided_at: datetime | None = Field(title="Décidée le")
    late: bool = Field(
        title="En retard",
        description="Soumise après la date attendue, ou attendue et pas encore soumise.",
    )
    editable: bool = Field(title="Modifiable par la personne qui demande")


class StatementRead(StatementItem):
    """A statement, whole. The buyer's people get no line, no comment and no warning."""

    comment: str | None = Field(title="Commentaire")
    lines: list[LineRead] | None = Field(
        title="Lignes", description="Pour le facilitateur seulement."
    )
    warnings: list[FieldError] = Field(
        title="À vérifier", description="Ce qui est accepté mais mérite un regard."
    )
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class LineResult:
    """What became of one line of a batch; no model, because there are a thousand."""

    line: Annotated[int, Field(title="Rang de la ligne, à partir de 1")]
    status: Annotated[Literal["accepted", "refused"], Field(title="Sort de la ligne")]
    statement_id: Annotated[UUID | None, Field(title="Déclaration")]
    errors: Annotated[list[FieldError], Field(title="Erreurs")]
    warnings: Annotated[list[FieldError], Field(title="À vérifier")]


class BatchRead(BaseModel):
    """What became of a batch, line by line."""

    accepted: int = Field(title="Lignes enregistrées")
    refused: int = Field(title="Lignes refusées")
    results: list[LineResult] = Field(title="Sort de chaque ligne, dans leur ordre")


class StatementFilter(BaseModel):
    """Filters of the list; all together, all optional."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    facilitator: Siret | None = Field(default=None, description="SIRET du facilitateur.")
    clause_id: UUID | None = Field(default=None, description="Une clause.")
    start: Month | None = Field(default=None, alias="from", description="Premier mois.")
    end: Month | None = Field(default=None, alias="to", description="Dernier mois.")
    state: StatementState | None = Field(default=None, description="État.")
    late: bool | None = Field(default=None, description="En retard, ou non.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
