"""Which provider a model's name means, and LangChain's client for it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.errors import LanguageModelRefusedError
from app.llm.base import Sampling
from index.errors import MissingExtraError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI = "openai"
PROVIDERS = frozenset(
    {
        "anthropic",
        "azure_openai",
        "bedrock_converse",
        "cohere",
        "deepseek",
        "google_genai",
        "google_vertexai",
        "groq",
        "mistralai",
        "ollama",
        "openai",
        "openrouter",
        "together",
        "xai",
    }
)
"""What may stand before the colon; ``llama3.1:8b`` is a name as a whole."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which model to ask, where, and with which key; an empty field is left to the provider."""

    provider: str
    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)

    @classmethod
    def named(cls, name: str, base_url: str = "", api_key: str = "") -> "Target":
        """Return the target of ``provider:model``, or of a model of OpenAI's protocol."""
        provider, colon, model = name.partition(":")
        if not (colon and provider in PROVIDERS):
            provider, model = OPENAI, name
        return cls(provider, model, base_url, api_key)


def connect(target: Target, sampling: Sampling, timeout_seconds: float) -> "BaseChatModel":
    """Return LangChain's client, without a request.

    Raises MissingExtraError when the provider's package is not installed,
    LanguageModelRefusedError when it does not take the settings.
    """
    from langchain.chat_models import init_chat_model

    arguments = {**_reaching(target, timeout_seconds), **_choosing(target, sampling)}
    try:
        chat: BaseChatModel = init_chat_model(
            target.model, model_provider=target.provider, **arguments
        )
    except ImportError as error:
        raise MissingExtraError(f"{error}.") from error
    except Exception as error:
        raise LanguageModelRefusedError(
            f"{target.provider}:{target.model} cannot be used with these settings. See"
            " MUREUM_LLM_API_KEY, MUREUM_LLM_MODEL and MUREUM_LLM_BASE_URL."
        ) from error
    return chat


async def disconnect(chat: "BaseChatModel") -> None:
    """Close the connections that the client keeps open, where it can."""
    from langchain_openai import ChatOpenAI

    if isinstance(chat, ChatOpenAI):
        await chat.root_async_client.close()


def _reaching(target: Target, timeout_seconds: float) -> dict[str, Any]:
    """Return how to reach the model; a server of one's own gets no key from the environment."""
    arguments: dict[str, Any] = {"max_retries": 0, "timeout": timeout_seconds}
    if target.base_url:
        arguments["base_url"] = target.base_url
    if target.api_key or target.base_url:
        arguments["api_key"] = target.api_key or "none"
    if target.provider == OPENAI:
        from openai import DefaultAsyncHttpxClient

        # LangChain's own is shared by all event loops, and breaks in the second one.
        arguments["http_async_client"] = DefaultAsyncHttpxClient(timeout=timeout_seconds)
        arguments |= {"stream_usage": True, "stream_chunk_timeout": timeout_seconds}
    return arguments


def _choosing(target: Target, sampling: Sampling) -> dict[str, Any]:
    """Return how to choose tokens; what equals the API's default is not sent: some refuse it."""
    arguments: dict[str, Any] = {"temperature": sampling.temperature}
    if sampling.top_p < 1:
        arguments["top_p"] = sampling.top_p
    if sampling.seed is not None:
        arguments["seed"] = sampling.seed
    if sampling.stop:
        arguments["stop"] = list(sampling.stop)
    if target.provider == OPENAI and target.base_url:
        # Servers of others know this name; LangChain would send OpenAI's newer one.
        arguments["extra_body"] = {"max_tokens": sampling.max_tokens}
    else:
        most = "num_predict" if target.provider == "ollama" else "max_tokens"
        arguments[most] = sampling.max_tokens
    return arguments
