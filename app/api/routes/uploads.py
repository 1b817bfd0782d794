"""Documents that are handed over, replaced and removed; the work is done later, by jobs."""

from typing import Any

from fastapi import APIRouter, Request

from app.access.desk import Desk
from app.api.dependencies import Admitted, DeskDependency, NeedsKey, ServiceDependency
from app.api.examples import REPLACE_EXAMPLES, UPLOAD_EXAMPLES
from app.api.problems import problem_of
from app.api.receiving import received_form
from app.api.schemas.uploads import FileResponse, JobResponse, UploadResponse
from app.api.upload_form import SentFile, UploadForm
from app.audit.act import present_act
from app.errors import InvalidUploadError
from index.errors import MureumError
from index.uploads.models import Job, Marks

router = APIRouter(prefix="/documents", tags=["uploads"], dependencies=[NeedsKey])

_FILE = {"type": "string", "format": "binary"}
_TAGS = {"type": "array", "items": {"type": "string"}, "description": "May be repeated."}
_GROUPS = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Who may read it: groups of your key. All of them when the field is left out.",
}


def _form(field: str, file: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    """Return what the OpenAPI document says of a form, which is read here and not by FastAPI."""
    properties = {field: file, "tags": _TAGS, "groups": _GROUPS}
    schema = {"type": "object", "required": [field], "properties": properties}
    content = {"multipart/form-data": {"schema": schema, "examples": examples}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "",
    status_code=202,
    openapi_extra=_form("files", {"type": "array", "items": _FILE}, UPLOAD_EXAMPLES),
)
async def upload(
    request: Request, service: ServiceDependency, desk: DeskDependency
) -> UploadResponse:
    """Take files, and begin a job for each of them; all get the tags and the groups.

    Nothing is taken before the whole form is there. Then each file is stored durably and gets its
    job, in their order; one that cannot be taken has a problem instead and hinders no other. When
    none can be taken, the first one's problem is the response.
    """
    await service.uploads.run(desk.check_room)
    async with received_form(request, service.uploads, "files") as form:
        marks = desk.marks(form.tags(), form.groups())
        taken = [await service.uploads.run(_take, desk, marks, file) for file in form.files]
    present_act().documents = [job.document_id for job in taken if isinstance(job, Job)]
    errors = [each for each in taken if isinstance(each, MureumError)]
    if len(errors) == len(taken):
        raise errors[0]
    names = [file.name for file in form.files]
    pairs = zip(names, taken, strict=True)
    return UploadResponse(files=[_shown(request, name, result) for name, result in pairs])


@router.put("/{document_id}", status_code=202, openapi_extra=_form("file", _FILE, REPLACE_EXAMPLES))
async def replace(
    document_id: str, request: Request, service: ServiceDependency, desk: DeskDependency
) -> JobResponse:
    """Let a document be another file from now on; ``tags`` and ``groups`` left out stay."""
    await service.uploads.run(desk.check, document_id)
    async with received_form(request, service.uploads, "file") as form:
        job = await service.uploads.run(_replace, desk, document_id, form)
    return JobResponse.of(job)


@router.delete("/{document_id}", status_code=202, dependencies=[Admitted])
async def remove(document_id: str, service: ServiceDependency, desk: DeskDependency) -> JobResponse:
    """Let a document and its file disappear."""
    return JobResponse.of(await service.uploads.run(desk.remove, document_id))


@router.post("/{document_id}/retry", status_code=202, dependencies=[Admitted])
async def retry(document_id: str, service: ServiceDependency, desk: DeskDependency) -> JobResponse:
    """Let a document be read again, for example after its job failed."""
    return JobResponse.of(await service.uploads.run(desk.retry, document_id))


def _take(desk: Desk, marks: Marks, file: SentFile) -> Job | MureumError:
    try:
        return desk.add(file.received(), file.name, marks)
    except MureumError as error:  # it is this file's, and told with the jobs of the others
        return error


def _replace(desk: Desk, document_id: str, form: UploadForm) -> Job:
    if len(form.files) > 1:
        raise InvalidUploadError("One document is replaced by one file: send one as file.")
    file = form.files[0]
    marks = Marks(form.tags(), form.groups())
    return desk.replace(document_id, file.received(), file.name, marks)


def _shown(request: Request, name: str, result: Job | MureumError) -> FileResponse:
    if isinstance(result, Job):
        return FileResponse(name=name, job=JobResponse.of(result))
    request_id = str(request.scope.get("request_id", ""))
    return FileResponse(name=name, problem=problem_of(result, request.url.path, request_id))
