"""Texts that a database can hold."""

import re

from app.errors import InvalidQuestionError

MOST_TITLE_CHARACTERS = 80
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def check_question(question: str) -> None:
    """Raise InvalidQuestionError for a text that no database can hold."""
    if any("\ud800" <= char <= "\udfff" or char == "\0" for char in question):
        raise InvalidQuestionError(
            "The question holds half of a surrogate pair or a null character, which is not text."
        )


def is_session_id(text: str) -> bool:
    """Return whether a text has the form of a session's id; others are not looked for."""
    return _SESSION_ID.fullmatch(text) is not None


def storable(text: str) -> str:
    """Return a model's text with surrogate pairs joined, and without halves and null characters.

    A stream that cuts an emoji in two brings its halves as separate characters.
    """
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", "")


def title_of(question: str) -> str:
    """Return the first words of a question, on one line of at most 80 characters."""
    line = " ".join(question.split())
    if len(line) <= MOST_TITLE_CHARACTERS:
        return line
    start = line[:MOST_TITLE_CHARACTERS]
    words, space, _ = start.rpartition(" ")
    return f"{words if space else start[:-1]}…"
