"""What a fictitious year of insertion holds, as plain data: nothing here knows of the service.

Hours are quarter-hours, amounts cents, shares millionths, months their first day. Things name each
other by their rank in the lists of ``FollowUp``. ``None`` is a fact that nobody said.
"""

from dataclasses import dataclass, field
from datetime import date

from api.rules.hours.vocabulary import (
    ChangeKind,
    ClauseStatus,
    ClauseType,
    EmploymentKind,
    EvidenceFrequency,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    PenaltyDecision,
    PenaltyMode,
    Public,
    PublicFamily,
    Qualification,
    Sex,
    StatementState,
    TrainingKind,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Bought:
    """A contract that can carry a clause; ``buyer`` is a rank among the buyers."""

    buyer: int
    reference: str
    subject: str
    cpv: str
    amount: int | None
    notified_on: date
    months: int
    supplier: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """From what hours are worked out; the amount comes from each order when it's not said."""

    amount: int | None
    labour_share: int
    rate: int
    hourly_cost: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of a commitment: a new ``total``, or hours ``added``, or the ``amount`` of an order
    from which they are worked out."""

    on: date
    kind: ChangeKind
    total: int | None = None
    added: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Fined:
    """A penalty, by what it is computed from, and what was decided of it."""

    on: date
    missing: int | None = None
    late_days: int | None = None
    decision: PenaltyDecision | None = None
    applied: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A clause of a contract."""

    contract: int
    title: str
    kind: ClauseType
    object: str | None
    family: str | None
    unit: Unit
    hours: int | None
    share: int | None
    amount: int | None
    by_orders: bool
    calculation: Calculation | None
    modalities: tuple[Modality, ...]
    training_counted: bool
    frequency: EvidenceFrequency
    evidence_days: int
    penalty_mode: PenaltyMode | None
    penalty_amount: int | None
    starts_on: date | None
    ends_on: date | None
    status: ClauseStatus
    changes: tuple[Moved, ...] = ()
    penalties: tuple[Fined, ...] = ()


@dataclass(frozen=True, slots=True)
class Trained:
    """A training of a person."""

    kind: TrainingKind
    hours: int | None
    certified: bool | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Left:
    """What became of a person at a checkpoint."""

    checkpoint: ExitCheckpoint
    situation: ExitSituation
    observed_on: date


@dataclass(frozen=True, slots=True)
class Someone:
    """A person without a name; ``public`` is the coarse family of ``criterion``."""

    sex: Sex | None
    birth_band: int | None
    public: PublicFamily | None
    criterion: Public | None
    qualification: Qualification | None
    qpv: bool | None
    entered_on: date | None
    eligibility_months: int
    trainings: tuple[Trained, ...] = ()
    exits: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Hired:
    """An employment contract of a person."""

    person: int
    modality: Modality | None
    kind: EmploymentKind | None
    starts_on: date
    ends_on: date | None
    weekly: int | None


@dataclass(frozen=True, slots=True)
class Worked:
    """A line: hours of a person, or of several ``persons`` together.

    ``attested``: the hours of the month on the employment contract, which clauses may share.
    """

    hours: int
    training: int = 0
    person: int | None = None
    persons: int | None = None
    sex: Sex | None = None
    public: PublicFamily | None = None
    modality: Modality | None = None
    employment: int | None = None
    attested: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrective line: the difference it brings to the line of that rank, and why."""

    line: int
    hours: int
    training: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stated:
    """The statement of a clause for a month.

    ``moves``: its states one after the other, the draft left out. ``sent_on``: the day it was
    submitted. ``twice``: its lines were sent a second time, by mistake.
    """

    clause: int
    month: date
    lines: tuple[Worked, ...]
    moves: tuple[StatementState, ...]
    sent_on: date | None
    twice: bool = False
    corrections: tuple[Corrected, ...] = ()

    @property
    def state(self) -> StatementState:
        """Where the statement stands in the end."""
        return self.moves[-1] if self.moves else StatementState.DRAFT


@dataclass(frozen=True, slots=True)
class FollowUp:
    """All that a facilitator followed. Statements are in the order they were made in."""

    buyers: tuple[str, ...]
    contracts: tuple[Bought, ...]
    clauses: tuple[Promise, ...]
    persons: tuple[Someone, ...]
    employments: tuple[Hired, ...]
    statements: tuple[Stated, ...]
    # Ranks of buyers and the year they closed, once all the rest was done.
    closed: tuple[tuple[int, int], ...] = field(default=())
