"""``python -m eval retrieval DIR…``: how well the service finds what answers a question."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from app.bootstrap import search_options
from app.pipeline.search import SearchOptions
from app.rerankers.base import Reranker
from app.rerankers.registry import build_reranker
from app.settings import AppSettings
from eval.arguments import add_report_arguments, add_set_arguments
from eval.corpus import store_corpus
from eval.datasets import QuestionSet, read_question_set, refuse_repeated_names
from eval.metrics import measure
from eval.provenance import facts_of, models_of
from eval.ranking import Ranker
from eval.report.writing import write_report
from eval.results import SetResult, macro_mean
from eval.terminal import print_results, print_summary
from index.opening import open_index
from index.settings import IndexSettings, load_settings
from ingest.chunking import ChunkSizes
from ingest.progress import StepProgress
from ingest.settings import IngestSettings


@dataclass(frozen=True, slots=True)
class Setup:
    """The service's configuration, as the measuring needs it."""

    index: IndexSettings
    sizes: ChunkSizes
    options: SearchOptions
    reranker: Reranker | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, queries, and where results and indexes go."""
    add_set_arguments(parser, several=True)
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after measuring every set; raise a MureumError when one cannot be measured."""
    sets = [read_question_set(path, options.queries, options.limit) for path in options.folders]
    refuse_repeated_names(sets)
    setup = load_setup()
    console = Console(highlight=False)
    results = []
    with index_folder(options.index) as folder:
        for one in sets:
            results.append(measure_set(one, setup, folder / one.name, console))
            print_summary(results[-1], console)
    print_results(results, console)
    write_report(_report(results, setup), json=options.json, html=options.html)
    return 0


def load_setup() -> Setup:
    """Return what the settings of index, ingestion and service say."""
    ingestion = load_settings(IngestSettings)
    service = load_settings(AppSettings)
    return Setup(
        load_settings(IndexSettings),
        ChunkSizes(ingestion.parent_tokens, ingestion.child_tokens),
        search_options(service),
        build_reranker(service.reranker),
    )


@contextmanager
def index_folder(given: Path | None) -> Iterator[Path]:
    """Yield the folder that indexes are kept in, or one that is removed afterwards."""
    if given is not None:
        yield given
    else:
        with TemporaryDirectory(prefix="mureum-eval-") as folder:
            yield Path(folder)


def measure_set(one: QuestionSet, setup: Setup, data_dir: Path, console: Console) -> SetResult:
    """Return the measures of every leg, after the set's documents were ingested."""
    settings = setup.index.model_copy(update={"data_dir": data_dir})
    with open_index(settings) as index:
        with StepProgress(console, f"{one.name}: ingest", len(one.documents)) as progress:
            store_corpus(index, one.documents, setup.sizes, progress)
        ranker = Ranker(index, setup.options, setup.reranker)
        with StepProgress(console, f"{one.name}: ask", len(one.queries)) as progress:
            rankings = ranker.rank(one.queries, progress)
        facts = facts_of(index)
    values = {leg: measure(one.relevance, ranking) for leg, ranking in rankings.items()}
    return SetResult(
        one.name, len(one.documents), len(one.queries), values, list(one.relevance), facts
    )


def _report(results: list[SetResult], setup: Setup) -> dict[str, object]:
    return {
        "command": "retrieval",
        "sets": {result.name: result.as_json() for result in results},
        "mean": macro_mean(results),
        "settings": {
            "embedder": setup.index.embedder,
            "reranker": setup.reranker.name if setup.reranker else None,
            "candidates": setup.options.candidates,
            "dense_weight": setup.options.dense_weight,
            "child_tokens": setup.sizes.child_tokens,
            "parent_tokens": setup.sizes.parent_tokens,
        },
        "models": models_of(setup.index, {"reranker": load_settings(AppSettings).reranker}),
    }
