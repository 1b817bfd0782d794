"""Real sheets, slides and OpenDocument files, compared with what another program made of them."""

import html
import re
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from ingest.chunking import chunk
from ingest.document import LoadedDocument
from ingest.loaders.registry import loader_for

FILES = Path(__file__).parents[3] / "shared" / "data" / "loaders"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason=f"the real files are not at {FILES}")

MADE_UP = re.compile(r"<!--.*?-->|^(?:Bar|Other) chart$|^[|\s:-]+$", re.DOTALL | re.MULTILINE)
"""Comments, names of kinds of charts, and rules of tables stand in no file."""


def load(name: str) -> LoadedDocument:
    path = FILES / name
    return loader_for(path.name).load(path.read_bytes(), path.name)


def letters(markdown: str) -> Counter[str]:
    return Counter(re.sub(r"[\s#*_`\\|~-]+", "", html.unescape(MADE_UP.sub("", markdown))))


def shares(folder: str) -> list[tuple[float, float]]:
    """Return recall and precision of the characters of each file in a folder."""
    found = []
    for reference in sorted((FILES / "docling" / folder / "groundtruth").glob("*.md")):
        expected = letters(reference.read_text("utf-8"))
        read = letters(load(f"docling/{folder}/sources/{reference.name.removesuffix('.md')}").text)
        common = (expected & read).total()
        found.append((common / expected.total(), common / read.total()))
    return found


@pytest.mark.parametrize("folder", ["csv", "xlsx", "odf", "pptx"])
def test_the_text_is_that_of_the_reference_conversions(folder: str) -> None:
    found = shares(folder)
    assert len(found) > 1
    assert median(recall for recall, _ in found) >= 0.97
    assert median(precision for _, precision in found) >= 0.95


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_every_parent_of_a_real_long_sheet_has_its_header(suffix: str) -> None:
    loaded = load(f"langchain-kr/06-DocumentLoader/data/titanic.{suffix}")
    header = next(line for line in loaded.text.splitlines() if line.startswith("|"))
    parents = chunk(loaded)
    assert len(parents) > 50
    for parent in parents:
        assert header in "".join(child.text for child in parent.children)


def test_korean_slides_have_titles_pages_and_items() -> None:
    loaded = load("langchain-kr/06-DocumentLoader/data/sample-ppt.pptx")
    assert [loaded.text.index(heading.text) for heading in loaded.headings] == list(
        loaded.page_starts
    )
    assert loaded.title == loaded.headings[0].text
    assert loaded.text.count("\n- ") == 10


def test_an_old_workbook_says_the_same_as_the_new_one() -> None:
    folder = "markitdown/packages/markitdown/tests/test_files"
    assert load(f"{folder}/test.xls").text == load(f"{folder}/test.xlsx").text
