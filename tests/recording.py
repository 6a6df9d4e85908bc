"""Records what the API answers, as examples that stay the same from one day to the next.

Identifiers, instants, secrets and cursors are replaced, the same by the same: what is kept reads as
one story.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from httpx2 import Response

EXAMPLES = Path(__file__).parents[1] / "openapi" / "examples"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
# Long lists that say no more after their second line.
_CUT = ("marks", "withheld")
# The tag of a page is the digest of its bytes, which hold today's instants.
_DIGEST = re.compile(r'^"[0-9a-f]{32}"$')
# Headers that say something to who reads an example.
_SHOWN = ("content-type", "idempotency-key", "if-match", "etag", "location", "retry-after")


class Recorder:
    """Keeps exchanges under a name, made stable; ``words`` replaces texts of today by others."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.words: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def keep(self, name: str, title: str, answer: Response, body: Any = None) -> Any:
        """Keep an exchange; answers what was answered, as it was."""
        request = answer.request
        path = request.url.raw_path.decode()
        told = answer.json() if answer.content else None
        self.kept[name] = {
            "title": title,
            "request": {
                "method": request.method,
                "path": self._stable(path),
                "headers": {"authorization": "Bearer spk_…"} | self._shown(request.headers),
                "body": self._stable(body),
            },
            "response": {
                "status": answer.status_code,
                "headers": self._shown(answer.headers),
                "body": self._stable(told),
            },
        }
        return told

    def message(self, name: str, title: str, headers: dict[str, str], content: bytes) -> None:
        """Keep a message of a webhook, as who receives it sees it."""
        told = {one: self._stable(text) for one, text in headers.items() if one != "User-Agent"}
        self.kept[name] = {
            "title": title,
            "request": {
                "method": "POST",
                "path": "/spaser",
                "headers": {one.lower(): text for one, text in told.items()},
                "body": self._stable(json.loads(content)),
            },
            "response": {"status": 204, "headers": {}, "body": None},
        }

    def hide(self, secret: str, shown: str) -> None:
        """Have a text of this run replaced wherever it stands."""
        self.words[secret] = shown

    def write(self) -> None:
        """Write the examples in the place of those that are kept."""
        EXAMPLES.mkdir(exist_ok=True)
        for path in EXAMPLES.glob("*.json"):
            path.unlink()
        for name, one in self.kept.items():
            (EXAMPLES / f"{name}.json").write_text(text_of(one), "utf-8")

    def _shown(self, headers: Any) -> dict[str, str]:
        return {name: self._stable(headers[name]) for name in _SHOWN if name in headers}

    def _stable(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._field(name, one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._stable(one) for one in value]
        return self._text(value) if isinstance(value, str) else value

    def _field(self, name: str, value: Any) -> Any:
        if name == "next" and value:
            return self._numbered(value, "curseur", lambda n: f"curseur-{n}")
        if name in _CUT and isinstance(value, list):
            value = value[:2]
        return self._stable(value)

    def _text(self, text: str) -> str:
        text = _DIGEST.sub('"empreinte-de-la-page"', text)
        for one, shown in (self.words | self._known).items():
            text = text.replace(one, shown)
        text = _UUID.sub(lambda found: self._numbered(found[0], "id", _uuid), text)
        return _INSTANT.sub("2026-11-22T08:30:00Z", text)

    def _numbered(self, text: str, kind: str, write: Callable[[int], str]) -> str:
        if text.startswith("00000000-0000-7000-") or text.startswith("curseur-"):
            return text
        if text not in self._known:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._known[text] = write(self._counts[kind])
        return self._known[text]


def _uuid(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012}"


def text_of(example: dict[str, Any]) -> str:
    """An example as its file holds it."""
    return json.dumps(example, ensure_ascii=False, indent=2) + "\n"
