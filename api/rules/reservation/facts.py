"""What is known of a contract or of one lot, and how each question of the rules is answered.

An answer is true, false or unknown (``None``): a fact that is not said never counts as zero.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from api.rules.dated import Sourced, in_force
from api.rules.reservation.cpv import (
    FIRST_SERVICE_DIVISION,
    SOFTWARE_DIVISION,
    WORKS_DIVISION,
    Place,
    division,
    is_within,
    known_code,
    place_of,
)
from api.rules.reservation.request import (
    WHOLE,
    BuyerKind,
    Nature,
    ObjectKind,
    PreviousAward,
    RequestedLot,
    ReservationRequest,
    Sourcing,
    SupplierGroup,
)
from api.rules.reservation.rulebook import (
    Condition,
    Question,
    RuleBook,
    ServiceList,
    Threshold,
)

YEAR = 12


@dataclass(frozen=True, slots=True)
class Award:
    """An earlier award: whether it was for the same services (``None``: can't be told)."""

    siret: str
    same: bool | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """A contract or a lot, on the day of its notice; amounts in cents, ``None`` not known."""

    nature: Nature
    buyer_kind: BuyerKind
    object_kind: ObjectKind | None
    notice_on: date
    codes: tuple[str | None, ...]
    places: tuple[Place | None, ...]
    months: int | None
    estimate: int | None
    yearly_budget: int | None
    awards: tuple[Award, ...]
    sourcing: Sourcing
    thresholds: tuple[Threshold, ...]
    services: ServiceList
    group: SupplierGroup | None = None


def facts_of(request: ReservationRequest, book: RuleBook, lot: RequestedLot | None = None) -> Facts:
    """What the request says of the whole contract, or of one of its lots."""
    texts = [lot.cpv] if lot else [request.cpv, *(item.cpv for item in request.lots)]
    codes = tuple(known_code(text, book.cpv_keys) for text in texts)
    services = book.social_services
    kind = _object_kind(codes[0]) if lot else request.object_kind
    return Facts(
        nature=request.nature,
        buyer_kind=request.buyer_kind,
        object_kind=kind,
        notice_on=request.notice_on,
        codes=codes,
        places=tuple(
            place_of(code, services.codes, services.intervals) if code else None for code in codes
        ),
        months=request.months,
        estimate=_estimate(request, lot),
        yearly_budget=_yearly_budget(request, lot),
        awards=tuple(_award(item, codes, book) for item in request.previous_awards),
        sourcing=request.sourcing,
        thresholds=tuple(
            item
            for item in book.thresholds
            if in_force(item, request.notice_on)
            and request.nature in item.natures
            and request.buyer_kind in item.buyer_kinds
            and kind in item.object_kinds
        ),
        services=services,
    )


def _object_kind(code: str | None) -> ObjectKind | None:
    """What the code of a lot is about: a lot of services may be in a contract of works."""
    if code is None:
        return None
    if division(code) == WORKS_DIVISION:
        return ObjectKind.WORKS
    if division(code) < FIRST_SERVICE_DIVISION or division(code) == SOFTWARE_DIVISION:
        return ObjectKind.SUPPLIES
    return ObjectKind.SERVICES


def _estimate(request: ReservationRequest, lot: RequestedLot | None) -> int | None:
    if lot is None:
        return request.estimate
    return lot.estimate if lot.estimate is not None else _portion(request.estimate, lot.share)


def _yearly_budget(request: ReservationRequest, lot: RequestedLot | None) -> int | None:
    said = request.sourcing.yearly_budget
    if lot is not None:
        said = _portion(said, lot.share) if lot.estimate is None else None
    estimate, months = _estimate(request, lot), request.months
    if said is not None or estimate is None or months is None:
        return said
    return estimate * YEAR // max(months, YEAR)


def _portion(amount: int | None, share: int | None) -> int | None:
    return None if amount is None or share is None else amount * share // WHOLE


def _award(award: PreviousAward, codes: Iterable[str | None], book: RuleBook) -> Award:
    code = known_code(award.cpv, book.cpv_keys)
    same = any_of(_same_services(code, other) for other in codes)
    return Award(award.siret, same, award.starts_on, award.ends_on)


def _same_services(code: str | None, other: str | None) -> bool | None:
    """Equal codes are the same services; one that holds the other can't be told."""
    if code is None or other is None:
        return None
    if code == other:
        return True
    return None if is_within(code, other) or is_within(other, code) else False


def any_of(values: Iterable[bool | None]) -> bool | None:
    """True as soon as one is, false when all are, else unknown."""
    found = set(values)
    return True if True in found else None if None in found else False


def all_of(values: Iterable[bool | None]) -> bool | None:
    """False as soon as one is, true when all are, else unknown."""
    found = set(values)
    return False if False in found else None if None in found else True


def holds(conditions: Iterable[Condition], facts: Facts) -> bool | None:
    """Whether all the conditions are met; no condition is always met."""
    return all_of(_answer(condition, facts) for condition in conditions)


def _answer(condition: Condition, facts: Facts) -> bool | None:
    answer = ANSWERS[condition.question](facts, condition)
    return None if answer is None else answer is condition.expected


def _above(figure: int | None, condition: Condition) -> bool | None:
    return None if figure is None else figure > condition.number


def _word(word: str | None, condition: Condition) -> bool | None:
    return None if word is None else word in condition.values


def _divisions(facts: Facts, condition: Condition) -> bool | None:
    known = {division(code) for code in facts.codes if code}
    return True if _above(len(known), condition) else None if None in facts.codes else False


def _few_suppliers(facts: Facts, condition: Condition) -> bool | None:
    found = None if facts.group is None else getattr(facts.sourcing, facts.group)
    return None if found is None else found < condition.number


def _depends(facts: Facts, condition: Condition) -> bool | None:
    budget, turnover = facts.yearly_budget, facts.sourcing.average_turnover
    if budget is None or turnover is None:
        return None
    return budget * WHOLE > condition.number * turnover


def _threshold(facts: Facts, condition: Condition) -> bool | None:
    if not any(item.kind in condition.values for item in facts.thresholds):
        return False
    return None if facts.estimate is None else threshold_met(facts, condition) is not None


def threshold_met(facts: Facts, condition: Condition) -> Threshold | None:
    """The threshold that makes the answer true: the nearest to the estimate; "below" is strict."""
    ranked = sorted(
        (item for item in facts.thresholds if item.kind in condition.values),
        key=lambda item: item.amount,
    )
    if facts.estimate is None:
        return None
    if condition.question is Question.BELOW_THRESHOLD:
        return next((item for item in ranked if facts.estimate < item.amount), None)
    return next((item for item in reversed(ranked) if facts.estimate >= item.amount), None)


def recent_awards(facts: Facts, condition: Condition) -> tuple[tuple[Award, bool | None], ...]:
    """Each earlier award with whether it bars its holder: same services, recent enough."""
    return tuple(
        (award, all_of((award.same, _recent(award, facts.notice_on, condition.number))))
        for award in facts.awards
    )


def _recent(award: Award, notice_on: date, months: int) -> bool | None:
    """Unknown for an award made earlier that still ran within the period, or has no day."""
    if award.starts_on is not None and award.starts_on > notice_on:
        return False
    if award.starts_on is not None and _within(award.starts_on, notice_on, months):
        return True
    ended = award.ends_on is not None and not _within(award.ends_on, notice_on, months)
    return False if ended else None


def _within(day: date, notice_on: date, months: int) -> bool:
    """Whether ``months`` after ``day``, to the day, is not before the notice. Never overflows."""
    then = (day.year * YEAR + day.month + months, day.day)
    return then >= (notice_on.year * YEAR + notice_on.month, notice_on.day)


ANSWERS: Mapping[Question, Callable[[Facts, Condition], bool | None]] = {
    Question.NATURE: lambda facts, condition: _word(facts.nature, condition),
    Question.BUYER_KIND: lambda facts, condition: _word(facts.buyer_kind, condition),
    Question.OBJECT_KIND: lambda facts, condition: _word(facts.object_kind, condition),
    Question.CPV_ANY: lambda facts, condition: any_of(
        _word(one, condition) for one in facts.places
    ),
    Question.CPV_ALL: lambda facts, condition: all_of(
        _word(one, condition) for one in facts.places
    ),
    Question.MONTHS_ABOVE: lambda facts, condition: _above(facts.months, condition),
    Question.AWARDED_WITHIN_MONTHS: lambda facts, condition: any_of(
        barred for _, barred in recent_awards(facts, condition)
    ),
    Question.BELOW_THRESHOLD: _threshold,
    Question.REACHES_THRESHOLD: _threshold,
    Question.SUPPLIERS_BELOW: _few_suppliers,
    Question.DEPENDENCY_ABOVE: _depends,
    Question.DIVISIONS_ABOVE: _divisions,
}


def relied_on(condition: Condition, facts: Facts) -> Sourced | None:
    """The dated reference an answer was taken from: the list of services, or a threshold."""
    if condition.question in (Question.CPV_ANY, Question.CPV_ALL):
        return facts.services
    if condition.question in (Question.BELOW_THRESHOLD, Question.REACHES_THRESHOLD):
        return threshold_met(facts, condition)
    return None
