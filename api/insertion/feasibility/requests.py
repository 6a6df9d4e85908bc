"""Requests of feasibility: asked by a buyer, answered by its facilitator, decided by the buyer."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.mandates import entrusted
from api.access.models import Directorate, Organisation
from api.access.permissions import DENIED, Actor, Permission, require, served, visible
from api.access.service import own
from api.contracts.models import Contract
from api.insertion.feasibility import request_reading
from api.insertion.feasibility.models import FeasibilityDecision, FeasibilityRequest
from api.insertion.feasibility.request_schemas import (
    FeasibilityAnswerIn,
    FeasibilityDecisionIn,
    FeasibilityRequestCreate,
    FeasibilityRequestRead,
)
from api.kit import audit
from api.kit.columns import now, to_cents, to_millionths, to_quarters
from api.kit.days import today
from api.kit.problems import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    PreconditionRequired,
    Stale,
)
from api.rules.hours.vocabulary import FeasibilityAnswer

ANSWER_WITHIN: Final = timedelta(days=28)
_CONTENT: Final = ("hours", "rate", "publics", "modalities")


class NotAnswered(Conflict):
    type = "not-answered"
    title = "Réponse attendue"
    default = "Le facilitateur n’a pas encore répondu : la suite se décide après son avis."


class AlreadyDecided(Conflict):
    type = "already-decided"
    title = "Suite déjà donnée"
    default = "L’acheteur a déjà donné suite à cet avis : il ne change plus."


def read(session: Session, actor: Actor, request_id: UUID) -> FeasibilityRequestRead:
    """A request of the actor's buyers, or made to the actor's facilitators under a running mandate.

    Raises NotFound for any other.
    """
    return request_reading.shown(session, actor, request_id)


def allow_creation(session: Session, actor: Actor, data: FeasibilityRequestCreate) -> Organisation:
    """The buyer for whom the actor may ask, in that directorate.

    Raises NotFound on a foreign buyer, Forbidden, Invalid on a foreign directorate.
    """
    buyer = own(session, actor, data.buyer_siret, Permission.INSERTION_READ)
    require(actor, Permission.FEASIBILITY_ASK, buyer.id, data.directorate_id)
    if data.directorate_id is not None:
        directorate = session.get(Directorate, data.directorate_id)
        if directorate is None or directorate.organisation_id != buyer.id:
            raise _invalid("directorate_id", "n’est pas une direction de cet acheteur.")
    return buyer


def create(
    session: Session, actor: Actor, data: FeasibilityRequestCreate
) -> FeasibilityRequestRead:
    """Ask a facilitator of the buyer to study a purchase.

    Raises as ``allow_creation``, Invalid on days out of order, on a contract of somebody else and
    without a facilitator under a running mandate.
    """
    buyer = allow_creation(session, actor, data)
    sent_on, due_on = _days(data)
    _check_contract(session, buyer.id, data.contract_id)
    facilitator_id = entrusted(session, buyer.id, data.facilitator_siret)
    if facilitator_id is None:
        message = "est obligatoire : cet acheteur a plusieurs facilitateurs, ou aucun."
        raise _invalid("facilitator_siret", message)
    request = FeasibilityRequest(
        buyer_id=buyer.id,
        directorate_id=data.directorate_id,
        facilitator_id=facilitator_id,
        contract_id=data.contract_id,
        subject=data.subject,
        family=data.family,
        cpv=data.cpv,
        estimate=None if data.estimate is None else to_cents(data.estimate),
        months=data.months,
        expected_on=data.expected_on,
        comment=data.comment or None,
        sent_on=sent_on,
        due_on=due_on,
    )
    session.add(request)
    session.flush()
    details = {"facilitator": str(facilitator_id), "due_on": due_on.isoformat()}
    _record(session, actor, "feasibility.asked", request, details)
    return request_reading.shown(session, actor, request.id)


def answer(
    session: Session,
    actor: Actor,
    request_id: UUID,
    data: FeasibilityAnswerIn,
    if_match: str | None,
) -> FeasibilityRequestRead:
    """Give the advice of the facilitator, or correct it while the buyer has not decided.

    The day of the first answer stays. Raises NotFound, Forbidden to who is not the facilitator
    under a running mandate, PreconditionRequired, Stale, AlreadyDecided, Invalid.
    """
    request = request_reading.readable(session, actor, request_id, lock=True)
    pairs = served(actor, Permission.FEASIBILITY_ANSWER)
    if (request.facilitator_id, request.buyer_id) not in pairs:
        raise Forbidden(DENIED[Permission.FEASIBILITY_ANSWER])
    _check_version(request, if_match)
    if request.decision is not None:
        raise AlreadyDecided
    _check_answer(data)
    request.answered_on = request.answered_on or today()
    request.answer = data.answer
    request.hours = None if data.hours is None else to_quarters(data.hours)
    request.rate = None if data.rate is None else to_millionths(data.rate)
    request.publics = _codes(data.publics)
    request.modalities = _codes(data.modalities)
    request.refusal, request.justification = data.refusal, data.justification
    return _changed(session, actor, request, "feasibility.answered", {"answer": data.answer.value})


def decide(
    session: Session,
    actor: Actor,
    request_id: UUID,
    data: FeasibilityDecisionIn,
    if_match: str | None,
) -> FeasibilityRequestRead:
    """Say what the buyer does of the advice.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, NotAnswered, Invalid on a refusal to
    follow that says nothing.
    """
    request = request_reading.readable(session, actor, request_id, lock=True)
    if request.buyer_id not in visible(actor, Permission.CLAUSES_WRITE):
        raise Forbidden(DENIED[Permission.CLAUSES_WRITE])
    _check_version(request, if_match)
    if request.answer is None:
        raise NotAnswered
    if data.decision is FeasibilityDecision.NOT_FOLLOWED and data.comment is None:
        raise _invalid("comment", "est obligatoire quand l’avis n’est pas suivi : dites pourquoi.")
    request.decision, request.decided_on = data.decision, today()
    request.decision_comment = data.comment
    details = {"decision": data.decision.value}
    return _changed(session, actor, request, "feasibility.decided", details)


def etag(request: FeasibilityRequestRead) -> str:
    """The ETag of a request: its version."""
    return f'"{request.version}"'


def _days(data: FeasibilityRequestCreate) -> tuple[date, date]:
    sent_on = data.sent_on or today()
    if sent_on > today():
        raise _invalid("sent_on", "est dans le futur : une demande se date au plus d’aujourd’hui.")
    due_on = data.due_on or sent_on + ANSWER_WITHIN
    if due_on < sent_on:
        raise _invalid("due_on", "est avant la date de la demande.")
    return sent_on, due_on


def _check_contract(session: Session, buyer_id: UUID, contract_id: UUID | None) -> None:
    if contract_id is None:
        return
    holder = sa.select(col(Contract.buyer_id)).where(col(Contract.id) == contract_id)
    if session.scalars(holder).one_or_none() != buyer_id:
        raise _invalid("contract_id", "n’est pas un marché de cet acheteur.")


def _check_answer(data: FeasibilityAnswerIn) -> None:
    none = data.answer is FeasibilityAnswer.NONE
    errors = []
    if none:
        errors = [
            FieldError(loc=["body", name], message="est obligatoire quand l’avis est « aucune ».")
            for name in ("refusal", "justification")
            if getattr(data, name) is None
        ]
        errors += [
            FieldError(loc=["body", name], message="n’a pas de sens quand l’avis est « aucune ».")
            for name in _CONTENT
            if getattr(data, name) is not None
        ]
    elif data.refusal is not None:
        message = "ne se donne que pour l’avis « aucune » : ôtez ce motif."
        errors = [FieldError(loc=["body", "refusal"], message=message)]
    if errors:
        raise Invalid(errors=errors)


def _codes(codes: Any) -> list[str] | None:
    return None if codes is None else list(dict.fromkeys(one.value for one in codes))


def _check_version(request: FeasibilityRequest, if_match: str | None) -> None:
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{request.version}"':
        raise Stale


def _changed(
    session: Session,
    actor: Actor,
    request: FeasibilityRequest,
    action: str,
    details: dict[str, Any],
) -> FeasibilityRequestRead:
    request.version += 1
    request.updated_at = now()
    session.add(request)
    session.flush()
    _record(session, actor, action, request, details)
    return request_reading.shown(session, actor, request.id)


def _record(
    session: Session,
    actor: Actor,
    action: str,
    request: FeasibilityRequest,
    details: dict[str, Any],
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=request.buyer_id,
        action=action,
        target=f"feasibility:{request.id}",
        details=details,
    )


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(errors=[FieldError(loc=["body", field], message=message)])
