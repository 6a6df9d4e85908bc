"""Edges that a world made by chance must not be left to find: one small case each."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session

from api.access.models import Organisation, OrganisationKind
from api.contracts.models import Amendment, Contract, ContractMark, ContractSupplier, Origin
from api.indicators.figures import Asked, compute
from api.indicators.gathering import Whose
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result
from api.suppliers.models import Supplier

YEAR = 2024
MARKS = ("social_clause", "environmental_clause")
_numbers = count(1)


@pytest.fixture
def buyer(session: Session) -> Organisation:
    """A buyer that has nothing yet."""
    return a_buyer(session)


def a_buyer(session: Session) -> Organisation:
    """One more."""
    number = next(_numbers)
    one = Organisation(
        siret=f"000000690{number:02}011",
        name=f"Acheteur au bord {number}",
        kind=OrganisationKind.BUYER,
        fictitious=True,
    )
    session.add(one)
    session.flush()
    return one


def figure(
    session: Session, definition: Mapping[str, Any], *buyers: Organisation, **whose: Any
) -> Result:
    """The figure of a definition for the year."""
    asked = Asked(uuid4(), read_definition(dict(definition), MARKS))
    found = compute(
        session, [asked], Whose(tuple(one.id for one in buyers), **whose), [YEAR], YEAR - 1
    )
    return found[asked.id, YEAR]


def a_contract(session: Session, buyer: Organisation, **told: Any) -> Contract:
    """A contract of the year, unless told otherwise."""
    day = told.setdefault("notified_on", date(YEAR, 6, 1))
    one = Contract(
        buyer_id=buyer.id,
        kind="marche",
        reference=f"E-{next(_numbers)}",
        listed_on=day or date(1, 1, 1),
        origin=Origin.FORM,
        search_text="",
        **told,
    )
    session.add(one)
    session.flush()
    return one


def held(session: Session, contract: Contract, *some: Supplier) -> None:
    """Companies that hold a contract."""
    for position, company in enumerate(some):
        session.add(
            ContractSupplier(contract_id=contract.id, position=position, supplier_id=company.id)
        )
    session.flush()


def a_supplier(session: Session, **told: Any) -> Supplier:
    """A company."""
    number = next(_numbers)
    one = Supplier(id_type="HORS-UE", identifier=f"bord {number}", name=f"Bord {number}", **told)
    session.add(one)
    session.flush()
    return one


CONTRACTS = {"fact": "contract", "aggregate": "count"}
SUPPLIERS = {"fact": "supplier", "aggregate": "count"}


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
