"""Every request is counted, timed and told of in one line, from outside everything else."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.streaming import MEDIA_TYPE
from app.telemetry.exchange import Exchange, begin
from app.telemetry.telemetry import Telemetry


class ObservingMiddleware:
    """Tells telemetry of requests; nothing of what they carry is kept."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = begin(scope)
        with self._telemetry.exchange(exchange):
            try:
                await self._app(scope, receive, self._counting(send, exchange))
            finally:
                if exchange.streams:
                    self._telemetry.metrics.streams.dec()

    def _counting(self, send: Send, exchange: Exchange) -> Send:
        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                if Headers(raw=message["headers"]).get("content-type", "").startswith(MEDIA_TYPE):
                    exchange.streams = True
                    self._telemetry.metrics.streams.inc()
            else:
                exchange.bytes += len(message.get("body", b""))
            await send(message)

        return counting
