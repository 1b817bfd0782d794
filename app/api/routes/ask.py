"""Questions: ``POST /ask`` and ``POST /search``."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Body, Request
from fastapi.responses import StreamingResponse

from app.api.dependencies import Admitted, AskCaller, NeedsKey, ServiceDependency
from app.api.examples import ASK_EXAMPLES, SEARCH_EXAMPLES
from app.api.schemas.ask import AskRequest, AskResponse, DeltaEvent, MetaEvent
from app.api.schemas.citations import CitationResponse
from app.api.schemas.search import SearchRequest, SearchResponse
from app.api.streaming import MEDIA_TYPE, event, events_response, streamed
from app.conversation import Begun, Thread
from app.pipeline.answer import Inquiry
from app.pipeline.events import Cited, Done, Meta
from app.service import Service

router = APIRouter(tags=["questions"], dependencies=[NeedsKey, Admitted])


@router.post(
    "/ask",
    response_model=AskResponse,
    responses=events_response("meta", "delta", "citation", "done", "error"),
)
async def ask(
    body: Annotated[AskRequest, Body(openapi_examples=ASK_EXAMPLES)],
    service: ServiceDependency,
    caller: AskCaller,
    request: Request,
) -> AskResponse | StreamingResponse:
    """Answer a question from the documents, with citations, or say that they do not hold it.

    With ``stream``, or ``Accept: text/event-stream``, the answer comes as events: ``meta``,
    then ``delta`` and ``citation`` as they are made, and exactly one ``done`` (the whole checked
    answer, which replaces the words before) or ``error`` (a problem document).
    """
    inquiry = body.to_inquiry(caller, service.pipeline.options.sampling)
    thread = Thread(body.session_id, caller)
    if body.stream or MEDIA_TYPE in request.headers.get("accept", ""):
        events = _events(service, inquiry, thread)
        return await streamed(events, request, lambda problem: event("error", problem))
    session_id, answer = await service.conversation.answer(inquiry, thread)
    return AskResponse.of(answer, session_id)


@router.post("/search")
async def search(
    body: Annotated[SearchRequest, Body(openapi_examples=SEARCH_EXAMPLES)],
    service: ServiceDependency,
    caller: AskCaller,
) -> SearchResponse:
    """Find the passages nearest to a question, by words and by meaning."""
    inquiry = Inquiry(body.query, caller.narrowed(body.filters.to_filters()), body.top_k)
    return SearchResponse.of(await service.pipeline.find(inquiry))


async def _events(service: Service, inquiry: Inquiry, thread: Thread) -> AsyncGenerator[str, None]:
    """Yield the events of an answer as they are sent."""
    known = thread.session_id or ""
    async with aclosing(service.conversation.stream(inquiry, thread)) as events:
        async for told in events:
            match told:
                case Begun():
                    known = told.session_id
                case Meta():
                    yield event("meta", MetaEvent.of(told, known))
                case Cited():
                    yield event("citation", CitationResponse.of(told.citation))
                case Done():
                    yield event("done", AskResponse.of(told.answer, known))
                case _:
                    yield event("delta", DeltaEvent(text=told.text))
