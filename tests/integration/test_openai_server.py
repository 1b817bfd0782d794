"""The LangChain back end against a real HTTP server that misbehaves on demand."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from app.errors import (
    ContextTooLongError,
    LanguageModelError,
    LanguageModelRefusedError,
    LanguageModelTimeoutError,
    LanguageModelUnavailableError,
)
from app.llm.base import Completion, Message, Role, Sampling, Usage
from app.llm.langchain_model import LangChainModel, Patience
from app.llm.providers import Target
from tests.fake_openai_server import (
    MODEL,
    FakeOpenAI,
    counting_as_it_goes,
    dropping_after,
    ending_early,
    ending_late,
    failing,
    fake_openai_server,
    giving_up,
    lingering,
    never_stopping,
    showing_a_web_page,
    talking_nonsense,
    thinking_first,
)

KEY = "sk-the-right-one-1234567890"
PROMPT = [Message(Role.SYSTEM, "짧게 답하세요."), Message(Role.USER, "연차는 며칠인가요?")]
SAMPLING = Sampling(max_tokens=40)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    with fake_openai_server() as fake:
        yield fake


def model_at(
    server: FakeOpenAI, name: str = MODEL, key: str = "", **patience: float
) -> LangChainModel:
    usual = {"timeout_seconds": 5.0, "retries": 2, "first_pause_seconds": 0.01}
    return LangChainModel(
        Target.named(name, server.base_url, key),
        Patience(**{**usual, **patience}),  # type: ignore[arg-type]
    )


def complete(model: LangChainModel, sampling: Sampling = SAMPLING) -> Completion:
    async def run() -> Completion:
        try:
            return await model.complete(PROMPT, sampling)
        finally:
            await model.close()

    return asyncio.run(run())


def heard(model: LangChainModel, sampling: Sampling = SAMPLING) -> tuple[str, LanguageModelError]:
    """Return what was said before the error, and the error."""

    async def run() -> tuple[str, LanguageModelError]:
        said = ""
        try:
            async with aclosing(model.stream(PROMPT, sampling)) as pieces:
                async for piece in pieces:
                    said += piece.text
        except LanguageModelError as error:
            return said, error
        finally:
            await model.close()
        raise AssertionError("no error came")

    return asyncio.run(run())


def test_a_server_without_a_key_needs_none_and_is_sent_the_prompt(server: FakeOpenAI) -> None:
    completion = complete(model_at(server))
    assert completion.text == server.text
    assert completion.usage.prompt_tokens == 7
    assert completion.usage.completion_tokens == 6
    assert [message["role"] for message in server.bodies[0]["messages"]] == ["system", "user"]
    assert server.bodies[0]["messages"][1]["content"] == "연차는 며칠인가요?"


def test_no_key_of_the_environment_is_sent_to_a_server_of_ones_own(
    server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-real-openai")
    complete(model_at(server))
    assert server.keys == ["Bearer none"]


def test_the_proxy_of_the_environment_is_asked_unless_the_address_is_an_exception(
    server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.base_url.removesuffix("/v1"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    target = Target.named(MODEL, "http://model.invalid/v1", "")
    assert complete(LangChainModel(target)).text == server.text
    monkeypatch.setenv("no_proxy", "model.invalid")
    assert "cannot be reached" in str(heard(LangChainModel(target, Patience(retries=0)))[1])


def test_passwords_of_the_user_are_not_sent(
    server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login minji password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    complete(model_at(server, key=KEY))
    assert server.keys == [f"Bearer {KEY}"]


def test_the_sampling_reaches_the_server(server: FakeOpenAI) -> None:
    complete(model_at(server), Sampling(0.3, 0.9, 17, 5, ("끝", "END")))
    body = server.bodies[0]
    assert (body["temperature"], body["top_p"], body["max_tokens"]) == (0.3, 0.9, 17)
    assert (body["seed"], body["stop"], body["stream"]) == (5, ["끝", "END"], True)
    assert "max_completion_tokens" not in body


def test_the_right_key_is_let_in_and_a_wrong_one_names_the_setting_only(
    server: FakeOpenAI,
) -> None:
    server.key = KEY
    assert complete(model_at(server, key=KEY)).text == server.text
    wrong = "sk-another-one-1234567890"
    _, error = heard(model_at(server, key=wrong))
    assert isinstance(error, LanguageModelRefusedError)
    assert "MUREUM_LLM_API_KEY" in str(error)
    assert wrong not in str(error)
    assert len(server.bodies) == 2


def test_a_refusal_that_repeats_the_key_is_told_without_it(server: FakeOpenAI) -> None:
    server.next_ones.append(failing(400, f"temperature is odd, says {KEY}"))
    _, error = heard(model_at(server, key=KEY))
    assert isinstance(error, LanguageModelRefusedError)
    assert "temperature is odd" in str(error)
    assert KEY not in str(error)


def test_an_unknown_model_names_the_setting(server: FakeOpenAI) -> None:
    _, error = heard(model_at(server, "llama3.1:8b"))
    assert isinstance(error, LanguageModelRefusedError)
    assert "MUREUM_LLM_MODEL" in str(error)
    assert server.bodies[0]["model"] == "llama3.1:8b"


def test_a_prompt_that_is_too_long_says_so(server: FakeOpenAI) -> None:
    async def ask() -> None:
        await model_at(server).complete([Message(Role.USER, "길다" * 2_000)], SAMPLING)

    with pytest.raises(ContextTooLongError, match="MUREUM_LLM_CONTEXT_TOKENS"):
        asyncio.run(ask())
    assert len(server.bodies) == 1


@pytest.mark.parametrize("trouble", [failing(429), failing(500), failing(503), dropping_after(0)])
def test_what_passes_by_is_tried_again(server: FakeOpenAI, trouble: object) -> None:
    server.next_ones.append(trouble)  # type: ignore[arg-type]
    assert complete(model_at(server)).text == server.text
    assert len(server.bodies) == 2


def test_three_failures_are_enough(server: FakeOpenAI) -> None:
    server.next_ones.extend([failing(500)] * 3)
    _, error = heard(model_at(server))
    assert isinstance(error, LanguageModelUnavailableError)
    assert len(server.bodies) == 3


def test_a_used_up_quota_is_not_tried_again(server: FakeOpenAI) -> None:
    server.next_ones.append(failing(429, code="insufficient_quota"))
    _, error = heard(model_at(server))
    assert isinstance(error, LanguageModelRefusedError)
    assert len(server.bodies) == 1


def test_the_server_is_given_the_time_that_it_asks_for(server: FakeOpenAI) -> None:
    server.next_ones.append(failing(429, retry_after="0.4"))
    began = time.monotonic()
    assert complete(model_at(server)).text == server.text
    assert time.monotonic() - began >= 0.4


def test_a_server_that_asks_for_too_much_time_is_not_waited_for(server: FakeOpenAI) -> None:
    server.next_ones.append(failing(429, retry_after="3600"))
    began = time.monotonic()
    _, error = heard(model_at(server))
    assert isinstance(error, LanguageModelUnavailableError)
    assert time.monotonic() - began < 2
    assert len(server.bodies) == 1


def test_nothing_is_asked_again_once_words_were_shown(server: FakeOpenAI) -> None:
    server.next_ones.append(dropping_after(3))
    said, error = heard(model_at(server))
    assert said == "말 말 말 "
    assert isinstance(error, LanguageModelUnavailableError)
    assert len(server.bodies) == 1


@pytest.fixture
def long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that follows the first words comes during the pause after them."""
    monkeypatch.setattr("app.llm.openai_server._PAUSE_SECONDS", 0.3)


