"""The documentation is true as far as a program can tell."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.documentation import (
    LANGUAGES,
    PARTS,
    REPOSITORY,
    Page,
    guide,
    half_of_readme,
    pages,
    read_page,
)
from tests.env_example import settings

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
TWINS = [(guide("en")[name], guide("ko").get(name)) for name in sorted(guide("en"))]
TWIN_PAGES = pytest.mark.parametrize(
    ("english", "korean"),
    [*TWINS, (half_of_readme("en"), half_of_readme("ko"))],
    ids=[*sorted(guide("en")), "README.md"],
)
EMPTY = {"en": "| empty |", "ko": "| 빈 값 |"}
OUTSIDE = ("http://", "https://", "mailto:")


@PAGES
def test_every_link_leads_to_a_file_and_a_heading(page: Page) -> None:
    broken = [link for link in page.links if not link.startswith(OUTSIDE) and not leads(page, link)]
    assert broken == []


def leads(page: Page, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.path.parent / unquote(path) if path else page.path
    if not target.exists():
        return False
    return not anchor or unquote(anchor) in read_page(target).headings


@PAGES
def test_every_make_target_exists(page: Page) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = {line.partition(":")[0] for line in makefile.splitlines() if ":" in line}
    assert page.make_targets() - targets == set()


@PAGES
def test_every_setting_exists(page: Page) -> None:
    assert page.settings() - {name for name, _ in settings()} == set()


@PAGES
def test_every_program_exists(page: Page) -> None:
    assert {module for module in page.modules() if find_spec(module) is None} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_lists_every_setting_with_its_default(language: str) -> None:
    rows = guide(language)["settings.md"].text.splitlines()
    absent = [
        name
        for name, default in settings()
        if not any(f"`{name}`" in row and shown(default, language) in row for row in rows)
    ]
    assert absent == []


def shown(default: str, language: str) -> str:
    """Return a default as a table shows it."""
    return f"`{default}`" if default else EMPTY[language]


def test_the_guide_has_the_same_pages_in_both_languages() -> None:
    assert set(guide("en")) == set(guide("ko"))


@TWIN_PAGES
def test_both_languages_name_the_same_settings(english: Page, korean: Page) -> None:
    assert english.settings() == korean.settings()


@TWIN_PAGES
def test_both_languages_name_the_same_commands(english: Page, korean: Page) -> None:
    assert commands(english) == commands(korean)
    assert english.make_targets() == korean.make_targets()
    assert english.endpoints() == korean.endpoints()


def commands(page: Page) -> set[tuple[str, ...]]:
    """Return each command line as its program, its words without arguments, and its options."""
    return {
        (module, *arguments[:1], *sorted(word for word in arguments if word.startswith("-")))
        if module != "ingest" or arguments[:1] in (["status"], ["doctor"])
        else (module, *sorted(word for word in arguments if word.startswith("-")))
        for module, arguments in page.programs()
    }


@pytest.mark.parametrize("name", sorted(guide("en")))
def test_the_korean_page_is_korean_and_the_english_one_english(name: str) -> None:
    shares = {language: hangul_share(guide(language)[name].text) for language in LANGUAGES}
    assert shares["en"] < 0.05
    assert shares["ko"] > 0.3


def hangul_share(text: str) -> float:
    letters = [char for char in text if char.isalpha()]
    return sum("가" <= char <= "힣" for char in letters) / len(letters)


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    foreign = ("/" + "work/", "/" + "root/", "/" + "home/")
    named = [
        path.relative_to(REPOSITORY).as_posix()
        for path in project_files()
        if any(name in path.read_text(encoding="utf-8", errors="replace") for name in foreign)
    ]
    assert named == []


def project_files() -> list[Path]:
    folders = [
        path
        for part in (*PARTS, "docs", "docker", ".ci")
        for path in (REPOSITORY / part).rglob("*")
    ]
    top = [path for path in REPOSITORY.iterdir() if path.name not in {".git", ".env"}]
    return [path for path in (*folders, *top) if path.is_file() and path.suffix != ".pyc"]
