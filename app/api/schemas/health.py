"""``GET /health`` and ``GET /ready``."""

from pydantic import BaseModel


class HealthResponse(BaseModel):
    """The process is alive."""

    status: str


class ReadyResponse(BaseModel):
    """The index is open and its models are loaded."""

    status: str
    revision: int
    documents: int
    children: int
    embedder: str
    analyzer: str
