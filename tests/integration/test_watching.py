"""The watch on a real folder, with the events of this system and the real index."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest

from index.analyzer import Analyzer, KoreanEnglishAnalyzer, WhitespaceAnalyzer
from index.base import SearchIndex
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from ingest.reading import ReadingOptions
from ingest.run import RunOptions, ingest
from ingest.watching.notices import news_of
from ingest.watching.timing import Timing
from ingest.watching.watcher import Watcher

REPOSITORY = Path(__file__).parents[2]
TIMING = Timing(settle=0.5, look=0.1, first_pause=0.3, longest_pause=0.3)
SECONDS = 30.0


class Watch:
    """A watch that runs in a thread, and the index that it keeps."""

    def __init__(self, folder: Path, roots: list[Path]) -> None:
        self.options = RunOptions(roots, folder, reading=ReadingOptions(isolation=None))
        self.told: list[str] = []
        self.index = opened(folder / "data" / "index")
        self._stop = Event()
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        watcher = Watcher(self.index, self.options, TIMING, self.told.append)
        for news in news_of(self.options.paths, self._stop, TIMING, self.told.append):
            watcher.take(news)

    def __enter__(self) -> "Watch":
        self._thread.start()
        until(lambda: self.told)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(SECONDS)
        self.index.close()

    def fresh(self) -> dict[str, str]:
        """Return the documents and texts that a new index would hold."""
        with opened(self.options.base / "fresh") as index:
            ingest(index, self.options, lambda _: None)
            texts = texts_of(index)
        shutil.rmtree(self.options.base / "fresh")
        return texts

    def is_like(self, fresh: dict[str, str]) -> bool:
        return texts_of(self.index) == fresh

    def catches_up(self, change: Callable[[], object], counts: dict[str, int]) -> None:
        """Make a change and wait until the index follows and these counts were told of it."""
        already, before = len(self.told), self.fresh()
        assert self.is_like(before)
        change()
        after = self.fresh()
        assert after != before
        until(lambda: self.is_like(after))
        until(lambda: counted(self.told[already:]) == counts, self.told)


def counted(told: list[str]) -> Counter[str]:
    """Return how many files had each outcome, and how many chunks were embedded."""
    counts: Counter[str] = Counter()
    for line in told:
        for number, word in re.findall(r"(\d+) (added|changed|removed|failed|chunks)", line):
            counts[word] += int(number)
    return +counts


def opened(folder: Path, analyzer: Analyzer | None = None) -> EmbeddedIndex:
    return EmbeddedIndex(folder, HashingEmbedder(), analyzer or WhitespaceAnalyzer())


def texts_of(index: SearchIndex) -> dict[str, str]:
    with index.snapshot() as snapshot:
        records = snapshot.documents(limit=10_000).documents
        return {each.source: snapshot.text(each.document_id) for each in records}


def until(true: Callable[[], object], told: Sequence[str] = ()) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, f"it did not happen in time: {told}"
        time.sleep(0.05)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "부서" / "인사").mkdir(parents=True)
    (folder / "휴가.md").write_text("# 휴가\n\n연차는 15일입니다.\n", encoding="utf-8")
    (folder / "부서" / "travel.txt").write_text("Flights are booked by the office.")
    (folder / "부서" / "인사" / "plan.txt").write_text("The plan of the year.")
    return folder


@pytest.fixture
def watch(docs: Path) -> Iterator[Watch]:
    with Watch(docs.parent, [docs]) as running:
        yield running


def test_an_index_follows_its_folder(watch: Watch, docs: Path) -> None:
    new, moved = docs / "new.md", docs / "부서" / "moved.md"
    team, outside = docs / "조직", docs.parent / "outside"
    plan = team / "인사" / "plan.txt"
    steps: list[tuple[Callable[[], object], dict[str, int]]] = [
        (lambda: new.write_text("# 새 규정\n\n출장비는 다릅니다."), {"added": 1, "chunks": 1}),
        (lambda: new.write_text("# 새 규정\n\n출장비는 같습니다."), {"changed": 1, "chunks": 1}),
        (lambda: new.rename(moved), {"added": 1, "removed": 1}),
        (lambda: (docs / "부서").rename(team), {"added": 3, "removed": 3}),
        (lambda: plan.write_text("Another plan."), {"changed": 1, "chunks": 1}),
        ((docs / "휴가.md").unlink, {"removed": 1}),
        (lambda: shutil.copytree(team, docs / "a" / "b" / "copy"), {"added": 3}),
        (lambda: shutil.rmtree(team), {"removed": 3}),
        (lambda: shutil.move(docs / "a", outside), {"removed": 3}),
        (lambda: shutil.move(outside / "b", docs / "b"), {"added": 3, "chunks": 3}),
    ]
    for change, counts in steps:
        watch.catches_up(change, counts)
    assert [finding.message for finding in watch.index.examine() if finding.problem] == []


def test_the_index_may_lie_in_the_watched_folder(docs: Path) -> None:
    with Watch(docs.parent, [docs.parent]) as watch:
        new = docs / "new.txt"
        watch.catches_up(lambda: new.write_text("A new rule."), {"added": 1, "chunks": 1})
        rounds = len(watch.told)
        time.sleep(3 * TIMING.settle)
    assert len(watch.told) == rounds


def test_a_file_that_is_written_slowly_is_read_once_it_is_whole(watch: Watch, docs: Path) -> None:
    written = [time.monotonic()]

    def write() -> None:
        with (docs / "slow.txt").open("w") as file:
            for number in range(30):
                file.write(f"Sentence {number} of a long report. ")
                file.flush()
                time.sleep(0.05)
                written.append(time.monotonic())

    rounds = len(watch.told)
    write()
    until(lambda: watch.is_like(watch.fresh()))
    until(lambda: len(watch.told) > rounds)
    if max(later - earlier for earlier, later in pairwise(written)) >= TIMING.settle:
        pytest.skip("the machine was so busy that the file was at rest while it was written")
    assert [line.partition(";")[0] for line in watch.told[rounds:]] == ["1 added"]


def test_another_writer_is_waited_for(watch: Watch, docs: Path) -> None:
    with opened(docs.parent / "data" / "index") as other, other.writer():
        (docs / "new.txt").write_text("A new rule.")
        until(lambda: len(watch.told) == 2)
        (docs / "휴가.md").unlink()
        time.sleep(2 * TIMING.settle)
        assert "docs/휴가.md" in texts_of(watch.index)
    until(lambda: watch.is_like(watch.fresh()))
    until(lambda: len(watch.told) == 3)
    assert watch.told[1].startswith("waiting: Another process is writing")
    assert watch.told[2].startswith("1 added, 1 removed;")


def test_a_folder_that_was_away_is_watched_when_it_is_back(
    watch: Watch, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.watching.notices._SECONDS_BETWEEN_CHECKS", 0.2)
    before = texts_of(watch.index)
    away = docs.with_name("unmounted")
    docs.rename(away)
    until(lambda: len(watch.told) == 2)
    assert watch.told[1].startswith("warning:")
    assert texts_of(watch.index) == before
    away.rename(docs)
    time.sleep(1.0)
    watch.catches_up((docs / "휴가.md").unlink, {"removed": 1})


def start(folder: Path) -> "subprocess.Popen[str]":
    settings = {
        "PYTHONPATH": str(REPOSITORY),
        "MUREUM_EMBEDDER": "hashing",
        "MUREUM_INGEST_ISOLATION": "False",
        "MUREUM_INGEST_WATCH_SETTLE_SECONDS": "0.2",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", "docs", "--watch"],
        cwd=folder,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def stored(folder: Path) -> int:
    if not (folder / "data" / "index" / "manifest.json").exists():
        return 0
    with opened(folder / "data" / "index") as index:
        return len(index.fingerprints())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_the_watch_in_the_middle_of_a_round(
    docs: Path, number: signal.Signals, code: int
) -> None:
    for count in range(3_000):
        (docs / f"{count}.txt").write_text(f"Rule {count} of {count * 7} rules.")
    process = start(docs.parent)
    try:
        until(lambda: stored(docs.parent))
        process.send_signal(number)
        output, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert process.returncode == code, output
    assert "Traceback" not in output
    assert "What was stored stays stored." in output
    with opened(docs.parent / "data" / "index", KoreanEnglishAnalyzer()) as index:
        assert [finding.message for finding in index.examine() if finding.problem] == []
        status = index.status()
        assert 0 < status.documents < 3_003
        assert status.lexical_revision == status.revision


def test_a_signal_ends_the_watch_while_it_waits(docs: Path) -> None:
    process = start(docs.parent)
    try:
        until(lambda: stored(docs.parent) == 3)
        (docs / "new.txt").write_text("A new rule.")
        until(lambda: stored(docs.parent) == 4)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0
    lines = [line[20:].partition(";")[0] for line in output.splitlines()]
    assert lines[1:] == ["3 added", "1 added", "Stopped. What was stored stays stored."]
