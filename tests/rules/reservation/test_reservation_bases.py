"""What each article allows: the cases decided on paper, and the days and codes at the edges."""

from collections.abc import Callable
from datetime import date

import pytest

from api.rules.reservation.advice import (
    Advice,
    BasisAdvice,
    DecpScope,
    Finding,
    ScopeAdvice,
    State,
)
from api.rules.reservation.cpv import Place, place_of
from api.rules.reservation.engine import advise
from api.rules.reservation.request import (
    Basis,
    BuyerKind,
    Nature,
    ObjectKind,
    ReservationRequest,
)
from api.rules.reservation.rulebook import RuleBook

Ask = Callable[..., Advice]
ESS = {"cpv": "85312000", "months": 36}


def state(scope: ScopeAdvice) -> State:
    assert scope.combination is not None
    return scope.combination.state


def of(scope: ScopeAdvice, basis: str) -> BasisAdvice:
    return next(one for one in scope.bases if one.basis == basis)


def reasons(scope: ScopeAdvice) -> tuple[Finding, ...]:
    assert scope.combination is not None
    return scope.combination.reasons


def codes(scope: ScopeAdvice) -> list[str]:
    return [reason.code for reason in reasons(scope)]


# --- the ten cases -------------------------------------------------------------------------------


def test_a_reservation_to_the_social_economy_for_48_months_is_closed_and_says_36(ask: Ask) -> None:
    advice = ask("L2113-15", cpv="85312000", months=48)
    assert state(advice.whole) is State.CLOSED
    assert codes(advice.whole) == ["ess-too-long"]
    assert "36 mois" in of(advice.whole, Basis.ESS).reasons[0].text


def test_the_same_for_36_months_is_open(ask: Ask) -> None:
    advice = ask("L2113-15", **ESS)
    assert state(advice.whole) is State.OPEN
    assert codes(advice.whole) == ["ess-contract"]


def test_a_contract_may_be_reserved_to_disability_and_insertion_together(ask: Ask) -> None:
    advice = ask("L2113-12 L2113-13")
    assert state(advice.whole) is State.OPEN
    assert "disabled-and-insertion" in codes(advice.whole)
    assert all(reason.verified for reason in reasons(advice.whole))


@pytest.mark.parametrize("bases", ["L2113-12 L2113-13", "L3113-1 L3113-2"])
def test_a_concession_may_not(ask: Ask, bases: str) -> None:
    advice = ask(bases, nature="concession")
    assert state(advice.whole) is State.CLOSED


def test_a_concession_may_be_reserved_to_one_of_them(ask: Ask) -> None:
    advice = ask("L3113-1", nature="concession")
    assert state(advice.whole) is State.OPEN
    assert of(advice.whole, "L3113-2").state is State.OPEN
    assert of(advice.whole, "L3113-2-1").state is State.OPEN


def test_a_mixed_contract_is_closed_to_the_social_economy_but_its_own_lot_is_open(ask: Ask) -> None:
    lots = [{"label": "École", "cpv": "80110000"}, {"label": "Cantine", "cpv": "55523100"}]
    advice = ask("L2113-15", cpv="80110000", lots=lots)
    assert state(advice.whole) is State.CLOSED
    assert "ess-mixed" in codes(advice.whole)
    assert [state(lot) for lot in advice.lots] == [State.OPEN, State.CLOSED]
    assert (advice.decp.scope, advice.decp.lots) == (DecpScope.LOTS, (1,))


@pytest.mark.parametrize(
    ("nature", "bases"),
    [
        ("contract", "L2113-13-1 L2113-13"),
        ("contract", "L2113-12 L2113-13-1"),
        ("concession", "L3113-2 L3113-2-1"),
        ("concession", "L3113-1 L3113-2-1"),
    ],
)
def test_prison_may_not_be_combined_with_disability_nor_insertion(
    ask: Ask, nature: str, bases: str
) -> None:
    advice = ask(bases, nature=nature)
    assert {of(advice.whole, one).state for one in bases.split()} == {State.OPEN}
    assert state(advice.whole) is State.CLOSED


def test_a_code_that_is_alone_in_the_list_is_open(ask: Ask) -> None:
    assert state(ask("L2113-15", cpv="92600000").whole) is State.OPEN


def test_a_detail_of_a_single_code_is_to_verify(ask: Ask) -> None:
    advice = ask("L2113-15", cpv="92610000")
    assert state(advice.whole) is State.TO_VERIFY
    assert codes(advice.whole) == ["ess-below-list"]


