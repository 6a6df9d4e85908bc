"""Which hours count: those inside the path and the employment, shared without counting twice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from api.rules.hours.judging import (
    ClauseFacts,
    EmploymentFacts,
    LineFacts,
    PersonFacts,
    Verdict,
    judge,
)

MARCH = date(2026, 3, 1)
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
    people: Sequence[PersonFacts] = (FIRST, SECOND),
    employments: Sequence[EmploymentFacts] = (JOB,),
) -> Verdict:
    known: Mapping[str, PersonFacts] = {one.id: one for one in people}
    jobs: Mapping[str, EmploymentFacts] = {one.id: one for one in employments}
    return judge(MARCH, date(2026, 6, 15), CLAUSE, lines, known, jobs, frozenset())


def codes(verdict: Verdict) -> list[tuple[int | None, str]]:
    return [(one.place, one.code) for one in verdict.findings]


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (replace(FIRST, entered_on=date(2026, 3, 31)), None),
        (replace(FIRST, entered_on=date(2026, 4, 1)), "before_entry"),
        (replace(FIRST, eligible_until=date(2026, 3, 1)), None),
        (replace(FIRST, eligible_until=date(2026, 2, 28)), "after_eligibility"),
        (replace(FIRST, entered_on=None, eligible_until=None), None),
    ],
)
def test_hours_outside_the_eligibility_are_kept_and_do_not_count(
    person: PersonFacts, reason: str | None
) -> None:
    verdict = judged(LINE, people=(person,))
    assert verdict.accepted
    assert dict(verdict.outside) == ({1: reason} if reason else {})
    assert codes(verdict) == ([(1, reason)] if reason else [])


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (replace(JOB, starts_on=date(2026, 3, 31)), None),
        (replace(JOB, starts_on=date(2026, 4, 1)), "before_employment"),
        (replace(JOB, ends_on=date(2026, 3, 1)), None),
        (replace(JOB, ends_on=date(2026, 2, 28)), "after_employment"),
    ],
)
def test_hours_outside_the_employment_are_kept_and_do_not_count(
    job: EmploymentFacts, reason: str | None
) -> None:
    verdict = judged(replace(LINE, employment="e1"), employments=(job,))
    assert verdict.accepted
    assert dict(verdict.outside) == ({1: reason} if reason else {})


def test_several_reasons_are_all_told_and_the_person_s_comes_first() -> None:
    job = replace(JOB, starts_on=date(2026, 5, 1))
    late = replace(FIRST, entered_on=date(2026, 4, 2))
    verdict = judged(replace(LINE, employment="e1"), people=(late,), employments=(job,))
    assert codes(verdict) == [(1, "before_entry"), (1, "before_employment")]
    assert verdict.outside == {1: "before_entry"}
    assert plain(verdict.findings[0].message) == (
        "Ligne 1 : B-7K3M-Q2 n’entre dans le parcours qu’en avril 2026. Les heures sont gardées "
        "mais ne comptent pas ; corrigez la date d’entrée si elle est fausse."
    )


def test_an_unknown_person_or_employment_is_refused() -> None:
    assert codes(judged(replace(LINE, person="p9", hours=900 * 4))) == [(1, "person_unknown")]
    assert codes(judged(replace(LINE, employment="e9"))) == [(1, "employment_unknown")]


def test_an_employment_serves_only_its_own_person() -> None:
    other = judged(replace(LINE, person="p2", employment="e1"))
    assert codes(other) == [(1, "employment_of_another")]
    assert codes(judged(replace(GROUP, employment="e1", hours=4))) == [(1, "employment_of_another")]


@pytest.mark.parametrize(("allocated", "code"), [(50, None), (51, "employment_exceeded")])
def test_clauses_together_take_no_more_than_the_attested_hours(
    allocated: int, code: str | None
) -> None:
    job = replace(JOB, allocated=allocated * 4)
    verdict = judged(replace(LINE, employment="e1"), employments=(job,))
    assert codes(verdict) == ([(1, code)] if code else [])
    assert verdict.accepted is (code is None)


def test_the_excess_is_told_with_its_person_its_total_and_its_lines() -> None:
    job = replace(JOB, allocated=30 * 4)
    lines = (
        replace(LINE, employment="e1", modality="hire_cdd"),
        LineFacts(2, "p1", None, 20 * 4, 2, "hire_cdi", "e1"),
    )
    verdict = judged(*lines, employments=(job,))
    assert codes(verdict) == [(2, "employment_exceeded")]
    assert plain(verdict.findings[0].message).startswith(
        "B-7K3M-Q2 : 150,5 h déclarées en mars 2026 pour un contrat de travail dont 150 h sont "
        "attestées (ligne 1 : 100 h, ligne 2 : 20,5 h, autres déclarations : 30 h)."
    )


def test_no_attested_hour_is_zero_and_an_unknown_one_is_not() -> None:
    line = replace(LINE, employment="e1")
    assert codes(judged(line, employments=(replace(JOB, worked=0),))) == [
        (1, "employment_exceeded")
    ]
    assert judged(line, employments=(replace(JOB, worked=None),)).findings == ()


def test_sharing_without_attested_hours_is_taken_with_a_warning() -> None:
    job = replace(JOB, worked=None, allocated=1)
    verdict = judged(replace(LINE, employment="e1"), employments=(job,))
    assert codes(verdict) == [(1, "employment_unchecked")]
    assert verdict.accepted
