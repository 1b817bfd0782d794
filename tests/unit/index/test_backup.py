"""Making a backup: what is in it, where it may land, and what a full disk leaves."""

import json
import os
import sqlite3
from pathlib import Path

import pytest
from filelock import FileLock

from index.embedded import backup
from index.embedded.archive import CHECKSUMS, HEADER, JOBS, STORE, ArchiveWriter
from index.embedded.backup import back_up
from index.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMissingError,
    IndexVersionError,
    SearchIndexError,
    StorageFullError,
)
from tests.backups import members_of, open_index, put
from tests.full_disk import full_disk


@pytest.fixture
def data(tmp_path: Path) -> Path:
    put(tmp_path / "data", "a.md", "b.md")
    return tmp_path / "data"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "month.backup"


def add_upload(data: Path, name: str, content: bytes = b"content") -> None:
    path = data / "uploads" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def add_jobs(data: Path, *keys: str) -> None:
    """Write a database of jobs that refer to these files."""
    with sqlite3.connect(data / JOBS) as jobs:
        jobs.execute("PRAGMA journal_mode = WAL")
        jobs.execute("CREATE TABLE IF NOT EXISTS files (key TEXT)")
        jobs.executemany("INSERT INTO files VALUES (?)", [(key,) for key in keys])
    jobs.close()


def keys_in(file: Path, tmp_path: Path) -> set[str]:
    place = tmp_path / "read.sqlite3"
    place.write_bytes(members_of(file)[JOBS])
    with sqlite3.connect(place) as jobs:
        return {row[0] for row in jobs.execute("SELECT key FROM files")}


def test_it_holds_the_store_the_jobs_and_the_uploads(data: Path, file: Path) -> None:
    add_upload(data, "k1", "첫째".encode())
    add_upload(data, "folder/k2")
    add_jobs(data, "k1", "folder/k2")

    report = back_up(data / "index", file)

    members = members_of(file)
    assert next(iter(members)) == HEADER
    assert set(members) == {HEADER, CHECKSUMS, STORE, JOBS, "uploads/k1", "uploads/folder/k2"}
    assert members["uploads/k1"] == "첫째".encode()
    assert (report.documents, report.uploads, report.revision) == (2, 2, 1)
    assert report.size_bytes == file.stat().st_size
    assert json.loads(members[HEADER])["embedder"] == "hashing:64"


def test_it_leaves_nothing_else_beside_the_file(data: Path, file: Path) -> None:
    back_up(data / "index", file)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_what_is_committed_and_not_yet_in_the_main_file_is_in_it(data: Path, file: Path) -> None:
    with open_index(data) as index, index.writer():
        with sqlite3.connect(data / "index" / STORE) as other:
            other.execute("UPDATE meta SET value = '7' WHERE key = 'revision'")
        assert (data / "index" / f"{STORE}-wal").stat().st_size > 0
        assert back_up(data / "index", file).revision == 7


