"""``python -m eval unsure DIR…``: what tells that a first search failed, and from which value on.

A search missed when no relevant document is among its first five. Thresholds are fitted on all
sets but one and judged on that one, in turn; the one that is fitted on all of them comes last.
"""

import argparse
import asyncio
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.pipeline.hyde import is_unsure
from app.pipeline.question import read_question
from app.pipeline.retrieve import Found
from app.pipeline.search import Search, Target
from app.service import Service
from app.settings import AppSettings
from app.stopwatch import Stopwatch
from eval.arguments import add_set_arguments, writable_file
from eval.corpus import id_of, store_corpus
from eval.datasets import Query, QuestionSet, read_question_set
from eval.errors import QuestionSetError
from eval.files import write_json
from eval.retrieval import Setup, index_folder, load_setup
from eval.signals import SIGNALS, Sample
from eval.unsure_table import print_report, report
from index.opening import open_index
from index.settings import load_settings
from ingest.progress import StepProgress

FIRST = 5
_DEPTH = 25
"""Sections to look at: five documents may have many."""
_AT_ONCE = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, queries, and where results and indexes go."""
    add_set_arguments(parser, several=True)
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write a report")


def run(options: argparse.Namespace) -> int:
    """Return 0 after judging every signal; raise a MureumError for a set that cannot be read."""
    if len(options.folders) < 2:
        raise QuestionSetError(
            "Two sets or more are needed: a threshold is judged on a set that it was not fitted on."
        )
    sets = [read_question_set(path, options.queries, options.limit) for path in options.folders]
    setup = load_setup()
    console = Console(highlight=False)
    with index_folder(options.index) as folder:
        samples = [sample_of(one, setup, folder / one.name, console) for one in sets]
    if not any(one.missed.any() and not one.missed.all() for one in samples):
        raise QuestionSetError("No search missed, or all did: nothing can be fitted.")
    print_report(samples, console)
    if options.json:
        write_json(options.json, report(samples))
    return 0


def sample_of(one: QuestionSet, setup: Setup, data_dir: Path, console: Console) -> Sample:
    """Return what the service's own search tells of each question that has an answer."""
    settings = setup.index.model_copy(update={"data_dir": data_dir})
    with (
        open_index(settings) as index,
        StepProgress(console, f"{one.name}: ingest", len(one.documents)) as progress,
    ):
        store_corpus(index, one.documents, setup.sizes, progress)
    service = build_service(
        ServiceSettings(
            load_settings(AppSettings), settings, LanguageModelSettings(), MemorySettings()
        )
    )
    queries = [query for query in one.queries if not query.impossible]

    with StepProgress(console, f"{one.name}: ask", len(queries)) as progress:
        found = asyncio.run(_ask(service, queries, progress))
    missed = [misses(each, one.relevance[q.id]) for each, q in zip(found, queries, strict=True)]
    signals = {
        name: np.array([signal(each) for each in found], dtype=np.float64)
        for name, signal in SIGNALS.items()
    }
    unsure = [is_unsure(each.cosines) for each in found]
    return Sample(one.name, signals, np.array(missed), np.array(unsure))


def misses(found: Found, relevant: Collection[str]) -> bool:
    """Return whether none of the first documents is relevant."""
    ids = dict.fromkeys(id_of(item.passage.document.source) for item in found.passages)
    return not any(document in relevant for document in list(ids)[:FIRST])


async def _ask(
    service: Service, queries: Sequence[Query], progress: Callable[[int], None]
) -> list[Found]:
    """Return what is found for each; a few are asked at a time, to be encoded together."""
    found: list[Found] = []
    try:
        for start in range(0, len(queries), _AT_ONCE):
            some = queries[start : start + _AT_ONCE]
            found += await asyncio.gather(*(_find(service.pipeline.search, q) for q in some))
            progress(len(some))
    finally:
        await service.close()
    return found


async def _find(search: Search, query: Query) -> Found:
    question = read_question(query.text, search.options.question_characters)
    return await search.find(Target(question, top_k=_DEPTH), Stopwatch())
