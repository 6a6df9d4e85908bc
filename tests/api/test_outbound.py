"""Calls out reach public hosts only, whatever their name says, and end."""

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest

from api.kit import outbound
from api.kit.outbound import OutboundError, Reach, is_public, post
from tests.receiving import Receiver, receiving


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """A host on the loopback."""
    with receiving(tmp_path) as opened:
        yield opened


_PRIVATE = """0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 192.0.0.1
192.168.1.1 198.18.0.1 203.0.113.5 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fe80::1%eth0
fc00::1 fd12:3456::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::7f00:1 64:ff9b::7f00:1
64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1::1 2002:a00:1:: 100::1 fec0::1
2001:0:4136:e378:8000:63bf:80ff:fffe"""
PUBLIC = ["8.8.8.8", "193.17.19.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", _PRIVATE.split())
def test_a_private_address_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


_HOSTS = """127.0.0.1 127.1 0x7f.1 2130706433 017700000001 0 localhost 169.254.169.254 10.0.0.1
[::1] [::] [::ffff:127.0.0.1] [64:ff9b::7f00:1] [fd00::1] [2002:7f00:1::1]"""


@pytest.mark.parametrize("host", _HOSTS.split())
def test_no_spelling_of_this_machine_is_reached(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_asked: object, **_said: object) -> Any:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(OutboundError, match="n’est pas public"):
        post(f"https://{host}/", b"", {}, Reach())


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "file:///etc/passwd",
        "https:///x",
        "https://a:b@example.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/\r\nX: y",
        "https://example.org/#x",
        "https://[::1/",
        "ftp://example.org/",
        "//example.org/",
        "",
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(OutboundError):
        post(url, b"", {}, Reach())


def test_a_public_name_on_another_port_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 22))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    with pytest.raises(OutboundError, match="n’est pas public"):
        post("https://example.org:22/", b"", {}, Reach())


def test_a_name_that_changes_its_answer_is_reached_where_it_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["8.8.8.8", "127.0.0.1", "127.0.0.1"])
    reached: list[tuple[str, int]] = []

    def resolve(_host: str, port: int, **_said: object) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], **_said: object) -> Any:
        reached.append(address)
        raise OSError("closed")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OutboundError, match="ne répond pas"):
        post("https://rebinding.example/", b"", {}, Reach())
    assert reached == [("8.8.8.8", 443)]


def test_one_private_answer_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    with pytest.raises(OutboundError, match="n’est pas public"):
        post("https://example.org/", b"", {}, Reach())


def test_a_network_that_the_operator_opens_is_reached(receiver: Receiver) -> None:
    assert post(receiver.url, b"bonjour", {"X-Said": "1"}, receiver.reach).status == 204
    ((headers, body),) = receiver.received
    assert (headers["x-said"], body) == ("1", b"bonjour")
    with pytest.raises(OutboundError, match="n’est pas public"):
        post(receiver.url, b"", {}, replace(receiver.reach, networks=()))
    assert len(receiver.received) == 1


def test_a_redirect_is_not_followed_nor_a_proxy_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    receiver.answer = 302
    assert post(receiver.url, b"", {}, receiver.reach).status == 302
    assert len(receiver.received) == 1


def test_an_unknown_certificate_is_refused(receiver: Receiver) -> None:
    with pytest.raises(OutboundError, match="certificat"):
        post(receiver.url, b"", {}, Reach(receiver.reach.networks))
    assert receiver.received == []


def _begin(handler: BaseHTTPRequestHandler, length: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def test_an_answer_too_long_is_not_read(receiver: Receiver) -> None:
    def flood(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler, 200)
        handler.wfile.write(b"x" * 200)

    receiver.answer = flood
    assert post(receiver.url, b"", {}, replace(receiver.reach, largest=200)).body == b"x" * 200
    with pytest.raises(OutboundError, match="plus long"):
        post(receiver.url, b"", {}, replace(receiver.reach, largest=199))


def test_an_answer_drop_by_drop_ends_at_the_deadline(receiver: Receiver) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler, 20)
        for _ in range(20):
            sleep(0.1)
            try:
                handler.wfile.write(b".")
                handler.wfile.flush()
            except OSError:
                return

    receiver.answer = drip
    assert len(post(receiver.url, b"", {}, receiver.reach).body) == 20
    with pytest.raises(OutboundError, match="ne répond pas"):
        post(receiver.url, b"", {}, replace(receiver.reach, seconds=0.5))
    assert {443, 8443} == outbound.PORTS


def test_a_silent_resolver_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    woken = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: woken.wait(30) and [])
    with pytest.raises(OutboundError, match="ne répond pas"):
        post("https://hook.example/", b"", {}, Reach(seconds=0.2))
    woken.set()


def test_what_a_silent_address_takes_is_not_given_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("8.8.8.8", "8.8.4.4")
    ]
    given: list[float] = []

    def connect(_address: object, timeout: float) -> socket.socket:
        given.append(timeout)
        sleep(0.2)
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OutboundError, match="ne répond pas"):
        post("https://hook.example/", b"", {}, Reach(seconds=5))
    assert given[1] <= given[0] - 0.2
