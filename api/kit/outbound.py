"""Calls out to addresses that people give: only to public hosts, judged where they are reached.

A name is resolved once, and the connection is made to the very address that was judged: a name that
changes its answer in between (DNS rebinding) reaches nothing. No redirect is followed, no proxy of
the environment is asked, an answer is read up to a size, and everything ends at a deadline.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from queue import Empty, Queue
from threading import Thread, Timer
from time import monotonic
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = frozenset({443, 8443})
# An IPv4 address dressed as an IPv6 one by a translator (RFC 6052, RFC 8215).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")


class OutboundError(Exception):
    """Why an address was not reached; ``str()`` says it, in French."""


@dataclass(frozen=True)
class Reach:
    """How far a call goes. ``networks``: private ones that the operator opens, on any port."""

    networks: Sequence[Network] = ()
    seconds: float = 5.0
    largest: int = 64 * 1024
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)


@dataclass(frozen=True)
class Reply:
    """What a host answered."""

    status: int
    body: bytes


def is_public(address: Address) -> bool:
    """Whether an address is one of the Internet: none of a machine, a network, a provider."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return is_public(inner)
        if address.scope_id is not None or address.is_site_local or address in _LOCAL_NAT64:
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])


def parts_of(url: str) -> SplitResult:
    """An address in its parts. Raises OutboundError when it is none that may be called."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise OutboundError("n’est pas une adresse.") from error
    if parts.scheme != "https" or not parts.hostname:
        raise OutboundError("doit commencer par « https:// ».")
    if parts.username is not None or parts.password is not None:
        raise OutboundError("ne doit contenir ni compte ni mot de passe.")
    if port == 0 or parts.fragment or not url.isascii() or any(one <= " " for one in url):
        raise OutboundError("n’est pas une adresse.")
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], reach: Reach) -> Reply:
    """Send ``body`` to an address, once.

    Raises OutboundError when it may not be called, can't be reached or answers nothing in time.
    """
    parts = parts_of(url)
    connection = _Connection(parts.hostname or "", parts.port or 443, reach)
    deadline = Timer(reach.seconds, connection.cut)
    deadline.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        read = answer.read(reach.largest + 1)
        if connection.late:
            raise OutboundError("ne répond pas.")
        if len(read) > reach.largest:
            raise OutboundError("répond plus long qu’il n’est permis.")
        return Reply(answer.status, read)
    except ssl.SSLError as error:
        raise OutboundError("n’a pas un certificat reconnu.") from error
    except (OSError, HTTPException, ValueError, AttributeError) as error:
        # AttributeError: the standard library's, when the deadline cuts between two steps.
        raise OutboundError("ne répond pas.") from error
    finally:
        deadline.cancel()
        connection.close()


class _Connection(HTTPSConnection):
    """A connection to an address that has just been judged."""

    def __init__(self, host: str, port: int, reach: Reach) -> None:
        super().__init__(host, port, timeout=reach.seconds, context=reach.trusted)
        self._reach = reach
        self._ends = monotonic() + reach.seconds
        self._wire: socket.socket | None = None
        self.late = False

    def connect(self) -> None:
        """Resolve once, judge every answer, then reach the first that listens."""
        found = _resolved(self.host, self.port, self._left())
        bare = self._connected(_allowed(found, self.port, self._reach))
        try:
            self._wire = bare
            # The end may have come before there was anything to cut.
            self._left()
            self.sock = self._reach.trusted.wrap_socket(bare, server_hostname=self.host)
            self._wire = self.sock
            self._left()
        except BaseException:
            bare.close()
            raise

    def _connected(self, addresses: Sequence[tuple[str, int]]) -> socket.socket:
        last: OSError | None = None
        for one in addresses[:3]:
            try:
                return socket.create_connection(one, timeout=self._left())
            except OSError as error:
                last = error
        raise last or OSError("no address")

    def _left(self) -> float:
        """The seconds that are left for everything. Raises OutboundError when there are none."""
        left = self._ends - monotonic()
        if left <= 0:
            raise OutboundError("ne répond pas.")
        return left

    def cut(self) -> None:
        """End the conversation, wherever it is."""
        self.late = True
        if self._wire is not None:
            with suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name, asked for once; a resolver may be silent for longer than we wait."""
    answers: Queue[list[str] | Exception] = Queue(1)

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty as error:
        raise OutboundError("ne répond pas.") from error
    if isinstance(answer, Exception):
        raise OutboundError("porte un nom que personne ne connaît.") from answer
    return answer


def _allowed(addresses: Sequence[str], port: int, reach: Reach) -> list[tuple[str, int]]:
    for one in addresses:
        address = ipaddress.ip_address(one)
        opened = any(address.version == net.version and address in net for net in reach.networks)
        if not opened and not (is_public(address) and port in PORTS):
            raise OutboundError("mène à une machine ou à un port qui n’est pas public.")
    return [(one, port) for one in addresses]
