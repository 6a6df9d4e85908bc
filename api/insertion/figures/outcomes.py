"""What became of the persons of a year, and the penalties of its clauses: one statement each."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import Beneficiary, BeneficiaryExit
from api.insertion.clauses.models import Clause, Penalty
from api.insertion.figures.lines import Key, fetched, key, raw
from api.insertion.figures.scope import Scope, Window
from api.insertion.statements.models import Statement
from api.rules.hours.vocabulary import (
    DYNAMIC_EXITS,
    ExitCheckpoint,
    ExitSituation,
    PenaltyDecision,
)

NOT_ASKED: Final = "not_asked"
UNDECIDED: Final = "undecided"
DYNAMIC: Final = frozenset(situation.value for situation in DYNAMIC_EXITS)


@dataclass(slots=True)
class Fined:
    """Penalties of one decision, in cents; ``applied`` adds those that are known."""

    number: int = 0
    computed: int = 0
    applied: int = 0


@dataclass(slots=True)
class Fines:
    """The penalties of a year, and by decision (those not decided yet among them)."""

    total: Fined = field(default_factory=Fined)
    decisions: dict[str, Fined] = field(default_factory=dict)


def exits(session: Session, scope: Scope, population: Set[Key]) -> dict[str, dict[str, int]]:
    """How many of these persons are in each situation, by checkpoint; the rest were not asked."""
    stating = sa.select(col(Statement.facilitator_id)).where(scope.holds(Statement)).distinct()
    asked = (
        sa.select(
            key(BeneficiaryExit.beneficiary_id),
            raw(BeneficiaryExit.checkpoint),
            raw(BeneficiaryExit.situation),
        )
        .join(Beneficiary, col(Beneficiary.id) == col(BeneficiaryExit.beneficiary_id))
        .where(col(Beneficiary.facilitator_id).in_(stating))
    )
    rows = fetched(session, asked)
    counted = Counter((row[1], row[2]) for row in rows if row[0] in population)
    found: dict[str, dict[str, int]] = {}
    for checkpoint in ExitCheckpoint:
        told = {one.value: counted[checkpoint.value, one.value] for one in ExitSituation}
        found[checkpoint.value] = {**told, NOT_ASKED: len(population) - sum(told.values())}
    return found


def penalties(session: Session, scope: Scope, window: Window) -> Fines:
    """The penalties dated in the year, computed and applied."""
    rows = session.execute(
        sa.select(
            raw(Penalty.decision),
            sa.func.count(),
            sa.func.sum(Penalty.computed),
            sa.func.coalesce(sa.func.sum(Penalty.applied), 0),
        )
        .join(Clause, col(Clause.id) == col(Penalty.clause_id))
        .where(scope.holds(Clause), col(Penalty.on).between(window.first_month, window.last_day))
        .group_by(raw(Penalty.decision))
    )
    found = Fines(decisions={one: Fined() for one in (*map(str, PenaltyDecision), UNDECIDED)})
    for decision, *numbers in rows:
        # PostgreSQL adds whole numbers up to a decimal.
        number, computed, applied = map(int, numbers)
        for fined in (found.total, found.decisions[decision or UNDECIDED]):
            fined.number += number
            fined.computed += computed
            fined.applied += applied
    return found
