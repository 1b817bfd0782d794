"""What a person sees of measured refusals."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.abstention.measures import Decisions, measure_of, reliability
from eval.abstention.results import MEASURES, AbstentionResult
from eval.terminal import cell, number


def print_abstentions(results: Sequence[AbstentionResult], console: Console) -> None:
    """Print each set's figures with their intervals, by language, and the reliability table."""
    table = Table(box=None, pad_edge=False)
    table.add_column("set", overflow="fold")
    for name in ("queries", *MEASURES):
        table.add_column(name, justify="right")
    for result in results:
        _add_set(table, result)
    console.print(table)
    console.print(
        "Positive: the question has no answer in the index. Below each figure: its 95 % bootstrap"
        " interval over queries."
    )
    for result in results:
        kinds = ", ".join(
            f"{counts['refused']:,} of {counts['queries']:,} {kind}"
            for kind, counts in result.refused.items()
        )
        console.print(
            f"{escape(result.name)}: threshold {result.threshold:g}; refused {kinds}",
            soft_wrap=True,
        )
        console.print(_reliability(result))


def _add_set(table: Table, result: AbstentionResult) -> None:
    cells = [cell(result.means[name], result.intervals.get(name)) for name in MEASURES]
    table.add_row(escape(result.name), f"{len(result.cases):,}", *cells)
    if len(result.languages) > 1:
        for language, decisions in result.languages.items():
            table.add_row(*_language_row(str(language), decisions))
    table.add_section()


def _language_row(language: str, decisions: Decisions) -> list[str]:
    figures = [number(measure_of(name, decisions)) for name in MEASURES]
    return [f"  {language}", f"{len(decisions.confidence):,}", *figures]


def _reliability(result: AbstentionResult) -> Table:
    table = Table(
        title=f"{escape(result.name)}: reliability of the confidence",
        box=None,
        title_justify="left",
    )
    for name in ("confidence", "queries", "mean confidence", "with an answer"):
        table.add_column(name, justify="right")
    for one in reliability(result.decisions):
        table.add_row(
            f"{one.low:.1f}–{one.high:.1f}",
            f"{one.queries:,}",
            number(one.confidence),
            number(one.answerable),
        )
    return table
