"""``python -m eval rewrite DIR…``: how much of what a follow-up leaves out is brought back."""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from app.concurrency import Workers
from app.llm.registry import build_language_model
from app.llm.settings import LanguageModelSettings
from app.pipeline.question import Question, language_of
from app.rewriters.base import Parts, Rewriter
from app.rewriters.registry import REWRITERS, build_rewriter
from eval.arguments import add_folders, add_report_arguments, positive
from eval.conversations import Conversations, Turn, read_conversations
from eval.corpus import store_corpus
from eval.datasets import QuestionSet
from eval.errors import QuestionSetError
from eval.metrics import Values, measure
from eval.provenance import facts_of
from eval.ranking import Ranker
from eval.report.writing import write_report
from eval.results import FUSED
from eval.retrieval import Setup, index_folder, load_setup
from eval.rewrite_results import HUMAN, LAST_TURN, REWRITTEN, RewriteResult, mean_gap
from eval.rewrite_table import print_result
from eval.rewritten_text import text_result
from index.analyzer import Analyzer, KoreanEnglishAnalyzer
from index.opening import open_index
from index.settings import load_settings
from ingest.progress import StepProgress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, the rewriter, and where results and indexes go."""
    holds = "folder with conversations of MTRAG (searched) or CAsT (text alone)"
    add_folders(parser, holds, several=True)
    parser.add_argument("--rewriter", choices=sorted(REWRITERS), default="terms")
    parser.add_argument("--limit", type=positive, metavar="N", help="only the first N questions")
    parser.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="keep the indexes here, a folder a set, and use them again (else they are removed)",
    )
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after measuring every set; raise a MureumError when one cannot be measured."""
    sets = [read_conversations(path, options.limit) for path in options.folders]
    if len({one.name for one in sets}) < len(sets):
        raise QuestionSetError("Two folders have the same name: rename one of them.")
    setup = load_setup()
    console = Console(highlight=False)
    analyzer = KoreanEnglishAnalyzer()
    rewritten = asyncio.run(_rewrite(sets, options.rewriter, analyzer, console))
    results = []
    with index_folder(options.index) as folder:
        for one, texts in zip(sets, rewritten, strict=True):
            if one.searched is None:
                results.append(text_result(one.name, one.turns, texts, analyzer))
            else:
                settings = setup.index.model_copy(update={"data_dir": folder / one.name})
                own = replace(setup, index=settings)
                results.append(_searched(one.searched, _forms(one, texts), own, console))
            print_result(results[-1], console)
    if (mean := mean_gap(results)) is not None:
        console.print(f"gap closed, mean over sets: {mean:.2f}")
    report = _report(results, options.rewriter, setup)
    write_report(report, json=options.json, html=options.html)
    return 0


async def _rewrite(
    sets: Sequence[Conversations], name: str, analyzer: Analyzer, console: Console
) -> list[list[str]]:
    """Return the rewritten questions of each set."""
    workers = Workers(threads=1, waiting_limit=1)
    model = build_language_model(load_settings(LanguageModelSettings)) if name == "model" else None
    try:
        rewriter = build_rewriter(name, Parts(lambda: analyzer, workers, model))
        texts = []
        for one in sets:
            with StepProgress(console, f"{one.name}: rewrite", len(one.turns)) as progress:
                texts.append([await _rewritten(rewriter, turn, progress) for turn in one.turns])
        return texts
    finally:
        workers.close()
        if model is not None:
            await model.close()


async def _rewritten(rewriter: Rewriter | None, turn: Turn, progress: Callable[[int], None]) -> str:
    progress(1)
    question = Question(turn.question, language_of(turn.question))
    return (await rewriter.rewrite(question, turn.history)).text if rewriter else turn.question


def _forms(one: Conversations, texts: Sequence[str]) -> dict[str, Sequence[str]]:
    return {
        LAST_TURN: [turn.question for turn in one.turns],
        REWRITTEN: texts,
        HUMAN: [turn.human for turn in one.turns],
    }


def _searched(
    asked: QuestionSet, forms: Mapping[str, Sequence[str]], setup: Setup, console: Console
) -> RewriteResult:
    """Return the measures of the fused ranking, for each form of the questions."""
    with open_index(setup.index) as index:
        with StepProgress(console, f"{asked.name}: ingest", len(asked.documents)) as progress:
            store_corpus(index, asked.documents, setup.sizes, progress)
        ranker = Ranker(index, setup.options)
        with StepProgress(
            console, f"{asked.name}: ask", len(forms) * len(asked.queries)
        ) as progress:
            values = {
                form: _measured(asked, ranker, given, progress) for form, given in forms.items()
            }
        facts = facts_of(index)
    return RewriteResult(asked.name, values, index=facts)


def _measured(
    asked: QuestionSet, ranker: Ranker, texts: Sequence[str], progress: Callable[[int], None]
) -> dict[str, Values]:
    queries = [replace(query, text=text) for query, text in zip(asked.queries, texts, strict=True)]
    return measure(asked.relevance, ranker.rank(queries, progress)[FUSED])


def _report(results: Sequence[RewriteResult], rewriter: str, setup: Setup) -> dict[str, object]:
    of_setup = setup.as_json()
    return {
        "command": "rewrite",
        "sets": {result.name: result.as_json() for result in results},
        "mean": {"gap_closed": mean_gap(results)},
        **of_setup,
        "settings": {"rewriter": rewriter, **of_setup["settings"]},
    }
