"""``python -m eval answers DIR…``: how right the answers are, beside those that people gave."""

import argparse
from collections.abc import Sequence

from rich.console import Console

from app.pipeline.answer import Inquiry
from eval.answers.grades import grade, relevant_to
from eval.answers.judge import judge_all, load_judge
from eval.answers.results import AnswersResult
from eval.answers.table import print_answers
from eval.arguments import add_report_arguments, add_set_arguments
from eval.asking import AskedSet, AskingSetup, load_asking_setup
from eval.corpus import source_of
from eval.datasets import Query, QuestionSet, read_answered_set
from eval.errors import QuestionSetError
from eval.held_out import add_held_out_argument, read_sets
from eval.report.writing import write_report
from eval.retrieval import index_folder
from index.base import NO_FILTERS
from index.identity import document_id_of
from index.models import Filters
from ingest.progress import StepProgress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, queries, what is given, and where results and indexes go."""
    add_set_arguments(parser, several=True)
    add_held_out_argument(parser)
    parser.add_argument(
        "--given",
        action="store_true",
        help="search only the document that answers, so that the answerer is measured alone",
    )
    parser.add_argument(
        "--judge",
        action="store_true",
        help="let the language model of the settings grade the answers too",
    )
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after measuring every set; raise a MureumError when one cannot be measured."""
    sets = read_sets(options, read_answered_set)
    setup = load_asking_setup()
    judge = load_judge() if options.judge else None
    console = Console(highlight=False)
    results = []
    with index_folder(options.index) as folder:
        for one in sets:
            place = AskedSet(one.name, setup, folder / one.name, console)
            results.append(measure_answers(one, place, given=options.given))
    if judge is not None:
        with StepProgress(console, "judge", sum(len(one.queries) for one in sets)) as progress:
            results = judge_all(results, judge, progress)
    print_answers(results, console)
    write_report(_report(results, setup), json=options.json, html=options.html)
    return 0


def measure_answers(one: QuestionSet, place: AskedSet, *, given: bool = False) -> AnswersResult:
    """Return the grades of a set's answers, after its documents were ingested."""
    index = place.ingest(one.documents)
    inquiries = [
        Inquiry(query.text, _only_relevant(one, query) if given else NO_FILTERS)
        for query in one.queries
    ]
    grades = [
        grade(query, reply, relevant_to(one.relevance, query))
        for query, reply in zip(one.queries, place.ask(inquiries), strict=True)
    ]
    return AnswersResult(one.name, grades, index, given)


def _only_relevant(one: QuestionSet, query: Query) -> Filters:
    documents = relevant_to(one.relevance, query)
    if not documents:
        raise QuestionSetError(
            f'{one.name}: no document is known for the query "{query.id}", so that none can be'
            " given. Leave out --given, or complete qrels.tsv."
        )
    ids = frozenset(document_id_of(source_of(document)) for document in documents)
    return Filters(document_ids=ids)


def _report(results: Sequence[AnswersResult], setup: AskingSetup) -> dict[str, object]:
    return {
        "command": "answers",
        "sets": {result.name: result.as_json() for result in results},
        **setup.as_json(),
    }
