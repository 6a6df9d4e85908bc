"""Correcting validated hours: by one more line that holds the difference and says why (R-H4)."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.closings.service import require_open
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.clauses.models import Clause
from api.insertion.statements import checking, facts, reading, sight, writing
from api.insertion.statements.entries import Entry, Remark
from api.insertion.statements.models import HoursLine, Statement
from api.insertion.statements.schemas import CorrectionIn, StatementRead
from api.insertion.statements.service import StatementNotMovable, record_event, touch
from api.kit.problems import FieldError, Invalid
from api.rules.hours.vocabulary import StatementState

# What a corrective line shares with the line it corrects.
KEPT = {
    "statement_id",
    "clause_id",
    "buyer_id",
    "facilitator_id",
    "month",
    "beneficiary_id",
    "employment_id",
    "sex",
    "public",
    "modality",
    "outside",
}
FOREIGN = "n’est pas une ligne de cette déclaration."
SAME = "est déjà le total de cette ligne : il n’y a rien à corriger."


def correct(
    session: Session,
    actor: Actor,
    statement_id: UUID,
    data: CorrectionIn,
    if_match: str | None = None,
) -> StatementRead:
    """Bring a line of a validated statement to its right total by a corrective line.

    The correction of a correction corrects the original line. Raises NotFound, Forbidden, Stale,
    StatementNotMovable, YearClosed, Invalid.
    """
    statement = sight.writable(session, actor, statement_id, if_match)
    if statement.state is not StatementState.VALIDATED:
        raise StatementNotMovable(
            "Seules les lignes d’une déclaration validée se corrigent ainsi : modifiez celle-ci "
            "par son brouillon, ou attendez sa validation."
        )
    require_open(session, statement.buyer_id, statement.month.year)
    original, pseudonym = _original(session, statement, data.line_id)
    hours, training = _total(session, original)
    wanted = training if data.training_hours is None else data.training_hours
    added = (data.hours - hours, wanted - training)
    if added == (0, 0):
        raise Invalid(errors=[FieldError(loc=["body", "hours"], message=SAME)])
    right = reading.entry_of(original, pseudonym)._replace(hours=data.hours, training_hours=wanted)
    warnings = _check(session, actor, statement, right, added)
    line = _difference(session, actor, original, added)
    line.reason = data.reason
    session.add(line)
    touch(session, statement)
    record_event(session, actor, "statement.corrected", statement)
    return reading.shown(session, actor, statement.id, _told(warnings))


def _original(
    session: Session, statement: Statement, line_id: UUID
) -> tuple[HoursLine, str | None]:
    """The line to correct: what a correction corrects, when one is named; with its pseudonym."""
    found = sa.select(HoursLine, col(Beneficiary.pseudonym)).outerjoin(
        Beneficiary, col(Beneficiary.id) == col(HoursLine.beneficiary_id)
    )
    named = sa.select(sa.func.coalesce(col(HoursLine.corrects_id), col(HoursLine.id))).where(
        col(HoursLine.id) == line_id, col(HoursLine.statement_id) == statement.id
    )
    row = session.execute(found.where(col(HoursLine.id) == named.scalar_subquery())).first()
    if row is None:
        raise Invalid(errors=[FieldError(loc=["body", "line_id"], message=FOREIGN)])
    return row[0], row[1]


def _total(session: Session, original: HoursLine) -> tuple[int, int]:
    """Hours and training of a line with its corrections so far."""
    row = session.execute(
        sa.select(sa.func.sum(HoursLine.hours), sa.func.sum(HoursLine.training)).where(
            sa.or_(col(HoursLine.id) == original.id, col(HoursLine.corrects_id) == original.id)
        )
    ).one()
    return int(row[0]), int(row[1])


def _check(
    session: Session, actor: Actor, statement: Statement, right: Entry, added: tuple[int, int]
) -> Sequence[Remark]:
    """Judge the right total by the ceilings, unless hours are only taken away; answers warnings."""
    more = sum(added)
    if more <= 0:
        return []
    known = facts.load(session, sight.author_of(actor), [right], about=statement, summed=True)
    before = right.hours + right.training_hours - more
    if right.beneficiary in known.people:
        known.month_hours[right.beneficiary, right.month] -= before
    if right.employment_id in known.employments:
        known.allocated[right.employment_id, right.month] -= before
    clause = known.clauses[statement.clause_id]
    errors, warnings = checking.check_correction(known, clause, right)
    if errors:
        raise Invalid(errors=_told(errors))
    return warnings


def _difference(
    session: Session, actor: Actor, original: HoursLine, added: tuple[int, int]
) -> HoursLine:
    """The corrective line; that of several persons together adds nobody."""
    training_counted, last = session.execute(
        sa.select(
            sa.select(col(Clause.training_counted))
            .where(col(Clause.id) == original.clause_id)
            .scalar_subquery(),
            sa.select(sa.func.max(HoursLine.position))
            .where(col(HoursLine.statement_id) == original.statement_id)
            .scalar_subquery(),
        )
    ).one()
    kept = original.model_dump(include=KEPT)
    difference = Entry(original.clause_id, original.month, *added)
    return HoursLine(
        **kept,
        position=last + 1,
        persons=None if original.persons is None else 0,
        hours=added[0],
        training=added[1],
        counted=writing.counted_of(difference, training_counted, original.outside),
        corrects_id=original.id,
        person_id=actor.person_id,
    )


def _told(remarks: Sequence[Remark]) -> list[FieldError]:
    return [FieldError(loc=["body", name], message=message) for name, message in remarks]
