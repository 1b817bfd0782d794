"""The command over an index on disk, with a faked embedder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from dotenv import dotenv_values

from eval.__main__ import main
from index.opening import open_index
from index.settings import IndexSettings, load_settings
from tests.unit.eval.tune.teams import fill, write_questions

Tune = Callable[..., tuple[int, str]]


@pytest.fixture
def tune(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Tune:
    """Run the command in this process; return its exit code and what it said."""
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    monkeypatch.chdir(tmp_path)

    def run(
        *arguments: str, embedder: str = "tests.unit.eval.tune.teams:from_options"
    ) -> tuple[int, str]:
        monkeypatch.setenv("MUREUM_EMBEDDER", embedder)
        with open_index(load_settings(IndexSettings)) as index:
            fill(index)
        code = main(["tune", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_where_meaning_misleads_words_get_more_weight(tune: Tune) -> None:
    write_questions(Path("questions.jsonl"))
    code, said = tune("questions.jsonl", "--settings", "tuned.env")
    assert code == 0, said
    assert "0.500 by default, 1.000 fitted" in said
    settings = dotenv_values("tuned.env")
    assert settings.keys() == {"MUREUM_APP_DENSE_WEIGHT"}
    assert 0.4 <= float(settings["MUREUM_APP_DENSE_WEIGHT"] or 1) <= 0.5


def test_where_the_defaults_are_as_good_nothing_is_written(tune: Tune) -> None:
    write_questions(Path("questions.jsonl"))
    code, said = tune("questions.jsonl", "--settings", "tuned.env", embedder="hashing")
    assert code == 0, said
    assert "No setting is better than the defaults; nothing is written." in said
    assert not Path("tuned.env").exists()


def test_a_file_that_is_there_is_replaced_only_by_force(tune: Tune) -> None:
    write_questions(Path("questions.jsonl"))
    Path("tuned.env").write_text("MINE=1\n", encoding="utf-8")
    code, said = tune("questions.jsonl", "--settings", "tuned.env")
    assert (code, dotenv_values("tuned.env")) == (1, {"MINE": "1"})
    assert "--force" in said
    assert tune("questions.jsonl", "--settings", "tuned.env", "--force")[0] == 0
    assert "MINE" not in dotenv_values("tuned.env")


def test_without_questions_to_refuse_the_threshold_stays(tune: Tune) -> None:
    write_questions(Path("questions.jsonl"))
    assert "The threshold is left as it is" in tune("questions.jsonl")[1]


def test_questions_to_refuse_let_the_threshold_be_fitted(tune: Tune) -> None:
    write_questions(Path("questions.jsonl"), answerable=15, refused=15)
    code, said = tune("questions.jsonl", embedder="hashing")
    assert code == 0, said
    assert "right answers and refusals: " in said
    assert "confidence_threshold" in said


def test_a_document_that_is_not_there_ends_it(tune: Tune) -> None:
    write_questions(Path("questions.jsonl"), answerable=45)
    code, said = tune("questions.jsonl")
    assert code == 1
    assert 'line 41: no document of the index begins with "rules/rule40.md"' in said
