"""Which requests are acts, by method and path."""

import re
from collections.abc import Mapping

ACTIONS: Mapping[tuple[str, str], str] = {
    ("POST", "/ask"): "ask",
    ("POST", "/search"): "search",
    ("POST", "/v1/chat/completions"): "chat",
    ("POST", "/mcp"): "mcp",
    ("POST", "/mcp/"): "mcp",
    ("GET", "/documents"): "document.list",
    ("GET", "/documents/{}"): "document.show",
    ("GET", "/documents/{}/text"): "document.read",
    ("POST", "/documents"): "document.upload",
    ("PUT", "/documents/{}"): "document.replace",
    ("DELETE", "/documents/{}"): "document.delete",
    ("POST", "/documents/{}/retry"): "document.retry",
    ("POST", "/sessions"): "session.create",
    ("GET", "/sessions"): "session.list",
    ("DELETE", "/sessions"): "session.delete_all",
    ("GET", "/sessions/{}"): "session.read",
    ("PATCH", "/sessions/{}"): "session.rename",
    ("DELETE", "/sessions/{}"): "session.delete",
    ("GET", "/sessions/{}/export"): "session.export",
    ("POST", "/feedback"): "feedback",
    ("GET", "/admin/stats"): "admin.stats",
    ("GET", "/admin/feedback"): "admin.feedback",
    ("GET", "/admin/feedback/questions"): "admin.feedback.questions",
}

NO_ACTS = frozenset(
    {
        ("GET", "/health"),
        ("GET", "/ready"),
        ("GET", "/metrics"),
        ("GET", "/v1/models"),
        ("GET", "/jobs"),
        ("GET", "/jobs/{}"),
        ("GET", "/jobs/{}/events"),
    }
)
"""Programs look again and again how it goes on; that tells nothing of anybody's documents."""

_ID = re.compile(r"^/(documents|sessions|jobs)/[^/]+")


def action_of(method: str, path: str) -> str | None:
    """Return what a request would do; None for what is no act."""
    return ACTIONS.get((method, template_of(path)))


def template_of(path: str) -> str:
    """Return a path without the id in it."""
    return _ID.sub(r"/\1/{}", path)
