"""Cuts a loaded document into parents, which are read, and children, which are searched."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.models import ChildChunk, ParentChunk
from ingest.chunking.cuts import Window, chosen_cuts, possible_cuts
from ingest.chunking.indexed_text import TableHeaders, indexed_text
from ingest.chunking.sections import Section, sections_of
from ingest.chunking.tokens import TokenEstimate
from ingest.document import LoadedDocument

__all__ = ["ChunkSizes", "chunk", "recipe"]

_VERSION = 1
_LEAST_SHARE = 0.4  # a wider window falls into step sooner after an edit
_WHOLE_CHILD_SHARE = 1.25  # two halves of a passage rank worse than the slightly long whole
_SMALL_SHARE = 0.375


@dataclass(frozen=True, slots=True)
class ChunkSizes:
    """The largest usual sizes in estimated tokens.

    The last child of a section may have a quarter more, and one that is a single sentence twice
    as much: no child is ever larger.
    """

    parent_tokens: int = 800
    child_tokens: int = 160

    def __post_init__(self) -> None:
        if not 8 <= self.child_tokens <= self.parent_tokens:
            raise ValueError("Chunk sizes must be: 8 <= child_tokens <= parent_tokens.")


_DEFAULT_SIZES = ChunkSizes()


def recipe(sizes: ChunkSizes = _DEFAULT_SIZES) -> str:
    """Return a name for the rules and sizes: with one name, one text gives the same chunks."""
    return f"chunks-{_VERSION}-{sizes.parent_tokens}-{sizes.child_tokens}"


def chunk(document: LoadedDocument, sizes: ChunkSizes = _DEFAULT_SIZES) -> tuple[ParentChunk, ...]:
    """Return parents that tile the text, each tiled by its children; none for a blank text.

    A heading begins a new parent, except that tiny sections go together. Children are whole
    sentences, chosen before the parents that hold them, so that an edit moves few of them.
    """
    if not document.text.strip():
        return ()
    tokens = TokenEstimate(document.text)
    tables = TableHeaders(document.text)
    return tuple(
        _parent(document, section, tables, ends)
        for section in sections_of(document, tokens, _SMALL_SHARE * sizes.child_tokens)
        for ends in _groups(document.text, section, tokens, sizes)
    )


def _groups(
    text: str, section: Section, tokens: TokenEstimate, sizes: ChunkSizes
) -> Iterator[list[int]]:
    """Yield the borders of the children of one parent after the other, first and last included."""
    possible = possible_cuts(text, section.start, section.end, tokens, sizes.child_tokens)
    for_children = _window(sizes.child_tokens, _WHOLE_CHILD_SHARE)
    cuts = chosen_cuts(text, section.start, possible, tokens, for_children)
    parents = chosen_cuts(text, section.start, cuts, tokens, _window(sizes.parent_tokens, 1.0))
    last_ends = {cut.end for cut in parents}
    borders = [section.start]
    for cut in cuts:
        borders.append(cut.end)
        if cut.end in last_ends:
            yield borders
            borders = [cut.end]


def _window(most: int, whole_share: float) -> Window:
    return Window(_LEAST_SHARE * most, most, whole_share * most)


def _parent(
    document: LoadedDocument, section: Section, tables: TableHeaders, borders: list[int]
) -> ParentChunk:
    children = []
    for start, end in pairwise(borders):
        text = document.text[start:end]
        searched = indexed_text(document.title, section.heading, tables.above(start) + text)
        children.append(ChildChunk(start, end, text, searched))
    return ParentChunk(borders[0], borders[-1], section.heading, tuple(children))
