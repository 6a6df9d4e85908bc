"""The evaluations of the demonstration: of the execution, of a negotiation, of a tie-break."""

from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract
from api.evaluations.models import Evaluation, Side, Subject
from api.programme.models import ProjectAction
from api.rules.fiction_fitting import negotiable
from api.rules.working_days import worked_before

_TODAY: Final = date(2026, 9, 30)
_SUBJECTS: Final = (
    Subject.EXECUTION,
    Subject.EXECUTION,
    Subject.TIE_BREAK,
    Subject.EXECUTION,
    Subject.NEGOTIATION,
)
# The action under which the committee asks for an evaluation of the execution.
_JUDGING: Final = "ACTION 21"
_HALF_A_YEAR: Final = timedelta(days=182)


def load(session: Session, buyer_id: UUID, rng: Random) -> None:
    """Put the evaluations of a buyer's contracts in."""
    _drawn(session, buyer_id, rng)
    _targeted(session, buyer_id)


def _drawn(session: Session, buyer_id: UUID, rng: Random) -> None:
    """Every fifth contract old enough was evaluated; the holder answered for one in three."""
    found = session.scalars(
        sa.select(Contract)
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.notified_on).between(date(2023, 1, 1), date(2025, 12, 31)),
        )
        .order_by(col(Contract.reference))
    ).all()
    for rank, contract in enumerate(found[::5]):
        after = timedelta(days=rng.randint(120, 400))
        subject = _SUBJECTS[rank % len(_SUBJECTS)]
        if subject is Subject.NEGOTIATION and not negotiable(contract.procedure):
            subject = Subject.EXECUTION
        # Offers are rated, and negotiated, before one is chosen.
        after = after if subject is Subject.EXECUTION else -after / 10
        done_on = worked_before((contract.notified_on or _TODAY) + after)
        score = None if rank % 6 == 5 else rng.randint(16, 40) * 50
        if score is not None and subject is not Subject.EXECUTION:
            # Answers that are close enough to be told apart are rated alike.
            score = 950 + score // 4
        answered = rng.randint(20, 38) * 50 if rank % 3 == 0 else None
        if done_on > _TODAY:
            continue
        facts: dict[str, Any] = {
            "buyer_id": buyer_id,
            "contract_id": contract.id,
            "done_on": done_on,
        }
        session.add(Evaluation(**facts, side=Side.BUYER, subject=subject, score=score))
        if answered is not None and subject is Subject.EXECUTION:
            said: dict[str, Any] = {"side": Side.SUPPLIER, "subject": subject, "score": answered}
            session.add(Evaluation(**facts, **said))


def _targeted(session: Session, buyer_id: UUID) -> None:
    """Two in three of the contracts targeted to be evaluated were, half a year after they began."""
    decided = sa.select(col(ProjectAction.project_id)).where(col(ProjectAction.action) == _JUDGING)
    found = session.scalars(
        sa.select(Contract)
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.project_id).in_(decided),
            col(Contract.notified_on) < _TODAY - _HALF_A_YEAR,
        )
        .order_by(col(Contract.reference))
    )
    session.add_all(
        Evaluation(
            buyer_id=buyer_id,
            contract_id=one.id,
            done_on=worked_before((one.notified_on or _TODAY) + _HALF_A_YEAR),
            side=Side.BUYER,
            subject=Subject.EXECUTION,
            score=1_300 + 50 * (rank % 9),
        )
        for rank, one in enumerate(found)
        if rank % 3
    )
