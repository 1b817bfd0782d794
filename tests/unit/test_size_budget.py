"""The size budget: functions and files that fit on a screen, calls that fit into a head.

Lines of a function are counted without its docstring, except for the limit that none may pass:
words about a function should never be the reason to leave them out.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("app", "index", "ingest", "eval")
USUAL_FUNCTION, LONG_FUNCTION, LONGEST_FUNCTION = 15, 30, 50
USUAL_FILE, LONGEST_FILE = 150, 300
MOST_PARAMETERS = 5
BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "common_utils", "misc"}


@dataclass(frozen=True, slots=True)
class Function:
    """A function with where it stands, for a message that can be clicked."""

    place: str
    lines: int
    lines_without_docstring: int
    parameters: tuple[str, ...]
    positional_flags: tuple[str, ...]


@cache
def sources() -> dict[str, str]:
    paths = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]
    return {
        path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(paths)
    }


@cache
def functions() -> tuple[Function, ...]:
    return tuple(
        measured(node, name)
        for name, text in sources().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def measured(node: ast.FunctionDef | ast.AsyncFunctionDef, file: str) -> Function:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    positional = [*node.args.posonlyargs, *node.args.args]
    return Function(
        place=f"{file}:{node.lineno} {node.name}",
        lines=lines,
        lines_without_docstring=lines - sum(docstring_lines(node)),
        parameters=tuple(
            given.arg
            for given in (*positional, *node.args.kwonlyargs)
            if given.arg not in {"self", "cls"}
        ),
        positional_flags=tuple(
            given.arg
            for given in positional
            if given.annotation is not None and ast.unparse(given.annotation) == "bool"
        ),
    )


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[int]:
    if ast.get_docstring(node, clean=False) is not None:
        first = node.body[0]
        yield (first.end_lineno or first.lineno) - first.lineno + 1


def share_up_to(limit: int) -> float:
    short = sum(1 for function in functions() if function.lines_without_docstring <= limit)
    return short / len(functions())


def test_nine_in_ten_functions_have_at_most_15_lines() -> None:
    assert share_up_to(USUAL_FUNCTION) >= 0.9


def test_functions_over_30_lines_are_one_in_a_hundred() -> None:
    assert share_up_to(LONG_FUNCTION) >= 0.99


def test_no_function_has_over_50_lines() -> None:
    assert [each.place for each in functions() if each.lines > LONGEST_FUNCTION] == []


def test_files_usually_have_at_most_150_lines() -> None:
    assert median(text.count("\n") for text in sources().values()) <= USUAL_FILE


def test_no_file_has_over_300_lines() -> None:
    long = {name: text.count("\n") for name, text in sources().items()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_takes_over_five_parameters() -> None:
    many = [each.place for each in functions() if len(each.parameters) > MOST_PARAMETERS]
    assert many == []


def test_flags_are_given_by_name() -> None:
    assert [each.place for each in functions() if each.positional_flags] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {part for name in sources() for part in Path(name).with_suffix("").parts}
    assert parts & BANNED_NAMES == set()


def test_the_budget_looks_at_the_code() -> None:
    assert {name.partition("/")[0] for name in sources()} == set(PACKAGES)
    assert len(functions()) > 100
