"""News of changes: where they come from, and what happens without a system that tells of them."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from watchfiles import Change

from ingest.watching import notices
from ingest.watching.notices import News, news_of
from ingest.watching.timing import Timing

TIMING = Timing(poll=30.0, sweep=600.0, look=0.0)


class Clock:
    """Seconds go by with every look at it."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_the_first_news_is_that_something_may_have_been_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = [set(), {(Change.added, str(tmp_path / "a.txt"))}, set()]
    monkeypatch.setattr(notices, "watch", lambda *_, **__: iter(batches))
    news = news_of([tmp_path], Event(), TIMING, pytest.fail)
    assert [next(news) for _ in range(3)] == [
        News(missed=True),
        News(frozenset({tmp_path / "a.txt"})),
        News(),
    ]


def test_a_system_that_cannot_watch_is_told_of_once_and_folders_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> Iterator[set[object]]:
        raise OSError('OS file watch limit reached. about ["docs"] (Error { kind: MaxFilesWatch })')
        yield set()

    monkeypatch.setattr(notices, "watch", failing)
    monkeypatch.setattr(notices, "monotonic", Clock(step=1.0))
    told: list[str] = []
    stop = Event()
    news = news_of([tmp_path], stop, TIMING, told.append)
    looks = [next(news).missed for _ in range(600)]
    assert looks[0]
    assert 20 <= sum(looks) <= 60
    assert len(told) == 1
    assert told[0].partition(";")[0] == (
        "warning: The system cannot watch these folders (OS file watch limit reached)"
    )
    assert told[0].endswith("they are looked through every 30 seconds instead.")
    stop.set()
    assert list(news) == []


def test_watching_is_tried_again_after_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def failing_once(*_: object, **__: object) -> Iterator[set[object]]:
        tried.append(1)
        if len(tried) == 1:
            raise RuntimeError("no more watches")
        while True:
            yield set()

    monkeypatch.setattr(notices, "watch", failing_once)
    monkeypatch.setattr(notices, "monotonic", Clock(step=100.0))
    told: list[str] = []
    news = news_of([tmp_path], Event(), TIMING, told.append)
    for _ in range(20):
        next(news)
    assert len(tried) > 1
    assert len(told) == 1


def test_a_folder_that_comes_back_is_watched_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[tuple[Path, ...]] = []

    def endless(*roots: Path, **_: object) -> Iterator[set[object]]:
        watched.append(roots)
        while True:
            yield set()

    monkeypatch.setattr(notices, "watch", endless)
    monkeypatch.setattr(notices, "monotonic", Clock(step=10.0))
    share = tmp_path / "share"
    news = news_of([tmp_path, share], Event(), TIMING, pytest.fail)
    assert next(news).missed
    share.mkdir()
    assert [next(news).missed for _ in range(3)].count(True) == 1
    assert watched == [(tmp_path,), (tmp_path, share)]


def test_folders_are_watched_anew_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a limit that new folders reach is an error only then."""
    watches: list[int] = []

    def endless(*_: object, **__: object) -> Iterator[set[object]]:
        watches.append(1)
        while True:
            yield set()

    monkeypatch.setattr(notices, "watch", endless)
    monkeypatch.setattr(notices, "monotonic", Clock(step=10.0))
    news = news_of([tmp_path], Event(), TIMING, pytest.fail)
    looks = [next(news).missed for _ in range(100)]
    assert looks.count(True) == len(watches) > 2
    assert looks[0]


def test_no_folder_at_all_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "watch", lambda *_, **__: iter([set(), set()]))
    share = tmp_path / "share"
    news = news_of([share], Event(), TIMING, pytest.fail)
    assert [next(news).missed for _ in range(3)] == [True, False, False]
    share.mkdir()
    assert next(news).missed


def test_the_own_time_of_a_folder_is_no_news(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    changes = {(Change.modified, str(tmp_path)), (Change.modified, str(tmp_path / "a.txt"))}
    assert list(notices._paths(changes, {tmp_path: tmp_path})) == [tmp_path / "a.txt"]


def test_paths_are_told_below_the_folder_as_it_was_given(tmp_path: Path) -> None:
    given, real = tmp_path / "link", tmp_path / "volume"
    changes = {(Change.added, str(real / "a.txt"))}
    assert list(notices._paths(changes, {real: given})) == [given / "a.txt"]
