"""Publishing the same period again without telling, by difference, who changed in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from api.rules.disclosure.figures import (
    DEFAULT,
    Breakdown,
    Cell,
    Protected,
    Shown,
    Thresholds,
    secret,
)
from api.rules.disclosure.secrecy import (
    Keys,
    are_separate,
    enlarge,
    every_key,
    is_small,
    protect,
    show,
    union,
)

Place = tuple[str, str]
"""A cell: the attribute of its breakdown, its key."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Whose lines changed since the previous figures, in the total and in each cell.

    In these cells ``persons`` are those with at least one line added, corrected or withdrawn,
    ``hours`` the sum of their changes without sign, ``largest`` the largest of one person. A cell
    that is not named has not changed; it is not known what changed if its figure differs.
    """

    total: Cell
    cells: Mapping[Place, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frozen:
    """What may be published now. ``kept``: places where the previous figure stays.

    ``withheld``: places that are secret only because of what was published before.
    The place of the total is ``("", "")``.
    """

    protected: Protected
    kept: frozenset[Place]
    withheld: frozenset[Place]


TOTAL: Place = ("", "")


def freeze(
    previous: Protected,
    total: Cell,
    breakdowns: Sequence[Breakdown],
    changes: Changes | None,
    thresholds: Thresholds = DEFAULT,
) -> Frozen:
    """The new figures of a period already published, as far as the previous ones allow.

    The difference of two figures is itself a figure, of the persons who changed in between: it
    passes the same rules. If it fails for the total, all that was published stays and nothing is
    added. If it fails for a cell, its breakdown stays when the total did not move; otherwise the
    cell becomes secret, with others if need be, and all of them do when somebody changed in
    several. A secret cell stays secret unless everything that was secret with it has changed
    enough. ``changes`` are counted since the figures that ``previous`` shows, however old;
    ``None``: not known, only figures that did not move pass.
    """
    current = protect(total, breakdowns, thresholds)
    if previous.total.status == "secret":
        return Frozen(current, frozenset(), frozenset())
    change = _change(previous.total, current.total, changes, TOTAL)
    if _is_told(change, thresholds.least(False), thresholds):
        protected, kept = _keep_everything(previous, breakdowns)
    else:
        protected, kept = current, frozenset()
        if current.total.status == "published":
            steps = _Republication(previous, current, total, changes, change, thresholds)
            protected, kept = _each(steps, breakdowns)
    withheld = _published(current) - _published(protected) - kept
    return Frozen(protected, kept, withheld)


@dataclass(frozen=True, slots=True)
class _Republication:
    previous: Protected
    current: Protected
    total: Cell
    changes: Changes | None
    change: Cell
    thresholds: Thresholds


def _each(
    steps: _Republication, breakdowns: Sequence[Breakdown]
) -> tuple[Protected, frozenset[Place]]:
    shown: dict[str, tuple[Shown, ...]] = {}
    kept: set[Place] = set()
    for breakdown in breakdowns:
        by = breakdown.by
        if by not in steps.previous.breakdowns:
            shown[by] = steps.current.breakdowns[by]
            continue
        figures = _republished(steps, breakdown)
        shown[by] = steps.previous.breakdowns[by] if figures is None else figures
        if figures is None:
            kept |= {(by, figure.key) for figure in shown[by]}
    return Protected(steps.current.total, shown), frozenset(kept)


def _republished(steps: _Republication, breakdown: Breakdown) -> tuple[Shown, ...] | None:
    """The new figures of a breakdown; None when the previous ones must stay."""
    breakdown, before, after = _paired(steps, breakdown)
    stays = steps.previous.total == steps.current.total
    now = frozenset(key for key in after if after[key].status == "secret")
    if stays and before == after:
        return show(breakdown, now)
    changed = {
        key: _change(before[key], after[key], steps.changes, (breakdown.by, key)) for key in after
    }
    if not are_separate(changed.values(), steps.change):
        # Somebody changed in several cells. Persons who only went from one cell to another change
        # nothing in the sum of both, which may then be that of the one who came meanwhile.
        return None if stays else show(breakdown, every_key(breakdown))
    least = steps.thresholds.least(breakdown.sensitive)
    told = {key for key in after if _is_told(changed[key], least, steps.thresholds)}
    once = {key for key in before if before[key].status == "secret"}
    held = once if any(changed[key].empty or key in told for key in once) else frozenset()

    def passes(hidden: Keys) -> bool:
        group = union(hidden, breakdown.cells, steps.total)
        change = union(hidden, changed.values(), steps.change)
        return not hidden or not (
            is_small(group, least, steps.thresholds) or _is_told(change, least, steps.thresholds)
        )

    hidden = enlarge(now | told | held, breakdown, passes)
    # With the same total, old figures are worth more than none.
    return None if stays and hidden - now - once else show(breakdown, hidden)


def _paired(
    steps: _Republication, breakdown: Breakdown
) -> tuple[Breakdown, dict[str, Shown], dict[str, Shown]]:
    """The breakdown with every key of before and after, and both figures of each.

    A cell that is not named is an empty one: its being named or not is a change like another.
    """
    earlier = {figure.key: figure for figure in steps.previous.breakdowns[breakdown.by]}
    later = {figure.key: figure for figure in steps.current.breakdowns[breakdown.by]}
    gone = sorted(earlier.keys() - later.keys())
    cells = (*breakdown.cells, *(Cell(key, 0, 0, 0) for key in gone))
    keys = [cell.key for cell in cells]
    nothing = {key: Shown(key, "published", 0, 0) for key in keys}
    return (
        replace(breakdown, cells=cells),
        {key: earlier.get(key, nothing[key]) for key in keys},
        {key: later.get(key, nothing[key]) for key in keys},
    )


def _is_told(change: Cell, least: int, thresholds: Thresholds) -> bool:
    """Whether a difference would tell about a small group; no change tells about nobody."""
    return not change.empty and is_small(change, least, thresholds)


def _change(before: Shown, after: Shown, changes: Changes | None, place: Place) -> Cell:
    """What changed in a cell: as stated, or none, or not known (persons ``None``)."""
    both = before.status == after.status == "published"
    none, unknown = Cell(after.key, 0, 0, 0), Cell(after.key, None, 0, None)
    if changes is None:
        return none if both and before == after else unknown
    stated = changes.total if place == TOTAL else changes.cells.get(place, none)
    if stated.empty and both and before != after:
        return unknown
    return replace(stated, key=after.key)


def _keep_everything(
    previous: Protected, breakdowns: Sequence[Breakdown]
) -> tuple[Protected, frozenset[Place]]:
    """The previous figures; what they did not hold is secret, for it adds up to the new total."""
    shown = {
        breakdown.by: previous.breakdowns.get(
            breakdown.by, tuple(secret(cell) for cell in breakdown.cells)
        )
        for breakdown in breakdowns
    }
    kept = {
        (by, figure.key)
        for by, figures in shown.items()
        if by in previous.breakdowns
        for figure in figures
    }
    return Protected(previous.total, shown), frozenset({TOTAL, *kept})


def _published(protected: Protected) -> frozenset[Place]:
    places = {
        (by, figure.key)
        for by, figures in protected.breakdowns.items()
        for figure in figures
        if figure.status == "published"
    }
    return frozenset(places | ({TOTAL} if protected.total.status == "published" else set()))
