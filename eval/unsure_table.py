"""What a person, and a report, is told of signals and thresholds."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from rich.console import Console
from rich.table import Table

from eval.auroc import auroc, auroc_interval
from eval.signals import SIGNALS, Sample, Verdict, fit, judge, judge_shipped


def print_report(samples: Sequence[Sample], console: Console) -> None:
    """Print how well each signal tells, and what thresholds do on sets not fitted on."""
    console.print(_auroc_table(samples))
    for signal in SIGNALS:
        console.print(
            _verdict_table(f"{signal}, fitted on the other sets", held_out(signal, samples))
        )
    shipped = [judge_shipped(sample) for sample in samples]
    console.print(_verdict_table("as shipped", shipped))
    fitted = ", ".join(f"{signal} {fit(signal, samples):.4f}" for signal in SIGNALS)
    console.print(f"fitted on all sets: {fitted}", soft_wrap=True)


def report(samples: Sequence[Sample]) -> dict[str, object]:
    """Return the same as data."""
    return {
        "sets": {
            one.name: {
                "questions": len(one.missed),
                "missed": int(one.missed.sum()),
                "auroc": {name: _auroc_json(one, name) for name in SIGNALS},
            }
            for one in samples
        },
        "held_out": {
            signal: [_verdict_json(each) for each in held_out(signal, samples)]
            for signal in SIGNALS
        },
        "shipped": [_verdict_json(judge_shipped(one)) for one in samples],
        "fitted_on_all": {signal: fit(signal, samples) for signal in SIGNALS},
    }


def held_out(signal: str, samples: Sequence[Sample]) -> list[Verdict]:
    """Return the verdict on each set of the threshold that the other sets give."""
    return [
        judge(signal, fit(signal, [other for other in samples if other is not one]), one)
        for one in samples
    ]


def _auroc_of(sample: Sample, signal: str) -> float:
    values = sample.signals[signal]
    return auroc(values[~sample.missed], values[sample.missed])


def _auroc_json(sample: Sample, signal: str) -> dict[str, object]:
    values = sample.signals[signal]
    interval = auroc_interval(values[~sample.missed], values[sample.missed])
    return {"auroc": _auroc_of(sample, signal), "interval": [interval.low, interval.high]}


def _verdict_json(verdict: Verdict) -> dict[str, object]:
    return {**asdict(verdict), "youden": verdict.youden}


def _auroc_table(samples: Sequence[Sample]) -> Table:
    table = Table(title="AUROC: a search that missed has the lower signal", box=None)
    for column in ("set", "questions", "missed", *SIGNALS):
        table.add_column(column, justify="left" if column == "set" else "right")
    for one in samples:
        cells = [f"{_auroc_of(one, signal):.3f}" for signal in SIGNALS]
        table.add_row(one.name, f"{len(one.missed):,}", f"{int(one.missed.sum()):,}", *cells)
    means = [np.nanmean([_auroc_of(one, signal) for one in samples]) for signal in SIGNALS]
    table.add_row("mean", "", "", *(f"{mean:.3f}" for mean in means))
    return table


def _verdict_table(title: str, verdicts: Sequence[Verdict]) -> Table:
    table = Table(title=title, box=None)
    for column in ("set", "threshold", "missed caught", "others disturbed", "asked", "Youden"):
        table.add_column(column, justify="left" if column == "set" else "right")
    for one in verdicts:
        figures = (one.caught, one.disturbed, one.asked, one.youden)
        threshold = "" if one.threshold is None else f"{one.threshold:.4f}"
        table.add_row(one.name, threshold, *(f"{each:.2f}" for each in figures))
    means = np.nanmean([(v.caught, v.disturbed, v.asked, v.youden) for v in verdicts], axis=0)
    table.add_row("mean", "", *(f"{mean:.2f}" for mean in means))
    return table
