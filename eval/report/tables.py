"""Tables of figures."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from xml.etree.ElementTree import Element

from eval.report.markup import Child, tag

Cell = str | Element
Kind = Literal["figures", "words", "paths"]


def table(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], *, kind: Kind = "figures"
) -> Element:
    """Return a table; it scrolls by itself where it is too wide.

    One of words is set from the left; one of paths breaks those of its first column anywhere.
    """
    head = tag("tr", None, *(tag("th", {"scope": "col"}, name) for name in header))
    body = [tag("tr", None, *(_data(cell) for cell in row)) for row in rows]
    own = None if kind == "figures" else {"class": kind}
    made = tag("table", own, tag("thead", None, head), tag("tbody", None, *body))
    return tag("div", {"class": "wide"}, made)


def facts(values: Mapping[str, object]) -> Element:
    """Return a table of names and what stands behind them."""
    rows = [[name, "–" if value is None else str(value)] for name, value in values.items()]
    body = [tag("tr", None, *map(_data, row)) for row in rows]
    made = tag("table", {"class": "facts"}, tag("tbody", None, *body))
    return tag("div", {"class": "wide"}, made)


def mean_cell(mean: float | None, interval: Sequence[float] | None = None) -> Element:
    """Return a figure with its interval below; a dash where there is none."""
    if mean is None:
        return tag("td", None, "–")
    children: list[Child] = [f"{mean:.3f}"]
    if interval is not None:
        low, high = interval
        children += [tag("br"), tag("span", {"class": "between"}, f"{low:.3f} – {high:.3f}")]
    return tag("td", None, *children)


def share_cell(found: Mapping[str, Any]) -> Element:
    """Return a share, as ``Proportion.as_json`` has it, with its counts and interval below."""
    low, high = found["interval"]
    counts = tag("span", {"class": "between"}, f"{found['count']:,} of {found['total']:,}")
    between = tag("span", {"class": "between"}, f"{low:.3f} – {high:.3f}")
    share = f"{found['share']:.3f}" if found["total"] else "–"
    return tag("td", None, share, tag("br"), counts, tag("br"), between)


def verdict_cell(text: str, *, good: bool) -> Element:
    """Return good or bad news in its colour."""
    return tag("td", {"class": "better" if good else "worse"}, text)


def comparison_table(named: Sequence[tuple[str, Mapping[str, Any]]]) -> Element:
    """Return paired differences by name, each with its interval and p."""
    rows: list[list[Cell]] = [
        [
            name,
            f"{one['difference']:+.4f}",
            "{:+.4f} – {:+.4f}".format(*one["interval"]),
            f"{one['p']:.4f}",
        ]
        for name, one in named
    ]
    return table(["comparison", "difference", "95 % interval", "p"], rows)


def _data(cell: Cell) -> Element:
    return cell if isinstance(cell, Element) else tag("td", None, cell)
