"""Notebooks (Jupyter): explanations as Markdown, code and its printed results as code."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.errors import MalformedFileError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.encoding import decode
from ingest.loaders.markdown import MarkdownLoader

_LONGEST_OUTPUT = 5_000
_CUT = "\n[…]"
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_INLINE_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]{40,}")
_TICKS = re.compile(r"`{3,}")

Cell = Mapping[str, Any]


class NotebookLoader(Loader):
    """Reads .ipynb; headings are those of the Markdown, pictures are left out."""

    name = "ipynb"
    revision = 1
    media_type = "application/x-ipynb+json"

    def _load(self, content: bytes, name: str) -> RawDocument:
        notebook = json.loads(decode(content, name))
        if not isinstance(notebook, dict) or not isinstance(_cells(notebook), list):
            raise MalformedFileError(f"{name} is not a notebook: open it in Jupyter and save it.")
        language = _language(notebook)
        blocks = (block for cell in _cells(notebook) for block in _blocks(cell, language))
        text = "\n\n".join(block for block in blocks if block.strip())
        document = MarkdownLoader().load(text.encode("utf-8", "replace"), name)
        return RawDocument(
            text=document.text,
            title=document.title,
            headings=document.headings,
            metadata={**document.metadata, "programming language": language},
        )


def _cells(notebook: Cell) -> Any:  # noqa: ANN401 - it is JSON
    """Return the cells, in notebooks of before 2015 those of the first sheet."""
    sheets = notebook.get("worksheets")
    return sheets[0].get("cells") if sheets else notebook.get("cells")


def _language(notebook: Cell) -> str:
    metadata = notebook.get("metadata", {})
    named = (metadata.get("language_info", {}).get("name"), metadata.get("language"))
    return next((str(name) for name in named if name), "")


def _blocks(cell: Cell, language: str) -> Iterator[str]:
    source = _joined(cell.get("source", cell.get("input", "")))
    if cell.get("cell_type") == "code":
        yield _fenced(source, language)
        output = "\n".join(filter(None, map(_output, cell.get("outputs", []))))
        yield _fenced(_bounded(output), "")
    elif cell.get("cell_type") == "heading":
        yield f"{'#' * int(cell.get('level', 1))} {source}"
    else:
        yield _INLINE_DATA.sub("", source)


def _output(output: Cell) -> str:
    """Return what was printed; a picture's description says only that there is one."""
    if output.get("output_type") in {"error", "pyerr"}:
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data) or "png" in output:
        return ""
    printed = _joined(output.get("text", data.get("text/plain", "")))
    return _COLOURS.sub("", printed).strip("\n")


def _bounded(output: str) -> str:
    """Return the beginning of a long output, which is a log more often than a result."""
    if len(output) <= _LONGEST_OUTPUT:
        return output
    return output[:_LONGEST_OUTPUT].rpartition("\n")[0] + _CUT


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _fenced(text: str, language: str) -> str:
    """Return the text as a code block, whose fence is longer than any inside."""
    if not text.strip():
        return ""
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"
