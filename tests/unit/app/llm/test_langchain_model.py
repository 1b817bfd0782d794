"""Which provider a name means, how long to wait, and what foreign errors become."""

import pytest

from app.errors import (
    ContextTooLongError,
    LanguageModelError,
    LanguageModelRefusedError,
    LanguageModelTimeoutError,
    LanguageModelUnavailableError,
)
from app.llm.base import Sampling
from app.llm.langchain_model import LangChainModel, Patience
from app.llm.providers import Target, connect
from app.llm.translation import retry_after_seconds, translated


@pytest.mark.parametrize(
    ("name", "provider", "model"),
    [
        ("openai:gpt-5-mini", "openai", "gpt-5-mini"),
        ("gpt-5-mini", "openai", "gpt-5-mini"),
        ("claude-sonnet", "openai", "claude-sonnet"),
        ("anthropic:claude-sonnet", "anthropic", "claude-sonnet"),
        ("ollama:llama3.1:8b", "ollama", "llama3.1:8b"),
        ("llama3.1:8b", "openai", "llama3.1:8b"),
    ],
)
def test_a_name_without_a_known_provider_is_a_model_of_openais_protocol(
    name: str, provider: str, model: str
) -> None:
    target = Target.named(name)
    assert (target.provider, target.model) == (provider, model)


def test_the_key_is_not_shown() -> None:
    assert "sk-secret" not in repr(Target.named("gpt", "", "sk-secret"))


def test_without_any_key_openai_itself_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(LanguageModelRefusedError, match="MUREUM_LLM_API_KEY"):
        LangChainModel(Target.named("openai:gpt-5-mini"))


def test_a_reasoning_model_is_not_sent_the_temperature_that_it_refuses() -> None:
    target = Target.named("openai:gpt-5-mini", "", "sk-1")
    chat = connect(target, Sampling(temperature=0), 5.0)
    assert getattr(chat, "temperature", "absent") is None


def test_the_context_is_what_the_setting_or_the_model_says() -> None:
    key = "sk-1"
    assert LangChainModel(Target.named("openai:gpt-5-mini", "", key)).context_tokens > 100_000
    own = Target.named("qwen", "http://127.0.0.1:9/v1")
    assert LangChainModel(own).context_tokens == 8_192
    assert LangChainModel(own, context_tokens=4_096).context_tokens == 4_096


def test_pauses_double_with_chance_and_end() -> None:
    patience = Patience(retries=3, first_pause_seconds=1.0, longest_pause_seconds=5.0)
    drawn = [{patience.pause(attempt, None) for _ in range(50)} for attempt in range(3)]
    for attempt, pauses in enumerate(drawn):
        assert len(pauses) > 1
        assert all(0.5 * 2**attempt <= (pause or 0) <= 5.0 for pause in pauses)
    assert patience.pause(3, None) is None


def test_what_the_server_asks_for_is_kept_up_to_a_bound() -> None:
    patience = Patience(longest_pause_seconds=5.0)
    assert patience.pause(0, 4.0) == 4.0
    assert patience.pause(0, 6.0) is None
    assert patience.pause(2, 0.0) is None


class AnsweredError(Exception):
    """An error of a provider whose library is not installed, with the status of its answer."""

    def __init__(self, status: int, message: str = "", retry_after: str | None = None) -> None:
        super().__init__(message)
        self.status_code = status
        headers = {} if retry_after is None else {"retry-after": retry_after}
        self.response = type("Response", (), {"headers": headers})()


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (400, "prompt is too long: 9000 tokens", ContextTooLongError),
        (413, "exceeds the context window", ContextTooLongError),
        (400, "top_k must be positive", LanguageModelRefusedError),
        (401, "", LanguageModelRefusedError),
        (403, "", LanguageModelRefusedError),
        (404, "", LanguageModelRefusedError),
        (422, "", LanguageModelRefusedError),
        (408, "", LanguageModelTimeoutError),
        (504, "", LanguageModelTimeoutError),
        (429, "", LanguageModelUnavailableError),
        (500, "", LanguageModelUnavailableError),
        (529, "overloaded", LanguageModelUnavailableError),
    ],
)
def test_a_status_becomes_our_error(
    status: int, message: str, expected: type[LanguageModelError]
) -> None:
    assert type(translated(AnsweredError(status, message), "m")) is expected


class ConnectError(ConnectionError): ...


class ContextOverflowError(Exception): ...


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), LanguageModelTimeoutError),
        (ConnectError(), LanguageModelUnavailableError),
        (ContextOverflowError(), ContextTooLongError),
        (UnicodeDecodeError("utf-8", b"", 0, 1, ""), LanguageModelError),
        (KeyError("prompt"), LanguageModelError),
    ],
)
def test_an_error_without_a_status_is_known_by_its_kind(
    error: Exception, expected: type[LanguageModelError]
) -> None:
    ours = translated(error, "m")
    assert type(ours) is expected
    assert "prompt" not in str(ours).replace("The prompt does not fit", "")


def test_the_key_is_kept_out_of_what_a_server_says() -> None:
    ours = translated(AnsweredError(400, "bad header sk-secret"), "m", "sk-secret")
    assert "bad header" in str(ours)
    assert "sk-secret" not in str(ours)


@pytest.mark.parametrize(
    ("told", "seconds"), [("3", 3.0), ("0.5", 0.5), ("soon", None), ("-1", None), (None, None)]
)
def test_the_pause_that_a_server_asks_for_is_read(told: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(AnsweredError(429, "", told)) == seconds
