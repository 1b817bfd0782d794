"""Step 5: children are searched, parents are read."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.pipeline.retrieve import FoundPassage
from index.models import Passage


@dataclass(frozen=True, slots=True)
class Section:
    """A parent to answer from: its best child, that child's score, and every child that hit."""

    passage: Passage
    score: float
    found: tuple[FoundPassage, ...]


def widen(
    found: Sequence[FoundPassage], *, most_sections: int, most_characters: int
) -> list[Section]:
    """Return the distinct parents of the passages, in the order of their best child.

    Parents are taken whole while they fit into ``most_characters``; the first one always is.
    """
    groups: dict[tuple[str, int], list[FoundPassage]] = {}
    for item in found:
        key = (item.passage.document.document_id, item.passage.parent_start)
        groups.setdefault(key, []).append(item)
    sections: list[Section] = []
    characters = 0
    for members in groups.values():
        best = members[0]
        characters += len(best.passage.parent_text)
        if sections and characters > most_characters:
            break
        sections.append(Section(best.passage, best.hit.score, tuple(members)))
    return sections[:most_sections]
