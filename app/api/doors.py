"""Who is let in: callers with a key, from pages and under names that are known."""

from collections.abc import Set as AbstractSet

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.gate import Gate
from app.api.manual import is_manual
from app.api.problems import problem_response
from app.errors import ForeignHostError, ForeignOriginError
from app.limits.sender import address_of, network_of
from index.errors import MureumError

OPEN_PATHS = frozenset({"/health", "/ready", "/openapi.json"})
"""What says nothing of anybody's documents, like the manual; all else needs a caller."""

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class AuthenticationMiddleware:
    """Finds out who calls, before anything of the body is read: ``scope["caller"]``."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 401, or 429 after many wrong keys."""
        if scope["type"] == "http" and not _is_open(scope["path"]):
            given = Headers(scope=scope).get("authorization", "")
            try:
                client = network_of(address_of(scope))
                scope["caller"] = await self._gate.caller(given, client)
            except MureumError as error:
                await problem_response(Request(scope), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class OwnHostMiddleware:
    """Refuses with 403 requests for a name that is not the service's own.

    A page may let its own name lead to this machine, and would then be taken for the service's.
    """

    def __init__(self, app: ASGIApp, hosts: AbstractSet[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or host_name(Headers(scope=scope)) in self._hosts:
            await self._app(scope, receive, send)
            return
        error = ForeignHostError(
            "The service is not known by the name in the Host header; MUREUM_APP_HOSTS names it."
        )
        await problem_response(Request(scope), error)(scope, receive, send)


class OwnOriginMiddleware:
    """Refuses with 403 what a page of another site wants to change.

    Browsers send forms and files to any address, this one too, without asking it before; but they
    tell from where. Programs that are no browsers tell nothing, and are let in.
    """

    def __init__(self, app: ASGIApp, origins: AbstractSet[str] = frozenset()) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or self._is_own(scope["method"], Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        error = ForeignOriginError(
            "A page of another site sent this request. Behind a proxy, let it pass Host on."
        )
        await problem_response(Request(scope), error)(scope, receive, send)

    def _is_own(self, method: str, headers: Headers) -> bool:
        if method in READING_METHODS:
            return True
        origin = headers.get("origin")
        if origin in self._origins:
            return True
        if site := headers.get("sec-fetch-site"):
            return site in {"same-origin", "none"}
        host = headers.get("host", "").lower()
        return origin is None or origin.rpartition("://")[2].lower() == host


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or is_manual(path)


def host_name(headers: Headers) -> str:
    """Return the name in the Host header, without port and brackets."""
    given = headers.get("host", "").lower()
    if given.startswith("["):
        return given[1:].partition("]")[0]
    return given.rpartition(":")[0] if given.count(":") == 1 else given
