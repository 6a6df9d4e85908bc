"""What the pages of programming share: who one writes for, directorates and projects to choose."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from web.forms import CHOICE, Field
from web.reading import every, read_open
from web.reserved import chosen_fields
from web.visit import Visit, api_of

READ, WRITE = "contracts:read", "programme:write"
NAV = "parts/programme_nav.html"


async def directorates(visit: Visit, siret: str | None) -> dict[str, str]:
    """The directorates of a buyer, by identifier; none when they are not ours to see."""
    found = await read_open(visit, "list_directorates", siret=siret) if siret else None
    return {one["id"]: one["name"] for one in found or []}


async def projects(visit: Visit, siret: str | None) -> dict[str, str]:
    """The projects of a buyer, by identifier, with the words to know each by."""
    found = await every(visit, "list_projects", buyer=siret)
    return {one["id"]: f"{one['reference']} – {one['title']}" for one in found}


async def fields(
    visit: Visit, schema: str, siret: str | None, standing: Mapping[str, Any] | None = None
) -> dict[str, Field]:
    """The fields of a schema; directorate and project are chosen among those of the buyer."""
    found = chosen_fields(api_of(visit.request).document, schema, without=("buyer_siret",))
    if "directorate_id" in found:
        offered = await directorates(visit, siret)
        found["directorate_id"] = chosen_among(found["directorate_id"], offered, standing)
    if "project_id" in found:
        offered = await projects(visit, siret)
        found["project_id"] = chosen_among(found["project_id"], offered, standing)
    if "public" in found:
        # Yes or no: what nobody said is not public.
        found["public"] = replace(found["public"], required=True)
    return found


def chosen_among(
    one: Field, offered: Mapping[str, str], standing: Mapping[str, Any] | None
) -> Field:
    """A field to choose from a list, with what stands even if it is offered no more."""
    told = dict(offered)
    current = (standing or {}).get(one.name)
    if current:
        told.setdefault(current, str((standing or {}).get(one.name.removesuffix("_id")) or current))
    return replace(one, kind=CHOICE, options=tuple(told.items()))


def own_directorate(visit: Visit) -> str:
    """The directorate of who writes for one alone: proposed first in a new form."""
    organisation = visit.organisation
    found: Iterable[str] = [
        one["directorate_id"]
        for one in (visit.viewer.memberships if visit.viewer else ())
        if organisation and one["organisation"]["id"] == organisation["id"]
    ]
    return next((one for one in found if one), "")
