"""Links for companies: given by the facilitator, used once, for one clause and one month."""

from collections.abc import Sequence, Set
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access import mandates
from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require_mandate
from api.contracts.models import Contract
from api.insertion.clauses.models import Clause
from api.insertion.clauses.sight import followed
from api.insertion.links.discretion import NOT_HERE, nameable
from api.insertion.links.models import StatementLink
from api.insertion.links.schemas import (
    MAX_REFUSALS,
    CompanyLine,
    CompanyStatementCreate,
    CompanyStatementRead,
    LinkCreate,
    LinkCreated,
    LinkRead,
)
from api.insertion.statements.entries import Author, Entry, Outcome
from api.insertion.statements.models import HoursLine, Statement, StatementSource
from api.insertion.statements.recording import record
from api.kit import audit, tokens
from api.kit.columns import now, to_hours, to_quarters
from api.kit.problems import Conflict, FieldError, Invalid, NotFound, Problem
from api.rules.hours.vocabulary import Modality, StatementState


class DeadLink(Problem):
    status = 410
    type = "dead-link"
    title = "Lien inutilisable"
    default = (
        "Ce lien n’est pas valable, ou ne l’est plus. Demandez-en un nouveau au facilitateur "
        "qui suit le marché."
    )


class LinkClosed(Problem):
    status = 410
    type = "link-closed"
    title = "Lien fermé"
    default = (
        f"Lien fermé : {MAX_REFUSALS} envois ont été refusés. Demandez-en un nouveau au "
        "facilitateur qui suit le marché."
    )


class LinkUsed(Conflict):
    type = "link-used"
    title = "Déclaration déjà reçue"
    default = "Ce lien a déjà servi. Pour corriger la déclaration, contactez le facilitateur."


class MonthTaken(Conflict):
    type = "month-taken"
    title = "Mois déjà saisi"
    default = "Le facilitateur a déjà saisi ce mois : contactez-le."


def allow_creation(session: Session, actor: Actor, clause_id: UUID) -> Clause:
    """The clause for which the actor may give a link. Raises NotFound, Forbidden."""
    return followed(session, actor, clause_id, Permission.STATEMENTS_WRITE)


def create(
    session: Session, actor: Actor, clause_id: UUID, data: LinkCreate, key: str, site_url: str
) -> LinkCreated:
    """Make a link for one month of a clause; ``key`` signs it. Raises NotFound, Forbidden."""
    clause = allow_creation(session, actor, clause_id)
    assert clause.facilitator_id is not None  # noqa: S101 - what ``followed`` means
    link = StatementLink(
        clause_id=clause.id,
        facilitator_id=clause.facilitator_id,
        buyer_id=clause.buyer_id,
        month=data.month,
        expires_at=now() + timedelta(days=data.days),
        person_id=actor.person_id,
    )
    session.add(link)
    session.flush()
    _record(session, actor.person_id, "link.created", link)
    secret = tokens.issue_link(key, str(link.id), link.expires_at)
    return LinkCreated(
        **_shown(link).model_dump(), link=secret, address=f"{site_url}/declaration/{secret}"
    )


def find(session: Session, actor: Actor, clause_id: UUID) -> list[LinkRead]:
    """The links given for a clause, the latest first. Raises NotFound, Forbidden."""
    clause = allow_creation(session, actor, clause_id)
    links = session.scalars(
        sa.select(StatementLink)
        .where(col(StatementLink.clause_id) == clause.id)
        .order_by(col(StatementLink.id).desc())
        .limit(100)
    )
    return [_shown(link) for link in links]


def revoke(session: Session, actor: Actor, link_id: UUID) -> None:
    """Make a link useless at once. Raises NotFound, Forbidden."""
    link = session.get(StatementLink, link_id, with_for_update=True)
    if link is None:
        raise NotFound
    require_mandate(actor, Permission.STATEMENTS_WRITE, link.facilitator_id, link.buyer_id)
    link.revoked_at = link.updated_at = now()
    session.add(link)
    session.flush()
    _record(session, actor.person_id, "link.revoked", link)


def read(session: Session, presented: str, key: str) -> CompanyStatementRead:
    """What the holder of a link is asked, with the receipt once it is given. Raises DeadLink."""
    return _asked(session, _opened(session, presented, key))


