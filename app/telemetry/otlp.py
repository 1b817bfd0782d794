"""The setting → what sends traces, with libraries that not everyone has installed."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from app.telemetry.tracing import Tracing

_PATH = "/v1/traces"


def build_tracing(endpoint: str) -> "Tracing | None":
    """Return what sends spans to an address such as http://127.0.0.1:4318; None for an empty one.

    Raises SettingsError for what is no address, and MissingExtraError without the libraries.
    """
    if not endpoint:
        return None
    if not _is_address(endpoint):
        raise SettingsError("MUREUM_APP_OTLP_ENDPOINT is no address: write http://host:4318.")
    try:
        from app.telemetry.tracing import tracing_to
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "MUREUM_APP_OTLP_ENDPOINT needs OpenTelemetry: run `pip install 'mureum[otel]'`."
        ) from error
    return tracing_to(endpoint if endpoint.endswith(_PATH) else endpoint.rstrip("/") + _PATH)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
