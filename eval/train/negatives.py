"""Documents that look as if they answered a question, and do not."""

import random
from collections.abc import Sequence

from eval.datasets import CorpusDocument
from eval.train.examples import Example
from index.analyzer import Analyzer

NEAREST = 3
LOOKED_AT = 8


def near_misses(
    examples: Sequence[Example],
    documents: Sequence[CorpusDocument],
    analyzer: Analyzer,
    seed: int,
) -> list[Example]:
    """Return, for answered questions, one of the best other documents without the answer's words.

    Best by BM25, of the documents that may be trained on.
    """
    from rank_bm25 import BM25Okapi

    choose = random.Random(seed)  # noqa: S311 - no secret
    bm25 = BM25Okapi(analyzer.terms_of([f"{one.title} {one.text}" for one in documents]))
    made = []
    for example in examples:
        if not example.places:
            continue
        scores = bm25.get_scores(analyzer.terms(example.question))
        best = [documents[place] for place in scores.argsort()[::-1][:LOOKED_AT]]
        near = [one for one in best if not _answers(one, example)][:NEAREST]
        if near:
            made.append(Example(example.question, choose.choice(near), ()))
    return made


def _answers(document: CorpusDocument, example: Example) -> bool:
    words = [example.document.text[start:end] for start, end in example.places]
    return document.id == example.document.id or any(word in document.text for word in words)
