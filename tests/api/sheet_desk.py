"""An account at its desk with spreadsheets: it brings them, reads them, gets them back."""

from collections.abc import Sequence
from typing import Any

from starlette.testclient import TestClient

from tests.conftest import DEMONSTRATION, Headers

PATH = "/api/v1/imports"
Cells = Sequence[str]

PROJECTS = ("Numéro", "Intitulé", "Année", "Montant estimé HT", "Marché attendu le", "Direction")
SPENDING = ("Exercice", "N° de mandat", "Ligne du mandat", "SIRET", "Tiers", "Montant HT")
CONTRACTS = ("N° de marché", "Objet", "Montant HT", "Date de notification", "SIRET du titulaire")
STRUCTURES = ("SIRET", "Nom", "Type de structure", "ESS")
# Fictitious SIRET, of which the control keys are right.
SIRET = "00000001800010"
OTHER_SIRET = "00000062000013"


def csv_file(*lines: Cells, separator: str = ";") -> bytes:
    """A CSV file of these lines, titles first."""
    return "".join(separator.join(line) + "\r\n" for line in lines).encode()


class SheetDesk:
    """An account that brings spreadsheets for one buyer."""

    def __init__(self, client: TestClient, headers: Headers, siret: str = DEMONSTRATION) -> None:
        self.client = client
        self.headers = headers
        self.siret = siret

    def post(self, kind: str, content: bytes, name: str = "tableau.csv") -> Any:
        """The answer to the deposit of a file."""
        return self.client.post(
            PATH,
            files={"file": (name, content)},
            data={"kind": kind, "organisation": self.siret},
            headers=self.headers,
        )

    def send(self, kind: str, content: bytes, name: str = "tableau.csv") -> dict[str, Any]:
        """Deposit a file."""
        answer = self.post(kind, content, name)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def bring(self, kind: str, *lines: Cells) -> dict[str, Any]:
        """Deposit a CSV of these lines and let it in."""
        return self.accept(self.send(kind, csv_file(*lines)))

    def accept(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Let a file in."""
        answer = self.client.post(f"{PATH}/{shown['id']}/accept", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def undo(self, shown: dict[str, Any]) -> Any:
        """The answer when a file is taken out."""
        return self.client.post(f"{PATH}/{shown['id']}/undo", headers=self.headers)

    def get(self, address: str) -> Any:
        """The JSON at an address."""
        answer = self.client.get(address, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def columns(self, shown: dict[str, Any]) -> dict[str, Any]:
        """How the columns of a file are read."""
        found: dict[str, Any] = self.get(f"{PATH}/{shown['id']}/columns")
        return found

    def mapping(self, shown: dict[str, Any]) -> dict[str, str | None]:
        """Title -> field of the columns of a file."""
        return {one["title"]: one["field"] for one in self.columns(shown)["columns"]}

    def choose(self, shown: dict[str, Any], *fields: str | None) -> Any:
        """The answer when the columns are chosen, in their order; None leaves one aside."""
        chosen = [{"column": at, "field": one} for at, one in enumerate(fields) if one]
        return self.client.put(
            f"{PATH}/{shown['id']}/columns", json={"columns": chosen}, headers=self.headers
        )

    def rows(self, shown: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines of a file, with their verdicts."""
        found: list[dict[str, Any]] = self.get(f"{PATH}/{shown['id']}/rows?limit=100")["items"]
        return found

    def messages(self, shown: dict[str, Any]) -> str:
        """All that is said of the lines of a file."""
        return "\n".join(one["message"] for row in self.rows(shown) for one in row["issues"])

    def states(self, shown: dict[str, Any]) -> list[str]:
        """The verdict of each line."""
        return [row["state"] for row in self.rows(shown)]

    def annotated(self, shown: dict[str, Any]) -> bytes:
        """The file given back."""
        answer = self.client.get(f"{PATH}/{shown['id']}/annotated", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.content

    def projects(self) -> dict[str, dict[str, Any]]:
        """The projects of the buyer whose number begins with P-."""
        found = self.get(f"/api/v1/projects?buyer={self.siret}&limit=100&q=P-")["items"]
        return {one["reference"]: self.get(f"/api/v1/projects/{one['id']}") for one in found}

    def contract(self, reference: str) -> dict[str, Any] | None:
        """A contract of the buyer, whole; None when there is none of that number."""
        found = self.get(f"/api/v1/contracts?buyer={self.siret}&q={reference}")["items"]
        mine = [one for one in found if one["reference"] == reference]
        return self.get(f"/api/v1/contracts/{mine[0]['id']}") if mine else None

    def spending(self) -> list[dict[str, Any]]:
        """The last lines of spending entered, oldest first."""
        found = self.get(f"/api/v1/spending?buyer={self.siret}&limit=20")["items"]
        return list(reversed(found))
