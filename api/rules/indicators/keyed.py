"""Figures of rows told apart by the value of a field: how many, and the part of each."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from msgspec.structs import replace

from api.rules.indicators.beings import beyond
from api.rules.indicators.results import (
    Part,
    Result,
    compute,
    nothing_known,
    nothing_looked_at,
    reasonless,
)
from api.rules.indicators.scales import Scale
from api.rules.indicators.sums import ClassSum, ClassSums, KeyedSums
from api.rules.indicators.vocabulary import Definition, Quantity
from api.rules.indicators.words import SHARES, Aggregate

# What the parts of a whole are a share of.
_ADDED_UP = frozenset({Aggregate.COUNT, Aggregate.SUM})
# Of thousands of suppliers, an answer that stays small names the most frequent ones.
MOST_NAMED = 100


def figure(quantity: Quantity, keyed: KeyedSums, weight: Scale = Scale.WHOLE) -> Result:
    """The figure of a distinct, of a breakdown, or of a whole and its parts; ``weight``: what the
    weights are counted in."""
    if quantity.by is not None:
        return _whole_and_parts(quantity, keyed, weight)
    told = _distinct if quantity.aggregate is Aggregate.DISTINCT else _breakdown
    return told(quantity, keyed)


def _whole_and_parts(quantity: Quantity, keyed: KeyedSums, weight: Scale) -> Result:
    """The figure of all rows, computed of all of them, and the same figure of the rows of each
    value: nothing is averaged."""
    label = _labels(quantity, keyed)
    whole = compute(quantity.aggregate, keyed.total, quantity.fact, weight)
    by = keyed.by
    if None in by and beyond(quantity):
        # What is none of the fact has no value, and is no row whose value nobody said: of rows
        # without one, only those that count, or may, are told.
        by = {**by, None: replace(by[None], tf=ClassSum(), uf=ClassSum())}
    total = whole.value if quantity.aggregate in _ADDED_UP else None
    unnamed = _unnamed(quantity, by.get(None, ClassSums()))
    parts = [
        _part(key, label(key), own, total, own.unknown + (0 if key is None else unnamed))
        for key, one in by.items()
        if _concerned(quantity, one)
        for own in (compute(quantity.aggregate, one, quantity.fact, weight),)
    ]
    return replace(whole, parts=tuple(sorted(parts, key=_by_size)), unnamed=unnamed)


def _concerned(quantity: Quantity, sums: ClassSums) -> bool:
    """Whether a value has a figure: a share may be zero, a number of nothing is not told."""
    looked_at = sums.known if quantity.aggregate in SHARES else sums.tt
    return bool(looked_at.rows or sums.may_count.rows)


def _unnamed(quantity: Quantity, nameless: ClassSums) -> int:
    """How many rows whose value is not said may be of any part."""
    may = (nameless.tt + nameless.may_count).rows
    return may + (nameless.tf + nameless.uf).rows if quantity.aggregate in SHARES else may


def _part(key: str | None, label: str, own: Result, total: Fraction | None, unknown: int) -> Part:
    share = None if not total or own.value is None else 100 * own.value / total
    scale, percent = own.scale, own.share
    return Part(key, label, own.value, share, scale=scale, percent=percent, unknown=unknown)


def by_several(definition: Definition, told: Sequence[Result]) -> Result:
    """The same rows told apart by one field after the other: « Sexe : Femme ».

    ``told``: the breakdown by each of ``definition.quantities``.
    """
    parts = tuple(
        replace(
            part,
            key=f"{quantity.of}:{part.key or ''}",
            label=f"{_title(quantity)}\u00a0: {part.label}",
        )
        for quantity, result in zip(definition.quantities, told, strict=True)
        for part in result.parts
    )
    reason = next((one.reason for one in told if one.reason is not None), None)
    known, unknown = sum(one.known for one in told), sum(one.unknown for one in told)
    return replace(told[0], parts=parts, reason=reason, known=known, unknown=unknown)


def _title(quantity: Quantity) -> str:
    by = quantity.field.by if quantity.field is not None else ""
    return by[:1].upper() + by[1:]


def _labels(quantity: Quantity, keyed: KeyedSums) -> Callable[[str | None], str]:
    field = None if quantity.key is None else quantity.spec.fields[quantity.key]
    names = {} if field is None else field.names

    def label(key: str | None) -> str:
        if key is None:
            return "Non renseigné"
        return keyed.labels.get(key) or names.get(key, key)

    return label


def _distinct(quantity: Quantity, keyed: KeyedSums) -> Result:
    """Sure values, those that only rows in doubt hold, and rows whose value is not said; the most
    frequent are named, ``MOST_NAMED`` of them."""
    label = _labels(quantity, keyed)
    sure: list[tuple[int, str, str]] = []
    maybe = known = unknown = 0
    for key, one in keyed.by.items():
        rows, doubt = one.tt.rows, one.tu.rows + one.ut.rows + one.uu.rows
        unknown += doubt
        if key is None:
            # Counted, but whose value is not said.
            unknown += rows
        elif rows:
            sure.append((-rows, label(key), key))
        elif doubt:
            maybe += 1
        known += one.tf.rows + (0 if key is None else rows)
    nameless = keyed.by.get(None, ClassSums())
    unsaid = nameless.tt.rows + nameless.may_count.rows
    number, reason = Fraction(len(sure)), None
    if unknown and not known:
        reason = nothing_known(quantity.fact)
    elif nameless.tt.rows and not sure:
        reason = _none_said(quantity)
    parts = tuple(Part(key, name, Fraction(-rows)) for rows, name, key in sorted(sure)[:MOST_NAMED])
    return Result(
        aggregate=Aggregate.DISTINCT,
        fact=quantity.fact,
        scale=Scale.WHOLE,
        value=None if reason else number,
        known=known,
        unknown=unknown,
        numerator=number,
        low=number or Fraction(1 if nameless.tt.rows else 0),
        high=number + maybe + unsaid,
        reason=reason,
        words=tuple(sorted(one.label for one in parts)),
        parts=parts,
    )


def _none_said(quantity: Quantity) -> str:
    """« non calculable : « domaine d’activité » n’est dit d’aucun marché réservé compté »: there is
    one value at least, and no name of any."""
    spec, field = quantity.spec, quantity.field
    label = "" if field is None else field.label
    counted = f"{spec.none} {spec.counted.removesuffix('s')}"
    return reasonless(f"«\u00a0{label}\u00a0» n’est dit d’{counted}")


def _breakdown(quantity: Quantity, keyed: KeyedSums) -> Result:
    label, total = _labels(quantity, keyed), keyed.total
    nameless = keyed.by.get(None, ClassSums()).tt.rows
    told = total.tt.rows - nameless
    parts = [
        Part(
            key,
            label(key),
            Fraction(one.tt.rows),
            None if key is None else Fraction(100 * one.tt.rows, told),
        )
        for key, one in keyed.by.items()
        if one.tt.rows
    ]
    known, unknown = total.known.rows - nameless, total.may_count.rows + nameless
    reason = None
    if not told:
        reason = nothing_known(quantity.fact) if unknown else nothing_looked_at(quantity.fact)
    return Result(
        aggregate=Aggregate.BREAKDOWN,
        fact=quantity.fact,
        scale=Scale.PERCENT,
        value=None,
        known=known,
        unknown=unknown,
        numerator=Fraction(told),
        denominator=Fraction(total.tt.rows),
        reason=reason,
        parts=tuple(sorted(parts, key=_by_size)),
    )


def _by_size(part: Part) -> tuple[bool, Fraction, str]:
    return (part.key is None, -(part.value or Fraction(0)), part.label)
