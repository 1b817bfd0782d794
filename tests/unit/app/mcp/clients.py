"""The protocol's own client, in memory, and an index whose documents have groups."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mcp import Client
from mcp.types import CallToolResult

from app.access.caller import Caller, Role
from app.mcp.server import build_server
from app.mcp.tools.base import Call
from app.service import Service
from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from tests.documents import chunked
from tests.unit.app.services import fill

VERSIONS = ("legacy", "auto")
"""Clients that shake hands first, and clients of the protocol without sessions."""

EVERYTHING = Caller("지우", Role.ADMIN, groups=None)
OUTSIDER = Caller("Robin", Role.ASK, groups=frozenset(), key_id="0000000000aa")
PAID = "임원 상여금은 연봉의 40퍼센트입니다."


@dataclass(frozen=True)
class Connected:
    """A client with the words of its results at hand."""

    client: Client

    async def call(self, tool: str, **arguments: object) -> CallToolResult:
        return await self.client.call_tool(tool, dict(arguments))

    async def structured(self, tool: str, **arguments: object) -> Mapping[str, Any]:
        result = await self.call(tool, **arguments)
        assert not result.is_error, text_of(result)
        found: Mapping[str, Any] = result.structured_content
        return found


@asynccontextmanager
async def connected(
    service: Service, caller: Caller = EVERYTHING, version: str = "auto"
) -> AsyncIterator[Connected]:
    """Yield a client of a server in this process; every request is this caller's."""
    server = build_server(lambda _: Call(service, caller))
    try:
        async with Client(server, mode=version) as client:
            yield Connected(client)
    finally:
        await service.conversations.close()


def text_of(result: CallToolResult) -> str:
    """Return what a model reads."""
    (block,) = result.content
    assert block.type == "text"
    return block.text


def index_with_secrets() -> InMemoryIndex:
    """Return the small index and one more document, for the group ``board`` alone."""
    index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
    fill(index)
    with index.writer() as writer:
        writer.put([chunked("docs/상여금.md", [PAID], title="상여금", groups=frozenset({"board"}))])
        writer.publish()
    return index
