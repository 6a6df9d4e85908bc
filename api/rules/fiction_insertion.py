"""A fictitious facilitator's follow-up: clauses, persons without a name, and their hours.

With what really happens: statements late, sent twice, sent back, rejected and made again,
corrected afterwards; hours shared between two clauses, outside eligibility, of several persons
together; facts that nobody said. One seed always gives the same follow-up, which the service
takes as it is: the rules of hours are kept (``api.rules.hours.judging``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from api.rules.fiction_insertion_clauses import (
    COMMON,
    HOUR,
    Shape,
    Story,
    clauses_of,
    contracts_of,
    fictitious_siret,
    months_of,
    room_of,
)
from api.rules.fiction_insertion_persons import KINDS, aftermath, someone
from api.rules.fiction_insertion_records import (
    Bought,
    Corrected,
    FollowUp,
    Hired,
    Promise,
    Someone,
    Stated,
    Worked,
)
from api.rules.hours.calendar import add_months, evidence_due_on, month_end, month_of
from api.rules.hours.vocabulary import (
    EvidenceFrequency,
    Modality,
    PublicFamily,
    Sex,
    StatementState,
)

_FIRST_BUYER: Final = 20_000
_MOST: Final = 215 * HOUR  # the service refuses a month of more than 220 h
_REASONS: Final = (
    "Attestation rectifiée par l’employeur",
    "Absences déduites après coup",
    "Erreur de saisie",
)
_SENT, _BACK = StatementState.SUBMITTED, StatementState.TO_CORRECT
_TAKEN, _REFUSED = StatementState.VALIDATED, StatementState.REJECTED
_Moves = tuple[StatementState, ...]
# What becomes of a statement, and in how many cases of a hundred: once settled, then when recent.
_SETTLED: Final[tuple[tuple[_Moves, int], ...]] = (
    ((_SENT, _TAKEN), 86),
    ((_SENT, _BACK, _SENT, _TAKEN), 4),
    ((_SENT, _REFUSED), 4),
    ((_SENT, _BACK), 2),
    ((_SENT,), 3),
    ((), 1),
)
_RECENT: Final[tuple[tuple[_Moves, int], ...]] = (
    ((_SENT, _TAKEN), 40),
    ((_SENT, _BACK), 12),
    ((_SENT,), 30),
    ((_SENT, _REFUSED), 3),
    ((), 15),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each thing; ``lines`` is a wish. ``most``: hours of a person's month at most.
    ``shapes``: how clauses live, one after the other."""

    buyers: int = 3
    clauses: int = 60
    persons: int = 400
    lines: int = 3000
    most: int = 151
    shapes: tuple[Shape, ...] = tuple(Shape)


class _Spell(NamedTuple):
    """A person at work for a clause, and now and then for a second one at the same time."""

    person: int
    clause: int
    second: int | None
    months: list[date]
    modality: Modality | None


@dataclass(slots=True)
class _Desk:
    """What grows while spells are told."""

    rng: Random
    story: Story
    clauses: Sequence[Promise]
    open_months: list[list[date]]
    # Clause -> the quarter-hours that may still be told of it.
    room: list[int]
    most: int
    lines: dict[tuple[int, date], list[Worked]] = field(default_factory=dict)
    employments: list[Hired] = field(default_factory=list)
    month_hours: dict[tuple[int, date], int] = field(default_factory=dict)
    # Person -> the months in which hours are stated of them.
    seen: dict[int, set[date]] = field(default_factory=dict)
    count: int = 0


