"""The oracle of insertion itself, on cases small enough to be reckoned by hand."""

from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from api.rules.fiction_insertion_records import (
    Bought,
    Calculation,
    Corrected,
    Fined,
    FollowUp,
    Hired,
    Left,
    Moved,
    Promise,
    Someone,
    Stated,
    Trained,
    Worked,
)
from api.rules.hours.vocabulary import (
    ChangeKind,
    ClauseStatus,
    ClauseType,
    EmploymentKind,
    EvidenceFrequency,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    PenaltyDecision,
    PenaltyMode,
    PublicFamily,
    Sex,
    StatementState,
    TrainingKind,
    Unit,
)
from tests.oracle.insertion import figures
from tests.oracle.insertion_lines import age, bracket, eligible_until

SENT, TAKEN = StatementState.SUBMITTED, StatementState.VALIDATED
TODAY = date(2025, 6, 30)
CONTRACT = Bought(0, "R1", "Voirie", "45233140", 4_000_000, date(2024, 12, 1), 12, "")
# A year of 365 days, of which 181 are over on 30 June.
CLAUSE = Promise(
    contract=0,
    title="Clause",
    kind=ClauseType.EXECUTION_CONDITION,
    object="works",
    family=None,
    unit=Unit.HOURS,
    hours=1000 * 4,
    share=None,
    amount=None,
    by_orders=False,
    calculation=None,
    modalities=(),
    training_counted=True,
    frequency=EvidenceFrequency.MONTHLY,
    evidence_days=15,
    penalty_mode=PenaltyMode.PER_MISSING_HOUR,
    penalty_amount=4001,
    starts_on=date(2025, 1, 1),
    ends_on=date(2025, 12, 31),
    status=ClauseStatus.RUNNING,
)
WOMAN = Someone(Sex.F, 1990, PublicFamily.YOUNG, None, None, True, date(2025, 1, 10), 24)
MAN = replace(WOMAN, sex=Sex.H, qpv=None, birth_band=None, entered_on=date(2025, 2, 1))


def hours(month: int, person: int, quarters: int, **more: Any) -> Stated:
    """A validated statement of one line."""
    line = Worked(quarters, person=person, **more)
    return Stated(0, date(2025, month, 1), (line,), (SENT, TAKEN), None)


def made(*statements: Stated, **changes: Any) -> FollowUp:
    """A follow-up of one clause and two persons."""
    told: dict[str, Any] = {
        "buyers": ("00000062000013",),
        "contracts": (CONTRACT,),
        "clauses": (CLAUSE,),
        "persons": (WOMAN, MAN),
        "employments": (),
        "statements": statements,
    }
    return FollowUp(**{**told, **changes})


def found(follow_up: FollowUp, year: int = 2025) -> dict[str, Any]:
    """The figures of the oracle on 30 June 2025."""
    return figures(asdict(follow_up), year, TODAY)


def test_hours_that_count_are_those_of_validated_statements_and_their_corrections() -> None:
    one = hours(3, 0, 100, training=20)
    corrected = replace(one, corrections=(Corrected(0, -8, -20, "Erreur"),))
    draft = replace(hours(4, 0, 40), moves=())
    sent = replace(hours(5, 0, 60), moves=(SENT,))
    rejected = replace(hours(6, 0, 70), moves=(SENT, StatementState.REJECTED))
    told = found(made(corrected, draft, sent, rejected))
    assert (told["declared"], told["validated"], told["outside"]) == (152, 92, 0)
    assert told["fte"] == Fraction(92, 4 * 1607)


def test_hours_of_a_month_before_the_entry_are_outside() -> None:
    told = found(made(hours(1, 1, 40), hours(2, 1, 30)))
    assert (told["declared"], told["validated"], told["outside"]) == (70, 30, 40)


def test_training_counts_where_the_clause_says_so() -> None:
    clause = replace(CLAUSE, training_counted=False)
    told = found(made(hours(3, 0, 100, training=20), clauses=(clause,)))
    assert (told["declared"], told["validated"]) == (100, 100)


def test_what_is_due_and_projected_follows_the_days_gone_by() -> None:
    told = found(made(hours(3, 0, 724)))
    assert told["engaged"] == 4000
    assert told["due"] == 1984  # 4000 × 181 ÷ 365 = 1983,56
    assert told["projection"] == 1460  # 724 × 365 ÷ 181
    assert told["rate"] == Fraction(724, 4000)
    assert told["projection_rate"] == Fraction(1460, 4000)


def test_an_engagement_moves_by_totals_and_by_orders_up_to_the_day() -> None:
    changes = (
        Moved(date(2025, 3, 1), ChangeKind.AMENDMENT, total=4400),
        Moved(TODAY, ChangeKind.TRANCHE, added=100),
        Moved(date(2025, 7, 1), ChangeKind.TERMINATION, total=0),
    )
    assert found(made(clauses=(replace(CLAUSE, changes=changes),)))["engaged"] == 4500


