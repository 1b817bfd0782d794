"""Conversations: ``/sessions`` and what lies below it; ``POST /ask`` adds the turns."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from app.api.dependencies import AskCaller, NeedsKey, ServiceDependency
from app.api.schemas.sessions import (
    DeletedResponse,
    NewSessionRequest,
    RenameRequest,
    SessionResponse,
    SessionsQuery,
    SessionsResponse,
    TranscriptResponse,
)

router = APIRouter(prefix="/sessions", tags=["sessions"], dependencies=[NeedsKey])


@router.post("", status_code=201)
async def create_session(
    service: ServiceDependency, caller: AskCaller, body: NewSessionRequest | None = None
) -> SessionResponse:
    """Begin a session; ``POST /ask`` without ``session_id`` does so too."""
    title = body.title if body else None
    return SessionResponse.of(await service.conversations.create(caller.key_id, title))


@router.get("")
async def list_sessions(
    query: Annotated[SessionsQuery, Query()], service: ServiceDependency, caller: AskCaller
) -> SessionsResponse:
    """List sessions, the last used one first."""
    page = await service.conversations.list(caller.key_id, query.limit, query.offset)
    return SessionsResponse.of(page)


@router.delete("")
async def delete_sessions(service: ServiceDependency, caller: AskCaller) -> DeletedResponse:
    """Delete all sessions of this key with their turns."""
    return DeletedResponse(deleted=await service.conversations.delete_all(caller.key_id))


@router.get("/{session_id}")
async def show_session(
    session_id: str, service: ServiceDependency, caller: AskCaller
) -> TranscriptResponse:
    """Show a session with its turns, oldest first."""
    readable = service.reading.by(caller)
    transcript = await service.conversations.read(session_id, caller.key_id, readable)
    return TranscriptResponse.of(transcript)


@router.patch("/{session_id}")
async def rename_session(
    session_id: str, body: RenameRequest, service: ServiceDependency, caller: AskCaller
) -> SessionResponse:
    """Give a session another title."""
    await service.conversations.rename(session_id, body.title, caller.key_id)
    transcript = await service.conversations.read(session_id, caller.key_id)
    return SessionResponse.of(transcript.session)


@router.delete("/{session_id}", status_code=204)
async def delete_session(session_id: str, service: ServiceDependency, caller: AskCaller) -> None:
    """Delete a session with its turns."""
    await service.conversations.delete(session_id, caller.key_id)


@router.get("/{session_id}/export")
async def export_session(
    session_id: str, service: ServiceDependency, caller: AskCaller
) -> JSONResponse:
    """Return a session with its turns as a file to keep."""
    readable = service.reading.by(caller)
    exported = await service.conversations.export(session_id, caller.key_id, readable)
    name = f"session-{exported['session_id']}.json"
    return JSONResponse(exported, headers={"Content-Disposition": f'attachment; filename="{name}"'})
