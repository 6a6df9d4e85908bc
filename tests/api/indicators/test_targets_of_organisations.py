"""A target of one organisation is that of its figure alone: the whole has the shared target only.

The two entities of the demonstration share a scheme; targets are added to two of its indicators.
"""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.demonstration.buyers import METROPOLE, VILLE
from api.schemes.models import Indicator, Scheme, Target
from tests.operations import Service

SCHEME = "clermont"
YEAR = 2025
# A year that nobody closed yet, and that ended.
PAST = 2023
TOGETHER = "together"
# Percentages of which all is known, and that the document gives no target.
BOTH = "CAM-21-1"
OWN = "CAM-24-1"
Told = dict[str, Any]


def figures(service: Service, whose: str, year: int = YEAR) -> dict[str, Told]:
    """The figures of one entity, or of both, by code of indicator."""
    siret = METROPOLE.siret if whose == TOGETHER else whose
    address = f"/api/v1/schemes/{SCHEME}/results?organisation={siret}&year={year}"
    answer = service.get(f"{address}&together={whose == TOGETHER}".lower(), "shared-pilot")
    assert answer["together"] is (whose == TOGETHER)
    return {one["code"]: one for one in answer["results"]}


@pytest.fixture(scope="module")
def aimed(service: Service) -> tuple[str, str]:
    """An indicator with targets of its own and a shared one, and one with an own target alone."""
    found = {one: figures(service, one) for one in (METROPOLE.siret, VILLE.siret, TOGETHER)}
    value = {one: Decimal(told[BOTH]["value"]) for one, told in found.items()}
    with Session(service.app.state.engines.write) as session, session.begin():
        # The own ones first: an order of rows must not choose for the whole.
        session.add_all(
            [
                _target(session, BOTH, VILLE.siret, value[VILLE.siret] + 5),
                _target(session, BOTH, METROPOLE.siret, value[METROPOLE.siret]),
                _target(session, OWN, VILLE.siret, Decimal(1)),
                _target(session, BOTH, None, value[TOGETHER] + 2),
            ]
        )
    return BOTH, OWN


def _target(session: Session, code: str, siret: str | None, value: Decimal) -> Target:
    one = session.scalars(
        sa.select(Indicator)
        .join(Scheme, col(Scheme.id) == col(Indicator.scheme_id))
        .where(col(Scheme.code) == SCHEME, col(Indicator.code) == code)
    ).one()
    siren = None if siret is None else siret[:9]
    return Target(indicator_id=one.id, siren=siren, value=f"{value:f}", unit="%", year=None)


def test_each_organisation_is_held_to_its_own_target(
    service: Service, aimed: tuple[str, str]
) -> None:
    for buyer, more, met in ((METROPOLE, 0, True), (VILLE, 5, False)):
        told = figures(service, buyer.siret)[aimed[0]]
        assert told["target"]["siren"] == buyer.siret[:9]
        assert Decimal(told["target"]["value"]) == Decimal(told["value"]) + more
        assert told["met"] is met


def test_the_whole_is_held_to_the_shared_target(service: Service, aimed: tuple[str, str]) -> None:
    told = figures(service, TOGETHER)[aimed[0]]
    assert told["target"]["siren"] is None
    assert Decimal(told["target"]["value"]) == Decimal(told["value"]) + 2
    assert told["met"] is False
    assert told["gap"] == "2\N{NO-BREAK SPACE}points sous la cible"
    alone = service.get(
        f"/api/v1/indicators/{told['indicator_id']}/results?organisation={VILLE.siret}"
        f"&year={YEAR}&together=true",
        "shared-pilot",
    )
    assert {name: alone[name] for name in ("value", "target", "met", "gap")} == {
        name: told[name] for name in ("value", "target", "met", "gap")
    }


def test_the_target_of_one_binds_neither_the_other_nor_the_whole(
    service: Service, aimed: tuple[str, str]
) -> None:
    own = figures(service, VILLE.siret)[aimed[1]]
    assert (own["target"]["siren"], own["met"]) == (VILLE.siret[:9], True)
    for whose in (METROPOLE.siret, TOGETHER):
        told = figures(service, whose)[aimed[1]]
        assert Decimal(told["value"]) > 0
        assert (told["target"], told["gap"], told["met"]) == (None, None, None)


def test_a_closed_year_of_one_has_no_target_of_the_other(
    service: Service, aimed: tuple[str, str]
) -> None:
    def closed_together(buyer: str, count: int) -> dict[str, Told]:
        told = {"organisation": buyer, "year": PAST}
        headers = service.as_("shared-pilot")
        assert service.client.post("/api/v1/closings", json=told, headers=headers).is_success
        address = f"/api/v1/frozen-figures/together?scheme={SCHEME}&year={PAST}"
        answer = service.get(f"{address}&organisation={buyer}", "shared-pilot")
        assert len(answer["kept"]) == count
        return {one["code"]: one for one in answer["results"]}

    # The town has not closed its year: what there is to read is of the metropolis.
    first = closed_together(METROPOLE.siret, 1)
    assert first[aimed[0]]["target"]["siren"] == METROPOLE.siret[:9]
    assert first[aimed[1]]["target"] is None
    both = closed_together(VILLE.siret, 2)
    assert both[aimed[0]]["target"]["siren"] is None
    assert both[aimed[1]]["target"] is None
