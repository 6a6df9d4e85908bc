"""From the sums of the database to the figures: totals, breakdowns, paths; nothing but counting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.insertion.figures.breakdowns import (
    MODALITY,
    NOBODY,
    OF_CLAUSE,
    OF_PERSON,
    UNKNOWN,
    OfPerson,
)
from api.insertion.figures.commitments import Followed
from api.insertion.figures.lines import OUTSIDE, OUTSIDE_DECLARED, PATH, Key, Person, Row, Sum
from api.insertion.figures.piles import Pile

Piles = dict[str, Pile]


@dataclass(slots=True)
class Tally:
    """Quarter-hours and persons of a scope and a year, not yet protected.

    ``breakdowns`` and ``by_clause`` hold what was validated in the year; ``since_start`` what was
    validated of each clause up to the day, ``paths`` of each person; ``by_person`` are its rows.
    """

    declared: int = 0
    declared_outside: int = 0
    outside: int = 0
    total: Pile = field(default_factory=Pile)
    since_start: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    by_clause: dict[Key, Pile] = field(default_factory=lambda: defaultdict(Pile))
    breakdowns: dict[str, Piles] = field(default_factory=dict)
    paths: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    by_person: list[Row] = field(default_factory=list)

    @property
    def population(self) -> frozenset[Key]:
        """The persons with hours in the year."""
        return frozenset(one for one, hours in self.total.people.items() if hours > 0)


def tally(
    sums: Iterable[Row],
    clauses: Mapping[Key, Followed],
    persons: Mapping[Key, Person],
    year: int,
) -> Tally:
    """Add everything up; lines of a clause that is not of the scope are left out."""
    found = Tally()
    together: list[Sum] = []
    since_start, paths, by_clause = found.since_start, found.paths, found.by_clause
    for row in sums:
        clause, person, _, group, validated, counted, declared, *_ = row
        if clause not in clauses:
            continue
        if group in (OUTSIDE, OUTSIDE_DECLARED):
            _outside(found, Sum(*row), clauses[clause])
            continue
        since_start[clause] += validated or 0
        found.declared += declared or 0
        if person is None:
            together.append(Sum(*row))
            continue
        found.by_person.append(row)
        paths[person] += validated or 0
        if counted is not None:
            by_clause[clause].add(person, counted)
    together = [one for one in together if one.counted is not None]
    for one in together:
        by_clause[one.clause].add_together(*one.of_several)
    for pile in by_clause.values():
        found.total.merge(pile)
    _by_clause(found, clauses)
    _by_modality(found, together)
    facts = [(persons.get(one, NOBODY), hours) for one, hours in found.total.people.items()]
    found.breakdowns |= {one.by: _by_person(one, facts, together, year) for one in OF_PERSON}
    return found


def long_paths(found: Tally, persons: Mapping[Key, Person]) -> frozenset[Key]:
    """The persons whose path is long and qualifying."""
    return frozenset(
        one
        for one, hours in found.paths.items()
        if hours >= PATH.minimum_hours and persons.get(one, NOBODY).qualifying
    )


def contracts_with(
    found: Tally, chosen: frozenset[Key], clauses: Mapping[Key, Followed]
) -> frozenset[Key]:
    """The contracts on which at least one of these persons worked."""
    hours: dict[tuple[Key, Key], int] = defaultdict(int)
    for clause, person, _, _, validated, *_ in found.by_person:
        if person in chosen:
            hours[person, clauses[clause].contract] += validated or 0
    return frozenset(contract for (_, contract), done in hours.items() if done > 0)


def _outside(found: Tally, one: Sum, clause: Followed) -> None:
    hours = one.hours + (one.training if clause.training_counted else 0)
    found.declared += hours
    found.declared_outside += hours
    if one.group == OUTSIDE:
        found.outside += hours


def _by_clause(found: Tally, clauses: Mapping[Key, Followed]) -> None:
    for dimension in OF_CLAUSE:
        of = {key: dimension.of_clause(clauses[key]) or UNKNOWN for key in found.by_clause}
        piles: Piles = defaultdict(Pile)
        if len(set(of.values())) == 1:
            piles[next(iter(of.values()))] = found.total
        else:
            for key, fact in of.items():
                piles[fact].merge(found.by_clause[key])
        found.breakdowns[dimension.by] = piles


def _by_modality(found: Tally, together: Iterable[Sum]) -> None:
    piles: Piles = defaultdict(Pile)
    for _, person, modality, _, _, counted, *_ in found.by_person:
        if counted is not None:
            piles[modality or UNKNOWN].add(person, counted)
    for one in together:
        piles[one.modality or UNKNOWN].add_together(*one.of_several)
    found.breakdowns[MODALITY.by] = piles


def _by_person(
    dimension: OfPerson,
    facts: Sequence[tuple[Person, int]],
    together: Iterable[Sum],
    year: int,
) -> Piles:
    hours_of: dict[str, list[int]] = defaultdict(list)
    of_person = dimension.of_person
    for person, hours in facts:
        hours_of[of_person(person, year) or UNKNOWN].append(hours)
    piles: Piles = defaultdict(Pile)
    for key, some in hours_of.items():
        piles[key].add_alone(some)
    for one in together:
        piles[dimension.of_sum(one) or UNKNOWN].add_together(*one.of_several)
    return piles
