"""Step 5: children are searched, parents are read."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.pipeline.retrieve import FoundPassage
from index.models import Passage


@dataclass(frozen=True, slots=True)
class Section:
    """A parent to answer from, with the child that brought it here, its score and its twins."""

    passage: Passage
    score: float
    twins: tuple[Passage, ...] = ()


def widen(
    found: Sequence[FoundPassage], *, most_sections: int, most_characters: int
) -> list[Section]:
    """Return the parents of the passages, in their order.

    Parents are taken whole while they fit into ``most_characters``; the first one always is.
    """
    sections: list[Section] = []
    characters = 0
    for item in found[:most_sections]:
        characters += len(item.passage.parent_text)
        if sections and characters > most_characters:
            break
        sections.append(Section(item.passage, item.hit.score, item.twins))
    return sections
