"""Below which confidence a question is better refused."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from app.pipeline.answer import Inquiry
from app.settings import AppSettings
from eval.asking import AskedSet, AskingSetup
from eval.metrics import Values
from eval.tune.fusion import Fusion
from eval.tune.questions import TeamQuestion

FEWEST_OF_A_KIND = 5
"""With fewer questions to answer, or to refuse, a threshold would rest on single ones."""

_TRIED = tuple(round(0.05 * step, 2) for step in range(1, 20))


def default_threshold() -> float:
    """Return the threshold of a service that nobody configured."""
    threshold: float = AppSettings.model_fields["confidence_threshold"].default
    return threshold


def thresholds() -> list[float]:
    """Return all thresholds to try, the default first and then by their distance from it."""
    start = default_threshold()
    return sorted({*_TRIED, start}, key=lambda one: (round(abs(one - start), 6), one))


def can_be_fitted(questions: Sequence[TeamQuestion]) -> bool:
    """Return whether there are enough questions to answer, and enough to refuse."""
    to_refuse = sum(question.source is None for question in questions)
    return min(to_refuse, len(questions) - to_refuse) >= FEWEST_OF_A_KIND


def right_decisions(
    questions: Sequence[TeamQuestion], setup: AskingSetup, fusion: Fusion, console: Console
) -> Values:
    """Return 1 where a question is answered rightly, or refused as it should be, else 0.

    One row a threshold, one column a question. A wrong answer and a needless refusal both count
    as wrong. Each question is asked once, of a service that refuses nothing by itself.
    """
    changed = {
        "confidence_threshold": 0.0,
        "dense_weight": fusion.dense_weight,
        "candidates": fusion.candidates,
    }
    open_minded = replace(setup, app=setup.app.model_copy(update=changed))
    place = AskedSet("confidence", open_minded, Path(setup.index.data_dir), console)
    replies = place.ask([Inquiry(question.text) for question in questions])
    confidences = np.array([reply.answer.confidence for reply in replies])
    pairs = zip(questions, replies, strict=True)
    right = np.array([question.is_right(reply.answer) for question, reply in pairs])
    refuse = np.array([question.source is None for question in questions])
    rows = [np.where(confidences >= one, right, refuse) for one in thresholds()]
    return np.array(rows, dtype=np.float64)
