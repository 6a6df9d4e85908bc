"""A scheme with one indicator of each sort, and what the tests of kept figures ask of it."""

from itertools import count
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.schemes.models import Indicator, Scheme, SchemeAdoption, SchemeVersion, Target, Way
from tests.api.reserved.asking import ask, contract
from tests.conftest import DEMONSTRATION
from tests.operations import Service

YEAR = 2024
NEIGHBOUR = "00000065200014"
_numbers = count(1)

_CLAUSED = {"where": {"mark": "social_clause"}}
# code -> kind, definition
INDICATORS: dict[str, tuple[str, dict[str, Any]]] = {
    "COUNT": ("count", {"aggregate": "count", **_CLAUSED}),
    "SHARE": ("percentage", {"aggregate": "share", "perimeter": "all", **_CLAUSED}),
    "NARROW": (
        "percentage",
        {
            "aggregate": "share",
            "perimeter": {"field": "amount", "more_than": "90000.00"},
            "where": {"any": [{"mark": "environmental_clause"}, {"mark": "reserved"}]},
        },
    ),
    "VALUE": (
        "percentage",
        {"aggregate": "sum_share", "of": "amount", "perimeter": "all", **_CLAUSED},
    ),
    "SUM": ("amount", {"aggregate": "sum", "of": "amount", **_CLAUSED}),
    "OFFERS": ("quantity", {"aggregate": "average", "of": "offers_received"}),
    "RATIO": (
        "ratio",
        {
            "aggregate": "ratio",
            "of": "amount",
            "over": {"fact": "contract", "aggregate": "count", "perimeter": "all"},
        },
    ),
    "DISTINCT": ("count", {"aggregate": "distinct", "of": "supplier"}),
    "PARTS": ("list", {"aggregate": "breakdown", "of": "cpv_division"}),
    "GROWTH": (
        "delta",
        {
            "aggregate": "count",
            "perimeter": "all",
            "compare": {"with": "previous_year", "as": "difference"},
        },
    ),
    "SINCE": ("count", {"aggregate": "count", "period": "cumulative", **_CLAUSED}),
    "RUNNING": ("count", {"aggregate": "count", "period": "in_force", **_CLAUSED}),
    "HOLDERS": (
        "percentage",
        {
            "fact": "supplier",
            "aggregate": "share",
            "perimeter": "all",
            "where": {"field": "ess", "equals": True},
        },
    ),
    "EVENTS": ("count", {"fact": "event", "aggregate": "count", "perimeter": "all"}),
    "PERSONS": ("count", {"fact": "beneficiary", "aggregate": "count", "perimeter": "all"}),
    "DECLARED": ("percentage", {"fact": "measure", "aggregate": "declared", "base": True}),
    "STEP": ("boolean", {"fact": "milestone", "aggregate": "done", "period": "civil_year"}),
    "REACHED": ("percentage", {"fact": "target", "aggregate": "reached"}),
}
OWN_ROWS = ("PERSONS", "DECLARED", "STEP", "REACHED")
_WAYS = {"measure": Way.CAPTURED, "milestone": Way.MILESTONE}


def scheme(service: Service, *adopters: str) -> tuple[str, dict[str, str]]:
    """A new published scheme of these buyers: its code, its indicators by code."""
    code = f"garde-{next(_numbers)}"
    with Session(service.app.state.engines.write) as session, session.begin():
        one = Scheme(
            code=code,
            title="Schéma gardé",
            author="Essai",
            first_year=2023,
            last_year=2027,
            content={"axes": []},
        )
        session.add(one)
        session.flush()
        session.add(SchemeVersion(scheme_id=one.id, number=1, content={}))
        wanted = adopters or (DEMONSTRATION,)
        for organisation_id in session.scalars(
            sa.select(col(Organisation.id)).where(col(Organisation.siret).in_(wanted))
        ):
            session.add(SchemeAdoption(scheme_id=one.id, organisation_id=organisation_id))
        made = [_indicator(one, place, name) for place, name in enumerate(INDICATORS)]
        session.add_all(made)
        session.flush()
        ids = {each.code: str(each.id) for each in made}
        for name, value in (("SHARE", "20"), ("VALUE", "99")):
            key = next(each.id for each in made if each.code == name)
            session.add(Target(indicator_id=key, year=YEAR, value=value, unit="%"))
    return code, ids


