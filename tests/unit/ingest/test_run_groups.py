"""Who may read what a run reads: groups that are given, kept, taken away, and never forgotten."""

from pathlib import Path

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.groups import Groups
from index.memory import InMemoryIndex
from index.models import Filters
from ingest.errors import GroupsMissingError
from ingest.reading import ReadingOptions
from ingest.report import Outcome, RunReport
from ingest.run import RunOptions, ingest

HR, LEGAL, PUBLIC = frozenset({"hr"}), frozenset({"legal"}), frozenset[str]()


class Desk:
    """A folder with two documents, and an index in memory."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
        self.write("hr/pay.txt", "연봉은 비밀이다.")
        self.write("hr/old/leave.txt", "연차는 15일이다.")

    def write(self, name: str, text: str | bytes) -> None:
        path = self.base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def run(self, *names: str, groups: Groups | None = None, **options: object) -> RunReport:
        paths = [self.base / name for name in names or ("hr",)]
        reading = ReadingOptions(isolation=None)
        chosen = RunOptions(paths, self.base, groups=groups, reading=reading, **options)  # type: ignore[arg-type]
        return ingest(self.index, chosen, lambda _: None)

    @property
    def groups(self) -> dict[str, Groups]:
        return {source: each.groups for source, each in self.index.fingerprints().items()}

    def seen(self, *groups: str) -> set[str]:
        filters = Filters(groups=frozenset(groups))
        with self.index.snapshot() as snapshot:
            return {r.source for r in snapshot.documents(limit=100, filters=filters).documents}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def outcomes(report: RunReport) -> dict[str, Outcome]:
    return {file.source: file.outcome for file in report.files}


def test_groups_are_given_to_all_documents_below_the_path(desk: Desk) -> None:
    desk.run(groups=HR | LEGAL)
    assert set(desk.groups.values()) == {HR | LEGAL}
    assert desk.seen() == desk.seen("sales") == set()
    assert desk.seen("legal") == {"hr/pay.txt", "hr/old/leave.txt"}


def test_without_groups_in_the_index_nothing_has_to_be_said(desk: Desk) -> None:
    desk.run()
    desk.write("hr/new.txt", "새 글")
    assert desk.run().count(Outcome.ADDED) == 1
    assert set(desk.groups.values()) == {PUBLIC}


def test_other_groups_change_documents_without_reading_or_embedding_them(desk: Desk) -> None:
    desk.run()
    report = desk.run(groups=HR)
    assert outcomes(report) == {
        "hr/pay.txt": Outcome.CHANGED,
        "hr/old/leave.txt": Outcome.CHANGED,
    }
    assert report.embedded == 0
    assert set(desk.groups.values()) == {HR}
    assert desk.run(groups=HR).count(Outcome.UNCHANGED) == 2


@pytest.mark.parametrize("path", ["hr", "hr/old", "hr/new", "hr/new/more.txt", "hr/more.txt"])
def test_what_would_be_open_to_everybody_unasked_is_refused_before_anything_is_done(
    desk: Desk, path: str
) -> None:
    desk.run(groups=HR)
    desk.write("hr/new/more.txt", "새 글")
    desk.write("hr/more.txt", "새 글")
    before, revision = desk.groups, desk.index.status().revision
    with pytest.raises(GroupsMissingError, match=r"\(hr\)\. .*--group NAME.*--public"):
        desk.run(path, prune=True, rebuild=True)
    assert (desk.groups, desk.index.status().revision) == (before, revision)


def test_a_dry_run_is_refused_too(desk: Desk) -> None:
    desk.run(groups=HR)
    with pytest.raises(GroupsMissingError):
        desk.run(dry_run=True)


def test_other_folders_and_known_files_need_no_word(desk: Desk) -> None:
    desk.write("handbook/a.txt", "모두가 읽는다.")
    desk.write("note.txt", "메모")
    desk.run("handbook")
    desk.run(groups=HR)
    desk.write("hr/pay.txt", "연봉은 여전히 비밀이다.")
    desk.write("handbook/b.txt", "이것도 모두가 읽는다.")
    assert desk.run("handbook", "hr/pay.txt", "note.txt").count(Outcome.ADDED) == 2
    assert desk.seen() == {"handbook/a.txt", "handbook/b.txt", "note.txt"}
    assert desk.groups["hr/pay.txt"] == HR


def test_everybody_may_read_what_is_made_public(desk: Desk) -> None:
    desk.run(groups=HR)
    desk.run(groups=PUBLIC)
    assert desk.seen() == {"hr/pay.txt", "hr/old/leave.txt"}
    assert desk.run().count(Outcome.UNCHANGED) == 2


def test_a_document_whose_file_is_broken_or_gone_is_closed_as_well(desk: Desk) -> None:
    desk.run()
    desk.write("hr/pay.txt", b"\0\0\0 no text \0")
    (desk.base / "hr/old/leave.txt").unlink()
    assert desk.run(groups=HR).count(Outcome.FAILED) == 1
    assert desk.groups == {"hr/pay.txt": HR, "hr/old/leave.txt": HR}
    assert desk.seen() == set()


def test_documents_beside_the_path_keep_what_they_carry(desk: Desk) -> None:
    desk.run()
    desk.run("hr/old", groups=HR)
    assert desk.groups == {"hr/pay.txt": PUBLIC, "hr/old/leave.txt": HR}


def test_a_dry_run_changes_no_groups_and_tells_what_would_change(desk: Desk) -> None:
    desk.run()
    assert desk.run(groups=HR, dry_run=True).count(Outcome.CHANGED) == 2
    assert set(desk.groups.values()) == {PUBLIC}


def test_an_edited_file_gets_the_new_groups_in_the_same_run(desk: Desk) -> None:
    desk.run(groups=HR)
    desk.write("hr/pay.txt", "연봉은 더 이상 비밀이 아니다.")
    assert desk.run(groups=LEGAL).count(Outcome.CHANGED) == 2
    assert set(desk.groups.values()) == {LEGAL}
