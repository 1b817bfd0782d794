"""``python -m eval citations DIR…``: whether citations stand in the documents, word for word."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.pipeline.answer import Inquiry
from eval.arguments import add_report_arguments, add_set_arguments
from eval.asking import AskedSet, AskingSetup, Reply, latencies, load_asking_setup
from eval.citations.checking import Checked, check_answer
from eval.citations.results import LEAST_VERIFIED, CitationResult
from eval.datasets import QuestionSet, read_question_set, refuse_repeated_names
from eval.report.writing import write_report
from eval.retrieval import index_folder
from index.opening import open_index


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, queries, and where results and indexes go."""
    add_set_arguments(parser, several=True)
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 when enough citations of every set verify, else 1."""
    sets = [read_question_set(path, options.queries, options.limit) for path in options.folders]
    refuse_repeated_names(sets)
    setup = load_asking_setup()
    console = Console(highlight=False)
    with index_folder(options.index) as folder:
        results = [_measure(one, setup, folder / one.name, console) for one in sets]
    _print(results, console)
    write_report(_report(results, setup), json=options.json, html=options.html)
    return 0 if all(result.met for result in results) else 1


def _measure(
    one: QuestionSet, setup: AskingSetup, data_dir: Path, console: Console
) -> CitationResult:
    asked = AskedSet(one.name, setup, data_dir, console)
    index = asked.ingest(one.documents)
    replies = asked.ask([Inquiry(query.text) for query in one.queries])
    return CitationResult(one.name, _checked(replies, setup, data_dir), index, latencies(replies))


def _checked(replies: list[Reply], setup: AskingSetup, data_dir: Path) -> list[Checked]:
    """Return the checks against the index opened anew, as ``GET /documents`` would read it."""
    settings = setup.index.model_copy(update={"data_dir": data_dir})
    with open_index(settings) as index, index.snapshot() as snapshot:
        return [check_answer(reply.answer, snapshot.text) for reply in replies]


def _report(results: list[CitationResult], setup: AskingSetup) -> dict[str, object]:
    return {
        "command": "citations",
        "sets": {result.name: result.as_json() for result in results},
        "asked": {"citations_verified": LEAST_VERIFIED},
        **setup.as_json(),
    }


def _print(results: list[CitationResult], console: Console) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for result in results:
        table.add_section()
        for number, (name, share) in enumerate(result.shares.items()):
            table.add_row("" if number else escape(result.name), name, str(share))
    console.print(table)
    missed = ", ".join(result.name for result in results if not result.met)
    verdict = f"missed on {escape(missed)}" if missed else "met"
    console.print(f"At least {100 * LEAST_VERIFIED:.0f} % of the citations verify: {verdict}.")
