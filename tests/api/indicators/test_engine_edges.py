"""Edges that a world made by chance must not be left to find: one small case each."""

from datetime import date
from uuid import uuid4

import pytest
from sqlmodel import Session

from api.access.models import Directorate, Organisation
from api.consultations.models import Consultation
from api.contracts.models import Amendment, ContractMark
from api.contracts.writing import tell_marks
from api.indicators.figures import Asked, compute
from api.indicators.gathering import Whose
from api.programme.models import Project, ProjectState
from api.rules.indicators.reading import read_definition
from tests.api.indicators.edges import (
    CONTRACTS,
    MARKS,
    SUPPLIERS,
    YEAR,
    a_buyer,
    a_contract,
    a_supplier,
    figure,
    held,
)


@pytest.fixture
def buyer(session: Session) -> Organisation:
    """A buyer that has nothing yet."""
    return a_buyer(session)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(YEAR - 1, 12, 31), 0),
        (date(YEAR, 1, 1), 1),
        (date(YEAR, 12, 31), 1),
        (date(YEAR + 1, 1, 1), 0),
    ],
)
def test_the_first_and_the_last_day_belong_to_their_year(
    session: Session, buyer: Organisation, day: date, number: int
) -> None:
    a_contract(session, buyer, notified_on=day)
    found = figure(session, CONTRACTS, buyer)
    assert (found.value, found.unknown) == (number, 0)


@pytest.mark.parametrize(
    ("operator", "counted"),
    [("more_than", 1), ("at_least", 2), ("less_than", 1), ("at_most", 2), ("equals", 1)],
)
def test_a_threshold_is_inclusive_or_not_as_it_is_written(
    session: Session, buyer: Organisation, operator: str, counted: int
) -> None:
    for cents in (24_999_99, 25_000_00, 25_000_01):
        a_contract(session, buyer, amount=cents)
    where = {"field": "amount", operator: "25000.00"}
    assert figure(session, CONTRACTS | {"where": where}, buyer).value == counted


def test_initial_and_current_amounts_are_two_criteria(
    session: Session, buyer: Organisation
) -> None:
    one = a_contract(session, buyer, amount=30_000_00)
    for position, amount in enumerate((99_000_00, 20_000_00, None)):
        session.add(
            Amendment(
                contract_id=one.id, position=position, number=position + 1, amount=amount,
                notified_on=None, published_on=None, months=None, suppliers=None, purpose=None,
            )
        )  # fmt: skip
    session.flush()
    for name, value in (("amount", 30_000_00), ("current_amount", 20_000_00)):
        total = {"fact": "contract", "aggregate": "sum", "of": name}
        assert figure(session, total, buyer).value == value
        over = {"field": name, "more_than": "25000.00"}
        assert figure(session, CONTRACTS | {"where": over}, buyer).value == (value > 25_000_00)


def test_nothing_in_the_perimeter_is_not_a_zero(session: Session, buyer: Organisation) -> None:
    share = {"fact": "contract", "aggregate": "share", "perimeter": "all",
             "where": {"mark": "social_clause"}}  # fmt: skip
    found = figure(session, share, buyer)
    assert found.value is None
    assert found.reason == "non calculable : aucun contrat dans le périmètre"
    within = {"field": "kind", "equals": "marche"}
    found = figure(session, share | {"perimeter": within}, buyer)
    assert found.reason == "non calculable : aucun marché dans le périmètre"


def test_rates_of_several_are_recomputed_and_never_averaged(session: Session) -> None:
    first, second = a_buyer(session), a_buyer(session)
    share = {"fact": "contract", "aggregate": "share", "perimeter": "all",
             "where": {"mark": "social_clause"}}  # fmt: skip
    for buyer, yes, number in ((first, 1, 1), (second, 0, 3)):
        for _ in range(number):
            one = a_contract(session, buyer)
            session.add(ContractMark(contract_id=one.id, code="social_clause", value=bool(yes)))
    session.flush()
    tell_marks(session)
    assert figure(session, share, first).value == 100
    assert figure(session, share, second).value == 0
    assert figure(session, share, first, second).value == 25


