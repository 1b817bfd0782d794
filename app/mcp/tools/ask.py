"""The tool ``ask``: an answer with citations, as ``POST /ask`` gives it."""

from pydantic import Field

from app.api.schemas.ask import AskResponse
from app.api.schemas.citations import CitationResponse
from app.api.schemas.common import Request, TopK
from app.conversation import Thread
from app.mcp.tools.base import Call, Reply, Tool
from app.mcp.tools.places import place_of
from app.pipeline.answer import Inquiry
from index.base import NO_FILTERS


class AskArguments(Request):
    """A question to answer."""

    question: str = Field(
        min_length=1, description="A whole question, in Korean or English; at most one at a time."
    )
    session_id: str | None = Field(
        default=None,
        max_length=100,
        description="The session_id of the answer that this question follows.",
    )
    top_k: TopK = 5


class AskTool(Tool[AskArguments]):
    """Answers a question; the turn is kept with its session."""

    name = "ask"
    title = "Ask the documents"
    keeps = True
    arguments = AskArguments
    result = AskResponse

    async def _run(self, call: Call, arguments: AskArguments) -> Reply:
        service = call.service
        inquiry = Inquiry(
            arguments.question,
            call.caller.narrowed(NO_FILTERS),
            arguments.top_k,
            sampling=service.pipeline.options.sampling,
        )
        thread = Thread(arguments.session_id, call.caller)
        session_id, answer = await service.conversation.answer(inquiry, thread)
        response = AskResponse.of(answer, session_id)
        return Reply(response, _read(response))


def _read(response: AskResponse) -> str:
    """Return an answer with its sources below it, as a model reads it."""
    lines = [response.answer]
    if response.citations:
        heading = "Nearest passages, which do not answer:" if response.abstained else "Sources:"
        lines += ["", heading, *map(_source, response.citations)]
    if response.unsupported:
        lines += ["", "No source carries:", *response.unsupported]
    return "\n".join([*lines, "", f"session_id: {response.session_id}"])


def _source(citation: CitationResponse) -> str:
    return f"[{citation.number}] {place_of(citation)}\n    {citation.quote}"
