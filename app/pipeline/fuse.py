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
    lexical: Sequence[Candidate],
    dense: Sequence[Candidate],
    dense_weight: float,
    parents: Mapping[int, int] | None = None,
) -> list[Hit]:
    """Return one hit for each parent found, by convex combination, best first, scores in [0, 1].

    Each leg is min-max normalised over its own candidates, and gives a parent the score of its
    best child, 0 without one: words and meaning may speak for different children of a parent.
    The hit names the child that both together like best. A child that is not in ``parents``
    stands for itself. Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
    Retrieval", 2023, https://arxiv.org/abs/2210.11934.
    """
    known = parents or {}
    words = {child: (1 - dense_weight) * score for child, score in _normalised(lexical).items()}
    meaning = {child: dense_weight * score for child, score in _normalised(dense).items()}
    best = _best_children([words, meaning], known)
    scores: dict[int, float] = dict.fromkeys(best.values(), 0.0)
    for leg in (words, meaning):
        for parent, score in _best_by_parent(leg, known).items():
            scores[best[parent]] += score
    raw = [_best_by_parent(_scores(leg), known) for leg in (lexical, dense)]
    return _hits(scores, *({best[parent]: score for parent, score in leg.items()} for leg in raw))


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
    return _hits(scores, _scores(lexical), _scores(dense))


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


def _scores(leg: Sequence[Candidate]) -> dict[int, float]:
    return {candidate.child_id: candidate.score for candidate in leg}


def _best_by_parent(scores: Mapping[int, float], parents: Mapping[int, int]) -> dict[int, float]:
    best: dict[int, float] = {}
    for child, score in scores.items():
        parent = parents.get(child, child)
        best[parent] = max(score, best.get(parent, score))
    return best


def _best_children(
    legs: Sequence[Mapping[int, float]], parents: Mapping[int, int]
) -> dict[int, int]:
    """Return, by parent, the child with the best sum over the legs."""
    sums: dict[int, float] = {}
    for leg in legs:
        for child, score in leg.items():
            sums[child] = sums.get(child, 0.0) + score
    best: dict[int, int] = {}
    for child in sorted(sums, key=lambda child: (-sums[child], child)):
        best.setdefault(parents.get(child, child), child)
    return best


def _hits(
    scores: Mapping[int, float], lexical: Mapping[int, float], dense: Mapping[int, float]
) -> list[Hit]:
    """Return hits by score; equal scores are ordered by id, so that a search can be repeated."""
    hits = [
        Hit(child, score, lexical.get(child), dense.get(child)) for child, score in scores.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.child_id))
