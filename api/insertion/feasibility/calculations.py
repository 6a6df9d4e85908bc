"""The calculator of hours: values of the outside to the rules, and their working back."""

from typing import Final

from api.insertion.feasibility.schemas import CalculationIn, CalculationRead, CalculationVariant
from api.kit.columns import MAX_HOURS, to_cents, to_hours, to_millionths, to_quarters, to_share
from api.kit.problems import FieldError, Invalid
from api.rules.hours.feasibility import (
    CLEANING_HOURLY_COST,
    CLEANING_LABOUR_SHARE,
    Estimate,
    cleaning_hours,
    insertion_hours,
)

MOST: Final = to_quarters(MAX_HOURS)

_NEEDED: Final = {
    CalculationVariant.GENERAL: ("labour_share", "hourly_cost"),
    CalculationVariant.CLEANING: ("months", "taken_over_hours_per_month"),
}
_CLEANING_ONLY: Final = _NEEDED[CalculationVariant.CLEANING]


def calculate(data: CalculationIn) -> CalculationRead:
    """Hours that a purchase can hold, with formula, equivalents and advice.

    Raises Invalid on a value that the formula needs and lacks, or can't use.
    """
    errors = [
        FieldError(loc=["body", name], message="est obligatoire pour cette formule.")
        for name in _NEEDED[data.variant]
        if getattr(data, name) is None
    ]
    if data.variant is CalculationVariant.GENERAL:
        errors += [
            FieldError(loc=["body", name], message="ne sert qu’au nettoyage : ôtez cette valeur.")
            for name in _CLEANING_ONLY
            if getattr(data, name) is not None
        ]
    if errors:
        raise Invalid(errors=errors)
    found = _estimate(data)
    if found.quarters > MOST:
        raise Invalid(errors=[too_many(["body", "amount"])])
    return CalculationRead(
        variant=data.variant,
        hours=to_hours(found.quarters),
        formula=found.formula,
        rounding=found.rounding,
        equivalents=list(found.equivalents),
        advised=found.advised,
        advice=found.advice,
        potential=None if found.potential is None else to_share(found.potential),
    )


def too_many(loc: list[str | int]) -> FieldError:
    """The refusal of values that lead to more hours than a clause can hold."""
    message = "donne plus d’un million d’heures : vérifiez le montant et le coût horaire."
    return FieldError(loc=loc, message=message)


def _estimate(data: CalculationIn) -> Estimate:
    amount, rate = to_cents(data.amount), to_millionths(data.rate)
    share, cost = CLEANING_LABOUR_SHARE, CLEANING_HOURLY_COST
    if data.labour_share is not None:
        share = to_millionths(data.labour_share)
    if data.hourly_cost is not None:
        cost = to_cents(data.hourly_cost)
    if data.months is None or data.taken_over_hours_per_month is None:
        return insertion_hours(amount, share, rate, cost)
    taken_over = to_quarters(data.taken_over_hours_per_month)
    return cleaning_hours(amount, data.months, taken_over, rate, cost, share)
