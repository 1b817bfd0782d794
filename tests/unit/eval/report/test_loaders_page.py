"""The page of a folder of files."""

from eval.loaders.fidelity import Fidelity
from eval.loaders.reading import FileOutcome
from eval.loaders.results import LoadersResult, ReadFile
from eval.report.writing import html_of

NASTY = "규정 <script>alert('1')</script>.docx"


def test_the_page_shows_how_files_ended_how_faithful_they_are_and_the_worst() -> None:
    files = [
        ReadFile(NASTY, "docx", FileOutcome("ingested", 1.25), "Docling", Fidelity(0.512, 0.987)),
        ReadFile("b.pdf", "pdf", FileOutcome("encrypted", 0.1)),
    ]
    report = LoadersResult(files).as_json() | {"command": "loaders", "settings": {"parsers": 0}}
    text = html_of(report)
    for shown in ("1 encrypted", "1.25", "0.512", "0.987", "0.970", "missed", "parsers"):
        assert shown in text
    assert "규정 &lt;script&gt;" in text
    assert "<script>" not in text
    assert "Indexes" not in text


def test_files_of_a_row_that_is_as_asked_are_not_listed() -> None:
    whole = ReadFile("a.docx", "docx", FileOutcome("ingested", 1.0), "Docling", Fidelity(1.0, 1.0))
    report = LoadersResult([whole]).as_json() | {"command": "loaders", "settings": {}}
    assert "a.docx" not in html_of(report)
