from pathlib import Path

import pytest

from index.errors import MissingExtraError, UnknownNameError
from ingest.errors import UnsupportedFormatError
from ingest.loaders.html import HtmlLoader
from ingest.loaders.registry import LOADERS, loader_for, suffixes
from ingest.loaders.text import TextLoader


def test_the_suffix_chooses_the_loader_whatever_its_case() -> None:
    assert isinstance(loader_for("보고서.HTM"), HtmlLoader)


def test_an_unknown_suffix_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(UnsupportedFormatError, match=r"회의\.hwt.*\.docx, .*\.pdf"):
        loader_for("회의.hwt")


@pytest.mark.parametrize(("name", "successor"), [("a.DOC", r"\.docx"), ("a.ppt", r"\.pptx")])
def test_an_old_format_of_office_is_unsupported_and_says_what_to_save(
    name: str, successor: str
) -> None:
    with pytest.raises(UnsupportedFormatError, match=f"old binary format.*save it as {successor}"):
        loader_for(name)


def test_outsiders_may_read_an_old_format() -> None:
    assert isinstance(loader_for("a.doc", {".doc": "ingest.loaders.text:TextLoader"}), TextLoader)


def test_a_name_without_suffix_is_unsupported() -> None:
    with pytest.raises(UnsupportedFormatError):
        loader_for("Makefile")


def test_outsiders_add_suffixes_and_replace_loaders() -> None:
    extra = {"Conf": "ingest.loaders.text:TextLoader", ".md": "ingest.loaders.text:TextLoader"}
    assert isinstance(loader_for("a.conf", extra), TextLoader)
    assert isinstance(loader_for("a.md", extra), TextLoader)
    assert suffixes(extra) == suffixes() | {".conf"}


@pytest.mark.parametrize(
    "path", ["TextLoader", "ingest.loaders.nowhere:X", "ingest.loaders.text:X", "pathlib:Path", ""]
)
def test_a_path_that_leads_to_no_loader_is_an_error(path: str) -> None:
    with pytest.raises(UnknownNameError):
        loader_for("a.conf", {".conf": path})


def test_a_loader_whose_library_is_missing_names_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "team_loader.py").write_text("import library_that_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtraError, match="library_that_nobody_has"):
        loader_for("a.conf", {".conf": "team_loader:TeamLoader"})


@pytest.mark.parametrize("suffix", sorted(LOADERS))
def test_every_path_of_the_table_leads_to_a_loader(suffix: str) -> None:
    assert loader_for(f"a{suffix}").version
