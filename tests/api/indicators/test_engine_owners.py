"""Whose a figure is: a directorate has its own rows only, and a scheme its own actions."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.actions.models import ActionProgress, ActionState, EventAction
from api.evaluations.models import Evaluation, Side, Subject
from api.indicators import service
from api.indicators.figures import Asked, compute
from api.indicators.gathering import Whose
from api.insertion.clauses.models import Clause
from api.reserved.models import LegalBasis, Reservation
from api.rules.hours.vocabulary import ClauseStatus, ClauseType, EvidenceFrequency, Unit
from api.rules.indicators.reading import read_definition
from api.schemes.models import Indicator, Scheme
from tests.api.indicators.edges import (
    MARKS,
    SUPPLIERS,
    YEAR,
    a_buyer,
    a_contract,
    a_directorate,
    a_supplier,
    an_event,
    figure,
    held,
)


@pytest.fixture
def buyer(session: Session) -> Organisation:
    """A buyer that has nothing yet."""
    return a_buyer(session)


@pytest.mark.parametrize(("code", "counted"), [("cd62-2026-2029", 1), ("clermont", 0)])
def test_an_action_of_another_scheme_is_another_action(
    session: Session, buyer: Organisation, code: str, counted: int
) -> None:
    schemes = {one.code: one for one in session.scalars(sa.select(Scheme))}
    event = an_event(session, buyer)
    session.add(EventAction(event_id=event.id, scheme_id=schemes[code].id, action="3.2.3.A"))
    session.flush()
    found = service.of_organisations(session, schemes["cd62-2026-2029"], [buyer], YEAR)
    figures = [one for one in found.results if (one.fact, one.aggregate) == ("event", "count")]
    assert len(figures) > 5
    assert sum(one.value == "1" for one in figures) == counted


def test_a_clause_is_of_the_directorate_of_its_contract(
    session: Session, buyer: Organisation
) -> None:
    roads = a_directorate(session, buyer)
    day = date(YEAR, 1, 1)
    for one in (a_contract(session, buyer, directorate_id=roads.id), a_contract(session, buyer)):
        session.add(
            Clause(
                buyer_id=buyer.id, contract_id=one.id, title="C",
                kind=ClauseType.VOLUNTARY, unit=Unit.HOURS,
                engaged=4, evidence_frequency=EvidenceFrequency.MONTHLY, starts_on=day,
                status=ClauseStatus.RUNNING,
            )
        )  # fmt: skip
        session.add(Reservation(buyer_id=buyer.id, contract_id=one.id, basis=LegalBasis.ESS,
                                decided_on=day))  # fmt: skip
        session.add(Evaluation(buyer_id=buyer.id, contract_id=one.id, side=Side.BUYER,
                               subject=Subject.EXECUTION, done_on=day))  # fmt: skip
    session.flush()
    for fact in ("clause", "reservation", "evaluation"):
        counted = {"fact": fact, "aggregate": "count"}
        found = figure(session, counted, buyer, directorate_id=roads.id)
        # The other is of a contract of no known directorate: it may be of this one.
        assert (found.value, found.low, found.high, found.unknown) == (1, 1, 2, 1)
        assert figure(session, counted, buyer).value == 2


def test_a_directorate_has_the_holders_of_its_own_contracts(
    session: Session, buyer: Organisation
) -> None:
    roads, schools = a_directorate(session, buyer), a_directorate(session, buyer)
    one = a_contract(session, buyer, directorate_id=roads.id)
    held(session, one, a_supplier(session))
    held(session, a_contract(session, buyer, directorate_id=schools.id), a_supplier(session))
    assert figure(session, SUPPLIERS, buyer, directorate_id=roads.id).value == 1
    other = a_directorate(session, buyer)
    assert figure(session, SUPPLIERS, buyer, directorate_id=other.id).value == 0
    assert figure(session, SUPPLIERS, buyer).value == 2
    held(session, a_contract(session, buyer), a_supplier(session))
    found = figure(session, SUPPLIERS, buyer, directorate_id=roads.id)
    assert (found.value, found.low, found.high, found.unknown) == (1, 1, 2, 1)


@pytest.mark.parametrize(
    "definition",
    [
        {"fact": "action", "aggregate": "count"},
        {"fact": "beneficiary", "aggregate": "count", "perimeter": "all"},
        {"fact": "measure", "aggregate": "declared"},
        {"fact": "milestone", "aggregate": "done", "period": "once"},
        {
            "fact": "contract",
            "aggregate": "ratio",
            "over": {"fact": "action", "aggregate": "count", "perimeter": "all"},
        },
    ],
    ids=lambda one: str(one["fact"]),
)
def test_what_nobody_follows_by_directorate_has_no_figure_by_directorate(
    session: Session, buyer: Organisation, definition: dict[str, Any]
) -> None:
    an_event(session, buyer)
    roads = a_directorate(session, buyer)
    found = figure(session, definition, buyer, directorate_id=roads.id)
    assert (found.value, found.known, found.unknown) == (None, 0, 0)
    assert found.reason == "non calculable : ce chiffre n’est pas suivi par direction"


def test_the_states_of_actions_are_those_of_the_scheme(
    session: Session, buyer: Organisation
) -> None:
    schemes = {one.code: one for one in session.scalars(sa.select(Scheme))}
    for code, action in (("clermont", "ACTION 1"), ("cd62-2026-2029", "1.1.1")):
        session.add(
            ActionState(
                scheme_id=schemes[code].id, action=action, organisation_id=buyer.id, year=YEAR,
                state=ActionProgress.DONE,
            )
        )  # fmt: skip
    session.flush()
    definition = read_definition({"fact": "action", "aggregate": "count"}, MARKS)
    for code in ("clermont", "cd62-2026-2029"):
        one = session.scalars(
            sa.select(Indicator).where(col(Indicator.scheme_id) == schemes[code].id)
        ).first()
        assert one is not None
        asked = Asked(one.id, definition)
        scheme_id = schemes[code].id
        found = compute(session, [asked], Whose((buyer.id,)), [YEAR], YEAR, scheme_id)
        assert found[one.id, YEAR].value == 1
    # A definition that is only tried is of no scheme yet.
    assert figure(session, {"fact": "action", "aggregate": "count"}, buyer).value == 2
