"""Tables of figures."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from eval.report.markup import Child, tag

Cell = str | Element


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Element:
    """Return a table; it scrolls by itself where it is too wide."""
    head = tag("tr", None, *(tag("th", {"scope": "col"}, name) for name in header))
    body = [tag("tr", None, *(_data(cell) for cell in row)) for row in rows]
    made = tag("table", None, tag("thead", None, head), tag("tbody", None, *body))
    return tag("div", {"class": "wide"}, made)


def facts(values: Mapping[str, object]) -> Element:
    """Return a table of names and what stands behind them."""
    rows = [[name, "–" if value is None else str(value)] for name, value in values.items()]
    return table(["", ""], rows)


def mean_cell(mean: float | None, interval: Sequence[float] | None = None) -> Element:
    """Return a figure with its interval below; a dash where there is none."""
    if mean is None:
        return tag("td", None, "–")
    children: list[Child] = [f"{mean:.3f}"]
    if interval is not None:
        low, high = interval
        children += [tag("br"), tag("span", {"class": "between"}, f"{low:.3f} – {high:.3f}")]
    return tag("td", None, *children)


def _data(cell: Cell) -> Element:
    return cell if isinstance(cell, Element) else tag("td", None, cell)
