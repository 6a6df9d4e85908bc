"""Requests that are odd as HTTP: addresses, headers, methods, sizes; on a socket, byte by byte."""

import gzip
import json
import socket
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest

from tests.conftest import DEMONSTRATION
from tests.hostile import CANARY, GRAVE_JSON, Answer, complaint
from tests.operations import Service, new_contract

pytestmark = pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)

ALIVE = b"GET /api/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
MB = 1024 * 1024


@pytest.fixture
def wire(port: int) -> Iterator[socket.socket]:
    """A connection to the real server."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        yield opened


def say(wire: socket.socket, request: bytes) -> Answer:
    """Send bytes, read one answer."""
    wire.sendall(request)
    answer = HTTPResponse(wire, method=request.split(b" ", 1)[0].decode("latin-1"))
    answer.begin()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, answer.read())


def request(line: str | bytes, *headers: str, body: bytes = b"") -> bytes:
    """A request as bytes, with nothing that is not asked for but a Host."""
    start = line if isinstance(line, bytes) else line.encode("latin-1")
    lines = [start + b" HTTP/1.1", b"Host: 127.0.0.1", *(one.encode("latin-1") for one in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


ODD_ADDRESSES = (
    "/api/v1/contracts?q=%zz",
    "/api/v1/contracts?q=%",
    "/api/v1/contracts?q=%e9",
    "/api/v1/contracts?q=%c0%af",
    "/api/v1/contracts?%00=%00",
    "/api/v1/contracts?" + "&" * 2000,
    "/api/v1/contracts?" + "q=a&" * 1500,
    "/api/v1/contracts?=&==&;;",
    "/api/v1/contracts/%00",
    "/api/v1/contracts/%zz",
    "/api/v1/contracts/%ff%fe",
    "/api/v1/contracts/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/api/v1/contracts/../../../etc/passwd",
    "/api/v1/schemes/%00",
    "/api/v1/schemes/%c3%28",
    "/api/v1/schemes/" + "a" * 30_000,
    "/opendata/%00/contrats.csv",
    f"/opendata/{DEMONSTRATION}/../contrats.csv",
    f"/opendata/{DEMONSTRATION}%2fcontrats.csv",
    "//evil.example/api/v1/me",
    "/%",
    "/" + "a" * 60_000,
    "*",
)


@pytest.mark.parametrize("address", ODD_ADDRESSES, ids=lambda address: address[:40])
def test_an_odd_address_is_answered_and_the_connection_survives(
    service: Service, wire: socket.socket, address: str
) -> None:
    token = service.as_("pilot")["Authorization"]
    answer = say(wire, request(f"GET {address}", f"Authorization: {token}"))
    if 400 <= answer.status < 500 and b"Invalid HTTP request" in answer.body:
        return  # refused by the server itself, which then closes
    assert complaint(answer, canary="zz") is None
    assert say(wire, ALIVE).status == 200


def test_an_address_in_absolute_form_is_answered(wire: socket.socket) -> None:
    answer = say(wire, request("GET http://evil.example/api/health/live"))
    assert complaint(answer) is None
    assert say(wire, ALIVE).status == 200


@pytest.mark.parametrize(
    "start",
    [
        b"GET /api/\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/health/live HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
        b"GET /api/health/live HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /api/health/live\r\n\r\n",
        b"POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_and_others_are_served(
    port: int, wire: socket.socket, start: bytes
) -> None:
    assert say(wire, start).status < 500
    with socket.create_connection(("127.0.0.1", port), timeout=20) as another:
        assert say(another, ALIVE).status == 200


ODD_HEADERS = (
    ("Authorization: Bearer \xe9\xff",),
    ("Authorization: Bearer",),
    ("Authorization:",),
    ("Authorization: Bearer a", "Authorization: Bearer b"),
    (f"Authorization: Bearer {'a' * 60_000}",),
    (f"X-Long: {'a' * 60_000}",),
    *[tuple(f"X-{n}: {n}" for n in range(900))],
    ("Content-Length: 0", "Content-Type: application/json"),
    ("Accept: application/xml", "Accept-Encoding: zz", "Accept-Language: \xff"),
    ("Range: bytes=0-1,5-9999999999999999999",),
    ("If-None-Match: \xff", "If-Modified-Since: never"),
    ("Cookie: " + "a=b;" * 5000,),
    ("X-Forwarded-For: ' OR 1=1, \xff", "X-Forwarded-Proto: javascript"),
    ("Expect: 100-continue",),
    ("Upgrade: websocket", "Connection: keep-alive"),
)


@pytest.mark.parametrize("headers", ODD_HEADERS, ids=lambda headers: headers[0][:25])
@pytest.mark.parametrize(
    "path", ["/api/v1/contracts", "/opendata/publishers", f"/opendata/{DEMONSTRATION}/contrats.csv"]
)
def test_odd_headers_are_answered_and_the_connection_survives(
    service: Service, wire: socket.socket, path: str, headers: tuple[str, ...]
) -> None:
    assert service.addresses
    assert complaint(say(wire, request(f"GET {path}", *headers))) is None
    assert say(wire, ALIVE).status == 200


@pytest.mark.parametrize("key", ["short", "é" * 10, "a b c d e f", "x" * 256, "\t" * 9, CANARY])
def test_an_odd_idempotency_key_is_refused(service: Service, wire: socket.socket, key: str) -> None:
    body = json.dumps(new_contract(service.things())).encode()
    headers = (
        f"Authorization: {service.as_('pilot')['Authorization']}",
        f"Idempotency-Key: {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    answer = say(wire, request("POST /api/v1/contracts", *headers, body=body))
    assert complaint(answer) is None
    assert answer.status == 422
    assert say(wire, ALIVE).status == 200


@pytest.mark.parametrize(
    "etag", ["", "*", "1", '"1"x', 'W/"1"', '"1", "2"', "\xff", '"' + "9" * 60 + '"', "a" * 81]
)
def test_an_odd_if_match_changes_nothing(service: Service, wire: socket.socket, etag: str) -> None:
    things = service.things("contract")
    headers = (
        f"Authorization: {service.as_('pilot')['Authorization']}",
        f"If-Match: {etag}",
        "Content-Type: application/json",
        "Content-Length: 13",
    )
    path = f"PATCH /api/v1/contracts/{things.contract_id}"
    answer = say(wire, request(path, *headers, body=b'{"months": 5}'))
    assert complaint(answer) is None
    assert answer.status in (412, 422)
    assert service.get(f"/api/v1/contracts/{things.contract_id}")["version"] == 1


@pytest.mark.parametrize(
    "method", ["DELETE", "PUT", "POST", "TRACE", "PROPFIND", "OPTIONS", "HEAD"]
)
def test_a_method_that_an_address_has_not_is_refused(wire: socket.socket, method: str) -> None:
    answer = say(wire, request(f"{method} /api/v1/me", "Content-Length: 0"))
    assert answer.status == 405
    assert complaint(answer, method) is None
    assert answer.headers["allow"] == "GET"
    assert say(wire, ALIVE).status == 200


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/", "/api/v1/nothing", "/API/V1/ME", "/metrics"]
)
def test_an_unknown_address_is_a_problem(wire: socket.socket, path: str) -> None:
    answer = say(wire, request(f"GET {path}"))
    assert answer.status == 404
    assert complaint(answer) is None


@pytest.mark.parametrize("path", ["/api/v1/contracts/", "/api/v1/me/", "/opendata/publishers/"])
def test_a_final_slash_never_leads_to_another_host(wire: socket.socket, path: str) -> None:
    text = f"GET {path} HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    answer = say(wire, text.encode())
    assert answer.status == 404
    assert "location" not in answer.headers
    assert b"evil" not in answer.body


TAKING = ("/api/v1/tokens/refresh", "/api/v1/contracts", "/api/v1/imports", "/api/v1/me")


@pytest.mark.parametrize("path", TAKING)
def test_a_body_announced_without_measure_is_refused_before_it_comes(
    service: Service, wire: socket.socket, path: str
) -> None:
    headers = (f"Authorization: {service.as_('pilot')['Authorization']}",)
    answer = say(wire, request(f"POST {path}", *headers, f"Content-Length: {'9' * 15}"))
    assert answer.status == 413
    assert complaint(answer) is None


@pytest.mark.parametrize("path", TAKING)
def test_a_body_too_large_is_refused_and_the_connection_survives(
    service: Service, wire: socket.socket, path: str
) -> None:
    size = 21 * MB if path.endswith("imports") else 2 * MB
    headers = (
        f"Authorization: {service.as_('pilot')['Authorization']}",
        f"Content-Length: {size}",
        "Content-Type: application/json",
    )
    answer = say(wire, request(f"POST {path}", *headers, body=b"a" * size))
    assert answer.status == 413
    assert f"{size // MB - 1} Mo" in json.loads(answer.body)["detail"]
    assert complaint(answer) is None
    assert say(wire, ALIVE).status == 200


def chunked(size: int, start: bytes) -> bytes:
    """A body of ``size`` bytes and some, in pieces, without a length."""
    piece = b"a" * 65536
    first, lines = (b"%x\r\n%s\r\n" % (len(one), one) for one in (start, piece))
    return first + lines * (size // len(piece)) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [
        ("tokens", "application/x-www-form-urlencoded", 2 * MB),
        ("tokens/refresh", "application/json", 2 * MB),
        ("contracts", "application/json", 2 * MB),
        ("imports", "multipart/form-data; boundary=b", 21 * MB),
    ],
)
def test_a_body_too_large_without_its_length_is_refused(
    service: Service, wire: socket.socket, path: str, kind: str, size: int
) -> None:
    headers = (
        f"Authorization: {service.as_('pilot')['Authorization']}",
        f"Content-Type: {kind}",
        "Transfer-Encoding: chunked",
    )
    body = chunked(
        size, b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    )
    answer = say(wire, request(f"POST /api/v1/{path}", *headers, body=body))
    assert answer.status == 413
    assert complaint(answer) is None
    assert say(wire, ALIVE).status == 200


def test_a_compressed_body_is_not_unpacked(service: Service, wire: socket.socket) -> None:
    bomb = gzip.compress(b'{"refresh_token": "' + b"a" * 10_000_000 + b'"}')
    headers = (
        "Content-Type: application/json",
        "Content-Encoding: gzip",
        f"Content-Length: {len(bomb)}",
    )
    answer = say(wire, request("POST /api/v1/tokens/refresh", *headers, body=bomb))
    assert 400 <= answer.status < 500
    assert complaint(answer) is None
    assert say(wire, ALIVE).status == 200
    assert service


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_json_under_another_name_changes_nothing(service: Service, kind: str) -> None:
    things = service.things("contract")
    answer = service.client.patch(
        f"/api/v1/contracts/{things.contract_id}",
        content=b'{"months": 5}',
        headers=service.as_("pilot") | {"If-Match": things.etag, "Content-Type": kind},
    )
    assert answer.status_code in (415, 422)
    assert service.get(f"/api/v1/contracts/{things.contract_id}")["version"] == 1


def test_no_page_is_longer_than_a_hundred(service: Service) -> None:
    for limit in ("0", "101", "1000000000", "-1", "1e2", "100.5", "", "%D9%A1"):
        for path in ("contracts", "imports"):
            answer = service.client.get(
                f"/api/v1/{path}?limit={limit}", headers=service.as_("pilot")
            )
            assert answer.status_code == 422, (path, limit)


@pytest.mark.parametrize("text", ["%25", "_", "%5C", "%25%25a", "%5B", "*", "?", "%22", "%3B"])
def test_search_takes_every_character_as_itself(service: Service, text: str) -> None:
    path = f"/api/v1/contracts?buyer={DEMONSTRATION}&q={text}&limit=100"
    found = service.get(path)["items"]
    sign = bytes.fromhex(text[1:3]).decode() if text.startswith("%") else text
    assert all(sign in f"{one['reference']} {one['subject']} {one['suppliers']}" for one in found)


def test_one_client_of_the_site_survives_everything(service: Service) -> None:
    things = service.things("contract")
    client, pilot = service.client, service.as_("pilot") | {"Content-Type": "application/json"}
    for value in GRAVE_JSON:
        for field in ("subject", "months", "amount", "notified_on", "advance_granted"):
            body = f'{{"{field}": {value}}}'.encode()
            url = f"/api/v1/contracts/{things.contract_id}"
            answer = client.patch(url, content=body, headers=pilot | {"If-Match": things.etag})
            assert answer.status_code < 500
            assert CANARY not in answer.text
            assert client.get("/api/v1/me", headers=pilot).status_code == 200
