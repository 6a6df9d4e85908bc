"""Operations of the links given to companies."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.cases.clauses import MAKERS as CLAUSE_MAKERS
from tests.operation import Operation, Things

MONTH = "2026-03"


def _path(things: Things) -> str:
    return f"/api/v1/insertion/clauses/{things.ids['clause_id']}/links"


def made_link(service: Any, base: Things) -> Things:
    """A link for a month of a new clause."""
    things = CLAUSE_MAKERS["clause"](service, base)
    made = service.make(_path(things), {"month": MONTH}, service.facilitator_of(base.siret))
    return replace(things, ids={"link_id": made["id"], "link": made["link"]})


def _presented(things: Things) -> dict[str, Any]:
    return {"link": things.ids["link"]}


def _stated(things: Things) -> dict[str, Any]:
    return _presented(things) | {"lines": [{"persons": 3, "hours": "120.50"}]}


OPERATIONS: dict[str, Operation] = {
    "list_statement_links": Operation(
        "statements:write", "a clause", makes="clause", by="facilitator"
    ),
    "create_statement_link": Operation(
        "statements:write",
        "a clause",
        makes="clause",
        body=lambda _: {"month": MONTH},
        event="link.created",
        by="facilitator",
    ),
    "revoke_statement_link": Operation(
        "statements:write", "a facilitator", makes="link", event="link.revoked", by="facilitator"
    ),
    "read_company_statement": Operation("public", makes="link", body=_presented),
    "create_company_statement": Operation(
        "public", makes="link", body=_stated, event="statement.received"
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"link": made_link}
