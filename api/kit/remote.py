"""Going out to a public service: slowly, briefly, never further than told, and never trusted.

One client for every adapter: no redirect is followed, an answer is read up to a size, the rate of
the service is kept, a refusal to hurry (429, ``Retry-After``) is obeyed, and a failure is an answer
like another, so that nothing stops because a service is away.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

SECONDS = 10
MOST_BYTES = 2 * 1024 * 1024
TRIES = 4
LONGEST_WAIT = 60.0
_AGAIN = frozenset({429, 500, 502, 503, 504})


class Away(Exception):  # noqa: N818 - an answer, not a failure of ours
    """Why a service gave nothing; ``str()`` says it, in French."""


@dataclass
class Remote:
    """A service reached at ``address``; ``rate`` requests a second at most.

    ``clock`` and ``rest`` are those of the process, replaced in tests.
    """

    address: str
    rate: float
    transport: httpx.BaseTransport | None = None
    clock: Callable[[], float] = time.monotonic
    rest: Callable[[float], None] = time.sleep
    _next: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(
            base_url=self.address.rstrip("/"),
            timeout=SECONDS,
            follow_redirects=False,
            headers={"User-Agent": "Spaser (logiciel libre des achats publics responsables)"},
            transport=self.transport,
        )

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def get(self, path: str, params: Mapping[str, str]) -> Any:
        """The JSON at an address.

        Raises Away when the service fails, refuses, or answers anything but JSON of a fair size.
        """
        wait = 1.0
        for attempt in range(1, TRIES + 1):
            self._take_turn()
            answer = self._asked(path, params)
            if answer is not None and answer[0] not in _AGAIN:
                return _read(*answer[:2])
            if attempt < TRIES:
                self.rest(_told_to_wait(answer) or wait)
                wait = min(wait * 2, LONGEST_WAIT)
        raise Away("ne répond pas : recommencez plus tard, rien d’autre n’attend")

    def _take_turn(self) -> None:
        left = self._next - self.clock()
        if left > 0:
            self.rest(left)
        self._next = max(self._next, self.clock()) + 1 / self.rate

    def _asked(
        self, path: str, params: Mapping[str, str]
    ) -> tuple[int, bytes, httpx.Headers] | None:
        """Status, bytes and headers; None when there was no answer."""
        try:
            with self._http.stream("GET", path, params=params) as answer:
                content = bytearray()
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) > MOST_BYTES:
                        raise Away("a donné une réponse trop longue")
                return answer.status_code, bytes(content), answer.headers
        except httpx.HTTPError:
            return None


def _read(status: int, content: bytes) -> Any:
    if status != 200:
        raise Away(f"a répondu de façon imprévue ({status})")
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise Away("a répondu autre chose que du JSON") from error


def _told_to_wait(answer: tuple[int, bytes, httpx.Headers] | None) -> float | None:
    """The seconds asked for; None when nothing is, or a date that is not worth reading."""
    text = "" if answer is None else answer[2].get("retry-after", "")
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else None
