import subprocess
from pathlib import Path

import pytest

from index.errors import SettingsError
from ingest.commands import reading_options
from ingest.discovery import FoundFile
from ingest.errors import MalformedFileError, ParsingTimeoutError
from ingest.isolation.limits import ParseLimits
from ingest.ocr import tesseract
from ingest.ocr.tesseract import Tesseract, find_tesseract
from ingest.reading import ReadingOptions, read_content
from ingest.settings import IngestSettings

LIMITS = ParseLimits()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/tesseract")
    monkeypatch.setattr(tesseract, "_installed", lambda _: ["eng", "osd"])


def test_a_missing_program_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SettingsError, match="apt install tesseract-ocr") as caught:
        reading_options(IngestSettings(ocr=True))
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("installed")
def test_a_missing_language_is_told_at_the_start() -> None:
    with pytest.raises(SettingsError, match=r"names kor, .* tesseract-ocr-kor\)"):
        find_tesseract("kor+eng", LIMITS)
    assert find_tesseract("eng", LIMITS).languages == "eng"


@pytest.mark.parametrize("languages", ["", "kor eng", "kor+", "--help", "kor;ls"])
def test_languages_are_names_and_nothing_else(languages: str) -> None:
    with pytest.raises(ValueError, match="ocr_languages"):
        IngestSettings(ocr_languages=languages)


@pytest.mark.parametrize(
    ("ends", "error", "message"),
    [
        (
            subprocess.CompletedProcess([], 1, b"", b"Error\nno picture"),
            MalformedFileError,
            "no pic",
        ),
        (subprocess.TimeoutExpired([], 120), ParsingTimeoutError, "MUREUM_INGEST_PARSE_SECONDS"),
    ],
)
def test_a_picture_that_cannot_be_read_is_a_failure_of_its_file(
    monkeypatch: pytest.MonkeyPatch,
    ends: subprocess.CompletedProcess[bytes] | Exception,
    error: type[Exception],
    message: str,
) -> None:
    def run(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        if isinstance(ends, Exception):
            raise ends
        return ends

    monkeypatch.setattr("subprocess.run", run)
    with pytest.raises(error, match=message):
        Tesseract("/usr/bin/tesseract", "eng", LIMITS).recognise(b"P5", "a.png")


def test_recognition_changes_the_recipe_of_what_may_hold_pictures_alone(tmp_path: Path) -> None:
    off = ReadingOptions()
    on = ReadingOptions(ocr=Tesseract("/usr/bin/tesseract", "kor", LIMITS))
    for name, differs in (("a.pdf", True), ("a.txt", False)):
        path = tmp_path / name
        path.write_bytes(b"text")
        recipes = {read_content(FoundFile(path, name), each).recipe for each in (off, on)}
        assert len(recipes) == 1 + differs


@pytest.mark.usefixtures("installed")
def test_pictures_are_files_only_where_they_are_recognised() -> None:
    assert ".png" not in reading_options(IngestSettings()).loaders
    options = reading_options(
        IngestSettings(ocr=True, ocr_languages="eng", loaders={".png": "team.png:Png"})
    )
    assert options.loaders[".png"] == "team.png:Png"
    assert options.loaders[".tiff"] == "ingest.loaders.image:ImageLoader"
