"""A server of one's own that speaks OpenAI's protocol, with nothing between it and each word.

LangChain and the library of OpenAI make a dozen objects of every word, on the event loop that all
answers share; see docs/adr/0019-words-without-objects.md.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from app.errors import LanguageModelError
from app.llm.base import Message, Piece, Sampling, Usage
from app.llm.openai_events import LONGEST_EVENT_BYTES, EventReader, ToldError, request
from app.llm.providers import Target

_DRAIN_SECONDS = 0.5
_PAUSE_SECONDS = 0.002
_PATH = "/chat/completions"


class OpenAIServer:
    """Streams answers over connections that are used again."""

    def __init__(self, target: Target, timeout_seconds: float, *, takes_temperature: bool) -> None:
        """Prepare without a request; ``target`` has a base URL."""
        self._target = target
        self._takes_temperature = takes_temperature
        # The whole answer has a deadline; a timer for each read would cost more than the read.
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=timeout_seconds)
        self._opened: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._streams = 0

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        """Yield the words of one answer, and what was used at its end.

        Raises ToldError for what the server refuses, LanguageModelError when it breaks off,
        ValueError for what is not the protocol, and what aiohttp raises.
        """
        asked = request(
            self._target.model, messages, sampling, takes_temperature=self._takes_temperature
        )
        body = json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")
        url = f"{str(self._target.base_url).rstrip('/')}{_PATH}"
        async with self._session().post(url, data=body) as response:
            if not response.ok:
                raise ToldError(await _content(response), response.status, response)
            async with aclosing(self._pieces(response)) as pieces:
                async for piece in pieces:
                    yield piece

    async def close(self) -> None:
        """Close the connections that belong to the running loop; others died with theirs."""
        opened, self._opened = self._opened, None
        if opened is not None and self._loop is asyncio.get_running_loop():
            await opened.close()

    async def _pieces(self, response: aiohttp.ClientResponse) -> AsyncGenerator[Piece, None]:
        answer = _Answer(response.content)
        self._streams += 1
        try:
            while not answer.over:
                await answer.hear()
                # However many answers there are, the event loop hands on so many pieces a second
                # in all, and each a little later.
                while answer.words:
                    yield Piece(answer.told())
                    await answer.hear_for(self._streams * _PAUSE_SECONDS)
        finally:
            self._streams -= 1
        if answer.error is not None:
            raise answer.error
        if answer.last:
            await _drain(response)
        yield Piece(answer.told(), answer.usage)
        if not answer.ended:
            raise LanguageModelError(
                f"The answer of {self._target.provider}:{self._target.model} broke off. Is"
                " MUREUM_LLM_BASE_URL the address of an OpenAI-compatible API, usually one that"
                " ends in /v1?"
            )

    def _session(self) -> aiohttp.ClientSession:
        """Return the connections of the running loop; how many there are is limited elsewhere."""
        loop = asyncio.get_running_loop()
        if self._opened is None or self._loop is not loop:
            self._loop = loop
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                headers={
                    "Authorization": f"Bearer {self._target.api_key or 'none'}",
                    "Content-Type": "application/json",
                },
                timeout=self._timeout,
                proxy=_proxy_of(str(self._target.base_url)),
            )
        return self._opened


class _Answer:
    """One answer as its bytes arrive: the words that nobody was told yet, and how it ended."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content
        self._reader = EventReader()
        self.words = ""
        self.ended = False
        self.last = False
        self.over = False
        self.usage = Usage()
        self.error: Exception | None = None

    def told(self) -> str:
        """Return the words that nobody was told yet."""
        words, self.words = self.words, ""
        return words

    async def hear(self) -> None:
        """Wait for the next bytes; an error is kept, because words may have come before it."""
        try:
            data = await self._content.readany()
            for event in self._reader.feed(data) if data else self._reader.close():
                self.words += event.text
                self.ended = self.ended or event.ends
                self.last = self.last or event.last
                self.usage = event.usage or self.usage
            self.over = self.last or not data
        except (aiohttp.ClientError, ToldError, ValueError) as error:
            self.error, self.over = error, True

    async def hear_for(self, seconds: float) -> None:
        """Gather what comes within so many seconds, or until the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.over:
                    await self.hear()


def _proxy_of(url: str) -> str | None:
    """Return the proxy that the environment names for an address.

    aiohttp would read it too, but with it the user's passwords of ~/.netrc.
    """
    parts = urlsplit(url)
    direct = parts.hostname is None or proxy_bypass(parts.hostname)
    return None if direct else getproxies().get(parts.scheme)


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read what is left, so that the connection can be used again; do not wait for it long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while await response.content.readany():
                pass


async def _content(response: aiohttp.ClientResponse) -> object:
    """Return what an error says: its JSON, or its text."""
    body = b""
    while len(body) < LONGEST_EVENT_BYTES and (data := await response.content.readany()):
        body += data
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
