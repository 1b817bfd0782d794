"""``python -m eval train DIR…``: make the reader's weights again, or on a team's own questions."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from rich.console import Console
from safetensors.torch import save_file

from app.readers.bundled.network import SpanNetwork
from app.readers.bundled.pairs import PairMaker
from app.readers.bundled.weights import base_network, load_network
from eval.arguments import add_folders, existing_file, positive, writable_file
from eval.datasets import CorpusDocument
from eval.held_out import held_out_ids
from eval.train.batches import Row, RowMaker
from eval.train.cloze import DOCUMENTS_A_SET, ClozeMaker
from eval.train.examples import Example, read_documents, read_training_set
from eval.train.negatives import NearMisses
from eval.train.training import Plan, add_head, is_trained, prepare, train
from index.analyzer import Analyzer, KoreanEnglishAnalyzer
from index.embedder.bundled.unpack import unpack_bundled_model
from index.embedder.bundled.weights import shared_tokenizer
from index.settings import IndexSettings, load_settings

NEAR_MISS_SHARE = 3
"""In each round one in so many near misses is shown."""

MADE_UP_UNANSWERED = 6
"""One in so many made-up questions is asked of a document that cannot answer it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sets, how long to learn, and where the weights go."""
    add_folders(parser, "question set with answers, as for `eval answers`", several=True)
    parser.add_argument(
        "--plain", type=Path, nargs="*", default=[], metavar="DIR", help="sets of documents alone"
    )
    parser.add_argument("--epochs", type=positive, default=3, metavar="N", help="rounds (3)")
    parser.add_argument(
        "--questions-a-set", type=positive, metavar="N", help="shown in one round (all)"
    )
    parser.add_argument(
        "--made-up", type=int, default=2_500, metavar="N", help="questions of documents (2,500)"
    )
    parser.add_argument(
        "--start", type=existing_file, metavar="FILE", help="go on from these weights (none)"
    )
    parser.add_argument(
        "--rate", type=float, default=1.5e-4, metavar="R", help="of learning (0.00015)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of all chance (0)")
    parser.add_argument(
        "--out", type=writable_file, required=True, metavar="FILE", help="weights to write"
    )


def run(options: argparse.Namespace) -> int:
    """Return 0 after the weights were written; raise a MureumError for a broken set."""
    console = Console(highlight=False)
    folder = unpack_bundled_model(load_settings(IndexSettings).cache_dir)
    if options.start is None:
        network = base_network(folder)
        add_head(network, options.seed)
    else:
        network = load_network(folder, options.start)
    prepare(network, options.seed)
    maker = RowMaker(PairMaker(shared_tokenizer(folder)), options.seed)
    batches = list(_batches(options, maker))
    train(network, batches, Plan(options.rate, options.seed), console.print)
    _save(network, options.out)
    console.print(f"written: {options.out}")
    return 0


def _batches(options: argparse.Namespace, maker: RowMaker) -> Iterator[list[Row]]:
    """Yield what to learn from: made-up questions first, then people's, round after round."""
    documents = {folder: _trainable(read_documents(folder)) for folder in options.folders}
    plain = {folder: _trainable(read_documents(folder)) for folder in options.plain}
    some = [one[:DOCUMENTS_A_SET] for one in chain(documents.values(), plain.values())]
    made_up = _made_up(list(chain.from_iterable(some)), options.made_up, options.seed)
    if made_up:
        yield from maker.batches(maker.rows(made_up))
    analyzer = KoreanEnglishAnalyzer()
    lessons = [
        _lesson(folder, known, analyzer, options.seed) for folder, known in documents.items()
    ]
    for _ in range(options.epochs):
        shown = [one.drawn(maker, options.questions_a_set) for one in lessons]
        yield from maker.batches(maker.rows(list(chain.from_iterable(shown))))


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What one set teaches: its questions, and documents that only look as if they answered."""

    asked: Sequence[Example]
    misses: Sequence[Example]

    def drawn(self, maker: RowMaker, most: int | None) -> list[Example]:
        """Return what is shown in one round, at most so many questions."""
        count = len(self.asked) if most is None else min(most, len(self.asked))
        share = count / max(1, len(self.asked))
        missed = round(share * len(self.misses) / NEAR_MISS_SHARE)
        return [*maker.sample(self.asked, count), *maker.sample(self.misses, missed)]


def _lesson(
    folder: Path, documents: Sequence[CorpusDocument], analyzer: Analyzer, seed: int
) -> _Lesson:
    one = read_training_set(folder)
    allowed = {document.id for document in documents}
    examples = [each for each in one.examples if each.document.id in allowed]
    nearest = NearMisses(documents, analyzer, seed)
    misses = [*nearest.of_answered(examples), *nearest.of_unanswered(one.unanswered)]
    return _Lesson(examples, misses)


def _trainable(documents: Sequence[CorpusDocument]) -> list[CorpusDocument]:
    held_out = held_out_ids(documents)
    return [document for document in documents if document.id not in held_out]


def _made_up(documents: Sequence[CorpusDocument], count: int, seed: int) -> list[Example]:
    """Return made-up examples, some of them with a document that belongs to another."""
    made = list(ClozeMaker(seed).make(documents, count))
    others = [made[-1 - place].document for place in range(len(made))]
    return [
        Example(one.question, other, ())
        if place % MADE_UP_UNANSWERED == 0 and other.id != one.document.id
        else one
        for place, (one, other) in enumerate(zip(made, others, strict=True))
    ]


def _save(network: SpanNetwork, path: Path) -> None:
    """Write what was trained, in half precision."""
    weights = {
        name: value.detach().to(torch.float16).contiguous()
        for name, value in network.state_dict().items()
        if is_trained(name)
    }
    save_file(weights, path)
