"""Every error over HTTP is a problem document (RFC 9457) with a type that never changes."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from app.api.methods import allowed_methods
from app.errors import (
    AnswerTimeoutError,
    ContextTooLongError,
    EncodedBodyError,
    EndingError,
    FeatureUnavailableError,
    ForbiddenError,
    ForeignHostError,
    ForeignOriginError,
    InvalidFeedbackError,
    InvalidQuestionError,
    InvalidUploadError,
    LanguageModelError,
    LanguageModelRefusedError,
    LanguageModelTimeoutError,
    LanguageModelUnavailableError,
    NotAnUploadError,
    NotAuthenticatedError,
    NotMultipartError,
    NotReadyError,
    OverloadedError,
    ReaderError,
    RerankerError,
    SessionNotFoundError,
    UploadInterruptedError,
    UploadTimeoutError,
    UploadTooLargeError,
)
from app.limits.errors import TooManyRequestsError
from app.memory.errors import MemoryUnavailableError
from app.telemetry.exchange import note_problem
from index.errors import (
    DocumentNotFoundError,
    EmbedderError,
    FileNameError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexVersionError,
    JobNotFoundError,
    MureumError,
    QuotaExceededError,
    SearchIndexError,
    StorageFullError,
    UploadNotFoundError,
)

logger = logging.getLogger(__name__)

TYPE_PREFIX = "urn:mureum:problem:"
RETRY_AFTER_SECONDS = 2


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem document, RFC 9457; ``errors`` names the fields of a refused request."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status and the last word of its type."""

    status: int
    name: str
    title: str
    retry: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


KINDS: Mapping[type[Exception], Kind] = {
    InvalidFeedbackError: Kind(422, "invalid-feedback", "The feedback cannot be taken"),
    InvalidQuestionError: Kind(422, "invalid-question", "The question cannot be read"),
    SessionNotFoundError: Kind(404, "session-not-found", "There is no such session"),
    DocumentNotFoundError: Kind(404, "document-not-found", "There is no such document"),
    UploadNotFoundError: Kind(404, "document-not-found", "There is no such document"),
    JobNotFoundError: Kind(404, "job-not-found", "There is no such job"),
    NotMultipartError: Kind(415, "not-multipart", "The request body is no form with files"),
    FileNameError: Kind(422, "invalid-upload", "The upload cannot be read"),
    InvalidUploadError: Kind(422, "invalid-upload", "The upload cannot be read"),
    UploadTooLargeError: Kind(413, "upload-too-large", "The upload is too large"),
    UploadTimeoutError: Kind(
        408, "upload-timeout", "The upload stopped", headers={"Connection": "close"}
    ),
    UploadInterruptedError: Kind(400, "upload-interrupted", "The upload was broken off"),
    NotAnUploadError: Kind(409, "not-an-upload", "The document was not handed over"),
    QuotaExceededError: Kind(403, "quota-exceeded", "The key's uploads take all that they may"),
    EncodedBodyError: Kind(
        415,
        "encoded-body",
        "The request body is compressed",
        headers={"Accept-Encoding": "identity"},
    ),
    ForeignHostError: Kind(403, "foreign-host", "The service has another name"),
    ForeignOriginError: Kind(403, "foreign-origin", "The request comes from another site"),
    NotAuthenticatedError: Kind(
        401, "not-authenticated", "An API key is needed", headers={"WWW-Authenticate": "Bearer"}
    ),
    ForbiddenError: Kind(403, "forbidden", "The API key does not allow this"),
    TooManyRequestsError: Kind(429, "too-many-requests", "Too many requests", retry=True),
    FeatureUnavailableError: Kind(422, "feature-unavailable", "A part that this needs is missing"),
    ContextTooLongError: Kind(422, "context-too-long", "The question is too long for the model"),
    LanguageModelUnavailableError: Kind(
        503, "model-unavailable", "The language model cannot be reached", retry=True
    ),
    LanguageModelTimeoutError: Kind(504, "model-timeout", "The language model took too long"),
    LanguageModelRefusedError: Kind(502, "model-refused", "The language model refuses to answer"),
    LanguageModelError: Kind(502, "model-failed", "The language model failed"),
    AnswerTimeoutError: Kind(504, "answer-timeout", "The answer took too long"),
    MemoryUnavailableError: Kind(503, "memory-unavailable", "Conversations cannot be kept now"),
    OverloadedError: Kind(503, "overloaded", "Too many requests are waiting", retry=True),
    NotReadyError: Kind(503, "not-ready", "The service is starting", retry=True),
    EndingError: Kind(503, "ending", "The service is ending", retry=True),
    IndexMissingError: Kind(503, "index-missing", "Nothing has been ingested"),
    IndexDamagedError: Kind(503, "index-damaged", "The index is damaged"),
    IndexVersionError: Kind(503, "index-version", "The index has another format version"),
    IndexMismatchError: Kind(503, "index-mismatch", "The index was made with another model"),
    StorageFullError: Kind(507, "storage-full", "The disk is full"),
    SearchIndexError: Kind(503, "index-unavailable", "The index cannot be used"),
    EmbedderError: Kind(503, "embedder-unavailable", "The embedding model cannot be used"),
    ReaderError: Kind(503, "reader-unavailable", "The reading model cannot be used"),
    RerankerError: Kind(503, "reranker-unavailable", "The reranking model cannot be used"),
    MureumError: Kind(500, "failure", "The request failed"),
    Exception: Kind(500, "internal-error", "Something unexpected happened"),
}


