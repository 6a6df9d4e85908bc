"""Operations of inclusive structures."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.operation import Operation, Things

_numbers = count(1)


def siret() -> str:
    """A SIRET that no structure has yet, visibly fictitious."""
    return f"0000{next(_numbers):010d}"


def structure(_things: Things) -> dict[str, Any]:
    """A structure that the register does not hold yet."""
    return {
        "siret": siret(),
        "name": "Ateliers fictifs",
        "kind": "esat",
        "ess": True,
        "esus": False,
        "departement": "62",
        "domain": "Espaces verts",
        "source": "Annuaire de démonstration",
        "as_of": "2026-01-15",
    }


def _made(service: Any, base: Things) -> Things:
    made = service.make("/api/v1/structures", structure(base), service.pilot_of(base.siret))
    return replace(base, ids={"structure_id": made["id"]}, etag='"1"')


def _list(_things: Things) -> dict[str, Any]:
    lines = f"SIRET;Nom;Type de structure;ESS\n{siret()};Atelier fictif;EA;oui\n"
    return {"file": ("structures.csv", lines.encode(), "text/csv")}


_SAID = {"source": "Annuaire de démonstration", "as_of": "2026-01-15"}


def _ordinary(_things: Things) -> dict[str, Any]:
    companies = [{"siret": siret(), "name": "Entreprise fictive"}, {"siret": siret()}]
    return {"companies": companies, "outside_ess": True, **_SAID}


OPERATIONS: dict[str, Operation] = {
    "list_structures": Operation("insertion:read"),
    "read_structure": Operation("insertion:read", makes="structure"),
    "create_structure": Operation("structures:write", body=structure, event="structure.created"),
    "change_structure": Operation(
        "structures:write",
        makes="structure",
        body=lambda _: {"esus": True, **_SAID},
        event="structure.changed",
    ),
    "create_ordinary_companies": Operation(
        "structures:write", body=_ordinary, event="structure.ordinary"
    ),
    "import_structures": Operation(
        "structures:write", form=lambda _: _SAID, file=_list, event="structure.imported"
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"structure": _made}
