"""What libraries of providers raise → our errors, with what to do and without the key.

Providers share no base class, but most follow LangChain's, carry the HTTP status, or raise what
httpx (or its successor httpx2) or aiohttp raises; the three are read in this order.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from app.errors import (
    ContextTooLongError,
    LanguageModelError,
    LanguageModelRefusedError,
    LanguageModelTimeoutError,
    LanguageModelUnavailableError,
)

CONTEXT_WORDS = ("context length", "context size", "context window", "context_length", "too long")
LONGEST_DETAIL = 200


def translated(error: Exception, name: str, secret: str = "") -> LanguageModelError:
    """Return our error for a foreign one; ``name`` is the model's, ``secret`` is kept out."""
    if isinstance(error, LanguageModelError):
        return error
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _of_status(error, status, name, secret)
    kinds = {base.__name__ for base in type(error).__mro__}
    for named, ours in _BY_KIND.items():
        if kinds & named:
            return ours(name)
    if "ToldError" in kinds:
        return LanguageModelError(f"{name} broke off and says: {_detail(error, secret)}")
    return LanguageModelError(f"The language model {name} failed: {type(error).__name__}.")


def retry_after_seconds(error: Exception) -> float | None:
    """Return how long the server asks to wait, if it says so in seconds."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    if not isinstance(headers, Mapping):
        return None
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if seconds >= 0 else None


def _of_status(error: Exception, status: int, name: str, secret: str) -> LanguageModelError:
    if _context_is_too_short(error):
        return _too_long(name)
    if getattr(error, "code", None) == "insufficient_quota":
        return LanguageModelRefusedError(f"The quota of {name} is used up: see its provider.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return LanguageModelUnavailableError(f"{name} has too many requests; try again later.")
    if status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}:
        return _timeout(name)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return LanguageModelUnavailableError(
            f"The server of {name} failed with status {status}; try again later."
        )
    return LanguageModelRefusedError(_refusal(error, status, name, secret))


def _refusal(error: Exception, status: int, name: str, secret: str) -> str:
    if status == HTTPStatus.UNAUTHORIZED:
        return f"{name} refuses the key. Set MUREUM_LLM_API_KEY."
    if status == HTTPStatus.FORBIDDEN:
        return f"The key may not use {name}. See MUREUM_LLM_API_KEY and MUREUM_LLM_MODEL."
    if status == HTTPStatus.NOT_FOUND:
        return f"{name} was not found there. See MUREUM_LLM_MODEL and MUREUM_LLM_BASE_URL."
    return (
        f"{name} refuses the request with status {status}: {_detail(error, secret)}"
        " See the settings MUREUM_LLM_TEMPERATURE, _TOP_P, _MAX_TOKENS, _SEED and _STOP."
    )


def _detail(error: Exception, secret: str) -> str:
    """Return what the server says about an error, on one line and without the key."""
    detail = " ".join(str(getattr(error, "message", error)).split())
    return (detail.replace(secret, "…") if secret else detail)[:LONGEST_DETAIL]


def _context_is_too_short(error: Exception) -> bool:
    message = str(error).casefold()
    return getattr(error, "status_code", 0) in {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    } and any(words in message for words in CONTEXT_WORDS)


def _too_long(name: str) -> ContextTooLongError:
    return ContextTooLongError(
        f"The prompt does not fit into the context of {name}. Set MUREUM_LLM_CONTEXT_TOKENS to"
        " what the model has, or lower MUREUM_APP_CONTEXT_CHARACTERS."
    )


def _timeout(name: str) -> LanguageModelTimeoutError:
    return LanguageModelTimeoutError(
        f"{name} did not answer in time. Try again, or raise MUREUM_LLM_TIMEOUT_SECONDS."
    )


def _unreachable(name: str) -> LanguageModelUnavailableError:
    return LanguageModelUnavailableError(
        f"The server of {name} cannot be reached, or broke off. Is it running, and is"
        " MUREUM_LLM_BASE_URL its address?"
    )


def _unreadable(name: str) -> LanguageModelError:
    return LanguageModelError(
        f"{name} sent something that cannot be read. Is MUREUM_LLM_BASE_URL the address of an"
        " OpenAI-compatible API, usually one that ends in /v1?"
    )


_BY_KIND: Mapping[frozenset[str], Callable[[str], LanguageModelError]] = {
    frozenset({"ContextOverflowError"}): _too_long,
    frozenset(
        {"TimeoutError", "TimeoutException", "APITimeoutError", "ModelTimeoutError"}
    ): _timeout,
    frozenset(
        {
            "TransportError",
            "ConnectionError",
            "ClientConnectionError",
            "ClientPayloadError",
            "APIConnectionError",
            "ModelConnectionError",
        }
    ): _unreachable,
    frozenset({"ValueError", "ClientResponseError"}): _unreadable,
}
"""By the names of classes, so that no provider's library needs to be installed; first wins."""
