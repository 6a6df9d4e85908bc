"""What every answer and every request of the site must respect: headers, origin, size."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("spaser.web")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"

ErrorPage = Callable[[Request, int, str], Awaitable[Response]]


class TooLargeError(Exception):
    """The body of a request passes the ``limit`` of its address, in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    @property
    def detail(self) -> str:
        """The limit that refused, as the API tells its own."""
        size = self.limit // 1024
        told = f"{size // 1024} Mo" if size >= 1024 else f"{size} ko"
        return f"L’envoi dépasse {told}, la taille que le site reçoit à cette adresse."


def safe_path(target: str | None) -> str:
    """Where to go after connecting: a path of this site, « / » for anything else.

    Browsers read « /\\host » and « //host » as another site, and drop tabs and line feeds.
    """
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return "/"
    if any(ord(char) < 32 or char in "\\\x7f" for char in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


def same_site(method: str, headers: Headers, origin: str) -> bool:
    """Tell whether a request may change something: it comes from our pages, not another site's.

    Browsers say it in Sec-Fetch-Site; the older ones send Origin. A request with neither comes
    from no browser, hence carries no cookie it didn't mean to send.
    """
    if method in SAFE_METHODS:
        return True
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    given = headers.get("origin")
    return given is None or given == origin


class Shield:
    """The outermost wall: security headers on every answer, failures turned into pages."""

    def __init__(self, app: ASGIApp, *, secure: bool, page: ErrorPage) -> None:
        self.app = app
        self.page = page
        self.headers = HEADERS | ({"Strict-Transport-Security": HSTS} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def shielded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, shielded)
        except Exception as error:
            if started:
                raise
            response = await self._failure(Request(scope), error)
            await response(scope, receive, shielded)

    async def _failure(self, request: Request, error: Exception) -> Response:
        if isinstance(error, TooLargeError):
            return await self.page(request, 413, error.detail)
        incident = uuid4().hex[:12]
        log.error("unexpected failure %s", incident, exc_info=error)
        return await self.page(request, 500, incident)


class Gate:
    """Refuses what another site makes a browser send, and bodies over the limit of their path."""

    def __init__(
        self, app: ASGIApp, *, origin: str, page: ErrorPage, limits: dict[str, int]
    ) -> None:
        self.app = app
        self.origin = origin
        self.page = page
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not same_site(scope["method"], headers, self._own_origin(scope, headers)):
            response = await self.page(Request(scope), 403, "origin")
            await response(scope, receive, send)
            return
        asked = (size for path, size in self.limits.items() if scope["path"].startswith(path))
        limit = next(asked, self.limits["/"])
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise TooLargeError(limit)
        await self.app(scope, _bounded(receive, limit), send)

    def _own_origin(self, scope: Scope, headers: Headers) -> str:
        # Over https the public address is the only right one; elsewhere (a machine of one's own,
        # any port) it is the address that was asked for.
        if self.origin.startswith("https://"):
            return self.origin
        return f"{scope['scheme']}://{headers.get('host', '')}"


def _bounded(receive: Receive, limit: int) -> Receive:
    size = 0

    async def counting() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise TooLargeError(limit)
        return message

    return counting
