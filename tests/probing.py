"""Every request of the API as a curious caller would send it, and all that is told to it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

QUESTION = "출입 카드 규정은 무엇인가요?"
_ACCEPT = {"Accept": "application/json, text/event-stream"}


@dataclass(frozen=True, slots=True)
class Targets:
    """What there is, of all groups: ids of documents, jobs and sessions, sources and tags."""

    documents: Sequence[str]
    jobs: Sequence[str]
    sessions: Sequence[str]
    sources: Sequence[str]
    tags: Sequence[str]
    contents: Sequence[bytes]


@dataclass(slots=True)
class Prober:
    """Sends requests with one key, and keeps every word that comes back, by operation."""

    client: TestClient
    key: Mapping[str, str]
    told: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def everything(self, targets: Targets) -> None:
        """Try all operations on all targets; what another key owns is only ever refused."""
        for filters in _filters(targets):
            self._questions(filters)
        self._documents(targets)
        self._uploads(targets)
        self._sessions(targets)
        self._tools(targets)
        for path in ("/admin/stats", "/admin/feedback", "/admin/feedback/questions", "/metrics"):
            self.send("GET", path)

    def send(self, method: str, path: str, name: str = "", **parts: Any) -> Response:
        """Return a response; ``name`` is the path as the OpenAPI document writes it."""
        headers = {**self.key, **parts.pop("headers", {})}
        response = self.client.request(method, path, headers=headers, **parts)
        text = f"{response.status_code} {dict(response.headers)} {_plain(response)}"
        self.told.setdefault((method, name or path), []).append(text)
        return response

    def _questions(self, filters: Mapping[str, object]) -> None:
        self.send("POST", "/search", json={"query": QUESTION, "filters": filters, "top_k": 50})
        for stream in (False, True):
            asked = {"question": QUESTION, "filters": filters, "top_k": 50, "stream": stream}
            self.send("POST", "/ask", json=asked)
            said = [{"role": "user", "content": QUESTION}]
            chat = {"model": "mureum", "messages": said, "stream": stream}
            self.send("POST", "/v1/chat/completions", json=chat)
        self.send("GET", "/v1/models")

    def _documents(self, targets: Targets) -> None:
        self.send("GET", "/documents")
        for source in targets.sources:
            self.send("GET", "/documents", params={"source": source})
        for tag in targets.tags:
            self.send("GET", "/documents", params={"tags": tag})
        for each in targets.documents:
            self.send("GET", f"/documents/{each}", "/documents/{document_id}")
            self.send("GET", f"/documents/{each}/text", "/documents/{document_id}/text")

    def _uploads(self, targets: Targets) -> None:
        for content in targets.contents:
            self.send("POST", "/documents", files=[("files", ("mine.md", content))])
        for each in targets.documents:
            place = f"/documents/{each}"
            file = [("file", ("mine.md", b"# mine"))]
            self.send("PUT", place, "/documents/{document_id}", files=file)
            self.send("DELETE", place, "/documents/{document_id}")
            self.send("POST", f"{place}/retry", "/documents/{document_id}/retry")
        self.send("GET", "/jobs")
        for state in ("waiting", "running", "done", "failed"):
            self.send("GET", "/jobs", params={"state": state})
        for job in targets.jobs:
            self.send("GET", f"/jobs/{job}", "/jobs/{job_id}")
            self.send("GET", f"/jobs/{job}/events", "/jobs/{job_id}/events")

    def _sessions(self, targets: Targets) -> None:
        self.send("POST", "/sessions", json={"title": "mine"})
        self.send("GET", "/sessions")
        for session in targets.sessions:
            name, place = "/sessions/{session_id}", f"/sessions/{session}"
            self.send("GET", place, name)
            self.send("GET", f"{place}/export", f"{name}/export")
            self.send("PATCH", place, name, json={"title": "mine"})
            self.send("DELETE", place, name)
            self.send("POST", "/ask", json={"question": QUESTION, "session_id": session})
            self.send("POST", "/feedback", json={"session_id": session, "rating": "up"})
        own = self.client.post("/ask", json={"question": QUESTION}, headers=self.key).json()
        for source in targets.sources:
            opinion = {"rating": "down", "expected_source": source}
            given = {"session_id": own["session_id"], **opinion}
            self.send("POST", "/feedback", json=given)
        self.send("DELETE", "/sessions")

    def _tools(self, targets: Targets) -> None:
        calls = [("search", {"query": QUESTION}), ("ask", {"question": QUESTION})]
        calls += [("get_document", {"document_id": each}) for each in targets.documents]
        for tool, arguments in calls:
            parts = {"name": tool, "arguments": arguments}
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parts}
            self.send("POST", "/mcp", json=message, headers=_ACCEPT)


def _filters(targets: Targets) -> Iterator[Mapping[str, object]]:
    yield {}
    yield {"document_ids": list(targets.documents)}
    yield from ({"source": source} for source in targets.sources)
    yield from ({"tags": [tag]} for tag in targets.tags)


def _plain(response: Response) -> str:
    """Return the text of a response with JSON's escapes undone, so that no word hides in them."""
    try:
        return json.dumps(response.json(), ensure_ascii=False)
    except ValueError:
        return response.text.encode().decode("unicode_escape", "replace") + response.text
