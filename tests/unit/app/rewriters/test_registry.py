from collections.abc import Iterator

import pytest

from app.concurrency import Workers
from app.llm.scripted import ScriptedModel
from app.rewriters.base import Parts
from app.rewriters.registry import build_rewriter
from index.analyzer import WhitespaceAnalyzer
from index.errors import SettingsError, UnknownNameError


@pytest.fixture
def parts() -> Iterator[Parts]:
    workers = Workers(threads=1, waiting_limit=1)
    yield Parts(WhitespaceAnalyzer, workers)
    workers.close()


@pytest.mark.parametrize("name", ["terms", "previous"])
def test_names_of_the_table_are_built_without_a_model(name: str, parts: Parts) -> None:
    built = build_rewriter(name, parts)
    assert built is not None
    assert built.name == name


def test_none_is_no_rewriter(parts: Parts) -> None:
    assert build_rewriter("none", parts) is None


def test_a_language_model_rewrites_where_there_is_one(parts: Parts) -> None:
    built = build_rewriter("model", Parts(parts.analyzer, parts.workers, ScriptedModel()))
    assert built is not None
    assert built.name == "model"


def test_without_a_language_model_the_message_says_what_to_set(parts: Parts) -> None:
    with pytest.raises(SettingsError, match="set MUREUM_APP_REWRITER to terms"):
        build_rewriter("model", parts)


def test_unknown_names_list_the_known(parts: Parts) -> None:
    with pytest.raises(UnknownNameError, match="model, none, previous, terms"):
        build_rewriter("guess", parts)


def test_an_outsider_gives_a_path(parts: Parts) -> None:
    built = build_rewriter("app.rewriters.previous:build", parts)
    assert built is not None
