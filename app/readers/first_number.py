"""A reader for tests: the first number of an excerpt that shares a word with the question."""

import re
from collections.abc import Sequence

from app.readers.base import Excerpt, Reader, Reading

_NUMBER = re.compile(r"\d+")


class FirstNumberReader(Reader):
    """Needs no model and no network."""

    name = "first-number"

    def _readings(self, question: str, excerpts: Sequence[Excerpt]) -> list[Reading | None]:
        words = set(question.casefold().rstrip("?").split())
        return [_reading(words, excerpt) for excerpt in excerpts]


def _reading(words: set[str], excerpt: Excerpt) -> Reading | None:
    found = _NUMBER.search(excerpt.text)
    if found is None:
        return None
    shared = len(words & set(excerpt.text.casefold().split()))
    return Reading(found.start(), found.end(), float(shared) - 0.5)
