"""The figures of reserved markets of a buyer and a year; exact, rounded only when shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from api.access.permissions import Actor, Permission
from api.access.service import own
from api.kit.columns import to_euros
from api.reference.cpv import label_of
from api.reserved import figure_facts as facts
from api.reserved import figure_texts as texts
from api.reserved.bases import BASES
from api.reserved.families import of_buyer
from api.reserved.figure_facts import BasisClass, PaidClass, Period, ReservedClass
from api.reserved.figure_schemas import (
    BaseShare,
    BasisFigure,
    Category,
    Counted,
    DomainFigure,
    Evolution,
    KindFigure,
    Mandated,
    Rate,
    ReservedCount,
    ReservedFigures,
    ResultCount,
    SourcingFigures,
)
from api.reserved.models import LegalBasis, SourcingTool
from api.reserved.register_schemas import RESULTS
from api.rules.indicators.results import compute
from api.rules.indicators.scales import Scale, known_rate, percent, rounded
from api.rules.indicators.sums import ClassSum, ClassSums
from api.rules.indicators.words import Aggregate
from api.structures.models import INCLUSIVE_KINDS, StructureKind
from api.structures.schemas import KINDS


def read(session: Session, actor: Actor, siret: str, year: int) -> ReservedFigures:
    """The figures of one of the actor's buyers: one statement for each fact.

    Raises NotFound, Forbidden.
    """
    buyer = own(session, actor, siret, Permission.CONTRACTS_READ)
    period = Period(buyer.id, year)
    families = of_buyer(session, buyer.id)
    classes = facts.reserved_classes(session, period, families)
    bases = facts.bases(session, period)
    paid = facts.paid(session, period)
    sourcings = facts.sourcings(session, period)
    categories = facts.categories(session, period)
    mandated = [_mandated([one for one in paid if one.year == when]) for when in (year - 1, year)]
    reserved = [
        _reserved([one for one in classes if one.year == when]) for when in (year - 1, year)
    ]
    found = [_sourcing([row for row in sourcings if row[0] == when]) for when in (year - 1, year)]
    return ReservedFigures(
        organisation_id=buyer.id,
        organisation=siret,
        name=buyer.name,
        year=year,
        reserved=reserved[1],
        shares=_shares([one for one in classes if one.year == year], bool(families)),
        by_basis=_by_basis(bases, year),
        domains=_domains([one for one in bases if one.year == year]),
        mandated=mandated[1],
        sourcing=found[1],
        legal=[_category(name, categories[name], year) for name in ("esus", "disadvantaged")],
        holders=[_category(name, categories[name], year) for name in ("ess", "inclusive")],
        evolution=_evolution(reserved, mandated, found),
    )


# --- reserved contracts --------------------------------------------------------------------------


def _reserved(classes: Sequence[ReservedClass]) -> ReservedCount:
    counted = _total(one.sums for one in classes if one.reserved == "t")
    unsaid = [one for one in classes if one.reserved == "t" and not one.registered]
    return ReservedCount(
        contracts=counted.rows,
        unknown=_total(one.sums for one in classes if one.reserved == "u").rows,
        basis_unknown=_total(one.sums for one in unsaid).rows,
        amount=_amount(counted),
        without_amount=counted.without_weight,
        text=texts.RESERVED,
    )


def _shares(classes: Sequence[ReservedClass], declared: bool) -> list[BaseShare]:
    everything = facts.class_sums((one.reserved, one.sums) for one in classes)
    letters: dict[str, ClassSum] = defaultdict(ClassSum)
    for one in classes:
        if one.family != "f":
            letters[one.family + one.reserved] += one.sums
    bases = (("all", texts.ALL, everything), ("families", texts.FAMILIES, ClassSums(**letters)))
    shares = [
        BaseShare(
            code=code,
            base=base,
            number=rate(Aggregate.SHARE, sums),
            value=rate(Aggregate.SUM_SHARE, sums),
        )
        for code, base, sums in bases
    ]
    if not declared:
        shares[1].number.reason = shares[1].value.reason = texts.NO_FAMILY
    return shares


def rate(aggregate: Aggregate, sums: ClassSums) -> Rate:
    """A share as it is shown: percents with two decimals, contracts whole, amounts in euros."""
    result = compute(aggregate, sums)
    known = result.completeness
    return Rate(
        value=_text(percent(result.value)),
        numerator=_number(result.part_scale, result.numerator),
        denominator=_number(result.base_scale, result.denominator),
        known=result.known,
        unknown=result.unknown,
        low=_text(percent(result.low)),
        high=_text(percent(result.high)),
        completeness=None if known is None else f"{known_rate(known):.4f}",
        reason=result.reason,
    )


def _by_basis(found: Sequence[BasisClass], year: int) -> list[BasisFigure]:
    sums: dict[tuple[LegalBasis, int], ClassSum] = defaultdict(ClassSum)
    for one in found:
        sums[one.basis, one.year] += one.sums
    shown = []
    for basis, base in BASES.items():
        before, after = sums[basis, year - 1], sums[basis, year]
        if before.rows or after.rows:
            shown.append(
                BasisFigure(
                    basis=basis,
                    label=base.label,
                    contracts=after.rows,
                    amount=_amount(after),
                    without_amount=after.without_weight,
                    before=before.rows,
                    change=_change(before.rows, after.rows),
                )
            )
    return shown


def _domains(found: Sequence[BasisClass]) -> list[DomainFigure]:
    sums: dict[tuple[LegalBasis, str | None], ClassSum] = defaultdict(ClassSum)
    for one in found:
        division = f"{one.division}000000" if one.division else None
        sums[one.basis, one.domain or label_of(division)] += one.sums
    shown = [
        DomainFigure(
            basis=basis,
            domain=domain,
            contracts=one.rows,
            amount=_amount(one),
            without_amount=one.without_weight,
        )
        for (basis, domain), one in sums.items()
    ]
    return sorted(shown, key=lambda one: (list(BASES).index(one.basis), one.domain or "\uffff"))


def _category(name: str, years: dict[int, ClassSums], year: int) -> Category:
    label, text = texts.CATEGORIES[name]
    now, before = years[year], years[year - 1]
    both = ClassSums(tt=now.tt + before.tt, tf=now.tf + before.tf, tu=now.tu + before.tu)
    return Category(
        code=name,
        label=label,
        text=text,
        number=rate(Aggregate.SHARE, now),
        value=rate(Aggregate.SUM_SHARE, now),
        two_years_number=rate(Aggregate.SHARE, both),
        two_years_value=rate(Aggregate.SUM_SHARE, both),
    )


# --- money mandated, sourcing --------------------------------------------------------------------


def _mandated(paid: Sequence[PaidClass]) -> Mandated:
    counted = [one for one in paid if one.inclusive]
    others = [one for one in paid if not one.inclusive and not one.outside]
    structures = sum(one.structures for one in counted)
    amount = sum(one.amount for one in counted)
    average = Fraction(amount, structures) if structures else None
    kinds: dict[StructureKind, list[PaidClass]] = defaultdict(list)
    for one in counted:
        if one.kind in INCLUSIVE_KINDS:
            kinds[one.kind].append(one)
    reason = None if structures else texts.NO_STRUCTURE_PAID if paid else texts.NO_SPENDING

    def total(some: Iterable[PaidClass]) -> Fraction | None:
        return Fraction(sum(one.amount for one in some)) if paid else None

    return Mandated(
        lines=sum(one.lines for one in paid),
        total=rounded(Scale.EUROS, total(paid)),
        to_structures=rounded(Scale.EUROS, total(counted)),
        by_kind=[
            KindFigure(
                kind=kind,
                label=KINDS[kind],
                amount=to_euros(sum(one.amount for one in kinds[kind])),
                structures=sum(one.structures for one in kinds[kind]),
            )
            for kind in INCLUSIVE_KINDS
            if kind in kinds
        ],
        ess=rounded(Scale.EUROS, total(one for one in paid if one.ess or one.esus)),
        esus=rounded(Scale.EUROS, total(one for one in paid if one.esus)),
        structures=structures if paid else None,
        average=rounded(Scale.EUROS, average),
        ordinary_amount=rounded(Scale.EUROS, total(one for one in paid if one.outside)),
        unknown_amount=rounded(Scale.EUROS, total(others)),
        unknown_lines=sum(one.lines for one in others),
        without_siret=sum(one.lines for one in others if not one.identified),
        text=texts.MANDATED,
        reason=reason,
    )


def _sourcing(rows: Sequence[Sequence[Any]]) -> SourcingFigures:
    number = sum(row[3] for row in rows)

    def counted(name: str) -> Counted:
        place = 4 + 2 * facts.COUNTED.index(name)
        said = sum(row[place + 1] for row in rows)
        return Counted(total=sum(int(row[place] or 0) for row in rows), unknown=number - said)

    return SourcingFigures(
        sourcings=number,
        inclusion_market=sum(row[3] for row in rows if row[1] == SourcingTool.INCLUSION_MARKET),
        contacted=counted("contacted"),
        interested=counted("interested"),
        ess_answers=counted("ess_answers"),
        by_result=[
            ResultCount(
                result=result, label=label, sourcings=sum(r[3] for r in rows if r[2] == result)
            )
            for result, label in RESULTS.items()
        ],
    )


# --- evolution -----------------------------------------------------------------------------------


def _evolution(
    reserved: Sequence[ReservedCount],
    mandated: Sequence[Mandated],
    sourcings: Sequence[SourcingFigures],
) -> list[Evolution]:
    pairs = (
        ("reserved", "Marchés réservés", [one.contracts for one in reserved]),
        ("amount", "Montant notifié des marchés réservés", [one.amount for one in reserved]),
        ("mandated", "Montant mandaté aux structures", [one.to_structures for one in mandated]),
        ("structures", "Nombre de structures payées", [one.structures for one in mandated]),
        ("average", "Chiffre d’affaires moyen par structure", [one.average for one in mandated]),
        ("sourcings", "Sourcings", [one.sourcings for one in sourcings]),
    )
    shown = []
    for code, label, (before, after) in pairs:
        difference = None if before is None or after is None else after - before
        shown.append(
            Evolution(
                code=code,
                label=label,
                before=_text(before),
                after=_text(after),
                difference=_text(difference),
                change=_change(before, after),
                reason=_no_change(before, after),
            )
        )
    return shown


def _change(before: object, after: object) -> str | None:
    """From one year to the next in percents; half is rounded away from zero."""
    if before is None or after is None or not before:
        return None
    first, last = Fraction(str(before)), Fraction(str(after))
    change = 100 * (last - first) / abs(first)
    shown = percent(abs(change))
    return _text(-shown if shown is not None and change < 0 else shown)


def _no_change(before: object, after: object) -> str | None:
    if before is None or after is None:
        return "non calculable : l’une des deux années n’est pas connue"
    return None if before else "non calculable : rien l’année précédente"


def _number(scale: Scale, value: Fraction | None) -> str:
    return _text(rounded(scale, value)) or "0"


def _total(sums: Iterable[ClassSum]) -> ClassSum:
    return sum(sums, ClassSum())


def _amount(sums: ClassSum) -> Decimal | None:
    """Euros of the amounts that are known; None when there are contracts but no known amount."""
    known = sums.weights or not sums.rows
    return to_euros(sums.weight) if known else None


def _text(value: object) -> str | None:
    return None if value is None else f"{value}"
