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


def fuse(legs: Legs, dense_weight: float) -> list[Hit]:
    """Return one hit for each parent found, by convex combination, best first, scores in [0, 1].

    Each leg is min-max normalised over its own candidates, and a parent has the score of its
    best child by meaning; a leg that did not find it gives 0. A child without a parent was
    deleted and is left out. Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
    Retrieval", 2023, https://arxiv.org/abs/2210.11934.
    """
    words = {hit.chunk_id: hit.score for hit in legs.lexical}
    children = _best_children(legs)
    meaning = {parent: hit.score for parent, hit in children.items()}
    stretched_words = _stretched(words, legs.lexical)
    stretched_meaning = _stretched(meaning, legs.dense)
    hits = []
    for parent in words | meaning:
        child = children.get(parent)
        hits.append(
            Hit(
                parent_id=parent,
                child_id=child.chunk_id if child else None,
                score=(1 - dense_weight) * stretched_words.get(parent, 0.0)
                + dense_weight * stretched_meaning.get(parent, 0.0),
                lexical=words.get(parent),
                dense=meaning.get(parent),
            )
        )
    return sorted(hits, key=lambda hit: (-hit.score, hit.parent_id))


def _best_children(legs: Legs) -> dict[int, Candidate]:
    """Return, by parent, its child with the best score; of equal ones that of the lower id."""
    best: dict[int, Candidate] = {}
    for hit in sorted(legs.dense, key=lambda hit: (-hit.score, hit.chunk_id)):
        if hit.chunk_id in legs.parents:
            best.setdefault(legs.parents[hit.chunk_id], hit)
    return best


def _stretched(scores: Mapping[int, float], leg: Sequence[Candidate]) -> dict[int, float]:
    """Return scores stretched to [0, 1] over the whole leg; when all are equal, they are 1."""
    every = [hit.score for hit in leg]
    lowest, spread = min(every, default=0.0), max(every, default=0.0) - min(every, default=0.0)
    return {
        parent: (score - lowest) / spread if spread else 1.0 for parent, score in scores.items()
    }
