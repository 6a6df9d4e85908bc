"""Operations of files of hours."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from tests.cases.beneficiaries import holder
from tests.cases.statements import clause_of, month
from tests.operation import Operation, Things

PATH = "/api/v1/insertion/statement-files"


def hours_file(clause_id: UUID | str, hours: str = "70,25") -> bytes:
    """A CSV file of one line, of two persons together, for last month."""
    titles = "N° de marché;Mois;Nombre de personnes;Heures travaillées"
    return f"{titles}\r\n{clause_id};{month(1)};2;{hours}\r\n".encode()


def _upload(things: Things) -> dict[str, Any]:
    content = hours_file(things.ids.get("clause_id", "inconnue"))
    return {"file": ("heures.csv", content, "text/csv")}


def _sender(things: Things) -> dict[str, Any]:
    return {"organisation": holder(things.siret)}


def _file(service: Any, base: Things) -> Things:
    content = hours_file(clause_of(service, base.siret))
    answer = service.client.post(
        PATH,
        files={"file": ("heures.csv", content, "text/csv")},
        headers=service.as_(service.facilitator_of(base.siret)),
    )
    assert answer.status_code == 201, answer.text
    return replace(base, ids={"file_id": answer.json()["id"]})


def _mapping(_things: Things) -> dict[str, Any]:
    return {
        "mapping": {
            "contract": "N° de marché",
            "month": "Mois",
            "persons": "Nombre de personnes",
            "hours": "Heures travaillées",
        }
    }


_OF_FILE = Operation("statements:write", "a facilitator", makes="statement file", by="facilitator")

OPERATIONS: dict[str, Operation] = {
    "create_statement_file": replace(
        _OF_FILE,
        makes="stated clause",
        form=_sender,
        file=_upload,
        event="statement_file.received",
    ),
    "list_statement_files": Operation("statements:write", "own list", by="facilitator"),
    "list_statement_file_columns": Operation("statements:write", "own list", by="facilitator"),
    "read_statement_file": _OF_FILE,
    "map_statement_file": replace(_OF_FILE, body=_mapping, event="statement_file.mapped"),
    "accept_statement_file": replace(
        _OF_FILE, body=lambda _: {"submit": True}, event="statement_file.accepted"
    ),
    "download_annotated": _OF_FILE,
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"statement file": _file}
