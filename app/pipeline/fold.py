"""Between fusing and reranking: what says the same as a better passage is folded into it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.pipeline.retrieve import FoundPassage
from app.pipeline.same import Essence, Outline, may_be_alike, outline_of, says_the_same
from index.models import Passage


def fold(batches: Iterable[Sequence[FoundPassage]], enough: int) -> list[FoundPassage]:
    """Return different passages, best first, each with those that say the same as its twins.

    Batches come best first, and no further one is asked for once there are ``enough`` passages.
    """
    kept: list[FoundPassage] = []
    essences: list[Essence] = []
    outlines: list[Outline] = []
    for batch in batches:
        for item in batch:
            essence, outline = Essence(item.passage), outline_of(item.passage.parent_text)
            like = may_be_alike(outline, outlines)
            at = next((at for at in like if says_the_same(essences[at], essence)), None)
            if at is None:
                kept.append(item)
                essences.append(essence)
                outlines.append(outline)
            else:
                kept[at] = replace(kept[at], twins=(*kept[at].twins, item.passage))
        if len(kept) >= enough:
            break
    return kept


def other_sources(passage: Passage, twins: Iterable[Passage]) -> tuple[str, ...]:
    """Return the sources of the twins, each once, without the passage's own."""
    sources = dict.fromkeys(twin.document.source for twin in twins)
    sources.pop(passage.document.source, None)
    return tuple(sources)
