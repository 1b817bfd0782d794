"""``POST /v1/chat/completions`` and ``GET /v1/models``: the form that chat programs speak."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.access.caller import Caller
from app.api.schemas.ask import UsageResponse
from app.api.schemas.citations import CitationResponse
from app.errors import InvalidQuestionError
from app.llm.base import Sampling
from app.pipeline.answer import Inquiry
from app.rewriters.base import Exchange
from index.base import NO_FILTERS

MODEL_NAME = "mureum"
LARGEST_INTEGER = 2**31 - 1


class TextPart(BaseModel):
    """A part of a message; pictures and sounds are refused."""

    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """A message of the conversation so far."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """Return what it says."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class ChatRequest(BaseModel):
    """The last user message is the question; fields that are not known are ignored."""

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL_NAME
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=4_000)]
    stream: bool = False
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    seed: int | None = Field(default=None, ge=0, le=LARGEST_INTEGER)
    stop: str | list[str] | None = None

    def to_inquiry(self, caller: Caller, usual: Sampling) -> Inquiry:
        """Return the question with what was said before; raise InvalidQuestionError without one.

        Instructions of the caller (system messages) are not followed: the answer comes from the
        documents.
        """
        if self.messages[-1].role != "user":
            raise InvalidQuestionError("The last message must be of the user: it is the question.")
        history = _exchanges(self.messages[:-1])
        question = self.messages[-1].text
        return Inquiry(
            question,
            caller.narrowed(NO_FILTERS),
            history=history,
            sampling=self._sampling(usual),
        )

    def _sampling(self, usual: Sampling) -> Sampling:
        most = self.max_completion_tokens or self.max_tokens or usual.max_tokens
        stop = [self.stop] if isinstance(self.stop, str) else self.stop
        return Sampling(
            temperature=usual.temperature if self.temperature is None else self.temperature,
            top_p=self.top_p or usual.top_p,
            max_tokens=min(most, usual.max_tokens),
            seed=usual.seed if self.seed is None else self.seed,
            stop=usual.stop if stop is None else tuple(text for text in stop if text),
        )


def _is_absent(value: object) -> bool:
    """Return whether a field is left out, as chat programs expect."""
    return value is None


class Choice(BaseModel):
    """The answer, as a message or as the next piece of one."""

    index: int = 0
    message: dict[str, str] | None = Field(default=None, exclude_if=_is_absent)
    delta: dict[str, str] | None = Field(default=None, exclude_if=_is_absent)
    finish_reason: Literal["stop"] | None = Field(default=None, exclude_if=_is_absent)


class ChatResponse(BaseModel):
    """An answer, or a piece of one; the citations are an extra field."""

    id: str
    object: Literal["chat.completion", "chat.completion.chunk"]
    created: int
    model: str = MODEL_NAME
    choices: list[Choice]
    usage: dict[str, int] | None = Field(default=None, exclude_if=_is_absent)
    citations: list[CitationResponse] | None = Field(default=None, exclude_if=_is_absent)


class ModelResponse(BaseModel):
    """The one model that this service is."""

    id: str = MODEL_NAME
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL_NAME


class ModelsResponse(BaseModel):
    """The models to choose from."""

    object: Literal["list"] = "list"
    data: list[ModelResponse]


def total_usage(usage: UsageResponse) -> dict[str, int]:
    """Return a usage with the sum that chat programs expect."""
    total = usage.prompt_tokens + usage.completion_tokens
    return {**usage.model_dump(), "total_tokens": total}


def _exchanges(messages: list[ChatMessage]) -> list[Exchange]:
    """Return what was said before, each question with the answer that followed it."""
    exchanges: list[Exchange] = []
    for message in messages:
        if message.role == "user":
            exchanges.append(Exchange(message.text, ""))
        elif message.role == "assistant" and exchanges:
            exchanges[-1] = Exchange(exchanges[-1].question, message.text)
    return exchanges
