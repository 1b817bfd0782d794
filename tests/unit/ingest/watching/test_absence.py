"""A folder that is away keeps its documents."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.watching.absence import absence
from tests.unit.ingest.watching.conftest import Watched

Watch = Callable[..., Watched]


@pytest.fixture
def share(docs: Path) -> Path:
    """A folder with more documents than anybody would delete by mistake without notice."""
    for number in range(11):
        (docs / "team" / f"{number}.txt").write_text(f"Rule {number} of the team.")
    return docs


@pytest.fixture
def watched(share: Path, watch: Watch) -> Watched:
    made = watch(share)
    made.take(missed=True)
    return made


def test_a_folder_that_vanished_keeps_its_documents(watched: Watched, share: Path) -> None:
    before = watched.sources()
    share.rename(share.with_name("unmounted"))
    told = watched.take(share, share / "team", missed=True)
    assert [line.split(": ")[0] for line in told] == ["warning"]
    assert "cannot be listed" in told[0]
    assert watched.sources() == before
    assert watched.take(missed=True) == []


def test_a_folder_that_is_suddenly_empty_keeps_its_documents(watched: Watched, share: Path) -> None:
    before = watched.sources()
    shutil.move(share / "team", share.parent / "away")
    (share / "휴가.md").unlink()
    told = watched.take(share / "team", share / "휴가.md")
    assert told == [f"warning: {share}: it is empty all at once. Its documents are kept."]
    assert watched.sources() == before
    assert watched.take(missed=True) == []


def test_what_was_deleted_while_a_folder_was_away_is_removed_when_it_is_back(
    watched: Watched, share: Path
) -> None:
    away = share.with_name("unmounted")
    share.rename(away)
    watched.take(missed=True)
    (away / "휴가.md").unlink()
    away.rename(share)
    assert watched.take(missed=True)[0].startswith("1 removed;")
    assert len(watched.sources()) == 12


def test_a_folder_that_goes_away_twice_is_told_of_twice(watched: Watched, share: Path) -> None:
    away = share.with_name("unmounted")
    told = []
    for _ in range(2):
        share.rename(away)
        told += watched.take(missed=True)
        away.rename(share)
        watched.take(missed=True)
        told += watched.take(missed=True)
    assert len(told) == 2


def test_a_watch_that_begins_with_an_empty_mount_point_keeps_the_documents(
    watched: Watched, share: Path, watch: Watch
) -> None:
    before = watched.sources()
    share.rename(share.with_name("unmounted"))
    share.mkdir()
    told = watch(share).take(missed=True)
    assert told[0].startswith("warning:")
    assert watched.sources() == before


def test_a_small_folder_may_be_emptied(watch: Watch, docs: Path) -> None:
    watched = watch()
    watched.take(missed=True)
    shutil.rmtree(docs / "team")
    (docs / "휴가.md").unlink()
    assert watched.take(docs / "team", docs / "휴가.md")[0].startswith("2 removed;")
    assert watched.sources() == []


def test_one_of_two_folders_may_be_away(share: Path, watch: Watch) -> None:
    other = share.parent / "other"
    other.mkdir()
    (other / "a.txt").write_text("Another team's rule.")
    both = watch(share, other)
    both.take(missed=True)
    share.rename(share.with_name("unmounted"))
    (other / "a.txt").unlink()
    told = both.take(missed=True)
    assert [line.split()[0] for line in told] == ["warning:", "1"]
    assert (len(both.sources()), "other/a.txt" in both.sources()) == (13, False)


def test_a_folder_that_cannot_be_listed_keeps_its_documents(
    watched: Watched, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = watched.sources()
    with monkeypatch.context() as broken:
        make_unlistable(share / "team", broken)
        told = watched.take(missed=True)
    error = f"{share / 'team'} cannot be listed (Input/output error)"
    assert told == [f"warning: {error}. Its documents are kept."]
    assert watched.sources() == before


def make_unlistable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def listed(path: str) -> object:
        if str(path) == str(folder):
            raise OSError(5, "Input/output error", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listed)


@pytest.mark.parametrize(("stored", "kept"), [(10, False), (11, True)])
def test_few_documents_are_soon_read_again(tmp_path: Path, stored: int, kept: bool) -> None:
    (tmp_path / "docs").mkdir()
    sources = [f"docs/{number}.txt" for number in range(stored)] + ["other/a.txt"]
    assert (absence(tmp_path / "docs", tmp_path, sources) is not None) is kept