def test_a_supplier_of_two_buyers_counts_once_together(session: Session) -> None:
    first, second, company = a_buyer(session), a_buyer(session), a_supplier(session, size="pme")
    for buyer in (first, first, second):
        held(session, a_contract(session, buyer), company)
    assert figure(session, SUPPLIERS, first).value == 1
    assert figure(session, SUPPLIERS, first, second).value == 1


def test_a_ratio_of_the_year_and_one_of_what_runs_do_not_share_a_base(
    session: Session, buyer: Organisation
) -> None:
    a_contract(session, buyer, notified_on=date(YEAR, 1, 1), months=1)
    a_contract(session, buyer, notified_on=date(YEAR - 1, 1, 1), months=24)
    over = {"fact": "contract", "aggregate": "count", "perimeter": "all"}
    ratio = {"fact": "contract", "aggregate": "ratio", "over": over}
    asked = [
        Asked(uuid4(), read_definition(ratio | {"period": period}, MARKS))
        for period in ("civil_year", "in_force")
    ]
    found = compute(session, asked, Whose((buyer.id,)), [YEAR], YEAR)
    assert [found[one.id, YEAR].denominator for one in asked] == [1, 2]


def test_a_negative_amount_is_no_more_than_a_threshold_and_is_never_added(
    session: Session, buyer: Organisation
) -> None:
    a_contract(session, buyer, amount=-5_00)
    a_contract(session, buyer, amount=7_00)
    over = {"field": "amount", "more_than": "25000.00"}
    found = figure(session, CONTRACTS | {"where": over}, buyer)
    assert (found.value, found.unknown) == (0, 0)
    total = figure(session, {"fact": "contract", "aggregate": "sum", "of": "amount"}, buyer)
    assert (total.value, total.unknown) == (7_00, 1)


def test_a_supplier_who_surely_counts_is_not_unknown_too(
    session: Session, buyer: Organisation
) -> None:
    company = a_supplier(session)
    for day in (date(YEAR, 3, 1), None):
        held(session, a_contract(session, buyer, notified_on=day), company)
    found = figure(session, SUPPLIERS, buyer)
    assert (found.value, found.unknown) == (1, 0)


def test_every_holder_of_a_contract_is_a_different_supplier(
    session: Session, buyer: Organisation
) -> None:
    held(session, a_contract(session, buyer), a_supplier(session), a_supplier(session))
    distinct = {"fact": "contract", "aggregate": "distinct", "of": "supplier"}
    assert figure(session, distinct, buyer).value == 2


@pytest.mark.parametrize(
    ("starts_on", "months", "runs"),
    [
        (date(YEAR - 1, 1, 1), 12, False),
        (date(YEAR - 1, 1, 15), 12, True),
        (date(YEAR - 1, 12, 31), 1, True),
        (date(YEAR, 12, 31), 1, True),
        (date(YEAR + 1, 1, 1), 12, False),
    ],
)
def test_a_contract_runs_until_the_day_before_its_end(
    session: Session, buyer: Organisation, starts_on: date, months: int, runs: bool
) -> None:
    a_contract(session, buyer, notified_on=None, starts_on=starts_on, months=months)
    found = figure(session, CONTRACTS | {"period": "in_force"}, buyer)
    assert (found.value, found.unknown) == (int(runs), 0)


def test_some_tens_of_buyers_together_are_added_up(session: Session) -> None:
    buyers = [a_buyer(session) for _ in range(25)]
    for number, buyer in enumerate(buyers):
        one = a_contract(session, buyer)
        session.add(ContractMark(contract_id=one.id, code="social_clause", value=number < 10))
    session.flush()
    tell_marks(session)
    share = {"fact": "contract", "aggregate": "share", "perimeter": "all",
             "where": {"mark": "social_clause"}}  # fmt: skip
    assert figure(session, share, *buyers).value == 40


def test_a_mark_that_one_contract_denies_and_another_leaves_unsaid_is_unknown(
    session: Session, buyer: Organisation
) -> None:
    session.add(Consultation(buyer_id=buyer.id, reference="C", title="C",
                             launched_on=date(YEAR, 1, 1)))  # fmt: skip
    one, _ = (a_contract(session, buyer, consultation_reference="C") for _ in range(2))
    session.add(ContractMark(contract_id=one.id, code="social_clause", value=False))
    session.flush()
    tell_marks(session)
    asked = {"fact": "consultation", "aggregate": "count", "where": {"mark": "social_clause"}}
    found = figure(session, asked, buyer)
    assert (found.numerator, found.unknown) == (0, 1)


