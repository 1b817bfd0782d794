"""A folder with documents, an index in memory, and a clock that only the test moves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.base import SearchIndex
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from ingest.reading import ReadingOptions
from ingest.run import RunOptions, ingest
from ingest.watching.notices import News
from ingest.watching.timing import Timing
from ingest.watching.watcher import Watcher

TIMING = Timing(settle=1.0, longest=10.0, sweep=600.0, first_pause=1.0, longest_pause=8.0)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "team").mkdir(parents=True)
    (folder / "휴가.md").write_text("# 휴가\n\n연차는 15일입니다.\n", encoding="utf-8")
    (folder / "team" / "travel.txt").write_text("Flights are booked by the office.")
    return folder


@pytest.fixture
def index() -> InMemoryIndex:
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


@dataclass
class Watched:
    """A watcher, what it told, and its clock."""

    index: SearchIndex
    options: RunOptions
    now: float = 0.0
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watcher = Watcher(self.index, self.options, TIMING, self.told.append, lambda: self.now)

    def take(self, *paths: Path, missed: bool = False, wait: float = 1.0) -> list[str]:
        """Return what the watcher tells of an event, and after the time that files need to rest."""
        already = len(self.told)
        self.watcher.take(News(frozenset(paths), missed))
        self.now += wait
        self.watcher.take(News())
        return self.told[already:]

    def sources(self) -> list[str]:
        return list(texts_of(self.index))

    def fresh(self) -> dict[str, str]:
        """Return the texts that a new index of the same folders holds."""
        index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
        ingest(index, self.options, lambda _: None)
        return texts_of(index)


def texts_of(index: SearchIndex) -> dict[str, str]:
    """Return the text of every document, by source."""
    with index.snapshot() as snapshot:
        records = snapshot.documents(limit=1000).documents
        return {each.source: snapshot.text(each.document_id) for each in records}


@pytest.fixture
def watch(index: InMemoryIndex, docs: Path) -> Callable[..., Watched]:
    def over(*roots: Path, **options: object) -> Watched:
        reading = ReadingOptions(isolation=None)
        chosen = RunOptions(roots or (docs,), docs.parent, reading=reading, **options)  # type: ignore[arg-type]
        return Watched(index, chosen)

    return over


@pytest.fixture
def watched(watch: Callable[..., Watched]) -> Watched:
    """A watcher whose first round is over."""
    made = watch()
    made.take(missed=True)
    return made
