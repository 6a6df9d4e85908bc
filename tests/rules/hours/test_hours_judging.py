"""A statement of hours is judged line by line: what is refused, what is warned of, what counts."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.hours.findings import RULES, Code, finding
from api.rules.hours.french import RefusedValueError
from api.rules.hours.judging import (
    ClauseFacts,
    EmploymentFacts,
    LineFacts,
    PersonFacts,
    Verdict,
    judge,
)
from api.rules.hours.vocabulary import Modality

MARCH = date(2026, 3, 1)
TODAY = date(2026, 6, 15)
CLAUSE = ClauseFacts("c", date(2026, 1, 10), date(2026, 12, 20))
FIRST = PersonFacts("p1", "B-7K3M-Q2", date(2025, 9, 1), date(2027, 8, 31), 0)
SECOND = PersonFacts("p2", "B-2H8T-W4", None, None, 0)
JOB = EmploymentFacts("e1", "p1", date(2025, 9, 1), None, 150 * 4, 0)
LINE = LineFacts(1, "p1", None, 100 * 4, 0, None, None)
GROUP = LineFacts(1, None, 3, 300 * 4, None, None, None)


def plain(text: str) -> str:
    """The same text with ordinary spaces."""
    return " ".join(text.split())


def judged(
    *lines: LineFacts,
    month: date = MARCH,
    today: date = TODAY,
    clause: ClauseFacts = CLAUSE,
    people: Sequence[PersonFacts] = (FIRST, SECOND),
    employments: Sequence[EmploymentFacts] = (JOB,),
    closed_years: Container[int] = frozenset(),
) -> Verdict:
    known: Mapping[str, PersonFacts] = {one.id: one for one in people}
    jobs: Mapping[str, EmploymentFacts] = {one.id: one for one in employments}
    return judge(month, today, clause, lines, known, jobs, closed_years)


def codes(verdict: Verdict) -> list[tuple[int | None, str]]:
    return [(one.place, one.code) for one in verdict.findings]


def hours(
    quarters: int,
    *,
    place: int = 1,
    training_hours: int | None = 0,
    modality: str | None = None,
    employment: str | None = None,
) -> LineFacts:
    return LineFacts(place, "p1", None, quarters, training_hours, modality, employment)


def test_a_plain_line_is_taken_without_a_word() -> None:
    verdict = judged(LINE)
    assert verdict.findings == ()
    assert verdict.outside == {}
    assert verdict.accepted


# R-H1


def test_the_running_month_may_be_declared_and_not_the_next() -> None:
    assert judged(LINE, month=MARCH, today=date(2026, 3, 1)).accepted
    assert judged(LINE, month=MARCH, today=date(2026, 3, 31)).accepted
    verdict = judged(LINE, month=MARCH, today=date(2026, 2, 28))
    assert codes(verdict) == [(None, "month_in_future")]
    assert not verdict.accepted
    assert plain(verdict.findings[0].message) == (
        "Le mois déclaré (mars 2026) n’a pas commencé : choisissez février 2026 ou un mois plus "
        "ancien."
    )
    assert verdict.findings[0].field == "month"


def test_the_month_in_which_the_clause_starts_is_the_first() -> None:
    late = replace(CLAUSE, starts_on=date(2026, 3, 31))
    assert judged(LINE, clause=late).accepted
    early = replace(CLAUSE, starts_on=date(2026, 4, 1))
    assert codes(judged(LINE, clause=early)) == [(None, "month_before_clause")]


def test_the_month_after_the_end_of_the_clause_is_the_last() -> None:
    assert judged(LINE, clause=replace(CLAUSE, ends_on=date(2026, 2, 1))).accepted
    verdict = judged(LINE, clause=replace(CLAUSE, ends_on=date(2026, 1, 31)))
    assert codes(verdict) == [(None, "month_after_clause")]
    assert "le dernier mois possible est février 2026" in verdict.findings[0].message


def test_a_clause_that_ends_in_december_admits_january() -> None:
    january = date(2027, 1, 1)
    assert judged(GROUP, month=january, today=january).accepted
    february = date(2027, 2, 1)
    assert codes(judged(GROUP, month=february, today=february)) == [(None, "month_after_clause")]


def test_unknown_dates_of_a_clause_bound_nothing() -> None:
    assert judged(LINE, clause=ClauseFacts("c", None, None)).accepted


def test_a_closed_year_takes_nothing_more() -> None:
    assert judged(LINE, closed_years={2025, 2027}).accepted
    verdict = judged(LINE, closed_years={2026})
    assert codes(verdict) == [(None, "year_closed")]
    assert "L’année 2026 est close" in verdict.findings[0].message


def test_a_month_is_given_by_its_first_day() -> None:
    with pytest.raises(RefusedValueError) as refusal:
        judged(LINE, month=date(2026, 3, 2))
    assert refusal.value.field == "month"


# R-H2, one person


@pytest.mark.parametrize(
    ("quarters", "code"),
    [
        (1, None),
        (169 * 4, None),
        (169 * 4 + 1, "person_high"),
        (220 * 4, "person_high"),
        (220 * 4 + 1, "person_ceiling"),
    ],
)
def test_a_person_has_220_hours_a_month_and_a_warning_past_169(
    quarters: int, code: str | None
) -> None:
    verdict = judged(hours(quarters))
    assert codes(verdict) == ([(1, code)] if code else [])
    assert verdict.accepted is (code != "person_ceiling")


def test_training_counts_in_the_same_ceiling() -> None:
    assert judged(hours(200 * 4, training_hours=20 * 4)).accepted
    assert codes(judged(hours(200 * 4, training_hours=20 * 4 + 1))) == [(1, "person_ceiling")]


def test_training_that_is_not_said_adds_nothing() -> None:
    assert judged(hours(220 * 4, training_hours=None)).accepted


def test_a_line_of_training_only_is_taken_and_an_empty_one_refused() -> None:
    assert judged(hours(0, training_hours=7 * 4)).accepted
    assert codes(judged(hours(0, training_hours=0))) == [(1, "hours_missing")]
    assert codes(judged(hours(0, training_hours=None))) == [(1, "hours_missing")]


@pytest.mark.parametrize(("worked", "training"), [(-1, 0), (10, -1), (-5, 5)])
def test_negative_hours_are_refused(worked: int, training: int) -> None:
    assert codes(judged(hours(worked, training_hours=training))) == [(1, "hours_negative")]


def test_the_ceiling_is_over_all_the_lines_and_all_the_clauses_of_a_person() -> None:
    busy = replace(FIRST, month_hours=71 * 4)
    lines = (
        hours(100 * 4, modality="hire_cdd"),
        replace(LINE, place=2, person="p2", hours=160 * 4),
        hours(60 * 4, place=3, modality="temp_etti"),
    )
    verdict = judged(*lines, people=(busy, SECOND))
    assert codes(verdict) == [(3, "person_ceiling")]
    assert plain(verdict.findings[0].message) == (
        "B-7K3M-Q2 : 231 h en mars 2026, au-delà de 220 h pour une personne et un mois (ligne 1 : "
        "100 h, ligne 3 : 60 h, autres déclarations : 71 h). Corrigez l’un de ces nombres."
    )
    fits = judged(*lines, people=(replace(FIRST, month_hours=60 * 4), SECOND))
    assert codes(fits) == [(3, "person_high")]  # exactly 220


def test_the_line_that_reaches_the_ceiling_is_not_the_one_that_crosses_it() -> None:
    lines = [
        hours(quarters, place=place, modality=f"m{place}")
        for place, quarters in enumerate((120 * 4, 100 * 4, 1, 1), 1)
    ]
    assert codes(judged(*lines)) == [(3, "person_ceiling")]


def test_hours_that_do_not_count_still_fill_the_month_of_a_person() -> None:
    gone = replace(FIRST, eligible_until=date(2026, 2, 28))
    verdict = judged(hours(221 * 4), people=(gone,))
    assert codes(verdict) == [(1, "after_eligibility"), (1, "person_ceiling")]


def test_the_lines_of_a_message_are_told_one_by_one_up_to_ten() -> None:
    lines = [hours(20 * 4, place=place, modality=f"m{place}") for place in range(1, 13)]
    message = plain(judged(*lines).findings[0].message)
    assert "ligne 10 : 20 h, 2 autres lignes : 40 h)" in message
    assert "ligne 11" not in message


# R-H2, several persons together


@pytest.mark.parametrize(
    ("quarters", "code"),
    [
        (3 * 169 * 4, None),
        (3 * 169 * 4 + 1, "group_high"),
        (3 * 220 * 4, "group_high"),
        (3 * 220 * 4 + 1, "group_ceiling"),
    ],
)
def test_an_aggregated_line_has_220_hours_for_each_person(quarters: int, code: str | None) -> None:
    verdict = judged(replace(GROUP, hours=quarters))
    assert codes(verdict) == ([(1, code)] if code else [])
    assert verdict.accepted is (code != "group_ceiling")


def test_the_ceiling_of_a_group_is_told_with_its_total() -> None:
    message = judged(replace(GROUP, hours=661 * 4)).findings[0].message
    assert plain(message) == (
        "Ligne 1 : 661 h pour 3 personnes en mars 2026, au-delà de 220 h par personne (660 h au "
        "plus). Corrigez les heures ou le nombre de personnes."
    )


@pytest.mark.parametrize("persons", [0, -1])
def test_a_group_has_someone(persons: int) -> None:
    assert codes(judged(replace(GROUP, persons=persons))) == [(1, "persons_count")]


def test_a_line_has_a_person_or_a_number_of_persons_never_both_nor_none() -> None:
    both = judged(replace(LINE, persons=2))
    assert codes(both) == [(1, "person_or_number")]
    assert "pas les deux" in both.findings[0].message
    none = judged(replace(LINE, person=None))
    assert codes(none) == [(1, "person_or_number")]
    assert "au moins l’un des deux" in none.findings[0].message


def test_the_same_person_modality_and_employment_come_once() -> None:
    verdict = judged(LINE, replace(LINE, place=2, hours=4))
    assert codes(verdict) == [(2, "duplicate_line")]
    assert "qu’à la ligne 1. Additionnez" in plain(verdict.findings[0].message)


@pytest.mark.parametrize(
    "other", [hours(4, place=2, modality="hire_cdd"), hours(4, place=2, employment="e1")]
)
def test_another_modality_or_employment_is_another_line(other: LineFacts) -> None:
    assert judged(LINE, other).accepted


def test_several_aggregated_lines_may_look_alike() -> None:
    assert judged(GROUP, replace(GROUP, place=2)).accepted


# Modalities of the clause


def test_a_modality_that_the_clause_does_not_admit_is_refused() -> None:
    clause = replace(CLAUSE, modalities=frozenset({Modality.HIRE_CDI, Modality.TEMP_ETTI}))
    assert judged(replace(LINE, modality="temp_etti"), clause=clause).accepted
    verdict = judged(replace(LINE, modality="lent_ai"), clause=clause)
    assert codes(verdict) == [(1, "modality_refused")]
    assert plain(verdict.findings[0].message).endswith(
        "Choisissez parmi : Embauche en CDI ; Intérim d’insertion (ETTI)."
    )


def test_a_modality_that_is_not_said_is_asked_for_and_not_refused() -> None:
    clause = replace(CLAUSE, modalities=frozenset({Modality.HIRE_CDI}))
    verdict = judged(LINE, clause=clause)
    assert codes(verdict) == [(1, "modality_unsaid")]
    assert verdict.accepted


def test_a_clause_without_modalities_admits_any() -> None:
    assert judged(replace(LINE, modality="lent_ai")).accepted


# The whole


def test_remarks_come_by_place_those_of_the_statement_first() -> None:
    verdict = judged(
        hours(300 * 4),
        replace(LINE, place=2, person="p9"),
        replace(GROUP, place=3, persons=0),
        closed_years={2026},
    )
    assert [place for place, _ in codes(verdict)] == [None, 1, 2, 3]


def test_every_code_has_its_rule_and_a_message_that_says_what_to_do() -> None:
    assert set(RULES) == set(Code)
    for rule in RULES.values():
        assert rule.template.endswith(".")
        assert "'" not in rule.template
        assert rule.level in {"error", "warning"}


def test_a_message_is_written_with_french_spaces() -> None:
    message = finding(Code.PERSONS_COUNT, 4, persons=0).message
    assert message.startswith("Ligne 4\u00a0: le nombre de personnes est 0.")


LINES = st.lists(
    st.builds(
        LineFacts,
        st.just(0),
        st.sampled_from([None, "p1", "p2", "p9"]),
        st.sampled_from([None, 0, 1, 5]),
        st.integers(min_value=-4, max_value=1200),
        st.sampled_from([None, 0, 40]),
        st.sampled_from([None, "hire_cdi", "other"]),
        st.sampled_from([None, "e1", "e9"]),
    ),
    max_size=6,
).map(lambda found: [replace(one, place=place) for place, one in enumerate(found, 1)])


@given(LINES, st.integers(min_value=0, max_value=900))
def test_an_accepted_statement_keeps_every_promise(lines: list[LineFacts], elsewhere: int) -> None:
    busy = replace(FIRST, month_hours=elsewhere)
    verdict = judged(*lines, people=(busy, SECOND))
    if not verdict.accepted:
        return
    for line in lines:
        assert (line.person is None) != (line.persons is None)
        assert line.hours >= 0
        assert line.total > 0
        assert line.employment is None or line.person == "p1"
        assert line.persons is None or line.total <= line.persons * 880
    mine = [one.total for one in lines if one.person == "p1"]
    assert not mine or sum(mine) + elsewhere <= 880
    assert sum(one.total for one in lines if one.employment == "e1") <= 150 * 4


def test_a_thousand_lines_are_judged_at_once() -> None:
    people = {f"p{n}": replace(FIRST, id=f"p{n}") for n in range(500)}
    jobs = {f"e{n}": replace(JOB, id=f"e{n}", person=f"p{n}") for n in range(500)}
    clause = replace(CLAUSE, modalities=frozenset({"hire_cdi", "hire_cdd"}))
    lines = [
        LineFacts(n + 1, f"p{n // 2}", None, 280, 0, ("hire_cdi", "hire_cdd")[n % 2], f"e{n // 2}")
        for n in range(1000)
    ]
    times = []
    for _ in range(5):
        started = perf_counter()
        verdict = judge(MARCH, TODAY, clause, lines, people, jobs, frozenset())
        times.append(perf_counter() - started)
        assert verdict.findings == ()
    assert min(times) < 0.1  # a few milliseconds; the margin is for a busy machine
