"""In which order the shapes of a slide are read: columns and rows are found by their gaps."""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

_Item = TypeVar("_Item")
_OVERLAP_SHARE = 0.1
_NOWHERE = 1e12


class Box(NamedTuple, Generic[_Item]):
    """Where a shape lies, in any unit, ``top`` above ``bottom``; ``item`` is the shape."""

    left: float
    top: float
    right: float
    bottom: float
    item: _Item


def in_reading_order(boxes: Sequence[Box[_Item]]) -> list[_Item]:
    """Return the items, the slide cut again and again at its widest gap across or down.

    Shapes may overlap by a tenth of their size; those that do more go from top to bottom.
    """
    rows, row_gap = _parted(boxes, lambda box: (box.top, box.bottom))
    columns, column_gap = _parted(boxes, lambda box: (box.left, box.right))
    parts = rows if row_gap >= column_gap else columns
    if len(parts) < 2:
        return [box.item for box in sorted(boxes, key=lambda box: (box.top, box.left))]
    return [item for part in parts for item in in_reading_order(part)]


def _parted(
    boxes: Sequence[Box[_Item]], side: Callable[[Box[_Item]], tuple[float, float]]
) -> tuple[list[list[Box[_Item]]], float]:
    """Return the boxes parted where nothing lies, and the widest of these gaps."""
    parts: list[list[Box[_Item]]] = []
    reached = widest = 0.0
    for box in sorted(boxes, key=lambda box: side(box)[0]):
        low, high = side(box)
        margin = _OVERLAP_SHARE * (high - low)
        if parts and low + margin < reached:
            parts[-1].append(box)
            reached = max(reached, high - margin)
            continue
        if parts:
            widest = max(widest, low + margin - reached)
        parts.append([box])
        reached = high - margin
    return parts, widest


def unplaced(item: _Item) -> Box[_Item]:
    """Return a box for a shape whose place is unknown: it is read last."""
    return Box(_NOWHERE, _NOWHERE, _NOWHERE, _NOWHERE, item)


def is_on(box: Box[_Item], size: tuple[float, float]) -> bool:
    """Return whether a part of the shape is on the slide, or its place is unknown."""
    if box.left == _NOWHERE:
        return True
    return box.right > 0 and box.bottom > 0 and box.left < size[0] and box.top < size[1]