def _indicator(one: Scheme, position: int, name: str) -> Indicator:
    kind, told = INDICATORS[name]
    definition: dict[str, Any] = {"version": 2, "fact": "contract"} | told
    made = Indicator(
        scheme_id=one.id,
        position=position,
        code=name,
        label=f"Indicateur {name}",
        content={
            "part": None,
            "explanation": "Indicateur fictif.",
            "kind": kind,
            "unit": None,
            "direction": "up",
            "frequency": "annual",
            "nature": None,
            "perimeter": "Essai",
            "source_kind": "manual",
            "source": "Essai",
            "note": None,
            "source_line": None,
            "actions": [],
            "published": [],
            "same_as": None,
        },
        definition=definition,
        way=_WAYS.get(definition["fact"], Way.COMPUTED),
    )
    made.content = {**made.content, "told_under": str(made.id)}
    return made


def declare(service: Service, indicators: dict[str, str], siret: str = DEMONSTRATION) -> None:
    """Say what no register knows."""
    share = {"organisation": siret, "year": YEAR, "value": "30", "base": "40", "source": "Relevé"}
    answer = ask(service, "PUT", f"/measures/{indicators['DECLARED']}", share)
    assert answer.status_code == 200, answer.text
    step = {"organisation": siret, "period": str(YEAR), "done": True, "done_on": "2024-05-02"}
    answer = ask(service, "PUT", f"/milestones/{indicators['STEP']}", step)
    assert answer.status_code == 200, answer.text


def live(service: Service, code: str, siret: str = DEMONSTRATION, together: bool = False) -> Any:
    """The figures of today, be the year closed."""
    told = f"organisation={siret}&year={YEAR}&together={str(together).lower()}&recalculated=true"
    return service.get(f"/api/v1/schemes/{code}/results?{told}")


def served(service: Service, code: str, siret: str = DEMONSTRATION, more: str = "") -> Any:
    """The figures as they are read: those of the closing when the year is closed."""
    told = f"organisation={siret}&year={YEAR}{more}"
    return service.get(f"/api/v1/schemes/{code}/results?{told}")


def kept(service: Service, code: str, siret: str = DEMONSTRATION) -> list[Any]:
    """The versions that were kept, the latest first."""
    told = f"organisation={siret}&scheme={code}"
    found: list[Any] = service.get(f"/api/v1/frozen-figures?{told}")["items"]
    return found


def close(service: Service, siret: str = DEMONSTRATION) -> str:
    """Close the year; the id of the closing."""
    body = {"organisation": siret, "year": YEAR}
    return str(service.make("/api/v1/closings", body, "pilot")["id"])


def reopen(service: Service, closing_id: str, reason: str) -> None:
    """Open it again."""
    path = f"/closings/{closing_id}/reopen"
    answer = ask(service, "POST", path, {"reason": reason}, "administrator")
    assert answer.status_code == 200, answer.text


def mark(service: Service, contract_id: str, state: str, code: str = "social_clause") -> None:
    """Say a mark of a contract."""
    path = f"/contracts/{contract_id}"
    etag = ask(service, "GET", path).headers["etag"]
    answer = ask(service, "PUT", f"{path}/marks", {"marks": {code: state}}, If_Match=etag)
    assert answer.status_code == 200, answer.text


def buyer_full_of_holes(service: Service) -> str:
    """A new buyer of the pilot, of whose contracts much is not said; its SIRET."""
    rng = Random(4)  # noqa: S311 - data of a test, the same each time
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer = Organisation(
            siret=NEIGHBOUR, name="Acheteur voisin", kind=OrganisationKind.BUYER, fictitious=True
        )
        session.add(buyer)
        session.flush()
        pilot = session.scalars(
            sa.select(Person).where(col(Person.email) == "pilot@demo.example")
        ).one()
        session.add(Membership(person_id=pilot.id, organisation_id=buyer.id, role=Role.PILOT))
    for _ in range(60):
        made = contract(
            service,
            buyer_siret=NEIGHBOUR,
            notified_on=rng.choice([f"{YEAR - 1}-12-31", f"{YEAR}-01-01", f"{YEAR}-12-31", None]),
            amount=rng.choice(["90000.00", "90000.01", "150000.00", None]),
            months=rng.choice([None, 1, 13]),
            cpv=rng.choice([None, "45000000-7", "77310000-6"]),
        )
        for code in ("social_clause", "environmental_clause", "reserved"):
            state = rng.choice(["yes", "no", None])
            if state is not None:
                mark(service, made["id"], state, code)
    return NEIGHBOUR


def timeless(results: list[Any]) -> list[Any]:
    """Figures without the instant at which they were computed."""
    return [one | {"computed_at": None} for one in results]
