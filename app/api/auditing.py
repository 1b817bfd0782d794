"""Every act is written down when it has ended, from outside of all that may refuse it."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.audit.act import Act, acting
from app.audit.actions import action_of
from app.audit.log import AuditLog
from app.limits.sender import address_of
from app.telemetry.exchange import problems

_TOO_MANY = 429
_FAILED = 500


class AuditMiddleware:
    """Writes down who did what; routes and pipeline add what only they know to the present act.

    What a limit refused did nothing, and is left out: whoever floods the service would fill the
    disk.
    """

    def __init__(self, app: ASGIApp, audit: AuditLog) -> None:
        self._app = app
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        action = action_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if action is None:
            await self._app(scope, receive, send)
            return
        act, began = Act(action), perf_counter()
        try:
            with acting(act):
                await self._app(scope, receive, _noting(act, send))
        except Exception:
            act.status = act.status or _FAILED
            raise
        finally:
            act.milliseconds = (perf_counter() - began) * 1_000
            if act.status != _TOO_MANY:
                self._audit.write(_completed(act, scope))


def _noting(act: Act, send: Send) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            act.status = message["status"]
        await send(message)

    return noting


def _completed(act: Act, scope: Scope) -> Act:
    """Return the act with what the request itself tells."""
    caller = scope.get("caller")
    act.request_id = scope.get("request_id", "")
    act.key_id = getattr(caller, "key_id", None)
    act.name = getattr(caller, "name", "")
    act.client = address_of(scope)
    act.problems = problems()
    named = scope.get("path_params", {})
    act.session_id = act.session_id or named.get("session_id")
    if not act.documents and "document_id" in named:
        act.documents = [named["document_id"]]
    return act
