"""One test for every language model: the fake, a real HTTP API, and the real llama.cpp."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

import pytest

from app.errors import LanguageModelError, LanguageModelTimeoutError
from app.llm.base import LanguageModel, Message, Piece, Role, Sampling, Usage
from app.llm.llamacpp.model import LlamaCppModel
from app.llm.registry import build_language_model
from app.llm.scripted import ScriptedModel
from app.llm.settings import LanguageModelSettings
from index.errors import MissingExtraError, UnknownNameError
from tests.fake_openai_server import MODEL, fake_openai_server
from tests.language_models import smollm2

PROMPT = [
    Message(Role.SYSTEM, "Answer in one sentence. 한 문장으로 답하세요."),
    Message(Role.USER, "연차 휴가는 며칠인가요?"),
    Message(Role.ASSISTANT, "15일입니다."),
    Message(Role.USER, "Write a long story about 휴가."),
]
SAMPLING = Sampling(max_tokens=12)
ANSWER = "연차 휴가는 15일입니다. Unused days expire in March, and nobody is paid for them."


@dataclass(frozen=True)
class Subject:
    """A model, how to see that it has stopped working, and how its answers begin if known."""

    model: LanguageModel
    is_idle: Callable[[], bool]
    says: str = ""


@contextmanager
def scripted() -> Iterator[Subject]:
    model = ScriptedModel(lambda _: ANSWER, seconds_per_word=0.01)
    yield Subject(model, lambda: model.words_said < len(ANSWER.split()), ANSWER[:14])


@contextmanager
def over_http() -> Iterator[Subject]:
    with fake_openai_server() as server:
        server.text = ANSWER * 40
        server.seconds_per_word = 0.01
        settings = LanguageModelSettings(backend="openai", model=MODEL, base_url=server.base_url)
        yield Subject(built(settings), lambda: server.hung_up_on == 1, ANSWER[:14])


@contextmanager
def on_llamacpp() -> Iterator[Subject]:
    settings = LanguageModelSettings(
        backend="llamacpp", model=str(smollm2()), context_tokens=512, max_tokens=200, threads=1
    )
    model = built(settings)
    native = model._model  # type: ignore[attr-defined]
    assert isinstance(native, LlamaCppModel)
    yield Subject(model, lambda: native.busy_slots() == 0)


def built(settings: LanguageModelSettings) -> LanguageModel:
    model = build_language_model(settings)
    assert model is not None
    return model


@pytest.fixture(scope="module", params=[scripted, over_http, on_llamacpp])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with request.param() as subject:
        yield subject
        asyncio.run(subject.model.close())


async def heard(model: LanguageModel, most: int, sampling: Sampling) -> list[Piece]:
    """Return the first pieces, and close the stream."""
    pieces: list[Piece] = []
    async with aclosing(model.stream(PROMPT, sampling)) as stream:
        async for piece in stream:
            pieces.append(piece)
            if len(pieces) == most:
                break
    return pieces


def test_closing_early_stops_the_work(subject: Subject) -> None:
    pieces = asyncio.run(heard(subject.model, 2, Sampling(max_tokens=150)))
    assert len(pieces) == 2
    deadline = time.monotonic() + 10
    while not subject.is_idle():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_pieces_join_to_the_completion_and_usage_is_told(subject: Subject) -> None:
    pieces = asyncio.run(heard(subject.model, 1_000, SAMPLING))
    completion = asyncio.run(subject.model.complete(PROMPT, SAMPLING))
    assert "".join(piece.text for piece in pieces) == completion.text
    assert completion.text.startswith(subject.says)
    assert sum((piece.usage for piece in pieces), Usage()) == completion.usage
    assert completion.usage.prompt_tokens > 0
    assert 0 < completion.usage.completion_tokens <= SAMPLING.max_tokens
    assert len(pieces) > 3
    assert all(piece.text or piece.usage != Usage() for piece in pieces)


def test_korean_has_tokens(subject: Subject) -> None:
    assert subject.model.count_tokens("연차 휴가는 며칠인가요?") >= 6
    assert subject.model.context_tokens >= 512


def test_a_ready_model_says_its_name_and_context(subject: Subject) -> None:
    assert subject.model.name in subject.model.check()
    assert f"{subject.model.context_tokens:,}" in subject.model.check()


def test_no_model_is_built_by_default_and_unknown_names_list_the_known() -> None:
    assert build_language_model(LanguageModelSettings(backend="none")) is None
    with pytest.raises(UnknownNameError, match="llamacpp, none, openai, scripted"):
        build_language_model(LanguageModelSettings(backend="gpt"))


def test_a_factory_of_ones_own_is_called_with_the_settings() -> None:
    settings = LanguageModelSettings(backend="app.llm.scripted:build", context_tokens=2_048)
    assert built(settings).context_tokens == 2_048


def test_a_provider_that_is_not_installed_says_what_to_install() -> None:
    settings = LanguageModelSettings(backend="openai", model="anthropic:claude", api_key="x")
    with pytest.raises(MissingExtraError, match="pip install langchain-anthropic"):
        build_language_model(settings)


class Odd(LanguageModel):
    name = "odd"
    context_tokens = 100

    def __init__(self, behave: Callable[[], AsyncIterator[str]]) -> None:
        self.behave = behave

    async def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        del messages, sampling
        async for text in self.behave():
            yield Piece(text)


async def failing() -> AsyncIterator[str]:
    yield "반만"
    raise ZeroDivisionError("secret words of the prompt")


async def endless() -> AsyncIterator[str]:
    while True:
        yield "끝없이 "


async def silent() -> AsyncIterator[str]:
    yield "말하고 "
    await asyncio.sleep(60)


async def broken_text() -> AsyncIterator[str]:
    yield "\ud800한국어\x00"
    yield "\x00"


def test_foreign_exceptions_become_ours_without_their_words() -> None:
    with pytest.raises(LanguageModelError, match="odd failed: ZeroDivisionError") as caught:
        asyncio.run(Odd(failing).complete(PROMPT, SAMPLING))
    assert "secret" not in str(caught.value)


def test_an_answer_without_end_is_ended() -> None:
    with pytest.raises(LanguageModelError, match="far more than 12 tokens"):
        asyncio.run(Odd(endless).complete(PROMPT, SAMPLING))


def test_an_answer_that_takes_too_long_is_ended() -> None:
    model = Odd(silent)
    model.timeout_seconds = 0.1
    with pytest.raises(LanguageModelTimeoutError, match="MUREUM_LLM_TIMEOUT_SECONDS"):
        asyncio.run(model.complete(PROMPT, SAMPLING))


def test_what_no_database_can_hold_is_left_out() -> None:
    assert asyncio.run(Odd(broken_text).complete(PROMPT, SAMPLING)).text == "한국어"
