"""A facilitator who sends files of hours: made in each format, sent, accepted, read again."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from httpx2 import Response

from tests.api.sheets.sheet_files import ods, seen_by_odfdo, seen_by_openpyxl, xlsx
from tests.cases.files import PATH
from tests.cases.statements import clause_of, month
from tests.operations import Service

Rows = Sequence[Sequence[Any]]
TITLES = ("N° de marché", "Mois", "Participant", "Nombre de personnes", "Heures travaillées")


def csv_of(rows: Rows) -> bytes:
    """A CSV file as a spreadsheet saves it in France."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def seen_in_csv(content: bytes) -> list[list[Any]]:
    text = content.decode("utf-8-sig")
    return [list(row) for row in csv.reader(io.StringIO(text), delimiter=";")]


MAKERS: Mapping[str, Callable[[Rows], bytes]] = {"xlsx": xlsx, "ods": ods, "csv": csv_of}
READERS: Mapping[str, Callable[[bytes], list[list[Any]]]] = {
    "xlsx": seen_by_openpyxl,
    "ods": seen_by_odfdo,
    "csv": seen_in_csv,
}


def send(
    service: Service,
    content: bytes,
    name: str = "heures.xlsx",
    account: str = "facilitator",
    **form: str,
) -> Response:
    """Send a file."""
    return service.client.post(
        PATH,
        files={"file": (name, content, "application/octet-stream")},
        data=form,
        headers=service.as_(account),
    )


def sent(service: Service, rows: Rows, kind: str = "xlsx") -> Any:
    """What the service says of a file of these rows."""
    answer = send(service, MAKERS[kind](rows), f"heures.{kind}")
    assert answer.status_code == 201, answer.text
    return answer.json()


def accept(service: Service, file: Any, submit: bool = False) -> Response:
    """Accept a file."""
    return service.client.post(
        f"{PATH}/{file['id']}/accept",
        json={"submit": submit},
        headers=service.as_("facilitator"),
    )


def choose(service: Service, file: Any, **mapping: str) -> Response:
    """Say in which column each field is."""
    return service.client.put(
        f"{PATH}/{file['id']}/mapping",
        json={"mapping": mapping},
        headers=service.as_("facilitator"),
    )


def given_back(service: Service, file: Any, account: str = "facilitator") -> Response:
    """Ask for the annotated file."""
    return service.client.get(f"{PATH}/{file['id']}/annotated", headers=service.as_(account))


def statements(service: Service, clause_id: UUID) -> list[Any]:
    """The statements of a clause, with their lines."""
    path = "/api/v1/insertion/statements"
    found = service.get(f"{path}?clause_id={clause_id}", "facilitator")["items"]
    return [service.get(f"{path}/{one['id']}", "facilitator") for one in found]


def one_line(clause_id: UUID | str, **cells: Any) -> tuple[list[str], list[Any]]:
    """The titles and the right line of two persons together, with these cells changed or more."""
    told = {
        "N° de marché": str(clause_id),
        "Mois": month(1),
        "Nombre de personnes": 2,
        "Heures travaillées": "70,25",
    } | cells
    return list(told), list(told.values())


def told(file: Any) -> list[tuple[int, str | None, str]]:
    """The errors of a file: line, column and sentence, with plain spaces."""
    return [(one["line"], one["column"], " ".join(one["message"].split())) for one in file["lines"]]


__all__ = ["clause_of", "month"]
