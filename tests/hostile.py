"""What nobody sends by mistake: values, bodies and cursors for every place of a request.

``GRAVE`` values reach what differs between database engines (NUL, halves of surrogate pairs, huge
numbers): they are tried on both; the others on one.
"""

import base64
import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tests.conftest import Headers

CANARY = "zqxj7"

# Values of a path, query or header parameter, as bytes before percent-encoding.
GRAVE_TEXTS: tuple[bytes, ...] = (
    b"\x00",
    f"{CANARY}\x00".encode(),
    b"\xed\xa0\x80" + CANARY.encode(),
    b"\xff\xfe" + CANARY.encode(),
    b"9" * 30,
    b"-9223372036854775809",
    b"1e400",
)
TEXTS: tuple[bytes, ...] = (
    b"",
    b" ",
    b"0",
    b"-1",
    b"101",
    b"1000000000",
    b"1.5",
    b"1_000",
    "١٢٣".encode(),
    b"NaN",
    b"Infinity",
    b"true",
    b"null",
    b"%",
    b"_",
    b"\\",
    b"'",
    f"'; DROP TABLE contract; -- {CANARY}".encode(),
    f'"{CANARY}"*'.encode(),
    f"../../{CANARY}".encode(),
    f"\r\nX-Injected: {CANARY}".encode(),
    f"<script>{CANARY}</script>".encode(),
    f"${{jndi:{CANARY}}}{{{{7*7}}}}".encode(),
    "\u202eévil🦄".encode(),
    b"2026-13-45",
    b"0000-00-00",
    b"00000000000000",
    (CANARY * 600).encode(),
    b"9" * 5000,
)


def _cursor(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


_SOME_ID = b'"01890000000070008000000000000000"'
CURSORS: tuple[bytes, ...] = (
    b"!!!",
    "é".encode(),
    b"a",
    *map(
        _cursor,
        (
            b"",
            b"null",
            b"[]",
            b"{}",
            b"1",
            b"[1,2]",
            b"[null]",
            b"[null,null]",
            b'["\\u0000"]',
            b'["\\u0000","\\u0000"]',
            b'["\\ud800","\\ud800"]',
            b'["zqxj7","zqxj7"]',
            b'["0000-00-00",' + _SOME_ID + b"]",
            b'["9999-12-31","zqxj7"]',
            b'["99999999999999999999"]',
            b'["-1"]',
            '["١"]'.encode(),
            b"[NaN]",
            b"\xff\xfe",
            b"[" * 250,
        ),
    ),
)

# Values of a JSON field, as written.
GRAVE_JSON: tuple[str, ...] = (
    r'"\u0000"',
    rf'"{CANARY}\u0000{CANARY}"',
    rf'"\ud800{CANARY}"',
    rf'"{CANARY}\udc00"',
    "NaN",
    "-Infinity",
    "1e400",
    "9" * 30,
    "-" + "9" * 30,
    "9" * 5000,
    "9223372036854775808",
    f'"{"9" * 30}"',
    '"1e400"',
)
JSON: tuple[str, ...] = (
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e3",
    "-0",
    '""',
    '" "',
    '"true"',
    '"12"',
    '"1_000"',
    '"١٢٣"',
    '"NaN"',
    '"Infinity"',
    '"0x10"',
    '"2026-13-45"',
    '"0000-00-00"',
    '"2026-01-01T00:00:00Z"',
    "1700000000",
    "[]",
    "[[]]",
    "[null]",
    '["a"]',
    "{}",
    '{"a": 1}',
    f'"{CANARY}\\u001b[31m"',
    f'"\'; DROP TABLE contract; -- {CANARY}"',
    f'"<script>{CANARY}</script>"',
    '"\u202eévil🦄"',
    f'"{CANARY * 3000}"',
    f"[{', '.join(['1'] * 500)}]",
    "[" * 900 + "]" * 900,
    '{"a":' * 900 + "1" + "}" * 900,
)

# Whole bodies.
BODIES: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\x00",
    b"null",
    b"true",
    b"1",
    b"NaN",
    b"[]",
    b'"zqxj7"',
    b"{",
    b"{]",
    b'{"zqxj7"}',
    b"{} {}",
    b'{"a": 1, "a": 2}',
    b'{"\\u0000": 1}',
    b'{"\\ud800": 1}',
    b'{"\\ud800zqxj7": "\\udc00"}',
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b'{"a": "\xff"}',
    b"\xff\xfe\xfd",
    b"9" * 5000,
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 100_000,
    b"<a>zqxj7</a>",
    b"a=1&b=zqxj7",
    b"'" * 1000,
)
CONTENT_TYPES: tuple[str, ...] = (
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=zqxj7",
    "application/json; charset=utf-16",
    "application/xml",
    "application/json, text/plain",
    "a" * 5000,
)


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the wire."""

    status: int
    headers: Headers
    body: bytes


class Wire:
    """One connection to the service, kept open; a close by the service is an error."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.connect()
        self.socket = self.connection.sock

    def ask(
        self, method: str, path: str, headers: Headers | None = None, body: bytes | None = None
    ) -> Answer:
        """Send a request and read its answer."""
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        content = answer.read()
        assert self.connection.sock is self.socket, f"connection closed by {method} {path[:80]}"
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, content)

    def close(self) -> None:
        self.connection.close()


def complaint(answer: Answer, method: str = "GET", canary: str = CANARY) -> str | None:
    """What is wrong with an answer to a hostile request; None when nothing is.

    Below 500, a problem of RFC 9457 whenever it refuses, and never the value that was sent.
    """
    if answer.status >= 500:
        return f"{answer.status} {answer.body[:200]!r}"
    if answer.status < 400:
        return None
    if answer.headers.get("content-type") != "application/problem+json":
        return f"{answer.status} {answer.headers.get('content-type')}"
    if method == "HEAD":
        return None
    body = _strict(answer.body)
    if body.keys() != {"type", "title", "status", "detail", "errors"}:
        return f"not a problem: {answer.body[:200]!r}"
    if body["status"] != answer.status:
        return "another status in the body"
    told = [body["detail"], body["title"], *(one["message"] for one in body["errors"])]
    return "the value is echoed" if any(canary in text for text in told) else None


def _strict(text: bytes) -> dict[str, Any]:
    def refuse(name: str) -> None:
        raise ValueError(name)

    read: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return read
