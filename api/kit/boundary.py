"""The outermost wall of the service: bounds every body, turns every failure into a problem.

uvicorn closes the connection after an exception that escapes, and the next, innocent request of a
pooled client then fails: so nothing escapes here.
"""

import logging
from uuid import uuid4

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit.problems import Conflict, Problem, TooLarge, Unavailable, problem_response
from api.kit.sheets.model import TooManyReadings

log = logging.getLogger("spaser.api")


class Boundary:
    """ASGI middleware; ``limits`` maps a path prefix to its largest body in bytes."""

    def __init__(self, app: ASGIApp, *, default_limit: int, limits: dict[str, int]) -> None:
        self.app = app
        self.default_limit = default_limit
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(
            receive, send, self._limit(scope["path"]), headers_alone=scope["method"] == "HEAD"
        )
        declared = _declared_length(scope)
        if declared > exchange.limit:
            if declared <= _DRAINED:
                await exchange.drain()
            await too_large(exchange.limit).response()(scope, receive, exchange.answer)
            return
        try:
            await self.app(scope, exchange.receive, exchange.send)
        except Exception as error:
            if exchange.started:
                log.exception("failure after the answer had begun")
                raise
            if exchange.overflow:
                await exchange.drain()
            await self._answer(error, exchange)(scope, receive, exchange.answer)

    def _limit(self, path: str) -> int:
        for prefix, limit in self.limits.items():
            if path.startswith(prefix):
                return limit
        return self.default_limit

    def _answer(self, error: Exception, exchange: "_Exchange") -> ASGIApp:
        if exchange.overflow:
            return too_large(exchange.limit).response()
        return answer(error)


def answer(error: Exception) -> ASGIApp:
    """The problem that says what an unexpected error means for the caller."""
    if isinstance(error, Problem):
        return error.response()
    if isinstance(error, OperationalError | PoolTimeout):
        log.warning("database unavailable: %s", type(error).__name__)
        return Unavailable().response()
    if isinstance(error, TooManyReadings):
        return Unavailable(str(error)).response()
    if isinstance(error, IntegrityError):
        log.warning("constraint refused a change: %s", type(error).__name__)
        return Conflict("Un élément semblable existe déjà, ou un lien manque.").response()
    number = uuid4().hex[:12]
    log.exception("unexpected failure %s", number, exc_info=error)
    detail = f"Une erreur imprévue s’est produite. Signalez-la avec le numéro {number}."
    return problem_response(500, "internal", "Erreur interne", detail)


def too_large(limit: int) -> TooLarge:
    """The refusal of a body over ``limit`` bytes, with the limit told in French."""
    size = f"{limit // 1024 // 1024} Mo" if limit >= 1024 * 1024 else f"{limit // 1024} ko"
    return TooLarge(f"L’envoi dépasse {size}, la taille permise à cette adresse.")


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


# Bodies over the limit are read to their end up to this many bytes, and not kept.
_DRAINED = 256 * 1024 * 1024

# Answers are data for who asked, never a page nor something to keep; a route that serves a page or
# a public file says otherwise itself.
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class _Exchange:
    """Counts what comes in and notices what has gone out."""

    def __init__(
        self, receive: Receive, send: Send, limit: int, *, headers_alone: bool = False
    ) -> None:
        self._receive = receive
        self._send = send
        self.limit = limit
        # RFC 9110, 9.3.2: the answer to HEAD is that of GET without its body.
        self.headers_alone = headers_alone
        self.size = 0
        self.started = False
        self.overflow = False
        self.more = True

    async def receive(self) -> Message:
        message = await self._receive()
        self._count(message)
        if self.size > self.limit:
            self.overflow = True
            raise too_large(self.limit)
        return message

    def _count(self, message: Message) -> None:
        self.size += len(message.get("body", b""))
        self.more = message["type"] == "http.request" and message.get("more_body", False)

    async def drain(self) -> None:
        """Read on and throw away: who is still sending would see a broken connection, not why."""
        while self.more and self.size <= _DRAINED:
            self._count(await self._receive())

    async def send(self, message: Message) -> None:
        """Pass a message of the application on, unless the body it read was too large."""
        if self.overflow and not self.started:
            # The framework wrapped our refusal into an error of its own: say the real one.
            raise too_large(self.limit)
        await self.answer(message)

    async def answer(self, message: Message) -> None:
        """Pass a message on, with the headers that every answer carries."""
        if message["type"] == "http.response.start":
            self.started = True
            present = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *((name, value) for name, value in _HEADERS if name not in present),
            ]
        elif self.headers_alone:
            message = {**message, "body": b""}
        await self._send(message)
