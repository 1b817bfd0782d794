"""Step 3: one ranking from two legs whose scores cannot be compared as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.models import Candidate


@dataclass(frozen=True, slots=True)
class Hit:
    """A child with its fused score and, to explain it, what each leg gave (None: not found)."""

    child_id: int
    score: float
    lexical: float | None
    dense: float | None
    reranker: float | None = None


def fuse(
    lexical: Sequence[Candidate], dense: Sequence[Candidate], dense_weight: float
) -> list[Hit]:
    """Return the union of both legs by convex combination, best first, scores in [0, 1].

    Each leg is min-max normalised over its own candidates; a child that a leg lacks gets 0
    there. Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023,
    https://arxiv.org/abs/2210.11934.
    """
    by_words, by_meaning = _normalised(lexical), _normalised(dense)
    scores = {
        child: (1 - dense_weight) * by_words.get(child, 0.0)
        + dense_weight * by_meaning.get(child, 0.0)
        for child in {**by_words, **by_meaning}
    }
    return _hits(scores, lexical, dense)


def fuse_by_rank(
    lexical: Sequence[Candidate], dense: Sequence[Candidate], smoothing: int = 60
) -> list[Hit]:
    """Return the union of both legs by reciprocal rank fusion, best first.

    Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods", 2009, https://doi.org/10.1145/1571941.1572114.
    """
    scores: dict[int, float] = {}
    for leg in (lexical, dense):
        for rank, candidate in enumerate(leg, start=1):
            gained = 1 / (smoothing + rank)
            scores[candidate.child_id] = scores.get(candidate.child_id, 0.0) + gained
    return _hits(scores, lexical, dense)


def _normalised(leg: Sequence[Candidate]) -> dict[int, float]:
    """Return scores stretched to [0, 1]; when all are equal, they are all 1."""
    if not leg:
        return {}
    scores = [candidate.score for candidate in leg]
    lowest, spread = min(scores), max(scores) - min(scores)
    return {
        candidate.child_id: (candidate.score - lowest) / spread if spread else 1.0
        for candidate in leg
    }


def _hits(
    scores: Mapping[int, float], lexical: Sequence[Candidate], dense: Sequence[Candidate]
) -> list[Hit]:
    """Return hits by score; equal scores are ordered by id, so that a search can be repeated."""
    by_words = {candidate.child_id: candidate.score for candidate in lexical}
    by_meaning = {candidate.child_id: candidate.score for candidate in dense}
    hits = [
        Hit(child, score, by_words.get(child), by_meaning.get(child))
        for child, score in scores.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.child_id))
