"""Markdown: the source stays as it is written, because models and people read it well.

HTML in it does not: of it stays what a reader of the page sees.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.document import Heading
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.encoding import decode
from ingest.loaders.markdown_edits import edited
from ingest.loaders.markdown_html import block_edits
from ingest.loaders.markdown_lines import inline_edits
from ingest.loaders.markdown_tags import visible
from ingest.normalise import normalise

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_MATTER_LINE = re.compile(r"\s*$|\s|#|-\s|[\w.-]+\s*:(\s|$)")
_SCALAR = re.compile(r"([\w.-]+)\s*:\s+(?![\[{|>&*])(.*?)\s*$")
_CODE_OR_COMMENT = re.compile(r"(?P<code>(?P<ticks>`+)[^`\n]+(?P=ticks))|<!--.*?-->", re.DOTALL)
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}$")


class MarkdownLoader(Loader):
    """Reads CommonMark with tables and HTML in it; front matter becomes metadata."""

    name = "markdown"
    revision = 2
    media_type = "text/markdown"

    def _load(self, content: bytes, name: str) -> RawDocument:
        metadata, text = _split_front_matter(normalise(decode(content, name)))
        text, headings = _without_html(_without_comments(text))
        first = next((heading.text for heading in headings if heading.level == 1), "")
        title = metadata.pop("title", first)
        return RawDocument(text=text, title=title, headings=headings, metadata=metadata)


def _without_html(text: str) -> tuple[str, tuple[Heading, ...]]:
    """Return the text in which HTML is what it shows, and the headings of both languages."""
    tokens = _parse(text)
    lines = text.splitlines(keepends=True)
    line_starts = [0, *accumulate(map(len, lines))]
    edits = [*block_edits(tokens, lines, line_starts), *inline_edits(tokens, text, line_starts)]
    return edited(text, edits, tuple(_headings(tokens, line_starts)))


def _parse(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the scalar entries of the front matter, and the text after it."""
    match = _FRONT_MATTER.match(text)
    lines = match[1].splitlines() if match else []
    if match is None or not all(_FRONT_MATTER_LINE.match(line) for line in lines):
        return {}, text
    entries = (_SCALAR.match(line) for line in lines)
    metadata = {entry[1].lower(): entry[2].strip("\"'") for entry in entries if entry}
    return metadata, text[match.end() :]


def _without_comments(text: str) -> str:
    """Return the text without HTML comments, except those shown as code."""
    if "<!--" not in text:
        return text
    lines = text.splitlines(keepends=True)
    pieces = []
    position = 0
    for start, end in _code_blocks(_parse(text)):
        pieces.append(_cut_comments("".join(lines[position:start])))
        pieces.append("".join(lines[start:end]))
        position = end
    return "".join([*pieces, _cut_comments("".join(lines[position:]))])


def _code_blocks(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    for token in tokens:
        if token.type in {"fence", "code_block"} and token.map:
            yield token.map[0], token.map[1]


def _cut_comments(text: str) -> str:
    """Return the text without comments; one that never ends is text, and is not searched for."""
    last = text.rfind("-->")
    if last < 0:
        return text
    end = text.find("\n", last) + 1 or len(text)
    return _CODE_OR_COMMENT.sub(lambda match: match["code"] or "", text[:end]) + text[end:]


def _headings(tokens: Sequence[Token], line_starts: Sequence[int]) -> Iterator[Heading]:
    """Yield the headings of the document itself, not those inside quotations and lists."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.map:
            plain = _ATTRIBUTES.sub("", _plain(visible(inline.children or [])))
            yield Heading(line_starts[opening.map[0]], int(opening.tag[1]), plain)


def _plain(tokens: Iterable[Token]) -> str:
    """Return what a reader sees of inline tokens: words without markup."""
    parts = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        else:
            parts.append(token.content)
    return "".join(parts)
