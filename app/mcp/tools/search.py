"""The tool ``search``: the nearest passages, as ``POST /search`` gives them."""

from typing import Annotated

from pydantic import Field

from app.api.schemas.common import Request, Tag, TopK
from app.api.schemas.search import HitResponse, SearchResponse
from app.mcp.tools.base import Call, Reply, Tool
from app.mcp.tools.places import place_of
from app.pipeline.answer import Inquiry
from index.models import Filters


class SearchArguments(Request):
    """What to find, and where."""

    query: str = Field(min_length=1, description="A question or a few words, in Korean or English.")
    top_k: TopK = 10
    source: str | None = Field(
        default=None,
        max_length=1_000,
        description="Only documents whose source starts so, for example handbook/.",
    )
    tags: Annotated[list[Tag], Field(max_length=50)] = Field(
        default=[], description="Only documents that carry all of these tags."
    )


class SearchTool(Tool[SearchArguments]):
    """Finds passages."""

    name = "search"
    title = "Search the documents"
    arguments = SearchArguments
    result = SearchResponse

    async def _run(self, call: Call, arguments: SearchArguments) -> Reply:
        wanted = Filters(source=arguments.source, tags=frozenset(arguments.tags))
        inquiry = Inquiry(arguments.query, call.caller.narrowed(wanted), arguments.top_k)
        response = SearchResponse.of(await call.service.pipeline.find(inquiry))
        return Reply(response, _read(response))


def _read(response: SearchResponse) -> str:
    """Return the passages with their places and numbers, as a model reads them."""
    passages = [_passage(number, hit) for number, hit in enumerate(response.hits, 1)]
    return "\n\n".join(passages) or "No passage was found."


def _passage(number: int, hit: HitResponse) -> str:
    return f"[{number}] {place_of(hit)}\n{hit.text.strip()}"
