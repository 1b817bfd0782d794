"""What the index should hold: the tags of each source, and what was handed over."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.uploads.models import SOURCE_PREFIX

Tags = frozenset[str]
Stored = dict[str, Tags]


@dataclass(frozen=True)
class Wanted:
    """A document that was handed over and not removed."""

    source: str
    read_as: str
    content: str
    tags: Tags

    @property
    def can_be_read(self) -> bool:
        """Whether a loader makes sense of it."""
        return not self.read_as.endswith(".pdf")


@dataclass
class Expected:
    """What is stored now, and what should be handed over."""

    stored: Stored = field(default_factory=dict)
    uploads: dict[str, Wanted] = field(default_factory=dict)

    def after_run(self, present: Collection[str], given: str, tags: Tags, *, prune: bool) -> Stored:
        """Return what is stored after a folder or file was ingested, with these files present."""
        after = dict(self.stored)
        for source in present:
            if _lies_in(source, given) and not source.endswith(".pdf"):
                after[source] = tags or self.stored.get(source, frozenset())
        gone = {s for s in after if _lies_in(s, given) and s not in present} if prune else set()
        return {source: tags for source, tags in after.items() if source not in gone}

    def after_work(self) -> Stored:
        """Return what is stored once all that was handed over is read."""
        after = {s: tags for s, tags in self.stored.items() if not s.startswith(SOURCE_PREFIX)}
        return after | {w.source: w.tags for w in self.uploads.values() if w.can_be_read}

    def handed_over(self, document_id: str, wanted: Wanted) -> None:
        """Expect a new document, or more tags of the one with the same bytes."""
        known = self.uploads.get(document_id)
        if known is None:
            self.uploads[document_id] = wanted
        else:
            assert known.content == wanted.content
            self.uploads[document_id] = replace(known, tags=known.tags | wanted.tags)

    def replaced(self, document_id: str, read_as: str, content: str) -> None:
        """Expect a document to be another file."""
        known = self.uploads[document_id]
        self.uploads[document_id] = replace(known, read_as=read_as, content=content)


def source_of(path: Path, base: Path) -> str:
    """Return the name of a file in the index."""
    return unicodedata.normalize("NFC", path.relative_to(base).as_posix())


def _lies_in(source: str, root: str) -> bool:
    return source == root or source.startswith(root + "/")
