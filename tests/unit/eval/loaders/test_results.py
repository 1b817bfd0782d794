"""Rows by format, and what is asked of them."""

import json
import math
from io import StringIO

from rich.console import Console

from eval.loaders.fidelity import LOST, Fidelity
from eval.loaders.reading import FileOutcome
from eval.loaders.results import LoadersResult, ReadFile
from eval.loaders.table import print_loaders

GOOD, POOR = Fidelity(1.0, 1.0), Fidelity(0.8, 0.7)


def read(
    source: str, fidelity: Fidelity | None = None, *, ended: str = "ingested", seconds: float = 1.0
) -> ReadFile:
    outcome = FileOutcome(ended, seconds, message="" if ended == "ingested" else f"{source}!")
    return ReadFile(source, source.rpartition(".")[2], outcome, "Docling", fidelity)


def shown(result: LoadersResult) -> str:
    printed = StringIO()
    print_loaders(result, Console(width=120, file=printed))
    return printed.getvalue()


def test_files_are_counted_by_format_and_by_how_they_ended() -> None:
    files = [
        read("b.pdf", ended="encrypted"),
        read("a.pdf", seconds=2.0),
        read("c.pdf", ended="crash", seconds=0.5),
        read("a.doc", ended="unsupported"),
    ]
    result = LoadersResult(files)
    formats = result.as_json()["formats"]
    assert isinstance(formats, dict)
    assert list(formats) == ["doc", "pdf"]
    assert formats["pdf"] == {
        "files": 3,
        "ingested": 1,
        "reported": {"encrypted": 1},
        "crashes": 1,
        "hangs": 0,
        "seconds": 3.5,
        "slowest_seconds": 2.0,
    }
    assert [file.source for file in result.broke] == ["c.pdf"]
    assert not result.met


def test_a_row_below_what_is_asked_names_its_worst_files_first() -> None:
    files = [read("a.docx", GOOD), read("b.docx", POOR), read("c.docx", LOST, ended="malformed")]
    (row,) = LoadersResult(files).fidelity
    assert row.missed == ["median_recall", "median_precision", "worst_recall", "worst_precision"]
    assert [file.source for file in row.worst] == ["c.docx", "b.docx"]
    report = shown(LoadersResult(files))
    lines = report.splitlines()
    (lost,) = (line.split() for line in lines if "c.docx" in line)
    (poor,) = (line.split() for line in lines if "b.docx" in line)
    assert lost == [".000", "–", "c.docx", "(malformed)"]
    assert poor == [".800", ".700", "b.docx"]
    assert "a.docx" not in report
    assert "as asked: missed" in report


def test_a_row_that_is_as_asked_names_nothing() -> None:
    result = LoadersResult([read("a.docx", GOOD), *(read(f"{n}.docx", GOOD) for n in range(9))])
    assert result.met
    assert result.fidelity[0].missed == []
    assert "files to look at" not in shown(result)
    assert "as asked: met" in shown(result)


def test_one_poor_file_among_many_is_seen_in_the_worst_tenth_only() -> None:
    many = [read(f"{n}.docx", GOOD) for n in range(9)]
    (row,) = LoadersResult([*many, read("poor.docx", POOR)]).fidelity
    assert row.missed == ["worst_recall", "worst_precision"]
    assert [file.source for file in row.worst] == ["poor.docx"]


def test_crashes_are_named_with_what_happened() -> None:
    report = shown(LoadersResult([read("a.pdf", ended="crash"), read("b.pdf", ended="hang")]))
    assert "crash a.pdf a.pdf!" in report
    assert "hang b.pdf" in report


def test_the_report_is_json_without_figures_that_are_no_numbers() -> None:
    result = LoadersResult([read("a.docx", LOST, ended="malformed"), read("b.txt")])
    written = json.dumps(result.as_json(), allow_nan=False)
    found = json.loads(written)
    assert math.isnan(LOST.precision)
    assert found["files"]["a.docx"]["precision"] is None
    assert found["fidelity"][0]["median_precision"] is None
    assert "recall" not in found["files"]["b.txt"]
