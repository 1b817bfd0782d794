"""Found passages and sections made by hand."""

from datetime import UTC, datetime

from app.pipeline.fuse import Hit
from app.pipeline.judge import Judge, Judgement
from app.pipeline.retrieve import FoundPassage
from app.pipeline.weigh import FoundWords, WeighedSentence, Weighing
from app.pipeline.widen import Section
from index.models import DocumentRecord, Passage


def document(document_id: str = "d1", page_starts: tuple[int, ...] = ()) -> DocumentRecord:
    return DocumentRecord(
        document_id=document_id,
        source=f"docs/{document_id}.md",
        title=document_id,
        media_type="text/plain",
        content_hash="",
        length=10_000,
        page_starts=page_starts,
        tags=frozenset(),
        groups=frozenset(),
        metadata={},
        size_bytes=0,
        modified_at=None,
        ingested_at=datetime(2026, 1, 2, tzinfo=UTC),
        parents=1,
        children=1,
    )


def found(  # noqa: PLR0913 - every part of a passage has a default here
    text: str,
    *,
    child_id: int = 1,
    score: float = 1.0,
    parent: str | None = None,
    parent_start: int = 0,
    record: DocumentRecord | None = None,
    heading: tuple[str, ...] = (),
) -> FoundPassage:
    """Return a found child, by default its own parent."""
    parent = text if parent is None else parent
    start = parent_start + parent.index(text)
    passage = Passage(
        child_id=child_id,
        parent_id=child_id,
        document=record or document(),
        start=start,
        end=start + len(text),
        text=text,
        parent_start=parent_start,
        parent_end=parent_start + len(parent),
        parent_text=parent,
        heading=heading,
    )
    return FoundPassage(Hit(child_id, child_id, score, score, score), passage)


def section(text: str, *, start: int = 0, score: float = 1.0, **parts: object) -> Section:
    """Return a section with one child that fills it."""
    item = found(text, parent_start=start, score=score, **parts)  # type: ignore[arg-type]
    return Section(item.passage, score)


def judge(sentences: tuple[WeighedSentence, ...], words: tuple[FoundWords, ...] = ()) -> Judge:
    """Return a judge who has found these sentences to be enough, and these words in them."""

    async def judgement() -> Judgement:
        return Judgement(Weighing(frozenset(), sentences, words), None, 0.9, enough=True)

    return Judge(judgement)
