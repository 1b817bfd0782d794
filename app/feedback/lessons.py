"""Feedback → questions whose answers are known."""

import json
from collections.abc import AsyncIterator

from app.feedback.store import FeedbackStore

_AT_ONCE = 500


async def lessons(store: FeedbackStore) -> AsyncIterator[str]:
    """Yield lines of JSON as ``python -m eval tune`` reads them; the newest word on a question."""
    seen: set[str] = set()
    offset = 0
    while records := (await store.page(_AT_ONCE, offset)).records:
        offset += len(records)
        for record in records:
            lesson = record.lesson()
            if lesson is not None and lesson["question"] not in seen:
                seen.add(lesson["question"])
                yield json.dumps(lesson, ensure_ascii=False) + "\n"