def test_fourteen_months_are_not_thirteen_and_a_day(session: Session, buyer: Organisation) -> None:
    for number, start in enumerate((date(YEAR - 1, 1, 31), date(YEAR - 1, 1, 1))):
        session.add(
            Project(
                buyer_id=buyer.id, reference=f"P{number}", title="P", year=YEAR,
                state=ProjectState.DECIDED, planned_on=date(YEAR, 3, 1),
                anticipation_started_on=start,
            )
        )  # fmt: skip
    session.flush()
    where = {"field": "anticipation_months", "at_least": 14}
    asked = {"fact": "project", "aggregate": "count", "where": where}
    assert figure(session, asked, buyer).value == 1


def test_capitals_matter_alike_on_both_engines(session: Session, buyer: Organisation) -> None:
    for family in ("Travaux", "travaux"):
        a_contract(session, buyer, purchase_family=family)
    where = {"field": "purchase_family", "starts_with": "Trav"}
    assert figure(session, CONTRACTS | {"where": where}, buyer).value == 1


def test_a_contract_whose_holder_nobody_said_may_be_held_by_anybody(
    session: Session, buyer: Organisation
) -> None:
    session.add(Consultation(buyer_id=buyer.id, reference="C", title="C",
                             launched_on=date(YEAR, 1, 1)))  # fmt: skip
    one, two = (a_contract(session, buyer, consultation_reference="C") for _ in range(2))
    asked = {
        "fact": "consultation",
        "aggregate": "count",
        "where": {"supplier": {"field": "size", "equals": "pme"}},
    }
    held(session, one, a_supplier(session, size="ge"))
    found = figure(session, asked, buyer)
    assert (found.numerator, found.unknown) == (0, 1)
    held(session, two, a_supplier(session, size="ge"))
    found = figure(session, asked, buyer)
    assert (found.value, found.unknown) == (0, 0)


def test_only_lots_run_when_lots_are_asked_for(session: Session, buyer: Organisation) -> None:
    for number in (None, 1):
        a_contract(session, buyer, lot_number=number, months=12)
    for fact, counted in (("contract", 2), ("lot", 1)):
        asked = {"fact": fact, "aggregate": "count", "period": "in_force"}
        assert figure(session, asked, buyer).value == counted


@pytest.mark.parametrize(
    ("comparison", "counted"),
    [
        ({"equals": "62"}, 1),
        ({"one_of": ["62", "2A004"]}, 2),
        ({"starts_with": "62"}, 2),
    ],
)
def test_a_place_is_its_code_or_begins_with_one_and_unsaid_it_may_be_any(
    session: Session, buyer: Organisation, comparison: dict[str, object], counted: int
) -> None:
    for code in ("62", "62300", "2A004", "2a004", None):
        a_contract(session, buyer, place_code=code)
    where = {"field": "place_code"} | comparison
    found = figure(session, CONTRACTS | {"where": where}, buyer)
    assert (found.value, found.unknown) == (counted, 1)


def test_a_directorate_is_known_by_its_name_in_a_definition_of_several_buyers(
    session: Session,
) -> None:
    buyers = [a_buyer(session) for _ in range(2)]
    for buyer, name in zip(buyers, ("Bâtiments", "Routes"), strict=True):
        whose = Directorate(organisation_id=buyer.id, name=name)
        session.add(whose)
        session.flush()
        for one in (whose.id, None):
            a_contract(session, buyer, directorate_id=one)
    where = {"field": "directorate", "equals": "Bâtiments"}
    first, second = (figure(session, CONTRACTS | {"where": where}, one) for one in buyers)
    assert (first.value, first.unknown) == (1, 1)
    # It has no such directorate: a contract of nobody may still be of one to come.
    assert (second.value, second.unknown) == (0, 1)
    together = figure(session, CONTRACTS | {"where": where}, *buyers)
    assert (together.value, together.unknown) == (1, 2)
