"""Two publications of one period tell nothing, by difference, about a small group of persons."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.disclosure.figures import Breakdown, Cell, Protected, Shown
from api.rules.disclosure.freezing import TOTAL, Changes, Frozen, Place, freeze
from api.rules.disclosure.secrecy import protect
from tests.rules.disclosure.attacker import (
    Equation,
    Line,
    cell_of,
    equation,
    is_computable,
    null_space,
    worlds,
)

KEYS = ("r0", "r1", "r2", "r3")


def _of(lines: Sequence[Line], keys: Sequence[str]) -> list[Line]:
    return [line for line in lines if line.row in keys]


def _figures(lines: Sequence[Line]) -> tuple[Cell, list[Breakdown]]:
    cells = [cell_of(key, _of(lines, [key])) for key in KEYS]
    return cell_of("total", lines), [Breakdown("row", cells)]


def _touched(old: Sequence[Line], new: Sequence[Line]) -> Cell:
    """Persons whose hours are not the same, and by how much."""
    hours: Counter[int] = Counter()
    for line in new:
        hours[line.person] += line.hours
    for line in old:
        hours[line.person] -= line.hours
    moved = [abs(value) for value in hours.values() if value]
    return Cell("", len(moved), sum(moved), max(moved, default=0))


def _changes(old: Sequence[Line], new: Sequence[Line]) -> Changes:
    cells = {("row", key): _touched(_of(old, [key]), _of(new, [key])) for key in KEYS}
    return Changes(_touched(old, new), cells)


def _publish(old: Sequence[Line], new: Sequence[Line]) -> tuple[Protected, Frozen]:
    first = protect(*_figures(old))
    return first, freeze(first, *_figures(new), _changes(old, new))


def _differences(first: Protected, second: Protected) -> Iterator[tuple[str, ...]]:
    """Sets of cells of which the difference between both publications can be computed."""
    equations: list[Equation] = []
    for when, protected in enumerate((first, second)):
        figures = protected.breakdowns["row"]
        equations.append(equation([f"{f.key} {when}" for f in figures], protected.total, figures))
    unknowns = sorted({name for coefficients, _ in equations for name in coefficients})
    directions = null_space(unknowns, equations)
    for size in range(1, len(KEYS) + 1):
        for group in combinations(KEYS, size):
            names = {f"{key} {when}" for key in group for when in (0, 1)} & set(unknowns)
            later = {
                name: [-value if name.endswith("0") else value for value in directions[name]]
                for name in names
            }
            if not names or is_computable(names, later):
                yield group


def _leaks(
    old: Sequence[Line],
    new: Sequence[Line],
    first: Protected,
    second: Protected,
    kept: Set[Place] = frozenset(),
) -> list[tuple[str, ...]]:
    if "secret" in (first.total.status, second.total.status):
        return []
    if ("row", KEYS[0]) in kept:
        # The same figures again, beside the same total: there is no difference.
        assert second == first
        return []
    leaks = []
    for group in _differences(first, second):
        before, after = _of(old, group), _of(new, group)
        who = _touched(before, after)
        assert who.persons is not None
        assert who.largest is not None
        moved = sum(x.hours for x in after) != sum(x.hours for x in before)
        if moved and (who.persons < 5 or who.largest * 100 > who.hours * 85):
            leaks.append(group)
    return leaks


@st.composite
def corrections(draw: st.DrawFn) -> tuple[list[Line], list[Line]]:
    """A period as first published, and as it is after lines came, went and were corrected."""
    old = draw(worlds(rows=4, columns=1, shared=draw(st.booleans())))
    new = list(old)
    for row in draw(st.sets(st.sampled_from(KEYS))):
        step = draw(st.sampled_from([1, 2, 3, 5, 6, 8]))
        action = draw(st.sampled_from(["add", "drop", "correct", "move"]))
        mine = _of(new, [row])[:step]
        if action == "add":
            new += [Line(9000 + at + 100 * int(row[1]), row, "c0", 40 + at) for at in range(step)]
            continue
        new = [line for line in new if line not in mine]
        if action == "correct":
            new += [Line(line.person, row, "c0", line.hours + 8) for line in mine]
        if action == "move":
            new += [Line(x.person, draw(st.sampled_from(KEYS)), "c0", x.hours) for x in mine]
    return old, new


@settings(max_examples=100, deadline=None)
@given(corrections())
def test_no_small_change_is_found_by_difference(pair: tuple[list[Line], list[Line]]) -> None:
    old, new = pair
    first, frozen = _publish(old, new)
    assert _leaks(old, new, first, frozen.protected, frozen.kept) == []
    assert frozen.kept.isdisjoint(frozen.withheld)


@settings(max_examples=100, deadline=None)
@given(corrections())
def test_what_is_kept_or_published_is_old_or_new_and_never_else(
    pair: tuple[list[Line], list[Line]],
) -> None:
    old, new = pair
    first, frozen = _publish(old, new)
    current = protect(*_figures(new))
    for at, figure in enumerate(frozen.protected.breakdowns["row"]):
        old_figure, new_figure = first.breakdowns["row"][at], current.breakdowns["row"][at]
        if ("row", figure.key) in frozen.kept:
            assert figure == old_figure
        elif ("row", figure.key) in frozen.withheld:
            assert figure == Shown(figure.key, "secret", None, None)
        else:
            assert figure == new_figure


def _people(start: int, count: int, row: str, hours: int = 40) -> list[Line]:
    return [Line(person, row, "c0", hours) for person in range(start, start + count)]


OLD = [*_people(0, 20, "r0"), *_people(100, 30, "r1"), *_people(200, 40, "r2")]


def _statuses(frozen: Frozen) -> dict[str, str]:
    return {figure.key: figure.status for figure in frozen.protected.breakdowns["row"]}


def test_the_attacker_beats_a_second_publication_that_ignores_the_first() -> None:
    new = [*OLD, *_people(300, 1, "r0")]
    first, second = protect(*_figures(OLD)), protect(*_figures(new))
    assert ("r0",) in _leaks(OLD, new, first, second)


def test_one_person_more_changes_nothing() -> None:
    first, frozen = _publish(OLD, [*OLD, *_people(300, 1, "r0")])
    assert frozen.protected == first
    assert frozen.kept == {TOTAL, *(("row", key) for key in KEYS)}


def test_five_persons_more_are_published() -> None:
    first, frozen = _publish(OLD, [*OLD, *_people(300, 5, "r0")])
    assert frozen.protected.total == Shown("total", "published", 95, 3800)
    assert frozen.protected.breakdowns["row"][0] == Shown("r0", "published", 25, 1000)
    assert (frozen.kept, frozen.withheld) == (frozenset(), frozenset())
    assert first.total.persons == 90


def test_five_persons_of_whom_one_has_nearly_all_the_hours_change_nothing() -> None:
    new = [*OLD, *_people(300, 4, "r0", 1), *_people(310, 1, "r0", 400)]
    first, frozen = _publish(OLD, new)
    assert frozen.protected == first


def test_a_small_part_of_a_large_change_becomes_secret_with_another() -> None:
    new = [*OLD, *_people(300, 2, "r0"), *_people(310, 6, "r1")]
    _, frozen = _publish(OLD, new)
    assert frozen.protected.total.persons == 98
    assert _statuses(frozen) == {
        "r0": "secret",
        "r1": "secret",
        "r2": "published",
        "r3": "published",
    }
    assert frozen.withheld == {("row", "r0"), ("row", "r1")}


def test_a_person_who_changes_cell_leaves_the_breakdown_as_it_was() -> None:
    new = [*OLD[1:], Line(0, "r1", "c0", 40)]
    first, frozen = _publish(OLD, new)
    assert frozen.protected == first
    assert frozen.kept == {("row", key) for key in KEYS}


def test_a_secret_cell_stays_secret_while_another_of_its_group_has_not_changed() -> None:
    old = [*_people(0, 3, "r0"), *_people(100, 30, "r1"), *_people(200, 40, "r2")]
    more = [*old, *_people(300, 9, "r0")]
    assert _statuses(_publish(old, more)[1])["r0"] == "secret"
    both = [*more, *_people(400, 9, "r1")]
    assert set(_statuses(_publish(old, both)[1]).values()) == {"published"}


def test_a_first_publication_follows_one_that_said_nothing() -> None:
    _, frozen = _publish(_people(0, 4, "r0"), _people(0, 6, "r0"))
    assert frozen.protected == protect(*_figures(_people(0, 6, "r0")))


def test_unknown_changes_let_only_still_figures_through() -> None:
    first = protect(*_figures(OLD))
    assert freeze(first, *_figures(OLD), None).protected == first
    more = [*OLD, *_people(300, 9, "r0")]
    assert freeze(first, *_figures(more), None).protected == first


def test_figures_that_did_not_move_are_published_again_with_their_secrets() -> None:
    old = [*OLD, *_people(300, 3, "r3")]
    first = protect(*_figures(old))
    assert freeze(first, *_figures(old), None) == Frozen(first, frozenset(), frozenset())


def test_persons_who_change_cell_do_not_hide_the_one_who_came() -> None:
    # Four go from r0 to r1 while one comes to r3: the sum of the three moves by one person only.
    old = [*_people(0, 5, "r0"), *_people(10, 1, "r1"), *_people(100, 30, "r2")]
    new = [*_people(0, 1, "r0"), *_people(1, 4, "r1"), *_people(10, 1, "r1")]
    new += [*_people(100, 36, "r2"), *_people(300, 1, "r3")]
    first, frozen = _publish(old, new)
    assert _leaks(old, new, first, frozen.protected, frozen.kept) == []
    assert _statuses(frozen)["r2"] == "secret"


def test_persons_who_replace_others_elsewhere_leave_the_breakdown_as_it_was() -> None:
    new = [*OLD[3:], *_people(300, 3, "r1")]
    first, frozen = _publish(OLD, new)
    assert frozen.protected == first
    assert TOTAL not in frozen.kept


def test_a_large_exchange_between_two_cells_does_not_tell_who_came_meanwhile() -> None:
    # r0 loses six, r1 wins seven: the sum of both moves by the one who came. r2 hides the total.
    new = [*OLD[6:], *_people(0, 6, "r1"), *_people(300, 1, "r1"), *_people(310, 6, "r2")]
    first, second = protect(*_figures(OLD)), protect(*_figures(new))
    assert ("r0", "r1") in _leaks(OLD, new, first, second)
    _, frozen = _publish(OLD, new)
    assert frozen.protected.total.persons == 97
    assert set(_statuses(frozen).values()) == {"secret"}


def test_changes_that_deny_what_moved_are_not_believed() -> None:
    first = protect(*_figures(OLD))
    more = [*OLD, *_people(300, 1, "r0")]
    assert freeze(first, *_figures(more), Changes(Cell("", 0, 0, 0))).protected == first


def test_a_new_breakdown_says_nothing_beside_a_kept_total() -> None:
    first = protect(*_figures(OLD))
    total, (by_row,) = _figures([*OLD, *_people(300, 1, "r0")])
    both = [by_row, Breakdown("other", by_row.cells)]
    frozen = freeze(first, total, both, None)
    assert {f.status for f in frozen.protected.breakdowns["other"]} == {"secret"}
    assert frozen.protected.breakdowns["row"] == first.breakdowns["row"]


def test_a_cell_that_disappears_is_a_change() -> None:
    old = [*OLD, *_people(300, 6, "r3")]
    total, (by_row,) = _figures(OLD)
    shorter = [Breakdown("row", by_row.cells[:3])]
    frozen = freeze(protect(*_figures(old)), total, shorter, _changes(old, OLD))
    assert frozen.protected.breakdowns["row"][3] == Shown("r3", "published", 0, 0)
