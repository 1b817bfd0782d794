"""Restoring: what a restored index holds, what is refused, and what a crash leaves."""

import json
import shutil
import sqlite3
import stat
import zipfile
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from index.embedded import restore, swapping
from index.embedded.archive import CHECKSUMS, HEADER, JOBS, STORE
from index.embedded.archive_reading import Archive
from index.embedded.backup import back_up
from index.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexVersionError,
    SearchIndexError,
    StorageFullError,
)
from tests.backups import (
    Members,
    altered,
    altered_header,
    members_of,
    open_index,
    problems_of,
    put,
    sources_in,
    write_members,
)


class CrashError(BaseException):
    """Ends everything at once, as kill -9 does."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of one document with an upload and a job, made once."""
    data = tmp_path_factory.mktemp("made") / "data"
    put(data, "backed-up.md")
    (data / "uploads").mkdir()
    (data / "uploads" / "k1").write_bytes(b"as backed up")
    write_jobs(data, "as backed up")
    back_up(data / "index", data.parent / "made.backup")
    return data.parent / "made.backup"


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "a.backup"))


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that is further than the backup, made once."""
    data = tmp_path_factory.mktemp("present") / "data"
    put(data, "present.md")
    put(data, "present.md", "later.md")
    (data / "uploads").mkdir()
    (data / "uploads" / "k2").write_bytes(b"present")
    write_jobs(data, "present")
    return data


@pytest.fixture
def data(present: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(present, tmp_path / "data"))


def write_jobs(data: Path, state: str) -> None:
    with sqlite3.connect(data / JOBS) as jobs:
        jobs.execute("PRAGMA journal_mode = WAL")
        jobs.execute("CREATE TABLE jobs (state TEXT)")
        jobs.execute("INSERT INTO jobs VALUES (?)", (state,))
    jobs.close()


def state_of_jobs(data: Path) -> str:
    with sqlite3.connect(data / JOBS) as jobs:
        return str(jobs.execute("SELECT state FROM jobs").fetchone()[0])


def do_restore(data: Path, file: Path, *, replace: bool = True) -> None:
    with open_index(data) as index:
        index.restore(file, replace=replace)


def assert_restored(data: Path) -> None:
    with open_index(data) as index:
        assert sources_in(index) == {"backed-up.md"}
    assert problems_of(data) == []
    assert [path.name for path in (data / "uploads").iterdir()] == ["k1"]
    assert state_of_jobs(data) == "as backed up"
    assert not [path.name for path in data.iterdir() if path.name.startswith(".")]


def assert_untouched(data: Path) -> None:
    with open_index(data) as index:
        assert sources_in(index) == {"present.md", "later.md"}
    assert problems_of(data) == []
    assert [path.name for path in (data / "uploads").iterdir()] == ["k2"]
    assert state_of_jobs(data) == "present"


def test_on_an_empty_machine_everything_comes_back(tmp_path: Path, file: Path) -> None:
    do_restore(tmp_path / "new", file, replace=False)
    assert_restored(tmp_path / "new")


def test_an_index_that_is_there_is_not_replaced_unasked(data: Path, file: Path) -> None:
    with pytest.raises(SearchIndexError, match="--replace"):
        do_restore(data, file, replace=False)
    assert_untouched(data)


def test_uploads_without_an_index_are_not_replaced_unasked(tmp_path: Path, file: Path) -> None:
    (tmp_path / "data" / "uploads").mkdir(parents=True)
    (tmp_path / "data" / "uploads" / "k3").touch()
    with pytest.raises(SearchIndexError, match="uploads exists already"):
        do_restore(tmp_path / "data", file, replace=False)


def test_when_asked_the_index_is_replaced(data: Path, file: Path) -> None:
    do_restore(data, file)
    assert_restored(data)


def test_revisions_never_go_back(data: Path, file: Path) -> None:
    with open_index(data) as index:
        before = index.status().revision
        index.restore(file, replace=True)
        assert index.status().revision == before + 1


def test_a_damaged_index_can_be_replaced(data: Path, file: Path) -> None:
    (data / "index" / STORE).write_bytes(b"not a database" * 1000)
    do_restore(data, file)
    assert_restored(data)


def test_an_open_reader_goes_on_with_the_restored_index(data: Path, file: Path) -> None:
    with open_index(data) as reader:
        old = reader.snapshot()
        assert sources_in(reader) == {"present.md", "later.md"}
        do_restore(data, file)
        assert sources_in(reader) == {"backed-up.md"}
        with reader.snapshot() as snapshot:
            assert snapshot.search_lexical("backed-up.md", 5)
            assert not snapshot.search_lexical("later.md", 5)
            assert snapshot.followed == (snapshot.revision, snapshot.revision)
        with old:
            assert old.documents(limit=5).total == 2
        put(data, "after.md")
        assert sources_in(reader) == {"backed-up.md", "after.md"}


def test_a_reader_that_found_no_index_finds_the_restored_one(tmp_path: Path, file: Path) -> None:
    with open_index(tmp_path / "data") as reader:
        with pytest.raises(SearchIndexError):
            reader.snapshot()
        do_restore(tmp_path / "data", file)
        assert sources_in(reader) == {"backed-up.md"}


def test_jobs_are_restored_beneath_a_connection_that_is_open(data: Path, file: Path) -> None:
    service = sqlite3.connect(data / JOBS, isolation_level=None)
    assert service.execute("SELECT state FROM jobs").fetchone() == ("present",)
    do_restore(data, file)
    assert service.execute("SELECT state FROM jobs").fetchone() == ("as backed up",)
    service.execute("UPDATE jobs SET state = 'done'")
    service.close()
    assert state_of_jobs(data) == "done"


def test_nothing_is_restored_while_somebody_writes(data: Path, file: Path) -> None:
    locked = pytest.raises(IndexLockedError, match="Another process is writing")
    with open_index(data) as index, index.writer(), locked:
        do_restore(data, file)
    assert_untouched(data)


def test_another_embedder_is_named_with_what_to_set(data: Path, file: Path) -> None:
    altered_header(file, embedder="bundled:multilingual-e5-small", dimension=384)
    with pytest.raises(IndexMismatchError, match="Set MUREUM_EMBEDDER to bundled and"):
        do_restore(data, file)
    altered_header(file, embedder="folder:my-model@abc")
    with pytest.raises(IndexMismatchError, match="to the folder of the model my-model and"):
        do_restore(data, file)
    altered_header(file, embedder="team/model@abc")
    with pytest.raises(IndexMismatchError, match="to team/model and"):
        do_restore(data, file)
    assert_untouched(data)


def test_a_newer_backup_names_its_format(data: Path, file: Path) -> None:
    altered_header(file, store_format="99")
    with pytest.raises(IndexVersionError, match="99"):
        do_restore(data, file)
    altered_header(file, format=7)
    with pytest.raises(IndexVersionError, match="format 7"):
        do_restore(data, file)
    assert_untouched(data)


def test_a_disk_without_room_is_noticed_before_anything_is_unpacked(
    data: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")(1000)
    monkeypatch.setattr(restore.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StorageFullError, match="room"):
        do_restore(data, file)
    assert_untouched(data)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.9999])
def test_a_truncated_backup_is_refused(data: Path, file: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SearchIndexError, match=r"a\.backup is (damaged|no backup)"):
        do_restore(data, file)
    assert_untouched(data)


def test_every_byte_of_a_backup_counts(file: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    before = members_of(file)
    refused = 0
    for place in range(7, len(content), len(content) // 40):
        broken = bytearray(content)
        broken[place] ^= 0xFF
        file.write_bytes(broken)
        try:
            do_restore(tmp_path / "data", file)
        except SearchIndexError:
            refused += 1
        else:  # a byte that means nothing, as of the date of a member
            assert members_of(file) == before
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
    assert refused >= 30


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a letter to a friend", b"\0" * 5000])
def test_a_foreign_file_is_refused(data: Path, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SearchIndexError, match="is no backup made by"):
        do_restore(data, file)
    assert_untouched(data)


def test_an_archive_of_something_else_is_refused(data: Path, file: Path) -> None:
    write_members(file, {"letter.txt": b"Dear friend"})
    with pytest.raises(SearchIndexError, match="is no backup made by"):
        do_restore(data, file)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "uploads/../../outside",
        "uploads/../outside",
        "/etc/outside",
        "uploads//outside",
        "uploads/",
        "uploads",
        "uploads/.",
        "uploads/a\\..\\outside",
        "uploads/c:outside",
        "uploads/new\nline",
        f"uploads/{'x' * 300}",
        "index/manifest.json",
        "store.sqlite3-wal",
        "other.txt",
    ],
)
def test_a_member_with_a_name_that_no_backup_has_is_refused(
    file: Path, tmp_path: Path, name: str
) -> None:
    altered(file, lambda members: members.update({name: b"content"}))
    with pytest.raises(IndexDamagedError, match="a member that no backup has"):
        do_restore(tmp_path / "data", file)
    assert {path.name for path in tmp_path.rglob("*")} == {file.name}


def rewritten(file: Path, change: Callable[[zipfile.ZipInfo], None]) -> None:
    """Write a backup again with other properties of its upload, and the same content."""
    members = members_of(file)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            if name == "uploads/k1":
                change(info)
            archive.writestr(info, content)


def as_link(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def as_device(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFCHR | 0o777) << 16


def as_compressed_otherwise(info: zipfile.ZipInfo) -> None:
    info.compress_type = zipfile.ZIP_LZMA


@pytest.mark.parametrize("change", [as_link, as_device, as_compressed_otherwise])
def test_links_devices_and_members_of_other_compressions_are_refused(
    data: Path, file: Path, change: Callable[[zipfile.ZipInfo], None]
) -> None:
    rewritten(file, change)
    with pytest.raises(IndexDamagedError, match="a member that no backup has"):
        do_restore(data, file)
    assert_untouched(data)


def bomb(file: Path, declared_bytes: int) -> None:
    """Let an upload of a backup be 50 MB of zeros in 50 kB, whose size is said to be another."""
    members = members_of(file)
    record = {"size_bytes": declared_bytes, "sha256": "0" * 64}
    sums = {**json.loads(members[CHECKSUMS]), "uploads/k1": record}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in {**members, CHECKSUMS: json.dumps(sums).encode()}.items():
            if name != "uploads/k1":
                archive.writestr(zipfile.ZipInfo(name), content)
        archive.writestr("uploads/k1", bytes(50_000_000), zipfile.ZIP_DEFLATED)
        archive.infolist()[-1].file_size = declared_bytes


def test_a_bomb_unpacks_to_no_more_than_it_declares(
    data: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb(file, declared_bytes=1000)
    unpacked = []
    unpack = Archive.unpack

    def noted(self: Archive, name: str, place: Path) -> None:
        try:
            unpack(self, name, place)
        finally:
            unpacked.append((name, place.stat().st_size))

    monkeypatch.setattr(Archive, "unpack", noted)
    with pytest.raises(IndexDamagedError, match="uploads/k1"):
        do_restore(data, file)
    assert dict(unpacked)["uploads/k1"] <= 1000
    assert_untouched(data)


def test_a_bomb_that_declares_itself_needs_the_room(data: Path, file: Path) -> None:
    bomb(file, declared_bytes=1 << 60)
    with pytest.raises(StorageFullError, match="room"):
        do_restore(data, file)
    assert_untouched(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(data: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(zipfile.ZipInfo(STORE), b"another")
    with pytest.raises(IndexDamagedError, match="a member that no backup has"):
        do_restore(data, file)
    assert_untouched(data)


def test_a_member_that_is_not_listed_is_refused(data: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(zipfile.ZipInfo("uploads/k9"), b"another")
    with pytest.raises(IndexDamagedError, match="not those that it lists"):
        do_restore(data, file)
    assert_untouched(data)


def test_content_that_differs_from_its_checksum_is_refused(data: Path, file: Path) -> None:
    members = members_of(file)
    write_members(file, {**members, "uploads/k1": b"as hacked up"})
    with pytest.raises(IndexDamagedError, match="uploads/k1 differs from its checksum"):
        do_restore(data, file)
    assert_untouched(data)


@pytest.mark.parametrize("name", [HEADER, CHECKSUMS])
@pytest.mark.parametrize("content", [b"[]", b"{", b"{}", b"[" * 100_000, b"\xff", b'{"a": 1}'])
def test_descriptions_that_cannot_be_understood_are_refused(
    file: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    members = members_of(file)
    write_members(file, {**members, name: content})
    with pytest.raises(IndexDamagedError, match="is damaged"):
        do_restore(tmp_path / "data", file)
    assert {path.name for path in tmp_path.rglob("*")} == {file.name}


def without_store(members: Members) -> None:
    del members[STORE]


def with_another_database(members: Members) -> None:
    members[STORE] = b"not a database" * 1000


def with_broken_jobs(members: Members) -> None:
    members[JOBS] = b"not a database" * 1000


@pytest.mark.parametrize("alter", [without_store, with_another_database, with_broken_jobs])
def test_databases_that_are_none_are_refused(
    data: Path, file: Path, alter: Callable[[Members], None]
) -> None:
    altered(file, alter)
    with pytest.raises(SearchIndexError):
        do_restore(data, file)
    assert_untouched(data)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER trap AFTER INSERT ON documents BEGIN DELETE FROM documents; END",
        "CREATE VIEW trap AS SELECT * FROM documents",
        "CREATE TABLE trap (content TEXT)",
        "DELETE FROM embeddings",
        "UPDATE children SET text = text || '!'",
        "UPDATE meta SET value = '12' WHERE key = 'dimension'",
    ],
)
def test_a_store_that_is_not_as_ours_is_refused(
    data: Path, file: Path, tmp_path: Path, statement: str
) -> None:
    place = tmp_path / "altered.sqlite3"

    def alter(members: Members) -> None:
        place.write_bytes(members[STORE])
        with sqlite3.connect(place) as store:
            store.execute(statement)
        store.close()
        members[STORE] = place.read_bytes()

    altered(file, alter)
    with pytest.raises(IndexDamagedError, match="is damaged"):
        do_restore(data, file)
    assert_untouched(data)


def crash_at(step: int, monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]) -> None:
    """Do some work that ends at the n-th change of a name of the exchange, before it is made."""
    rename, steps = Path.rename, iter(range(100))

    def rename_or_crash(self: Path, target: Path) -> Path:
        if next(steps) == step:
            raise CrashError
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(swapping.Path, "rename", rename_or_crash)
        with pytest.raises(CrashError):
            work()


def test_a_crash_before_the_decision_leaves_the_old_index(
    data: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_at(0, monkeypatch, lambda: do_restore(data, file))
    assert_untouched(data)
    do_restore(data, file)
    assert_restored(data)


@pytest.mark.parametrize(
    ("step", "opener"),
    [
        (1, "reader"),
        (2, "reader"),
        (3, "reader"),
        (4, "reader"),
        (4, "writer"),
        (4, "doctor"),
        (4, "backup"),
        (4, "restore"),
    ],
)
def test_after_the_decision_whoever_comes_next_finishes(
    data: Path, file: Path, monkeypatch: pytest.MonkeyPatch, step: int, opener: str
) -> None:
    crash_at(step, monkeypatch, lambda: do_restore(data, file))
    if opener == "backup":
        assert back_up(data / "index", data.parent / "next.backup").documents == 1
    with open_index(data) as index:
        if opener == "writer":
            index.writer().close()
        if opener == "doctor":
            assert [finding.message for finding in index.examine() if finding.problem] == []
        if opener == "restore":
            index.restore(file, replace=True)
    assert_restored(data)


def test_a_decided_restore_waits_for_whoever_writes(
    data: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_at(3, monkeypatch, lambda: do_restore(data, file))
    with (
        swapping.FileLock(data / "index" / swapping.WRITER_LOCK),
        open_index(data) as index,
    ):
        assert sources_in(index) == {"present.md", "later.md"}
        with pytest.raises(IndexLockedError):
            index.writer()
    assert_restored(data)
