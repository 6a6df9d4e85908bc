"""Which cells of a total and of its breakdowns are secret: the one place that decides.

Primary rules: too few persons, one person with nearly all the hours. Complementary suppression:
the total and the published cells give the sum of the hidden ones by difference, so that sum must
pass the primary rules too; until it does, the next smallest cell is hidden.

Limit: each call is safe by itself. Two calls whose totals overlap (a buyer, then all buyers; a
year, then the same a day later) are not safe together: what they are about is told once.
"""

from collections.abc import Callable, Collection, Iterable, Sequence, Set

from api.rules.disclosure.figures import (
    DEFAULT,
    MILLION,
    Breakdown,
    Cell,
    Protected,
    Shown,
    Thresholds,
    published,
    secret,
)

Keys = Set[str]


def protect(
    total: Cell, breakdowns: Sequence[Breakdown], thresholds: Thresholds = DEFAULT
) -> Protected:
    """The total and each breakdown without what would tell about one person or a small group.

    When the total itself is too small everything is secret. ``ValueError`` when a breakdown names
    a key twice or does not add up to the hours of the total: the rest would be one more cell,
    seen by difference and checked by nobody.
    """
    check(total, breakdowns)
    all_secret = not total.empty and is_small(total, thresholds.least(False), thresholds)
    return Protected(
        total=secret(total) if all_secret else published(total),
        breakdowns={
            breakdown.by: show(
                breakdown,
                every_key(breakdown) if all_secret else hidden_keys(total, breakdown, thresholds),
            )
            for breakdown in breakdowns
        },
    )


def is_small(cell: Cell, least: int, thresholds: Thresholds) -> bool:
    """Whether the primary rules forbid to publish the cell; what is not known forbids it."""
    if cell.persons is None or cell.persons < least:
        return True
    # Always so for hours below zero, which are a correction of someone's earlier hours.
    return at_most(cell) * MILLION > thresholds.dominance_millionths * cell.hours


def hidden_keys(total: Cell, breakdown: Breakdown, thresholds: Thresholds) -> Keys:
    """Keys of the cells to hide beside a published total."""
    least = thresholds.least(breakdown.sensitive)

    def passes(hidden: Keys) -> bool:
        return not hidden or not is_small(union(hidden, breakdown.cells, total), least, thresholds)

    return enlarge(primary_keys(total, breakdown, thresholds), breakdown, passes)


def primary_keys(total: Cell, breakdown: Breakdown, thresholds: Thresholds) -> Keys:
    """Keys of the cells that the primary rules hide.

    An empty cell says that nobody is there, so nothing about anybody — unless the attribute is
    sensitive: "no disabled person" is then the answer of every person of the total.
    """
    if breakdown.sensitive and any(
        cell.persons == total.persons and not cell.empty for cell in breakdown.cells
    ):
        # Everybody has the attribute: however many they are, each one's answer is known.
        return every_key(breakdown)
    least = thresholds.least(breakdown.sensitive)
    return frozenset(
        cell.key
        for cell in breakdown.cells
        if (breakdown.sensitive or not cell.empty) and is_small(cell, least, thresholds)
    )


def enlarge(start: Keys, breakdown: Breakdown, passes: Callable[[Keys], bool]) -> Keys:
    """``start`` and the fewest smallest cells that make it pass; every key when nothing does.

    Empty cells are no help: the attacker who knows that they add nothing has lost nothing.
    """
    added: list[str] = []
    spare = [cell for cell in breakdown.cells if cell.key not in start and not cell.empty]
    for cell in sorted(spare, key=lambda cell: cell.rank):
        if passes(start | set(added)):
            break
        added.append(cell.key)
    if not passes(start | set(added)):
        return every_key(breakdown)
    for key in tuple(added):
        fewer = [other for other in added if other != key]
        if passes(start | set(fewer)):
            added = fewer
    return start | set(added)


def union(keys: Collection[str], cells: Iterable[Cell], total: Cell) -> Cell:
    """The hidden cells as one group: at least so many persons, at most so large a largest one.

    When the persons of the cells add up to those of the total, nobody is in two cells; otherwise
    the persons of the group may be those of its fullest cell, and one of them the largest in each.
    """
    everywhere = tuple(cells)
    inside = [cell for cell in everywhere if cell.key in keys]
    known = [cell.persons or 0 for cell in inside]
    largest = [at_most(cell) for cell in inside]
    apart = are_separate(everywhere, total)
    return Cell(
        key=" + ".join(sorted(keys)),
        persons=sum(known) if apart else max(known, default=0),
        hours=sum(cell.hours for cell in inside),
        largest=max(largest, default=0) if apart else sum(largest),
    )


def are_separate(cells: Iterable[Cell], total: Cell) -> bool:
    """Whether nobody is in two cells, as far as the numbers of persons tell."""
    persons = [cell.persons for cell in cells]
    return None not in persons and sum(filter(None, persons)) == total.persons


def at_most(cell: Cell) -> int:
    """Hours of the largest person of a cell; when not known, as if one person had them all."""
    return max(cell.hours if cell.largest is None else cell.largest, 0)


def show(breakdown: Breakdown, hidden: Keys) -> tuple[Shown, ...]:
    """The cells in their order, the hidden ones without their figures."""
    return tuple(
        secret(cell) if cell.key in hidden else published(cell) for cell in breakdown.cells
    )


def every_key(breakdown: Breakdown) -> Keys:
    """Keys of all the cells, empty ones included."""
    return frozenset(cell.key for cell in breakdown.cells)


def check(total: Cell, breakdowns: Sequence[Breakdown]) -> None:
    """``ValueError`` when the breakdowns cannot be those of this total."""
    if len({breakdown.by for breakdown in breakdowns}) != len(breakdowns):
        raise ValueError("two breakdowns by the same attribute")
    for breakdown in breakdowns:
        if len(every_key(breakdown)) != len(breakdown.cells):
            raise ValueError(f"the breakdown by {breakdown.by} names a key twice")
        if sum(cell.hours for cell in breakdown.cells) != total.hours:
            raise ValueError(f"the breakdown by {breakdown.by} does not add up to the total")
