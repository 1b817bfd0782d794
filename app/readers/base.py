"""The contract of a reader: one method to write, the shared work done here once."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app.errors import ReaderError
from index.errors import MureumError


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a document to read, and what the document is called."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The words ``[start:end]`` of an excerpt that would answer best.

    ``score`` is a log-odds: above 0 the words are likelier than that the excerpt holds no answer.
    """

    start: int
    end: int
    score: float


class Reader(ABC):
    """Looks for an answer in excerpts; write ``_readings`` and leave the rest to this class."""

    name: str

    @abstractmethod
    def _readings(self, question: str, excerpts: Sequence[Excerpt]) -> Sequence[Reading | None]:
        """Return a reading for each excerpt, None where nothing can be read; never for none."""

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[Reading | None]:
        """Return a reading for each excerpt, in their order; None where nothing can be read.

        Raises ReaderError when the model fails or points outside the text.
        """
        if not excerpts:
            return []
        with self._failures():
            readings = list(self._readings(question, excerpts))
        if len(readings) != len(excerpts):
            raise ReaderError(
                f"The reader {self.name} gave {len(readings)} readings of {len(excerpts)} excerpts."
            )
        for reading, excerpt in zip(readings, excerpts, strict=True):
            self._check(reading, excerpt)
        return readings

    def warm(self, *, wait: bool = True) -> None:
        """Load what reading needs, so that the first question need not wait for it.

        Raises MureumError when it cannot be had and, without ``wait``, NotReadyError while
        another thread loads it.
        """
        with self._failures():
            self._warm(wait=wait)

    def _warm(self, *, wait: bool) -> None:  # noqa: B027 - most readers have nothing to load
        """Do the loading of ``warm``."""

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what a reader raises into an error of ours."""
        try:
            yield
        except MureumError:
            raise
        except Exception as error:
            raise ReaderError(f"The reader {self.name} failed: {error}") from error

    def _check(self, reading: Reading | None, excerpt: Excerpt) -> None:
        if reading is None:
            return
        inside = 0 <= reading.start < reading.end <= len(excerpt.text)
        if not inside or not math.isfinite(reading.score):
            raise ReaderError(
                f"The reader {self.name} points to [{reading.start}:{reading.end}] with the score"
                f" {reading.score} in an excerpt of {len(excerpt.text)} characters."
            )
