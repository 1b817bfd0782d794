"""What an index answers, in a form in which two indexes can be compared."""

from collections.abc import Sequence

from app.pipeline.fuse import fuse
from app.pipeline.retrieve import join, retrieve
from app.pipeline.search import SearchOptions
from index.base import NO_FILTERS, SearchIndex
from index.embedder.base import TextKind

_OPTIONS = SearchOptions()
_SHOWN = 10

Answer = list[tuple[str, int, float]]


def answers(index: SearchIndex, questions: Sequence[str]) -> list[Answer]:
    """Return, for each question, the best ten passages: source, offset, score to 4 digits.

    Passages with one score are in the order of their sources: nothing else could tell them apart.
    """
    found = []
    for question in questions:
        vector = index.embedder.encode([question], TextKind.QUERY)[0]
        with index.snapshot() as snapshot:
            legs = retrieve(snapshot, question, vector, NO_FILTERS, _OPTIONS.candidates)
            hits = fuse(legs, _OPTIONS.dense_weight, _SHOWN)
            passages = join(snapshot, hits, vector, NO_FILTERS)
        rows = [(p.passage.document.source, p.passage.start, p.hit.score) for p in passages]
        found.append(sorted(((s, at, round(x, 4)) for s, at, x in rows), key=_best_first))
    return found


def _best_first(row: tuple[str, int, float]) -> tuple[float, str, int]:
    return -row[2], row[0], row[1]
