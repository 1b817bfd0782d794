"""``python -m eval support FILE…``: how far the support of a sentence tells what its source says.

Each line of a file is a pair as people labelled it: a premise, a hypothesis and the gold label. The
premise stands for a section that was found, the hypothesis for a sentence that a model wrote.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from app.answerers.base import LEAST_SUPPORT
from app.pipeline.ground import Grounds, holds_names, is_foreign, quoted
from app.pipeline.negation import denies
from app.pipeline.widen import Section
from eval.arguments import writable_file
from eval.auroc import auroc, auroc_interval
from eval.errors import QuestionSetError
from eval.files import write_json
from eval.records import read_records
from index.analyzer import KoreanEnglishAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from index.models import DocumentRecord, Passage
from ingest.progress import StepProgress

ENTAILED = "entailment"
LABELS = (ENTAILED, "neutral", "contradiction")
CHECKS = ("support", "words alone", "numbers and names alone", "denials alone")

Scores = dict[str, dict[str, list[float]]]
"""Check → label → one value a pair."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and the text that it is compared with; the label is what people say of it."""

    premise: str
    hypothesis: str
    label: str


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a check tells entailed pairs from those of another label."""

    check: str
    label: str
    auroc: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SupportResult:
    """The scores of a file, by check and label."""

    name: str
    scores: Scores

    def separations(self) -> list[Separation]:
        """Return the AUROC of entailment against each other label, with its interval."""
        return [
            _separation(check, label, scores)
            for check, scores in self.scores.items()
            for label in LABELS
            if label != ENTAILED and scores[label]
        ]

    def supported(self) -> dict[str, float]:
        """Return the share of each label that counts as supported in an answer."""
        return {
            label: float(np.mean(np.array(values) >= LEAST_SUPPORT))
            for label, values in self.scores["support"].items()
            if values
        }

    def as_json(self) -> dict[str, object]:
        """Return what the report says of this file."""
        return {
            "pairs": {label: len(values) for label, values in self.scores["support"].items()},
            "supported": self.supported(),
            "separations": [asdict(each) for each in self.separations()],
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the files and the report."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="JSON lines with premise, hypothesis and gold_label",
    )
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write a report")


def run(options: argparse.Namespace) -> int:
    """Return 0 after measuring every file; raise a MureumError for one that cannot be read."""
    console = Console(highlight=False)
    results = []
    for path in options.files:
        pairs = read_pairs(path)
        with StepProgress(console, f"{path.parent.name}: compare", len(pairs)) as progress:
            results.append(SupportResult(path.parent.name, scored(pairs, progress)))
        _print(results[-1], console)
    if options.json:
        write_json(options.json, {"files": {each.name: each.as_json() for each in results}})
    return 0


def read_pairs(path: Path) -> list[Pair]:
    """Return the pairs of a file; raise QuestionSetError for one without entailed pairs."""
    pairs = []
    for record in read_records(path):
        label = record.text("gold_label")
        if label not in LABELS:
            raise QuestionSetError(f"{record.place}: the label is none of {', '.join(LABELS)}.")
        pairs.append(Pair(record.text("premise"), record.text("hypothesis"), label))
    labels = {pair.label for pair in pairs}
    if ENTAILED not in labels or len(labels) < 2:
        raise QuestionSetError(f"{path}: entailed pairs and others are needed.")
    return pairs


def scored(pairs: Sequence[Pair], progress: Callable[[int], None]) -> Scores:
    """Return what each check says of the pairs, by check and label."""
    grounds = Grounds(InMemoryIndex(HashingEmbedder(), KoreanEnglishAnalyzer()))
    values: Scores = {check: {label: [] for label in LABELS} for check in CHECKS}
    for number, pair in enumerate(pairs):
        found = _checked(grounds, pair.hypothesis, _section(number, pair.premise))
        for check, value in zip(CHECKS, found, strict=True):
            values[check][pair.label].append(value)
        progress(1)
    return values


def _checked(grounds: Grounds, claim: str, section: Section) -> tuple[float, ...]:
    """Return what each check says of a sentence, in their order."""
    words = grounds.by_terms(claim, section)
    text, foreign = section.passage.parent_text, is_foreign(claim, section)
    return (
        grounds.find(claim, section).support,
        words.support,
        float(holds_names(claim, text, foreign=foreign)),
        float(not denies(quoted(words, section), claim)),
    )


def _section(number: int, text: str) -> Section:
    """Return a section of one passage that is all of its document."""
    document = DocumentRecord(
        document_id=str(number),
        source=str(number),
        title="",
        media_type="text/plain",
        content_hash="",
        length=len(text),
        page_starts=(),
        tags=frozenset(),
        groups=frozenset(),
        metadata={},
        size_bytes=0,
        modified_at=None,
        ingested_at=datetime.now(UTC),
        parents=1,
        children=1,
    )
    return Section(
        Passage(number, number, document, 0, len(text), text, 0, len(text), text, ()), 1.0
    )


def _separation(check: str, label: str, scores: Mapping[str, Sequence[float]]) -> Separation:
    entailed, other = np.array(scores[ENTAILED]), np.array(scores[label])
    interval = auroc_interval(entailed, other)
    return Separation(check, label, auroc(entailed, other), interval.low, interval.high)


def _print(result: SupportResult, console: Console) -> None:
    table = Table(title=f"{result.name}: AUROC of entailment", box=None)
    for column in ("check", "against", "AUROC", "95 %"):
        table.add_column(column, justify="left" if column in ("check", "against") else "right")
    for each in result.separations():
        interval = f"{each.low:.3f}–{each.high:.3f}"
        table.add_row(each.check, each.label, f"{each.auroc:.3f}", interval)
    console.print(table)
    shares = ", ".join(f"{label} {share:.2f}" for label, share in result.supported().items())
    console.print(f"supported ({LEAST_SUPPORT} or more): {shares}", soft_wrap=True)
