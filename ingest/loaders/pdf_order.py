"""The order in which people read a page: columns one after another, and from top to bottom."""

from collections.abc import Iterator, Sequence

from ingest.loaders.pdf_columns import bands_of
from ingest.loaders.pdf_model import BROKEN_HYPHEN, Box, Piece, around

_UP = 0.5
_FAR_DOWN = 6
_OVERLAP_POINTS = 2.0
_MOST_PIECES = 4_000


def in_reading_order(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the parts of a page in the order of reading, each in pdfium's order.

    That order is kept within a column, for it follows even lists and forms that no rule knows;
    what stands higher up as a whole comes first. Text that does not run from left to right stays
    behind what came before it.
    """
    upright = [piece for piece in pieces if piece.words[0].upright]
    parts = list(_parts(upright)) if len(upright) <= _MOST_PIECES else [upright]
    for piece in pieces:
        if not piece.words[0].upright:
            _put_behind(piece, parts)
    return parts


def _parts(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    bands = bands_of(pieces)
    for band in bands:
        if band.right:
            yield from _parts(band.left)
            yield from _parts(band.right)
        else:
            ordered = sorted(band.left, key=lambda piece: piece.position)
            yield [piece for flow in _from_top(list(_flows(ordered))) for piece in flow]


def _flows(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield runs of pieces that go down the page."""
    flow: list[Piece] = []
    for piece in pieces:
        broken = flow and flow[-1].text.endswith(BROKEN_HYPHEN)
        if flow and not broken and _jumps(flow[-1].box, piece.box):
            yield flow
            flow = []
        flow.append(piece)
    if flow:
        yield flow


def _jumps(box: Box, following: Box) -> bool:
    height = min(box.bottom - box.top, following.bottom - following.top)
    return (
        following.bottom < box.top + _UP * height or following.top > box.bottom + _FAR_DOWN * height
    )


def _from_top(flows: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Return the flows with those first that lie above all others; side by side they stay."""
    groups: list[tuple[Box, list[list[Piece]]]] = []
    for flow in flows:
        box = around(piece.box for piece in flow)
        beside = [group for group in groups if _overlap(group[0], box)]
        groups = [group for group in groups if group not in beside]
        box = around([box, *(each for each, _ in beside)])
        members = [member for _, held in beside for member in held]
        groups.append((box, [*members, flow]))
    groups.sort(key=lambda group: group[0].top)
    return [flow for _, held in groups for flow in sorted(held, key=lambda flow: flow[0].position)]


def _overlap(box: Box, other: Box) -> bool:
    return min(box.bottom, other.bottom) - max(box.top, other.top) > _OVERLAP_POINTS


def _put_behind(piece: Piece, parts: list[list[Piece]]) -> None:
    """Insert a piece behind the one that pdfium has before it."""
    for part in parts:
        for place, before in enumerate(part):
            if before.words[-1].position == piece.position - 1:
                part.insert(place + 1, piece)
                return
    parts.insert(0, [piece])
