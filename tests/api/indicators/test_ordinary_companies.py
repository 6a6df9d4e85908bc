"""A company that is said to be no structure is known not to be one; unsaid, it stays unknown."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.spending.models import Spending
from api.structures import belonging
from api.structures.models import Structure, StructureKind
from api.suppliers.models import Supplier
from tests.api.indicators.edges import (
    CONTRACTS,
    SUPPLIERS,
    YEAR,
    a_buyer,
    a_contract,
    figure,
    held,
)

_numbers = count(1)
INCLUSIVE = ["siae", "ea", "esat"]
PAID = {"fact": "spending", "aggregate": "count", "perimeter": "all"}
SHARE = {"fact": "spending", "aggregate": "sum_share", "of": "amount", "perimeter": "all"}


@pytest.fixture
def buyer(session: Session) -> Organisation:
    """A buyer that has nothing yet."""
    return a_buyer(session)


def a_company(session: Session, *, sheet: Mapping[str, Any] | None = None, **said: Any) -> Supplier:
    """A company; ``sheet`` is what its sheet says, ``said`` what the register says, if anything."""
    siret = f"0000077{next(_numbers):07}"
    one = Supplier(id_type="SIRET", identifier=siret, name=f"Entreprise {siret}", **(sheet or {}))
    session.add(one)
    if said:
        session.add(Structure(siret=siret, source="Essai", as_of=date(YEAR, 1, 1), **said))
    session.flush()
    return one


def pay(session: Session, buyer: Organisation, company: Supplier, cents: int = 100_00) -> None:
    """Mandate something to a company in the year."""
    line = Spending(buyer_id=buyer.id, year=YEAR, payee_siret=company.identifier, amount=cents)
    session.add(line)
    session.flush()


@pytest.mark.parametrize(
    ("said", "counted", "unknown"),
    [
        ({}, 0, 1),
        ({"ess": False}, 0, 1),
        ({"kind": StructureKind.NONE}, 0, 0),
        ({"kind": StructureKind.NONE, "ess": True}, 0, 0),
        ({"kind": StructureKind.NONE, "esus": True}, 0, 0),
        ({"kind": StructureKind.ACI}, 1, 0),
        ({"kind": StructureKind.EATT}, 1, 0),
    ],
)
def test_what_is_paid_to_an_ordinary_company_is_not_unknown(
    session: Session, buyer: Organisation, said: dict[str, Any], counted: int, unknown: int
) -> None:
    pay(session, buyer, a_company(session, **said))
    found = figure(session, PAID | {"where": {"field": "payee_kind", "one_of": INCLUSIVE}}, buyer)
    assert (found.value, found.unknown) == (None if unknown else counted, unknown)


def test_an_ordinary_company_may_be_of_the_ess_or_not_or_nobody_said(
    session: Session, buyer: Organisation
) -> None:
    for ess in (True, False, None):
        pay(session, buyer, a_company(session, kind=StructureKind.NONE, ess=ess))
    either = {
        "any": [
            {"field": "payee_ess", "equals": True},
            {"field": "payee_kind", "one_of": INCLUSIVE},
        ]
    }
    found = figure(session, SHARE | {"where": either}, buyer)
    # Of the one of the ESS: yes; of the one that is not: no; of the third, its kind is not enough.
    assert (found.value, found.unknown) == (50, 1)


def test_a_criterion_may_look_for_ordinary_companies(session: Session, buyer: Organisation) -> None:
    for kind in (StructureKind.NONE, StructureKind.NONE, StructureKind.EA):
        pay(session, buyer, a_company(session, kind=kind))
    where = {"field": "payee_kind", "equals": "aucune"}
    assert figure(session, PAID | {"where": where}, buyer).value == 2


@pytest.mark.parametrize(
    ("registered", "sheet", "kind"),
    [
        ({"kind": StructureKind.EI}, {}, "siae"),
        ({"kind": StructureKind.EATT, "esus": True}, {}, "ea"),
        ({"kind": StructureKind.ESAT, "esus": True}, {}, "esat"),
        ({"kind": StructureKind.GEIQ}, {}, "geiq"),
        ({"kind": StructureKind.NONE}, {}, "aucune"),
        ({"kind": StructureKind.NONE, "esus": True}, {}, "esus"),
        ({"esus": True}, {}, "esus"),
        ({"esus": False}, {}, None),
        # The register first, then the sheet, however it is written there.
        ({"kind": StructureKind.NONE}, {"kind": "EA"}, "aucune"),
        ({"ess": True}, {"kind": "EA"}, "ea"),
        ({}, {"kind": " SIAE "}, "siae"),
        ({}, {"kind": "aci"}, "siae"),
        ({}, {"kind": "Aucune"}, "aucune"),
        ({}, {"kind": "Non"}, "aucune"),
        ({}, {"kind": ""}, None),
        ({}, {}, None),
    ],
)
def test_the_kind_of_a_company_is_that_of_the_register_or_else_of_its_sheet(
    session: Session, registered: dict[str, Any], sheet: dict[str, Any], kind: str | None
) -> None:
    company = a_company(session, sheet=sheet, **registered)
    assert told(session, company)[0] == kind


@pytest.mark.parametrize(("registered", "sheet", "truth"), [
    (None, None, None), (None, True, True), (True, False, True), (False, True, False),
])  # fmt: skip
def test_the_register_is_heard_before_the_sheet(
    session: Session, registered: bool | None, sheet: bool | None, truth: bool | None
) -> None:
    said = {} if registered is None else {"ess": registered, "esus": registered}
    company = a_company(session, sheet={"ess": sheet, "esus": sheet}, **said)
    assert told(session, company)[1:] == (truth, truth)


def told(session: Session, company: Supplier) -> tuple[Any, ...]:
    """The kind of a company in the words of indicators, whether it is of the ESS and ESUS."""
    asked = [expression() for expression in belonging.BELONGING.values()]
    row = session.execute(
        sa.select(*asked)
        .select_from(Supplier)
        .outerjoin(Structure, belonging.of_company())
        .where(col(Supplier.id) == company.id)
    ).one()
    return tuple(row)


@pytest.mark.parametrize(
    ("said", "sheet", "counted", "unknown"),
    [
        ({}, {}, 0, 1),
        ({"kind": StructureKind.NONE}, {}, 0, 0),
        ({"kind": StructureKind.ETTI}, {}, 1, 0),
        ({}, {"kind": "SIAE"}, 1, 0),
        ({"kind": StructureKind.NONE}, {"kind": "siae"}, 0, 0),
    ],
)
def test_a_holder_is_what_the_register_says(
    session: Session,
    buyer: Organisation,
    said: dict[str, Any],
    sheet: dict[str, Any],
    counted: int,
    unknown: int,
) -> None:
    contract = a_contract(session, buyer)
    held(session, contract, a_company(session, sheet=sheet, **said))
    test = {"field": "kind", "one_of": INCLUSIVE}
    for definition in (
        SUPPLIERS | {"perimeter": "all", "where": test},
        CONTRACTS | {"perimeter": "all", "where": {"supplier": test}},
    ):
        found = figure(session, definition, buyer)
        assert (found.value, found.unknown) == (None if unknown else counted, unknown)


def test_the_share_of_inclusive_holders_has_those_that_are_not(
    session: Session, buyer: Organisation
) -> None:
    kinds = (StructureKind.NONE, StructureKind.NONE, StructureKind.NONE, StructureKind.EA, None)
    companies = [a_company(session, kind=kind, ess=False) for kind in kinds]
    held(session, a_contract(session, buyer), *companies)
    either = {"any": [{"field": "ess", "equals": True}, {"field": "kind", "one_of": INCLUSIVE}]}
    share = SUPPLIERS | {"aggregate": "share", "perimeter": "all", "where": either}
    found = figure(session, share, buyer)
    assert (found.value, found.unknown) == (25, 1)
