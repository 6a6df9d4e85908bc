"""Operations of kept figures, of the rates of article L2111-3, of comments and of saved views."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.closings.models import Closing
from api.indicators.freezing import content_of
from api.indicators.models import FrozenFigures
from api.kit.columns import now
from api.schemes.models import Scheme, SchemeVersion
from tests.cases.actions import YEAR, scheme_of
from tests.conftest import DEMONSTRATION, OTHER
from tests.operation import Operation, Things


def comment(things: Things) -> dict[str, Any]:
    """Something to say of a figure."""
    return {"organisation": things.siret, "year": YEAR, "text": "Le lot 2 <b>manque</b> encore."}


def view(things: Things) -> dict[str, Any]:
    """A dashboard with every filter."""
    return {
        "organisation": things.siret,
        "name": "Déploiement",
        "query": {
            "scheme": "call-2023-2026",
            "year": YEAR,
            "organisation": things.siret,
            "together": False,
            "view": ["1.1.1"],
            "way": "computed",
            "missing": True,
            "layout": "table",
        },
        "shared": True,
    }


def _frozen(service: Any, base: Things) -> Things:
    """The figures of a small scheme, kept by a closing that was opened again since."""
    code, indicators = scheme_of(service, DEMONSTRATION, OTHER)
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer = session.scalars(
            sa.select(Organisation).where(col(Organisation.siret) == base.siret)
        ).one()
        scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == code)).one()
        # What was published is a public document.
        session.add(SchemeVersion(scheme_id=scheme.id, number=1, content={}))
        closing = Closing(organisation_id=buyer.id, year=YEAR, reopened_at=now(), reason="Essai")
        session.add(closing)
        session.flush()
        kept = FrozenFigures(
            scheme_id=scheme.id,
            organisation_id=buyer.id,
            closing_id=closing.id,
            year=YEAR,
            number=1,
            content=content_of(session, scheme, buyer, YEAR),
        )
        session.add(kept)
        session.flush()
        ids = {"frozen_id": str(kept.id)}
    return replace(base, code=code, indicator_id=indicators["CALCULE"], ids=ids)


def _view(service: Any, base: Things) -> Things:
    made = service.make("/api/v1/views", view(base), service.pilot_of(base.siret))
    return replace(base, ids={"view_id": made["id"]}, etag=f'"{made["version"]}"')


def _together(things: Things) -> dict[str, Any]:
    return {"scheme": things.code, "organisation": things.siret, "year": YEAR}


def _rows(things: Things) -> dict[str, Any]:
    return {"indicator": things.indicator_id, "state": "counted"}


def _buyer(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret}


def _years(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret, "year": YEAR}


_KEPT = Operation("schemes:read", "an organisation", makes="frozen")
_RATES = Operation("schemes:read", "an organisation", query=_years)
_OWN_VIEW = Operation("own view", "an organisation", makes="view")

OPERATIONS: dict[str, Operation] = {
    "list_frozen_figures": Operation("schemes:read", "own list"),
    "read_frozen_together": replace(_KEPT, query=_together),
    "read_frozen_figures": _KEPT,
    "list_frozen_evidence": replace(_KEPT, query=_rows),
    "diff_frozen_figures": replace(_KEPT, query=lambda _: {"against": "today"}),
    "read_statutory": _RATES,
    "download_statutory": _RATES,
    "list_comments": Operation("schemes:read", "an organisation", query=_buyer),
    "create_comment": Operation(
        "schemes:read", "an organisation", body=comment, event="comment.created"
    ),
    "list_views": Operation("schemes:read", "own list"),
    "create_view": Operation("schemes:read", "an organisation", body=view, event="view.created"),
    "read_view": Operation("schemes:read", "an organisation", makes="view"),
    "change_view": replace(_OWN_VIEW, body=lambda _: {"name": "Autre nom"}, event="view.changed"),
    "remove_view": replace(_OWN_VIEW, event="view.removed"),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"frozen": _frozen, "view": _view}