def state(
    session: Session, data: CompanyStatementCreate, key: str
) -> CompanyStatementRead | Invalid:
    """Take the hours that a company states; they wait for the facilitator's validation.

    A refusal (per line) is answered, not raised: it is counted, and the last one closes the link.
    Raises DeadLink, LinkClosed, LinkUsed, MonthTaken.
    """
    link = _opened(session, data.link, key, lock=True)
    if link.used_at is not None:
        raise LinkUsed
    if _taken(session, link):
        raise MonthTaken
    only = nameable(session, link, {one.beneficiary for one in data.lines if one.beneficiary})
    outcomes = record(
        session,
        Author(None, {(link.facilitator_id, link.buyer_id)}),
        [_entry(link, line) for line in data.lines],
        StatementSource.COMPANY,
        StatementState.SUBMITTED,
        only=only,
    )
    errors = _told(data.lines, outcomes, only)
    if errors:
        return _refused(session, link, errors)
    link.used_at = link.updated_at = now()
    link.statement_id = outcomes[0].statement_id
    session.execute(
        sa.update(Statement)
        .where(col(Statement.id) == link.statement_id)
        .values(comment=data.comment)
    )
    session.add(link)
    session.flush()
    _record(session, None, "statement.received", link)
    return _asked(session, link)


def _told(
    lines: Sequence[CompanyLine], outcomes: Sequence[Outcome], only: Set[str]
) -> list[FieldError]:
    """What is wrong in lines; of a person that may not be named, one sentence whatever is so."""
    found = []
    for line, one in zip(lines, outcomes, strict=True):
        secret = line.beneficiary is not None and line.beneficiary not in only
        errors = [("beneficiary", NOT_HERE)] if secret else one.errors
        found += [
            FieldError(loc=["body", "lines", one.place, field], message=message)
            for field, message in errors
        ]
    return found


def _refused(session: Session, link: StatementLink, errors: list[FieldError]) -> Invalid:
    link.refusals += 1
    link.updated_at = now()
    session.add(link)
    session.flush()
    action = "link.closed" if link.refusals >= MAX_REFUSALS else "statement.refused"
    _record(session, None, action, link)
    return Invalid(errors=errors)


def _opened(session: Session, presented: str, key: str, *, lock: bool = False) -> StatementLink:
    subject = tokens.link_subject_of(key, presented)
    try:
        link_id = UUID(subject or "")
    except ValueError as error:
        raise DeadLink from error
    link = session.get(StatementLink, link_id, with_for_update=lock or None)
    if link is None or link.revoked_at is not None or link.expires_at <= now():
        raise DeadLink
    # The mandate may have ended since the link was given.
    if link.facilitator_id not in mandates.running(session, link.buyer_id):
        raise DeadLink
    if link.refusals >= MAX_REFUSALS:
        raise LinkClosed
    return link


def _taken(session: Session, link: StatementLink) -> bool:
    standing = sa.select(col(Statement.id)).where(
        col(Statement.clause_id) == link.clause_id,
        col(Statement.facilitator_id) == link.facilitator_id,
        col(Statement.month) == link.month,
        col(Statement.state) != StatementState.REJECTED,
    )
    return session.scalars(standing).first() is not None


def _entry(link: StatementLink, line: CompanyLine) -> Entry:
    return Entry(
        clause_id=link.clause_id,
        month=link.month,
        hours=to_quarters(line.hours),
        training_hours=to_quarters(line.training_hours) if line.training_hours else 0,
        beneficiary=line.beneficiary,
        persons=line.persons,
        sex=line.sex,
        public=line.public,
        modality=line.modality,
    )


def _asked(session: Session, link: StatementLink) -> CompanyStatementRead:
    clause = session.get_one(Clause, link.clause_id)
    contract = session.get_one(Contract, clause.contract_id)
    received = None
    if link.statement_id is not None:
        total = sa.func.sum(col(HoursLine.hours) + col(HoursLine.training))
        received = session.scalar(
            sa.select(total).where(col(HoursLine.statement_id) == link.statement_id)
        )
    return CompanyStatementRead(
        id=link.id,
        buyer=session.get_one(Organisation, link.buyer_id).name,
        facilitator=session.get_one(Organisation, link.facilitator_id).name,
        contract_reference=contract.reference,
        contract_subject=contract.subject,
        clause=clause.title,
        month=link.month,
        starts_on=clause.starts_on,
        ends_on=clause.ends_on,
        modalities=[Modality(one) for one in clause.modalities],
        expires_at=link.expires_at,
        received_at=link.used_at,
        receipt=str(link.id)[-12:].upper() if link.used_at else None,
        hours=to_hours(int(received)) if received is not None else None,
    )


def _shown(link: StatementLink) -> LinkRead:
    return LinkRead(**link.model_dump(), closed=link.refusals >= MAX_REFUSALS)


def _record(session: Session, person_id: UUID | None, action: str, link: StatementLink) -> None:
    audit.record(
        session,
        person_id=person_id,
        organisation_id=link.facilitator_id,
        action=action,
        target=f"link:{link.id}",
        details={"clause": str(link.clause_id), "month": f"{link.month:%Y-%m}"},
    )
