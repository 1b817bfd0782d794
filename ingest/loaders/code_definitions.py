"""Where a source file defines what: only languages for which a simple rule can be trusted."""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from itertools import accumulate
from types import MappingProxyType

from ingest.document import Heading

_SCRIPT = (
    r"(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?(?:abstract[ \t]+)?(?:async[ \t]+)?"
    r"(?:function\*?|class|interface|enum|type|namespace)[ \t]+[\w$]+"
)
_OBJECTS = (
    r"(?:(?:public|private|protected|internal|abstract|final|sealed|static|data|open|partial|"
    r"inline|annotation|suspend)[ \t]+)*(?:class|interface|enum|record|object|struct|fun)[ \t]+\w+"
)
_RUST = (
    r"(?:pub(?:\([^)\n]*\))?[ \t]+)?(?:(?:async|const|unsafe)[ \t]+)*"
    r"(?:(?:fn|struct|enum|trait|mod|union)[ \t]+\w+|impl\b[^{\n]*)"
)
_PHP = r"(?:(?:abstract|final|readonly)[ \t]+)*(?:class|interface|trait|enum|function)[ \t]+\w+"
_SQL = (
    r"(?i:create[ \t]+(?:or[ \t]+replace[ \t]+)?(?:table|view|function|procedure|trigger)[ \t]+"
    r"(?:if[ \t]+not[ \t]+exists[ \t]+)?[\w.\"`\[\]]+)"
)
_SECTION = r"\[\[?[^\[\],\n]+\]\]?(?=[ \t]*$)"
_RULES: Mapping[str, str] = MappingProxyType(
    {
        ".js": _SCRIPT,
        ".ts": _SCRIPT,
        ".tsx": _SCRIPT,
        ".java": _OBJECTS,
        ".kt": _OBJECTS,
        ".cs": _OBJECTS,
        ".go": r"func[ \t]+(?:\([^)\n]*\)[ \t]*)?\w+|type[ \t]+\w+",
        ".rs": _RUST,
        ".rb": r"(?:class|module|def)[ \t]+[\w:.?!]+",
        ".php": _PHP,
        ".sh": r"(?:function[ \t]+)?[\w-]+[ \t]*\(\)",
        ".sql": _SQL,
        ".toml": _SECTION,
        ".ini": _SECTION,
    }
)
"""What begins a definition at the begin of a line; formatters put nothing else there."""

_PYTHON = re.compile(r"(?:async\s+def|def|class)\s+\w+")


def definitions(text: str, suffix: str) -> Iterator[Heading]:
    """Yield the outermost definitions of a text with line feeds; of Python also methods."""
    if suffix == ".py":
        yield from _of_python(text)
    elif suffix in _RULES:
        for match in re.finditer(f"^(?:{_RULES[suffix]})", text, re.MULTILINE):
            yield Heading(match.start(), 1, match[0])


def _of_python(text: str) -> Iterator[Heading]:
    """Yield classes and functions; none where this Python does not understand the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    for node in module.body:
        yield from _heading(node, text, starts, 1)
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            yield from _heading(inner, text, starts, 2)


def _heading(node: ast.stmt, text: str, starts: list[int], level: int) -> Iterator[Heading]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        begin = starts[node.lineno - 1] + node.col_offset
        match = _PYTHON.match(text, begin)
        if match:
            yield Heading(begin, level, match[0])
