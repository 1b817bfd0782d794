"""What a person and a script are told of documents that say nearly the same."""

import io

from rich.console import Console

from index.models import SimilarGroup
from ingest.report import FileReport, Outcome, RunReport, touched
from ingest.terminal import print_report, print_similar


def printed(*groups: SimilarGroup) -> list[str]:
    console = Console(file=io.StringIO(), width=200)
    print_similar(groups, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def group(source: str, copies: int = 0, similar: int = 0) -> SimilarGroup:
    return SimilarGroup(
        source,
        tuple(f"copy {n} of {source}" for n in range(copies)),
        tuple(f"version {n} of {source}" for n in range(similar)),
    )


def test_a_group_is_told_in_one_line_with_some_of_its_names() -> None:
    (line,) = printed(group("handbook.md", copies=1, similar=2))
    said, names = line.split(": ")
    assert said == "3 documents say nearly the same as handbook.md, 1 of them a copy"
    assert names == "copy 0 of handbook.md, version 0 of handbook.md, version 1 of handbook.md"
    (line,) = printed(group("handbook.md", similar=5))
    assert line.startswith("5 documents say nearly the same as handbook.md: version 0")
    assert line.endswith("version 2 of handbook.md and 2 more")


def test_copies_alone_are_called_copies() -> None:
    assert printed(group("a.md", copies=1)) == ["1 document is a copy of a.md: copy 0 of a.md"]
    assert printed(group("a.md", copies=2))[0].startswith("2 documents are copies of a.md: ")
    assert printed(group("a.md", similar=1))[0].startswith(
        "1 document says nearly the same as a.md: "
    )


def test_names_are_shown_as_they_are() -> None:
    assert printed(group("[red]a.md", copies=1))[0].startswith("1 document is a copy of [red]a.md")


def test_twenty_groups_are_shown_and_the_rest_is_counted() -> None:
    lines = printed(*(group(f"{number}.md", copies=2) for number in range(25)))
    assert len(lines) == 21
    assert lines[-1] == "and 5 more groups with 10 documents"
    assert len(printed(*(group(f"{number}.md", copies=2) for number in range(20)))) == 20
    assert printed() == []


def test_a_run_tells_of_the_groups_that_it_touched() -> None:
    files = [FileReport("new.md", Outcome.ADDED), FileReport("old.md", Outcome.UNCHANGED)]
    new = SimilarGroup("handbook.md", (), ("new.md",))
    old = SimilarGroup("old.md", ("copy of old.md",), ())
    assert touched([old, new], files) == [new]
    assert touched([SimilarGroup("new.md", (), ("old.md",))], files)
    report = RunReport(files, 1.0, 2, dry=False, similar=(new,))
    assert report.as_json()["similar"] == [
        {"source": "handbook.md", "copies": (), "similar": ("new.md",)}
    ]
    console = Console(file=io.StringIO(), width=200)
    print_report(report, console)
    assert isinstance(console.file, io.StringIO)
    assert "1 document says nearly the same as handbook.md: new.md" in console.file.getvalue()
