"""The measures of a ranking, by ir-measures (trec_eval's definitions)."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.plugins import import_optional

MEASURES = {
    "ndcg@10": "nDCG@10",
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "mrr@10": "RR@10",
}
"""Our name of a measure → that of ir-measures."""

Values = NDArray[np.float64]


def measure(
    relevance: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, Values]:
    """Return, by measure, one value a query, in the order of ``relevance``.

    nDCG gains are linear in the grade (Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation
    of IR Techniques", 2002, https://doi.org/10.1145/582415.582418).
    """
    library = import_optional("ir_measures")
    wanted = {library.parse_measure(given): name for name, given in MEASURES.items()}
    places = {query: place for place, query in enumerate(relevance)}
    values = {name: np.zeros(len(places)) for name in MEASURES}
    for found in library.iter_calc(list(wanted), _grades(relevance), _run(rankings)):
        values[wanted[found.measure]][places[found.query_id]] = found.value
    return values


def _grades(relevance: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {query: dict(grades) for query, grades in relevance.items()}


def _run(rankings: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Return scores that fall from rank to rank, so that nothing is left to ties."""
    return {
        query: {document: -float(rank) for rank, document in enumerate(ranking)}
        for query, ranking in rankings.items()
    }
