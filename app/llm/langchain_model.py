"""Any API that LangChain knows, and every server that speaks the protocol of OpenAI."""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from app.errors import LanguageModelError, LanguageModelUnavailableError
from app.llm.base import LanguageModel, Message, Piece, Sampling, Usage
from app.llm.openai_server import OpenAIServer
from app.llm.providers import OPENAI, Target, connect, disconnect
from app.llm.settings import LanguageModelSettings
from app.llm.translation import retry_after_seconds, translated

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

USUAL_CONTEXT_TOKENS = 8_192
ENDINGS = ("finish_reason", "stop_reason", "done_reason", "status")
MOST_SAMPLINGS = 16


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one answer may take, and how often and after which pauses it is asked for again."""

    timeout_seconds: float = 120.0
    retries: int = 2
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 20.0

    def pause(self, attempt: int, asked_seconds: float | None) -> float | None:
        """Return the seconds before the attempt after this one (from 0), or None to give up."""
        if attempt >= self.retries:
            return None
        if asked_seconds is not None:
            return asked_seconds if asked_seconds <= self.longest_pause_seconds else None
        usual: float = self.first_pause_seconds * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311 - jitter is no secret
        return min(usual, self.longest_pause_seconds)


def build(settings: LanguageModelSettings) -> "LangChainModel":
    """Return the model that the settings name."""
    key = settings.api_key.get_secret_value()
    target = Target.named(settings.model, settings.base_url, key)
    patience = Patience(settings.timeout_seconds, settings.retries)
    return LangChainModel(target, patience, settings.context_tokens)


class LangChainModel(LanguageModel):
    """Asks again, after a pause, for as long as nothing was said; never after the first word."""

    def __init__(
        self, target: Target, patience: Patience | None = None, context_tokens: int = 0
    ) -> None:
        """Prepare the client, without a request.

        Raises MissingExtraError when the provider's package is not installed,
        LanguageModelRefusedError when it does not take the settings.
        """
        self.name = f"{target.provider}:{target.model}"
        self._target = target
        self._patience = patience or Patience()
        self.timeout_seconds = self._patience.timeout_seconds
        self._chats: dict[Sampling, BaseChatModel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        chat = self._chat(Sampling())
        self._server = self._own_server(chat)
        profile: Mapping[str, Any] = chat.profile or {}
        known = 0 if target.base_url else profile.get("max_input_tokens", 0)
        self.context_tokens = context_tokens or known or USUAL_CONTEXT_TOKENS

    async def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        attempt = 0
        while True:
            said = False
            try:
                ask = self._attempt if self._server is None else self._server.stream
                async with aclosing(ask(messages, sampling)) as pieces:
                    async for piece in pieces:
                        said = said or bool(piece.text)
                        yield piece
                return
            except Exception as error:
                ours = translated(error, self.name, self._target.api_key)
                pause = self._patience.pause(attempt, retry_after_seconds(error))
                if said or pause is None or not isinstance(ours, LanguageModelUnavailableError):
                    raise ours from error
            attempt += 1
            await asyncio.sleep(pause)

    async def _attempt(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        prompt = [(message.role.value, message.content) for message in messages]
        chunks = cast(
            "AsyncGenerator[AIMessageChunk, None]", self._chat_here(sampling).astream(prompt)
        )
        ended = self._target.provider != OPENAI
        async with aclosing(chunks):
            async for chunk in chunks:
                ended = ended or any(chunk.response_metadata.get(key) for key in ENDINGS)
                yield Piece(str(chunk.text), _usage(chunk))
        if not ended:
            raise LanguageModelError(
                f"The answer of {self.name} broke off. Is MUREUM_LLM_BASE_URL the address of an"
                " OpenAI-compatible API, usually one that ends in /v1?"
            )

    def _own_server(self, chat: "BaseChatModel") -> OpenAIServer | None:
        """Return what asks without LangChain, which is told only which settings the model takes."""
        if self._target.provider != OPENAI or not self._target.base_url:
            return None
        takes_temperature = getattr(chat, "temperature", None) is not None
        seconds = self._patience.timeout_seconds
        return OpenAIServer(self._target, seconds, takes_temperature=takes_temperature)

    def _chat_here(self, sampling: Sampling) -> "BaseChatModel":
        """Return a chat whose connections belong to the running loop."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._chats = {}
            self._loop = loop
        return self._chat(sampling)

    def _chat(self, sampling: Sampling) -> "BaseChatModel":
        if sampling not in self._chats:
            if len(self._chats) >= MOST_SAMPLINGS:
                del self._chats[next(iter(self._chats))]
            self._chats[sampling] = connect(self._target, sampling, self._patience.timeout_seconds)
        return self._chats[sampling]

    async def close(self) -> None:
        """Close the connections that belong to the running loop; others died with theirs."""
        if self._server is not None:
            await self._server.close()
        chats, self._chats = self._chats, {}
        if self._loop is asyncio.get_running_loop():
            for chat in chats.values():
                await disconnect(chat)


def _usage(chunk: "AIMessageChunk") -> Usage:
    told = chunk.usage_metadata
    return Usage(told["input_tokens"], told["output_tokens"]) if told else Usage()
