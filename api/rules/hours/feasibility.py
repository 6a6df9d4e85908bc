"""How many insertion hours a purchase can hold, and whether a clause is worth writing.

Two formulas: that of most clauses, hours = amount × labour share × rate ÷ hourly cost; and that of
cleaning contracts (PACT, Inserpropre), which first takes off the staff the new holder must take
over. Their parameters are the buyer's, by purchase family: no law fixes them.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from api.rules.hours.figures import YEARLY_HOURS, Rounding, full_time_equivalent
from api.rules.hours.french import (
    MILLION,
    RefusedValueError,
    fixed,
    half_up,
    money,
    number,
    percent,
    spaced,
)
from api.rules.hours.quarters import IN_AN_HOUR, hours_label, nearest_quarter

ADVISED_FROM: Final = 150 * IN_AN_HOUR  # Inserpropre: no clause below 150 h
DAY, WEEK = 7, 35
CLEANING_HOURLY_COST: Final = 2000
CLEANING_LABOUR_SHARE: Final = 800_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate in quarter-hours with its working told in French.

    ``equivalents``: days, weeks, full-time equivalents with their base. ``potential`` (cleaning
    only): what remains to be hired once the staff is taken over, in millionths, may be negative.
    """

    quarters: int
    formula: str
    rounding: str
    equivalents: tuple[str, ...]
    advised: bool
    advice: str
    potential: int | None = None


def insertion_hours(amount: int, labour_share: int, rate: int, hourly_cost: int) -> Estimate:
    """Hours that an amount can hold: cents HT, millionths, millionths, cents per hour.

    Raises ``RefusedValueError`` (French, with the field) for a value out of range.
    """
    _check_terms(amount, labour_share, rate, hourly_cost)
    share, part = Fraction(labour_share, MILLION), Fraction(rate, MILLION)
    hours = Fraction(amount, hourly_cost) * share * part
    formula = f"{money(amount)} HT × {percent(share)} × {percent(part)} ÷ {money(hourly_cost)}"
    return _estimate(hours, formula)


def cleaning_hours(
    amount: int,
    months: int,
    taken_over_hours_per_month: int,
    rate: int,
    hourly_cost: int = CLEANING_HOURLY_COST,
    labour_share: int = CLEANING_LABOUR_SHARE,
) -> Estimate:
    """Hours that a cleaning contract can hold (PACT): P = 1 − (S×C)/(A/N), I = P×A/C×T.

    A amount in cents HT, N months, S quarter-hours taken over each month, T rate in millionths,
    C hourly cost (cents) ÷ labour share (millionths). P ≤ 0: no potential, no hours.
    Source: Inserpropre, method PACT. Raises ``RefusedValueError`` for a value out of range.
    """
    _check_terms(amount, labour_share, rate, hourly_cost)
    if months < 1:
        raise RefusedValueError("months", "La durée est d’un mois au moins : saisissez-la en mois.")
    if taken_over_hours_per_month < 0:
        raise RefusedValueError(
            "taken_over_hours_per_month",
            "Les heures du personnel repris ne peuvent pas être négatives : saisissez 0 s’il n’y "
            "a personne à reprendre.",
        )
    share, part = Fraction(labour_share, MILLION), Fraction(rate, MILLION)
    cost = hourly_cost / share
    worked = amount / cost / months
    taken_over = Fraction(taken_over_hours_per_month, IN_AN_HOUR)
    potential = 1 - taken_over / worked
    formula = (
        f"coût complet d’une heure {_equals(cost / 100, 2)} {money(cost)} "
        f"({money(hourly_cost)} ÷ {percent(share)}) ; potentiel = 1 − ({number(taken_over)} h × "
        f"{money(cost)}) ÷ ({money(amount)} HT ÷ {months} mois) {_equals(potential * 100, 2)} "
        f"{percent(potential)}"
    )
    if potential <= 0:
        return _no_potential(potential, formula, taken_over, worked)
    formula += f" ; {percent(potential)} × {money(amount)} HT ÷ {money(cost)} × {percent(part)}"
    return _estimate(potential * amount / cost * part, formula, potential)


def _check_terms(amount: int, labour_share: int, rate: int, hourly_cost: int) -> None:
    if amount <= 0:
        raise RefusedValueError(
            "amount", "Le montant HT doit dépasser zéro : saisissez-le en euros."
        )
    if hourly_cost <= 0:
        raise RefusedValueError(
            "hourly_cost", "Le coût horaire doit dépasser zéro : saisissez par exemple 20 €."
        )
    for field, name, value in (
        ("labour_share", "La part de main-d’œuvre", labour_share),
        ("rate", "Le taux d’insertion", rate),
    ):
        if not 0 < value <= MILLION:
            raise RefusedValueError(
                field, f"{name} doit dépasser 0 % sans dépasser 100 % : corrigez ce pourcentage."
            )


def _estimate(hours: Fraction, formula: str, potential: Fraction | None = None) -> Estimate:
    quarters = nearest_quarter(hours)
    exact = quarters == hours * IN_AN_HOUR
    advised = quarters >= ADVISED_FROM
    told, least = hours_label(quarters), hours_label(ADVISED_FROM)
    advice = (
        f"{told} : le volume est suffisant pour une clause d’insertion."
        if advised
        else f"{told}, moins de {least} : une clause est déconseillée. Étudiez plutôt un lot "
        "réservé, ou regroupez ce besoin avec d’autres."
    )
    return Estimate(
        quarters=quarters,
        formula=spaced(f"{formula} {'=' if exact else '≈'} {told}"),
        rounding=spaced(
            "Calcul exact, sans arrondi."
            if exact
            else f"Arrondi au quart d’heure le plus proche ({number(hours, 4)} h avant arrondi)."
        ),
        equivalents=equivalents(quarters),
        advised=advised,
        advice=spaced(advice),
        potential=None if potential is None else half_up(potential * MILLION),
    )


def _no_potential(
    potential: Fraction, formula: str, taken_over: Fraction, worked: Fraction
) -> Estimate:
    compared = "égale" if potential == 0 else "dépasse"
    return Estimate(
        quarters=0,
        formula=spaced(f"{formula} : aucune heure"),
        rounding=spaced("Sans objet : aucun potentiel."),
        equivalents=(),
        advised=False,
        advice=spaced(
            f"Aucun potentiel : le personnel à reprendre ({number(taken_over)} h par mois) "
            f"{compared} ce que le montant permet de faire travailler ({number(worked)} h par "
            "mois). Ne mettez pas de clause, ou vérifiez la liste du personnel à reprendre."
        ),
        potential=half_up(potential * MILLION),
    )


def equivalents(quarters: int, base: int = YEARLY_HOURS) -> tuple[str, ...]:
    """The same hours in days of 7 h, in weeks of 35 h, in full-time equivalents with their base."""
    hours = Fraction(quarters, IN_AN_HOUR)
    fte = full_time_equivalent(quarters, base, Rounding.HALF_UP, places=1)
    return (
        spaced(f"{fixed(hours / DAY, 1)} jours de {DAY} h"),
        spaced(f"{fixed(hours / WEEK, 1)} semaines de {WEEK} h"),
        fte.label,
    )


def _equals(value: Fraction, places: int) -> str:
    return "=" if (value * 10**places).denominator == 1 else "≈"
