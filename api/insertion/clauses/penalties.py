"""Penalties of a clause: worked out by its mode, then decided by the buyer."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.clauses.models import Clause, Penalty
from api.insertion.clauses.schemas import PenaltyChange, PenaltyCreate
from api.kit.columns import to_cents, to_quarters
from api.kit.days import today
from api.kit.problems import Conflict, FieldError, Invalid
from api.rules.hours.french import MILLION, half_up, money, number, percent, spaced
from api.rules.hours.quarters import IN_AN_HOUR, hours_label
from api.rules.hours.vocabulary import PenaltyDecision, PenaltyMode

_USED: Final[Mapping[PenaltyMode, str]] = {
    PenaltyMode.PER_MISSING_HOUR: "missing_hours",
    PenaltyMode.PER_LATE_DAY: "late_days",
    PenaltyMode.PERCENTAGE: "base_amount",
}


class NoPenalty(Conflict):
    type = "no-penalty"
    title = "Pas de pénalité prévue"
    default = "Cette clause ne prévoit pas de pénalité : complétez-la d’abord de son mode."


def penalties_of(session: Session, clause_id: UUID) -> list[Penalty]:
    """The penalties of a clause, in the order of their days."""
    return list(
        session.scalars(
            sa.select(Penalty)
            .where(col(Penalty.clause_id) == clause_id)
            .order_by(col(Penalty.on), col(Penalty.id))
        )
    )


def worked_out(
    clause: Clause,
    data: PenaltyCreate,
    missing: int | None,
    contract_amount: int | None,
    earlier: Sequence[Penalty],
) -> tuple[int, str]:
    """Cents and the working of a penalty, under what the cap leaves after the ``earlier`` ones.

    ``missing`` quarter-hours and ``contract_amount`` cents serve where the request says neither.
    Raises NoPenalty, Invalid on a value that lacks or that the mode does not use.
    """
    if clause.penalty_mode is None:
        raise NoPenalty
    if data.on > today():
        raise _invalid("on", "est dans le futur : une pénalité se date au plus d’aujourd’hui.")
    _check_used(clause.penalty_mode, data)
    if clause.penalty_mode is PenaltyMode.PER_MISSING_HOUR:
        exact, told = _by_hour(clause, data, missing)
    elif clause.penalty_mode is PenaltyMode.PER_LATE_DAY:
        exact, told = _by_day(clause, data)
    else:
        exact, told = _by_share(clause, data, contract_amount)
    computed = half_up(exact)
    told = f"{told} = {money(computed)}"
    if clause.penalty_cap is not None:
        room = max(0, clause.penalty_cap - sum(_counted(one) for one in earlier))
        if computed > room:
            told += f", ramené à {money(room)} : plafond de {money(clause.penalty_cap)}"
            computed = room
    return computed, spaced(told)


def decide(penalty: Penalty, data: PenaltyChange) -> None:
    """Write the decision: all of it applied, a part, or none.

    Raises Invalid when a reduction or a remission gives no reason, or on an amount that does not
    go with the decision.
    """
    errors = []
    reduced = data.decision is PenaltyDecision.REDUCED
    if data.decision is not PenaltyDecision.APPLIED and data.reason is None:
        message = "est obligatoire pour une pénalité réduite ou remise : dites pourquoi."
        errors.append(FieldError(loc=["body", "reason"], message=message))
    applied = {PenaltyDecision.APPLIED: penalty.computed, PenaltyDecision.WAIVED: 0}.get(
        data.decision, 0
    )
    if data.applied is not None:
        said = to_cents(data.applied)
        if said != applied if not reduced else not 0 < said < penalty.computed:
            message = "ne va pas avec la décision : tout, une partie seulement, ou rien."
            errors.append(FieldError(loc=["body", "applied"], message=message))
        applied = said
    elif reduced:
        message = "est obligatoire pour une pénalité réduite."
        errors.append(FieldError(loc=["body", "applied"], message=message))
    if errors:
        raise Invalid(errors=errors)
    penalty.decision, penalty.applied, penalty.reason = data.decision, applied, data.reason
    if "act" in data.model_fields_set:
        penalty.act = data.act or None


def _check_used(mode: PenaltyMode, data: PenaltyCreate) -> None:
    errors = [
        FieldError(
            loc=["body", name], message="ne sert pas au mode de pénalité de cette clause : ôtez-le."
        )
        for one, name in _USED.items()
        if one is not mode and getattr(data, name) is not None
    ]
    if errors:
        raise Invalid(errors=errors)


def _by_hour(clause: Clause, data: PenaltyCreate, missing: int | None) -> tuple[Fraction, str]:
    quarters = missing if data.missing_hours is None else to_quarters(data.missing_hours)
    if quarters is None:
        message = "est à saisir : l’engagement de la clause n’est pas connu."
        raise _invalid("missing_hours", message)
    if quarters == 0:
        raise _invalid("missing_hours", "vaut 0 : aucune heure ne manque à ce jour.")
    price = clause.penalty_amount or 0
    told = f"{hours_label(quarters)} manquantes × {money(price)}"
    return Fraction(quarters * price, IN_AN_HOUR), told


def _by_day(clause: Clause, data: PenaltyCreate) -> tuple[Fraction, str]:
    if data.late_days is None:
        raise _invalid("late_days", "est obligatoire : la pénalité se compte par jour de retard.")
    price = clause.penalty_amount or 0
    days = "jour" if data.late_days == 1 else "jours"
    told = f"{number(data.late_days)} {days} de retard × {money(price)}"
    return Fraction(data.late_days * price), told


def _by_share(
    clause: Clause, data: PenaltyCreate, contract_amount: int | None
) -> tuple[Fraction, str]:
    base = contract_amount if data.base_amount is None else to_cents(data.base_amount)
    if not base:
        raise _invalid("base_amount", "est à saisir : le montant du marché n’est pas connu.")
    share = Fraction(clause.penalty_share or 0, MILLION)
    return share * base, f"{percent(share, 4)} × {money(base)} HT"


def _counted(penalty: Penalty) -> int:
    return penalty.computed if penalty.applied is None else penalty.applied


def _invalid(field: str, message: str) -> Any:
    return Invalid(errors=[FieldError(loc=["body", field], message=message)])
