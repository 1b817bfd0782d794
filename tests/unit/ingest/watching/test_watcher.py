"""What the watch makes of events, of errors and of the time, without a watched file system."""

import os
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from index.errors import IndexLockedError, StorageFullError
from index.memory import InMemoryIndex
from ingest.document import LoadedDocument
from ingest.loaders.base import Loader
from tests.unit.ingest.watching.conftest import TIMING, Watched, texts_of

Watch = Callable[..., Watched]


def check(watched: Watched) -> None:
    """The index is what a new one of the same folders would be."""
    assert texts_of(watched.index) == watched.fresh()


def test_the_first_round_brings_the_index_to_what_the_files_are(watch: Watch, docs: Path) -> None:
    before = watch()
    before.take(missed=True)
    (docs / "휴가.md").unlink()
    (docs / "new.txt").write_text("Trains are booked too.")
    again = watch()
    told = again.take(missed=True)
    assert [line.partition(";")[0] for line in told] == ["1 added, 1 unchanged, 1 removed"]
    check(again)


def test_an_empty_folder_makes_an_index_too(watch: Watch, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    watched = watch(empty)
    assert len(watched.take(missed=True)) == 1
    assert watched.take(missed=True) == []


def test_an_event_makes_one_round_of_one_file(watched: Watched, docs: Path) -> None:
    path = docs / "휴가.md"
    path.write_text("# 휴가\n\n연차는 20일입니다.\n", encoding="utf-8")
    told = watched.take(path)
    assert [line.partition(";")[0] for line in told] == ["1 changed"]
    check(watched)
    assert watched.take() == []


def test_a_file_that_is_gone_is_removed(watched: Watched, docs: Path) -> None:
    (docs / "휴가.md").unlink()
    assert watched.take(docs / "휴가.md")[0].startswith("1 removed;")
    assert watched.sources() == ["docs/team/travel.txt"]


def test_a_folder_that_moved_is_found_where_it_is_and_embeds_nothing(
    watched: Watched, docs: Path
) -> None:
    (docs / "team").rename(docs / "부서")
    told = watched.take(docs / "team", docs / "부서")
    assert told[0].startswith("1 added, 1 removed; 0 chunks embedded")
    check(watched)


def test_a_folder_that_is_gone_takes_everything_below_it(watched: Watched, docs: Path) -> None:
    deep = docs / "team" / "deep" / "deeper"
    deep.mkdir(parents=True)
    (deep / "plan.txt").write_text("The plan of the year.")
    watched.take(docs / "team" / "deep")
    assert "docs/team/deep/deeper/plan.txt" in watched.sources()
    (docs / "team").rename(docs.parent / "elsewhere")
    assert watched.take(docs / "team")[0].startswith("2 removed;")
    check(watched)


def test_a_file_that_becomes_a_folder_of_the_same_name(watched: Watched, docs: Path) -> None:
    (docs / "휴가.md").unlink()
    (docs / "휴가.md").mkdir()
    (docs / "휴가.md" / "part.txt").write_text("Inside now.")
    watched.take(docs / "휴가.md")
    check(watched)
    assert "docs/휴가.md/part.txt" in watched.sources()


def test_a_name_that_is_decomposed_stays_one_document(watched: Watched, docs: Path) -> None:
    decomposed = docs / unicodedata.normalize("NFD", "휴가.md")
    (docs / "휴가.md").rename(decomposed)
    watched.take(docs / "휴가.md", decomposed, wait=2.0)
    check(watched)
    assert "docs/휴가.md" in watched.sources()


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.txt",
        ".git/notes.txt",
        "node_modules/kit/README.md",
        "node_modules/README.md",
        "team/.trash/old/plan.txt",
        "logo.png",
        "notes.txt~",
        "outside.txt",
    ],
)
def test_events_of_what_no_walk_finds_make_no_round(
    watched: Watched, docs: Path, name: str
) -> None:
    path = docs.parent / name if name == "outside.txt" else docs / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Nobody asks about this.")
    assert watched.take(path, path.parent) == []


