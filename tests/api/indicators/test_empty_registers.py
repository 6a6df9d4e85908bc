"""A register of which nothing was entered for a year gives no zero, unless something says so."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, col

from api.access.models import Organisation
from api.contracts.models import Contract, ContractMark
from api.contracts.writing import tell_marks
from api.indicators import freezing_sums
from api.indicators.figures import Asked, of_gathered
from api.indicators.gathering import Whose, gather
from api.indicators.period import Years
from api.insertion.clauses.models import Clause
from api.insertion.statements.models import Statement, StatementSource
from api.rules.hours.vocabulary import (
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    StatementState,
    Unit,
)
from api.rules.indicators.reading import read_definition
from tests.api.indicators.edges import (
    MARKS,
    YEAR,
    a_buyer,
    a_contract,
    a_directorate,
    figure,
)

HOURS = {"fact": "hours_line", "aggregate": "sum", "of": "hours"}
RESERVED = {"fact": "reservation", "aggregate": "count"}
CLAUSES = {"fact": "clause", "aggregate": "count"}
GROWTH = {"compare": {"with": "previous_year", "as": "difference"}}


@pytest.fixture
def buyer(session: Session) -> Organisation:
    """A buyer that has nothing yet."""
    return a_buyer(session)


@pytest.mark.parametrize(
    ("form", "noun"),
    [
        (HOURS, "aucune ligne d’heures saisie"),
        (RESERVED, "aucun contrat réservé saisi"),
        (CLAUSES, "aucune clause saisie"),
        ({"fact": "spending", "aggregate": "sum", "of": "amount"}, "aucune dépense saisie"),
        ({"fact": "reservation", "aggregate": "distinct", "of": "domain"},
         "aucun contrat réservé saisi"),
    ],
)  # fmt: skip
def test_a_year_of_which_nothing_was_entered_has_no_zero(
    session: Session, buyer: Organisation, form: dict[str, Any], noun: str
) -> None:
    if form["fact"] != "reservation":
        # A contract of which nobody says whether it is reserved may hold one.
        a_contract(session, buyer)
    found = figure(session, form, buyer)
    assert (found.value, found.reason) == (None, f"non calculable : {noun} en {YEAR}")
    growth = figure(session, form | GROWTH, buyer) if form["aggregate"] != "distinct" else found
    assert growth.value is None


def _said(session: Session, buyer: Organisation, code: str, *answers: bool | None) -> None:
    for value in answers:
        one = a_contract(session, buyer)
        if value is not None:
            session.add(ContractMark(contract_id=one.id, code=code, value=value))
    session.flush()
    tell_marks(session, col(Contract.buyer_id) == buyer.id)


@pytest.mark.parametrize(("form", "code"), [(RESERVED, "reserved"), (CLAUSES, "social_clause")])
def test_contracts_that_all_say_no_make_a_real_zero(
    session: Session, buyer: Organisation, form: dict[str, Any], code: str
) -> None:
    _said(session, buyer, code, False, False)
    found = figure(session, form, buyer)
    assert (found.value, found.unknown, found.reason) == (0, 0, None)
    keyed = {"fact": "reservation", "aggregate": "distinct", "of": "domain"}
    if form is RESERVED:
        assert figure(session, keyed, buyer).value == 0


def test_a_contract_of_which_nobody_says_whether_it_is_reserved_leaves_no_sure_zero(
    session: Session, buyer: Organisation
) -> None:
    _said(session, buyer, "reserved", False, None)
    _said(session, buyer, "social_clause", False, False)
    found = figure(session, RESERVED, buyer)
    # One is said not to be; the second says nothing of it, the two others neither.
    assert (found.value, found.known, found.unknown, found.high) == (0, 1, 3, 3)
    assert not found.firm


def test_a_reserved_contract_without_a_registered_reservation_counts_and_is_to_complete(
    session: Session, buyer: Organisation
) -> None:
    _said(session, buyer, "reserved", False, True)
    assert figure(session, RESERVED, buyer).value == 1
    domains = {"fact": "reservation", "aggregate": "distinct", "of": "domain"}
    found = figure(session, domains, buyer)
    assert (found.value, found.unknown) == (None, 1)
    article = RESERVED | {"where": {"field": "basis", "equals": "L2113-12"}}
    assert figure(session, article, buyer).unknown == 1


def test_what_the_contracts_of_another_year_or_directorate_say_is_theirs(
    session: Session, buyer: Organisation
) -> None:
    roads = a_directorate(session, buyer)
    one = a_contract(session, buyer, notified_on=date(YEAR - 1, 6, 1), directorate_id=roads.id)
    session.add(ContractMark(contract_id=one.id, code="reserved", value=False))
    session.flush()
    tell_marks(session, col(Contract.buyer_id) == buyer.id)
    assert figure(session, RESERVED, buyer).value is None
    one.notified_on = date(YEAR, 12, 31)
    session.flush()
    assert figure(session, RESERVED, buyer).value == 0
    assert figure(session, RESERVED, buyer, directorate_id=roads.id).value == 0
    other = a_directorate(session, buyer)
    assert figure(session, RESERVED, buyer, directorate_id=other.id).value is None


def _clause(buyer: Organisation, contract: Contract, starts_on: date | None) -> Clause:
    return Clause(
        buyer_id=buyer.id, contract_id=contract.id, title="C",
        kind=ClauseType.VOLUNTARY, unit=Unit.HOURS,
        engaged=4, evidence_frequency=EvidenceFrequency.MONTHLY, starts_on=starts_on,
        status=ClauseStatus.RUNNING,
    )  # fmt: skip


def test_a_month_validated_without_an_hour_makes_a_real_zero(
    session: Session, buyer: Organisation
) -> None:
    roads = a_directorate(session, buyer)
    contract = a_contract(session, buyer, directorate_id=roads.id)
    clause = _clause(buyer, contract, date(YEAR, 1, 1))
    session.add(clause)
    session.flush()
    one = Statement(
        clause_id=clause.id, facilitator_id=buyer.id, buyer_id=buyer.id,
        month=date(YEAR, 12, 1), state=StatementState.SUBMITTED, source=StatementSource.SITE,
    )  # fmt: skip
    session.add(one)
    session.flush()
    assert figure(session, HOURS, buyer).value is None
    one.state = StatementState.VALIDATED
    session.flush()
    assert figure(session, HOURS, buyer).value == 0
    assert figure(session, HOURS, buyer, directorate_id=roads.id).value == 0
    other = a_directorate(session, buyer)
    assert figure(session, HOURS, buyer, directorate_id=other.id).value is None


def test_together_a_register_is_empty_when_it_is_for_all(session: Session) -> None:
    first, second = a_buyer(session), a_buyer(session)
    _said(session, first, "reserved", False)
    assert figure(session, RESERVED, first, second).value == 0
    _said(session, second, "reserved", None)
    found = figure(session, RESERVED, first, second)
    assert (found.value, found.unknown) == (0, 1)


def test_a_row_without_a_day_is_to_be_completed_not_absent(
    session: Session, buyer: Organisation
) -> None:
    session.add(_clause(buyer, a_contract(session, buyer), None))
    session.flush()
    found = figure(session, CLAUSES, buyer)
    assert (found.value, found.unknown) == (None, 1)
    assert found.reason == "non calculable : aucune clause dont la réponse est connue"


def test_a_real_zero_is_kept_when_the_year_is_closed(session: Session, buyer: Organisation) -> None:
    _said(session, buyer, "reserved", False)
    definition = read_definition(dict(RESERVED), MARKS)
    asked = Asked(buyer.id, definition)
    definitions = {asked.id: definition}
    gathered = gather(session, definitions, Whose((buyer.id,)), Years(YEAR, YEAR), YEAR)
    kept = [(buyer.id, freezing_sums.written(gathered, definitions))]
    again = freezing_sums.read(kept, definitions, YEAR, date(YEAR, 12, 31))
    assert of_gathered(asked, again, YEAR).value == 0
