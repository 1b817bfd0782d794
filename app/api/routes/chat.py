"""The service as a model of the OpenAI protocol: any chat program can use it."""

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from app.answerers.base import Delta
from app.api.dependencies import Admitted, AskCaller, NeedsKey, ServiceDependency
from app.api.problems import Problem
from app.api.schemas.ask import UsageResponse
from app.api.schemas.chat import (
    ChatRequest,
    ChatResponse,
    Choice,
    ModelResponse,
    ModelsResponse,
    total_usage,
)
from app.api.schemas.citations import CitationResponse
from app.api.streaming import events_response, streamed
from app.pipeline.answer import Inquiry, Pipeline
from app.pipeline.events import Answer, Done, Meta
from app.pipeline.phrases import SOURCES
from app.pipeline.question import language_of

router = APIRouter(prefix="/v1", tags=["chat programs"], dependencies=[NeedsKey])

LAST = "data: [DONE]\n\n"


@router.get("/models")
async def list_models(caller: AskCaller) -> ModelsResponse:
    """Name the one model that this service is."""
    del caller
    return ModelsResponse(data=[ModelResponse()])


@router.post(
    "/chat/completions",
    response_model=ChatResponse,
    dependencies=[Admitted],
    responses=events_response(),
)
async def complete(
    body: ChatRequest, service: ServiceDependency, caller: AskCaller, request: Request
) -> ChatResponse | StreamingResponse:
    """Answer the last message from the documents; the messages before it are the history.

    The sources follow the answer as readable lines and as the extra field ``citations``. Nothing
    is kept: the caller keeps the conversation.
    """
    inquiry = body.to_inquiry(caller, service.pipeline.options.sampling)
    reply = _Reply(f"chatcmpl-{uuid4().hex}", int(time.time()))
    if body.stream:
        return await streamed(_chunks(service.pipeline, inquiry, reply), request, _failure)
    answer = await service.pipeline.answer(inquiry)
    text = answer.text + _source_lines(answer)
    return reply.whole(text, answer)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What all pieces of one reply share."""

    id: str
    created: int

    def whole(self, text: str, answer: Answer) -> ChatResponse:
        message = {"role": "assistant", "content": text}
        return ChatResponse(
            id=self.id,
            object="chat.completion",
            created=self.created,
            choices=[Choice(message=message, finish_reason="stop")],
            usage=total_usage(UsageResponse.of(answer.usage)),
            citations=_citations(answer),
        )

    def chunk(self, delta: dict[str, str]) -> str:
        return self._sent(Choice(delta=delta))

    def end(self, answer: Answer) -> str:
        return self._sent(
            Choice(delta={}, finish_reason="stop"),
            usage=total_usage(UsageResponse.of(answer.usage)),
            citations=_citations(answer),
        )

    def _sent(self, choice: Choice, **parts: object) -> str:
        response = ChatResponse.model_validate(
            {
                "id": self.id,
                "object": "chat.completion.chunk",
                "created": self.created,
                "choices": [choice],
                **parts,
            }
        )
        return f"data: {response.model_dump_json()}\n\n"


async def _chunks(pipeline: Pipeline, inquiry: Inquiry, reply: _Reply) -> AsyncGenerator[str, None]:
    """Yield a reply as it is made; words that did not pass the checks are taken back in words."""
    said = ""
    async with aclosing(pipeline.stream(inquiry)) as events:
        async for told in events:
            if isinstance(told, Meta):
                yield reply.chunk({"role": "assistant", "content": ""})
            elif isinstance(told, Delta):
                said += told.text
                yield reply.chunk({"content": told.text})
            elif isinstance(told, Done):
                rest = _rest(said, told.answer) + _source_lines(told.answer)
                yield reply.chunk({"content": rest})
                yield reply.end(told.answer)
    yield LAST


def _rest(said: str, answer: Answer) -> str:
    """Return what has to follow the words said so that they end with the checked answer."""
    if answer.text == said.strip():
        return ""
    return f"\n\n{answer.text}" if said else answer.text


def _source_lines(answer: Answer) -> str:
    """Return a line for each source, below the answer."""
    if answer.abstained or not answer.citations:
        return ""
    lines = [
        f"[{citation.number}] {citation.document.source}"
        + (f", {citation.page}" if citation.page else "")
        for citation in answer.citations
    ]
    return "\n\n" + "\n".join([SOURCES[language_of(answer.text)], *lines])


def _citations(answer: Answer) -> list[CitationResponse]:
    return [CitationResponse.of(citation) for citation in answer.citations]


def _failure(problem: Problem) -> str:
    """Return a problem as chat programs expect it inside a stream."""
    error = {"message": problem.detail, "type": problem.type, "code": problem.status}
    return f"data: {json.dumps({'error': error}, ensure_ascii=False)}\n\n"
