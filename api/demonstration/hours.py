"""Persons and hours of the demonstration: a follow-up written down by its facilitator."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.insertion.beneficiaries import pseudonyms
from api.insertion.beneficiaries.models import (
    Beneficiary,
    BeneficiaryExit,
    Eligibility,
    Employment,
    Training,
)
from api.insertion.statements import corrections, recording, sight
from api.insertion.statements.entries import Entry
from api.insertion.statements.models import HoursLine, Statement, StatementSource
from api.insertion.statements.schemas import CorrectionIn
from api.kit import audit
from api.rules.fiction_insertion_records import FollowUp, Hired, Someone, Stated, Worked
from api.rules.hours.calendar import eligible_until
from api.rules.hours.vocabulary import Public, StatementState

_SEED: Final = 62
_DECISION: Final = timedelta(days=4)
_TYPING: Final = timedelta(days=2)
_COMMENTS: Final = {
    StatementState.TO_CORRECT: "Il manque l’attestation d’un employeur : joignez-la, puis "
    "soumettez de nouveau.",
    StatementState.REJECTED: "Ces heures sont celles d’un autre marché : déclarez le mois de "
    "nouveau.",
}
_OPINION: Final = "Parcours heurté, sans droit ouvert : accompagnement utile."
_Month = tuple[int, date]


@dataclass(slots=True)
class Desk:
    """What is being loaded: the follow-up, who acts, and what became of each rank."""

    session: Session
    pilot: Actor
    facilitator: Actor
    buyer_id: UUID
    facilitator_id: UUID
    made: FollowUp
    contracts: Sequence[UUID]
    clauses: list[UUID] = field(default_factory=list)
    persons: list[Beneficiary] = field(default_factory=list)
    employments: list[UUID] = field(default_factory=list)


def add_persons(desk: Desk) -> None:
    """The persons, their employment contracts, trainings and exits."""
    rng = Random(_SEED)  # noqa: S311 - invented data: to be repeated, not to be kept secret

    def drawn() -> str:
        letters = "".join(rng.choices(pseudonyms.ALPHABET, k=6))
        return f"B-{letters[:4]}-{letters[4:]}"

    for someone in desk.made.persons:
        pseudonym = pseudonyms.fresh(desk.session, drawn)
        desk.persons.append(_person(desk, someone, pseudonym))
    desk.session.add_all(desk.persons)
    # What follows names them, and nothing tells the mapper so.
    desk.session.flush()
    for someone, person in zip(desk.made.persons, desk.persons, strict=True):
        desk.session.add_all(_around(desk, someone, person))
    for job in desk.made.employments:
        employment = Employment(
            facilitator_id=desk.facilitator_id,
            beneficiary_id=desk.persons[job.person].id,
            modality=job.modality,
            kind=job.kind,
            starts_on=_start(desk, job),
            ends_on=job.ends_on,
            weekly=job.weekly,
        )
        desk.employments.append(employment.id)
        desk.session.add(employment)
    desk.session.flush()


def _start(desk: Desk, job: Hired) -> date:
    """A job of the path begins with it: months before count for nothing either way (R-H3)."""
    entered = desk.made.persons[job.person].entered_on
    if entered is None or (job.ends_on is not None and job.ends_on < entered):
        return job.starts_on
    return max(job.starts_on, entered)


def _person(desk: Desk, someone: Someone, pseudonym: str) -> Beneficiary:
    entered, months = someone.entered_on, someone.eligibility_months
    return Beneficiary(
        facilitator_id=desk.facilitator_id,
        pseudonym=pseudonym,
        sex=someone.sex,
        birth_band=someone.birth_band,
        public=someone.public,
        qualification=someone.qualification,
        qpv=someone.qpv,
        entered_on=entered,
        eligibility_months=months,
        eligible_until=None if entered is None else eligible_until(entered, months),
        informed_on=entered,
    )


def _around(desk: Desk, someone: Someone, person: Beneficiary) -> list[Any]:
    rows: list[Any] = [
        Training(
            beneficiary_id=person.id,
            kind=one.kind,
            hours=one.hours,
            certified=one.certified,
            ended_on=one.ended_on,
        )
        for one in someone.trainings
    ]
    rows += [
        BeneficiaryExit(
            beneficiary_id=person.id,
            checkpoint=left.checkpoint,
            situation=left.situation,
            observed_on=left.observed_on,
        )
        for left in someone.exits
    ]
    if someone.criterion is not None:
        reasoned = someone.criterion is Public.AUTRE_AVIS_MOTIVE
        rows.append(
            Eligibility(
                beneficiary_id=person.id,
                criterion=someone.criterion,
                proof="Attestation",
                proof_on=someone.entered_on,
                seen_on=someone.entered_on,
                opinion=_OPINION if reasoned else None,
                person_id=desk.facilitator.person_id,
            )
        )
    return rows


def add_statements(desk: Desk) -> None:
    """The statements with their lines, as far as each has come. A month that was rejected, then
    stated again, comes in a second turn."""
    turns: list[list[Stated]] = [[], []]
    seen: set[_Month] = set()
    for stated in desk.made.statements:
        key = (stated.clause, stated.month)
        turns[key in seen].append(stated)
        seen.add(key)
    for turn in turns:
        ids = _record(desk, turn)
        _date(desk, turn, ids)
        for stated, statement_id in zip(turn, ids, strict=True):
            _correct(desk, stated, statement_id)


def _record(desk: Desk, turn: Sequence[Stated]) -> list[UUID]:
    """Write drafts; answers the statement of each."""
    session, author = desk.session, sight.author_of(desk.facilitator)
    entries = [_entry(desk, stated, line) for stated in turn for line in stated.lines]
    source, draft = StatementSource.SITE, StatementState.DRAFT
    outcomes = recording.record(session, author, entries, source, draft)
    refused = next((one for one in outcomes if one.errors), None)
    if refused is not None:
        raise RuntimeError(f"a line of the demonstration is refused: {refused.errors}")
    kept: dict[_Month, UUID] = {}
    for entry, outcome in zip(entries, outcomes, strict=True):
        if outcome.statement_id is not None:
            kept[desk.clauses.index(entry.clause_id), entry.month] = outcome.statement_id
    empty = {
        (one.clause, one.month): _empty(desk, one)
        for one in turn
        if (one.clause, one.month) not in kept
    }
    session.add_all(empty.values())
    session.flush()
    audit.record(
        session,
        person_id=desk.facilitator.person_id,
        organisation_id=desk.facilitator_id,
        action="statements.recorded",
        target=f"statement:{next(iter(kept.values()))}",
        details={"lines": len(entries)},
    )
    kept |= {key: statement.id for key, statement in empty.items()}
    return [kept[one.clause, one.month] for one in turn]


def _entry(desk: Desk, stated: Stated, line: Worked) -> Entry:
    return Entry(
        clause_id=desk.clauses[stated.clause],
        month=stated.month,
        hours=line.hours,
        training_hours=line.training,
        beneficiary=None if line.person is None else desk.persons[line.person].pseudonym,
        persons=line.persons,
        sex=line.sex,
        public=line.public,
        modality=line.modality,
        employment_id=None if line.employment is None else desk.employments[line.employment],
        worked_hours=line.attested,
    )


def _empty(desk: Desk, stated: Stated) -> Statement:
    return Statement(
        clause_id=desk.clauses[stated.clause],
        facilitator_id=desk.facilitator_id,
        buyer_id=desk.buyer_id,
        month=stated.month,
        state=StatementState.DRAFT,
        source=StatementSource.SITE,
        person_id=desk.facilitator.person_id,
    )


def _date(desk: Desk, turn: Sequence[Stated], ids: Sequence[UUID]) -> None:
    """Set the state of each statement, and the days on which it came there."""
    rows = []
    for stated, statement_id in zip(turn, ids, strict=True):
        sent = None if stated.sent_on is None else _at(stated.sent_on)
        returned = stated.state is StatementState.TO_CORRECT
        over = stated.state in (StatementState.VALIDATED, StatementState.REJECTED)
        decided = sent + _DECISION if (over or returned) and sent is not None else None
        times = (
            {} if sent is None else {"created_at": sent - _TYPING, "updated_at": decided or sent}
        )
        rows.append(
            {
                "id": statement_id,
                "state": stated.state,
                # What is to be corrected is awaited again.
                "submitted_at": None if returned else sent,
                "decided_at": decided if over else None,
                "decided_by": desk.facilitator.person_id if over else None,
                "comment": _COMMENTS.get(stated.state),
                **times,
            }
        )
    # Those that were never sent keep the day of the loading: apart, to be told the same columns.
    for some in (True, False):
        alike = [row for row in rows if ("created_at" in row) is some]
        if alike:
            desk.session.execute(sa.update(Statement), alike)
    desk.session.expire_all()


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), UTC)


def _correct(desk: Desk, stated: Stated, statement_id: UUID) -> None:
    """Correct lines of a validated statement, as its facilitator would."""
    if not stated.corrections:
        return
    found = sa.select(col(HoursLine.position), col(HoursLine.id)).where(
        col(HoursLine.statement_id) == statement_id
    )
    ids = {row[0]: row[1] for row in desk.session.execute(found)}
    for one in stated.corrections:
        line = stated.lines[one.line]
        data = CorrectionIn(
            line_id=ids[one.line],
            hours=_said(line.hours + one.hours),
            training_hours=_said(line.training + one.training),
            reason=one.reason,
        )
        corrections.correct(desk.session, desk.facilitator, statement_id, data)


def _said(quarters: int) -> Any:
    """Quarter-hours as the field of a correction reads them: a text."""
    return f"{quarters // 4}.{quarters % 4 * 25:02}"
