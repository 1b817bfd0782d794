"""A language model that llama.cpp runs: starts it, waits in line for it, and streams from it."""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import httpx

from app.errors import LanguageModelUnavailableError
from app.llm.base import LanguageModel, Message, Piece, Sampling
from app.llm.line import Line
from app.llm.llamacpp.files import existing, find_model
from app.llm.llamacpp.process import LlamaProcess, Loading
from app.llm.llamacpp.protocol import piece, refusal, request
from app.llm.settings import LanguageModelSettings
from index.plugins import import_optional

LIBRARY = "xllamacpp"
COMPLETIONS = "/v1/chat/completions"
USUAL_CONTEXT_TOKENS = 8_192
"""Every slot holds its whole context in memory, so a model's own, perhaps 131072, is too much."""


@dataclass(frozen=True, slots=True)
class Queueing:
    """How long one answer may take, and how many may wait for theirs."""

    timeout_seconds: float | None = None
    waiting: int = 32


def build(settings: LanguageModelSettings) -> "LlamaCppModel":
    """Return the model of the settings, loaded."""
    loading = Loading(
        model=str(find_model(settings.model)),
        context_tokens=settings.context_tokens or USUAL_CONTEXT_TOKENS,
        parallel=settings.parallel,
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
        lora=str(existing(settings.lora, "MUREUM_LLM_LORA")) if settings.lora else "",
        lora_scale=settings.lora_scale,
    )
    return LlamaCppModel(loading, Queueing(settings.timeout_seconds, settings.waiting))


class LlamaCppModel(LanguageModel):
    """Writes ``parallel`` answers at a time; when its process ends, the next question starts it."""

    def __init__(self, loading: Loading, queueing: Queueing | None = None) -> None:
        """Load the model.

        Raises MissingExtraError without the library, LanguageModelUnavailableError, with the
        reason, when the file cannot be loaded.
        """
        if find_spec(LIBRARY) is None:
            import_optional(LIBRARY)
        queueing = queueing or Queueing()
        self.name = f"llamacpp:{Path(loading.model).stem}"
        self.timeout_seconds = queueing.timeout_seconds
        self._loading = loading
        self._line = Line(loading.parallel, queueing.waiting)
        self._starting = Lock()
        self._closed = False
        self._no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._process = LlamaProcess(loading)
        properties = self._ask("/props")
        self.context_tokens = int(properties["default_generation_settings"]["n_ctx"])

    async def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        async with self._line.place():
            process = await self._running()
            client = httpx.AsyncClient(**self._connection(process))
            asked = request(messages, sampling)
            try:
                async with client, client.stream("POST", COMPLETIONS, json=asked) as response:
                    if response.is_error:
                        raise refusal(json.loads(await response.aread()), self.name)
                    async for line in response.aiter_lines():
                        yield piece(line, self.name)
            except httpx.TransportError as error:
                raise _lost(self.name, ended=await asyncio.to_thread(process.ends_soon)) from error

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, by the model's own tokenizer."""
        return len(self._ask("/tokenize", {"content": text})["tokens"])

    def busy_slots(self) -> int:
        """Return how many answers llama.cpp is working on now."""
        return sum(slot["is_processing"] for slot in self._ask("/slots"))

    async def close(self) -> None:
        """End the process and free its memory."""
        self._closed = True
        await asyncio.to_thread(self._process.close)

    async def _running(self) -> LlamaProcess:
        if self._process.alive:
            return self._process
        return await asyncio.to_thread(self._restarted)

    def _restarted(self) -> LlamaProcess:
        with self._starting:
            if self._closed:
                raise LanguageModelUnavailableError(f"{self.name} has been closed.")
            if not self._process.alive:
                self._process.close()
                self._process = LlamaProcess(self._loading)
            return self._process

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        process = self._process if self._process.alive else self._restarted()
        try:
            with httpx.Client(**self._connection(process)) as client:
                response = client.post(path, json=body) if body else client.get(path)
                return response.raise_for_status().json()
        except httpx.HTTPError as error:
            raise _lost(self.name, ended=process.ends_soon()) from error

    def _connection(self, process: LlamaProcess) -> dict[str, Any]:
        return {
            "base_url": process.address,
            "headers": {"Authorization": f"Bearer {process.key}"},
            "timeout": None,
            "trust_env": False,
            "verify": self._no_tls,
        }


def _lost(name: str, *, ended: bool) -> LanguageModelUnavailableError:
    if not ended:
        return LanguageModelUnavailableError(f"{name} broke off; try again.")
    return LanguageModelUnavailableError(
        f"The process of {name} has ended, perhaps for want of memory; the next question starts it"
        " again."
    )
