"""What a person sees of a measured rewriter: a table a set."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.rewrite_results import RewriteResult


def print_result(result: RewriteResult, console: Console) -> None:
    """Print the means with their intervals, the test against the last turn, and the gap."""
    measures = list(dict.fromkeys(name for form in result.values.values() for name in form))
    table = Table(title=f"{escape(result.name)}, {result.queries:,} questions", box=None)
    table.add_column("", justify="left")
    for form in result.values:
        table.add_column(form.replace("_", " "), justify="right")
    for name in measures:
        cells = [_cell(result, form, name) for form in result.values]
        table.add_row(name, *cells)
    console.print(table)
    found = result.comparison
    console.print(
        f"rewritten against last turn, {result.measure}: {found.difference:+.4f}"
        rf" \[{found.interval.low:+.4f}, {found.interval.high:+.4f}], p = {found.p:.4f}",
        soft_wrap=True,
    )
    if result.gap is not None:
        low, high = (
            "no bound" if bound is None else f"{bound:.2f}"
            for bound in (result.gap.low, result.gap.high)
        )
        console.print(rf"gap closed: {result.gap.share:.2f} \[{low}, {high}]", soft_wrap=True)


def _cell(result: RewriteResult, form: str, measure_name: str) -> str:
    values = result.values[form].get(measure_name)
    if values is None:
        return ""
    interval = result.intervals[form][measure_name]
    return f"{values.mean():.3f} [dim]{interval.low:.3f}–{interval.high:.3f}[/dim]"