@pytest.mark.parametrize(
    ("day", "nature", "basis", "expected"),
    [
        ("2022-10-19", "contract", "L2113-13-1", State.CLOSED),
        ("2022-10-20", "contract", "L2113-13-1", State.OPEN),
        ("2022-10-19", "concession", "L3113-2-1", State.CLOSED),
        ("2022-10-20", "concession", "L3113-2-1", State.OPEN),
        ("2010-01-01", "contract", "L2113-13-1", State.CLOSED),
    ],
)
def test_prison_begins_with_the_notices_of_20_october_2022(
    ask: Ask, day: str, nature: str, basis: str, expected: State
) -> None:
    assert state(ask(basis, nature=nature, notice_on=day).whole) is expected


# --- edges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("months", "expected"), [(36, State.OPEN), (37, State.CLOSED)])
def test_the_social_economy_is_open_up_to_36_months_included(
    ask: Ask, months: int, expected: State
) -> None:
    assert state(ask("L2113-15", cpv="85312000", months=months).whole) is expected


def test_an_unknown_duration_is_neither_zero_nor_long(ask: Ask) -> None:
    advice = ask("L2113-15", cpv="85312000", months=None)
    assert state(advice.whole) is State.TO_VERIFY
    assert "non renseignée" in reasons(advice.whole)[0].text


def test_the_duration_and_the_amount_do_not_matter_to_the_other_articles(ask: Ask) -> None:
    advice = ask("L2113-12 L2113-13", months=None, estimate=None, cpv=None)
    assert state(advice.whole) is State.OPEN


@pytest.mark.parametrize(
    "cpv", [None, "", "85312001", "85312000-1", "social", "8531200", "٨5312000"]
)
def test_an_unknown_code_is_to_verify_and_never_closed(ask: Ask, cpv: str | None) -> None:
    advice = ask("L2113-15", cpv=cpv)
    assert state(advice.whole) is State.TO_VERIFY
    assert any("Code CPV non renseigné" in one.text for one in reasons(advice.whole))


@pytest.mark.parametrize(
    ("cpv", "expected"),
    [
        ("85000000", State.OPEN),
        ("85323000-9", State.OPEN),
        ("85121271", State.OPEN),
        ("98133000", State.OPEN),
        ("98133100", State.TO_VERIFY),
        ("98133110", State.OPEN),
        ("80500000", State.TO_VERIFY),
        ("80512000", State.CLOSED),
        ("79620000", State.TO_VERIFY),
        ("90000000", State.CLOSED),
    ],
)
def test_a_code_is_matched_exactly_except_inside_division_85(
    ask: Ask, cpv: str, expected: State
) -> None:
    assert state(ask("L2113-15", cpv=cpv).whole) is expected


def test_every_code_of_division_85_of_the_vocabulary_is_open(ask: Ask, book: RuleBook) -> None:
    division = [code for code in book.cpv_keys if code.startswith("85")]
    assert len(division) == 98
    assert {state(ask("L2113-15", cpv=code).whole) for code in division} == {State.OPEN}


def test_a_lot_outside_the_list_closes_even_when_another_is_unknown(ask: Ask) -> None:
    lots = [{"label": "1", "cpv": None}, {"label": "2", "cpv": "55523100"}]
    advice = ask("L2113-15", cpv="80110000", lots=lots)
    assert state(advice.whole) is State.CLOSED
    assert [state(lot) for lot in advice.lots] == [State.TO_VERIFY, State.CLOSED]


def test_an_entity_that_is_no_public_authority_may_not_reserve_to_the_social_economy(
    ask: Ask,
) -> None:
    assert state(ask("L2113-15", buyer_kind="entity", **ESS).whole) is State.CLOSED
    assert state(ask("L2113-15", buyer_kind="central_authority", **ESS).whole) is State.OPEN
    assert state(ask("L2113-12", buyer_kind="entity", **ESS).whole) is State.OPEN


def test_a_concession_is_closed_to_the_social_economy(ask: Ask) -> None:
    assert state(ask("L2113-15", nature="concession", **ESS).whole) is State.CLOSED


def test_an_object_that_is_no_service_is_to_verify_for_the_social_economy(ask: Ask) -> None:
    assert state(ask("L2113-15", object_kind="works", **ESS).whole) is State.TO_VERIFY


def test_a_lot_of_services_in_a_contract_of_works_is_judged_on_its_own_code(ask: Ask) -> None:
    lots = [{"label": "Crèche", "cpv": "85312110"}, {"label": "Murs", "cpv": "45000000"}]
    advice = ask("L2113-15", object_kind="works", cpv="45000000", lots=lots)
    assert [state(lot) for lot in advice.lots] == [State.OPEN, State.CLOSED]


