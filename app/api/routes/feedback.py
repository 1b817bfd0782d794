"""Opinions on answers: ``POST /feedback``, and for administrators what came of it."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from app.access.caller import Caller
from app.api.dependencies import AdminCaller, Admitted, AskCaller, NeedsKey, ServiceDependency
from app.api.schemas.feedback import (
    FeedbackListResponse,
    FeedbackQuery,
    FeedbackRequest,
    GivenResponse,
)
from app.audit.act import present_act
from app.errors import InvalidFeedbackError
from app.feedback.lessons import lessons
from app.service import Service
from index.models import Filters

router = APIRouter(tags=["feedback"], dependencies=[NeedsKey])

_LINES = "application/jsonl"


@router.post("/feedback", status_code=201, dependencies=[Admitted])
async def give(
    body: FeedbackRequest, service: ServiceDependency, caller: AskCaller
) -> GivenResponse:
    """Say what you think of an answer, and where the right one stands; a later word counts.

    It is kept as long as the session, and administrators see it with the question.
    """
    opinion = body.to_opinion()
    present_act().session_id = body.session_id
    if opinion.expected_source:
        await service.workers.run(_check_source, service, caller, opinion.expected_source)
    turn = await service.feedback.give(opinion, caller.key_id)
    service.telemetry.metrics.feedback.labels(opinion.rating).inc()
    return GivenResponse(session_id=opinion.session_id, turn=turn, rating=opinion.rating)


@router.get("/admin/feedback")
async def list_feedback(
    query: Annotated[FeedbackQuery, Query()], service: ServiceDependency, caller: AdminCaller
) -> FeedbackListResponse:
    """List what was said, the newest first."""
    del caller
    return FeedbackListResponse.of(await service.feedback.page(query.limit, query.offset))


@router.get(
    "/admin/feedback/questions",
    response_class=StreamingResponse,
    responses={200: {"content": {_LINES: {"schema": {"type": "string"}}}}},
)
async def export_questions(service: ServiceDependency, caller: AdminCaller) -> StreamingResponse:
    """Return questions with the sources that answer them, as ``python -m eval tune`` reads them.

    Where an answer was right its own source counts, and an abstention that was right stays one.
    """
    del caller
    await service.conversations.open()
    return StreamingResponse(lessons(service.feedback.store), media_type=_LINES)


def _check_source(service: Service, caller: Caller, source: str) -> None:
    """Raise InvalidFeedbackError unless the caller may see a document there."""
    with service.opener.index().snapshot() as snapshot:
        found = snapshot.documents(limit=1, filters=caller.narrowed(Filters(source=source)))
    if not found.total:
        raise InvalidFeedbackError(
            "No document that you may see has a source that begins like expected_source;"
            " GET /documents lists them."
        )