def install_problem_handlers(application: FastAPI) -> None:
    """Let every error of ours, of the framework and of nobody leave as a problem document."""
    application.add_exception_handler(MureumError, _ours)
    application.add_exception_handler(RequestValidationError, _refused)
    application.add_exception_handler(HTTPException, _framework)
    application.add_exception_handler(Exception, _unexpected)


def problem_of(error: Exception, path: str, request_id: str) -> Problem:
    """Return the problem document of an error that ends a stream; what nobody foresaw is logged."""
    kind = next(KINDS[base] for base in type(error).__mro__ if base in KINDS)
    if isinstance(error, MureumError):
        logger.warning("%s: %s", kind.name, error)
        return _problem(path, kind, str(error))
    logger.error("request %s failed", request_id, exc_info=error)
    return _problem(path, kind, _see_the_log(request_id))


async def _ours(request: Request, error: Exception) -> JSONResponse:
    return problem_response(request, error)


def problem_response(request: Request, error: Exception) -> JSONResponse:
    """Return the response to a request that ended in an error of ours."""
    kind = next(KINDS[base] for base in type(error).__mro__ if base in KINDS)
    if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.warning("%s: %s", kind.name, error)
    seconds = getattr(error, "retry_after_seconds", RETRY_AFTER_SECONDS)
    retry = {"Retry-After": str(seconds)} if kind.retry else {}
    return _response(request, kind, str(error), headers={**retry, **kind.headers})


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    if request.method == "POST" and not _is_json(request.headers.get("content-type", "")):
        kind = Kind(415, "not-json", "The request body is not JSON")
        return _response(request, kind, "Send JSON, with Content-Type: application/json.")
    fields = [_field_problem(problem) for problem in error.errors()]
    kind = Kind(422, "invalid-request", "The request cannot be read")
    detail = "; ".join(f"{item.field}: {item.message}" for item in fields)
    return _response(request, kind, detail, errors=fields)


async def _framework(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    kind = Kind(status, status.phrase.lower().replace(" ", "-"), status.phrase)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed_methods(request)
    return _response(request, kind, str(error.detail), headers=headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    request_id = request.scope.get("request_id", "")
    logger.error("request %s failed with %s", request_id, type(error).__name__)
    headers = {"X-Request-ID": request_id}
    return _response(request, KINDS[Exception], _see_the_log(request_id), headers=headers)


def _see_the_log(request_id: str) -> str:
    return f"The log of the server tells more, under request {request_id}."


def _response(
    request: Request,
    kind: Kind,
    detail: str,
    *,
    errors: Sequence[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    problem = _problem(request.url.path, kind, detail, errors)
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        kind.status,
        headers,
        media_type="application/problem+json",
    )


def _problem(
    path: str, kind: Kind, detail: str, errors: Sequence[FieldProblem] | None = None
) -> Problem:
    note_problem(kind.name)
    return Problem(
        type=TYPE_PREFIX + kind.name,
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=_printable(path),
        errors=list(errors) if errors is not None else None,
    )


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().casefold()
    return media_type == "application/json" or media_type.endswith("+json")


def _field_problem(problem: Mapping[str, object]) -> FieldProblem:
    """Return what is wrong without repeating what was sent: it may not even be text."""
    place = problem["loc"]
    names = [str(name) for name in place] if isinstance(place, tuple) else []
    return FieldProblem(field=_printable(".".join(names)), message=_printable(str(problem["msg"])))


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
