"""The 312 figures of the demonstration are those that people looked at."""

from sqlmodel import Session

from tests.oracle import golden


def test_the_312_figures_of_the_demonstration_are_those_of_the_file(session: Session) -> None:
    found = list(golden.lines(session))
    assert len(found) == 312 * len(golden.YEARS)
    changed = [one for one in zip(golden.kept(), found, strict=True) if one[0] != one[1]]
    assert changed == [], "python -m tests.oracle.golden"


def test_every_figure_lies_between_its_bounds_and_says_something() -> None:
    assert {one: wrong for one in golden.kept() if (wrong := golden.nonsense(one))} == {}


def test_what_the_service_computes_today_lies_between_its_bounds_too(session: Session) -> None:
    buyer = golden.demonstrated(session)
    # The year that runs, whose figures the file does not keep.
    found = [line for year in (2023, 2026) for line in golden.of_year(session, buyer, year)]
    assert len(found) == 312 * 2
    assert {one: wrong for one in found if (wrong := golden.nonsense(one))} == {}
