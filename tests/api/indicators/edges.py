"""Buyers that have nothing yet, what is added to them, and the figure of a definition."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from api.access.models import Directorate, Organisation, OrganisationKind
from api.actions.models import Audience, Event, EventKind, EventState
from api.contracts.models import Contract, ContractSupplier, Origin
from api.indicators.figures import Asked, compute
from api.indicators.gathering import Whose
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result
from api.rules.records import Kind
from api.suppliers.models import Supplier

YEAR = 2024
MARKS = ("social_clause", "environmental_clause")
_numbers = count(1)
CONTRACTS = {"fact": "contract", "aggregate": "count"}
SUPPLIERS = {"fact": "supplier", "aggregate": "count"}


def a_buyer(session: Session) -> Organisation:
    """One more."""
    number = next(_numbers)
    one = Organisation(
        siret=f"00000069{number:03}011",
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
        kind=told.pop("kind", Kind.CONTRACT),
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


def a_directorate(session: Session, buyer: Organisation) -> Directorate:
    """A directorate."""
    one = Directorate(organisation_id=buyer.id, name=f"Direction {next(_numbers)}")
    session.add(one)
    session.flush()
    return one


def an_event(session: Session, buyer: Organisation) -> Event:
    """An event of the year."""
    one = Event(
        organisation_id=buyer.id,
        kind=EventKind.PUBLICATION,
        title="Guide",
        held_on=date(YEAR, 1, 1),
        audience=Audience.INTERNAL,
        state=EventState.HELD,
    )
    session.add(one)
    session.flush()
    return one
