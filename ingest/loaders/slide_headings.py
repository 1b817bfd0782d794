"""What heads the text of a slide where no title says it, and what the speaker says about it."""

from collections.abc import Iterable

from ingest.loaders.blocks import BlockBuilder

_LONGEST_HEADING = 60


def may_be_title(text: str) -> bool:
    """Return whether the first line of a slide without title is short enough to head it."""
    return len(text) <= _LONGEST_HEADING and any(map(str.isalpha, text))


def add_notes(blocks: BlockBuilder, paragraphs: Iterable[str]) -> None:
    """Append what the speaker says, under a heading in the language of the notes."""
    texts = [text for text in paragraphs if text.strip()]
    if texts:
        korean = any("가" <= character <= "힣" for text in texts for character in text)
        blocks.add_heading("발표자 노트" if korean else "Speaker notes", 2)
        for text in texts:
            blocks.add(text)