def test_what_is_not_committed_is_not_in_it(data: Path, file: Path) -> None:
    with sqlite3.connect(data / "index" / STORE, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE meta SET value = '7' WHERE key = 'revision'")
        assert back_up(data / "index", file).revision == 1


def test_links_and_unfinished_uploads_are_left_out(data: Path, file: Path) -> None:
    add_upload(data, "k1")
    add_upload(data, "k2.part")
    (data / "uploads" / "link").symlink_to(data / "index" / STORE)
    back_up(data / "index", file)
    assert {name for name in members_of(file) if name.startswith("uploads/")} == {"uploads/k1"}


def test_a_file_that_comes_between_files_and_jobs_is_in_it(
    data: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_upload(data, "early")
    add_jobs(data, "early")
    copy, came = backup.copy_database, []

    def copy_a_moment_later(source: Path, target: Path) -> Path:
        if source.name == JOBS and not came:
            came.append("late")
            add_upload(data, "late")
            add_jobs(data, "late")
        return copy(source, target)

    monkeypatch.setattr(backup, "copy_database", copy_a_moment_later)
    back_up(data / "index", file)

    assert keys_in(file, tmp_path) == {"early", "late"}
    assert {"uploads/early", "uploads/late"} <= set(members_of(file))


def test_a_file_that_comes_and_goes_while_the_jobs_are_copied_is_not_missed(
    data: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_upload(data, "early")
    add_jobs(data, "early")
    copy, done = backup.copy_database, []

    def copy_between(source: Path, target: Path) -> Path:
        if source.name == JOBS and not done:
            done.append(True)
            add_upload(data, "short")
            add_jobs(data, "short")
            copied = copy(source, target)
            with sqlite3.connect(data / JOBS) as jobs:
                jobs.execute("DELETE FROM files WHERE key = 'short'")
            (data / "uploads" / "short").unlink()
            return copied
        return copy(source, target)

    monkeypatch.setattr(backup, "copy_database", copy_between)
    back_up(data / "index", file)

    assert keys_in(file, tmp_path) == {"early"}


def test_a_file_that_goes_while_it_is_copied_does_no_harm(
    data: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_upload(data, "a")
    add_upload(data, "z")
    add = ArchiveWriter.add

    def add_and_delete_another(self: ArchiveWriter, name: str, source: object) -> None:
        (data / "uploads" / "z").unlink(missing_ok=True)
        add(self, name, source)  # type: ignore[arg-type]

    monkeypatch.setattr(ArchiveWriter, "add", add_and_delete_another)
    back_up(data / "index", file)
    assert "uploads/a" in members_of(file)
    assert "uploads/z" not in members_of(file)


def test_the_last_backup_is_replaced_and_nothing_else_is(data: Path, file: Path) -> None:
    back_up(data / "index", file)
    back_up(data / "index", file)
    file.write_text("a letter to a friend")
    with pytest.raises(SearchIndexError, match="is no backup"):
        back_up(data / "index", file)
    assert file.read_text() == "a letter to a friend"


@pytest.mark.parametrize("place", ["index/x", "uploads/x"])
def test_it_may_not_land_in_what_it_copies(data: Path, place: str) -> None:
    (data / "uploads").mkdir()
    with pytest.raises(SearchIndexError, match="somewhere else"):
        back_up(data / "index", data / place)


def test_without_an_index_there_is_nothing_to_back_up(tmp_path: Path, file: Path) -> None:
    with pytest.raises(IndexMissingError, match="python -m ingest"):
        back_up(tmp_path / "nowhere" / "index", file)
    assert not file.exists()


def test_a_damaged_store_is_not_backed_up(data: Path, file: Path) -> None:
    path = data / "index" / STORE
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(1) * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(IndexDamagedError):
        back_up(data / "index", file)
    assert list(file.parent.iterdir()) == []


def test_a_store_of_an_unknown_format_is_not_backed_up(data: Path, file: Path) -> None:
    with sqlite3.connect(data / "index" / STORE) as store:
        store.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    with pytest.raises(IndexVersionError, match="99"):
        back_up(data / "index", file)


def test_one_backup_is_made_at_a_time(data: Path, file: Path) -> None:
    with FileLock(data / "index" / "backup.lock"), pytest.raises(IndexLockedError):
        back_up(data / "index", file)
    back_up(data / "index", file)


def test_what_a_killed_backup_left_is_removed(data: Path, file: Path) -> None:
    left = file.parent / f".{file.name}.abc.partial"
    left.mkdir()
    (left / STORE).write_bytes(b"half")
    back_up(data / "index", file)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_full_disk_leaves_the_last_backup_and_no_half_one(data: Path, file: Path) -> None:
    back_up(data / "index", file)
    before = file.read_bytes()
    with full_disk(40_000), pytest.raises(StorageFullError, match="space"):
        back_up(data / "index", file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
