"""May this be reserved? Between the API's units, the dated rules and the register of contracts.

The rules are api.rules.reservation: pure, dated, each with its source. Here only units change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from api.kit.columns import to_cents, to_millionths, to_share
from api.kit.problems import Conflict, FieldError, Invalid, french_error
from api.reference.reservation import rule_book
from api.reserved.advice_schemas import AdviceLot, ReservationQuestion
from api.reserved.bases import BASES, minimum_share
from api.reserved.models import Reservation
from api.rules.records import ContractRecord, Kind
from api.rules.reservation.advice import Advice, Finding, ScopeAdvice, State
from api.rules.reservation.cpv import (
    FIRST_SERVICE_DIVISION,
    SOFTWARE_DIVISION,
    WORKS_DIVISION,
    division,
)
from api.rules.reservation.engine import advise
from api.rules.reservation.findings import NO_PAIR_RULE
from api.rules.reservation.request import (
    MAX_MONTHS,
    Basis,
    BuyerKind,
    Nature,
    ObjectKind,
    RequestedLot,
    ReservationRequest,
)
from api.rules.reservation.rulebook import RESTRICTING, Effect

# The longest text that the rules take for a code.
MAX_CPV = 40
NATURES = {Kind.CONTRACT: Nature.CONTRACT, Kind.CONCESSION: Nature.CONCESSION}


class IncompatibleBases(Conflict):
    type = "incompatible-bases"
    title = "Réservations incompatibles"
    default = "Ces articles ne peuvent pas réserver ensemble le même marché ou le même lot."


@dataclass(frozen=True)
class Judged:
    """What the rules say of a reservation that was decided."""

    state: State
    findings: tuple[Finding, ...]
    obligations: tuple[Finding, ...]
    # Why it cannot stand beside another reservation of the same lots, when a rule forbids it.
    forbidden: str | None


def answer(question: ReservationQuestion) -> Advice:
    """What the rules in force on the day of the notice say of a contract to come.

    Raises Invalid when the shares of the lots make more than the whole.
    """
    try:
        request = ReservationRequest.model_validate(_said(question))
    except ValidationError as error:
        raise Invalid(errors=[_told(dict(one)) for one in error.errors()]) from error
    return advise(request, rule_book())


def judge(record: ContractRecord, one: Reservation, others: Sequence[Reservation]) -> Judged:
    """What the rules of the day of the decision say of a reservation of a contract.

    ``others`` are the other reservations of the same contract.
    """
    advice = advise(_request(record, one, others), rule_book())
    scope: ScopeAdvice = advice.lots[0] if advice.lots else advice.whole
    own = next(found for found in scope.bases if found.basis.value == one.basis.value)
    together = scope.combination.reasons if scope.combination else ()
    objected = [why for why in together if why.code in _objections()]
    reasons = () if own.state is State.OPEN else own.reasons
    closed = _pairs(Effect.CLOSED)
    return Judged(
        state=scope.combination.state if scope.combination else own.state,
        findings=tuple(dict.fromkeys([*reasons, *objected, *own.warnings, *_own_warnings(one)])),
        obligations=own.obligations,
        forbidden=next((why.text for why in objected if why.code in closed), None),
    )


def require_compatible(judged: Judged) -> None:
    """Refuse (IncompatibleBases) what a rule forbids beside the other reservations."""
    if judged.forbidden:
        error = FieldError(loc=["body", "basis"], message=judged.forbidden)
        raise IncompatibleBases(judged.forbidden, errors=[error])


def _request(
    record: ContractRecord, one: Reservation, others: Sequence[Reservation]
) -> ReservationRequest:
    together = [other for other in others if _meet(one, other)]
    return ReservationRequest(
        nature=NATURES[record.kind],
        buyer_kind=BuyerKind.AUTHORITY,
        object_kind=_object_kind(record.cpv),
        # The register does not know the day of the notice: the decision is the nearest to it.
        notice_on=one.decided_on,
        # An import keeps what a file says, also what no rule can read.
        cpv=(record.cpv or "")[:MAX_CPV] or None,
        months=min(record.months, MAX_MONTHS) if record.months else None,
        # What a lot is about is not known apart from its contract: to verify, never closed.
        lots=tuple(RequestedLot(label=lot) for lot in one.lots[:1]),
        requested=tuple(Basis(other.basis.value) for other in (one, *together)),
    )


def _meet(one: Reservation, other: Reservation) -> bool:
    """Whether two reservations are about the same thing; no lot is the whole contract."""
    return not one.lots or not other.lots or bool(set(one.lots) & set(other.lots))


def _pairs(*effects: Effect) -> set[str]:
    return {row.id for row in rule_book().combinations if row.effect in effects}


def _objections() -> set[str]:
    """The rules that object to two articles together, by their code."""
    return _pairs(*RESTRICTING) | {NO_PAIR_RULE.code}


def _own_warnings(one: Reservation) -> list[Finding]:
    found = []
    if one.mention is None:
        mention = BASES[one.basis].mention
        found.append(
            Finding(
                code="mention-missing",
                text="Mention à préciser : la réservation doit figurer dans l’avis ou, sans avis, "
                f"dans les documents de la consultation ({mention}).",
                source=f"{mention[0].upper()}{mention[1:]}",
                in_force_from=None,
                verified=one.basis.startswith("L2113-1") and one.basis != "L2113-15",
            )
        )
    least = minimum_share(one.basis, one.decided_on)
    if least is not None and one.share is not None and one.share < least.share:
        percent = f"{to_share(least.share) * 100:f}".rstrip("0").rstrip(".")
        found.append(
            Finding(
                code="share-below-minimum",
                text=f"La part est inférieure à {percent} %. À vérifier : la part minimale "
                "applicable aux concessions.",
                source=least.source,
                in_force_from=least.in_force_from,
                verified=least.verified,
            )
        )
    return found


def _object_kind(cpv: str | None) -> ObjectKind:
    """What the code is about; services when it is not said: nothing that is told depends on it."""
    if not cpv:
        return ObjectKind.SERVICES
    if division(cpv) == WORKS_DIVISION:
        return ObjectKind.WORKS
    supplies = division(cpv) < FIRST_SERVICE_DIVISION or division(cpv) == SOFTWARE_DIVISION
    return ObjectKind.SUPPLIES if supplies else ObjectKind.SERVICES


def _said(question: ReservationQuestion) -> dict[str, Any]:
    """The question in the units of the rules: cents, millionths."""
    plain = ("nature", "buyer_kind", "object_kind", "notice_on", "cpv", "months")
    sourcing = question.sourcing.model_dump()
    return {
        **{name: getattr(question, name) for name in plain},
        "estimate": _cents(question.estimate),
        "lots": [_lot(one) for one in question.lots],
        "requested": list(dict.fromkeys(question.requested)),
        "previous_awards": [one.model_dump() for one in question.previous_awards],
        "sourcing": sourcing
        | {name: _cents(sourcing[name]) for name in ("yearly_budget", "average_turnover")},
    }


def _lot(lot: AdviceLot) -> dict[str, Any]:
    share = None if lot.share is None else to_millionths(lot.share)
    return {"label": lot.label, "cpv": lot.cpv, "estimate": _cents(lot.estimate), "share": share}


def _cents(euros: Decimal | None) -> int | None:
    return None if euros is None else to_cents(euros)


def _told(error: dict[str, Any]) -> FieldError:
    if error["type"] == "lot_shares":
        message = "font ensemble plus du tout : leurs parts doivent totaliser 1 au plus."
        return FieldError(loc=["body", "lots"], message=message)
    told = french_error(error)
    return FieldError(loc=["body", *told.loc], message=told.message)
