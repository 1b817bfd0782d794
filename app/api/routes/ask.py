"""Questions: ``POST /ask`` and ``POST /search``."""

from typing import Annotated

from fastapi import APIRouter, Body

from app.api.dependencies import Admitted, ServiceDependency
from app.api.examples import ASK_EXAMPLES, SEARCH_EXAMPLES
from app.api.schemas.ask import AskRequest, AskResponse
from app.api.schemas.search import SearchRequest, SearchResponse
from app.errors import SessionNotFoundError
from app.pipeline.answer import Inquiry

router = APIRouter(tags=["questions"], dependencies=[Admitted])


@router.post("/ask")
async def ask(
    body: Annotated[AskRequest, Body(openapi_examples=ASK_EXAMPLES)], service: ServiceDependency
) -> AskResponse:
    """Answer a question from the documents, with citations, or say that they do not hold it."""
    if body.session_id is not None:
        raise SessionNotFoundError("There is no session with this id; leave session_id out.")
    inquiry = Inquiry(body.question, body.filters.to_filters(), body.top_k)
    return AskResponse.of(await service.pipeline.answer(inquiry))


@router.post("/search")
async def search(
    body: Annotated[SearchRequest, Body(openapi_examples=SEARCH_EXAMPLES)],
    service: ServiceDependency,
) -> SearchResponse:
    """Find the passages nearest to a question, by words and by meaning."""
    inquiry = Inquiry(body.query, body.filters.to_filters(), body.top_k)
    return SearchResponse.of(await service.pipeline.search(inquiry))
