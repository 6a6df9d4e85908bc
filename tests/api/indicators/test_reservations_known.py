"""Of a contract it is known that it was reserved, or that it was not, or nobody knows."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, col

from api.access.models import Organisation
from api.contracts.models import Contract, ContractMark
from api.contracts.writing import tell_marks
from api.indicators import evidence
from api.indicators.answering import _nouns
from api.indicators.period import Years, parameters
from api.indicators.schemas import EvidenceState
from api.reference.marks import MARKS as NOMENCLATURE
from api.reserved.models import LegalBasis, Reservation
from api.rules.indicators.explain import explain
from api.rules.indicators.reading import read_definition
from api.rules.records import Kind
from tests.api.indicators.edges import MARKS, YEAR, a_buyer, a_contract, figure

ESS = {
    "fact": "reservation",
    "aggregate": "count",
    "where": {"field": "basis", "equals": "L2113-15"},
}
AMONG = ESS | {"aggregate": "share", "perimeter": "all"}
DOMAINS = ESS | {"aggregate": "distinct", "of": "domain"}
OVER = ESS | {
    "aggregate": "ratio",
    "over": {"fact": "contract", "aggregate": "count", "perimeter": "all"},
}


@pytest.fixture
def buyer(session: Session) -> Organisation:
    """Of six contracts: two reservations, one said reserved, two said not, one of which nobody
    said anything."""
    one = a_buyer(session)
    for basis in (LegalBasis.ESS, LegalBasis.DISABLED):
        contract = a_contract(session, one)
        session.add(
            Reservation(
                buyer_id=one.id, contract_id=contract.id, basis=basis, decided_on=date(YEAR, 5, 2)
            )
        )
    for value in (True, False, False, None):
        contract = a_contract(session, one)
        if value is not None:
            session.add(ContractMark(contract_id=contract.id, code="reserved", value=value))
    session.flush()
    tell_marks(session, col(Contract.buyer_id) == one.id)
    return one


def listed(
    session: Session, form: dict[str, Any], buyer: Organisation, state: EvidenceState
) -> list[Any]:
    definition = read_definition(form, MARKS)
    given = parameters([buyer.id], Years(YEAR, YEAR), None)
    return evidence.page(session, definition, state, given, 20, None)[0]


def test_a_contract_said_not_to_be_reserved_is_known_and_one_nobody_told_of_is_not(
    session: Session, buyer: Organisation
) -> None:
    found = figure(session, ESS, buyer)
    assert (found.value, found.low, found.high) == (1, 1, 3)
    assert (found.known, found.unknown) == (4, 2)
    ratio = figure(session, OVER, buyer)
    assert (ratio.numerator, ratio.denominator, ratio.known, ratio.unknown) == (1, 6, 4, 2)


def test_among_reservations_only_a_contract_that_is_not_reserved_is_outside(
    session: Session, buyer: Organisation
) -> None:
    found = figure(session, AMONG, buyer)
    assert (found.value, found.known, found.unknown) == (50, 2, 2)
    outside = listed(session, AMONG, buyer, EvidenceState.OUTSIDE)
    assert [one.reasons for one in outside] == [["contrat qui n’est pas réservé"]] * 2


def test_the_concessions_that_a_number_leaves_out_are_outside_and_not_among_the_known(
    session: Session, buyer: Organisation
) -> None:
    a_contract(session, buyer, kind=Kind.CONCESSION)
    session.flush()
    kept = ESS | {"perimeter": {"field": "kind", "equals": "marche"}}
    found = figure(session, kept, buyer)
    assert (found.value, found.low, found.high) == (1, 1, 3)
    assert (found.known, found.unknown) == (4, 2)
    assert len(listed(session, kept, buyer, EvidenceState.OUTSIDE)) == 1
    definition = read_definition(kept, MARKS)
    assert _nouns(definition, found, "marchés")["plural"] == "marchés"
    assert _nouns(definition, found, "marchés")["numerator_unit"] == "marchés"
    told = explain(definition, NOMENCLATURE).perimeter
    assert told.startswith("Chaque marché (hors concessions) réservé par une décision prise dans")
    assert explain(definition, NOMENCLATURE).formula == "Nombre de marchés comptés."
    nobody = a_buyer(session)
    a_contract(session, nobody)
    reason = figure(session, kept, nobody).reason
    assert reason == "non calculable : aucun marché dont on sache s’il est réservé"


@pytest.mark.parametrize("perimeter", [None, {"field": "kind", "equals": "marche"}])
def test_what_the_other_term_lacks_puts_no_row_outside_the_perimeter(
    session: Session, buyer: Organisation, perimeter: dict[str, Any] | None
) -> None:
    over = {"fact": "reservation", "aggregate": "sum", "of": "amount", "perimeter": "all"}
    form = {"fact": "reservation", "aggregate": "ratio", "over": over}
    waiting = listed(session, form | {"perimeter": perimeter}, buyer, EvidenceState.UNKNOWN)
    # Nobody knows if some are reserved: they are looked at all the same, their kind is known.
    assert len(waiting) > 1
    assert not any(one.maybe_outside for one in waiting)


def test_each_contract_says_why_it_is_not_counted_or_what_is_to_say(
    session: Session, buyer: Organisation
) -> None:
    left_out = listed(session, ESS, buyer, EvidenceState.NOT_COUNTED)
    assert sorted(one.reasons for one in left_out) == [
        ["contrat qui n’est pas réservé"],
        ["contrat qui n’est pas réservé"],
        ["ne vise pas l’économie sociale et solidaire (art. L2113-15)"],
    ]
    waiting = listed(session, ESS, buyer, EvidenceState.UNKNOWN)
    assert sorted([each.field for each in one.to_fill] for one in waiting) == [
        ["basis"],
        ["mark_reserved", "basis"],
    ]
    assert not any(one.maybe_outside for one in waiting)


def test_a_reservation_whose_domain_nobody_said_is_not_told_as_no_domain(
    session: Session, buyer: Organisation
) -> None:
    found = figure(session, DOMAINS, buyer)
    assert (found.value, found.low, found.known) == (None, 1, 3)
    reason = (
        "non calculable : «\u00a0domaine d’activité\u00a0» n’est dit d’aucun contrat réservé compté"
    )
    assert found.reason == reason


def test_words_tell_contracts_from_reservations(session: Session, buyer: Organisation) -> None:
    definition = read_definition(ESS, MARKS)
    result = figure(session, ESS, buyer)
    assert _nouns(definition, result, None)["plural"] == "contrats"
    assert _nouns(read_definition(AMONG, MARKS), result, None)["plural"] == "contrats réservés"
    told = explain(definition, NOMENCLATURE)
    assert "sans réponse, on ne sait pas s’il est réservé" in told.perimeter
    assert told.counted.startswith("On compte chaque contrat réservé qui vise")
    nobody = a_buyer(session)
    a_contract(session, nobody)
    reason = figure(session, ESS, nobody).reason
    assert reason == "non calculable : aucun contrat dont on sache s’il est réservé"
