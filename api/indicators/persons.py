"""The fact « beneficiary »: persons, only as they were arrested when their year was closed.

Nothing is counted here: what passed the filter of disclosure is read again, so that an indicator
never tells more than the figures of insertion do.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlmodel import Session

from api.indicators.engine import Counted, Key, Where
from api.indicators.period import Years
from api.insertion.figures import freezing
from api.insertion.figures.schemas import BreakdownFigures, CellFigures, InsertionFigures
from api.kit.columns import to_quarters
from api.rules.indicators.criteria import FieldTest
from api.rules.indicators.facts.insertion import BENEFICIARY_FIELDS
from api.rules.indicators.sums import ClassSum, ClassSums, KeyedSums
from api.rules.indicators.vocabulary import Definition, Fact, Period, Quantity

NOT_CLOSED: Final = "donné une fois l’année close"
SECRET: Final = "secret statistique"  # noqa: S105 - a word, not a password
UNKNOWN: Final = "unknown"


Arrested = Mapping[tuple[UUID, int], InsertionFigures]


def arrested(session: Session, buyers: Sequence[UUID], years: Years) -> Arrested:
    """The figures of insertion that closed years keep, by buyer and year."""
    return freezing.of_buyers(session, buyers, years.first, years.last)


def count(kept: Arrested, definitions: Iterable[Definition]) -> dict[Key, Counted]:
    """The arrested figures of these quantities, by buyer and year; what is secret is not there."""
    wanted = [
        quantity
        for definition in definitions
        for quantity in definition.quantities
        if quantity.fact is Fact.BENEFICIARY
    ]
    found: dict[Key, Counted] = {(Period.CIVIL_YEAR, one): {} for one in wanted}
    for (buyer, year), figures in kept.items():
        for quantity in wanted:
            sums = _sums(quantity, figures)
            if sums is not None:
                found[Period.CIVIL_YEAR, quantity][Where(buyer, year)] = sums
    return found


def withheld(
    counted: Mapping[Where, object],
    closed: Collection[Where],
    buyers: Sequence[UUID],
    year: int,
) -> str | None:
    """Why the persons of a year can't be told of, None when they can: of every buyer.

    ``closed``: the buyers and years whose figures were arrested.
    """
    wanted = [Where(buyer, year) for buyer in buyers]
    if all(one in counted for one in wanted):
        return None
    if all(one in closed for one in wanted):
        return f"{SECRET} : trop peu de personnes en {year} pour le dire"
    return f"{NOT_CLOSED} : {year} ne l’est pas encore"


def _sums(quantity: Quantity, figures: InsertionFigures) -> ClassSums | KeyedSums | None:
    if quantity.of and quantity.keyed:
        return _told_apart(quantity.of, figures)
    if quantity.where is None:
        exact = figures.beneficiaries.exact
        return None if exact is None else ClassSums(tt=ClassSum(exact))
    if not isinstance(quantity.where, FieldTest):
        return None
    test = quantity.where
    if test.field == "long_path":
        return _long_path(figures, test.operand is True)
    breakdown = _breakdown(test.field, figures)
    return None if breakdown is None else _parted(breakdown, _codes(test))


def _codes(test: FieldTest) -> frozenset[str]:
    operand = test.operand
    if isinstance(operand, bool):
        return frozenset({"yes" if operand else "no"})
    return frozenset(operand if isinstance(operand, tuple) else (str(operand),))


def _breakdown(by: str, figures: InsertionFigures) -> BreakdownFigures | None:
    return next((one for one in figures.breakdowns if one.by == by), None)


def _parted(breakdown: BreakdownFigures, codes: frozenset[str]) -> ClassSums | None:
    """The cells in the codes, those known to be out of them, and those not said."""
    if any(one.status == "secret" for one in breakdown.cells):
        return None
    inside = [one for one in breakdown.cells if one.key in codes]
    unsaid = [one for one in breakdown.cells if one.key == UNKNOWN]
    out = [one for one in breakdown.cells if one.key not in codes and one.key != UNKNOWN]
    return ClassSums(tt=_added(inside), tf=_added(out), tu=_added(unsaid))


def _added(cells: Iterable[CellFigures]) -> ClassSum:
    return sum(
        (ClassSum(one.persons or 0, to_quarters(one.hours or Decimal(0))) for one in cells),
        ClassSum(),
    )


def _told_apart(of: str, figures: InsertionFigures) -> KeyedSums | None:
    breakdown = _breakdown(of, figures)
    if breakdown is None or any(one.status == "secret" for one in breakdown.cells):
        return None
    names = BENEFICIARY_FIELDS[of].names
    return KeyedSums(
        {
            None if one.key == UNKNOWN else one.key: ClassSums(tt=_added([one]))
            for one in breakdown.cells
        },
        {one.key: names.get(one.key, one.label) for one in breakdown.cells},
    )


def _long_path(figures: InsertionFigures, wanted: bool) -> ClassSums | None:
    long, everybody = figures.long_paths.persons, figures.beneficiaries.exact
    if long is None or everybody is None:
        return None
    yes, no = ClassSum(long), ClassSum(everybody - long)
    return ClassSums(tt=yes, tf=no) if wanted else ClassSums(tt=no, tf=yes)
