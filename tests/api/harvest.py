"""A reader of the feeds, and what it reads."""

from typing import Any

from starlette.testclient import TestClient

from tests.conftest import Headers

PUBLIC, REGISTER = "/opendata/feed", "/api/v1/contracts/feed"
FEEDS = {PUBLIC: "public", REGISTER: "register"}


class Harvest:
    """A reader of one feed: where it stands, and what it keeps."""

    def __init__(self, client: TestClient, address: str, headers: Headers | None = None) -> None:
        self.client, self.address, self.headers = client, address, headers or {}
        self.cursor: str | None = None
        self.kept: dict[str, dict[str, Any]] = {}

    def ask(self, limit: int = 100, **headers: str) -> Any:
        """One page, from where the reader stands."""
        asked: dict[str, Any] = {"limit": limit}
        if self.cursor is not None:
            asked["cursor"] = self.cursor
        return self.client.get(self.address, params=asked, headers={**self.headers, **headers})

    def read(self, limit: int = 100) -> list[dict[str, Any]]:
        """Everything new, kept as a reader would."""
        found: list[dict[str, Any]] = []
        more = True
        while more:
            answer = self.ask(limit)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["items"]
            self.cursor, more = page["next"], page["more"]
        for one in found:
            key = one.get("uid") or one["contract_id"]
            if one["change"] == "removed":
                self.kept.pop(key, None)
            else:
                self.kept[key] = one
        return found


def bring(client: TestClient, headers: Headers, content: bytes) -> str:
    """Import a file and accept it; answers the address of the import."""
    file = {"file": ("decp.json", content, "application/json")}
    answer = client.post("/api/v1/imports", files=file, headers=headers)
    assert answer.status_code == 201, answer.text
    address = f"/api/v1/imports/{answer.json()['id']}"
    assert client.post(f"{address}/accept", headers=headers).status_code == 200
    return address
