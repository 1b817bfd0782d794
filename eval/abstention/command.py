"""``python -m eval abstention DIR…``: how well the service knows that it does not know.

One half of the questions has an answer in the index and the other none: impossible ones of the
set, those whose documents were left out, and those about something else.
"""

import argparse
from collections.abc import Sequence

from rich.console import Console

from app.pipeline.answer import Inquiry
from eval.abstention.mix import MixOptions, make_mix, read_off_topic
from eval.abstention.results import AbstentionResult
from eval.abstention.table import print_abstentions
from eval.arguments import add_files, add_report_arguments, add_set_arguments, share
from eval.asking import AskedSet, AskingSetup, load_asking_setup
from eval.datasets import QuestionSet, read_question_set
from eval.held_out import add_held_out_argument, read_sets
from eval.report.writing import write_report
from eval.retrieval import index_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, what makes questions unanswerable, and where results and indexes go."""
    add_set_arguments(parser, several=True)
    add_held_out_argument(parser)
    parser.add_argument(
        "--remove-gold",
        type=share,
        default=0.0,
        metavar="SHARE",
        help="leave documents out, so that this share of the questions has no answer left",
    )
    add_files(
        parser,
        "--off-topic",
        'questions about something else, a line each: {"question": …} or {"input": …}',
    )
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after measuring every set; raise a MureumError when one cannot be measured."""
    sets = read_sets(options, read_question_set)
    mixed = MixOptions(options.remove_gold, read_off_topic(options.off_topic), options.limit)
    setup = load_asking_setup()
    console = Console(highlight=False)
    results = []
    with index_folder(options.index) as folder:
        for one in sets:
            data_dir = folder / f"{one.name}{_suffix(options.remove_gold)}"
            place = AskedSet(one.name, setup, data_dir, console)
            results.append(measure_abstention(one, mixed, place))
    print_abstentions(results, console)
    write_report(_report(results, setup, options), json=options.json, html=options.html)
    return 0


def measure_abstention(
    whole: QuestionSet, options: MixOptions, place: AskedSet
) -> AbstentionResult:
    """Return how the questions of the mix were answered, after its documents were ingested."""
    mix = make_mix(whole, options)
    index = place.ingest(mix.documents)
    replies = place.ask([Inquiry(case.query.text) for case in mix.cases])
    threshold = place.setup.app.confidence_threshold
    return AbstentionResult(whole.name, mix.cases, replies, threshold, index)


def _suffix(removed: float) -> str:
    """Return what keeps an index without some documents apart from the one with all."""
    return f"-without-{removed:g}" if removed else ""


def _report(
    results: Sequence[AbstentionResult], setup: AskingSetup, options: argparse.Namespace
) -> dict[str, object]:
    return {
        "command": "abstention",
        "sets": {result.name: result.as_json() for result in results},
        **setup.as_json(),
        "mix": {
            "remove_gold": options.remove_gold,
            "off_topic": [path.name for path in options.off_topic],
        },
    }
