"""What the pages of reserved markets share: the words of codes, years, lists typed line by line."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from starlette.exceptions import HTTPException

from web.client import ApiProblem
from web.formats import current_year
from web.forms import LONG, Field, fields_of, labels
from web.pages.schemes import read_year
from web.visit import Visit

REGISTER = "/reserves"
EVERY_YEAR = "toutes"
YEARS = 8  # offered before this one
FIRST_YEAR, LAST_YEAR = 1990, 2100  # what the API takes
# What the rules say of a reservation -> words, look and icon.
STATES: Mapping[str, tuple[str, str, str]] = {
    "open": ("Ouverte", "state-good", "check-circle"),
    "open_under_condition": ("Ouverte sous condition", "state-todo", "exclamation-triangle"),
    "to_verify": ("À vérifier", "state-todo", "question-circle"),
    "closed": ("Fermée", "state-bad", "x-circle"),
}
CONCESSION = "concession"


def words(document: Mapping[str, Any]) -> dict[str, Any]:
    """The French of every code that the pages of reserved markets show."""
    kinds = labels(document, "StructureKind")
    reserved_for = {**kinds, "ess": "Entreprise de l’économie sociale et solidaire (ESS)"}
    # Not every kind can be the one that a contract is reserved for.
    allowed = document["components"]["schemas"]["ReservedFor"]["enum"]
    return {
        "basis": labels(document, "LegalBasis"),
        "kind": kinds,
        "reserved_for": {code: told for code, told in reserved_for.items() if code in allowed},
        "reason": labels(document, "RefusalReason"),
        "tool": labels(document, "SourcingTool"),
        "result": labels(document, "SourcingResult"),
        "state": STATES,
    }


def require(visit: Visit, permission: str) -> None:
    """Refuse who may not do this in the organisation looked for. Raises HTTPException 403."""
    if not visit.can(permission):
        raise HTTPException(403)


def require_own(one: Mapping[str, Any]) -> None:
    """Refuse who may read this but not change it: the API says so. Raises HTTPException 403."""
    if not one["editable"]:
        raise HTTPException(403)


def for_the_whole(visit: Visit, permission: str) -> bool:
    """Tell whether a role gives ``permission`` beyond one directorate: families are for all."""
    organisation = visit.organisation
    return organisation is not None and any(
        permission in one["permissions"] and one["directorate_id"] is None
        for one in (visit.viewer.memberships if visit.viewer else ())
        if one["organisation"]["id"] == organisation["id"]
    )


def chosen_year(text: str | None) -> int | None:
    """The year asked for, this one by default; None for every year."""
    if text == EVERY_YEAR:
        return None
    year = read_year(text)
    return year if year and FIRST_YEAR <= year <= LAST_YEAR else current_year()


def years_offered(year: int | None) -> list[int]:
    """The years to choose from, the last first."""
    last = current_year()
    return sorted({*range(last - YEARS, last + 1), *([year] if year else [])}, reverse=True)


def bases_of(kind: str, document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The articles that reserve a contract of this ``kind``: those of title III for concessions."""
    title = "L3" if kind == CONCESSION else "L2"
    told = labels(document, "LegalBasis")
    return tuple(one for one in told.items() if one[0].startswith(title))


def chosen_fields(
    document: Mapping[str, Any],
    schema: str,
    said: Mapping[str, Mapping[str, str]] | None = None,
    *,
    without: Collection[str] = (),
    listed: Collection[str] = (),
) -> dict[str, Field]:
    """The fields of a schema but ``without``; those ``listed`` are lists typed one by line."""
    schemas = document["components"]["schemas"]
    properties = {
        name: _as_text(spec) if name in listed else spec
        for name, spec in schemas[schema]["properties"].items()
        if name not in without
    }
    pruned = {**schemas, schema: {**schemas[schema], "properties": properties}}
    return fields_of({"components": {"schemas": pruned}}, schema, said)


def _as_text(spec: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: spec[name] for name in ("title", "description") if name in spec}
    return {**told, "type": "string", "maxLength": LONG + 1}


def by_line(values: Collection[str]) -> str:
    """A list as it is typed: one by line."""
    return "\n".join(values)


def from_lines(text: str | None, pattern: str = r"[\r\n]+") -> list[str]:
    """What was typed one by line, or between what ``pattern`` matches; blanks are left out."""
    parts = re.split(pattern, text or "")
    return [part.strip() for part in parts if part.strip()]


def on_field(name: str, message: str) -> dict[str, Any]:
    """An error of the shape the API gives, on one field of a form."""
    return {"loc": ["body", name], "message": message}


async def reservations_of(visit: Visit, contract: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The reservations of a contract, found by its number in the register of its buyer."""
    if not visit.can("contracts:read"):
        return []
    try:
        page = await visit.read(
            "list_reserved_contracts",
            buyer=contract["buyer_siret"],
            q=str(contract["reference"])[:200],
            limit=100,
        )
    except ApiProblem as problem:
        if problem.status != 422:  # an observed buyer may have no SIRET of the right shape
            raise
        return []
    return [one for one in page["items"] if one["contract_id"] == contract["id"]]
