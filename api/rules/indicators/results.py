"""The arithmetic of indicators: from sums per class to a figure, its bounds and its completeness.

Each contract falls in a class by two answers, each true, false or unknown: is it looked at
(perimeter P), is it counted (where W)? A class is named by both letters, P first: ``tu`` is looked
at, not known whether counted. Contracts outside the perimeter never matter.

Everything is exact (``int``, ``Fraction``); rounding belongs to ``rounded`` only. Amounts are
whole cents, never negative.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from api.rules.indicators.vocabulary import Measure

NOTHING_LOOKED_AT = "non calculable : aucun marché dans le périmètre"
NOTHING_KNOWN = "non calculable : aucun marché dont la réponse est connue"
NO_AMOUNT_KNOWN = "non calculable : aucun montant connu parmi les marchés à additionner"
NO_AMOUNT = "non calculable : le montant total du périmètre est nul"

Bounds = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True, slots=True)
class ClassSum:
    """The contracts of one class.

    ``amount`` is the sum in cents of the amounts that are known; ``without_amount`` the number of
    contracts whose amount is not.
    """

    contracts: int = 0
    amount: int = 0
    without_amount: int = 0

    def __add__(self, other: "ClassSum") -> "ClassSum":
        return ClassSum(
            self.contracts + other.contracts,
            self.amount + other.amount,
            self.without_amount + other.without_amount,
        )

    @property
    def amounts(self) -> int:
        """Number of contracts whose amount is known."""
        return self.contracts - self.without_amount


@dataclass(frozen=True, slots=True)
class ClassSums:
    """The six classes that matter: first letter the perimeter, second the criterion."""

    tt: ClassSum = field(default_factory=ClassSum)
    tf: ClassSum = field(default_factory=ClassSum)
    tu: ClassSum = field(default_factory=ClassSum)
    ut: ClassSum = field(default_factory=ClassSum)
    uf: ClassSum = field(default_factory=ClassSum)
    uu: ClassSum = field(default_factory=ClassSum)

    @property
    def known(self) -> ClassSum:
        """Looked at, and known whether counted."""
        return self.tt + self.tf

    @property
    def may_count(self) -> ClassSum:
        """Not known to be counted, but might be."""
        return self.tu + self.ut + self.uu


@dataclass(frozen=True, slots=True)
class Result:
    """One figure, and how far it can be trusted.

    ``value``, ``low`` and ``high`` are contracts (count), cents (amount) or percents (both shares).
    ``high`` is ``None`` when nothing bounds the figure or when there is none. ``numerator`` and
    ``denominator`` are contracts for ``count`` and ``share``, cents for the other two. ``known``
    and ``unknown`` are numbers of contracts whose answer is, or is not, known.
    ``share``, ``share_low``, ``share_high`` are the same figure as a part of its perimeter, in
    percents: what a target in percents is compared with.
    ``reason`` says in French why there is no ``value``.
    """

    measure: Measure
    value: Fraction | None
    numerator: int
    denominator: int
    known: int
    unknown: int
    low: Fraction | None
    high: Fraction | None
    share: Fraction | None
    share_low: Fraction | None
    share_high: Fraction | None
    reason: str | None = None

    @property
    def completeness(self) -> Fraction | None:
        """Known answers over all answers, from 0 to 1; ``None`` when there is nothing to know."""
        total = self.known + self.unknown
        return Fraction(self.known, total) if total else None


def compute(measure: Measure, sums: ClassSums) -> Result:
    """The figure of one measure, from the sums of the six classes."""
    return COMPUTATIONS[measure](sums)


def _count(sums: ClassSums) -> Result:
    known, unknown = sums.known.contracts, sums.may_count.contracts
    share_low, share_high = _share_bounds(sums)
    reason = NOTHING_KNOWN if unknown and not known else None
    return Result(
        measure=Measure.COUNT,
        value=None if reason else Fraction(sums.tt.contracts),
        numerator=sums.tt.contracts,
        denominator=known,
        known=known,
        unknown=unknown,
        low=Fraction(sums.tt.contracts),
        high=Fraction(sums.tt.contracts + unknown),
        share=_percent(sums.tt.contracts, known),
        share_low=share_low,
        share_high=share_high,
        reason=reason,
    )


def _share(sums: ClassSums) -> Result:
    known, unknown = sums.known.contracts, (sums.may_count + sums.uf).contracts
    share, (low, high) = _percent(sums.tt.contracts, known), _share_bounds(sums)
    return Result(
        measure=Measure.SHARE,
        value=share,
        numerator=sums.tt.contracts,
        denominator=known,
        known=known,
        unknown=unknown,
        low=low,
        high=high,
        share=share,
        share_low=low,
        share_high=high,
        reason=None if known else NOTHING_KNOWN if unknown else NOTHING_LOOKED_AT,
    )


def _amount(sums: ClassSums) -> Result:
    candidates = sums.tt + sums.may_count
    known = sums.known.contracts - sums.tt.without_amount
    unknown = sums.may_count.contracts + sums.tt.without_amount
    share_low, share_high = _amount_share_bounds(sums)
    reason = None
    if sums.tt.without_amount and not sums.tt.amounts:
        reason = NO_AMOUNT_KNOWN
    elif unknown and not known:
        reason = NOTHING_KNOWN
    return Result(
        measure=Measure.AMOUNT,
        value=None if reason else Fraction(sums.tt.amount),
        numerator=sums.tt.amount,
        denominator=sums.known.amount,
        known=known,
        unknown=unknown,
        low=Fraction(sums.tt.amount),
        high=None if candidates.without_amount else Fraction(candidates.amount),
        share=_percent(sums.tt.amount, sums.known.amount),
        share_low=share_low,
        share_high=share_high,
        reason=reason,
    )


def _amount_share(sums: ClassSums) -> Result:
    known = sums.known.amounts
    unknown = (sums.may_count + sums.uf).contracts + sums.known.without_amount
    share, (low, high) = _percent(sums.tt.amount, sums.known.amount), _amount_share_bounds(sums)
    return Result(
        measure=Measure.AMOUNT_SHARE,
        value=share,
        numerator=sums.tt.amount,
        denominator=sums.known.amount,
        known=known,
        unknown=unknown,
        low=low,
        high=high,
        share=share,
        share_low=low,
        share_high=high,
        reason=None if share is not None else _why_no_amount_share(sums, unknown),
    )


def _why_no_amount_share(sums: ClassSums, unknown: int) -> str:
    if sums.known.amounts:
        return NO_AMOUNT
    if sums.known.contracts:
        return NO_AMOUNT_KNOWN
    return NOTHING_KNOWN if unknown else NOTHING_LOOKED_AT


COMPUTATIONS: Mapping[Measure, Callable[[ClassSums], Result]] = {
    Measure.COUNT: _count,
    Measure.SHARE: _share,
    Measure.AMOUNT: _amount,
    Measure.AMOUNT_SHARE: _amount_share,
}


def _percent(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None


def _share_bounds(sums: ClassSums) -> Bounds:
    """Between which percents the share of contracts lies, whatever the unknown answers are.

    Lowest: what may be false is, what is unknown but counted stays out. Highest: the reverse.
    When only one kind of completion gives a share at all, both bounds are that share.
    """
    counted, others = sums.tt.contracts, (sums.tf + sums.tu + sums.uf + sums.uu).contracts
    low = _percent(counted, counted + others)
    most = (sums.tt + sums.may_count).contracts
    high = _percent(most, most + sums.tf.contracts)
    return _completed(low, high)


def _amount_share_bounds(sums: ClassSums) -> Bounds:
    """The same with amounts, where an amount that is not known may be anything from zero up.

    A bound that is only approached, never reached (an unknown amount growing without end), is
    still the bound given.
    """
    counted, others = sums.tt, sums.tf + sums.tu + sums.uf + sums.uu
    low = _percent(counted.amount, counted.amount + others.amount)
    if others.without_amount:
        low = Fraction(0)
    most = sums.tt + sums.may_count
    high = _percent(most.amount, most.amount + sums.tf.amount)
    if most.without_amount:
        high = Fraction(100)
    return _completed(low, high)


def _completed(low: Fraction | None, high: Fraction | None) -> Bounds:
    """Where one bound is 0/0, the completions that give a share all give the other bound's."""
    return (high if low is None else low, low if high is None else high)


def rounded(measure: Measure, value: Fraction | None) -> Decimal | None:
    """A figure as it is shown: contracts whole, amounts in euros, percents with two decimals.

    Half is rounded away from zero, as in ordinary French usage.
    """
    if value is None:
        return None
    if measure is Measure.COUNT:
        return _decimal(value, 0)
    return _decimal(value / 100 if measure is Measure.AMOUNT else value, 2)


def percent(value: Fraction | None) -> Decimal | None:
    """A percentage as it is shown, with two decimals."""
    return None if value is None else _decimal(value, 2)


def _decimal(value: Fraction, places: int) -> Decimal:
    # Scaled to a whole number of the last place first: a Fraction has no exact Decimal.
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
