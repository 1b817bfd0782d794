"""One request and its response as telemetry knows it: nothing of what was sent."""

from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

UNMATCHED = "other"
"""The route of every path that the service does not know, so that nobody can make up labels."""

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_OF_SUPERVISORS = frozenset({"/health", "/ready", "/metrics"})


@dataclass(slots=True)
class Exchange:
    """Grows while a request is answered; ``problems`` are the last words of problem types."""

    scope: MutableMapping[str, Any]
    started: float = field(default_factory=perf_counter)
    status: int | None = None
    bytes: int = 0
    streams: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def method(self) -> str:
        """Return the method, in capitals; a made up one is ``OTHER``."""
        method: str = self.scope["method"]
        return method if method in _METHODS else "OTHER"

    @property
    def route(self) -> str:
        """Return the path with names where ids were: ids of sessions are nobody else's business."""
        path = getattr(self.scope.get("route"), "path", None)
        mounted: str = self.scope.get("root_path", "")
        if path is not None:
            return f"{mounted}{path}"
        return mounted if "endpoint" in self.scope and mounted else UNMATCHED

    @property
    def is_probe(self) -> bool:
        """Return whether a supervisor asks, which it does every few seconds."""
        return self.scope["path"] in _OF_SUPERVISORS

    @property
    def request_id(self) -> str:
        """Return the id, which the request gets on its way; empty before."""
        return str(self.scope.get("request_id", ""))

    @property
    def key_id(self) -> str | None:
        """Return the id of the caller's key, once the caller is known."""
        return getattr(self.scope.get("caller"), "key_id", None)

    @property
    def milliseconds(self) -> float:
        """Return how long it has taken so far."""
        return (perf_counter() - self.started) * 1_000


_CURRENT: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def begin(scope: MutableMapping[str, Any]) -> Exchange:
    """Return what is known of a request; all that is done for it, in threads too, can find it."""
    exchange = Exchange(scope)
    _CURRENT.set(exchange)
    return exchange


def note_problem(name: str) -> None:
    """Remember that the present request ran into a problem of this type."""
    if exchange := _CURRENT.get():
        exchange.problems.append(name)


def problems() -> list[str]:
    """Return the types of the problems that the present request ran into."""
    exchange = _CURRENT.get()
    return list(exchange.problems) if exchange else []


def who() -> dict[str, str]:
    """Return what log lines say of the present request: its id and its caller's key."""
    exchange = _CURRENT.get()
    if exchange is None:
        return {}
    known = {"request_id": exchange.request_id, "key_id": exchange.key_id}
    return {name: value for name, value in known.items() if value}
