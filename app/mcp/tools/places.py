"""How a place in a document is told to a model."""

from typing import Protocol


class Place(Protocol):
    """Characters of a document, and what they are known by."""

    document_id: str
    title: str
    source: str
    page: int | None
    heading: str | None
    start: int
    end: int


def place_of(place: Place) -> str:
    """Return one line that a reader understands and that ``get_document`` can be asked with."""
    known = [place.title, place.source]
    if place.page is not None:
        known.append(f"page {place.page}")
    if place.heading is not None:
        known.append(place.heading)
    offsets = f"document_id {place.document_id}, characters {place.start} to {place.end}"
    return f"{' | '.join(known)} ({offsets})"
