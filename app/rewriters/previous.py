"""A rewriter for tests: the question before this one goes along with every question."""

from collections.abc import Sequence

from app.rewriters.base import Exchange, Parts, Rewriter


class PreviousRewriter(Rewriter):
    """Needs no model, no analyzer and no thread."""

    name = "previous"

    async def _rewritten(self, question: str, history: Sequence[Exchange]) -> str:
        return f"{question} ({history[-1].question})"


def build(parts: Parts) -> PreviousRewriter:
    """Return the rewriter; it needs no part."""
    del parts
    return PreviousRewriter()
