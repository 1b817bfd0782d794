"""One act, as it is written down: who did what, and how it ended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

MOST_DOCUMENTS = 100
"""So many ids stand in a line; the number of all of them stands beside."""

_MOST_CHARACTERS = 100
"""Ids may be anything that a caller wrote into a path."""


@dataclass(slots=True)
class Act:
    """Grows while a request is answered; ``status`` stays None where its caller left before.

    ``subject`` is what was acted on where that is neither a document nor a session: a key.
    """

    action: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    request_id: str = ""
    key_id: str | None = None
    name: str = ""
    client: str = ""
    status: int | None = None
    problems: Sequence[str] = ()
    session_id: str | None = None
    documents: Sequence[str] = ()
    subject: str | None = None
    milliseconds: float = 0.0
    question: str | None = None
    answer: str | None = None

    def record(self, *, with_text: bool) -> dict[str, object]:
        """Return what is written: never a secret, and words of people only ``with_text``."""
        known: dict[str, object] = {
            "time": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "request_id": self.request_id,
            "key_id": self.key_id,
            "name": self.name,
            "client": self.client,
            "action": self.action,
            "status": self.status,
            "problems": list(self.problems),
            "session_id": _cut(self.session_id),
            "document_count": len(self.documents),
            "documents": [_cut(each) for each in self.documents[:MOST_DOCUMENTS]],
            "subject": self.subject,
            "milliseconds": round(self.milliseconds, 1),
        }
        return {**known, "question": self.question, "answer": self.answer} if with_text else known


_CURRENT: ContextVar[Act | None] = ContextVar("act", default=None)


@contextmanager
def acting(act: Act) -> Iterator[None]:
    """Let all that is done within the block, in tasks and threads too, find the act."""
    token = _CURRENT.set(act)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def present_act() -> Act:
    """Return the act that is going on; what is told of none is forgotten."""
    return _CURRENT.get() or Act("")


def _cut(text: str | None) -> str | None:
    return text[:_MOST_CHARACTERS] if text else None
