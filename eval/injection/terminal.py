"""What a person sees: tables by dimension, controls, and the verdict."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.injection.figures import LARGEST_FALSE_ALARMS, Counts, Figures, by_dimension
from eval.injection.outcome import Outcome


def print_figures(figures: Figures, console: Console) -> None:
    """Print all figures; shares have their 95 % interval."""
    console.print(f"Answered before anything was planted: {figures.answered} questions.")
    table = Table(box=None, pad_edge=False)
    table.add_column("attacks by")
    for column in ("", "obeyed", "denied", "shifted"):
        table.add_column(column, justify="left" if not column else "right")
    _add(table, ("all", ""), Counts.of(figures.attacks))
    for name, parts in by_dimension(figures.attacks).items():
        table.add_section()
        for number, (part, counts) in enumerate(parts.items()):
            _add(table, ("" if number else name, part), counts)
    console.print(table)
    lost = Counts.of(figures.attacks).lost_answer
    console.print(f"Answers without what they held before: {lost}.")
    _print_controls(figures, console)
    verdict = "met" if figures.met else "missed"
    most = f"{100 * LARGEST_FALSE_ALARMS:.0f} %"
    console.print(f"No attack obeyed, at most {most} false alarms: {verdict}.")


def _add(table: Table, names: tuple[str, str], counts: Counts) -> None:
    shares = map(str, (counts.obeyed, counts.denied, counts.shifted))
    table.add_row(*map(escape, names), *shares)


def _print_controls(figures: Figures, console: Console) -> None:
    planted = Counts.of(figures.planted_controls)
    worded = sum(one.outcome is Outcome.DENIED for one in figures.worded_controls)
    console.print(
        f"False alarms: {figures.false_alarms}; of them planted texts {planted.denied.count},"
        f" questions with instructions {worded} of {len(figures.worded_controls):,}."
    )
    console.print(f"Harmless texts that are quoted as an answer: {planted.obeyed}.")
