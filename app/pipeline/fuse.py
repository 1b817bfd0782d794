"""Step 3: one ranking from two legs whose scores cannot be compared as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.models import Candidate


@dataclass(frozen=True, slots=True)
class Legs:
    """The parents that words found, the children that meaning found, and the children's parents.

    Both legs come best first.
    """

    lexical: Sequence[Candidate]
    dense: Sequence[Candidate]
    parents: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A parent with its fused score and, to explain it, what each leg gave (None: not found).

    ``child_id`` is the child that meaning found; None when only words found the parent.
    """

    parent_id: int
    child_id: int | None
    score: float
    lexical: float | None
    dense: float | None
    reranker: float | None = None


def fuse(legs: Legs, dense_weight: float, limit: int | None = None) -> list[Hit]:
    """Return one hit for each of the best parents, by convex combination, best first.

    Scores lie in [0, 1]; without a limit there is a hit for each parent that was found. Each leg
    is min-max normalised over its own candidates, and a parent has the score of its best child
    by meaning; a leg that did not find it gives 0. A child without a parent was deleted and is
    left out. Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
    2023, https://arxiv.org/abs/2210.11934.
    """
    words = {hit.chunk_id: hit.score for hit in legs.lexical}
    children = _best_children(legs)
    meaning = {parent: hit.score for parent, hit in children.items()}
    scores = dict.fromkeys(words | meaning, 0.0)
    parts = ((legs.lexical, words, 1 - dense_weight), (legs.dense, meaning, dense_weight))
    for leg, found, weight in parts:
        for parent, score in found.items():
            scores[parent] += weight * _stretched(score, leg)
    best = sorted(scores, key=lambda parent: (-scores[parent], parent))[:limit]
    return [
        Hit(
            parent_id=parent,
            child_id=children[parent].chunk_id if parent in children else None,
            score=scores[parent],
            lexical=words.get(parent),
            dense=meaning.get(parent),
        )
        for parent in best
    ]


def _best_children(legs: Legs) -> dict[int, Candidate]:
    """Return, by parent, the first of its children that was found."""
    best: dict[int, Candidate] = {}
    for hit in legs.dense:
        parent = legs.parents.get(hit.chunk_id)
        if parent is not None:
            best.setdefault(parent, hit)
    return best


def _stretched(score: float, leg: Sequence[Candidate]) -> float:
    """Return a score of a leg stretched to [0, 1]; when all are equal, they are 1."""
    highest, lowest = leg[0].score, leg[-1].score
    return (score - lowest) / (highest - lowest) if highest > lowest else 1.0
