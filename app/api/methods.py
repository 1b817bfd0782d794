"""Which methods a path knows, of all routes that lead to it."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.routing import BaseRoute, Match

_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


def allowed_methods(request: Request) -> str:
    """Return what stands in Allow; the framework would name those of one route alone."""
    routes: Iterable[BaseRoute] = request.app.routes
    return ", ".join(method for method in _METHODS if _is_known(request, routes, method))


def _is_known(request: Request, routes: Iterable[BaseRoute], method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in routes)
