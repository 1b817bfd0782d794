"""``.env.example`` lists every setting as it is."""

import os
from pathlib import Path

import pytest

from index.settings import load_settings
from tests.env_example import KINDS, content

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_the_example_lists_every_setting_with_its_description_and_default() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == content(), (
        "Make it anew with: python -m tests.env_example > .env.example"
    )


def test_every_setting_has_a_description() -> None:
    undescribed = [
        name
        for kind in KINDS.values()
        for name, field in kind.model_fields.items()
        if not field.description
    ]
    assert undescribed == []


@pytest.mark.parametrize("title", KINDS)
def test_the_lines_of_the_example_give_the_defaults_when_uncommented(
    title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("MUREUM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    defaults = load_settings(KINDS[title])
    uncommented = EXAMPLE.read_text(encoding="utf-8").replace("\n#MUREUM_", "\nMUREUM_")
    (tmp_path / ".env").write_text(uncommented, encoding="utf-8")
    assert "\nMUREUM_" in uncommented
    assert load_settings(KINDS[title]) == defaults
