"""What of the figures may be shown: everything to who owns the persons, else through the filter.

Hours of clauses are a company's obligation and public; so are then their sums: by family, object,
amount, and in all. Persons never are, nor hours by a fact of the persons.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from api.insertion.figures.breakdowns import Dimension
from api.insertion.figures.piles import Count, Pile
from api.rules.disclosure.figures import DEFAULT, Breakdown, Cell, Status
from api.rules.disclosure.secrecy import is_small, protect

LEAST: Final = DEFAULT.least(False)


@dataclass(frozen=True, slots=True)
class Seen:
    """A figure as it may be seen: a secret is None, never 0."""

    hours: int | None
    persons: int | None
    status: Status


NOTHING_TOLD: Final = Seen(None, None, "secret")


def whole(count: Count) -> Seen:
    """A figure as it is."""
    return Seen(count.hours, count.persons, "published")


def hours_only(count: Count, shown: bool) -> Seen:
    """A figure whose hours are public, with its persons if they may be shown."""
    if shown:
        return whole(count)
    return Seen(count.hours, None, "secret")


def is_secret(count: Count) -> bool:
    """Whether the primary rules hide the persons of a figure."""
    cell = count.cell("")
    return not (cell.empty and not count.persons) and is_small(cell, LEAST, DEFAULT)


def by_person(
    total: Count, breakdowns: Sequence[tuple[Dimension, Mapping[str, Count]]]
) -> dict[str, dict[str, Seen]]:
    """Breakdowns by facts of persons, safe beside the total."""
    filtered = protect(
        total.cell(""),
        [
            Breakdown(
                by=dimension.by,
                cells=[count.cell(key) for key, count in counts.items()],
                # Of nobody there is nothing to tell.
                sensitive=dimension.sensitive and total.persons > 0,
            )
            for dimension, counts in breakdowns
        ],
    )
    return {
        dimension.by: {
            shown.key: whole(counts[shown.key]) if shown.status == "published" else NOTHING_TOLD
            for shown in filtered.breakdowns[dimension.by]
        }
        for dimension, counts in breakdowns
    }


def heads(total: int, parts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int | None]]:
    """Numbers of persons alone, each person in one part: those that may be shown, None else."""

    def cell(key: str, persons: int) -> Cell:
        return Cell(key, persons, persons, min(persons, 1))

    filtered = protect(
        cell("", total),
        [Breakdown(by, [cell(*one) for one in part.items()]) for by, part in parts.items()],
    )
    return {
        by: {one.key: one.persons for one in shown} for by, shown in filtered.breakdowns.items()
    }


@dataclass(frozen=True, slots=True)
class _Group:
    """Clauses whose persons are only told of together."""

    members: frozenset[str]
    facts: tuple[frozenset[str], ...]
    pile: Pile
    secret: bool
    rank: tuple[int, str]


def linked(piles: Mapping[str, Pile], facts: Mapping[str, Sequence[str]]) -> list[frozenset[str]]:
    """The clauses in groups large enough, each as alike as can be; ``facts``: those of each clause.

    Families, objects, amounts and clauses are sums of the same clauses: protected one by one, the
    family less its other clauses would give the hidden one. Here everything told is a sum of whole
    groups (``is_told``), so nothing smaller than a group can be worked out, whatever is added or
    taken away. When all the clauses together are too few, there is no group and nothing is told.
    """
    groups = [
        _group(frozenset({key}), tuple(frozenset({fact}) for fact in facts[key]), pile)
        for key, pile in piles.items()
        if pile.people or pile.together or pile.hours
    ]
    while small := [one for one in groups if one.secret]:
        if len(groups) == 1:
            return []
        least = min(small, key=lambda one: one.rank)
        groups.remove(least)
        nearest = min(groups, key=lambda one: (-_alike(one, least), one.rank))
        groups.remove(nearest)
        groups.append(_joined(least, nearest))
    return [one.members for one in groups]


def is_told(members: Set[str], groups: Iterable[Set[str]], present: Set[str]) -> bool:
    """Whether the persons of these clauses are the sum of whole groups; ``present``: with hours."""
    inside = members & present
    covered: set[str] = set()
    for group in groups:
        if group <= inside:
            covered |= group
    return covered == inside


def _group(members: frozenset[str], facts: tuple[frozenset[str], ...], pile: Pile) -> _Group:
    count = pile.count()
    return _Group(members, facts, pile, is_secret(count), (count.sure, min(members)))


def _alike(one: _Group, other: _Group) -> int:
    return sum(left == right for left, right in zip(one.facts, other.facts, strict=True))


def _joined(one: _Group, other: _Group) -> _Group:
    pile = Pile()
    pile.merge(one.pile)
    pile.merge(other.pile)
    facts = tuple(left | right for left, right in zip(one.facts, other.facts, strict=True))
    return _group(one.members | other.members, facts, pile)
