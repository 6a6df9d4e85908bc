"""The arithmetic of indicators: from sums per class to a figure, its bounds and its completeness.

Each row falls in a class by two answers, each true, false or unknown: is it looked at (perimeter
P), is it counted (where W)? A class is named by both letters, P first: ``tu`` is looked at, not
known whether counted. Rows outside the perimeter never matter.

Everything is exact (``int``, ``Fraction``); rounding belongs to ``scales`` only. Weights are whole
(cents, quarter-hours…), never negative.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from api.rules.indicators.bounds import of_average, of_sum
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.scales import Scale, averaged, greatest, percent, rounded
from api.rules.indicators.sums import ClassSum, ClassSums
from api.rules.indicators.words import Aggregate, ComparedAs, Fact

__all__ = [
    "ClassSum", "ClassSums", "Part", "Result", "compute", "nothing_known", "nothing_looked_at",
    "percent", "reasonless", "rounded",
]  # fmt: skip

# Unless more answers than this, of all those expected, are known, a figure is told by its interval:
# a part of what is known may say nothing of the rest, nor may one answer of two
# (docs/decisions/0017).
ENOUGH = 0.5

# What missing answers may only add to, where its lowest bound is what is known.
_GROWING = frozenset({Aggregate.COUNT, Aggregate.SUM, Aggregate.DISTINCT, Aggregate.RATIO})

Bounds = tuple[Fraction | None, Fraction | None]

NOT_COMPUTABLE = "non calculable : "
_UNKNOWN_WEIGHT: Mapping[Scale, str] = {
    Scale.EUROS: "aucun montant connu",
    Scale.HOURS: "aucun nombre d’heures connu",
    Scale.SCORE: "aucune note connue",
}
_NO_WEIGHT: Mapping[Scale, str] = {
    Scale.EUROS: "le montant total du périmètre est nul",
    Scale.HOURS: "le nombre total d’heures du périmètre est nul",
}


class Part(Struct, frozen=True):
    """A value told apart: its rows, or its own figure, and its share of them all, in percents.

    ``previous`` is the share (of a figure told by part: the figure) it is compared with, ``change``
    what it became. ``key`` None holds the rows whose value is not said. ``value`` is counted in
    ``scale``; ``percent`` is the same figure in percents, ``numerator`` and ``base`` the two
    numbers it comes from, where it is declared with a base. ``unknown``: the answers that may
    change it, None where it isn't told; ``previous_unknown``: of these, the former year's.
    """

    key: str | None
    label: str
    value: Fraction | None
    share: Fraction | None = None
    previous: Fraction | None = None
    change: Fraction | None = None
    scale: Scale = Scale.NUMBER
    percent: Fraction | None = None
    numerator: Fraction | None = None
    base: Fraction | None = None
    unknown: int | None = None
    previous_unknown: int | None = None


class Result(Struct, frozen=True):
    """One figure, and how far it can be trusted.

    ``value``, ``low``, ``high`` and ``previous`` are counted in ``scale``, ``numerator`` in
    ``part_scale``, ``denominator`` in ``base_scale``: see ``scales.rounded``. ``high`` is None when
    nothing bounds the figure or when there is none. ``known`` and ``unknown`` are numbers of rows
    (of declarations, of milestones) whose answer is, or is not, known, each row counted once: of a
    ratio, those of the less known of its two terms. ``share``, ``share_low``, ``share_high`` are
    the same figure as a part of its perimeter, in percents: what a target in percents is compared
    with. ``words`` are what a list, or a yes or no, says. ``compared``: the figure is a difference
    with ``previous``, or that in percents of it; ``both_firm``: whether both may be told alone;
    ``previous_unknown``: of the missing answers, those of the former year; ``unnamed``: those that
    may be of any part. ``rests_on``: the known rows that a count, a rate or an average is made of;
    ``previous_rests_on`` too. ``reason`` says in French why there is no ``value``.
    """

    aggregate: Aggregate
    fact: Fact
    scale: Scale
    value: Fraction | None
    known: int
    unknown: int
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    part_scale: Scale = Scale.WHOLE
    base_scale: Scale = Scale.WHOLE
    low: Fraction | None = None
    high: Fraction | None = None
    share: Fraction | None = None
    share_low: Fraction | None = None
    share_high: Fraction | None = None
    reason: str | None = None
    words: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    previous: Fraction | None = None
    compared: ComparedAs | None = None
    both_firm: bool | None = None
    previous_unknown: int | None = None
    unnamed: int | None = None
    rests_on: int | None = None
    previous_rests_on: int | None = None
    # A step once for all, told of a year that was over before it was done, or due.
    later: bool = False

    @property
    def completeness(self) -> Fraction | None:
        """Known answers over all answers, from 0 to 1; ``None`` when there is nothing to know."""
        total = self.known + self.unknown
        return Fraction(self.known, total) if total else None

    @property
    def firm(self) -> bool:
        """Whether the value may be told alone: enough answers are known, or the others change
        nothing. Of figures compared, each must have enough: one well known hides no other."""
        total = self.known + self.unknown
        most = not self.unknown or self.known > ENOUGH * total
        enough = most if self.both_firm is None else self.both_firm
        # Nothing bounds a sum that somebody has not declared; an evolution may be anything then.
        certain = self.low == self.high and (self.low is not None or self.compared is None)
        return enough or certain or self.value is None

    @property
    def is_least(self) -> bool:
        """Whether missing answers can only add to what is known: a number of rows, a sum, a number
        of different values, a ratio whose base is known."""
        if self.aggregate not in _GROWING or self.compared is not None or self.value is None:
            return False
        return bool(self.unknown) and self.low == self.value != self.high

    def in_percent(self) -> "Result":
        """The figure as its share, for an indicator in percents; itself when it has none."""
        if self.scale is Scale.PERCENT or self.compared is not None:
            return self
        parts = tuple(map(_in_percent, self.parts))
        if self.aggregate is Aggregate.DECLARED and self.denominator is None:
            # Declared without its base: the number is the percentage.
            return replace(
                self,
                scale=Scale.PERCENT,
                share=self.value,
                share_low=self.low,
                share_high=self.high,
                parts=parts,
            )
        if self.share is None and self.value is not None:
            return self
        return replace(
            self,
            scale=Scale.PERCENT,
            value=self.share,
            low=self.share_low,
            high=self.share_high,
            parts=parts,
        )


def _in_percent(part: Part) -> Part:
    if part.percent is None:
        return part
    return replace(part, scale=Scale.PERCENT, value=part.percent)


def reasonless(text: str) -> str:
    """Why there is no figure, in one form everywhere: « non calculable : … »."""
    return NOT_COMPUTABLE + text


def nothing_looked_at(fact: Fact) -> str:
    """« non calculable : aucun marché dans le périmètre »."""
    return reasonless(f"{FACTS[fact].none} dans le périmètre")


def nothing_known(fact: Fact) -> str:
    """« non calculable : aucun marché dont la réponse est connue »."""
    return reasonless(f"{FACTS[fact].none} dont la réponse est connue")


def _no_weight_known(fact: Fact, scale: Scale) -> str:
    what = _UNKNOWN_WEIGHT.get(scale, "aucun nombre connu")
    return reasonless(f"{what} parmi les {FACTS[fact].plural} à additionner")


def _no_weight(scale: Scale) -> str:
    return reasonless(_NO_WEIGHT.get(scale, "le total du périmètre est nul"))


def compute(
    aggregate: Aggregate,
    sums: ClassSums,
    fact: Fact = Fact.CONTRACT,
    weight: Scale = Scale.EUROS,
) -> Result:
    """The figure of rows, from the sums of the six classes.

    ``weight``: what the weights are counted in. KeyError for an aggregate that needs more than the
    classes (see ``figures.figure_of``).
    """
    return COMPUTATIONS[aggregate](sums, fact, weight)


def _count(sums: ClassSums, fact: Fact, _weight: Scale) -> Result:
    known, unknown = sums.known.rows, sums.may_count.rows
    share_low, share_high = _share_bounds(sums)
    reason = nothing_known(fact) if unknown and not known else None
    return Result(
        aggregate=Aggregate.COUNT,
        fact=fact,
        scale=Scale.WHOLE,
        value=None if reason else Fraction(sums.tt.rows),
        numerator=Fraction(sums.tt.rows),
        denominator=Fraction(known),
        known=known,
        unknown=unknown,
        low=Fraction(sums.tt.rows),
        high=Fraction(sums.tt.rows + unknown),
        share=_percent(sums.tt.rows, known),
        share_low=share_low,
        share_high=share_high,
        rests_on=known,
        reason=reason,
    )


def _share(sums: ClassSums, fact: Fact, _weight: Scale) -> Result:
    known, unknown = sums.known.rows, (sums.may_count + sums.uf).rows
    share, (low, high) = _percent(sums.tt.rows, known), _share_bounds(sums)
    reason = nothing_known(fact) if unknown else nothing_looked_at(fact)
    return Result(
        aggregate=Aggregate.SHARE,
        fact=fact,
        scale=Scale.PERCENT,
        value=share,
        numerator=Fraction(sums.tt.rows),
        denominator=Fraction(known),
        known=known,
        unknown=unknown,
        low=low,
        high=high,
        share=share,
        share_low=low,
        share_high=high,
        rests_on=known,
        reason=None if known else reason,
    )


def _sum(sums: ClassSums, fact: Fact, weight: Scale) -> Result:
    candidates = sums.tt + sums.may_count
    known = sums.known.rows - sums.tt.without_weight
    unknown = sums.may_count.rows + sums.tt.without_weight
    share_low, share_high = _sum_share_bounds(sums)
    reason = None
    if sums.tt.without_weight and not sums.tt.weights:
        reason = _no_weight_known(fact, weight)
    elif unknown and not known:
        reason = nothing_known(fact)
    return Result(
        aggregate=Aggregate.SUM,
        fact=fact,
        scale=weight,
        value=None if reason else Fraction(sums.tt.weight),
        numerator=Fraction(sums.tt.weight),
        denominator=Fraction(sums.known.weight),
        part_scale=weight,
        base_scale=weight,
        known=known,
        unknown=unknown,
        low=Fraction(sums.tt.weight),
        high=of_sum(candidates, greatest(weight)),
        share=_percent(sums.tt.weight, sums.known.weight),
        share_low=share_low,
        share_high=share_high,
        reason=reason,
    )


def _sum_share(sums: ClassSums, fact: Fact, weight: Scale) -> Result:
    known = sums.known.weights
    unknown = (sums.may_count + sums.uf).rows + sums.known.without_weight
    share, (low, high) = _percent(sums.tt.weight, sums.known.weight), _sum_share_bounds(sums)
    return Result(
        aggregate=Aggregate.SUM_SHARE,
        fact=fact,
        scale=Scale.PERCENT,
        value=share,
        numerator=Fraction(sums.tt.weight),
        denominator=Fraction(sums.known.weight),
        part_scale=weight,
        base_scale=weight,
        known=known,
        unknown=unknown,
        low=low,
        high=high,
        share=share,
        share_low=low,
        share_high=high,
        rests_on=known,
        reason=None if share is not None else _why_no_sum_share(sums, unknown, fact, weight),
    )


def _why_no_sum_share(sums: ClassSums, unknown: int, fact: Fact, weight: Scale) -> str:
    if sums.known.weights:
        return _no_weight(weight)
    if sums.known.rows:
        return _no_weight_known(fact, weight)
    return nothing_known(fact) if unknown else nothing_looked_at(fact)


def _average(sums: ClassSums, fact: Fact, weight: Scale) -> Result:
    rows, unknown = sums.tt.weights, sums.may_count.rows + sums.tt.without_weight
    value = Fraction(sums.tt.weight, rows) if rows else None
    bounds = of_average(sums.tt, sums.may_count, greatest(weight))
    return Result(
        aggregate=Aggregate.AVERAGE,
        fact=fact,
        scale=averaged(weight),
        value=value,
        numerator=Fraction(sums.tt.weight),
        denominator=Fraction(rows),
        part_scale=weight,
        known=sums.tf.rows + rows,
        unknown=unknown,
        low=bounds.low,
        high=bounds.high,
        rests_on=rows,
        reason=None if rows else _why_no_average(sums, unknown, fact, weight),
    )


def _why_no_average(sums: ClassSums, unknown: int, fact: Fact, weight: Scale) -> str:
    if sums.tt.rows:
        return _no_weight_known(fact, weight)
    if unknown:
        return nothing_known(fact)
    if sums.tf.rows:
        spec = FACTS[fact]
        return reasonless(f"{spec.none} {spec.counted.removesuffix('s')}")
    return nothing_looked_at(fact)


COMPUTATIONS: Mapping[Aggregate, Callable[[ClassSums, Fact, Scale], Result]] = {
    Aggregate.COUNT: _count,
    Aggregate.SHARE: _share,
    Aggregate.SUM: _sum,
    Aggregate.SUM_SHARE: _sum_share,
    Aggregate.AVERAGE: _average,
}


def _percent(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None


def _share_bounds(sums: ClassSums) -> Bounds:
    """Between which percents the share of rows lies, whatever the unknown answers are.

    Lowest: what may be false is, what is unknown but counted stays out. Highest: the reverse.
    When only one kind of completion gives a share at all, both bounds are that share.
    """
    counted, others = sums.tt.rows, (sums.tf + sums.tu + sums.uf + sums.uu).rows
    low = _percent(counted, counted + others)
    most = (sums.tt + sums.may_count).rows
    high = _percent(most, most + sums.tf.rows)
    return _completed(low, high)


def _sum_share_bounds(sums: ClassSums) -> Bounds:
    """The same with weights, where one that is not known may be anything from zero up.

    A bound that is only approached, never reached (an unknown weight growing without end), is
    still the bound given.
    """
    counted, others = sums.tt, sums.tf + sums.tu + sums.uf + sums.uu
    low = _percent(counted.weight, counted.weight + others.weight)
    if others.without_weight:
        low = Fraction(0)
    most = sums.tt + sums.may_count
    high = _percent(most.weight, most.weight + sums.tf.weight)
    if most.without_weight:
        high = Fraction(100)
    return _completed(low, high)


def _completed(low: Fraction | None, high: Fraction | None) -> Bounds:
    """Where one bound is 0/0, the completions that give a share all give the other bound's."""
    return (high if low is None else low, low if high is None else high)
