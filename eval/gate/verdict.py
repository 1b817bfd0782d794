"""Whether a state of the service may pass: nothing significantly worse, no floor broken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.gate.figures import FIGURES, FLOORS, is_found, mean, measure_figures
from eval.gate.outcomes import Outcome
from eval.golden.cases import Group
from eval.intervals import Comparison, Interval, compare, intervals


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure with its interval, and what it was in the baseline; None where it was not."""

    name: str
    mean: float
    questions: int
    interval: Interval
    before: float | None
    comparison: Comparison | None

    @property
    def is_worse(self) -> bool:
        """Return whether it fell significantly."""
        return self.comparison is not None and self.comparison.is_worse

    @property
    def is_better(self) -> bool:
        """Return whether it rose significantly."""
        compared = self.comparison
        return compared is not None and compared.is_significant and compared.difference > 0

    @property
    def is_below_floor(self) -> bool:
        """Return whether it is lower than is ever allowed."""
        return self.mean < FLOORS.get(self.name, float("-inf"))

    def as_json(self) -> dict[str, object]:
        """Return what the report says of this figure."""
        compared = self.comparison
        return {
            "mean": self.mean,
            "interval": [self.interval.low, self.interval.high],
            "questions": self.questions,
            "before": self.before,
            "difference": compared.difference if compared else None,
            "p": compared.p if compared else None,
            "worse": self.is_worse,
            "better": self.is_better,
            "floor": FLOORS.get(self.name),
            "below_floor": self.is_below_floor,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A question of which something is otherwise than in the baseline."""

    id: str
    what: str
    is_worse: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """All figures and all changes; ``lost`` are figures that only the baseline has."""

    figures: Sequence[Judged]
    lost: Sequence[str]
    changes: Sequence[Change]

    @property
    def passed(self) -> bool:
        """Return whether nothing stands against this state."""
        return not any(each.is_worse or each.is_below_floor for each in self.figures)


def judge(outcomes: Sequence[Outcome], baseline: Sequence[Outcome] | None) -> Verdict:
    """Return the verdict over the same questions as the baseline's; None compares with nothing."""
    now = measure_figures(outcomes)
    before = measure_figures(baseline or ())
    return Verdict(
        [_judged(name, now[name], before.get(name, {})) for name in FIGURES if name in now],
        [name for name in before if name not in now],
        list(_changes(outcomes, baseline or ())),
    )


def _judged(name: str, now: Mapping[str, float], before: Mapping[str, float]) -> Judged:
    paired = [one for one in now if one in before]
    compared = None
    if paired:
        compared = compare(
            np.array([now[one] for one in paired]), np.array([before[one] for one in paired])
        )
    (interval,) = intervals(np.array(list(now.values()))[:, None])
    return Judged(name, mean(now), len(now), interval, mean(before) if before else None, compared)


def _changes(now: Sequence[Outcome], before: Sequence[Outcome]) -> Iterator[Change]:
    known = {each.id: each for each in before}
    for each in now:
        if each.id in known:
            states = zip(_states(each), _states(known[each.id]), strict=True)
            for (name, value, better), (_, old, _) in states:
                if value != old:
                    yield Change(each.id, f"{name}: {old} → {value}", (value == better) is False)


def _states(each: Outcome) -> list[tuple[str, str, str]]:
    """Return what can be said of an outcome in words, and what would be good news."""
    impossible = each.group == Group.UNANSWERABLE
    return [
        ("source", _either("found", "not found", right=is_found(each.rank)), "found"),
        (
            "reply",
            _either("abstains", "answers", right=each.abstained),
            "abstains" if impossible else "answers",
        ),
        ("right answer", _either("said", "not said", right=each.answered), "said"),
        ("planted text", _either("said", "not said", right=each.hijacked), "not said"),
        ("span", _either("exact", "not exact", right=each.exact == 1), "exact"),
    ]


def _either(yes: str, no: str, *, right: bool) -> str:
    return yes if right else no
