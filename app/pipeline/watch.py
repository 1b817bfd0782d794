"""Who is told how questions are answered: how long each step took, and what came of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from app.pipeline.events import Answer
from app.stopwatch import Stopwatch


class Outcome(StrEnum):
    """What came of a question; ``fallback`` whatever another back end said in place of a model."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    FALLBACK = "fallback"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(slots=True)
class Asking:
    """A question while it is answered; ``answer`` is there when it was."""

    question: str
    clock: Stopwatch
    answer: Answer | None = None
    failed: bool = False

    @property
    def outcome(self) -> Outcome:
        """Return what came of it; without an answer and an error its caller had left."""
        if self.answer is None:
            return Outcome.FAILED if self.failed else Outcome.INTERRUPTED
        if self.answer.fallback_reason is not None:
            return Outcome.FALLBACK
        return Outcome.ABSTAINED if self.answer.abstained else Outcome.ANSWERED


class Watch:
    """Is told, and takes no notice: the base of those who do."""

    def step(self, name: str, seconds: float) -> None:
        """Hear that a step of an answer or a search has just ended."""

    def found(self, question: str, document_ids: Sequence[str]) -> None:
        """Hear what a search without an answer brought: the document of each passage."""

    def ended(self, asking: Asking) -> None:
        """Hear that a question was answered, or will not be."""


class Watches(Watch):
    """Tells several of them, in their order."""

    def __init__(self, *watches: Watch) -> None:
        self._watches = watches

    def step(self, name: str, seconds: float) -> None:
        """Tell all of a step."""
        for watch in self._watches:
            watch.step(name, seconds)

    def found(self, question: str, document_ids: Sequence[str]) -> None:
        """Tell all of a search."""
        for watch in self._watches:
            watch.found(question, document_ids)

    def ended(self, asking: Asking) -> None:
        """Tell all of a question."""
        for watch in self._watches:
            watch.ended(asking)


@contextmanager
def watching(watch: Watch, question: str) -> Iterator[Asking]:
    """Give what is known of a question while it is answered, and tell in the end."""
    asking = Asking(question, Stopwatch(watch.step))
    try:
        yield asking
    except Exception:
        asking.failed = True
        raise
    finally:
        watch.ended(asking)
