"""Which weight and how many candidates bring the expected document to the top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import log2

import numpy as np

from app.pipeline.fuse import Legs, fuse
from app.pipeline.retrieve import retrieve
from app.settings import AppSettings
from eval.metrics import Values
from eval.tune.questions import TeamQuestion
from index.base import NO_FILTERS, SearchIndex, Snapshot, Vector
from index.embedder.base import TextKind
from index.models import Filters

_READ = 10
"""Sections below this rank count as not found; the service reads half of them."""

_CANDIDATES = (50, 100, 200, 400)
_WEIGHTS = tuple(round(0.05 * step, 2) for step in range(21))
_ENCODED_AT_ONCE = 64
_STEP_PER_DOUBLING = 0.1
"""Twice or half as many candidates are as far from the default as so much weight."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """One setting of the search."""

    dense_weight: float
    candidates: int


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What both legs found for a question, and which of the parents are of its document."""

    legs: Legs
    expected: frozenset[int]


def default_fusion() -> Fusion:
    """Return the setting of a service that nobody configured."""
    fields = AppSettings.model_fields
    return Fusion(fields["dense_weight"].default, fields["candidates"].default)


def grid() -> list[Fusion]:
    """Return all settings to try, the default first and then by their distance from it."""
    start = default_fusion()

    def distance(one: Fusion) -> tuple[float, float, int]:
        doublings = abs(log2(one.candidates / start.candidates))
        away = abs(one.dense_weight - start.dense_weight) + _STEP_PER_DOUBLING * doublings
        return round(away, 6), one.dense_weight, one.candidates

    tried = {Fusion(weight, count) for weight, count in product(_WEIGHTS, _CANDIDATES)}
    return sorted(tried | {start}, key=distance)


def retrieve_all(
    index: SearchIndex, questions: Sequence[TeamQuestion], progress: Callable[[int], None]
) -> list[Retrieved]:
    """Return what is found for each question at the largest number of candidates."""
    found = []
    with index.snapshot() as snapshot:
        for start in range(0, len(questions), _ENCODED_AT_ONCE):
            some = questions[start : start + _ENCODED_AT_ONCE]
            vectors = index.embedder.encode([question.text for question in some], TextKind.QUERY)
            for question, vector in zip(some, vectors, strict=True):
                found.append(_retrieved(snapshot, question, vector))
                progress(1)
    return found


def reciprocal_ranks(settings: Sequence[Fusion], found: Sequence[Retrieved]) -> Values:
    """Return 1 / rank of the first section of the expected document, else 0.

    One row a setting, one column a question.
    """
    return np.array([[_reciprocal_rank(one, setting) for one in found] for setting in settings])


def _retrieved(snapshot: Snapshot, question: TeamQuestion, vector: Vector) -> Retrieved:
    """Search everywhere, then in the expected document alone, to know its sections."""
    most = max(one.candidates for one in grid())
    legs = retrieve(snapshot, question.text, vector, NO_FILTERS, most)
    inside = retrieve(snapshot, question.text, vector, Filters(source=question.source), most)
    words = {candidate.chunk_id for candidate in inside.lexical}
    return Retrieved(legs, frozenset(words | set(inside.parents.values())))


def _reciprocal_rank(found: Retrieved, setting: Fusion) -> float:
    most = setting.candidates
    legs = replace(found.legs, lexical=found.legs.lexical[:most], dense=found.legs.dense[:most])
    for rank, hit in enumerate(fuse(legs, setting.dense_weight, _READ), start=1):
        if hit.parent_id in found.expected:
            return 1 / rank
    return 0.0
