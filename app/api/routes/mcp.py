"""``POST /mcp``: tools for other programs' models, by the Model Context Protocol."""

from fastapi import APIRouter, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.dependencies import Admitted, AskCaller, NeedsKey

router = APIRouter(dependencies=[NeedsKey, Admitted], include_in_schema=False)


class _Handed(Response):
    """A request that another application answers."""

    def __init__(self, application: ASGIApp) -> None:
        super().__init__()
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)


@router.post("/mcp")
@router.post("/mcp/")
async def call_tools(request: Request, caller: AskCaller) -> Response:
    """Let the protocol's own library answer; some of its clients add a slash to the address."""
    del caller
    return _Handed(request.app.state.mcp)
