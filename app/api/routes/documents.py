"""What is stored: ``GET /documents`` and what lies below it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from app.access.caller import Caller
from app.api.dependencies import Admitted, AskCaller, NeedsKey, ServiceDependency
from app.api.schemas.documents import (
    MOST_SIMILAR,
    DocumentResponse,
    DocumentsQuery,
    DocumentsResponse,
    OneDocumentResponse,
    SimilarResponse,
    TextQuery,
    TextResponse,
)
from app.service import Service
from index.base import NO_FILTERS
from index.groups import may_read
from index.models import DocumentRecord
from index.uploads.models import SOURCE_PREFIX, Upload

router = APIRouter(prefix="/documents", tags=["documents"], dependencies=[NeedsKey, Admitted])


@router.get("")
async def list_documents(
    query: Annotated[DocumentsQuery, Query()], service: ServiceDependency, caller: AskCaller
) -> DocumentsResponse:
    """List documents in the order of their sources."""
    return await service.workers.run(_list, service, caller, query)


@router.get("/{document_id}")
async def show_document(
    document_id: str, service: ServiceDependency, caller: AskCaller
) -> OneDocumentResponse:
    """Show one document, without its text, and which others say nearly the same."""
    return await service.workers.run(_show, service, caller, document_id)


@router.get("/{document_id}/text")
async def read_text(
    document_id: str,
    query: Annotated[TextQuery, Query()],
    service: ServiceDependency,
    caller: AskCaller,
) -> TextResponse:
    """Return the document's text from ``start`` to ``end``, cut to what there is."""
    return await service.workers.run(_read, service, caller, document_id, query)


def _list(service: Service, caller: Caller, query: DocumentsQuery) -> DocumentsResponse:
    wanted = caller.narrowed(query.to_filters())
    with service.opener.index().snapshot() as snapshot:
        page = snapshot.documents(limit=query.limit, offset=query.offset, filters=wanted)
        originals = snapshot.originals(page.documents, caller.narrowed(NO_FILTERS))
    uploads = _uploads(service, caller, page.documents)
    documents = [
        DocumentResponse.of(each, uploads.get(each.document_id), originals.get(each.document_id))
        for each in page.documents
    ]
    return DocumentsResponse(documents=documents, total=page.total)


def _show(service: Service, caller: Caller, document_id: str) -> OneDocumentResponse:
    readable = caller.narrowed(NO_FILTERS)
    with service.opener.index().snapshot() as snapshot:
        record = snapshot.document(document_id, readable)
        original = snapshot.originals([record], readable).get(document_id)
        similar = snapshot.similar(document_id, readable)
    upload = _uploads(service, caller, [record]).get(document_id)
    shown = OneDocumentResponse.of(record, upload, original)
    shown.similar_documents = [SimilarResponse.of(each) for each in similar[:MOST_SIMILAR]]
    return shown


def _uploads(
    service: Service, caller: Caller, records: Sequence[DocumentRecord]
) -> Mapping[str, Upload]:
    """Return, by document id, what was handed over; an index without uploads needs no queue.

    What a document is to become for other groups is not told before it is for them.
    """
    ids = [each.document_id for each in records if each.source.startswith(SOURCE_PREFIX)]
    found = service.uploads.queue.uploads(ids) if ids else {}
    return {i: upload for i, upload in found.items() if may_read(caller.groups, upload.groups)}


def _read(service: Service, caller: Caller, document_id: str, query: TextQuery) -> TextResponse:
    readable = caller.narrowed(NO_FILTERS)
    with service.opener.index().snapshot() as snapshot:
        length = snapshot.document(document_id, readable).length
        start = min(query.start, length)
        text = snapshot.text(document_id, start, min(query.last, length), readable)
    return TextResponse(
        document_id=document_id, start=start, end=start + len(text), length=length, text=text
    )
