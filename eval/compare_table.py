"""What a person sees of two runs: a table a set, and how to read it."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.differences import Difference, Run
from eval.terminal import number


def print_differences(found: list[Difference], first: Run, second: Run, console: Console) -> None:
    """Print a row a measure, and how to read it."""
    for name in first.sets:
        console.print(_table(name, [one for one in found if one.name == name]))
    _print_counts(found, first, second, console)


def _table(name: str, found: list[Difference]) -> Table:
    table = Table(title=escape(name), box=None, pad_edge=False, title_justify="left")
    table.add_column("measure", overflow="fold")
    for column in ("queries", "first", "second", "difference", "p", "second is"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in found:
        between = f"{one.result.interval.low:+.3f} {one.result.interval.high:+.3f}"
        table.add_row(
            one.measure,
            f"{one.queries:,}",
            number(one.first),
            number(one.second),
            f"{one.result.difference:+.3f}\n[dim]{between}[/dim]",
            f"{one.result.p:.4f}",
            one.verdict,
        )
    return table


def _print_counts(found: list[Difference], first: Run, second: Run, console: Console) -> None:
    for name in first.sets:
        one, other = first.sets[name].keys(), second.sets[name].keys()
        if one != other:
            console.print(
                f"{escape(name)}: only the {len(one & other):,} queries of both runs are compared;"
                f" the first has {len(one):,}, the second {len(other):,}.",
                soft_wrap=True,
            )
    significant = sum(1 for one in found if one.result.is_significant)
    console.print(
        f"{significant} of {len(found)} differences are significant (paired bootstrap, p < .05);"
        " by chance alone it would be about one in twenty.",
        soft_wrap=True,
    )
