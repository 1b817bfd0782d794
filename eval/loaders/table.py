"""What a person sees of a folder of files that were read."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.loaders.fidelity import ASKED, Fidelity
from eval.loaders.results import FidelityRow, FormatRow, LoadersResult
from eval.terminal import number

FIGURES = {
    "median_recall": "recall",
    "worst_recall": "worst tenth",
    "median_precision": "precision",
    "worst_precision": "worst tenth",
}
"""Figures in the order of the columns, with what they are called there."""


def print_loaders(result: LoadersResult, console: Console) -> None:
    """Print how files ended by format, how faithful they are, and which files to look at."""
    _print_formats(result, console)
    for file in result.broke:
        console.print(
            f"[bold]{file.outcome.ended}[/bold] {escape(file.source)}"
            f" {escape(file.outcome.message)}",
            soft_wrap=True,
        )
    console.print()
    _print_fidelity(result.fidelity, console)
    for row in result.fidelity:
        if row.missed:
            _print_worst(row, console)
    verdict = "met" if result.met else "missed"
    console.print(f"No crash, no hang, and every figure as asked: {verdict}.")


def _print_formats(result: LoadersResult, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("format")
    for name in ("files", "ingested"):
        table.add_column(name, justify="right")
    table.add_column("reported", overflow="fold")
    for name in ("crashes", "hangs", "seconds", "slowest"):
        table.add_column(name, justify="right")
    for row in result.formats:
        table.add_row(*_format_cells(row))
    table.add_section()
    if result.files:
        table.add_row(*_format_cells(FormatRow("all", result.files)))
    console.print(table)


def _format_cells(row: FormatRow) -> list[str]:
    counts = row.as_json()
    reported = ", ".join(f"{number:,} {reason}" for reason, number in row.reasons.items())
    whole = [f"{counts[name]:,}" for name in ("files", "ingested")]
    broke = [f"{counts[name]:,}" for name in ("crashes", "hangs")]
    times = [f"{row.seconds:.1f}", f"{row.slowest_seconds:.2f}"]
    return [escape(row.format), *whole, reported, *broke, *times]


def _print_fidelity(rows: Sequence[FidelityRow], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("format", "oracle"):
        table.add_column(name)
    for name in ("files", *FIGURES.values()):
        table.add_column(name, justify="right")
    table.add_column("")
    for row in rows:
        cells = [_figure(row, name) for name in FIGURES]
        verdict = "[bold]missed[/bold]" if row.missed else "met"
        table.add_row(escape(row.format), row.oracle, f"{len(row.files):,}", *cells, verdict)
    asked = [f"≥ {number(ASKED[name])}" for name in FIGURES]
    table.add_section()
    table.add_row("asked", "", "", *asked, "")
    console.print(table)
    console.print(
        "Recall: letters of the oracle that the text has; precision: letters of the text that the"
        " oracle has. Medians over files, and the mean of the worst tenth."
    )


def _figure(row: FidelityRow, name: str) -> str:
    shown = number(row.figures[name])
    return f"[bold]{shown}[/bold]" if name in row.missed else shown


def _print_worst(row: FidelityRow, console: Console) -> None:
    table = Table(
        title=f"{escape(row.format)}, {row.oracle}: files to look at",
        box=None,
        title_justify="left",
    )
    for name in ("recall", "precision"):
        table.add_column(name, justify="right")
    table.add_column("file", overflow="fold")
    for file in row.worst:
        if file.fidelity:
            reason = "" if file.fidelity.recall else f" ({file.outcome.ended})"
            table.add_row(*_shares(file.fidelity), f"{escape(file.source)}{reason}")
    console.print(table)


def _shares(fidelity: Fidelity) -> tuple[str, str]:
    return number(fidelity.recall), number(fidelity.precision)
