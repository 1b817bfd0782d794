"""The bench of searches in a part of an index: who may read what, and how recall is counted."""

from collections import Counter

import numpy as np

from eval.bench.subset import _recall
from eval.bench.subset_indexes import ONE_IN, Topics, groups_of_document


def test_groups_may_read_the_shares_that_they_are_named_after() -> None:
    counts = Counter(group for n in range(5_000) for group in groups_of_document(n, 5_000))
    assert counts["everything"] == 5_000
    for few in ONE_IN:
        assert counts[f"scattered-{few}"] == counts[f"topical-{few}"] == 5_000 // few


def test_neighbouring_documents_have_topics_in_common() -> None:
    vectors = Topics(10_000).vectors(0, 10_000)
    near = np.mean(vectors[0:20] @ vectors[20:40].T)
    far = np.mean(vectors[0:20] @ vectors[5_000:5_020].T)
    assert near > far + 0.3


def test_recall_counts_what_exact_search_found() -> None:
    assert _recall([[1, 2, 3], [4, 9, 8]], [[2, 1, 7], [4, 5, 6]], 2) == 0.75