@pytest.mark.usefixtures("long_pauses")
def test_what_comes_during_a_pause_is_told_together(server: FakeOpenAI) -> None:
    server.seconds_per_word = 0.01

    async def pieces() -> list[str]:
        model = model_at(server)
        async with aclosing(model.stream(PROMPT, SAMPLING)) as told:
            texts = [piece.text async for piece in told if piece.text]
        await model.close()
        return texts

    texts = asyncio.run(pieces())
    assert "".join(texts) == server.text
    assert len(texts) == 2


@pytest.mark.usefixtures("long_pauses")
def test_words_before_a_connection_breaks_during_a_pause_are_told(server: FakeOpenAI) -> None:
    server.next_ones.append(dropping_after(3))
    said, error = heard(model_at(server))
    assert said == "말 말 말 "
    assert isinstance(error, LanguageModelUnavailableError)


@pytest.mark.usefixtures("long_pauses")
def test_an_end_that_comes_alone_during_a_pause_is_the_end(server: FakeOpenAI) -> None:
    server.next_ones.append(ending_late)
    began = time.monotonic()
    assert complete(model_at(server)).text == "다 했다"
    assert time.monotonic() - began < 2.5


def test_an_answer_that_ends_without_an_end_is_no_answer(server: FakeOpenAI) -> None:
    server.next_ones.append(ending_early)
    said, error = heard(model_at(server))
    assert said == "반만 "
    assert "broke off" in str(error)


