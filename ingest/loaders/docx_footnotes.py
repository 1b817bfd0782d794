"""The footnotes of a Word document, which stand in a part of their own."""

from typing import Any

from ingest.loaders.docx_styles import word
from ingest.loaders.docx_text import paragraph_text

_RELATIONSHIP = "/relationships/footnotes"


def footnotes(part: Any) -> dict[str, str]:  # noqa: ANN401 - docx has no types
    """Return the texts of the footnotes by their ids; separators and empty ones are absent."""
    from docx.oxml.parser import parse_xml

    found = {}
    for relationship in part.rels.values():
        if relationship.reltype.endswith(_RELATIONSHIP) and not relationship.is_external:
            for note in parse_xml(relationship.target_part.blob).iter(word("footnote")):
                text = " ".join(paragraph_text(line) for line in note.iter(word("p")))
                if text.strip() and note.get(word("type")) is None:
                    found[str(note.get(word("id")))] = text.strip()
    return found
