"""Documents that are handed over, replaced and removed; the work is done later, by jobs."""

from typing import Any

from fastapi import APIRouter, Request

from app.api.dependencies import Admitted, NeedsKey, ServiceDependency
from app.api.examples import REPLACE_EXAMPLES, UPLOAD_EXAMPLES
from app.api.problems import problem_of
from app.api.receiving import received_form
from app.api.schemas.uploads import FileResponse, JobResponse, UploadResponse
from app.api.upload_form import SentFile, UploadForm
from app.errors import InvalidUploadError, NotAnUploadError
from app.service import Service
from index.errors import (
    DocumentNotFoundError,
    IndexMissingError,
    MureumError,
    UploadNotFoundError,
)
from index.uploads.models import Job

router = APIRouter(prefix="/documents", tags=["uploads"], dependencies=[NeedsKey])

_FILE = {"type": "string", "format": "binary"}
_TAGS = {"type": "array", "items": {"type": "string"}, "description": "May be repeated."}


def _form(field: str, file: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    """Return what the OpenAPI document says of a form, which is read here and not by FastAPI."""
    schema = {"type": "object", "required": [field], "properties": {field: file, "tags": _TAGS}}
    content = {"multipart/form-data": {"schema": schema, "examples": examples}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "",
    status_code=202,
    openapi_extra=_form("files", {"type": "array", "items": _FILE}, UPLOAD_EXAMPLES),
)
async def upload(request: Request, service: ServiceDependency) -> UploadResponse:
    """Take files, and begin a job for each of them; all get the tags.

    Nothing is taken before the whole form is there. Then each file is stored durably and gets its
    job, in their order; one that cannot be taken has a problem instead and hinders no other. When
    none can be taken, the first one's problem is the response.
    """
    async with received_form(request, service.uploads, "files") as form:
        taken = [await service.uploads.run(_take, service, form, file) for file in form.files]
    errors = [each for each in taken if isinstance(each, MureumError)]
    if len(errors) == len(taken):
        raise errors[0]
    names = [file.name for file in form.files]
    pairs = zip(names, taken, strict=True)
    return UploadResponse(files=[_shown(request, name, result) for name, result in pairs])


@router.put("/{document_id}", status_code=202, openapi_extra=_form("file", _FILE, REPLACE_EXAMPLES))
async def replace(document_id: str, request: Request, service: ServiceDependency) -> JobResponse:
    """Let a document be another file from now on; without ``tags`` it keeps its own."""
    await service.uploads.run(_check_own, service, document_id)
    async with received_form(request, service.uploads, "file") as form:
        job = await service.uploads.run(_replace, service, document_id, form)
    return JobResponse.of(job)


@router.delete("/{document_id}", status_code=202, dependencies=[Admitted])
async def remove(document_id: str, service: ServiceDependency) -> JobResponse:
    """Let a document and its file disappear."""
    return JobResponse.of(await service.uploads.run(_remove, service, document_id))


@router.post("/{document_id}/retry", status_code=202, dependencies=[Admitted])
async def retry(document_id: str, service: ServiceDependency) -> JobResponse:
    """Let a document be read again, for example after its job failed."""
    return JobResponse.of(await service.uploads.run(_retry, service, document_id))


def _take(service: Service, form: UploadForm, file: SentFile) -> Job | MureumError:
    try:
        return service.uploads.queue.add(file.received(), file.name, form.tags() or frozenset())
    except MureumError as error:  # it is this file's, and told with the jobs of the others
        return error


def _replace(service: Service, document_id: str, form: UploadForm) -> Job:
    if len(form.files) > 1:
        raise InvalidUploadError("One document is replaced by one file: send one as file.")
    file = form.files[0]
    return service.uploads.queue.replace(document_id, file.received(), file.name, form.tags())


def _remove(service: Service, document_id: str) -> Job:
    _check_own(service, document_id)
    return service.uploads.queue.remove(document_id)


def _retry(service: Service, document_id: str) -> Job:
    _check_own(service, document_id)
    return service.uploads.queue.retry(document_id)


def _check_own(service: Service, document_id: str) -> None:
    """Raise NotAnUploadError for a document of a folder; for no document, the queue will say so."""
    if document_id not in service.uploads.queue.uploads([document_id]):
        if _is_stored(service, document_id):
            raise NotAnUploadError(
                "This document was ingested from a folder: change or delete its file there, and"
                " run `python -m ingest FOLDER --prune`."
            )
        raise UploadNotFoundError(f"There is no document with the id {document_id!r}.")


def _is_stored(service: Service, document_id: str) -> bool:
    try:
        with service.opener.index().snapshot() as snapshot:
            snapshot.document(document_id)
    except (DocumentNotFoundError, IndexMissingError):
        return False
    return True


def _shown(request: Request, name: str, result: Job | MureumError) -> FileResponse:
    if isinstance(result, Job):
        return FileResponse(name=name, job=JobResponse.of(result))
    request_id = str(request.scope.get("request_id", ""))
    return FileResponse(name=name, problem=problem_of(result, request.url.path, request_id))