def fictitious_year(
    seed: int, year: int, size: Size | None = None, buyers: Sequence[str] | None = None
) -> FollowUp:
    """A whole civil year, and the last three months of the year before."""
    size = size or Size()
    story = Story(date(year - 1, 10, 1), date(year, 12, 31))
    return fictitious_follow_up(seed, story, replace(size, lines=size.lines * 6 // 5), None, buyers)


def fictitious_follow_up(
    seed: int,
    story: Story,
    size: Size,
    contracts: Sequence[Bought] | None = None,
    buyers: Sequence[str] | None = None,
) -> FollowUp:
    """What a facilitator followed from a month to a day, for contracts that are made unless given.

    With given ones, hours are plausible for their amounts, and months without hours are stated too.
    Nothing of it is later than ``story.until``, which must have come for the service to take it.
    """
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    names = tuple(buyers or (fictitious_siret(_FIRST_BUYER + one) for one in range(size.buyers)))
    if contracts is None:
        # A line is of some 80 hours, and a clause in two or three gets none.
        story = replace(story, usual=size.lines * 80 * HOUR * 3 // (2 * max(size.clauses, 1)))
    bought = contracts or contracts_of(rng, len(names), size.clauses - size.clauses // 8, story)
    clauses = clauses_of(rng, bought, size.shapes, size.clauses, story)
    months = [months_of(one, story) for one in clauses]
    room = [room_of(rng, one, bought[one.contract], story) for one in clauses]
    desk = _Desk(rng, story, clauses, months, room, size.most * HOUR)
    _tell_spells(desk, size, bought)
    _add_groups(desk)
    persons = [_person(desk, rank) for rank in range(size.persons)]
    last = story.since.year
    return FollowUp(
        buyers=names,
        contracts=tuple(bought),
        clauses=tuple(clauses),
        persons=tuple(persons),
        employments=tuple(desk.employments),
        statements=tuple(_statements(desk)),
        closed=((0, last),) if last < story.until.year else (),
    )


def _tell_spells(desk: _Desk, size: Size, contracts: Sequence[Bought]) -> None:
    """Each person once (but a few, who never come), then some of them again."""
    rng = desk.rng
    running = [rank for rank, months in enumerate(desk.open_months) if months]
    mean = size.lines / max(size.persons, 1) * 0.7
    for turn in range(size.persons * 12):
        if desk.count >= size.lines or not running:
            break
        person = turn if turn < size.persons else rng.randrange(size.persons)
        if person % 33 == 32:
            continue
        clause = rng.choices(running, [max(desk.room[one], 1) for one in running])[0]
        months = _some_months(rng, desk.open_months[clause], mean)
        modality = _modality(rng, desk.clauses[clause])
        second = None
        if rng.random() < 0.1:
            second = _second(desk, clause, months, modality, contracts)
        _tell(desk, _Spell(person, clause, second, months, modality))


def _some_months(rng: Random, months: list[date], mean: float) -> list[date]:
    length = max(1, round(rng.gammavariate(2.5, mean / 2.5)))
    start = rng.randrange(len(months))
    return months[max(0, min(start, len(months) - length)) :][:length]


def _modality(rng: Random, clause: Promise) -> Modality | None:
    choices: tuple[Modality | None, ...] = (*COMMON, *COMMON, *Modality, None)
    return rng.choice(clause.modalities or choices)


def _second(
    desk: _Desk,
    clause: int,
    months: list[date],
    modality: Modality | None,
    contracts: Sequence[Bought],
) -> int | None:
    """Another clause of those months, of another buyer when there is one, that admits it."""
    own = contracts[desk.clauses[clause].contract].buyer
    fit = [
        rank
        for rank, one in enumerate(desk.clauses)
        if rank != clause
        and not set(months).isdisjoint(desk.open_months[rank])
        and (not one.modalities or modality in one.modalities)
    ]
    abroad = [rank for rank in fit if contracts[desk.clauses[rank].contract].buyer != own]
    return desk.rng.choice(abroad or fit) if fit else None


def _tell(desk: _Desk, spell: _Spell) -> None:
    """Add the lines of a spell, month after month, under one employment contract."""
    rng = desk.rng
    employment = None
    if spell.second is not None or rng.random() < 0.85:
        employment = len(desk.employments)
        desk.employments.append(_hired(rng, spell))
    for month in spell.months:
        room = _MOST - desk.month_hours.get((spell.person, month), 0)
        total = HOUR * 20 + rng.randrange(desk.most - HOUR * 20)
        room = min(room, desk.room[spell.clause])
        if total > room or _is_there(desk, spell, month, employment):
            continue
        shared = spell.second is not None and month in desk.open_months[spell.second]
        part = rng.randrange(HOUR * 8, total - HOUR * 8) if shared else total
        attested = None
        if employment is not None and (shared or rng.random() < 0.3):
            attested = total + rng.choice((0, 0, 0, 2, 14))
        own = [(spell.clause, part)]
        if shared and spell.second is not None:
            own.append((spell.second, total - part))
        for clause, hours in own:
            training = rng.randrange(1, HOUR * 7) if rng.random() < 0.12 else 0
            line = Worked(
                hours=hours - training,
                training=training,
                person=spell.person,
                modality=spell.modality,
                employment=employment,
                attested=attested,
            )
            _add(desk, clause, month, line)
        key = (spell.person, month)
        desk.month_hours[key] = desk.month_hours.get(key, 0) + total
        desk.seen.setdefault(spell.person, set()).add(month)


def _add(desk: _Desk, clause: int, month: date, line: Worked) -> None:
    desk.lines.setdefault((clause, month), []).append(line)
    desk.room[clause] -= line.hours + line.training
    desk.count += 1


def _is_there(desk: _Desk, spell: _Spell, month: date, employment: int | None) -> bool:
    """Whether a line of this person looks the same; with a new employment contract none does."""
    return employment is None and any(
        line.person == spell.person and line.employment is None
        for line in desk.lines.get((spell.clause, month), ())
    )


def _hired(rng: Random, spell: _Spell) -> Hired:
    """An employment contract of the months of the spell; some end too soon or start too late."""
    first, last = spell.months[0], spell.months[-1]
    drawn = rng.random()
    starts = first + timedelta(days=rng.randrange(20))
    ends: date | None = None
    if drawn < 0.6:
        ends = month_end(last) if drawn < 0.4 else last + timedelta(days=24)
    if drawn > 0.97 and len(spell.months) > 1:
        ends = month_end(spell.months[-2])
    if 0.94 < drawn < 0.97 and len(spell.months) > 1:
        starts = spell.months[1]
    return Hired(
        person=spell.person,
        modality=spell.modality,
        kind=rng.choice(KINDS[spell.modality]) if spell.modality in KINDS else None,
        starts_on=starts,
        ends_on=ends,
        weekly=rng.choice((80, 96, 104, 140, 140, None)),
    )


def _add_groups(desk: _Desk) -> None:
    """Lines of several persons together, for a part of the clauses."""
    rng = desk.rng
    for rank, months in enumerate(desk.open_months):
        if rank % 6 != 2:
            continue
        for month in months:
            for _ in range(rng.choice((1, 1, 2))):
                persons = rng.randrange(2, 9)
                hours = persons * rng.randrange(HOUR * 20, desk.most)
                if hours > desk.room[rank] // 2:
                    continue
                line = Worked(
                    hours=hours,
                    persons=persons,
                    sex=rng.choice((Sex.F, Sex.H, None, None)),
                    public=rng.choice((*PublicFamily, *(None,) * 8)),
                    modality=_modality(rng, desk.clauses[rank]),
                )
                _add(desk, rank, month, line)


def _person(desk: _Desk, rank: int) -> Someone:
    months = sorted(desk.seen.get(rank, ()))
    first = months[0] if months else desk.story.since
    one = someone(desk.rng, first, len(months))
    if not months:
        return one
    # Some left once already, and came back.
    left = months[0] if desk.rng.random() < 0.3 else months[-1]
    return aftermath(desk.rng, one, left, desk.story)


def _statements(desk: _Desk) -> list[Stated]:
    """The statements of each clause and month, in the order of the months."""
    made: list[Stated] = []
    told = set(desk.lines) | set(_empty_months(desk))
    for clause, month in sorted(told, key=lambda one: (one[1], one[0])):
        lines = tuple(desk.lines.get((clause, month), ()))
        stated = _stated(desk, clause, month, lines)
        made.append(stated)
        if stated.state is _REFUSED and desk.rng.random() < 0.75:
            again = replace(stated, moves=(_SENT, _TAKEN), twice=False)
            made.append(_corrected(desk, again))
    return made


def _empty_months(desk: _Desk) -> Iterator[tuple[int, date]]:
    """Months without hours that are stated as such, but a few that are forgotten, or still due."""
    if desk.story.usual is not None:
        return
    for rank, months in enumerate(desk.open_months):
        ends = desk.clauses[rank].ends_on or desk.story.until
        for month in months:
            recent = month >= add_months(month_of(desk.story.until), -1)
            if month <= ends and desk.rng.random() > (0.5 if recent else 0.03):
                yield rank, month


def _stated(desk: _Desk, clause: int, month: date, lines: tuple[Worked, ...]) -> Stated:
    rng, promise = desk.rng, desk.clauses[clause]
    recent = month >= add_months(month_of(desk.story.until), -1)
    cases = _RECENT if recent else _SETTLED
    moves = rng.choices([one for one, _ in cases], [weight for _, weight in cases])[0]
    if not lines and not recent:
        moves = (_SENT, _TAKEN)  # nobody sends back a month without hours
    due = evidence_due_on(month, promise.evidence_days, EvidenceFrequency(promise.frequency))
    late = rng.random() < 0.15
    sent = due + timedelta(days=rng.randrange(1, 40) if late else -rng.randrange(10))
    if not moves:
        return Stated(clause, month, lines, (), None)
    sent = min(sent, desk.story.until)
    stated = Stated(clause, month, lines, moves, sent, twice=rng.random() < 0.05)
    return _corrected(desk, stated)


def _corrected(desk: _Desk, stated: Stated) -> Stated:
    """A validated statement, now and then with corrective lines: less, or everything taken off, or
    a little more where no attested hours limit it."""
    rng = desk.rng
    if stated.state is not _TAKEN:
        return stated
    made = []
    for rank, line in enumerate(stated.lines):
        if rng.random() > 0.02:
            continue
        drawn = rng.random()
        hours, training = -rng.randrange(1, line.hours), 0
        key = (line.person or 0, stated.month)
        if drawn < 0.2:
            hours, training = -line.hours, -line.training
        elif drawn < 0.4 and _may_grow(desk, line, stated.month):
            hours = rng.randrange(1, 9)
            desk.month_hours[key] += hours
        made.append(Corrected(rank, hours, training, rng.choice(_REASONS)))
    return replace(stated, corrections=tuple(made))


def _may_grow(desk: _Desk, line: Worked, month: date) -> bool:
    """Whether some more hours break no rule: no attested hours limit them, nor the month's."""
    if line.person is None or line.employment is not None:
        return False
    return desk.month_hours[line.person, month] < _MOST
