"""``python -m app mcp``: which documents it offers."""

import pytest

from app import commands
from app.__main__ import main


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str] | None]:
    """The groups with which the tools were offered."""
    offered: list[frozenset[str] | None] = []
    monkeypatch.setattr(commands, "offer_tools", offered.append)
    # faiss is loaded by tests
    monkeypatch.setattr("app.__main__.configure_native_libraries", lambda: None)
    return offered


@pytest.mark.parametrize(
    ("arguments", "groups"),
    [
        ([], None),
        (["--group", "Board"], frozenset({"board"})),
        (["--group", "인사", "--group", "sales"], frozenset({"인사", "sales"})),
    ],
)
def test_without_groups_everything_is_offered_and_with_them_what_they_see(
    offered: list[frozenset[str] | None], arguments: list[str], groups: frozenset[str] | None
) -> None:
    assert main(["mcp", *arguments]) == 0
    assert offered == [groups]


def test_an_impossible_group_is_refused(
    offered: list[frozenset[str] | None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mcp", "--group", "no such group"]) == 1
    assert "cannot be the name of a group" in capsys.readouterr().err
    assert offered == []