def test_links_are_not_followed(watched: Watched, docs: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("a secret")
    (docs / "linked").symlink_to(outside)
    (docs / "link.txt").symlink_to(outside / "secret.txt")
    events = (docs / "linked", docs / "linked" / "secret.txt", docs / "link.txt")
    assert watched.take(*events) == []
    check(watched)
    assert not any("secret" in text for text in texts_of(watched.index).values())


def test_a_file_that_becomes_a_link_is_removed(
    watched: Watched, docs: Path, tmp_path: Path
) -> None:
    (docs / "휴가.md").replace(tmp_path / "휴가.md")
    (docs / "휴가.md").symlink_to(tmp_path / "휴가.md")
    watched.take(docs / "휴가.md")
    check(watched)
    assert "docs/휴가.md" not in watched.sources()


def test_a_folder_that_becomes_a_virtual_environment_is_left_out_and_comes_back(
    watched: Watched, docs: Path
) -> None:
    mark = docs / "team" / "pyvenv.cfg"
    mark.write_text("")
    watched.take(mark)
    check(watched)
    assert watched.sources() == ["docs/휴가.md"]
    watched.take(missed=True)
    assert watched.take(missed=True) == []
    mark.unlink()
    watched.take(mark)
    check(watched)
    assert len(watched.sources()) == 2


def test_a_look_through_all_folders_finds_what_no_event_told(watched: Watched, docs: Path) -> None:
    (docs / "휴가.md").write_text("연차는 16일입니다.", encoding="utf-8")
    (docs / "team" / "travel.txt").unlink()
    (docs / "new.txt").write_text("A new rule.")
    assert watched.take() == []
    assert watched.take(missed=True)[0].startswith("1 added, 1 changed, 1 removed;")
    check(watched)


def test_a_look_that_finds_nothing_reads_nothing(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("a file was read"))
    assert watched.take(missed=True) == []


def test_what_another_run_left_in_the_index_is_removed(
    watched: Watched, docs: Path, watch: Watch
) -> None:
    (docs / "gone.txt").write_text("Read by another run only.")
    other = watch()
    other.take(missed=True)
    (docs / "gone.txt").unlink()
    assert "docs/gone.txt" in watched.sources()
    watched.take(missed=True)
    check(watched)


def test_only_what_lies_below_the_watched_folders_is_removed(watch: Watch, docs: Path) -> None:
    watch().take(missed=True)
    (docs / "휴가.md").unlink()
    part = watch(docs / "team")
    part.take(missed=True)
    assert part.sources() == ["docs/team/travel.txt", "docs/휴가.md"]


def test_a_file_that_fails_is_told_of_once_and_forgotten_when_it_is_gone(
    watched: Watched, docs: Path, index: InMemoryIndex
) -> None:
    broken = docs / "broken.pdf"
    broken.write_bytes(b"not a pdf")
    told = watched.take(broken)
    assert [line.split()[0] for line in told] == ["failed:", "1"]
    assert [line.split()[0] for line in watched.take(broken)] == ["1"]
    assert watched.take(missed=True) == []
    broken.unlink()
    watched.take(broken)
    assert index.failures() == []


def test_a_file_that_could_not_be_opened_is_tried_at_the_next_look(
    watched: Watched, docs: Path, monkeypatch: pytest.MonkeyPatch, index: InMemoryIndex
) -> None:
    path = docs / "locked.txt"
    path.write_text("Word has this open.")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", raising(PermissionError(13, "Permission denied")))
        assert watched.take(path)[0].startswith("failed: docs/locked.txt cannot be read")
    assert watched.take(missed=True)[0].startswith("1 added;")
    assert index.failures() == []


def test_a_file_that_may_not_be_looked_at_fails_and_holds_nothing_up(
    watched: Watched, docs: Path, monkeypatch: pytest.MonkeyPatch, index: InMemoryIndex
) -> None:
    before = watched.sources()
    (docs / "new.txt").write_text("A new rule.")
    with monkeypatch.context() as forbidden:
        forbidden.setattr(Path, "lstat", forbidding(docs / "team", Path.lstat))
        forbidden.setattr(Path, "stat", forbidding(docs / "team", Path.stat))
        told = watched.take(missed=True) + watched.take(wait=TIMING.longest)
    assert [line.split()[0] for line in told] == ["1", "failed:", "1"]
    assert watched.sources() == ["docs/new.txt", *before]
    assert [failure.source for failure in index.failures()] == ["docs/team/travel.txt"]
    watched.take(missed=True)
    assert index.failures() == []
    check(watched)


def forbidding(folder: Path, look: Callable[..., os.stat_result]) -> Callable[..., object]:
    """Return what looks at paths, and may not at those inside this folder."""

    def looked(path: Path, **how: bool) -> os.stat_result:
        if folder in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **how)

    return looked


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_the_lock_of_another_writer_is_waited_for_and_told_of_once(
    watched: Watched, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = docs / "new.txt"
    path.write_text("A new rule.")
    pauses = []
    with monkeypatch.context() as locked:
        tried: list[float] = []

        def writer(**_: object) -> None:
            tried.append(watched.now)
            raise IndexLockedError("Another process is writing.")

        locked.setattr(watched.index, "writer", writer)
        told = watched.take(path)
        for _ in range(400):
            told += watched.take(wait=0.1)
        pauses = [round(later - earlier) for earlier, later in pairwise(tried)]
    assert told == ["waiting: Another process is writing. It is tried again."]
    assert pauses[:4] == [1, 2, 4, 8]
    assert set(pauses[4:]) == {8}
    assert watched.take(wait=8.0)[-1].startswith("1 added;")
    check(watched)


def test_what_happens_while_rounds_fail_is_not_lost(
    watched: Watched, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(watched.index, "writer", raising(StorageFullError("The disk is full.")))
        (docs / "one.txt").write_text("The first rule.")
        assert watched.take(docs / "one.txt") == ["error: The disk is full. It is tried again."]
        (docs / "two.txt").write_text("The second rule.")
        (docs / "휴가.md").unlink()
        assert watched.take(docs / "two.txt", docs / "휴가.md") == []
    watched.take(wait=8.0)
    check(watched)
    assert len(watched.sources()) == 3


def test_the_same_error_is_told_again_after_a_round_that_went_well(
    watched: Watched, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for name in ("one.txt", "two.txt"):
        with monkeypatch.context() as full:
            full.setattr(watched.index, "writer", raising(OSError("The drive is gone.")))
            (docs / name).write_text("A rule.")
            told += watched.take(docs / name)
        watched.take(wait=8.0)
    assert told == ["error: The drive is gone. It is tried again."] * 2


def test_an_interruption_ends_the_round_at_once(
    watched: Watched, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "new.txt").write_text("A new rule.")

    def interrupted(_: Loader, __: bytes, ___: str) -> LoadedDocument:
        raise KeyboardInterrupt

    monkeypatch.setattr(Loader, "load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        watched.take(docs / "new.txt")


def test_groups_are_given_to_what_comes_later_too(
    watch: Watch, docs: Path, index: InMemoryIndex
) -> None:
    watched = watch(groups=frozenset({"hr"}))
    watched.take(missed=True)
    (docs / "new.txt").write_text("A new rule.")
    watched.take(docs / "new.txt")
    assert [each.groups for each in index.fingerprints().values()] == [frozenset({"hr"})] * 3


def test_a_watch_opens_nothing_in_a_folder_that_others_closed_meanwhile(
    watched: Watched, docs: Path, index: InMemoryIndex
) -> None:
    watched.take(missed=True)
    with index.writer() as writer:
        writer.regroup(dict.fromkeys(index.fingerprints(), frozenset({"hr"})))
        writer.publish()
    (docs / "new.txt").write_text("A new rule.")
    told = watched.take(docs / "new.txt")
    assert len(told) == 1
    assert told[0].startswith("error: docs holds documents for groups (hr).")
    assert "docs/new.txt" not in index.fingerprints()


def test_tags_are_given_to_what_comes_later_too(
    watch: Watch, docs: Path, index: InMemoryIndex
) -> None:
    watched = watch(tags=frozenset({"인사"}))
    watched.take(missed=True)
    (docs / "new.txt").write_text("A new rule.")
    watched.take(docs / "new.txt")
    with index.snapshot() as snapshot:
        tags = [each.tags for each in snapshot.documents(limit=9).documents]
    assert tags == [frozenset({"인사"})] * 3
