"""What a bench found: named numbers, some with a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One number; ``group`` is the heading that it is shown under."""

    group: str
    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.at_most is None and self.at_least is None:
            return None
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        """The target in words; empty where there is none."""
        most = "" if self.at_most is None else f"≤ {_number(self.at_most)}"
        least = "" if self.at_least is None else f"≥ {_number(self.at_least)}"
        return f"{least} {most}".strip()


def print_figures(figures: Sequence[Figure], console: Console) -> None:
    """Print one table a group."""
    for group, members in groupby(figures, key=lambda figure: figure.group):
        table = Table(title=group, title_justify="left", box=None, pad_edge=False)
        table.add_column("")
        table.add_column("", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        table.add_column("target", no_wrap=True)
        for figure in members:
            verdict = {True: "met", False: "[bold]missed[/bold]", None: ""}[figure.met]
            target = f"{figure.target}  {verdict}"
            table.add_row(figure.name, _number(figure.value), figure.unit, target)
        console.print(table)
        console.print()


def as_json(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return the figures as JSON values."""
    return [
        {
            "group": figure.group,
            "name": figure.name,
            "value": figure.value,
            "unit": figure.unit,
            "target": figure.target,
            "met": figure.met,
        }
        for figure in figures
    ]


def _number(value: float) -> str:
    if isnan(value):
        return "–"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"
