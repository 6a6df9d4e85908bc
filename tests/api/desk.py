"""An account at its desk: it brings DECP files, looks at them, and looks at the register."""

import json
from typing import Any

from starlette.testclient import TestClient

from tests.conftest import DEMONSTRATION, Headers

Row = dict[str, Any]


def row(reference: str, **said: Any) -> Row:
    """A contract of the demonstration buyer, of 2022; None leaves a field out."""
    whole = {
        "id": reference,
        "acheteur": {"id": DEMONSTRATION},
        "nature": "Marché",
        "objet": "Nettoyage des locaux",
        "codeCPV": "90910000-9",
        "dateNotification": "2026-01-15",
        "datePublicationDonnees": "2026-02-01",
        "dureeMois": 12,
        "montant": 157000.25,
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "00000001800010"}}],
    } | said
    return {name: value for name, value in whole.items() if value is not None}


def of_buyer(siret: str, reference: str, **said: Any) -> Row:
    """A contract of another buyer."""
    return row(reference, acheteur={"id": siret}, **said)


class Desk:
    """An account that brings files."""

    def __init__(self, client: TestClient, headers: Headers) -> None:
        self.client = client
        self.headers = headers

    def post(self, address: str, **body: Any) -> Any:
        """The answer to a POST."""
        return self.client.post(address, headers=self.headers, **body)

    def get(self, address: str) -> Any:
        """The JSON at an address."""
        answer = self.client.get(address, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, *rows: Row) -> dict[str, Any]:
        """Deposit a file of these rows."""
        content = json.dumps({"marches": {"marche": rows}}).encode()
        answer = self.post("/api/v1/imports", files={"file": ("decp.json", content)})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def accept(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Let a file in."""
        answer = self.post(f"/api/v1/imports/{shown['id']}/accept")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def bring(self, *rows: Row) -> dict[str, Any]:
        """Deposit a file and let it in."""
        return self.accept(self.send(*rows))

    def undo(self, shown: dict[str, Any]) -> Any:
        """The answer when a file is taken out."""
        return self.post(f"/api/v1/imports/{shown['id']}/undo")

    def verdicts(self, shown: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows of a file, with their verdicts."""
        found: list[dict[str, Any]] = self.get(f"/api/v1/imports/{shown['id']}/rows")["items"]
        return found

    def register(self) -> dict[str, dict[str, Any]]:
        """Every contract that the account may read, in short, by number."""
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            page = self.get(f"/api/v1/contracts?limit=100{cursor}")
            found |= {one["reference"]: one for one in page["items"]}
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def contract(self, reference: str) -> dict[str, Any]:
        """A contract, whole."""
        listed = self.get(f"/api/v1/contracts?buyer={DEMONSTRATION}&q={reference}")["items"]
        (key,) = (one["id"] for one in listed if one["reference"] == reference)
        found: dict[str, Any] = self.get(f"/api/v1/contracts/{key}")
        return found

    def patch(self, reference: str, **said: Any) -> None:
        """Change a contract by hand."""
        kept = self.contract(reference)
        answer = self.client.patch(
            f"/api/v1/contracts/{kept['id']}",
            json=said,
            headers=self.headers | {"If-Match": f'"{kept["version"]}"'},
        )
        assert answer.status_code == 200, answer.text

    def mark(self, reference: str, **said: str) -> None:
        """Say marks of a contract by hand."""
        kept = self.contract(reference)
        answer = self.client.put(
            f"/api/v1/contracts/{kept['id']}/marks",
            json={"marks": said},
            headers=self.headers | {"If-Match": f'"{kept["version"]}"'},
        )
        assert answer.status_code == 200, answer.text


def told(contract: dict[str, Any]) -> dict[str, Any]:
    """What a contract says, without the traces of its changes nor what others make of it."""
    traces = ("version", "updated_at", "altered")
    return {name: value for name, value in contract.items() if name not in traces}
