"""The 312 figures of the demonstration are those that people looked at."""

from sqlmodel import Session

from tests.oracle import golden


def test_the_312_figures_of_the_demonstration_are_those_of_the_file(session: Session) -> None:
    found = list(golden.lines(session))
    assert len(found) == 312 * len(golden.YEARS)
    changed = [one for one in zip(golden.kept(), found, strict=True) if one[0] != one[1]]
    assert changed == [], "python -m tests.oracle.golden"


def test_whatever_is_computed_is_told_of_a_year_of_the_file_but_what_is_secret() -> None:
    rows = [dict(zip(golden.COLUMNS, one, strict=True)) for one in golden.kept()]
    told = {(one["scheme"], one["code"]) for one in rows if one["value"] or one["words"]}
    silent = [one for one in rows if (one["scheme"], one["code"]) not in told]
    # The demonstration leaves these to be said by whoever tries it, or by the operations of which
    # none was delivered by then.
    unsaid = {one["code"] for one in silent if one["way"] != "computed"}
    assert {one for one in unsaid if not one.startswith("CD62-")} == {"CAM-23-4", "CAM-23-5"}
    secret = {one["code"]: one["reason"] for one in silent if one["way"] == "computed"}
    assert secret.keys() == {"MEL-A2.6", "CAM-8-3", "CAM-10-2"}
    assert all(one.startswith("secret statistique") for one in secret.values())


def test_every_figure_lies_between_its_bounds_and_says_something() -> None:
    assert {one: wrong for one in golden.kept() if (wrong := golden.nonsense(one))} == {}


def test_what_the_service_computes_today_lies_between_its_bounds_too(session: Session) -> None:
    buyer = golden.demonstrated(session)
    # Years that the file does not keep, that which runs among them.
    found = [line for year in (2023, 2026) for line in golden.of_year(session, buyer, year)]
    assert len(found) == 312 * 2
    assert {one: wrong for one in found if (wrong := golden.nonsense(one))} == {}
