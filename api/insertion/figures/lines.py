"""Hours and persons as the database adds them up: one statement for the lines, one for persons."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import Beneficiary, Employment, Training
from api.insertion.figures.scope import Scope, Window
from api.insertion.statements.models import HoursLine, Statement
from api.rules.hours.figures import LONG_PATH, LongPathParameters
from api.rules.hours.vocabulary import EmploymentKind, StatementState, TrainingKind

# The inclusive open-ended contract is one too: api.rules.hours leaves it to be said here.
PATH = LongPathParameters(
    employment_kinds=LONG_PATH.employment_kinds | {EmploymentKind.CDI_INCLUSION}
)

# Neither a draft nor what was rejected is declared.
DECLARED = (StatementState.SUBMITTED, StatementState.TO_CORRECT, StatementState.VALIDATED)

# Groups of lines that are not counted: validated, or only declared.
OUTSIDE, OUTSIDE_DECLARED = "outside", "outside declared"

Key = Any
"""An identifier as the driver has it: only compared, never shown."""


Row = Sequence[Any]
"""A row of the driver: thousands of them are not copied either."""


class Sum(NamedTuple):
    """Quarter-hours of one person for one clause, or those of a ``group`` of lines.

    ``since_start`` is validated up to the day; ``counted`` is validated in the year, None where
    nothing was; ``declared`` is of the year too. ``hours``, ``training``: as they were stated.
    """

    clause: Key
    beneficiary: Key | None
    modality: str | None
    group: str | None
    since_start: int | None
    counted: int | None
    declared: int | None
    hours: int
    training: int
    persons: int | None

    @property
    def of_several(self) -> tuple[Key, str, int, int]:
        """Persons counted together: clause, month, how many, quarter-hours of the year."""
        return self.clause, self._told(0), self.persons or 0, self.counted or 0

    @property
    def sex(self) -> str | None:
        """The sex of persons counted together."""
        return self._told(1) or None

    @property
    def public(self) -> str | None:
        """The family of publics of persons counted together."""
        return self._told(2) or None

    def _told(self, place: int) -> str:
        return (self.group or "||").split("|")[place]


class Person(NamedTuple):
    """Coarse facts of a person; ``qualifying``: by an employment contract or a training.

    ``training``: the best of the trainings that were recorded, see ``TRAININGS``.
    """

    sex: str | None
    birth_band: int | None
    public: str | None
    qualification: str | None
    qpv: bool | None
    training: str | None
    qualifying: bool


# What a training is to the indicators of the schemes; none recorded is told as such.
QUALIFYING, OTHER, NONE = "qualifying_or_certifying", "other", "none"
TRAININGS = {
    QUALIFYING: "Formation qualifiante ou certifiante",
    OTHER: "Autre formation",
    NONE: "Aucune formation saisie",
}


def raw(column: Any) -> Any:
    """A code as the driver gives it: thousands of them are not made into objects."""
    return sa.type_coerce(column, sa.String)


def key(column: Any) -> Any:
    """An identifier as text, on both engines: compared in thousands, it costs ten times less."""
    return sa.cast(column, sa.String)


def fetched(session: Session, statement: sa.Select[Any]) -> list[Row]:
    """The rows as the driver has them, without the mapper nor objects of ours: on thousands of rows
    these, and collecting them afterwards, cost as much as the database."""
    result = session.connection().execute(statement)
    cursor: Any = result.cursor
    rows: list[Row] = cursor.fetchall()
    result.close()
    return rows


def sums(session: Session, scope: Scope, window: Window) -> list[Row]:
    """Everything declared up to the day, added up by who did it, for which clause and how: the
    fields of ``Sum``, in order.

    Few keys and plain products, so that both engines group in memory.
    """
    told = _statements(scope, window)
    modality, group = raw(HoursLine.modality), _group(told)
    counted = col(HoursLine.counted)
    added = (
        counted * told.c.validated,
        counted * told.c.validated * told.c.in_year,
        counted * told.c.in_year,
        col(HoursLine.hours),
        col(HoursLine.training),
        col(HoursLine.persons) * told.c.validated * told.c.in_year,
    )
    statement = (
        sa.select(
            key(HoursLine.clause_id),
            key(HoursLine.beneficiary_id),
            modality,
            group,
            *map(sa.func.sum, added),
        )
        .join_from(HoursLine, told, told.c.id == col(HoursLine.statement_id))
        .where(scope.holds(HoursLine), col(HoursLine.month) <= window.last_month)
        .group_by(col(HoursLine.clause_id), col(HoursLine.beneficiary_id), modality, group)
    )
    return fetched(session, statement)


def _statements(scope: Scope, window: Window) -> sa.Subquery:
    """The statements that are declared; ``validated`` and ``in_year`` are 1, or NULL."""
    return (
        sa.select(
            col(Statement.id),
            sa.case((col(Statement.state) == StatementState.VALIDATED, 1)).label("validated"),
            sa.case((col(Statement.month) >= window.first_month, 1)).label("in_year"),
        )
        .where(
            scope.holds(Statement),
            col(Statement.month) <= window.last_month,
            col(Statement.state).in_(DECLARED),
        )
        .subquery()
    )


def _group(told: sa.Subquery) -> Any:
    """Lines apart from those of one person: what is not counted in the year, then what is known of
    several persons counted together (the month, the sex, the public)."""
    bar: Any = sa.literal_column("'|'")
    nothing: Any = sa.literal_column("''")
    sex, public = (sa.func.coalesce(raw(one), nothing) for one in (HoursLine.sex, HoursLine.public))
    month = sa.cast(col(HoursLine.month), sa.String)
    out = sa.and_(col(HoursLine.outside).is_not(None), told.c.in_year.is_not(None))
    return sa.case(
        (
            sa.and_(out, told.c.validated.is_not(None)),
            sa.literal_column(f"'{OUTSIDE}'"),
        ),
        (out, sa.literal_column(f"'{OUTSIDE_DECLARED}'")),
        (
            col(HoursLine.beneficiary_id).is_(None),
            month.concat(bar).concat(sex).concat(bar).concat(public),
        ),
    )


def persons(session: Session, scope: Scope) -> dict[Key, Person]:
    """The persons of the facilitators who stated hours here, with what makes a path qualifying."""
    here = col(Beneficiary.id)
    hired = sa.exists().where(
        col(Employment.beneficiary_id) == here, col(Employment.kind).in_(PATH.employment_kinds)
    )
    trained = (
        sa.select(sa.func.coalesce(sa.func.sum(Training.hours), 0))
        .where(
            col(Training.beneficiary_id) == here,
            col(Training.kind) == TrainingKind.CERTIFYING,
            col(Training.certified).is_(True),
        )
        .scalar_subquery()
    )
    stating = sa.select(col(Statement.facilitator_id)).where(scope.holds(Statement)).distinct()
    facts: list[Any] = [
        key(Beneficiary.id),
        raw(Beneficiary.sex),
        col(Beneficiary.birth_band),
        raw(Beneficiary.public),
        raw(Beneficiary.qualification),
        col(Beneficiary.qpv),
        _training(here),
        sa.or_(hired, trained >= PATH.training_hours),
    ]
    rows = fetched(session, sa.select(*facts).where(col(Beneficiary.facilitator_id).in_(stating)))
    return {row[0]: Person(*row[1:]) for row in rows}


def _training(person_id: Any) -> Any:
    """The best training recorded of a person."""
    any_of = sa.exists().where(col(Training.beneficiary_id) == person_id)
    best = any_of.where(col(Training.kind).in_((TrainingKind.QUALIFYING, TrainingKind.CERTIFYING)))
    return sa.case((best, QUALIFYING), (any_of, OTHER), else_=NONE)
