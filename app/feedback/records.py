"""What somebody thinks of an answer, and what can be learned from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Rating(StrEnum):
    """Thumbs."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a caller thinks of one turn of its session; without a number of the last answered one.

    ``expected_source`` is where the source of the document begins that holds the answer.
    """

    session_id: str
    rating: Rating
    turn: int | None = None
    comment: str = ""
    expected_source: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackRecord:
    """A stored opinion with the question as it was searched for.

    ``cited_source`` is that of the answer's first citation; empty where it abstained.
    """

    given_at: datetime
    key_id: str | None
    rating: Rating
    comment: str
    expected_source: str
    question: str
    abstained: bool
    cited_source: str

    def lesson(self) -> dict[str, str] | None:
        """Return a question with what is right, as ``python -m eval tune`` reads it.

        A question without a source should be refused. None where nobody knows what is right:
        something was wrong, and no source was named.
        """
        if self.expected_source:
            return {"question": self.question, "source": self.expected_source}
        if self.rating is Rating.DOWN:
            return None
        if self.abstained:
            return {"question": self.question}
        return {"question": self.question, "source": self.cited_source}


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """One page of a listing, newest first, and the length of the whole listing."""

    records: tuple[FeedbackRecord, ...]
    total: int
