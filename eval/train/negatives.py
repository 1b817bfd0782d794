"""Documents that look as if they answered a question, and do not."""

import random
from collections.abc import Iterator, Sequence

from eval.datasets import CorpusDocument
from eval.train.examples import Example
from index.analyzer import Analyzer
from index.sentences import sentence_spans

NEAREST = 3
LOOKED_AT = 8


class NearMisses:
    """Finds, by BM25, the documents that come nearest to a question."""

    def __init__(self, documents: Sequence[CorpusDocument], analyzer: Analyzer, seed: int) -> None:
        """Take the documents that may be trained on."""
        from rank_bm25 import BM25Okapi

        self._documents = documents
        self._analyzer = analyzer
        self._choose = random.Random(seed)  # noqa: S311 - no secret
        texts = [f"{one.title} {one.text}" for one in documents]
        self._bm25 = BM25Okapi(analyzer.terms_of(texts))

    def of_answered(self, examples: Sequence[Example]) -> Iterator[Example]:
        """Yield, for answered questions, one of the nearest documents without the answer."""
        for example in examples:
            best = self._nearest(example.question) if example.places else []
            near = [one for one in best if not _answers(one, example)][:NEAREST]
            if near:
                yield self._miss(example.question, self._choose.choice(near))

    def of_unanswered(self, questions: Sequence[str]) -> Iterator[Example]:
        """Yield, for questions that nothing answers, each of the nearest documents."""
        for question in questions:
            for document in self._nearest(question)[:NEAREST]:
                yield self._miss(question, document)

    def _nearest(self, question: str) -> list[CorpusDocument]:
        scores = self._bm25.get_scores(self._analyzer.terms(question))
        return [self._documents[place] for place in scores.argsort()[::-1][:LOOKED_AT]]

    def _miss(self, question: str, document: CorpusDocument) -> Example:
        """Return a document as one without an answer, with the sentence that shares most words."""
        asked = set(self._analyzer.terms(question))
        spans = sentence_spans(document.text)
        terms = self._analyzer.terms_of([document.text[start:end] for start, end in spans])
        shared = [len(asked.intersection(found)) for found in terms]
        focus = spans[shared.index(max(shared))][0] if spans else None
        return Example(question, document, (), focus)


def _answers(document: CorpusDocument, example: Example) -> bool:
    words = [example.document.text[start:end] for start, end in example.places]
    return document.id == example.document.id or any(word in document.text for word in words)
