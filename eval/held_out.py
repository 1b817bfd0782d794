"""The part of each set that the shipped reader never learned from."""

import argparse
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from eval.datasets import CorpusDocument, QuestionSet, refuse_repeated_names
from eval.errors import QuestionSetError

ONE_IN = 4
"""One document of so many is held out."""


def add_held_out_argument(parser: argparse.ArgumentParser) -> None:
    """Declare the choice of the part."""
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="only questions on documents that no training learns from (one in four, always the"
        " same); all documents are searched",
    )


def read_sets(
    options: argparse.Namespace, read: Callable[[Path, str | None], QuestionSet]
) -> list[QuestionSet]:
    """Return the sets of the command line with the questions that are to be measured.

    Raises QuestionSetError for a broken set, a repeated name, or a set of which nothing is left.
    """
    sets = [read(path, options.queries) for path in options.folders]
    refuse_repeated_names(sets)
    parts = [only_held_out(one) if options.held_out else one for one in sets]
    return [replace(one, queries=one.queries[: options.limit]) for one in parts]


def only_held_out(one: QuestionSet) -> QuestionSet:
    """Return the set with the questions whose every relevant document is held out."""
    held = held_out_ids(one.documents)
    queries = [query for query in one.queries if held.issuperset(one.relevance.get(query.id, ()))]
    if not queries:
        raise QuestionSetError(f"{one.name}: no question is on held-out documents alone.")
    return replace(one, queries=queries)


def held_out_ids(documents: Sequence[CorpusDocument]) -> frozenset[str]:
    """Return the ids of the documents that nothing may be learned from.

    Documents that are paragraphs of a few articles are held out by article, others one by one.
    """
    titles = {document.title for document in documents}
    by_title = 2 * len(titles) <= len(documents)
    return frozenset(
        document.id for document in documents if _drawn(document.title if by_title else document.id)
    )


def _drawn(key: str) -> bool:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[0] % ONE_IN == 0
