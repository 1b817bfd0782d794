"""``python -m eval oracle DIR``: our BM25 ranks against an independent implementation."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from eval.arguments import add_set_arguments
from eval.corpus import chunked, store_corpus
from eval.datasets import CorpusDocument, QuestionSet, read_question_set
from eval.retrieval import index_folder, load_setup
from index.analyzer import Analyzer
from index.base import SearchIndex
from index.identity import document_id_of, parent_ids_of, text_hash_of
from index.opening import open_index
from index.plugins import import_optional
from ingest.chunking import ChunkSizes
from ingest.progress import StepProgress

TOP = 10
USUAL_LIMIT = 200
_K1 = 1.2
_B = 0.75
_TIE = 1e-4
"""Scores this close, relatively, are equal: both sides compute in single precision."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder, the queries, and where the index is kept."""
    add_set_arguments(parser, several=False)
    parser.set_defaults(limit=USUAL_LIMIT)


def run(options: argparse.Namespace) -> int:
    """Return 0 after printing the mean overlap of the ten best."""
    one = read_question_set(options.folders[0], options.queries, options.limit)
    setup = load_setup()
    console = Console(highlight=False)
    with index_folder(options.index) as folder:
        settings = setup.index.model_copy(update={"data_dir": folder / one.name})
        with open_index(settings) as index:
            with StepProgress(console, f"{one.name}: ingest", len(one.documents)) as progress:
                store_corpus(index, one.documents, setup.sizes, progress)
            found = overlaps(index, one, setup.sizes)
    console.print(
        f"{one.name}: the {TOP} best parents by BM25 and by bm25s (Lucene's formula, same terms)"
        f" overlap by {found.mean():.4f} on average over {len(found):,} queries; the least"
        f" {found.min():.2f}.",
        soft_wrap=True,
        markup=False,
    )
    return 0


def overlaps(index: SearchIndex, one: QuestionSet, sizes: ChunkSizes) -> NDArray[np.float64]:
    """Return, for each query, the share of the oracle's ten best that our BM25 finds.

    Of parents with equal scores any may be among the ten: one of ours counts when its score by
    the oracle is no lower than the oracle's tenth.
    """
    oracle = Oracle.of(_parents(one.documents, sizes), index.analyzer)
    shares = []
    with index.snapshot() as snapshot:
        for query in one.queries:
            ours = [hit.chunk_id for hit in snapshot.search_lexical(query.text, TOP)]
            shares.append(oracle.share_of(ours, index.analyzer.terms(query.text)))
    return np.array(shares)


def _parents(documents: Sequence[CorpusDocument], sizes: ChunkSizes) -> dict[int, str]:
    """Return what is analysed of every parent, by the id that the index gives it."""
    texts: dict[int, str] = {}
    for document in documents:
        cut = chunked(document, sizes)
        ids = parent_ids_of(document_id_of(cut.source), map(text_hash_of, cut.parents))
        texts.update(zip(ids, (parent.indexed_text for parent in cut.parents), strict=True))
    return texts


@dataclass(frozen=True, slots=True)
class Oracle:
    """BM25 by bm25s; ``places`` leads from a parent's id to its place among the scores."""

    scorer: Any
    places: Mapping[int, int]

    @staticmethod
    def of(texts: Mapping[int, str], analyzer: Analyzer) -> "Oracle":
        """Return the oracle over these parents."""
        scorer = import_optional("bm25s").BM25(method="lucene", k1=_K1, b=_B)
        scorer.index(analyzer.terms_of(list(texts.values())), show_progress=False)
        return Oracle(scorer, {parent: place for place, parent in enumerate(texts)})

    def share_of(self, ours: Sequence[int], terms: Sequence[str]) -> float:
        """Return the share of the best parents for these terms that ``ours`` holds."""
        scores = np.asarray(self.scorer.get_scores(list(terms)), dtype=np.float64)
        best = np.sort(scores)[::-1][:TOP]
        best = best[best > 0]
        if not len(best):
            return 0.0 if ours else 1.0
        least = best[-1] * (1 - _TIE)
        good = sum(1 for parent in ours if scores[self.places[parent]] >= least)
        return good / len(best)
