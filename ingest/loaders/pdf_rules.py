"""Ruled lines of a page: straight lines and the edges of rectangles, drawn or filled."""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ingest.loaders.pdf_model import Rule
from ingest.loaders.pdf_view import PageView
from ingest.loaders.pdf_visibility import is_pale

_MOST_PATHS = 5_000
_MOST_RULES = 600
_MOST_SEGMENTS = 200
_DEEPEST_FORM = 5
_STRAIGHT_POINTS = 1.0
_SAME_POINTS = 2.0
_GAP_POINTS = 3.0
_SHORTEST_POINTS = 6.0
_THIN_POINTS = 3.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rules:
    """The ruled lines of a page, pieces of one line joined, from top to bottom or left to right."""

    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]


def read_rules(page: Any, view: PageView) -> Rules:  # noqa: ANN401 - pypdfium2 has no types
    """Return the ruled lines; none of a page of very many, which is a drawing."""
    import pypdfium2.raw as pdfium

    level: list[Rule] = []
    upright: list[Rule] = []
    paths = page.get_objects([pdfium.FPDF_PAGEOBJ_PATH], max_depth=_DEEPEST_FORM)
    for count, path in enumerate(paths):
        if count == _MOST_PATHS:
            return Rules((), ())
        for first, last in _straight_lines(path):
            (x, y), (other_x, other_y) = view.point(*first), view.point(*last)
            if abs(y - other_y) <= _STRAIGHT_POINTS < abs(x - other_x):
                level.append(Rule((y + other_y) / 2, min(x, other_x), max(x, other_x)))
            elif abs(x - other_x) <= _STRAIGHT_POINTS < abs(y - other_y):
                upright.append(Rule((x + other_x) / 2, min(y, other_y), max(y, other_y)))
    rules = Rules(tuple(_joined(level)), tuple(_joined(upright)))
    return rules if max(map(len, (rules.level, rules.upright))) <= _MOST_RULES else Rules((), ())


def _straight_lines(path: Any) -> Iterator[tuple[Point, Point]]:  # noqa: ANN401
    """Yield the ends of the lines of a path, on the page."""
    import pypdfium2.raw as pdfium

    if not _is_seen(path.raw):
        return
    matrix = _matrix(path)
    x, y = ctypes.c_float(), ctypes.c_float()
    first = before = (0.0, 0.0)
    for number in range(pdfium.FPDFPath_CountSegments(path.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(path.raw, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield before, point
        before = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield point, first


def _is_seen(path: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    """Return whether a path is drawn or filled; white grounds are not seen, thin white lines are.

    White lines part the cells of coloured tables.
    """
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not 1 < pdfium.FPDFPath_CountSegments(path) <= _MOST_SEGMENTS:
        return False
    if stroke.value or not fill.value:
        return bool(stroke.value)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(path, left, bottom, right, top)
    thickness = min(right.value - left.value, top.value - bottom.value)
    return thickness <= _THIN_POINTS or not is_pale(path)


def _matrix(path: Any) -> Any:  # noqa: ANN401 - pypdfium2 has no types
    """Return what carries points of a path to the page, through the forms that hold it."""
    matrix, form = path.get_matrix(), path.container
    while form:
        matrix, form = matrix.multiply(form.get_matrix()), form.container
    return matrix


def _joined(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield the rules with pieces of one line joined, also where short gaps interrupt it."""
    ordered = sorted(rules, key=lambda rule: rule.at)
    lines: list[list[Rule]] = []
    for rule in ordered:
        if lines and rule.at - lines[-1][0].at <= _SAME_POINTS:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    for line in lines:
        at = sum(rule.at for rule in line) / len(line)
        yield from (rule for rule in _runs(at, line) if rule.end - rule.start >= _SHORTEST_POINTS)


def _runs(at: float, line: Iterable[Rule]) -> Iterator[Rule]:
    pieces = sorted((rule.start, rule.end) for rule in line)
    start, end = pieces[0]
    for next_start, next_end in pieces[1:]:
        if next_start > end + _GAP_POINTS:
            yield Rule(at, start, end)
            start, end = next_start, next_end
        end = max(end, next_end)
    yield Rule(at, start, end)
