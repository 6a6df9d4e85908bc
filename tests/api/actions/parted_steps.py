"""A step said part by part, for the tests: what is said of it, and the figure that it makes."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.indicators.service import of_organisations
from api.schemes.models import Scheme
from tests.api.actions.saying import World
from tests.cases.actions import YEAR
from tests.conftest import DEMONSTRATION

CLEANING: dict[str, Any] = {
    "part": "Nettoyage",
    "done": True,
    "done_on": "2025-03-04",
    "comment": "Deux lots",
}
GARDENS: dict[str, Any] = {"part": "Espaces verts", "done": False}
LAUNDRY: dict[str, Any] = {"part": "Blanchisserie"}
PARTS = [CLEANING, GARDENS, LAUNDRY]


def figure(made: World, name: str, *sirets: str) -> dict[str, Any]:
    """The figure of an indicator for the year of the tests, of one organisation or of several."""
    with Session(made.service.app.state.engines.read) as session:
        scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == made.code)).one()
        buyers = [
            session.scalars(sa.select(Organisation).where(col(Organisation.siret) == one)).one()
            for one in sirets or (DEMONSTRATION,)
        ]
        found = of_organisations(session, scheme, buyers, YEAR).results
    return next(one.model_dump() for one in found if one.code == name)


def answers(one: Any) -> dict[str, Any]:
    """What was said of each part of a milestone, by its name."""
    return {part["part"]: part["done"] for part in one["parts"]}
