"""What the project's Markdown files say that can be checked: links, commands, names, examples."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

REPOSITORY = Path(__file__).parents[1]
LANGUAGES = ("en", "ko")
PARTS = ("app", "eval", "index", "ingest", "tests")
PROGRAM = re.compile(r"(?:\S*/)?python3? -m (?P<module>[\w.]+)(?P<arguments>.*)")
SETTING = re.compile(r"MUREUM_[A-Z_]*[A-Z](?![A-Z_…])")
MAKE_TARGET = re.compile(r"\bmake (?P<target>[a-z]+)")
ENDPOINT = re.compile(r"\b(?P<method>GET|POST|PUT|PATCH|DELETE) (?P<path>/[a-z0-9_/{}]*)")


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file with what its code and its links say."""

    path: Path
    text: str
    code: tuple[str, ...]
    fences: tuple[tuple[str, str], ...]
    links: tuple[str, ...]
    headings: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the path below the repository's root."""
        return self.path.relative_to(REPOSITORY).as_posix()

    def programs(self) -> Iterator[tuple[str, list[str]]]:
        """Yield module and arguments of every line that is meant to be typed.

        Those are the lines of shell blocks, and code in a sentence that begins with ``.venv/``.
        """
        shell = [line for block in self.fenced("sh") for line in joined_lines(block)]
        for line in (*shell, *(code for code in self.code if code.startswith(".venv/"))):
            if match := PROGRAM.search(line):
                yield match["module"], shlex.split(match["arguments"], comments=True)

    def modules(self) -> set[str]:
        """Return every module that code runs with ``python -m``, in whole or by its name."""
        return {match["module"] for line in self.code if (match := PROGRAM.search(line))}

    def settings(self) -> set[str]:
        """Return the names of settings, except in what programs print."""
        text = self.text
        for printed in self.fenced("text"):
            text = text.replace(printed, "")
        return set(SETTING.findall(text))

    def make_targets(self) -> set[str]:
        """Return the targets of ``make`` that code names."""
        return {match["target"] for line in self.code for match in MAKE_TARGET.finditer(line)}

    def endpoints(self) -> set[tuple[str, str]]:
        """Return the methods and paths that code names."""
        found = (match for line in self.code for match in ENDPOINT.finditer(line))
        return {(match["method"], match["path"]) for match in found}

    def fenced(self, language: str) -> list[str]:
        """Return the blocks of code in this language."""
        return [content for given, content in self.fences if given == language]


@cache
def pages() -> tuple[Page, ...]:
    """Return every Markdown file of the project that people read."""
    paths = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    return tuple(read_page(path) for path in sorted(paths))


def guide(language: str) -> dict[str, Page]:
    """Return the user's guide in one language, by file name."""
    folder = REPOSITORY / "docs" / language
    return {page.path.name: page for page in pages() if page.path.parent == folder}


def read_page(path: Path) -> Page:
    """Return what a file says."""
    text = path.read_text(encoding="utf-8")
    return page_of(path, text)


def page_of(path: Path, text: str) -> Page:
    """Return what a text says that stands in this file."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    every = [each for token in tokens for each in (token, *(token.children or []))]
    fences = tuple((each.info.strip(), each.content) for each in every if each.type == "fence")
    spans = [each.content for each in every if each.type == "code_inline"]
    lines = [line for _, content in fences for line in joined_lines(content)]
    links = [str(each.attrs["href"]) for each in every if each.type == "link_open"]
    return Page(path, text, (*spans, *lines), fences, tuple(links), headings_of(tokens))


def joined_lines(block: str) -> list[str]:
    """Return the lines of a block, each continued one put together."""
    return block.replace("\\\n", " ").splitlines()


def headings_of(tokens: list[Token]) -> tuple[str, ...]:
    """Return the headings as the anchors that a forge makes of them."""
    titles = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    return tuple(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)


def half_of_readme(language: str) -> Page:
    """Return the English or the Korean part of the README."""
    path = REPOSITORY / "README.md"
    english, _, korean = path.read_text(encoding="utf-8").partition("\n# 한국어")
    return page_of(path, english if language == "en" else korean)
