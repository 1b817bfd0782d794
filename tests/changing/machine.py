"""Rules by which folder, uploads and index may change, and what holds whenever all is done."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from index.uploads.examination import examine_uploads
from index.uploads.models import Job
from tests.changing.equality import (
    held,
    meanings_found,
    same_scores,
    wait_for_followers,
    words_found,
)
from tests.changing.expected import Expected, Stored, Tags, Wanted, source_of
from tests.changing.folder import PARAGRAPHS, PATHS, content_of
from tests.changing.fresh import build
from tests.changing.world import World

Item = TypeVar("Item")

TEXTS = st.lists(st.integers(0, len(PARAGRAPHS) - 1), min_size=1, max_size=8)
TAGS = st.frozensets(st.sampled_from(["인사", "public"]), max_size=2)
NUMBERS = st.integers(0, 11)
MOMENTS = st.none() | st.integers(1, 25)
UPLOAD_NAMES = st.sampled_from(["guide.md", "안내.txt", "guide.txt", "page.html"])
NO_TAGS: Tags = frozenset()

_QUICK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - mkdtemp makes the name


class AnySequence(RuleBasedStateMachine):
    """What people and programs do in any order, each program killed at any moment."""

    rounding = 1e-3

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(prefix="mureum-test-", dir=_QUICK))
        self.world = World(self.base)
        self.folder = self.world.folder
        self.expected = Expected()
        self.numbers = itertools.count()

    @rule(name=st.sampled_from(PATHS), paragraphs=TEXTS)
    def write(self, name: str, paragraphs: list[int]) -> None:
        self.folder.write(name, paragraphs)

    @precondition(lambda self: self.folder.files())
    @rule(number=NUMBERS, name=st.sampled_from(PATHS), move=st.booleans())
    def copy_or_move(self, number: int, name: str, move: bool) -> None:
        old = _one(self.folder.files(), number)
        new = str(Path(name).with_suffix(Path(old).suffix))
        (self.folder.move if move else self.folder.copy)(old, new)

    @precondition(lambda self: self.folder.folders())
    @rule(number=NUMBERS, new=st.sampled_from(["old", "부서", "old/부서"]))
    def move_folder(self, number: int, new: str) -> None:
        old = _one(self.folder.folders(), number)
        if not (self.folder.root / new).exists() and not new.startswith(f"{old}/"):
            self.folder.move_folder(old, new)

    @precondition(lambda self: self.folder.files())
    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        self.folder.delete(_one([*self.folder.files(), *self.folder.folders()], number))

    @rule(number=NUMBERS, tags=TAGS, prune=st.booleans(), moment=MOMENTS)
    def ingest(self, number: int, tags: Tags, prune: bool, moment: int | None) -> None:
        path = self.folder.root / _one(["", *self.folder.folders(), *self.folder.files()], number)
        self._ingest(path, tags, prune=prune, moment=moment)

    @rule(missed=st.booleans(), moment=MOMENTS)
    def watch(self, missed: bool, moment: int | None) -> None:
        """Events alone do not tell of what was ingested and deleted between two rounds."""
        after = self._after_run(self.folder.root, NO_TAGS, prune=True)
        exact = missed or not self.world.is_watching
        self._do(lambda: self.world.watch(missed=missed), after, moment, exact=exact)

    @rule(moment=MOMENTS)
    def repair(self, moment: int | None) -> None:
        self._do(self.world.repair, self.expected.stored, moment)

    @rule(lost=st.sampled_from(["lexical", "manifest.json", "dense-*.faiss", "lexical/*.term"]))
    def lose_followers(self, lost: str) -> None:
        self.world.lose(lost)

    @rule()
    def lose_index(self) -> None:
        self.world.lose_index()
        self.expected.stored = {}

    @rule()
    def upgrade(self) -> None:
        self.world.upgrade()

    @precondition(lambda self: self.world.has_index)
    @rule()
    def keep_followers(self) -> None:
        self.world.keep_followers()

    @precondition(lambda self: self.world.has_kept_followers)
    @rule()
    def set_followers_back(self) -> None:
        self.world.set_followers_back()

    @rule(name=UPLOAD_NAMES | st.just("scan.pdf"), paragraphs=TEXTS, tags=TAGS, moment=MOMENTS)
    def hand_over(self, name: str, paragraphs: list[int], tags: Tags, moment: int | None) -> None:
        content = content_of(name, paragraphs)

        def add() -> None:
            self.world.queue.add(self.world.received(content), name, tags)

        if job := self._wish(add, moment):
            self.expected.handed_over(job.document_id, Wanted(job.source, name, content, tags))

    @precondition(lambda self: self.expected.uploads)
    @rule(number=NUMBERS, name=UPLOAD_NAMES, paragraphs=TEXTS, moment=MOMENTS)
    def replace(self, number: int, name: str, paragraphs: list[int], moment: int | None) -> None:
        document_id = _one(sorted(self.expected.uploads), number)
        content = content_of(name, paragraphs)

        def replace() -> None:
            received = self.world.received(content)
            self.world.queue.replace(document_id, received, name)

        if self._wish(replace, moment):
            self.expected.replaced(document_id, name, content)

    @precondition(lambda self: self.expected.uploads)
    @rule(number=NUMBERS, moment=MOMENTS)
    def remove(self, number: int, moment: int | None) -> None:
        document_id = _one(sorted(self.expected.uploads), number)
        if self._wish(lambda: self.world.queue.remove(document_id), moment):
            del self.expected.uploads[document_id]

    @precondition(lambda self: self.expected.uploads)
    @rule(number=NUMBERS)
    def retry(self, number: int) -> None:
        self.world.queue.retry(_one(sorted(self.expected.uploads), number))

    @rule(moment=MOMENTS)
    def work(self, moment: int | None) -> None:
        self._do(self.world.work, self.expected.after_work(), moment)

    @rule()
    def settle(self) -> None:
        """Do all that is to be done; then there is nothing to do, and all is as if made afresh."""
        self._finish()
        revision = self.world.index.status().revision
        self._finish()
        assert self.world.index.status().revision == revision
        assert self.world.unowned_files() == set()
        self._compare(self.base / f"fresh-{next(self.numbers)}")

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.world.close()
            shutil.rmtree(self.base, ignore_errors=True)

    def _finish(self) -> None:
        self._ingest(self.folder.root, NO_TAGS, prune=True)
        self._do(self.world.work, self.expected.after_work())

    def _compare(self, folder: Path) -> None:
        files = [self.folder.root / name for name in self.folder.files()]
        with self.world.index_in(folder) as fresh:
            build(fresh, files, self.base, self.expected, self.world.reading)
            assert held(self.world.data / "index") == held(folder)
            for index in (self.world.index, self.world.reader):
                wait_for_followers(index)
                assert words_found(index) == words_found(fresh)
                same_scores(meanings_found(index), meanings_found(fresh), self.rounding)
        index = self.world.index
        findings = [*index.examine(), *examine_uploads(self.world.queue, index)]
        assert [finding for finding in findings if finding.problem] == []

    def _ingest(self, path: Path, tags: Tags, *, prune: bool, moment: int | None = None) -> None:
        after = self._after_run(path, tags, prune=prune)
        self._do(lambda: self.world.run([path], tags, prune=prune), after, moment)

    def _after_run(self, path: Path, tags: Tags, *, prune: bool) -> Stored:
        present = [source_of(self.folder.root / n, self.base) for n in self.folder.files()]
        return self.expected.after_run(present, source_of(path, self.base), tags, prune=prune)

    def _do(
        self,
        work: Callable[[], object],
        after: Stored,
        moment: int | None = None,
        *,
        exact: bool = True,
    ) -> None:
        """Do some work; where it was killed, each document is what it was or what it should be."""
        before = self.expected.stored
        killed = self.world.killed(work, moment)
        now = self.world.stored
        if exact and not killed:
            assert now == after
        for source in before.keys() | after.keys() | now.keys():
            assert now.get(source) in (before.get(source), after.get(source))
        self.expected.stored = now

    def _wish(self, wish: Callable[[], object], moment: int | None) -> Job | None:
        """Return the job of a wish, unless a kill came before there was one."""
        before = self.world.newest_job()
        killed = self.world.killed(wish, moment)
        newest = self.world.newest_job()
        assert killed or newest != before
        return newest if newest != before else None


def _one(choices: Sequence[Item], number: int) -> Item:
    return choices[number % len(choices)]
