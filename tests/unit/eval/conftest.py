import pytest


@pytest.fixture(autouse=True)
def without_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no unit test load the reader's network."""
    monkeypatch.setenv("MUREUM_APP_READER", "none")
