"""Steps 7 and 8 as one: how well each sentence speaks to the question, and whether it is enough.

A language model need not be told; it is asked only when an answerer wants to know, and once.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.pipeline.enough import Evidence
from app.pipeline.weigh import Weighing


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every sentence with its weight, and what follows for the question.

    ``enough`` says whether the confidence reaches the threshold.
    """

    weighing: Weighing
    evidence: Evidence | None
    confidence: float
    enough: bool


class Judge:
    """Judges when it is first asked, and remembers."""

    def __init__(self, judge: Callable[[], Awaitable[Judgement]]) -> None:
        self._judge = judge
        self._judgement: Judgement | None = None

    async def judgement(self) -> Judgement:
        """Return what was found out."""
        if self._judgement is None:
            self._judgement = await self._judge()
        return self._judgement
