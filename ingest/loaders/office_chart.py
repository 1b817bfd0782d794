"""Charts of office documents: their title and the numbers that they draw, as a table."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.blocks import markdown_table
from ingest.loaders.sheet_numbers import plain_number

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_MOST_CATEGORIES = 200
_MOST_SERIES = 50


def chart_block(root: Element) -> str:
    """Return the chart's title and, where each series has categories, its table."""
    title = root.find(f"{_CHART}chart/{_CHART}title")
    line = "" if title is None else "".join(text.text or "" for text in title.iter(_TEXT))
    series = list(root.iter(f"{_CHART}ser"))[:_MOST_SERIES]
    return "\n\n".join(part for part in (line.strip(), _table(series)) if part)


def _table(series: list[Element]) -> str:
    names = [_name(one) for one in series]
    values = [_points(one, "val") for one in series]
    categories = next(filter(None, (_points(one, "cat") for one in series)), {})
    if not any(values) or not categories or len(categories) > _MOST_CATEGORIES:
        return ""
    rows = [
        [label, *(points.get(place, "") for points in values)]
        for place, label in categories.items()
    ]
    return markdown_table([["", *names], *rows])


def _name(series: Element) -> str:
    return " ".join((series.findtext(f"{_CHART}tx//{_CHART}v") or "").split())


def _points(series: Element, kind: str) -> dict[int, str]:
    """Return the stored values of "cat" or "val" by their places; of several levels the first."""
    found = series.find(f"{_CHART}{kind}")
    if found is None:
        return {}
    level = next(found.iter(f"{_CHART}lvl"), found)
    return dict(_numbered(level))


def _numbered(points: Element) -> Iterator[tuple[int, str]]:
    for point in points.iter(f"{_CHART}pt"):
        text = point.findtext(f"{_CHART}v")
        if text:
            yield int(point.get("idx", "0")), _plain(text)


def _plain(text: str) -> str:
    try:
        return plain_number(float(text))
    except (ValueError, OverflowError):
        return text
