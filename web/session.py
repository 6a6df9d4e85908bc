"""Who is connected: the two tokens of the API, kept in cookies that scripts can't read."""

import asyncio
import time
from dataclasses import dataclass
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.client import Answer, Api, ApiProblem

ACCESS, REFRESH, ORGANISATION = "access", "refresh", "organisation"
NAMES = (ACCESS, REFRESH, ORGANISATION)
YEAR = 365 * 24 * 3600
MARGIN = 20  # seconds before its end when an access token is no longer used
KEPT = 60.0  # seconds during which two tabs that renew together get the same pair


class SignInNeededError(Exception):
    """Nobody is connected, or no longer."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A value to write in the browser; an empty one erases it. ``age`` in seconds."""

    value: str
    age: int | None = None


class Session:
    """What the cookies of one request say, and what the answer must write in them."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.written: dict[str, Cookie] = {}

    def get(self, name: str) -> str | None:
        """The value of one of our cookies, None without it."""
        return self.values.get(name) or None

    @property
    def connected(self) -> bool:
        """Tell whether someone seems to be connected; the API alone knows for sure."""
        return self.get(ACCESS) is not None or self.get(REFRESH) is not None

    def open(self, tokens: dict[str, Any]) -> None:
        """Keep a pair of tokens."""
        age = max(1, int(tokens["expires_in"]) - MARGIN)
        self._write(ACCESS, Cookie(tokens["access_token"], age))
        self._write(REFRESH, Cookie(tokens["refresh_token"]))

    def close(self) -> None:
        """Forget the tokens."""
        for name in (ACCESS, REFRESH):
            self._write(name, Cookie("", 0))

    def prefer(self, siret: str) -> None:
        """Remember the organisation somebody works for."""
        self._write(ORGANISATION, Cookie(siret, YEAR))

    def _write(self, name: str, cookie: Cookie) -> None:
        self.values[name] = cookie.value
        self.written[name] = cookie


class SessionMiddleware:
    """Reads the cookies before the page and writes the changed ones after it, errors included."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        session = Session(self._read(scope))
        scope["state"] = {**scope.get("state", {}), "session": session}

        async def writing(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, cookie in session.written.items():
                    headers.append("set-cookie", self._text(name, cookie))
            await send(message)

        await self.app(scope, receive, writing)

    def _read(self, scope: Scope) -> dict[str, str]:
        raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(raw.decode("latin-1"))
        except CookieError:
            return {}
        found = {name: cookies.get(self._name(name)) for name in NAMES}
        return {name: morsel.value for name, morsel in found.items() if morsel is not None}

    def _name(self, name: str) -> str:
        # Browsers only accept this prefix over https, from the host itself and for every path.
        return f"__Host-{name}" if self.secure else name

    def _text(self, name: str, cookie: Cookie) -> str:
        parts = [f"{self._name(name)}={cookie.value}", "Path=/", "HttpOnly", "SameSite=Lax"]
        if cookie.age is not None:
            parts.append(f"Max-Age={cookie.age}")
        if self.secure:
            parts.append("Secure")
        return "; ".join(parts)


class Renewals:
    """Renews sessions. A refresh token serves once: requests sent together share its answer."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lock = asyncio.Lock()
        self._done: dict[str, tuple[float, dict[str, Any] | None]] = {}

    async def renew(self, refresh_token: str) -> dict[str, Any] | None:
        """The new pair of tokens, None when the API refuses to renew."""
        key = sha256(refresh_token.encode()).hexdigest()
        async with self._lock:
            limit = time.monotonic() - KEPT
            self._done = {one: known for one, known in self._done.items() if known[0] > limit}
            if key not in self._done:
                self._done[key] = (time.monotonic(), await self._ask(refresh_token))
            return self._done[key][1]

    async def _ask(self, refresh_token: str) -> dict[str, Any] | None:
        body = {"refresh_token": refresh_token}
        try:
            pair: dict[str, Any] = (
                await self._api.call("refresh_token", content={"json": body})
            ).data
        except ApiProblem as problem:
            if problem.status in (401, 422):
                return None
            raise
        return pair


class Caller:
    """The API as the person of one request reaches it; renews the session once when needed."""

    def __init__(self, api: Api, session: Session, renewals: Renewals) -> None:
        self.api = api
        self.session = session
        self._renewals = renewals

    async def call(self, operation: str, **values: Any) -> Answer:
        """Call an operation as the connected person.

        Raises SignInNeededError when nobody is connected any more, else what ``Api.call`` raises.
        """
        token = self.session.get(ACCESS) or await self._renewed(None)
        try:
            return await self.api.call(operation, token=token, **values)
        except ApiProblem as problem:
            if problem.status != 401:
                raise
        token = await self._renewed(token)
        try:
            return await self.api.call(operation, token=token, **values)
        except ApiProblem as problem:
            if problem.status != 401:
                raise
            self.session.close()
            raise SignInNeededError from problem

    async def _renewed(self, refused: str | None) -> str:
        token = self.session.get(ACCESS)
        if token is not None and token != refused:
            return token  # another call of the same page has just renewed it
        refresh = self.session.get(REFRESH)
        pair = await self._renewals.renew(refresh) if refresh else None
        if pair is None:
            self.session.close()
            raise SignInNeededError
        self.session.open(pair)
        return str(pair["access_token"])
