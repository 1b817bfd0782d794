"""Tesseract itself reads pictures, in a process that can do nothing else."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from eval.loaders.fidelity import fidelity_of
from eval.loaders.oracles import Oracle
from ingest.commands import reading_options
from ingest.errors import ImageOnlyError, LoaderError, MalformedFileError
from ingest.isolation import landlock
from ingest.isolation.limits import ParseLimits
from ingest.loaders.pdf import PdfLoader
from ingest.loaders.pdf_rendering import render_page
from ingest.ocr.pages import document_of_pages
from ingest.ocr.tesseract import find_tesseract
from ingest.reading import Parse, open_parse
from ingest.settings import IngestSettings

REPOSITORY = Path(__file__).parents[2]
KOREAN = (
    REPOSITORY.parent
    / "shared/data/loaders/autorag/legacy/tests/resources/parse_data/korean_table/only_table"
    / "kbo_only_table.pdf"
)
SENTENCE = "Annual leave is fifteen days."


def languages() -> set[str]:
    program = shutil.which("tesseract")
    if program is None:
        return set()
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    return set(listed.stdout.split())


pytestmark = pytest.mark.skipif(
    "eng" not in languages(), reason="tesseract with English is not installed here"
)


def picture(kind: str, *pages: str) -> bytes:
    """Return a file whose pages are pictures of these texts."""
    drawn = []
    for text in pages:
        page = Image.new("L", (1600, 400), 255)
        ImageDraw.Draw(page).text((80, 150), text, fill=0, font=ImageFont.load_default(60))
        drawn.append(page)
    target = BytesIO()
    more = {"save_all": True, "append_images": drawn[1:]} if drawn[1:] else {}
    drawn[0].save(target, kind, resolution=300, **more)
    return target.getvalue()


@pytest.fixture(scope="module")
def parse() -> Iterator[Parse]:
    with open_parse(reading_options(IngestSettings(ocr=True, ocr_languages="eng"))) as opened:
        yield opened


def test_a_scanned_pdf_is_read_page_by_page(parse: Parse) -> None:
    content = picture("PDF", SENTENCE, "Ask your manager first.")
    with pytest.raises(ImageOnlyError, match="MUREUM_INGEST_OCR"):
        PdfLoader().load(content, "scan.pdf")
    document = parse("scan.pdf", content)
    assert document.text == f"{SENTENCE}\nAsk your manager first."
    assert document.page_starts == (0, len(SENTENCE) + 1)
    assert document.metadata == {"ocr": "1, 2"}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_pictures_are_read(parse: Parse, kind: str) -> None:
    assert parse(f"note.{kind}", picture(kind, SENTENCE)).text == SENTENCE


def test_a_file_that_is_no_picture_is_malformed(parse: Parse) -> None:
    with pytest.raises(MalformedFileError, match="cannot be recognised"):
        parse("note.png", b"\x89PNG\r\n\x1a\n" + bytes(100))


@pytest.mark.parametrize(
    "limits", [ParseLimits(seconds=0.01), ParseLimits(memory_bytes=20_000_000)]
)
def test_a_picture_over_the_limits_ends_with_its_reason(limits: ParseLimits) -> None:
    with pytest.raises(LoaderError, match="MUREUM_INGEST_PARSE_"):
        find_tesseract("eng", limits).recognise(picture("PNG", SENTENCE), "note.png")


@pytest.mark.skipif(landlock.interface_version() < 4, reason="this kernel has no such Landlock")
@pytest.mark.parametrize(
    "command",
    ["cat /etc/passwd", "touch made-by-nobody", "bash -c 'exec 3<>/dev/tcp/127.0.0.1/9'"],
)
def test_its_process_reads_no_files_reaches_no_network_and_writes_nothing(command: str) -> None:
    words = shlex.split(command)
    program = shutil.which(words[0])
    assert program is not None
    launch = "import sys; from ingest.ocr.launching import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", launch, "[20, 500000000]", program, *words[1:]],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )
    assert done.returncode
    assert "Permission denied" in done.stderr


@pytest.mark.skipif("kor" not in languages(), reason="tesseract has no Korean here")
@pytest.mark.skipif(not KOREAN.is_file(), reason=f"there is no real Korean page at {KOREAN}")
def test_a_korean_page_is_recognised_as_its_own_text_says() -> None:
    content = KOREAN.read_bytes()
    known = PdfLoader().load(content, "kbo.pdf").text
    program = find_tesseract("kor+eng", ParseLimits())
    texts = program.recognise(render_page(content, "kbo.pdf", 1).pgm(), "kbo.pdf")
    found = document_of_pages("kbo.pdf", "application/pdf", texts).text
    assert fidelity_of(found, Oracle("its own text", known)).recall > 0.5
