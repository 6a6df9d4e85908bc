"""Published figures are found again from their hours, and a figure never goes without its base."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.hours.figures import (
    LongPathParameters,
    Rounding,
    age_band,
    birth_band,
    birth_band_text,
    fte_consistency,
    full_time_equivalent,
    long_path,
    long_path_definition,
    response_rate,
    share,
)
from api.rules.hours.french import RefusedValueError
from api.rules.hours.vocabulary import AgeBand, EmploymentKind, ExitSituation

CDI, SHORT = EmploymentKind.CDI, EmploymentKind.CDD_SHORT
LONG_HOURS, TRAINING = 455 * 4, 35 * 4


def plain(text: str) -> str:
    """The same text with ordinary spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("hours", "base", "rounding", "published"),
    [
        (340_723, 1607, Rounding.TRUNCATE, "212"),  # MEL 2021
        (374_408, 1607, Rounding.TRUNCATE, "232"),  # MEL 2022, as published
        (374_408, 1607, Rounding.HALF_UP, "233"),
        (25_124_684, 1600, Rounding.HALF_UP, "15 703"),  # Alliance Villes Emploi 2021
        (25_124_684, 1600, Rounding.TRUNCATE, "15 702"),
    ],
)
def test_published_full_time_equivalents_are_found_again(
    hours: int, base: int, rounding: Rounding, published: str
) -> None:
    found = full_time_equivalent(hours * 4, base, rounding)
    assert plain(found.text) == published
    assert (found.base, found.rounding) == (base, rounding)


def test_a_full_time_equivalent_is_1607_hours_truncated_unless_said() -> None:
    assert full_time_equivalent(1607 * 4).text == "1"
    assert full_time_equivalent(1607 * 4 - 1).text == "0"
    assert plain(full_time_equivalent(340_723 * 4).label) == "212 ETP (base 1 607 h, tronqué)"


@pytest.mark.parametrize(
    ("quarters", "rounding", "text"),
    [
        (15_278 * 4, Rounding.TRUNCATE, "9,5"),
        (6428 - 1, Rounding.TRUNCATE, "0,9"),
        (6428 - 1, Rounding.HALF_UP, "1,0"),
        (-6428 + 1, Rounding.TRUNCATE, "−0,9"),
        (0, Rounding.HALF_UP, "0,0"),
    ],
)
def test_a_decimal_may_be_shown(quarters: int, rounding: Rounding, text: str) -> None:
    assert full_time_equivalent(quarters, 1607, rounding, places=1).text == text


@pytest.mark.parametrize(("base", "places", "field"), [(0, 0, "base"), (1607, 2, "places")])
def test_a_base_or_a_precision_out_of_range_is_refused(base: int, places: int, field: str) -> None:
    with pytest.raises(RefusedValueError) as refusal:
        full_time_equivalent(100, base, Rounding.TRUNCATE, places)
    assert refusal.value.field == field


def test_the_copy_error_of_landes_2024_is_told() -> None:
    warning = fte_consistency("15 278 h", "11,4 ETP", 1607)
    assert warning is not None
    assert plain(warning) == (
        "15 278 h font 9,5 ETP sur une base de 1 607 h, et non 11,4 ETP, qui feraient environ "
        "18 320 h : l’un des deux nombres est sans doute une erreur de copie. Vérifiez-les dans "
        "le document."
    )


@pytest.mark.parametrize(
    ("hours", "fte"),
    [
        ("15 278 h", "≈9,5 ETP"),
        ("15\u202f278 heures", "9.5"),
        ("30 556 h", "environ 19 ETP"),
        ("49 000 h", "31"),
        ("374408", "232"),
        ("374 408", "233"),
        ("1607", "1,0"),
    ],
)
def test_printed_figures_agree_within_one_unit_of_their_last_decimal(hours: str, fte: str) -> None:
    assert fte_consistency(hours, fte) is None


def test_one_whole_unit_away_no_longer_agrees() -> None:
    assert fte_consistency("16070", "9") is not None
    assert fte_consistency("16070", "11") is not None
    assert fte_consistency("16071", "11") is None
    assert fte_consistency("16070", "10,1") is not None
    assert fte_consistency("16070,25", "10,1") is None


@pytest.mark.parametrize(
    ("hours", "fte", "field"),
    [
        ("aucune", "9,5", "hours"),
        ("15 278 h", "", "fte"),
        ("15 278 h (9,5 ETP)", "9,5", "hours"),
        ("9" * 5000, "1", "hours"),
    ],
)
def test_a_text_that_holds_no_single_number_is_refused(hours: str, fte: str, field: str) -> None:
    with pytest.raises(RefusedValueError) as refusal:
        fte_consistency(hours, fte)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("part", "whole", "millionths"),
    [
        (1, 3, 333_333),
        (2, 3, 666_667),
        (1, 2_000_000, 1),  # half a millionth goes up
        (0, 5, 0),
        (5, 5, 1_000_000),
        (0, 0, None),
        (None, 5, None),
        (5, None, None),
    ],
)
def test_a_share_is_in_millionths_and_unknown_without_a_whole(
    part: int | None, whole: int | None, millionths: int | None
) -> None:
    assert share(part, whole) == millionths


