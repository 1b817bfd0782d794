"""``python -m eval confidence DIR…``: how well the service knows that it does not know.

From every set half of the documents are left out, so that about half of the questions cannot be
answered, and neither can those that the set itself calls impossible. The confidence model, with
the features that ship, is fitted on all sets but one and judged on that one, in turn; the model
that is fitted on all of them is printed last, beside the one that ships.
"""

import argparse
import hashlib
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.bootstrap import confidence_model
from app.pipeline.answer import Inquiry
from eval.arguments import add_set_arguments
from eval.asking import AskedSet, load_asking_setup
from eval.confidence_fit import Judged, Sample, Weights, fit, judge
from eval.datasets import QuestionSet, read_judged_set
from eval.held_out import add_held_out_argument, read_sets
from eval.retrieval import index_folder
from eval.terminal import number

THRESHOLDS = (0.3, 0.4, 0.5)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, queries, and where the indexes go."""
    add_set_arguments(parser, several=True)
    add_held_out_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after fitting; raise a MureumError for a set that cannot be read."""
    console = Console(highlight=False)
    setup = load_asking_setup()
    shipped = Weights.of(confidence_model(setup.app.reader))
    sets = read_sets(options, read_judged_set)
    with index_folder(options.index) as folder:
        places = [AskedSet(one.name, setup, folder / f"{one.name}-half", console) for one in sets]
        samples = [_sample(one, place) for one, place in zip(sets, places, strict=True)]
    if len(samples) > 1:
        judged = judge(samples, shipped)
        _print_sets(judged, console)
        _print_decisions(judged, setup.app.confidence_threshold, console)
    console.print(f"fitted on all: {fit(samples, shipped.used)}", soft_wrap=True)
    console.print(f"shipped: {shipped}", soft_wrap=True)
    return 0


def is_kept(document_id: str) -> bool:
    """Return whether a document stays in its set: one half does, the same one each time.

    The draw is salted, so that it has nothing to do with the one of the held-out documents.
    """
    drawn = hashlib.sha256(f"kept {document_id}".encode("utf-8", "surrogatepass"))
    return drawn.digest()[0] % 2 == 0


def _sample(one: QuestionSet, place: AskedSet) -> Sample:
    """Return the evidence of each question and whether a document that answers it was kept."""
    place.ingest([item for item in one.documents if is_kept(item.id)])
    replies = place.ask([Inquiry(query.text) for query in one.queries])
    rows = [
        (
            reply.answer.evidence,
            not query.impossible and any(map(is_kept, one.relevance.get(query.id, ()))),
        )
        for query, reply in zip(one.queries, replies, strict=True)
        if reply.answer.evidence is not None
    ]
    return Sample.of(one.name, rows)


def _print_sets(judged: Sequence[Judged], console: Console) -> None:
    """Print how well each set's kinds are told apart, and the mean of the sets."""
    table = Table(title="AUROC by what was fitted on the other sets", box=None, pad_edge=False)
    table.add_column("set", overflow="fold")
    for column in ("with answer", "without", "as shipped fits", "all features", "shipped itself"):
        table.add_column(column, justify="right")
    rows = []
    for one in judged:
        areas = [one.auroc(each) for each in (one.held_out, one.everything, one.shipped)]
        yes = int(one.sample.answerable.sum())
        counts = (f"{yes:,}", f"{len(one.sample.answerable) - yes:,}")
        table.add_row(escape(one.sample.name), *counts, *map(number, areas))
        rows.append(areas)
    table.add_row("mean", "", "", *(number(float(mean)) for mean in np.nanmean(rows, axis=0)))
    console.print(table)


def _print_decisions(judged: Sequence[Judged], own: float, console: Console) -> None:
    """Print what thresholds do on sets that were not fitted on; each set counts the same."""
    table = Table(title="what thresholds do there, mean of the sets", box=None, pad_edge=False)
    table.add_column("threshold")
    for column in ("answerable kept", "unanswerable refused", "refusals right"):
        table.add_column(column, justify="right")
    for threshold in sorted({*THRESHOLDS, own}):
        means = np.nanmean([one.decisions(threshold) for one in judged], axis=0)
        mark = " (set)" if threshold == own else ""
        table.add_row(f"{threshold:g}{mark}", *(number(float(mean)) for mean in means))
    console.print(table)
