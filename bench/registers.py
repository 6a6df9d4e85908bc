"""The registers of buyers that follow a scheme, filled: contracts and all that stands around them.

One value in two is not said. Everything is of the last two years, which is what figures compared
with those of the year before read.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate
from api.consultations.models import Outcome
from api.contracts.models import Contract
from api.contracts.writing import tell_marks
from api.evaluations.models import Side, Subject
from api.programme.models import ProjectState
from api.reference.marks import MARKS
from api.reserved.models import LegalBasis, SourcingResult, SourcingTool
from api.rules.decp.labels import PROCEDURES
from api.schemes.models import Indicator, Scheme, Way
from api.spending.models import Section
from api.suppliers.models import SupplierSize
from bench import following
from bench.rows import YEARS, Rows

MARKS_OF_ONE = 8
FAMILIES = 40
DIRECTORATES = 5


class Size(NamedTuple):
    """How much each buyer has, and how many companies there are for all of them."""

    contracts: int
    lines: int
    suppliers: int


def fill(session: Session, scheme: Scheme, buyers: Sequence[UUID], size: Size) -> None:
    """Fill every register of these buyers; rows are the same from one run to the next."""
    rows = Rows(session)
    suppliers = _suppliers(rows, size.suppliers)
    actions = [one["code"] for one in _actions(scheme)]
    captured = session.execute(
        sa.select(col(Indicator.id), col(Indicator.way)).where(
            col(Indicator.scheme_id) == scheme.id
        )
    ).all()
    for number, buyer in enumerate(buyers):
        _of_buyer(_Buyer(rows, number, buyer, size, suppliers, actions, rows.key(scheme.id)))
        following.said(rows, buyer, [(one, Way(way)) for one, way in captured])
        following.events(rows, rows.key(buyer), rows.key(scheme.id), actions)
    # What PostgreSQL does by itself after a while.
    session.execute(sa.text("ANALYZE"))


class _Buyer(NamedTuple):
    rows: Rows
    number: int
    id: UUID
    size: Size
    suppliers: Sequence[tuple[Any, str]]
    actions: Sequence[str]
    scheme: Any

    @property
    def owner(self) -> dict[str, Any]:
        return {"buyer_id": self.rows.key(self.id), "version": 1}


def _actions(scheme: Scheme) -> list[dict[str, Any]]:
    return [
        action
        for axis in scheme.content["axes"]
        for objective in axis["objectives"]
        for action in objective["actions"]
    ]


def _suppliers(rows: Rows, count: int) -> list[tuple[Any, str]]:
    kinds = (None, None, None, "siae", "ea", "esat")
    made = [
        {
            "id": rows.key(),
            "id_type": "SIRET",
            "identifier": f"000{number:06}00000",
            "name": f"Entreprise {number}",
            "size": rows.half(rows.some(SupplierSize)),
            "ess": rows.flag(),
            "kind": rows.random.choice(kinds),
            "departement": rows.half(f"{rows.random.randrange(1, 96):02}"),
        }
        for number in range(count)
    ]
    rows.put("supplier", made)
    return [(one["id"], one["identifier"]) for one in made]


def _of_buyer(buyer: _Buyer) -> None:
    rows = buyer.rows
    directorates = [
        Directorate(organisation_id=buyer.id, name=f"Direction {number}")
        for number in range(DIRECTORATES)
    ]
    rows.session.add_all(directorates)
    rows.session.flush()
    some = [rows.key(one.id) for one in directorates]
    projects = _projects(buyer, some)
    contracts = _contracts(buyer, some, projects)
    _around(buyer, contracts)
    tell_marks(rows.session, col(Contract.buyer_id) == buyer.id)
    _consultations(buyer, some, projects)
    _spending(buyer, some, contracts)
    following.hours(rows, buyer.id, following.clauses(rows, buyer.id, contracts), buyer.size.lines)


def _projects(buyer: _Buyer, directorates: Sequence[Any]) -> list[Any]:
    rows = buyer.rows
    made = [
        {
            "id": rows.key(),
            **buyer.owner,
            "directorate_id": rows.half(rows.random.choice(directorates)),
            "reference": f"P-{number}",
            "title": f"Achat {number}",
            "year": rows.random.choice(YEARS),
            "purchase_family": rows.half(_family(rows)),
            "state": ProjectState.DECIDED.value,
            "targeted": rows.flag(),
            "planned_on": rows.half(rows.day_of(*YEARS)),
            "anticipation_started_on": rows.half(rows.day_of(YEARS[0] - 1)),
            "rated_on": rows.half(rows.day_of(YEARS[0] - 1)),
            "life_cycle_analysis": rows.flag(),
            "sustainable_assistance": rows.flag(),
        }
        for number in range(buyer.size.contracts // 5)
    ]
    rows.put("project", made)
    ids = [one["id"] for one in made]
    decided = [
        {"project_id": one, "scheme_id": buyer.scheme, "action": action, "done": rows.flag()}
        for one in ids
        for action in rows.random.sample(buyer.actions, 3)
    ]
    rows.put("project_action", decided)
    return ids


def _contracts(buyer: _Buyer, directorates: Sequence[Any], projects: Sequence[Any]) -> list[Any]:
    rows = buyer.rows
    made = []
    for number in range(buyer.size.contracts):
        day = rows.day_of(*YEARS)
        made.append(
            {
                "id": rows.key(),
                **buyer.owner,
                "directorate_id": rows.half(rows.random.choice(directorates)),
                "kind": "marche",
                "reference": f"C-{number}",
                "subject": f"Marché {number}",
                "cpv": rows.half(f"{rows.random.randrange(10_000_000, 99_000_000)}"),
                "procedure": rows.half(rows.random.choice(PROCEDURES)),
                "offers_received": rows.number(12),
                "advance_granted": rows.flag(),
                "advance_rate": rows.number(600_000),
                "months": rows.number(48),
                "notified_on": day,
                "listed_on": day,
                "amount": rows.number(50_000_000),
                "consultation_reference": f"D-{number // 4}",
                "lot_number": rows.number(6),
                "purchase_family": rows.half(_family(rows)),
                "project_id": rows.half(rows.random.choice(projects)),
                "origin": "form",
                "search_text": "",
            }
        )
    rows.put("contract", made)
    return [one["id"] for one in made]


def _family(rows: Rows) -> str:
    return f"Famille {rows.random.randrange(FAMILIES)}"


def _around(buyer: _Buyer, contracts: Sequence[Any]) -> None:
    """Marks, holders, amendments, evaluations and reservations of contracts."""
    rows, choice = buyer.rows, buyer.rows.random.choice
    marks = [
        {"contract_id": one, "code": code, "value": rows.random.random() < 0.4}
        for one in contracts
        for code in rows.random.sample(sorted(MARKS), rows.random.randrange(2 * MARKS_OF_ONE))
    ]
    rows.put("contract_mark", marks)
    rows.put(
        "contract_supplier",
        [
            {"contract_id": one, "position": position, "supplier_id": choice(buyer.suppliers)[0]}
            for one in contracts
            for position in range(choice((1, 1, 1, 2)))
        ],
    )
    rows.put(
        "amendment",
        [
            {"contract_id": one, "position": position, "amount": rows.number(60_000_000)}
            for one in contracts
            for position in range(choice((0, 0, 1, 2)))
        ],
    )
    rows.put("evaluation", [_evaluation(buyer, one) for one in contracts[::5]])
    rows.put("reservation", [_reservation(buyer, one) for one in contracts[::20]])
    rows.put("sourcing", [_sourcing(buyer) for _ in contracts[::20]])


def _evaluation(buyer: _Buyer, contract: Any) -> dict[str, Any]:
    rows = buyer.rows
    return {
        "id": rows.key(),
        **buyer.owner,
        "contract_id": contract,
        "done_on": rows.day_of(*YEARS),
        "side": rows.random.choice(list(Side)).value,
        "subject": rows.random.choice(list(Subject)).value,
        "score": rows.number(2_000),
    }


def _reservation(buyer: _Buyer, contract: Any) -> dict[str, Any]:
    rows = buyer.rows
    return {
        "id": rows.key(),
        **buyer.owner,
        "contract_id": contract,
        "basis": rows.random.choice(list(LegalBasis)).value,
        "lots": "[]",
        "structure_kinds": "[]",
        "domain": rows.half(_family(rows)),
        "decided_on": rows.day_of(*YEARS),
    }


def _sourcing(buyer: _Buyer) -> dict[str, Any]:
    rows = buyer.rows
    return {
        "id": rows.key(),
        **buyer.owner,
        "done_on": rows.day_of(*YEARS),
        "tool": rows.random.choice(list(SourcingTool)).value,
        "need": "Besoin",
        "contacted": rows.number(9),
        "interested": rows.number(5),
        "ess_answers": rows.number(3),
        "result": rows.random.choice(list(SourcingResult)).value,
    }


def _consultations(buyer: _Buyer, directorates: Sequence[Any], projects: Sequence[Any]) -> None:
    rows = buyer.rows
    numbers = ("lots", "downloads", "offers", "sme_offers", "irregular_offers")
    made = [
        {
            "id": rows.key(),
            **buyer.owner,
            "directorate_id": rows.half(rows.random.choice(directorates)),
            "project_id": rows.half(rows.random.choice(projects)),
            "reference": f"D-{number}",
            "title": f"Consultation {number}",
            "launched_on": rows.day_of(*YEARS),
            "procedure": rows.half(rows.random.choice(PROCEDURES)),
            "outcome": rows.half(rows.some(Outcome)),
            **{name: rows.number(9) for name in numbers},
        }
        for number in range(buyer.size.contracts // 4)
    ]
    rows.put("consultation", made)


def _spending(buyer: _Buyer, directorates: Sequence[Any], contracts: Sequence[Any]) -> None:
    rows = buyer.rows
    owner = {"buyer_id": rows.key(buyer.id)}
    made = []
    for contract in contracts:
        _key, siret = rows.random.choice(buyer.suppliers)
        made.append(
            {
                "id": rows.key(),
                **owner,
                "year": rows.random.choice(YEARS),
                "payee_siret": siret,
                "payee_name": "Entreprise",
                "amount": rows.random.randrange(1, 10_000_000),
                "contract_id": rows.half(contract),
                "family": rows.half(_family(rows)),
                "directorate_id": rows.half(rows.random.choice(directorates)),
                "section": rows.half(rows.some(Section)),
            }
        )
    rows.put("spending", made)
