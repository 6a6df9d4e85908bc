"""What the demonstration tells holds together: objects, codes, families, companies, days."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, col

from api.access.service import by_siret
from api.consultations.models import Consultation, ConsultationMark
from api.contracts.models import Contract, ContractMark, ContractSupplier
from api.demonstration import promises
from api.insertion.clauses.models import Clause
from api.programme.models import Project, ProjectAction
from api.reference.marks import MARKS, Theme
from api.reserved.models import Reservation
from api.rules.fiction_fitting import family_of, fits, negotiable, reservable, sector_of
from api.rules.fiction_subjects import LOTS, SUBJECTS
from api.rules.records import Kind
from api.schemes.models import Scheme
from api.spending.models import Spending
from tests.conftest import DEMONSTRATION

_LAST_DAY = date(2026, 9, 30)


@pytest.fixture
def told(shared_app: FastAPI) -> Iterator[Session]:
    with Session(shared_app.state.engines.read) as session:
        yield session


@pytest.fixture
def contracts(told: Session) -> dict[object, Contract]:
    """The fictitious contracts of the demonstration buyer."""
    buyer = by_siret(told, DEMONSTRATION)
    assert buyer is not None
    found = told.scalars(
        sa.select(Contract).where(
            col(Contract.buyer_id) == buyer.id, col(Contract.subject).is_not(None)
        )
    ).all()
    assert len(found) > 250
    return {one.id: one for one in found}


def marks_of(told: Session, contracts: dict[object, Contract]) -> dict[object, dict[str, bool]]:
    said: dict[object, dict[str, bool]] = defaultdict(dict)
    for mark in told.scalars(sa.select(ContractMark)):
        if mark.contract_id in contracts and mark.value is not None:
            said[mark.contract_id][mark.code] = mark.value
    return said


def test_an_object_has_the_code_of_what_it_names(contracts: dict[object, Contract]) -> None:
    codes = {one.title: one.cpv for one in SUBJECTS}
    lots = {lot.title: lot.cpv for some in LOTS.values() for lot in some}
    for one in contracts.values():
        subject = one.subject or ""
        if one.cpv is None or one.kind is not Kind.CONTRACT:
            continue
        whole, _, lot = subject.partition(" – lot ")
        if lot:
            assert one.cpv == lots[lot.split(" : ", 1)[1]], subject
        else:
            assert one.cpv in {code for title, code in codes.items() if whole.startswith(title)}


def test_a_contract_is_filed_under_the_family_of_its_object(
    contracts: dict[object, Contract],
) -> None:
    for one in contracts.values():
        assert one.purchase_family == family_of(one.cpv or ""), one.subject
    assert family_of("34992200") != family_of("34144900")
    assert family_of("39830000") != family_of("39130000")


def test_a_mark_is_said_of_objects_that_can_bear_it(
    told: Session, contracts: dict[object, Contract]
) -> None:
    for key, said in marks_of(told, contracts).items():
        one = contracts[key]
        for code in (code for code, value in said.items() if value and not MARKS[code].decp):
            assert fits(code, one.cpv), (one.subject, code)
        if said.get("reserved"):
            assert reservable(one.cpv), one.subject
        if said.get("negotiated"):
            assert negotiable(one.procedure), one.subject


def test_a_clause_of_insertion_is_a_social_clause(
    told: Session, contracts: dict[object, Contract]
) -> None:
    said = marks_of(told, contracts)
    for key in said:
        if said[key].get("insertion_clause"):
            assert said[key].get("social_clause") is not False, contracts[key].subject
        if said[key].get("long_path"):
            assert said[key].get("insertion_clause")
    followed = set(told.scalars(sa.select(col(Clause.contract_id)))) & contracts.keys()
    assert followed
    for key in followed:
        assert said[key]["insertion_clause"], contracts[key].subject


def test_a_theme_of_the_environment_rests_on_a_clause_or_a_criterion(
    told: Session, contracts: dict[object, Contract]
) -> None:
    """Unless an action decided for the project put it in."""
    decided = set(promises.themes(told, "clermont").values())
    for key, said in marks_of(told, contracts).items():
        if said.get("environmental_clause") is False is said.get("environmental_criterion"):
            green = {code for code in said if said[code] and MARKS[code].theme is Theme.ENVIRONMENT}
            promised = contracts[key].project_id is not None
            assert green <= (decided if promised else set()), contracts[key].subject


def test_a_company_sells_what_its_sector_sells(
    told: Session, contracts: dict[object, Contract]
) -> None:
    sectors: dict[object, set[str]] = defaultdict(set)
    held = sa.select(col(ContractSupplier.supplier_id), col(ContractSupplier.contract_id))
    for supplier_id, contract_id in told.execute(held):
        one = contracts.get(contract_id)
        if one is not None and one.cpv and one.kind is Kind.CONTRACT:
            sectors[supplier_id].add(sector_of(one.cpv))
    assert len(sectors) > 100
    assert [names for names in sectors.values() if len(names) > 1] == []
    assert len({name for names in sectors.values() for name in names}) >= 10


def test_a_consultation_is_numbered_in_the_year_and_the_order_of_its_launch(
    told: Session,
) -> None:
    buyer = by_siret(told, DEMONSTRATION)
    assert buyer is not None
    found = told.scalars(
        sa.select(Consultation)
        .where(col(Consultation.buyer_id) == buyer.id)
        .order_by(col(Consultation.reference))
    ).all()
    assert len(found) > 30
    days = [one.launched_on for one in found if one.launched_on]
    assert days == sorted(days)
    assert [one.reference[:9] for one in found] == [f"CONS-{day.year}" for day in days]
    assert {day.weekday() for day in days} <= set(range(5))


def test_a_consultation_is_launched_before_its_contracts_and_says_what_they_say(
    told: Session, contracts: dict[object, Contract]
) -> None:
    said = marks_of(told, contracts)
    lots: dict[str, list[Contract]] = defaultdict(list)
    for one in contracts.values():
        if one.consultation_reference:
            lots[one.consultation_reference].append(one)
    rows = told.execute(
        sa.select(Consultation, ConsultationMark).join(
            ConsultationMark, col(ConsultationMark.consultation_id) == col(Consultation.id)
        )
    )
    seen = 0
    for consultation, mark in rows:
        own = lots.get(consultation.reference, [])
        if not own or own[0].buyer_id != consultation.buyer_id:
            continue
        seen += 1
        notified = [one.notified_on for one in own if one.notified_on]
        assert consultation.launched_on is not None
        assert consultation.launched_on < min(notified)
        values = [said[one.id].get(mark.code) for one in own]
        assert mark.value in values
        if not consultation.negotiation_allowed:
            assert not consultation.negotiated
    assert seen > 50


def test_what_was_decided_for_a_project_is_about_what_it_buys(
    told: Session, contracts: dict[object, Contract]
) -> None:
    themes = promises.themes(told, "clermont")
    objects: dict[object, set[str | None]] = defaultdict(set)
    for one in contracts.values():
        if one.project_id is not None:
            objects[one.project_id].add(one.cpv)
    rows = told.execute(
        sa.select(col(ProjectAction.project_id), col(ProjectAction.action))
        .join(Project, col(Project.id) == col(ProjectAction.project_id))
        .join(Scheme, col(Scheme.id) == col(ProjectAction.scheme_id))
        .where(col(Scheme.code) == "clermont")
    ).all()
    looked_at = [
        (objects[key], themes[code]) for key, code in rows if code in themes and key in objects
    ]
    assert len(looked_at) > 20
    assert all(any(fits(mark, cpv) for cpv in some) for some, mark in looked_at)


def test_all_spending_was_looked_for_among_contracts(told: Session) -> None:
    lines = told.scalars(sa.select(Spending)).all()
    assert len(lines) > 100
    assert [one for one in lines if one.joined_by is None or one.join_reason is None] == []
    assert sum(one.contract_id is not None for one in lines) > len(lines) / 2


def test_a_payment_has_its_day_and_its_mandate_and_follows_its_contract(told: Session) -> None:
    rows = told.execute(
        sa.select(Spending, col(Contract.notified_on)).join(
            Contract, col(Contract.id) == col(Spending.contract_id), isouter=True
        )
    ).all()
    assert [one.id for one, _ in rows if one.paid_on is None or one.import_key is None] == []
    assert [one.id for one, _ in rows if one.paid_on and one.paid_on.year != one.year] == []
    early = [one.id for one, day in rows if day and one.paid_on and one.paid_on < day]
    assert early == []
    # The mandates of a year are numbered as its days go.
    told_by: dict[object, list[tuple[str, date]]] = defaultdict(list)
    for one, _ in rows:
        if one.mandate_number and one.paid_on:
            told_by[one.buyer_id, one.year].append((one.mandate_number, one.paid_on))
    for numbers in told_by.values():
        days = [day for _, day in sorted(numbers)]
        assert days == sorted(days)
        assert len(dict(numbers)) == len(numbers)


def test_a_reservation_is_of_what_structures_can_hold(
    told: Session, contracts: dict[object, Contract]
) -> None:
    found = [one for one in told.scalars(sa.select(Reservation)) if one.contract_id in contracts]
    assert len(found) >= 8
    for one in found:
        assert reservable(contracts[one.contract_id].cpv)
        assert one.decided_on is not None
