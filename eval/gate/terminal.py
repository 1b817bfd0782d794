"""What a person sees of the gate: the figures, what fell, and which questions changed."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.gate.figures import FLOORS
from eval.gate.verdict import Change, Judged, Verdict

MOST_CHANGES = 40


def print_verdict(verdict: Verdict, console: Console) -> None:
    """Print every figure beside the baseline, the questions that changed, and the verdict."""
    table = Table(box=None, pad_edge=False)
    table.add_column("figure", no_wrap=True)
    for name in ("now", "95 % interval", "n", "baseline", "change", "p", "verdict"):
        table.add_column(name, justify="right")
    for each in verdict.figures:
        table.add_row(*_row(each))
    console.print(table)
    if verdict.lost:
        console.print(f"Measured in the baseline only: {', '.join(verdict.lost)}.")
    _print_changes(verdict, console)
    console.print("The gate is passed." if verdict.passed else f"The gate fails: {_why(verdict)}.")


def print_differences(differences: Mapping[str, tuple[object, object]], console: Console) -> None:
    """Print the settings that are not those of the baseline."""
    for name, (here, there) in differences.items():
        line = f"{name} is {here}; the baseline was measured with {there}."
        console.print(escape(line), soft_wrap=True)


def _row(each: Judged) -> list[str]:
    compared = each.comparison
    return [
        each.name,
        _share(each.mean),
        f"{_share(each.interval.low)}–{_share(each.interval.high)}",
        str(each.questions),
        "" if each.before is None else _share(each.before),
        f"{compared.difference:+.3f}" if compared else "",
        f"{compared.p:.2f}" if compared else "",
        _word(each),
    ]


def _word(each: Judged) -> str:
    if each.is_below_floor:
        return f"[red]below {FLOORS[each.name]:.2f}[/red]"
    if each.is_worse:
        return "[red]worse[/red]"
    return "[green]better[/green]" if each.is_better else ""


def _share(value: float) -> str:
    """Return a share; the normal spread of a ratio's values may reach a little over the ends."""
    return f"{min(1.0, max(0.0, value)):.3f}"


def _print_changes(verdict: Verdict, console: Console) -> None:
    changes = sorted(verdict.changes, key=lambda change: not change.is_worse)
    for change in changes[:MOST_CHANGES]:
        console.print(_line(change), soft_wrap=True)
    if len(changes) > MOST_CHANGES:
        console.print(f"… and {len(changes) - MOST_CHANGES} more changes; --json lists all.")


def _line(change: Change) -> str:
    mark = "[red]-[/red]" if change.is_worse else "[green]+[/green]"
    return f"{mark} {escape(change.id)}: {escape(change.what)}"


def _why(verdict: Verdict) -> str:
    reasons = [
        f"{each.name} is {each.mean:.3f}, below {FLOORS[each.name]:.2f}"
        for each in verdict.figures
        if each.is_below_floor
    ]
    worse = [each for each in verdict.figures if each.is_worse]
    reasons += [f"{each.name} fell from {each.before:.3f} to {each.mean:.3f}" for each in worse]
    return "; ".join(reasons)
