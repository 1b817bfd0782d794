"""What a person sees of measured answers."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.answers.results import AnswersResult, Figure
from eval.terminal import cell

_COLUMNS = {
    "em": "EM",
    "f1": "F1",
    "sentence_contains_gold": "gold in answer",
    "found": "document found",
    "judged": "judged right",
    "impossible_em": "impossible refused",
}


def print_answers(results: Sequence[AnswersResult], console: Console) -> None:
    """Print each set's counts and figures with their intervals."""
    table = Table(box=None, pad_edge=False)
    table.add_column("set", overflow="fold")
    shown = [name for name in _COLUMNS if any(name in result.figures for result in results)]
    for name in ("answered", *(_COLUMNS[name] for name in shown)):
        table.add_column(name, justify="right")
    for result in results:
        answered = sum(1 for one in result.answerable if not one.abstained)
        counts = f"{answered:,} of\n{len(result.answerable):,}"
        figures = [_cell(result.figures.get(name)) for name in shown]
        table.add_row(escape(result.name), counts, *figures)
    console.print(table)
    console.print("Below each mean: its 95 % bootstrap interval over queries.")
    for result in results:
        console.print(f"{escape(result.name)}: {_line(result)}", soft_wrap=True)
        if result.judge is not None:
            console.print(
                f"{escape(result.name)}: judged by {escape(result.judge)};"
                f" {result.unreadable:,} of {len(result.verdicts):,} verdicts could not be read",
                soft_wrap=True,
            )


def _cell(figure: Figure | None) -> str:
    return cell(figure.mean, figure.interval) if figure else ""


def _line(result: AnswersResult) -> str:
    spans = sum(1 for one in result.answerable if one.reply.answer.span is not None)
    total = result.latencies_ms.get("total", {"p50": 0.0, "p95": 0.0})
    return (
        f"{result.missed:,} answerable questions without a right document,"
        f" {spans:,} answers with their few words told,"
        f" {total['p50']:.0f} ms a question (95 %: {total['p95']:.0f})"
    )
