"""A clause, its month and what happens to it, for the tests of the pages of insertion."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.cases import statements as cases
from tests.operations import Service
from tests.web.browsing import Page, plain

FORM = "form.long-form"
MONTH = cases.month(1)


@dataclass
class World:
    """The API with hands to make things, and a clause that the facilitator follows."""

    api: Service
    clause: str
    contract: str

    def page(self, suffix: str = "") -> str:
        """An address under the clause."""
        return f"/insertion/clauses/{self.clause}{suffix}"

    def statement(self, *moves: str, clause: str | None = None, **line: Any) -> str:
        """The address of a statement of last month, after these moves."""
        lines = [{"persons": 2, "hours": "70.25", "training_hours": "7.00"} | line]
        body = {"clause_id": clause or self.clause, "month": MONTH, "lines": lines}
        made = self.api.make(cases.PATH, body, "facilitator")
        for move in moves:
            said = {"comment": "Manque une attestation"} if move in ("return", "reject") else None
            path = f"{cases.PATH}/{made['id']}/{move}"
            headers = self.api.as_("facilitator")
            answer = self.api.client.post(path, json=said, headers=headers)
            assert answer.status_code == 200, answer.text
        return f"/insertion/declarations/{made['id']}"


def world_of(client: TestClient, service: FastAPI) -> World:
    """A clause of 1 000 hours of the demonstration buyer."""
    api = Service(client, service)
    penalty: dict[str, Any] = {"penalty_mode": "per_missing_hour", "penalty_amount": 6000}
    clause = cases.clause_of(api, title="Clause des pages", engaged=4000, **penalty)
    contract = api.get(f"/api/v1/insertion/clauses/{clause}")["contract_id"]
    return World(api, str(clause), contract)


def figure(page: Page, words: str) -> str:
    """The figure that a card of the page gives."""
    for card in page.soup.select(".figure-card"):
        title, value = card.select("dt, .figure-value")
        if words in plain(title.get_text()):
            return plain(value.get_text(" "))
    raise AssertionError(f"no figure « {words} » in {page.address}")


def message(page: Page) -> str:
    """What the summary of errors says."""
    return plain(page.one("#erreurs").get_text(" "))
