import sys

import pytest

from app.telemetry.otlp import build_tracing
from index.errors import MissingExtraError, SettingsError


def test_without_an_address_nothing_is_traced() -> None:
    assert build_tracing("") is None


@pytest.mark.parametrize("endpoint", ["collector:4318", "ftp://host", "http://", "http://[::1"])
def test_what_is_no_address_stops_the_start(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="MUREUM_APP_OTLP_ENDPOINT"):
        build_tracing(endpoint)


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "app.telemetry.tracing", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(MissingExtraError, match=r"mureum\[otel\]"):
        build_tracing("http://127.0.0.1:4318")
