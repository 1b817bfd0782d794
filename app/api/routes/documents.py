"""What is stored: ``GET /documents`` and what lies below it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from app.api.dependencies import Admitted, NeedsKey, ServiceDependency
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
from index.models import DocumentRecord
from index.uploads.models import SOURCE_PREFIX, Upload

router = APIRouter(prefix="/documents", tags=["documents"], dependencies=[NeedsKey, Admitted])


@router.get("")
async def list_documents(
    query: Annotated[DocumentsQuery, Query()], service: ServiceDependency
) -> DocumentsResponse:
    """List documents in the order of their sources."""
    return await service.workers.run(_list, service, query)


@router.get("/{document_id}")
async def show_document(document_id: str, service: ServiceDependency) -> OneDocumentResponse:
    """Show one document, without its text, and which others say nearly the same."""
    return await service.workers.run(_show, service, document_id)


@router.get("/{document_id}/text")
async def read_text(
    document_id: str, query: Annotated[TextQuery, Query()], service: ServiceDependency
) -> TextResponse:
    """Return the document's text from ``start`` to ``end``, cut to what there is."""
    return await service.workers.run(_read, service, document_id, query)


def _list(service: Service, query: DocumentsQuery) -> DocumentsResponse:
    with service.opener.index().snapshot() as snapshot:
        page = snapshot.documents(
            limit=query.limit, offset=query.offset, filters=query.to_filters()
        )
        originals = snapshot.originals(page.documents)
    uploads = _uploads(service, page.documents)
    documents = [
        DocumentResponse.of(each, uploads.get(each.document_id), originals.get(each.document_id))
        for each in page.documents
    ]
    return DocumentsResponse(documents=documents, total=page.total)


def _show(service: Service, document_id: str) -> OneDocumentResponse:
    with service.opener.index().snapshot() as snapshot:
        record = snapshot.document(document_id)
        original = snapshot.originals([record]).get(document_id)
        similar = snapshot.similar(document_id)
    upload = _uploads(service, [record]).get(document_id)
    shown = OneDocumentResponse.of(record, upload, original)
    shown.similar_documents = [SimilarResponse.of(each) for each in similar[:MOST_SIMILAR]]
    return shown


def _uploads(service: Service, records: Sequence[DocumentRecord]) -> Mapping[str, Upload]:
    """Return, by document id, what was handed over; an index without uploads needs no queue."""
    ids = [each.document_id for each in records if each.source.startswith(SOURCE_PREFIX)]
    return service.uploads.queue.uploads(ids) if ids else {}


def _read(service: Service, document_id: str, query: TextQuery) -> TextResponse:
    with service.opener.index().snapshot() as snapshot:
        length = snapshot.document(document_id).length
        start = min(query.start, length)
        text = snapshot.text(document_id, start, min(query.last, length))
    return TextResponse(
        document_id=document_id, start=start, end=start + len(text), length=length, text=text
    )
