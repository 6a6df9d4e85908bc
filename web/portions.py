"""What part of an organisation's figures is shown: of a directorate, of a purchase family, or all.

Both are chosen from lists, stand in the address, and are followed from page to page.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.reading import CLOSED, read_open
from web.visit import Visit

# What an address calls them.
NAMES = ("directorate", "family")


@dataclass(frozen=True, slots=True)
class Portions:
    """The directorates and families that may be chosen, and those that are."""

    directorates: tuple[dict[str, Any], ...] = ()
    families: tuple[str, ...] = ()
    directorate: dict[str, Any] | None = None
    family: str | None = None

    @property
    def query(self) -> dict[str, str | None]:
        """What an address, or the API, is asked for."""
        directorate = self.directorate["id"] if self.directorate else None
        return {"directorate": directorate, "family": self.family}

    @property
    def chosen(self) -> list[str]:
        """The words of what is chosen, nothing of the whole."""
        return [*([self.directorate["name"]] if self.directorate else []), *_one(self.family)]

    @property
    def unknown(self) -> str:
        """What is not said of the rows that may be of what is chosen."""
        told = ["la direction"] if self.directorate else []
        return " ou ".join([*told, *(["la famille d’achats"] if self.family else [])])


WHOLE = Portions()


def _one(word: str | None) -> list[str]:
    return [] if word is None else [word]


async def read_portions(
    visit: Visit, organisation: str | None, given: Mapping[str, str]
) -> Portions:
    """What an address asks of an organisation, None for several; what isn't offered is left out,
    and so are the lists that are not ours to see."""
    if organisation is None:
        return WHOLE
    directorates, families = await asyncio.gather(
        read_open(visit, "list_directorates", siret=organisation),
        read_open(visit, "list_purchase_families", siret=organisation),
    )
    wanted, family = given.get("directorate"), given.get("family")
    offered = list(families or ())
    if family and families and family not in offered:
        # The list stops at its first ones: those that follow are families all the same.
        offered += await _family(visit, organisation, family)
    return Portions(
        tuple(directorates or ()),
        tuple(offered),
        next((one for one in directorates or () if one["id"] == wanted), None),
        family if family in offered else None,
    )


async def _family(visit: Visit, organisation: str, asked: str) -> list[str]:
    """The family asked for when it is one; an address may ask for anything."""
    found = await read_open(
        visit, "list_purchase_families", closed=CLOSED | {422}, siret=organisation, only=asked
    )
    return list(found or ())