@given(st.integers(min_value=1900, max_value=2100))
def test_a_birth_year_lies_in_its_band(year: int) -> None:
    start = birth_band(year)
    assert start <= year <= start + 4
    assert birth_band_text(start) == f"{start}-{start + 4}"


@pytest.mark.parametrize(
    ("start", "year", "band"),
    [
        (2000, 2027, AgeBand.UNDER_26),  # 2002 counts for all: 25
        (2000, 2028, AgeBand.FROM_26_TO_49),
        (1975, 2026, AgeBand.FROM_26_TO_49),  # 1977: 49
        (1975, 2027, AgeBand.FROM_50),
        (1990, 2026, AgeBand.FROM_26_TO_49),
        (None, 2026, None),
    ],
)
def test_a_band_that_straddles_a_limit_counts_as_its_middle_year(
    start: int | None, year: int, band: AgeBand | None
) -> None:
    assert age_band(start, year) is band


def test_a_band_of_births_starts_on_a_multiple_of_five() -> None:
    with pytest.raises(RefusedValueError, match="saisissez 1990"):
        age_band(1992, 2026)
    with pytest.raises(RefusedValueError):
        birth_band_text(1991)


def test_no_one_is_counted_before_birth() -> None:
    with pytest.raises(RefusedValueError) as refusal:
        age_band(2030, 2026)
    assert refusal.value.field == "year"


@pytest.mark.parametrize(
    ("hours", "kinds", "training", "expected"),
    [
        (LONG_HOURS, [CDI], 0, True),
        (LONG_HOURS - 1, [CDI], TRAINING, False),
        (LONG_HOURS, [SHORT], TRAINING, True),
        (LONG_HOURS, [SHORT], TRAINING - 1, False),
        (LONG_HOURS, [], 0, False),
        (LONG_HOURS, [SHORT, EmploymentKind.APPRENTICESHIP], None, True),
        (LONG_HOURS, None, TRAINING, True),
        (LONG_HOURS, None, 0, None),
        (LONG_HOURS, [SHORT], None, None),
        (LONG_HOURS, None, None, None),
        (None, [CDI], None, None),
        (None, [SHORT], 0, False),
        (0, None, None, False),
    ],
)
def test_a_path_is_long_and_qualifying_by_its_published_definition(
    hours: int | None,
    kinds: list[EmploymentKind] | None,
    training: int | None,
    expected: bool | None,
) -> None:
    assert long_path(hours, kinds, training) is expected


def test_an_unknown_path_could_turn_out_either_way() -> None:
    hours, training = (0, LONG_HOURS), (0, TRAINING)
    kinds: tuple[list[EmploymentKind], ...] = ([], [CDI])
    for some, kind, trained in product((None, *hours), (None, *kinds), (None, *training)):
        ways = {
            long_path(*way)
            for way in product(
                hours if some is None else (some,),
                kinds if kind is None else (kind,),
                training if trained is None else (trained,),
            )
        }
        assert long_path(some, kind, trained) is (ways.pop() if len(ways) == 1 else None)


def test_the_definition_of_a_long_path_is_published_from_its_parameters() -> None:
    assert plain(long_path_definition()) == (
        "Parcours long et professionnalisant : au moins 455 h d’insertion, et en plus soit un "
        "contrat parmi : CDI, CDD de six mois ou plus, contrat d’apprentissage ou contrat de "
        "professionnalisation ; soit au moins 35 h de formation certifiante."
    )
    other = LongPathParameters(600 * 4, frozenset(), 70 * 4)
    assert plain(long_path_definition(other)) == (
        "Parcours long et professionnalisant : au moins 600 h d’insertion, et en plus au moins "
        "70 h de formation certifiante."
    )
    assert long_path(600 * 4, [CDI], 0, other) is False
    assert long_path(600 * 4, [], 70 * 4, other) is True


def test_the_response_rate_counts_the_exits_without_an_answer() -> None:
    exits = [
        ExitSituation.DURABLE_JOB,
        ExitSituation.INACTIVE,
        ExitSituation.UNKNOWN,
        None,
        ExitSituation.WITHDRAWN,
    ]
    assert response_rate(exits) == 500_000


@pytest.mark.parametrize(
    ("exits", "rate"),
    [
        ([], None),
        ([ExitSituation.WITHDRAWN], None),
        ([ExitSituation.UNKNOWN], 0),
        ([None], 0),
        ([ExitSituation.JOB_SEEKING], 1_000_000),
    ],
)
def test_no_exit_due_is_no_rate_at_all(exits: list[ExitSituation | None], rate: int | None) -> None:
    assert response_rate(exits) == rate


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=2000))
def test_truncation_never_exceeds_and_rounding_never_strays(quarters: int, base: int) -> None:
    exact = Fraction(quarters, 4 * base)
    down = int(plain(full_time_equivalent(quarters, base).text).replace(" ", ""))
    near = int(plain(full_time_equivalent(quarters, base, Rounding.HALF_UP).text).replace(" ", ""))
    assert down <= exact < down + 1
    assert -Fraction(1, 2) <= exact - near < Fraction(1, 2)
