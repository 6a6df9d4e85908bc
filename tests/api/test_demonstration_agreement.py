"""Read contract by contract, no answer of the demonstration denies another one.

Nothing is decided on a day off either. Each test names one way to contradict oneself.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, col

from api.access.service import by_siret
from api.actions.models import Event, Milestone
from api.consultations.models import Consultation
from api.contracts.models import Contract, ContractMark
from api.evaluations.models import Evaluation, Subject
from api.programme.models import Project, ProjectAction
from api.reserved.models import Reservation
from api.rules.fiction_fitting import fits, implied, named, reservable
from api.rules.working_days import is_worked
from api.schemes.models import Scheme
from tests.conftest import DEMONSTRATION

_CLERMONT: Final = "clermont"
_OF_A_PURCHASE: Final = {f"ACTION {one}" for one in (8, *range(10, 15), *range(17, 27))}


@pytest.fixture
def told(shared_app: FastAPI) -> Iterator[Session]:
    with Session(shared_app.state.engines.read) as session:
        yield session


@pytest.fixture
def contracts(told: Session) -> dict[UUID, Contract]:
    """The fictitious contracts of the demonstration buyer."""
    buyer = by_siret(told, DEMONSTRATION)
    assert buyer is not None
    found = told.scalars(sa.select(Contract).where(col(Contract.buyer_id) == buyer.id)).all()
    assert len(found) > 250
    return {one.id: one for one in found}


@pytest.fixture
def marks(told: Session, contracts: dict[UUID, Contract]) -> dict[UUID, dict[str, bool]]:
    said: dict[UUID, dict[str, bool]] = defaultdict(dict)
    for mark in told.scalars(sa.select(ContractMark)):
        if mark.contract_id in contracts and mark.value is not None:
            said[mark.contract_id][mark.code] = mark.value
    return said


def test_a_particular_yes_implies_the_general_one(
    contracts: dict[UUID, Contract], marks: dict[UUID, dict[str, bool]]
) -> None:
    """A clause of sobriety, of compensation… is an environmental clause; a theme of the environment
    is a clause or a criterion about it."""
    denied = {contracts[key].reference: implied(said) for key, said in marks.items()}
    assert {reference: codes for reference, codes in denied.items() if codes} == {}
    for code, general in (
        ("sobriety", "environmental_clause"),
        ("carbon_offset", "environmental_clause"),
        ("impact_data", "environmental_clause"),
        ("impact_limitation", "environmental_clause"),
        ("provider_footprint", "environmental_criterion"),
        ("insertion_clause", "social_clause"),
    ):
        bearing = [said for said in marks.values() if said.get(code)]
        assert bearing, code
        assert [said for said in bearing if not said.get(general)] == [], code


def test_what_a_name_says_is_said(
    contracts: dict[UUID, Contract], marks: dict[UUID, dict[str, bool]]
) -> None:
    looked_at = 0
    for key, one in contracts.items():
        for code in named(one.subject):
            if fits(code, one.cpv) and code in marks[key]:
                looked_at += 1
                assert marks[key][code], (one.subject, code)
        if (one.cpv or "").startswith("791"):
            green = ("environmental_criterion", "insertion_clause")
            assert not any(marks[key].get(code) for code in green), one.subject
        if (one.cpv or "").startswith("71351"):
            assert not marks[key].get("innovative"), one.subject
    assert looked_at > 5


def test_a_list_of_limited_impacts_has_targeted_contracts_that_limit_them(
    told: Session, marks: dict[UUID, dict[str, bool]], contracts: dict[UUID, Contract]
) -> None:
    rows = sa.select(col(ProjectAction.project_id)).where(col(ProjectAction.action) == "ACTION 25")
    targeted = set(told.scalars(rows))
    for year in (2024, 2025):
        own = [
            key
            for key, one in contracts.items()
            if one.project_id in targeted and one.notified_on and one.notified_on.year == year
        ]
        assert own, year
        assert any(marks[key].get("impact_limitation") for key in own), year


def test_nothing_is_signed_launched_or_held_on_a_day_off(told: Session) -> None:
    buyer = by_siret(told, DEMONSTRATION)
    assert buyer is not None
    own = sa.select(col(Contract.notified_on)).where(col(Contract.buyer_id) == buyer.id)
    days: dict[str, list[date | None]] = {
        "contrat": list(told.scalars(own)),
        "consultation": list(told.scalars(sa.select(col(Consultation.launched_on)))),
        "réservation": list(told.scalars(sa.select(col(Reservation.decided_on)))),
        "évaluation": list(told.scalars(sa.select(col(Evaluation.done_on)))),
        "événement": list(told.scalars(sa.select(col(Event.held_on)))),
        "étape": list(told.scalars(sa.select(col(Milestone.done_on)))),
    }
    for what, some in days.items():
        known = [day for day in some if day is not None]
        assert known, what
        assert [day for day in known if not is_worked(day)] == [], what


def test_no_purchase_is_targeted_before_the_scheme(told: Session) -> None:
    first = told.scalar(sa.select(col(Scheme.first_year)).where(col(Scheme.code) == _CLERMONT))
    assert first == 2024
    targeted = sa.select(Project).where(col(Project.targeted).is_(True))
    found = told.scalars(targeted).all()
    assert found
    assert [one.reference for one in found if one.year < first] == []
    years = told.scalars(
        sa.select(col(Project.year)).join(
            ProjectAction, col(ProjectAction.project_id) == col(Project.id)
        )
    )
    assert min(years) >= first


def test_the_actions_decided_for_a_purchase_are_of_purchases_and_of_its_kind(
    told: Session, contracts: dict[UUID, Contract]
) -> None:
    bought: dict[UUID, list[Contract]] = defaultdict(list)
    for one in contracts.values():
        if one.project_id is not None:
            bought[one.project_id].append(one)
    rows = told.execute(
        sa.select(col(ProjectAction.project_id), col(ProjectAction.action))
        .join(Scheme, col(Scheme.id) == col(ProjectAction.scheme_id))
        .where(col(Scheme.code) == _CLERMONT)
    ).all()
    assert {action for _, action in rows} <= _OF_A_PURCHASE
    assert {"ACTION 11", "ACTION 21", "ACTION 23", "ACTION 24"} <= {action for _, action in rows}
    for key, action in rows:
        for one in bought[key]:
            if action == "ACTION 23":
                assert (one.cpv or "").startswith("45"), one.subject
                assert not (one.cpv or "").startswith(("4523", "4524", "45112")), one.subject
            if action == "ACTION 11":
                assert (one.amount or 0) < 9_000_000, one.subject
                assert reservable(one.cpv), one.subject


def test_a_consultation_has_no_more_variants_than_offers_and_is_reserved_before_its_launch(
    told: Session, contracts: dict[UUID, Contract]
) -> None:
    launched = {}
    for one in told.scalars(sa.select(Consultation)):
        launched[one.buyer_id, one.reference] = one.launched_on
        if one.offers is not None:
            assert (one.variant_bidders or 0) <= one.offers, one.reference
            assert (one.variants_received or 0) <= one.offers, one.reference
        if one.variants_allowed is False:
            assert not one.variants_received, one.reference
    looked_at = 0
    for decided in told.scalars(sa.select(Reservation)):
        contract = contracts.get(decided.contract_id)
        if contract is None:
            continue
        day = launched.get((contract.buyer_id, contract.consultation_reference or ""))
        looked_at += 1
        assert decided.decided_on is not None
        assert decided.decided_on < (day or contract.notified_on or date.max), contract.subject
    assert looked_at > 5


def test_offers_are_judged_before_their_contract_and_its_execution_after(
    told: Session, contracts: dict[UUID, Contract]
) -> None:
    subjects = set()
    for one in told.scalars(sa.select(Evaluation)):
        contract = contracts.get(one.contract_id)
        if contract is None or contract.notified_on is None:
            continue
        subjects.add(one.subject)
        before = one.done_on < contract.notified_on
        assert before is (one.subject is not Subject.EXECUTION), contract.subject
    assert subjects == set(Subject)
