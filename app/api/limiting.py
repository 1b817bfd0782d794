"""Refuses what a sender asks for beyond its limits, before anything of the body is read."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problems import problem_response
from app.limits.errors import TooManyRequestsError
from app.limits.limiter import Limiter
from app.limits.sender import address_of, network_of

PROBES = frozenset({"/health", "/ready"})
"""Supervisors ask often, and have to get an answer when a service has much to do."""


class LimitsMiddleware:
    """Counts every request, and a stream until its end, for the key that sends it.

    Where no key is needed the address counts in its place. Has to be passed after the caller is
    known.
    """

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 429."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        try:
            with self._limiter.admission(_sender(scope)):
                await self._app(scope, receive, send)
        except TooManyRequestsError as error:
            await problem_response(Request(scope), error)(scope, receive, send)


def _sender(scope: Scope) -> str:
    key_id = getattr(scope.get("caller"), "key_id", None)
    return f"key {key_id}" if key_id else network_of(address_of(scope))
