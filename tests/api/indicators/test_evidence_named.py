"""Rows behind a figure say what they are known by: mandate, day, the company that holds them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from api.access.models import Organisation
from api.indicators import evidence, evidence_holders
from api.indicators.evidence_schemas import EvidenceItem
from api.indicators.period import Years, parameters
from api.indicators.quantities import day_label
from api.indicators.schemas import EvidenceState
from api.rules.indicators.reading import read_definition
from api.rules.indicators.vocabulary import Definition
from api.spending.models import Spending
from api.suppliers.models import Supplier
from tests.api.indicators.edges import CONTRACTS, YEAR, a_buyer, a_contract, a_supplier, held

PAID = {"fact": "spending", "aggregate": "sum", "of": "amount", "perimeter": "all"}


def definition_of(form: Mapping[str, Any]) -> Definition:
    return read_definition(dict(form), ())


def counted(session: Session, definition: Definition, buyer: Organisation) -> list[EvidenceItem]:
    """The rows that a figure of the year counts."""
    given = parameters([buyer.id], Years(YEAR, YEAR))
    found, _ = evidence.page(session, definition, EvidenceState.COUNTED, given, 50, None)
    return evidence_holders.named(session, definition, found)


def test_a_line_of_spending_says_its_day_and_its_mandate(session: Session) -> None:
    buyer, definition = a_buyer(session), definition_of(PAID)
    siret = "00000990000017"
    told = [
        ("1204", siret, f"{siret}, mandat 1204"),
        ("1205", None, "mandat 1205"),
        (None, siret, siret),
        (None, None, None),
    ]
    for mandate, payee, _ in told:
        paid = date(YEAR, 3, 2) if mandate else None
        line = Spending(buyer_id=buyer.id, year=YEAR, payee_siret=payee, payee_name="Payée",
                        amount=100, mandate_number=mandate, paid_on=paid)  # fmt: skip
        session.add(line)
    session.flush()
    rows = counted(session, definition, buyer)
    assert {one.reference for one in rows} == {words for _, _, words in told}
    days = {one.reference: one.day for one in rows}
    assert days["mandat 1205"] == date(YEAR, 3, 2)
    assert days[siret] is None
    assert day_label(definition) == "Payé le"


def test_a_figure_of_social_companies_names_them_and_nobody_else(session: Session) -> None:
    buyer = a_buyer(session)
    social, inclusive = a_supplier(session, ess=True), a_supplier(session, ess=False, kind="siae")
    # One that may be a person: neither of the ESS nor a structure.
    other = a_supplier(session, ess=False, kind="aucune")
    unsaid = a_supplier(session)
    held(session, a_contract(session, buyer), social, other, unsaid)
    held(session, a_contract(session, buyer), other, inclusive)
    of_ess = {"any": [{"supplier": {"field": "ess", "equals": True}},
                      {"supplier": {"field": "kind", "equals": "siae"}}]}  # fmt: skip
    rows = counted(session, definition_of(CONTRACTS | {"perimeter": "all", "where": of_ess}), buyer)
    assert sorted(one.structures for one in rows) == sorted([[social.name], [inclusive.name]])


def test_a_sole_trader_of_the_social_economy_is_not_named(session: Session) -> None:
    buyer = a_buyer(session)
    held(session, a_contract(session, buyer), a_supplier(session, ess=True, sole_trader=True))
    of_ess = {"supplier": {"field": "ess", "equals": True}}
    rows = counted(session, definition_of(CONTRACTS | {"perimeter": "all", "where": of_ess}), buyer)
    assert [one.structures for one in rows] == [[]]


@pytest.mark.parametrize(("said", "shown"), [(True, None), (None, None), (False, "Jeanne Canari")])
def test_a_line_of_spending_names_who_is_said_to_be_no_sole_trader(
    session: Session, said: bool | None, shown: str | None
) -> None:
    buyer, siret = a_buyer(session), "00000990000025"
    company = Supplier(id_type="SIRET", identifier=siret, name="Canari", sole_trader=said)
    line = Spending(buyer_id=buyer.id, year=YEAR, payee_siret=siret, payee_name="Jeanne Canari",
                    amount=100)  # fmt: skip
    session.add_all([company, line])
    session.flush()
    assert [one.title for one in counted(session, definition_of(PAID), buyer)] == [shown]


def test_a_figure_that_asks_nothing_of_companies_names_none(session: Session) -> None:
    buyer = a_buyer(session)
    held(session, a_contract(session, buyer), a_supplier(session, ess=True))
    rows = counted(session, definition_of(CONTRACTS | {"perimeter": "all"}), buyer)
    assert [one.structures for one in rows] == [[]]
