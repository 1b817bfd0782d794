"""How near a rewritten question is to what a human wrote, by terms; nothing is searched."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from eval.conversations import Turn
from eval.metrics import Values
from eval.rewrite_results import LAST_TURN, REWRITTEN, RewriteResult
from index.analyzer import Analyzer

TOKEN_F1 = "token f1"  # noqa: S105 - a measure, not a secret
RECALL = "recall of added terms"
PRECISION = "precision of added terms"
LEANING_CHANGED = "leaning ones changed"
STANDALONE_CHANGED = "standalone ones changed"


def text_result(
    name: str, turns: Sequence[Turn], texts: Sequence[str], analyzer: Analyzer
) -> RewriteResult:
    """Return the measures over the turns that have a history.

    A question leans when its human form has terms that it has not; recall is over those, and
    precision over those that were changed.
    """
    last: list[float] = []
    rows: dict[str, list[float]] = {}
    for turn, text in zip(turns, texts, strict=True):
        if turn.history:
            forms = [Counter(analyzer.terms(form)) for form in (turn.question, text, turn.human)]
            last.append(token_f1(forms[0], forms[2]))
            for measure, value in _measures(*forms, changed=turn.question != text).items():
                rows.setdefault(measure, []).append(value)
    values = {measure: _array(found) for measure, found in rows.items()}
    return RewriteResult(name, {LAST_TURN: {TOKEN_F1: _array(last)}, REWRITTEN: values}, TOKEN_F1)


def token_f1(found: Counter[str], wanted: Counter[str]) -> float:
    """Return the harmonic mean of precision and recall of terms, each counted as often as it is."""
    if not found or not wanted:
        return float(found == wanted)
    return 2 * (found & wanted).total() / (found.total() + wanted.total())


def _measures(
    asked: Counter[str], rewritten: Counter[str], human: Counter[str], *, changed: bool
) -> dict[str, float]:
    missing, added = set(human - asked), set(rewritten - asked)
    measures = {TOKEN_F1: token_f1(rewritten, human)}
    if not missing:
        return {**measures, STANDALONE_CHANGED: float(changed)}
    measures |= {
        LEANING_CHANGED: float(changed),
        RECALL: len(missing & added) / len(missing),
    }
    if changed:
        measures[PRECISION] = len(missing & added) / max(1, len(added))
    return measures


def _array(values: Sequence[float]) -> Values:
    return np.array(values, dtype=np.float64)
