"""Which files a walk finds, and that single files are held to the same rules."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.discovery import FoundFile, Reach, find_again, find_files, is_below


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for name in (
        "docs/규정.md",
        "docs/.hidden.md",
        "docs/.git/config.txt",
        "docs/team/plan.txt",
        "docs/team/.trash/old.txt",
        "docs/node_modules/kit/README.md",
        "docs/env/pyvenv.cfg",
        "docs/env/lib/notes.txt",
        "docs/data/index/store.sqlite3",
        "docs/data/index/lexical/terms.txt",
        "docs/data/uploads/uploads.of-the-service",
        "docs/data/uploads/0123456789abcdef0123456789abcdef",
        "outside/secret.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("글")
    (tmp_path / "docs/link.txt").symlink_to(tmp_path / "outside/secret.txt")
    (tmp_path / "docs/linked").symlink_to(tmp_path / "outside")
    return tmp_path / "docs"


def everything_below(folder: Path) -> list[FoundFile]:
    files = [*folder.rglob("*"), folder / "linked/secret.txt"]
    return [FoundFile(path, path.relative_to(folder.parent).as_posix()) for path in files]


@pytest.mark.parametrize(
    "roots",
    [
        lambda docs: [docs],
        lambda docs: [docs / "team", docs / "env"],
        lambda docs: [docs, docs / ".git"],
        lambda docs: [docs / "node_modules"],
        lambda docs: [docs / "규정.md"],
        lambda docs: [docs.parent],
    ],
)
def test_single_files_follow_the_rules_of_a_walk(
    docs: Path, roots: Callable[[Path], list[Path]]
) -> None:
    paths = roots(docs)
    walked = {file.source for file in find_files(paths, docs.parent)}
    again = {file.source for file in find_again(everything_below(docs), paths)}
    assert again == {source for source in walked if source.startswith("docs/")}
    assert again


def test_a_walk_finds_what_people_wrote(docs: Path) -> None:
    assert [file.source for file in find_files([docs], docs.parent)] == [
        "docs/규정.md",
        "docs/team/plan.txt",
    ]


def test_a_file_that_is_gone_is_reached_and_not_found_again(docs: Path) -> None:
    gone = docs / "team" / "gone.txt"
    assert Reach([docs]).finds(gone)
    assert list(find_again([FoundFile(gone, "docs/team/gone.txt")], [docs])) == []


def test_a_folder_that_cannot_be_listed_is_told_of(docs: Path) -> None:
    told: list[OSError] = []
    assert list(find_files([docs / "nowhere"], docs.parent, told.append)) == []
    assert [Path(error.filename).name for error in told] == ["nowhere"]


@pytest.mark.parametrize(
    ("source", "folder", "below"),
    [
        ("docs/a.md", "docs", True),
        ("docs/a.md", "docs/a.md", True),
        ("docs2/a.md", "docs", False),
        ("docs/a.md", ".", True),
        ("/elsewhere/a.md", ".", False),
        ("/elsewhere/a.md", "/elsewhere", True),
        ("/elsewhere/a.md", "/", True),
        ("uploads/a.md", ".", False),
        ("uploads/a.md", "uploads", False),
        ("uploads/a.md", "uploads/a.md", False),
        ("./uploads/a.md", "uploads", True),
        ("./uploads/a.md", ".", True),
        ("uploads2/a.md", ".", True),
    ],
)
def test_a_source_is_below_its_folders_only(
    tmp_path: Path, source: str, folder: str, below: bool
) -> None:
    assert is_below(source, tmp_path / folder, tmp_path) is below


def test_a_folder_of_yours_is_never_taken_for_what_was_handed_over(tmp_path: Path) -> None:
    for name in ("uploads/a.txt", "uploads2/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("글")
    found = [file.source for file in find_files([tmp_path], tmp_path)]
    assert found == ["./uploads/a.txt", "uploads2/b.txt"]
