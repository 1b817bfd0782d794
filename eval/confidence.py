"""``python -m eval confidence DIR…``: how well the service knows that it does not know.

From every set half of the documents are left out, so that about half of the questions cannot be
answered, and neither can those that the set itself calls impossible. The confidence model is
fitted on all sets but one and judged on that one, in turn; the model that is fitted on all of
them is printed last.
"""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from app.pipeline.answer import Inquiry
from app.pipeline.enough import Evidence
from eval.arguments import add_set_arguments
from eval.asking import AskedSet, load_asking_setup
from eval.datasets import QuestionSet, read_judged_set
from eval.held_out import add_held_out_argument, read_sets
from eval.retrieval import index_folder

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The evidence of a set's questions (n, features), and which of them can be answered."""

    name: str
    evidence: Floats
    answerable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a model did on a sample that it was not fitted on."""

    name: str
    auroc: float
    kept: float
    refused: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare folders, queries, and where the indexes go."""
    add_set_arguments(parser, several=True)
    add_held_out_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after fitting; raise a MureumError for a set that cannot be read."""
    console = Console(highlight=False)
    setup = load_asking_setup()
    sets = read_sets(options, read_judged_set)
    with index_folder(options.index) as folder:
        places = [AskedSet(one.name, setup, folder / f"{one.name}-half", console) for one in sets]
        samples = [_sample(one, place) for one, place in zip(sets, places, strict=True)]
    if len(samples) > 1:
        _print_judgements([_judge(held_out, samples) for held_out in samples], console)
    weights, intercept = _fit(samples)
    names = [field.name for field in fields(Evidence)]
    fitted = ", ".join(f"{n} {w:.2f}" for n, w in zip(names, weights, strict=True))
    console.print(f"fitted on all: intercept {intercept:.2f}, {fitted}", soft_wrap=True)
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
    return Sample(
        one.name,
        np.array([astuple(evidence) for evidence, _ in rows], dtype=np.float64),
        np.array([answerable for _, answerable in rows]),
    )


def _fit(samples: Sequence[Sample]) -> tuple[Floats, float]:
    """Return weights and intercept; each set, and in it either kind of question, counts alike."""
    from sklearn.linear_model import LogisticRegression

    evidence = np.concatenate([sample.evidence for sample in samples])
    answerable = np.concatenate([sample.answerable for sample in samples])
    shares = np.concatenate([_balance(sample.answerable) for sample in samples])
    mean, spread = evidence.mean(axis=0), evidence.std(axis=0)
    model = LogisticRegression(C=3.0)
    model.fit((evidence - mean) / spread, answerable, sample_weight=shares / shares.mean())
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def _balance(answerable: NDArray[np.bool_]) -> Floats:
    yes = max(1, int(answerable.sum()))
    no = max(1, len(answerable) - int(answerable.sum()))
    return np.where(answerable, 1 / yes, 1 / no)


def _judge(held_out: Sample, samples: Sequence[Sample]) -> Judgement:
    from sklearn.metrics import roc_auc_score

    weights, intercept = _fit([sample for sample in samples if sample is not held_out])
    logits = held_out.evidence @ weights + intercept
    yes = held_out.answerable
    return Judgement(
        held_out.name,
        float(roc_auc_score(yes, logits)),
        float((logits[yes] > 0).mean()),
        float((logits[~yes] < 0).mean()),
    )


def _print_judgements(judgements: Sequence[Judgement], console: Console) -> None:
    table = Table(title="judged on sets that the model was not fitted on", box=None)
    for column in ("set", "AUROC", "answerable kept", "unanswerable refused"):
        table.add_column(column, justify="left" if column == "set" else "right")
    for one in judgements:
        table.add_row(one.name, f"{one.auroc:.3f}", f"{one.kept:.2f}", f"{one.refused:.2f}")
    console.print(table)