def test_a_defence_contract_is_to_verify_on_the_articles_of_contracts(ask: Ask) -> None:
    advice = ask("L2113-12", nature="defence", **ESS)
    assert [one.state for one in advice.whole.bases] == [State.TO_VERIFY] * 4 + [State.CLOSED] * 3


@pytest.mark.parametrize(
    ("day", "expected"), [("2020-12-08", State.CLOSED), ("2020-12-09", State.OPEN)]
)
def test_disability_and_insertion_together_begin_with_the_law_of_december_2020(
    ask: Ask, day: str, expected: State
) -> None:
    assert state(ask("L2113-12 L2113-13", notice_on=day).whole) is expected


def test_a_notice_older_than_the_code_is_to_verify(ask: Ask) -> None:
    advice = ask("L2113-12", notice_on="2019-03-31")
    assert state(advice.whole) is State.TO_VERIFY
    assert codes(advice.whole) == ["no-rule"]
    assert state(ask("L2113-12", notice_on="2019-04-01").whole) is State.OPEN


def test_the_social_economy_with_another_article_is_to_verify(ask: Ask) -> None:
    advice = ask("L2113-12 L2113-15", **ESS)
    assert state(advice.whole) is State.TO_VERIFY
    assert codes(advice.whole) == ["disabled-contract", "ess-contract", "ess-and-others"]


def test_two_articles_that_no_rule_combines_are_to_verify(book: RuleBook) -> None:
    request = ReservationRequest(
        nature=Nature.CONTRACT,
        buyer_kind=BuyerKind.AUTHORITY,
        object_kind=ObjectKind.SERVICES,
        notice_on=date(2026, 6, 1),
        requested=(Basis.DISABLED, Basis.INSERTION),
    )
    silent = book.model_copy(update={"combinations": ()})
    assert state(advise(request, book).whole) is State.OPEN
    assert state(advise(request, silent).whole) is State.TO_VERIFY
    assert codes(advise(request, silent).whole)[-1] == "no-combination-rule"


def test_an_interval_holds_its_two_ends() -> None:
    places = [
        place_of(code, (), [("85000000", "85323000")])
        for code in ("84999999", "85000000", "85323000", "85323001")
    ]
    assert places == [Place.OUTSIDE, Place.LISTED, Place.LISTED, Place.OUTSIDE]


def test_nothing_asked_has_no_combination_and_still_answers_for_each_article(ask: Ask) -> None:
    advice = ask()
    assert advice.whole.combination is None
    assert [one.basis for one in advice.whole.bases] == list(Basis)
    assert not any(one.requested for one in advice.whole.bases)


# --- earlier awards ------------------------------------------------------------------------------

SIRET = "00000000100018"


@pytest.mark.parametrize(
    ("award", "expected"),
    [
        ({"cpv": "85312000", "starts_on": "2023-06-01"}, State.OPEN_UNDER_CONDITION),
        ({"cpv": "85312000", "starts_on": "2023-05-31", "ends_on": "2023-05-31"}, State.OPEN),
        ({"cpv": "85312000", "starts_on": "2023-05-31"}, State.TO_VERIFY),
        ({"cpv": "85312000", "starts_on": "2023-05-31", "ends_on": "2025-01-01"}, State.TO_VERIFY),
        ({"cpv": "80110000", "starts_on": "2025-01-01"}, State.OPEN),
        ({"cpv": "85310000", "starts_on": "2025-01-01"}, State.TO_VERIFY),
        ({"starts_on": "2025-01-01"}, State.TO_VERIFY),
        ({"cpv": "85312000"}, State.TO_VERIFY),
        ({"cpv": "85312000", "starts_on": "2026-06-02"}, State.OPEN),
    ],
)
def test_the_holder_of_the_same_services_of_the_last_three_years_is_barred(
    ask: Ask, award: dict[str, str], expected: State
) -> None:
    advice = ask("L2113-15", previous_awards=[{"siret": SIRET, **award}], **ESS)
    assert state(advice.whole) is expected
    named = SIRET in "".join(reason.text for reason in reasons(advice.whole))
    assert named is (expected is State.OPEN_UNDER_CONDITION)


def test_an_earlier_award_of_the_social_economy_bars_nobody_from_the_other_articles(
    ask: Ask,
) -> None:
    award = {"siret": SIRET, "cpv": "85312000", "starts_on": "2026-01-01"}
    assert state(ask("L2113-13", previous_awards=[award], **ESS).whole) is State.OPEN
