"""No figure about a small group leaves, nor can be found by difference."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.disclosure.figures import (
    Breakdown,
    Cell,
    Protected,
    Shown,
    Thresholds,
    published,
    secret,
    why,
)
from api.rules.disclosure.secrecy import is_small, protect
from tests.rules.disclosure.attacker import (
    Line,
    cell_of,
    computable_groups,
    equation,
    is_computable,
    is_group_safe,
    null_space,
    people_of,
    worlds,
)

Filter = Callable[[Cell, Sequence[Breakdown]], Protected]


def _even(key: str, persons: int, each: int = 40) -> Cell:
    return Cell(key, persons, persons * each, each if persons else 0)


def _total(cells: Sequence[Cell]) -> Cell:
    return Cell(
        "total",
        sum(cell.persons or 0 for cell in cells),
        sum(cell.hours for cell in cells),
        max((cell.largest or 0 for cell in cells), default=0),
    )


def _statuses(cells: Sequence[Cell], sensitive: bool = False) -> dict[str, str]:
    shown = protect(_total(cells), [Breakdown("sex", cells, sensitive)])
    return {figure.key: figure.status for figure in shown.breakdowns["sex"]}


def _naive(total: Cell, breakdowns: Sequence[Breakdown]) -> Protected:
    """The primary rules alone."""
    thresholds = Thresholds()

    def show(cell: Cell) -> Shown:
        small = not cell.empty and is_small(cell, 5, thresholds)
        return secret(cell) if small else published(cell)

    return Protected(
        show(total), {one.by: tuple(show(cell) for cell in one.cells) for one in breakdowns}
    )


def _leaks(lines: Sequence[Line], apply: Filter, sensitive: bool = False) -> list[str]:
    """What an attacker learns about small groups: published, or computed from what is."""
    least = 11 if sensitive else 5
    breakdowns, parts = [], {}
    for by in ("row", "column"):
        keys = sorted({getattr(line, by) for line in lines} | {f"{by} without anybody"})
        parts[by] = {key: [line for line in lines if getattr(line, by) == key] for key in keys}
        cells = [cell_of(key, part) for key, part in parts[by].items()]
        breakdowns.append(Breakdown(by, cells, sensitive))
    shown = apply(cell_of("total", lines), breakdowns)
    leaks = []
    if shown.total.hours is None:
        every = [figure for part in shown.breakdowns.values() for figure in part]
        return [figure.key for figure in every if figure.status == "published"]
    if lines and not is_group_safe(lines, 5):
        leaks.append("total")
    for by, figures in shown.breakdowns.items():
        for figure in figures:
            part = parts[by][figure.key]
            if figure.status == "published" and (part or sensitive):
                leaks += [] if is_group_safe(part, least) else [figure.key]
        hidden = {
            figure.key: people_of(parts[by][figure.key])
            for figure in figures
            if figure.status == "secret"
        }
        directions = null_space(
            sorted(hidden), [equation([f.key for f in figures], shown.total, figures)]
        )
        leaks += [key for key in hidden if len(figures) > 1 and is_computable([key], directions)]
        everything = len(hidden) == len(figures)
        if hidden and not everything:
            group = [line for key in hidden for line in parts[by][key]]
            leaks += [] if is_group_safe(group, least) else [f"sum by {by}"]
            leaks += [str(sorted(g)) for g in computable_groups(directions, hidden, least)]
    return leaks


@pytest.mark.parametrize("sensitive", [False, True])
@settings(max_examples=100, deadline=None)
@given(worlds())
def test_an_attacker_finds_no_small_group(sensitive: bool, lines: list[Line]) -> None:
    assert _leaks(lines, protect, sensitive) == []


@pytest.mark.parametrize("sensitive", [False, True])
@settings(max_examples=100, deadline=None)
@given(worlds(shared=True))
def test_an_attacker_finds_no_small_group_among_persons_who_are_in_several_cells(
    sensitive: bool, lines: list[Line]
) -> None:
    assert _leaks(lines, protect, sensitive) == []


def test_the_attacker_beats_a_filter_without_complementary_suppression() -> None:
    lines = [Line(person, "r0", "c0", 40) for person in range(20)]
    lines += [Line(person, "r1", "c0", 40) for person in range(100, 103)]
    assert "r1" in _leaks(lines, _naive)
    assert _leaks(lines, protect) == []


def test_the_attacker_beats_a_filter_that_hides_two_cells_of_a_small_group() -> None:
    lines = [Line(person, "r0", "c0", 40) for person in range(20)]
    lines += [Line(person, "r1", "c0", 40) for person in range(100, 102)]
    lines += [Line(person, "r2", "c0", 40) for person in range(200, 202)]
    assert "sum by row" in _leaks(lines, _naive)
    assert _leaks(lines, protect) == []


def test_the_attacker_sees_what_is_published_outright() -> None:
    def open_house(total: Cell, breakdowns: Sequence[Breakdown]) -> Protected:
        return Protected(
            published(total), {one.by: tuple(map(published, one.cells)) for one in breakdowns}
        )

    lines = [Line(person, f"r{person // 9}", "c0", 40) for person in range(11)]
    assert "r1" in _leaks(lines, open_house)


@pytest.mark.parametrize(
    ("persons", "sensitive", "status"),
    [(4, False, "secret"), (5, False, "published"), (10, True, "secret"), (11, True, "published")],
)
def test_a_cell_is_published_from_the_threshold_on(
    persons: int, sensitive: bool, status: str
) -> None:
    cells = [_even("small", persons), _even("one", 30), _even("two", 40)]
    assert _statuses(cells, sensitive) == {
        "small": status,
        "one": status,  # hidden with it, published with it
        "two": "published",
    }


@pytest.mark.parametrize(("largest", "status"), [(850, "published"), (851, "secret")])
def test_a_cell_is_published_up_to_85_percent_for_one_person(largest: int, status: str) -> None:
    cells = [Cell("a", 6, 1000, largest), _even("b", 30, 100)]
    assert _statuses(cells) == {"a": status, "b": status}


@pytest.mark.parametrize(
    "cell",
    [
        Cell("unknown persons", None, 400, 20),
        Cell("unknown largest", 30, 400, None),
        Cell("correction", 30, -8, 2),
        Cell("nobody but hours", 0, 8, 0),
        Cell("unknown and no hour", None, 0, None),
    ],
)
def test_what_is_not_known_or_only_a_correction_is_secret(cell: Cell) -> None:
    cells = [cell, _even("b", 30), _even("c", 31)]
    assert _statuses(cells) == {cell.key: "secret", "b": "secret", "c": "published"}


def test_a_secret_is_none_and_never_zero() -> None:
    cells = [_even("a", 3), _even("b", 30), _even("c", 40)]
    shown = protect(_total(cells), [Breakdown("sex", cells)]).breakdowns["sex"]
    assert shown == (
        Shown("a", "secret", None, None),
        Shown("b", "secret", None, None),
        Shown("c", "published", 40, 1600),
    )


def test_nobody_is_a_published_zero_unless_it_is_about_something_sensitive() -> None:
    cells = [_even("a", 0), _even("b", 30), _even("c", 40)]
    assert _statuses(cells) == {"a": "published", "b": "published", "c": "published"}
    assert _statuses(cells, sensitive=True) == {"a": "secret", "b": "secret", "c": "published"}


def test_an_empty_cell_protects_nobody() -> None:
    cells = [_even("a", 0), _even("b", 3), _even("c", 40), _even("d", 50)]
    assert _statuses(cells)["a"] == "published"
    assert _statuses(cells)["c"] == "secret"


def test_everybody_having_a_sensitive_attribute_is_secret() -> None:
    assert _statuses([_even("all", 40)], sensitive=True) == {"all": "secret"}
    assert _statuses([_even("all", 40)]) == {"all": "published"}


def test_too_small_a_total_hides_everything() -> None:
    cells = [_even("a", 4), _even("b", 0)]
    shown = protect(_total(cells), [Breakdown("sex", cells)])
    figures = [shown.total, *shown.breakdowns["sex"]]
    assert {(f.status, f.persons, f.hours) for f in figures} == {("secret", None, None)}


def test_an_empty_total_is_published() -> None:
    cells = [_even("a", 0), _even("b", 0)]
    assert set(_statuses(cells).values()) == {"published"}


def test_all_is_hidden_when_nothing_less_protects() -> None:
    # One person has 1 000 of the 1 100 hours of the two cells; only the third dilutes them.
    cells = [Cell("a", 1, 1000, 1000), _even("b", 5, 20), _even("c", 20, 50)]
    assert _statuses(cells) == {"a": "secret", "b": "published", "c": "secret"}
    few = [Cell("a", None, 1000, 1000), _even("nobody", 0)]
    shown = protect(Cell("total", 9, 1000, 200), [Breakdown("sex", few)])
    assert [figure.status for figure in shown.breakdowns["sex"]] == ["secret", "secret"]


@given(st.lists(st.integers(5, 40), min_size=1, max_size=8))
def test_large_cells_are_all_published(sizes: list[int]) -> None:
    cells = [_even(str(index), size) for index, size in enumerate(sizes)]
    assert set(_statuses(cells).values()) == {"published"}


@given(st.integers(1, 4), st.lists(st.integers(5, 40), min_size=1, max_size=8))
def test_one_small_cell_costs_one_more(small: int, sizes: list[int]) -> None:
    cells = [_even("small", small), *(_even(str(at), size) for at, size in enumerate(sizes))]
    hidden = [key for key, status in _statuses(cells).items() if status == "secret"]
    assert len(hidden) == 2
    smallest = min(cells[1:], key=lambda cell: (cell.persons or 0, cell.key))
    assert set(hidden) == {"small", smallest.key}


@given(worlds())
def test_the_order_of_the_cells_changes_nothing(lines: list[Line]) -> None:
    keys = sorted({line.row for line in lines})
    cells = [cell_of(key, [line for line in lines if line.row == key]) for key in keys]
    assert _statuses(cells) == _statuses(cells[::-1])


def test_cells_that_are_not_those_of_the_total_are_refused() -> None:
    cells = [_even("a", 6), _even("b", 7)]
    with pytest.raises(ValueError, match="add up"):
        protect(_even("total", 14), [Breakdown("sex", cells)])
    with pytest.raises(ValueError, match="twice"):
        protect(_even("total", 12), [Breakdown("sex", [cells[0], cells[0]])])
    with pytest.raises(ValueError, match="same attribute"):
        protect(_total(cells), [Breakdown("sex", cells), Breakdown("sex", cells)])


@pytest.mark.parametrize("least", [2, 21])
def test_a_threshold_out_of_range_is_refused(least: int) -> None:
    with pytest.raises(ValueError, match="de 3 à 20"):
        Thresholds(persons=least)
    with pytest.raises(ValueError, match="de 3 à 20"):
        Thresholds(sensitive=least)
    assert {Thresholds(persons=3).least(False), Thresholds(persons=20).least(True)} == {3, 20}


@pytest.mark.parametrize("dominance", [0, 499_999, 1_000_000])
def test_a_dominance_out_of_range_is_refused(dominance: int) -> None:
    with pytest.raises(ValueError, match="50"):
        Thresholds(dominance_millionths=dominance)


def test_a_reader_is_told_why() -> None:
    assert why("published") is None
    assert why("secret") == (
        "Secret statistique : moins de 5 personnes, ou une personne à plus de 85 % des heures, "
        "ou chiffre qui permettrait d’en déduire un autre."
    )
    text = why("secret", Thresholds(dominance_millionths=857_500), sensitive=True)
    assert text is not None
    assert "moins de 11 personnes" in text
    assert "85,75 %" in text
