"""Step 4: a model that reads question and passage together orders the best candidates anew."""

from collections.abc import Sequence
from dataclasses import replace

from app.pipeline.retrieve import FoundPassage
from app.rerankers.base import Reranker


def rerank(
    reranker: Reranker, question: str, found: Sequence[FoundPassage], weight: float
) -> list[FoundPassage]:
    """Return the passages by their mixed score, best first.

    The mix is ``weight`` × the reranker's score + (1 - ``weight``) × the fused score: the
    retrieval keeps a say, which a reranker trained on other texts needs.
    """
    scores = reranker.score(question, [item.passage.text for item in found])
    mixed = [_mixed(item, float(score), weight) for item, score in zip(found, scores, strict=True)]
    return sorted(mixed, key=lambda item: (-item.hit.score, item.hit.parent_id))


def _mixed(item: FoundPassage, score: float, weight: float) -> FoundPassage:
    mixed = weight * score + (1 - weight) * item.hit.score
    return replace(item, hit=replace(item.hit, score=mixed, reranker=score))
