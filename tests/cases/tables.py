"""Operations of spreadsheets beside those of every import."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.operation import Operation, Things

_numbers = count(1)


def _sheet(service: Any, base: Things) -> Things:
    content = f"Numéro;Intitulé;Année\r\nT-{next(_numbers)};Projet fictif;2026\r\n".encode()
    answer = service.client.post(
        "/api/v1/imports",
        files={"file": ("projets.csv", content, "text/csv")},
        data={"kind": "projects", "organisation": base.siret},
        headers=service.as_(service.pilot_of(base.siret)),
    )
    assert answer.status_code == 201, answer.text
    return replace(base, import_id=answer.json()["id"])


def _choice(_things: Things) -> dict[str, Any]:
    fields = ("reference", "title", "year")
    return {"columns": [{"column": at, "field": one} for at, one in enumerate(fields)]}


_OF_SHEET = Operation("imports:write", "an organisation", makes="spreadsheet")

OPERATIONS: dict[str, Operation] = {
    "list_import_kinds": Operation("imports:write"),
    "read_import_columns": _OF_SHEET,
    "map_import_columns": replace(_OF_SHEET, body=_choice, event="import.mapped"),
    "download_annotated_import": _OF_SHEET,
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"spreadsheet": _sheet}