def test_a_framework_is_unknown_until_its_first_order() -> None:
    framework = replace(CLAUSE, hours=None, by_orders=True)
    assert found(made(clauses=(framework,)))["engaged_unknown"] == 1
    terms = Calculation(None, 500_000, 50_000, 2000)
    # 10 000 € × 50 % × 5 % ÷ 20 € = 12,5 h
    order = Moved(date(2025, 2, 1), ChangeKind.ORDER, amount=1_000_000)
    told = found(made(clauses=(replace(framework, calculation=terms, changes=(order,)),)))
    assert (told["engaged"], told["engaged_unknown"]) == (50, 0)


def test_persons_taken_together_are_at_least_those_of_the_fullest_month() -> None:
    def group(month: int, *persons: int) -> Stated:
        lines = tuple(Worked(40, persons=one, sex=Sex.F) for one in persons)
        return Stated(0, date(2025, month, 1), lines, (SENT, TAKEN), None)

    told = found(made(group(3, 2, 3), group(4, 4), hours(5, 1, 10)))
    assert (told["beneficiaries"], told["at_least"]) == (1, 6)
    assert told["breakdowns"]["sex"] == {
        "f": {"hours": 120, "persons": 5},
        "h": {"hours": 10, "persons": 1},
    }
    assert told["women"]["hours"] == Fraction(120, 130)
    assert told["women"]["persons"] == 0


def test_a_person_whose_hours_were_all_taken_off_is_no_beneficiary() -> None:
    one = replace(hours(3, 0, 100), corrections=(Corrected(0, -100, 0, "Erreur"),))
    assert found(made(one))["beneficiaries"] == 0


@pytest.mark.parametrize(("quarters", "persons"), [(455 * 4, 1), (455 * 4 - 1, 0)])
def test_a_long_path_has_455_hours(quarters: int, persons: int) -> None:
    job = Hired(0, Modality.HIRE_CDI, EmploymentKind.CDI, date(2025, 1, 1), None, None)
    told = found(made(hours(3, 0, 1000), hours(4, 0, quarters - 1000), employments=(job,)))
    assert told["paths"] == {"persons": persons, "contracts": persons}


@pytest.mark.parametrize(
    ("training", "persons"),
    [
        (Trained(TrainingKind.CERTIFYING, 140, True, None), 1),
        (Trained(TrainingKind.CERTIFYING, 139, True, None), 0),
        (Trained(TrainingKind.CERTIFYING, None, True, None), 0),
        (Trained(TrainingKind.CERTIFYING, 140, None, None), 0),
        (Trained(TrainingKind.QUALIFYING, 140, True, None), 0),
    ],
)
def test_a_qualifying_path_has_a_certified_training(training: Trained, persons: int) -> None:
    trained = replace(WOMAN, trainings=(training,))
    told = found(made(hours(3, 0, 2000), persons=(trained, MAN)))
    assert told["paths"]["persons"] == persons


def test_exits_are_those_of_persons_with_hours_in_the_year() -> None:
    left = Left(ExitCheckpoint.END, ExitSituation.DURABLE_JOB, TODAY)
    silent = Left(ExitCheckpoint.END, ExitSituation.UNKNOWN, TODAY)
    persons = (
        replace(WOMAN, exits=(left,)),
        replace(MAN, exits=(silent,)),
        replace(MAN, exits=(left,)),
    )
    told = found(made(hours(3, 0, 10), hours(4, 1, 10), persons=persons))["exits"]
    end = told["checkpoints"]["end"]
    assert told["population"] == 2
    assert (end["asked"], end["answered"], end["dynamic"]) == (2, 1, 1)
    assert (end["response_rate"], end["dynamic_share"]) == (Fraction(1, 2), 1)


def test_penalties_are_rounded_to_the_cent_and_waived_ones_are_nothing() -> None:
    fined = (
        Fined(date(2025, 3, 1), missing=2, decision=PenaltyDecision.APPLIED),
        Fined(date(2025, 3, 2), missing=4, decision=PenaltyDecision.WAIVED),
        Fined(date(2024, 3, 1), missing=4),
    )
    told = found(made(clauses=(replace(CLAUSE, penalties=fined),)))["penalties"]
    # 0,50 h × 40,01 € = 20,005 €
    assert (told["number"], told["computed"], told["applied"]) == (2, 2001 + 4001, 2001)
    assert told["decisions"] == {"applied": 1, "waived": 1}


@pytest.mark.parametrize(
    ("amount", "name"),
    [
        (None, None),
        (0, "lt_25000"),
        (2_499_999, "lt_25000"),
        (2_500_000, "25000_40000"),
        (4_000_000, "40000_90000"),
        (8_999_999, "40000_90000"),
        (9_000_000, "ge_90000"),
    ],
)
def test_the_lower_bound_of_a_bracket_is_inside(amount: int | None, name: str | None) -> None:
    assert bracket(amount) == name


def test_ages_are_those_of_the_middle_of_the_band() -> None:
    assert age(None, 2025) is None
    assert (age(2000, 2027), age(2000, 2028)) == ("under_26", "26_to_49")
    assert (age(1975, 2026), age(1975, 2027)) == ("26_to_49", "50_plus")


def test_eligibility_ends_on_the_eve_of_the_anniversary() -> None:
    assert eligible_until(date(2024, 1, 15), 24) == date(2026, 1, 14)
    assert eligible_until(date(2024, 8, 31), 6) == date(2025, 2, 28)
