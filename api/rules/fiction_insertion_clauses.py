"""Fictitious contracts and their clauses: what a buyer promised, and how the promise moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto
from random import Random
from typing import Final, NamedTuple

from api.rules.decp.identifiers import siret_key_is_right
from api.rules.fiction_insertion_records import Bought, Calculation, Fined, Moved, Promise
from api.rules.hours.calendar import add_months, month_end, month_of
from api.rules.hours.vocabulary import (
    ChangeKind,
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    Modality,
    PenaltyDecision,
    PenaltyMode,
    Unit,
)

HOUR: Final = 4
_EDGES: Final = (2_499_999, 2_500_000, 3_999_999, 4_000_000, 8_999_999, 9_000_000)


class Purchase(NamedTuple):
    """What is bought, as insertion tells it."""

    title: str
    cpv: str
    object: str
    family: str


PURCHASES: Final = (
    Purchase("Réhabilitation d’un groupe scolaire", "45214200", "works", "Bâtiment"),
    Purchase("Réfection de la voirie", "45233140", "works", "Voirie et réseaux"),
    Purchase("Entretien des espaces verts", "77310000", "services", "Espaces verts"),
    Purchase("Nettoyage des locaux", "90911200", "services", "Nettoyage"),
    Purchase("Collecte des encombrants", "90511000", "services", "Déchets"),
    Purchase("Restauration des agents", "55523000", "services", "Restauration"),
    Purchase("Mobilier des écoles", "39160000", "supplies", "Mobilier"),
    Purchase("Étude d’usages et médiation", "79311000", "intellectual", "Études et conseil"),
    Purchase("Maîtrise d’œuvre d’un gymnase", "71221000", "project_management", "Maîtrise d’œuvre"),
)

COMMON: Final = (
    Modality.HIRE_CDD,
    Modality.HIRE_CDI,
    Modality.TEMP_ETTI,
    Modality.LENT_AI,
    Modality.SUBCONTRACT_EI,
    Modality.APPRENTICESHIP,
)


class Shape(Enum):
    """How a clause lives."""

    AMENDED = auto()
    BY_ORDERS = auto()
    PLAIN = auto()
    SHARE = auto()
    CALCULATED = auto()
    ENDED = auto()
    ORDERS_BY_AMOUNT = auto()
    TRANCHE = auto()
    UNDATED = auto()
    STOPPED = auto()
    AMOUNT = auto()
    DRAFT = auto()
    TO_COME = auto()


_UNITS: Final = {Shape.SHARE: Unit.HOURS_SHARE, Shape.AMOUNT: Unit.SUBCONTRACTED_AMOUNT}
_ORDERED: Final = frozenset({Shape.BY_ORDERS, Shape.ORDERS_BY_AMOUNT})
_WORKED_OUT: Final = frozenset({Shape.CALCULATED, Shape.ORDERS_BY_AMOUNT})
_HELD: Final = frozenset({*_UNITS, *_ORDERED, *_WORKED_OUT})


@dataclass(frozen=True, slots=True)
class Story:
    """From which month to which day somebody tells what happened.

    ``usual``: the quarter-hours that a clause gets in that time; unless they are said, what the
    amount of its contract makes plausible, and no clause gets much more than it promises.
    """

    since: date
    until: date
    usual: int | None = None


def fictitious_siret(number: int) -> str:
    """The SIRET of nobody (it starts with 000) for a ``number`` of five digits, with right keys."""
    # A SIREN has the key of a SIRET that would start with zeros.
    siren = _keyed(f"000{number}", "00000")
    return _keyed(f"{siren}0001")


def _keyed(body: str, before: str = "") -> str:
    return next(body + key for key in "0123456789" if siret_key_is_right(before + body + key))


def contracts_of(rng: Random, buyers: int, count: int, story: Story) -> list[Bought]:
    """Contracts of each buyer in turn, notified before the story or in its course."""
    months = (story.until.year - story.since.year) * 12 + story.until.month - story.since.month
    made = []
    for rank in range(count):
        purchase = PURCHASES[rank % len(PURCHASES)]
        notified = add_months(story.since, rng.randrange(-15, max(months - 2, 1)))
        made.append(
            Bought(
                buyer=rank % buyers,
                reference=f"{notified.year}-I{rank:04}",
                subject=purchase.title,
                cpv=purchase.cpv,
                amount=_amount(rng),
                notified_on=notified + timedelta(days=rng.randrange(28)),
                months=rng.choice((9, 12, 18, 24, 36, 48)),
                supplier=fictitious_siret(50_000 + rank),
            )
        )
    return made


def clauses_of(
    rng: Random, contracts: Sequence[Bought], shapes: Sequence[Shape], count: int, story: Story
) -> list[Promise]:
    """Clauses of each shape in turn, one a contract, and some more on the first ones when there
    are fewer contracts than clauses."""
    made = []
    for rank in range(count):
        contract = rank % len(contracts)
        shape = shapes[rank % len(shapes)]
        clause = _clause(rng, shape, contracts[contract], story)
        made.append(replace(clause, contract=contract))
    return made


def room_of(rng: Random, clause: Promise, bought: Bought, story: Story) -> int:
    """The quarter-hours that are told of a clause at most: without end where hours are usual, else
    what it promises for the time it has run, give or take."""
    if story.usual is not None:
        return 10**9
    orders = sum(one.added or 0 for one in clause.changes)
    promised = clause.hours or orders or plausible(bought)
    starts = clause.starts_on or story.since
    ends = clause.ends_on or add_months(starts, bought.months)
    run = (min(ends, story.until) - starts).days + 1
    return int(promised * max(run, 0) / ((ends - starts).days + 1) * rng.uniform(0.6, 1.15))


def plausible(bought: Bought) -> int:
    """An hour for 400 euros: a tenth of the work, itself 60 % of the price at 24 euros an hour."""
    return (bought.amount or 12_000_000) // 10_000


def months_of(clause: Promise, story: Story) -> list[date]:
    """The months that can be stated: those of the clause and the one after (R-H1), told in time."""
    if clause.status is ClauseStatus.DRAFT:
        return []
    month = max(month_of(clause.starts_on or story.since), story.since)
    last = month_of(story.until)
    if clause.ends_on is not None:
        last = min(last, add_months(month_of(clause.ends_on), 1))
    found = []
    while month <= last:
        found.append(month)
        month = add_months(month, 1)
    return found


def _amount(rng: Random) -> int | None:
    drawn = rng.random()
    if drawn < 0.08:
        return None
    return rng.choice(_EDGES) if drawn < 0.4 else int(10 ** rng.uniform(6.2, 8.5))


def _clause(rng: Random, shape: Shape, bought: Bought, story: Story) -> Promise:
    purchase = _purchase(bought.cpv)
    starts, ends = _dates(rng, shape, bought, story)
    fined = rng.choice((PenaltyMode.PER_MISSING_HOUR, PenaltyMode.PER_LATE_DAY, None))
    clause = Promise(
        contract=0,
        title=f"Clause d’insertion – {bought.subject}",
        kind=ClauseType.TRAINING_CLAUSE if rng.random() < 0.05 else ClauseType.EXECUTION_CONDITION,
        object=purchase.object if purchase and rng.random() < 0.95 else None,
        family=purchase.family if purchase and rng.random() < 0.93 else None,
        unit=_UNITS.get(shape, Unit.HOURS),
        hours=None if shape in _HELD else _usual(rng, bought, story),
        share=rng.choice((50_000, 70_000, 100_000)) if shape is Shape.SHARE else None,
        amount=2_000_000 + 1_000 * rng.randrange(5000) if shape is Shape.AMOUNT else None,
        by_orders=shape in _ORDERED,
        calculation=_calculation(rng, shape, bought) if shape in _WORKED_OUT else None,
        modalities=COMMON if rng.random() < 0.25 else (),
        training_counted=rng.random() < 0.75,
        frequency=rng.choice((EvidenceFrequency.MONTHLY,) * 4 + (EvidenceFrequency.QUARTERLY,)),
        evidence_days=rng.choice((10, 15, 15, 30)),
        penalty_mode=fined,
        penalty_amount=None if fined is None else rng.choice((3000, 5000, 10_000)),
        starts_on=starts,
        ends_on=ends,
        status=_status(shape, starts, ends, story),
    )
    clause = replace(
        clause, changes=_changes(rng, shape, clause, _usual(rng, bought, story), story)
    )
    return replace(clause, penalties=_penalties(rng, clause, story))


def _purchase(cpv: str) -> Purchase | None:
    """The purchase whose code is the nearest, of the same division at least."""
    for digits in (4, 3, 2):
        for one in PURCHASES:
            if one.cpv[:digits] == cpv[:digits]:
                return one
    return None


def _dates(
    rng: Random, shape: Shape, bought: Bought, story: Story
) -> tuple[date | None, date | None]:
    starts = bought.notified_on + timedelta(days=rng.randrange(10, 45))
    ends = add_months(starts, bought.months)
    if shape is Shape.TO_COME:
        starts = add_months(story.until, 1)
        return starts, add_months(starts, bought.months)
    if shape is Shape.ENDED:
        # It ends in the course of the story, whatever its contract says.
        starts = min(starts, add_months(story.since, -3))
        return starts, month_end(add_months(story.since, rng.randrange(4)))
    if shape is Shape.UNDATED:
        return rng.choice(((starts, None), (None, ends), (None, None)))
    return starts, ends


def _usual(rng: Random, bought: Bought, story: Story) -> int:
    """About what is usual, in tens of hours; 150 h at least, under which there is no clause."""
    if story.usual is None:
        quarters = plausible(bought) * rng.uniform(0.8, 1.2)
    else:
        quarters = story.usual * rng.uniform(0.6, 2.2)
    return max(int(quarters) // (10 * HOUR) * 10 * HOUR, 150 * HOUR)


def _calculation(rng: Random, shape: Shape, bought: Bought) -> Calculation:
    amount = None if shape in _ORDERED else bought.amount or 12_345_678
    return Calculation(
        amount=amount,
        labour_share=rng.choice((300_000, 500_000, 700_000, 800_000)),
        rate=rng.choice((50_000, 70_000, 100_000)),
        hourly_cost=rng.choice((2200, 2600, 3350)),
    )


def _status(shape: Shape, starts: date | None, ends: date | None, story: Story) -> ClauseStatus:
    if shape is Shape.DRAFT:
        return ClauseStatus.DRAFT
    if shape is Shape.STOPPED:
        return ClauseStatus.TERMINATED
    if ends is not None and ends < story.until:
        return ClauseStatus.SETTLED if shape is not Shape.AMENDED else ClauseStatus.CLOSED_SHORT
    if starts is not None and starts > story.until:
        return ClauseStatus.NOTIFIED
    return ClauseStatus.RUNNING


def _changes(
    rng: Random, shape: Shape, clause: Promise, usual: int, story: Story
) -> tuple[Moved, ...]:
    """What moved the commitment, on days of the clause that have come."""
    first = max(clause.starts_on or story.since, story.since - timedelta(days=90))
    span = (min(clause.ends_on or story.until, story.until) - first).days
    if span < 1:
        return ()
    days = sorted(first + timedelta(days=rng.randrange(span + 1)) for _ in range(3))
    hours = clause.hours or 0
    match shape:
        case Shape.AMENDED:
            more = hours + hours // 10 * rng.randrange(-2, 5)
            return (Moved(days[0], ChangeKind.AMENDMENT, total=more),)
        case Shape.BY_ORDERS if rng.random() < 0.2:
            return ()  # nothing was ordered yet
        case Shape.BY_ORDERS:
            days[2] = first + timedelta(days=span)
            some = [usual // rng.randrange(2, 5) for _ in days]
            return tuple(
                Moved(day, ChangeKind.ORDER, added=added)
                for day, added in zip(days, some, strict=True)
            )
        case Shape.ORDERS_BY_AMOUNT:
            # About a hundred euros of contract for a quarter-hour of insertion.
            sums = [usual * rng.randrange(1000, 4000) for _ in days]
            return tuple(
                Moved(day, ChangeKind.ORDER, amount=amount)
                for day, amount in zip(days, sums, strict=True)
            )
        case Shape.TRANCHE:
            return (
                Moved(days[0], ChangeKind.TRANCHE, added=hours // 4),
                Moved(days[1], ChangeKind.CORRECTION, total=hours + HOUR * rng.randrange(10, 90)),
                Moved(days[1], ChangeKind.TRANCHE, added=HOUR * 35 + 1),
            )
        case Shape.STOPPED:
            return (Moved(days[2], ChangeKind.TERMINATION, total=hours // 8 * HOUR),)
        case _:
            return ()


def _penalties(rng: Random, clause: Promise, story: Story) -> tuple[Fined, ...]:
    """Of a clause that is over or stopped, and now and then of another one."""
    over = clause.status in (ClauseStatus.CLOSED_SHORT, ClauseStatus.TERMINATED)
    if clause.penalty_mode is None or clause.status is ClauseStatus.DRAFT:
        return ()
    if rng.random() > (0.9 if over else 0.15):
        return ()
    day = story.until - timedelta(days=rng.randrange(min(200, (story.until - story.since).days)))
    by_hour = clause.penalty_mode is PenaltyMode.PER_MISSING_HOUR
    size = rng.randrange(40, 900) if by_hour else rng.randrange(1, 60)
    decision = rng.choice((*PenaltyDecision, None))
    applied = None
    if decision is PenaltyDecision.REDUCED:
        # Half of what one hour or one day costs: under any penalty of one of them at least.
        applied = (clause.penalty_amount or 0) // 2
    return (
        Fined(
            on=day,
            missing=size if by_hour else None,
            late_days=None if by_hour else size,
            decision=decision,
            applied=applied,
        ),
    )
