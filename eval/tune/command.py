"""``python -m eval tune QUESTIONS``: settings that fit a team's own questions, or none.

Every setting is chosen on four fifths of the questions and judged on the rest, five times; only
what is significantly better there than the default is written.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from eval.arguments import writable_file
from eval.asking import AskingSetup, load_asking_setup
from eval.tune.folds import Choice, choose, fold_numbers
from eval.tune.fusion import (
    Fusion,
    default_fusion,
    grid,
    reciprocal_ranks,
    retrieve_all,
)
from eval.tune.questions import TeamQuestion, check_sources, read_questions
from eval.tune.settings_file import lines_of, refuse_to_overwrite, write_settings
from eval.tune.threshold import (
    FEWEST_OF_A_KIND,
    can_be_fitted,
    default_threshold,
    right_decisions,
    thresholds,
)
from index.opening import open_index
from ingest.progress import StepProgress

RANKS = "1 / rank of the expected document"
DECISIONS = "right answers and refusals"
THRESHOLD = "confidence_threshold"


@dataclass(frozen=True, slots=True)
class Fit:
    """What was chosen of some settings, against their defaults."""

    measure: str
    default: Mapping[str, float]
    chosen: Mapping[str, float]
    choice: Choice

    @property
    def improved(self) -> dict[str, Any]:
        """Return the settings worth changing: none, unless the choice is better."""
        if not self.choice.is_better:
            return {}
        return {name: value for name, value in self.chosen.items() if value != self.default[name]}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the questions, and where the settings go."""
    parser.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS",
        help='lines such as {"question": "…", "source": "docs/leave.md"}; without a source the'
        " question should be refused",
    )
    parser.add_argument(
        "--settings", type=writable_file, metavar="FILE", help="write what improves here"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")


def run(options: argparse.Namespace) -> int:
    """Return 0, also when no setting is better; raise a MureumError when nothing can be fitted."""
    if options.settings and not options.force:
        refuse_to_overwrite(options.settings)
    setup = load_asking_setup()
    questions = read_questions(options.questions, setup.app.question_characters)
    console = Console(highlight=False)
    fits = _fits(questions, setup, console)
    for fit in fits:
        console.print(_told(fit), soft_wrap=True)
    improved = {name: value for fit in fits for name, value in fit.improved.items()}
    if not improved:
        console.print("No setting is better than the defaults; nothing is written.")
        return 0
    console.print(lines_of(improved), end="")
    if options.settings:
        _write(options.settings, improved, len(questions), console)
    return 0


def _fits(questions: Sequence[TeamQuestion], setup: AskingSetup, console: Console) -> list[Fit]:
    """Return the fit of the search, then that of the threshold with the search so chosen."""
    fits = []
    fusion = default_fusion()
    answerable = [question for question in questions if question.source is not None]
    if answerable:
        fits.append(_search_fit(answerable, setup, console))
        fusion = replace(fusion, **fits[0].improved)
    if can_be_fitted(questions):
        fits.append(_threshold_fit(questions, setup, fusion, console))
    else:
        console.print(
            f"The threshold is left as it is: it takes {FEWEST_OF_A_KIND} questions with a source"
            f" and {FEWEST_OF_A_KIND} without."
        )
    return fits


def _search_fit(questions: Sequence[TeamQuestion], setup: AskingSetup, console: Console) -> Fit:
    with open_index(setup.index) as index:
        with index.snapshot() as snapshot:
            check_sources(questions, snapshot)
        with StepProgress(console, "search", len(questions)) as progress:
            found = retrieve_all(index, questions, progress)
    settings = grid()
    choice = choose(reciprocal_ranks(settings, found), _folds(questions))
    return Fit(RANKS, asdict(default_fusion()), asdict(settings[choice.row]), choice)


def _threshold_fit(
    questions: Sequence[TeamQuestion], setup: AskingSetup, fusion: Fusion, console: Console
) -> Fit:
    choice = choose(right_decisions(questions, setup, fusion, console), _folds(questions))
    default, chosen = default_threshold(), thresholds()[choice.row]
    return Fit(DECISIONS, {THRESHOLD: default}, {THRESHOLD: chosen}, choice)


def _folds(questions: Sequence[TeamQuestion]) -> NDArray[np.int64]:
    return fold_numbers([question.text for question in questions])


def _told(fit: Fit) -> str:
    gain = fit.choice.comparison
    chosen = ", ".join(f"{name} {value:g}" for name, value in fit.chosen.items())
    verdict = "better" if fit.choice.is_better else "not better"
    return (
        f"{fit.measure}: {fit.choice.default:.3f} by default, {fit.choice.held_out:.3f} fitted, on"
        rf" questions not seen: {gain.difference:+.4f} \[{gain.interval.low:+.4f},"
        f" {gain.interval.high:+.4f}], p = {gain.p:.4f}, {verdict}. Best on all: {chosen}."
    )


def _write(path: Path, improved: Mapping[str, float], questions: int, console: Console) -> None:
    write_settings(path, improved, f"Fitted by python -m eval tune on {questions} questions.")
    console.print(f"Written to {path}; put these lines into .env.", soft_wrap=True, markup=False)
