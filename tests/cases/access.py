"""Operations of mandates and of closed years."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Mandate, Organisation
from api.closings.models import Closing
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.models import PublishedInsertion
from tests.conftest import DEMONSTRATION
from tests.operation import Operation, Things

_days = count(1)
_CHANGED = date(1890, 1, 1)
CLOSED = 2020
FACILITATOR = "00000061200010"
OTHER_FACILITATOR = "00000061900015"


def _mandate(things: Things) -> dict[str, Any]:
    # Long ago, a day each, so that no two overlap.
    when = (date(1900, 1, 1) + timedelta(days=next(_days))).isoformat()
    holder = FACILITATOR if things.siret == DEMONSTRATION else OTHER_FACILITATOR
    return {
        "buyer_siret": things.siret,
        "facilitator_siret": holder,
        "starts_on": when,
        "ends_on": when,
    }


def _made_mandate(service: Any, base: Things) -> Things:
    # The second buyer has no administrator to ask.
    body = _mandate(base)
    found = sa.select(Organisation).where(
        col(Organisation.siret).in_([body["buyer_siret"], body["facilitator_siret"]])
    )
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(sa.delete(Mandate).where(col(Mandate.starts_on) == _CHANGED))
        ids = {one.siret: one.id for one in session.scalars(found)}
        mandate = Mandate(
            buyer_id=ids[body["buyer_siret"]],
            facilitator_id=ids[body["facilitator_siret"]],
            starts_on=_CHANGED,
            ends_on=_CHANGED,
        )
        session.add(mandate)
        return replace(base, ids={"mandate_id": str(mandate.id)})


def _closing(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret, "year": CLOSED}


def _no_closing(service: Any, base: Things) -> Things:
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(sa.delete(PublishedInsertion))
        session.execute(sa.delete(FrozenStatutory))
        session.execute(sa.delete(FrozenFigures))
        session.execute(sa.delete(Closing))
    return base


def _made_closing(service: Any, base: Things) -> Things:
    _no_closing(service, base)
    whose = sa.select(col(Organisation.id)).where(col(Organisation.siret) == base.siret)
    with Session(service.app.state.engines.write) as session, session.begin():
        closing = Closing(organisation_id=session.scalars(whose).one(), year=CLOSED)
        session.add(closing)
        return replace(base, ids={"closing_id": str(closing.id)})


OPERATIONS: dict[str, Operation] = {
    "list_mandates": Operation("insertion:read", "own list"),
    "create_mandate": Operation(
        "mandates:write",
        "an organisation",
        body=_mandate,
        event="mandate.given",
        by="administrator",
    ),
    "change_mandate": Operation(
        "mandates:write",
        "an organisation",
        makes="mandate",
        body=lambda _: {"ends_on": "1899-12-31"},
        event="mandate.changed",
        by="administrator",
    ),
    "list_closings": Operation("insertion:read", "own list"),
    "create_closing": Operation(
        "closings:write",
        "an organisation",
        makes="no closing",
        body=_closing,
        event="closing.closed",
    ),
    "reopen_closing": Operation(
        "closings:reopen",
        "an organisation",
        makes="closing",
        body=lambda _: {"reason": "Erreur de saisie"},
        event="closing.reopened",
        by="administrator",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "closing": _made_closing,
    "no closing": _no_closing,
    "mandate": _made_mandate,
}
