"""The 312 figures of the demonstration are those that people looked at."""

from sqlmodel import Session

from tests.oracle import golden


def test_the_312_figures_of_the_demonstration_are_those_of_the_file(session: Session) -> None:
    found = list(golden.lines(session))
    assert len(found) == 312 * len(golden.YEARS)
    changed = [one for one in zip(golden.kept(), found, strict=True) if one[0] != one[1]]
    assert changed == [], "python -m tests.oracle.golden"
