"""A server of one's own that speaks OpenAI's protocol, with nothing between it and each word.

LangChain and the library of OpenAI make a dozen objects of every word, on the event loop that all
answers share; see docs/adr/0019-words-without-objects.md.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

import httpx

from app.errors import LanguageModelError
from app.llm.base import Message, Piece, Sampling, Usage
from app.llm.openai_events import Event, EventReader, ToldError, request
from app.llm.providers import Target

_MOST_IDLE = 32
_DRAIN_SECONDS = 0.5
_PATH = "/chat/completions"


class OpenAIServer:
    """Streams answers, each over a connection of its own that the next one uses again."""

    def __init__(self, target: Target, timeout_seconds: float, *, takes_temperature: bool) -> None:
        """Prepare without a request; ``target`` has a base URL."""
        self._target = target
        self._takes_temperature = takes_temperature
        # The whole answer has a deadline; a timer for each read would cost more than the read.
        self._timeout = httpx.Timeout(None, connect=timeout_seconds)
        self._certificates = httpx.create_ssl_context()
        self._idle: list[httpx.AsyncClient] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        """Yield the words of one answer, and what was used at its end.

        Raises ToldError for what the server refuses, LanguageModelError when it breaks off,
        ValueError for what is not the protocol, and what httpx raises.
        """
        asked = request(
            self._target.model, messages, sampling, takes_temperature=self._takes_temperature
        )
        body = json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")
        async with (
            self._client() as client,
            client.stream("POST", _PATH, content=body) as response,
        ):
            if response.is_error:
                raise ToldError(_content(await response.aread()), response.status_code, response)
            async with aclosing(self._pieces(response)) as pieces:
                async for piece in pieces:
                    yield piece

    async def close(self) -> None:
        """Close the connections that belong to the running loop; others died with theirs."""
        idle, self._idle = self._idle, []
        if self._loop is asyncio.get_running_loop():
            for client in idle:
                await client.aclose()

    async def _pieces(self, response: httpx.Response) -> AsyncGenerator[Piece, None]:
        answer = _Answer()
        chunks = response.aiter_bytes()
        async for data in chunks:
            if text := answer.take(data):
                yield Piece(text)
            if answer.last:
                await _drain(chunks)
                break
        yield Piece(answer.close(), answer.usage)
        if not answer.ended:
            raise LanguageModelError(
                f"The answer of {self._target.provider}:{self._target.model} broke off. Is"
                " MUREUM_LLM_BASE_URL the address of an OpenAI-compatible API, usually one that"
                " ends in /v1?"
            )

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Give a client that nobody else uses; after an answer that was cut off it is closed.

        A client shared by all looks through the connections of all for every request.
        """
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._idle, self._loop = [], loop
        client = self._idle.pop() if self._idle else self._new_client()
        try:
            yield client
        except BaseException:
            await client.aclose()
            raise
        if len(self._idle) < _MOST_IDLE and self._loop is loop:
            self._idle.append(client)
        else:
            await client.aclose()

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._target.base_url,
            headers={
                "Authorization": f"Bearer {self._target.api_key or 'none'}",
                "Content-Type": "application/json",
            },
            timeout=self._timeout,
            verify=self._certificates,
            follow_redirects=True,
        )


class _Answer:
    """One answer as its bytes arrive."""

    def __init__(self) -> None:
        self._reader = EventReader()
        self.ended = False
        self.last = False
        self.usage = Usage()

    def take(self, data: bytes) -> str:
        """Return the words in these bytes."""
        return "".join(map(self._heard, self._reader.feed(data)))

    def close(self) -> str:
        """Return the words that came without an end."""
        return "".join(map(self._heard, self._reader.close()))

    def _heard(self, event: Event) -> str:
        self.ended = self.ended or event.ends
        self.last = self.last or event.last
        self.usage = event.usage or self.usage
        return event.text


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read what is left, so that the connection can be used again; do not wait for it long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in chunks:
                pass


def _content(body: bytes) -> object:
    """Return what an error says: its JSON, or its text."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
