"""``python -m eval retrieval DIR…``: how well the service finds what answers a question."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from app.bootstrap import search_options
from app.pipeline.search import SearchOptions
from app.rerankers.base import Reranker
from app.rerankers.registry import build_reranker
from app.settings import AppSettings
from eval.arguments import add_report_arguments, add_set_arguments
from eval.child_words import ChildWords
from eval.corpus import store_corpus
from eval.datasets import QuestionSet, read_question_set, refuse_repeated_names
from eval.imagining import imagine
from eval.metrics import measure
from eval.provenance import facts_of, models_of
from eval.ranking import Ranker
from eval.report.writing import write_report
from eval.results import SetResult, macro_mean
from eval.terminal import print_results, print_summary
from index.base import SearchIndex
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

    def as_json(self) -> dict[str, dict[str, object]]:
        """Return what a report says of the settings, and of the models that they name."""
        settings: dict[str, object] = {
            "embedder": self.index.embedder,
            "reranker": self.reranker.name if self.reranker else None,
            "candidates": self.options.candidates,
            "dense_weight": self.options.dense_weight,
            "child_tokens": self.sizes.child_tokens,
            "parent_tokens": self.sizes.parent_tokens,
        }
        named = {"reranker": load_settings(AppSettings).reranker}
        return {"settings": settings, "models": {**models_of(self.index, named)}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, queries, and where results and indexes go."""
    add_set_arguments(parser, several=True)
    parser.add_argument(
        "--ablation",
        action="store_true",
        help="also search without parents and, where the settings name a language model, with HyDE",
    )
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
            place = Place(folder / one.name, console, ablation=options.ablation)
            results.append(measure_set(one, setup, place))
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a set is measured, and whether with more legs than the service has."""

    data_dir: Path
    console: Console
    ablation: bool = False


def measure_set(one: QuestionSet, setup: Setup, place: Place) -> SetResult:
    """Return the measures of every leg, after the set's documents were ingested."""
    settings = setup.index.model_copy(update={"data_dir": place.data_dir})
    with open_index(settings) as index:
        with StepProgress(place.console, f"{one.name}: ingest", len(one.documents)) as progress:
            store_corpus(index, one.documents, setup.sizes, progress)
        ranker = _ranker(index, one, setup, place)
        with StepProgress(place.console, f"{one.name}: ask", len(one.queries)) as progress:
            rankings = ranker.rank(one.queries, progress)
        facts = facts_of(index)
    return SetResult(
        one.name,
        len(one.documents),
        len(one.queries),
        {leg: measure(one.relevance, ranking) for leg, ranking in rankings.items()},
        list(one.relevance),
        facts,
        ranker.imagined.as_json() if ranker.imagined else None,
    )


def _ranker(index: SearchIndex, one: QuestionSet, setup: Setup, place: Place) -> Ranker:
    plain = Ranker(index, setup.options, setup.reranker)
    if not place.ablation:
        return plain
    with StepProgress(place.console, f"{one.name}: cut children", len(one.documents)) as progress:
        words = ChildWords.of(one.documents, setup.sizes, index.analyzer, progress)
    with StepProgress(place.console, f"{one.name}: imagine", len(one.queries)) as progress:
        imagined = imagine(index, one.queries, progress)
    return replace(plain, child_words=words, imagined=imagined)


def _report(results: list[SetResult], setup: Setup) -> dict[str, object]:
    return {
        "command": "retrieval",
        "sets": {result.name: result.as_json() for result in results},
        "mean": macro_mean(results),
        **setup.as_json(),
    }