@pytest.mark.parametrize("trouble", [talking_nonsense, showing_a_web_page])
def test_what_is_not_the_protocol_names_the_setting(server: FakeOpenAI, trouble: object) -> None:
    server.next_ones.append(trouble)  # type: ignore[arg-type]
    _, error = heard(model_at(server))
    assert type(error) is LanguageModelError
    assert "MUREUM_LLM_BASE_URL" in str(error)
    assert len(server.bodies) == 1


def test_an_answer_that_never_ends_is_ended_and_its_connection_closed(server: FakeOpenAI) -> None:
    server.next_ones.append(never_stopping)
    said, error = heard(model_at(server), Sampling(max_tokens=10))
    assert "far more than 10 tokens" in str(error)
    assert 10 <= said.count("계속") < 1_000
    wait_until(lambda: server.hung_up_on == 1)


def test_a_slow_first_word_is_not_waited_for_beyond_the_timeout(server: FakeOpenAI) -> None:
    server.next_ones.append(thinking_first(3))
    began = time.monotonic()
    _, error = heard(model_at(server, timeout_seconds=0.5))
    assert isinstance(error, LanguageModelTimeoutError)
    assert "MUREUM_LLM_TIMEOUT_SECONDS" in str(error)
    assert time.monotonic() - began < 2
    assert len(server.bodies) == 1


def test_the_timeout_holds_for_the_whole_answer(server: FakeOpenAI) -> None:
    server.seconds_per_word = 0.2
    said, error = heard(model_at(server, timeout_seconds=0.7))
    assert isinstance(error, LanguageModelTimeoutError)
    assert said
    assert server.text.startswith(said)


def test_nobody_at_the_address_is_said_so() -> None:
    absent = FakeOpenAI(base_url="http://127.0.0.1:9/v1")
    _, error = heard(model_at(absent))
    assert isinstance(error, LanguageModelUnavailableError)
    assert "MUREUM_LLM_BASE_URL" in str(error)


def test_one_model_serves_one_event_loop_after_another(server: FakeOpenAI) -> None:
    model = model_at(server)
    for _ in range(2):
        assert asyncio.run(model.complete(PROMPT, SAMPLING)).text == server.text


def test_answers_one_after_another_share_a_connection(server: FakeOpenAI) -> None:
    model = model_at(server)

    async def run() -> None:
        for _ in range(3):
            assert (await model.complete(PROMPT, SAMPLING)).text == server.text
        await asyncio.gather(*(model.complete(PROMPT, SAMPLING) for _ in range(5)))
        await model.close()

    asyncio.run(run())
    assert len(server.bodies) == 8
    assert server.connections == 5


def test_an_answer_is_over_when_it_says_so_though_the_server_lingers(server: FakeOpenAI) -> None:
    server.next_ones.append(lingering)
    began = time.monotonic()
    assert complete(model_at(server)).text == "다 했다"
    assert time.monotonic() - began < 2.5


def test_the_tokens_are_what_was_told_last(server: FakeOpenAI) -> None:
    server.next_ones.append(counting_as_it_goes)
    assert complete(model_at(server)).usage == Usage(7, 3)


def test_an_error_in_the_middle_is_told_without_the_key(server: FakeOpenAI) -> None:
    server.next_ones.append(giving_up(f"out of memory for {KEY}", "server_error", words=2))
    said, error = heard(model_at(server, key=KEY))
    assert said == "말 말 "
    assert "out of memory" in str(error)
    assert KEY not in str(error)
    assert len(server.bodies) == 1


def test_an_error_before_the_first_word_that_passes_by_is_tried_again(server: FakeOpenAI) -> None:
    server.next_ones.append(giving_up("too many", 429, words=0))
    assert complete(model_at(server)).text == server.text
    assert len(server.bodies) == 2


def test_a_reasoning_model_of_a_gateway_is_not_sent_the_temperature_that_it_refuses(
    server: FakeOpenAI,
) -> None:
    heard(model_at(server, "openai:gpt-5-mini"))
    assert "temperature" not in server.bodies[0]


def wait_until(condition: object, seconds: float = 3.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
