"""The terms of a clause: from what is said to the row, and whether they hold together."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from api.insertion.clauses.models import Clause
from api.insertion.feasibility.calculations import MOST, too_many
from api.kit.columns import to_cents, to_millionths, to_quarters
from api.kit.problems import FieldError, Invalid
from api.rules.hours.feasibility import insertion_hours
from api.rules.hours.vocabulary import ClauseStatus, PenaltyMode, Unit

# Fields that are known or have a default: null erases none of them.
NEVER_NULL: Final = (
    "title", "kind", "unit", "by_orders", "publics", "modalities", "training_counted",
    "eligibility_months", "evidence_frequency", "evidence_days", "status",
)  # fmt: skip
_UNIT_FIELDS: Final = {
    Unit.HOURS: "hours",
    Unit.HOURS_SHARE: "share",
    Unit.SUBCONTRACTED_AMOUNT: "amount",
}
_PENALTY_FIELDS: Final = {
    PenaltyMode.PER_MISSING_HOUR: "penalty_amount",
    PenaltyMode.PER_LATE_DAY: "penalty_amount",
    PenaltyMode.PERCENTAGE: "penalty_share",
}
_USELESS: Final = "n’a pas de sens avec cette unité : ôtez cette valeur."


def _codes(codes: Any) -> list[str]:
    return list(dict.fromkeys(str(one.value) for one in codes))


_CONVERSIONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "lot": lambda said: said or None,
    "legal_basis": lambda said: said or None,
    "hours": to_quarters,
    "share": to_millionths,
    "amount": to_cents,
    "penalty_amount": to_cents,
    "penalty_share": to_millionths,
    "penalty_cap": to_cents,
    "publics": _codes,
    "modalities": _codes,
    "calculation": lambda said: calculated(**said),
}


def converted(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are said, as the table holds them; hours derived where the calculation is
    said without them.

    Raises Invalid when null is said of a field that is always known.
    """
    errors = [
        FieldError(loc=["body", name], message="ne peut pas être vidé : donnez une valeur.")
        for name in NEVER_NULL
        if name in said and said[name] is None
    ]
    if errors:
        raise Invalid(errors=errors)
    return {
        name: value if value is None or name not in _CONVERSIONS else _CONVERSIONS[name](value)
        for name, value in said.items()
    }


def calculated(amount: Any, labour_share: Any, rate: Any, hourly_cost: Any) -> dict[str, Any]:
    """The calculation of a clause as it is kept: its terms, and the working when the amount is
    known."""
    terms = {
        "labour_share": to_millionths(labour_share),
        "rate": to_millionths(rate),
        "hourly_cost": to_cents(hourly_cost),
    }
    if amount is None:
        return {"amount": None, **terms, "hours": None, "formula": None, "rounding": None}
    found = insertion_hours(to_cents(amount), **terms)
    working = {"hours": found.quarters, "formula": found.formula, "rounding": found.rounding}
    return {"amount": to_cents(amount), **terms, **working}


def derive_hours(clause: Clause, said: Mapping[str, Any]) -> None:
    """Take the hours from the calculation when either was said without the other's value."""
    kept = clause.calculation
    if kept is None or clause.by_orders or said.get("hours") is not None:
        return
    if "hours" in said or "calculation" in said:
        clause.hours = kept["hours"]


def check(clause: Clause) -> None:
    """Refuse (Invalid, each field with its reason) terms that don't hold together."""
    errors = [*_unit_errors(clause), *_calculation_errors(clause), *_penalty_errors(clause)]
    if clause.starts_on and clause.ends_on and clause.ends_on < clause.starts_on:
        errors.append(_error("ends_on", "est avant le début de la clause."))
    if errors:
        raise Invalid(errors=errors)


def check_change(clause: Clause, before: Mapping[str, Any]) -> None:
    """Refuse (Invalid) to rewrite what a notified clause engages to, or to make it a draft again.

    ``before`` holds the fields that were said, as they were.
    """
    if before.get("status", clause.status) is ClauseStatus.DRAFT:
        return
    # The hours of a framework by orders are worked out from its orders, by its calculation.
    frozen = ["unit", "by_orders"] + ([] if clause.by_orders else ["hours", "calculation"])
    message = (
        "ne se réécrit plus une fois la clause notifiée : ajoutez un avenant ou une correction."
    )
    errors = [
        _error(name, message)
        for name in frozen
        if name in before and getattr(clause, name) != before[name]
    ]
    if clause.status is ClauseStatus.DRAFT:
        errors.append(_error("status", "ne redevient pas « draft » une fois la clause notifiée."))
    if errors:
        raise Invalid(errors=errors)


def _unit_errors(clause: Clause) -> list[FieldError]:
    wanted = _UNIT_FIELDS[clause.unit]
    errors = [
        _error(name, _USELESS)
        for name in _UNIT_FIELDS.values()
        if name not in (wanted, "hours" if clause.by_orders else wanted)
        and getattr(clause, name) is not None
    ]
    if clause.by_orders and clause.hours:
        message = "est à laisser vide : les bons de commande font l’engagement."
        errors.append(_error("hours", message))
    elif clause.by_orders and clause.unit is Unit.HOURS:
        return errors
    elif getattr(clause, wanted) is None:
        message = "est obligatoire pour cette unité."
        if wanted == "hours":
            message = "est obligatoire pour cette unité : saisissez les heures, ou leur calcul."
        errors.append(_error(wanted, message))
    return errors


def _calculation_errors(clause: Clause) -> list[FieldError]:
    kept = clause.calculation
    if kept is None:
        return []
    errors = []
    if clause.unit is not Unit.HOURS:
        errors.append(_error("calculation", _USELESS))
    if kept["amount"] is None and not clause.by_orders:
        message = "est obligatoire, sauf pour un accord-cadre à bons de commande."
        errors.append(FieldError(loc=["body", "calculation", "amount"], message=message))
    if kept["hours"] == 0:
        message = "donne 0 heure : vérifiez le montant, la part et le taux."
        errors.append(FieldError(loc=["body", "calculation", "amount"], message=message))
    if (kept["hours"] or 0) > MOST:
        errors.append(too_many(["body", "calculation", "amount"]))
    return errors


def _penalty_errors(clause: Clause) -> list[FieldError]:
    terms = ("penalty_amount", "penalty_share", "penalty_cap")
    if clause.penalty_mode is None:
        message = "n’a pas de sens sans mode de pénalité : choisissez-en un."
        return [_error(name, message) for name in terms if getattr(clause, name) is not None]
    wanted = _PENALTY_FIELDS[clause.penalty_mode]
    errors = []
    if getattr(clause, wanted) is None:
        errors.append(_error(wanted, "est obligatoire pour ce mode de pénalité."))
    other = "penalty_share" if wanted == "penalty_amount" else "penalty_amount"
    if getattr(clause, other) is not None:
        errors.append(_error(other, "n’a pas de sens avec ce mode de pénalité : ôtez-le."))
    return errors


def _error(field: str, message: str) -> FieldError:
    return FieldError(loc=["body", field], message=message)
